/* `tag`, `note`, `remove`: what people say of runs. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/output.h"
#include "job/job.h"

static void print_ids(const struct session *session, const int64_t *ids, int count)
{
    struct jvalue *object = jvalue_object(), *array = jvalue_array();
    for (int i = 0; i < count; i++)
        jvalue_add_integer(array, ids[i]);
    jvalue_set(object, "ids", array);
    if (session->json)
        output_json(object);
    else
        jvalue_free(object);
}

/* --- tag, note -------------------------------------------------------------------------------- */

static int write_text(struct session *session,
                      int (*write)(struct store *store, int64_t id, const char *text,
                                   struct error *err),
                      struct error *err)
{
    struct run_row row = {0};
    int code = session_open(session, STORE_WRITE, err);
    if (!code)
        code = session_run(session, session->arguments.word[0], &row, err);
    if (!code)
        code = store_begin(session->store, err);
    if (!code)
        code = store_end(session->store,
                         write(session->store, row.id, session->arguments.word[1], err), err);
    if (!code)
        print_ids(session, &row.id, 1);
    run_row_done(&row);
    return code;
}

static int tag(struct session *session, struct error *err)
{
    if (!*session->arguments.word[1])
        return error_set(err, ERROR_USAGE, "'': a tag must not be empty");
    return write_text(session, run_add_tag, err);
}

static int note(struct session *session, struct error *err)
{
    return write_text(session, run_set_note, err);
}

const struct command command_tag = {
    .name = "tag",
    .words = "RUN TEXT",
    .least = 2,
    .most = 2,
    .summary = "Give a run a tag.",
    .run = tag,
};

const struct command command_note = {
    .name = "note",
    .words = "RUN TEXT",
    .least = 2,
    .most = 2,
    .summary = "Set a run's note.",
    .run = note,
};

/* --- remove ----------------------------------------------------------------------------------- */

static int check_removable(struct session *session, const struct run_row *row, struct error *err)
{
    struct run_row *children;
    int count;
    if (row->status == RUN_RUNNING) {
        error_set(err, ERROR_BUSY, "run %lld: is being trained", (long long)row->id);
        return error_hint(err, "`slimscope cancel %lld` stops it", (long long)row->id);
    }
    if (option_given(&session->arguments, "weights"))
        return 0;
    int code = run_list_children(session->store, row->id, &children, &count, err);
    if (code)
        return code;
    if (count > 0)
        code = error_set(err, ERROR_USAGE, "run %lld: run %lld retrains a pruning of it",
                         (long long)row->id, (long long)children[0].id);
    run_rows_free(children, count);
    return code;
}

/* The rows of a run's weights; those that a queued retraining starts from stay. */
static int remove_weights(struct store *store, const struct checkpoint_row *files, int count,
                          struct error *err)
{
    int code = 0;
    for (int i = 0; i < count && !code; i++)
        code = files[i].pinned
                   ? error_set(err, ERROR_BUSY, "run %lld: a queued retraining needs its weights",
                               (long long)files[i].run)
                   : checkpoint_remove(store, files[i].id, err);
    return code;
}

/* The row first, then the weights' files: a file without a row is found by `store check`, a row
 * without its file would be damage. */
static int remove_run(struct session *session, int64_t id, struct error *err)
{
    struct checkpoint_row *files;
    int count;
    bool weights = option_given(&session->arguments, "weights");
    int code = checkpoint_list(session->store, id, &files, &count, err);
    if (code)
        return code;
    code = store_begin(session->store, err);
    if (!code)
        code = weights ? remove_weights(session->store, files, count, err)
                       : run_remove(session->store, id, err);
    code = store_end(session->store, code, err);
    for (int i = 0; i < count && !code; i++) {
        char *path = memory_print("%s/%s", store_folder(session->store), files[i].file);
        if (unlink(path) != 0 && !session->quiet)
            fprintf(stderr, "slimscope: remove: %s could not be removed\n", path);
        free(path);
    }
    checkpoint_rows_free(files, count);
    return code;
}

static int confirm(const struct session *session, int count, struct error *err)
{
    char answer[16] = "";
    if (option_given(&session->arguments, "yes"))
        return 0;
    if (!session->input) {
        error_set(err, ERROR_USAGE, "nobody to ask");
        return error_hint(err, "--yes removes without asking");
    }
    bool weights = option_given(&session->arguments, "weights");
    fprintf(stderr, "remove %s%d run%s%s? [y/N] ", weights ? "the weights of " : "", count,
            count == 1 ? "" : "s", weights ? "" : " with all that is known of them");
    if (fgets(answer, sizeof answer, stdin) && (answer[0] == 'y' || answer[0] == 'Y'))
        return 0;
    return error_set(err, ERROR_FAILED, "nothing was removed");
}

static int remove_runs(struct session *session, struct error *err)
{
    const struct arguments *arguments = &session->arguments;
    int64_t *ids = NEW(int64_t, arguments->words);
    int dead;
    int code = session_open(session, STORE_WRITE, err);
    if (!code)
        code = job_bury_dead(session->store, &dead, err);
    for (int i = 0; i < arguments->words && !code; i++) {
        struct run_row row = {0};
        code = session_run(session, arguments->word[i], &row, err);
        if (!code)
            code = check_removable(session, &row, err);
        ids[i] = row.id;
        run_row_done(&row);
    }
    if (!code)
        code = confirm(session, arguments->words, err);
    for (int i = 0; i < arguments->words && !code; i++)
        code = remove_run(session, ids[i], err);
    if (!code)
        print_ids(session, ids, arguments->words);
    free(ids);
    return code;
}

static const struct option remove_options[] = {
    {.name = "weights", .help = "only their weights: what was measured stays"},
    {.name = "yes", .letter = 'y', .help = "do not ask"},
    {0},
};

const struct command command_remove = {
    .name = "remove",
    .words = "RUN...",
    .least = 1,
    .most = 1000000,
    .summary = "Remove runs with their prunings and weights, or their weights alone.",
    .options = remove_options,
    .run = remove_runs,
};
