/* `merge`: several stores become one. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/output.h"
#include "db/merge.h"
#include "job/job.h"

static int merge_store(struct store *to, const char *path, struct merge_count *count,
                       struct error *err)
{
    struct store *from;
    int code = store_open(path, STORE_READ, &from, err);
    if (!code)
        code = store_merge(to, from, count, err);
    store_close(from);
    return code;
}

/* A store, as it lies in a folder among its own logs and locks. */
static int is_store(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && !strchr(entry->d_name, '.') && !strchr(entry->d_name, '-');
}

/* All stores of a folder: the parts that a cluster's tasks have made. */
static int merge_folder(struct store *to, const char *folder, struct merge_count *count,
                        struct error *err)
{
    struct dirent **entries;
    int stores = scandir(folder, &entries, is_store, alphasort), code = 0;
    if (stores < 0)
        return error_set_errno(err, ERROR_DATA, "%s", folder);
    for (int i = 0; i < stores; i++) {
        char *path = memory_print("%s/%s", folder, entries[i]->d_name);
        if (!code && !file_is_folder(path))
            code = merge_store(to, path, count, err);
        free(path);
        free(entries[i]);
    }
    free(entries);
    return code || stores ? code : error_set(err, ERROR_DATA, "%s: has no stores", folder);
}

static void print(const struct session *session, const struct merge_count *count)
{
    if (!session->json) {
        printf("%d run%s added, %d updated, %d skipped; %d pruning%s added\n", count->added,
               count->added == 1 ? "" : "s", count->updated, count->skipped, count->prunings,
               count->prunings == 1 ? "" : "s");
        return;
    }
    struct jvalue *object = jvalue_object();
    jvalue_set_integer(object, "runs_added", count->added);
    jvalue_set_integer(object, "runs_updated", count->updated);
    jvalue_set_integer(object, "runs_skipped", count->skipped);
    jvalue_set_integer(object, "prunings_added", count->prunings);
    output_json(object);
}

/* All sources must be there before anything is made. */
static int check_sources(const struct arguments *arguments, struct error *err)
{
    for (int i = 1; i < arguments->words; i++)
        if (!file_exists(arguments->word[i]))
            return error_set(err, ERROR_DATA, "%s: no such store", arguments->word[i]);
    return 0;
}

static int run(struct session *session, struct error *err)
{
    const struct arguments *arguments = &session->arguments;
    struct merge_count count = {0};
    int buried;
    int code = check_sources(arguments, err);
    free(session->store_path);
    session->store_path = memory_copy_text(arguments->word[0]);
    if (!code)
        code = session_open(session, STORE_CREATE, err);
    if (!code)
        code = job_bury_dead(session->store, &buried, err);
    for (int i = 1; i < arguments->words && !code; i++)
        code = (file_is_folder(arguments->word[i]) ? merge_folder : merge_store)(
            session->store, arguments->word[i], &count, err);
    if (!code)
        print(session, &count);
    return code;
}

const struct command command_merge = {
    .name = "merge",
    .words = "DEST SRC...",
    .least = 2,
    .most = 10000,
    .summary = "Copy the runs of other stores into one.",
    .about = "DEST is made where it is missing. SRC is a store, or a folder of stores. Runs are "
             "known by their hash, so merging again changes nothing, and it can be done at any "
             "time, also while the sources are being written to.",
    .run = run,
};
