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

/* Runs that are removed together. */
struct removal {
    int64_t *id; /* (count) children, which are younger, before their parents */
    int count;
    bool weights; /* only these */
};

static bool is_removed(const struct removal *removal, int64_t id)
{
    for (int i = 0; i < removal->count; i++)
        if (removal->id[i] == id)
            return true;
    return false;
}

static int compare_ids(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a < b) - (a > b);
}

static int check_removable(struct store *store, const struct removal *removal, int64_t id,
                           struct error *err)
{
    struct run_row row = {0}, *children;
    int count;
    int code = run_get(store, id, &row, err);
    bool running = !code && row.status == RUN_RUNNING;
    run_row_done(&row);
    if (running) {
        error_set(err, ERROR_BUSY, "run %lld: is being trained", (long long)id);
        return error_hint(err, "`slimscope cancel %lld` stops it", (long long)id);
    }
    if (code || removal->weights)
        return code;
    code = run_list_children(store, id, &children, &count, err);
    if (code)
        return code;
    for (int i = 0; i < count && !code; i++)
        if (!is_removed(removal, children[i].id))
            code = error_set(err, ERROR_USAGE, "run %lld: run %lld retrains a pruning of it",
                             (long long)id, (long long)children[i].id);
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

static void unlink_files(const struct session *session, const struct checkpoint_row *files,
                         int count)
{
    for (int i = 0; i < count; i++) {
        char *path = memory_print("%s/%s", store_folder(session->store), files[i].file);
        if (unlink(path) != 0 && !session->quiet)
            fprintf(stderr, "slimscope: remove: %s could not be removed\n", path);
        free(path);
    }
}

/* The row first, then the weights' files: a file without a row is found by `store check`, a row
 * without its file would be damage. A worker may have taken the run while the user was asked. */
static int remove_run(struct session *session, const struct removal *removal, int64_t id,
                      struct error *err)
{
    struct store *store = session->store;
    struct checkpoint_row *files = NULL;
    int count = 0;
    int code = store_begin(store, err);
    if (code)
        return code;
    code = check_removable(store, removal, id, err);
    if (!code)
        code = checkpoint_list(store, id, &files, &count, err);
    if (!code)
        code = removal->weights ? remove_weights(store, files, count, err)
                                : run_remove(store, id, err);
    code = store_end(store, code, err);
    if (!code)
        unlink_files(session, files, count);
    checkpoint_rows_free(files, count);
    return code;
}

static int confirm(const struct session *session, const struct removal *removal, struct error *err)
{
    char answer[16] = "";
    if (option_given(&session->arguments, "yes"))
        return 0;
    if (!session->input) {
        error_set(err, ERROR_USAGE, "nobody to ask");
        return error_hint(err, "--yes removes without asking");
    }
    fprintf(stderr, "remove %s%d run%s%s? [y/N] ", removal->weights ? "the weights of " : "",
            removal->count, removal->count == 1 ? "" : "s",
            removal->weights ? "" : " with prunings and weights");
    if (fgets(answer, sizeof answer, stdin) && (answer[0] == 'y' || answer[0] == 'Y'))
        return 0;
    return error_set(err, ERROR_FAILED, "nothing was removed");
}

/* The runs that the command names, each once. */
static int list_removed(struct session *session, struct removal *removal, struct error *err)
{
    const struct arguments *arguments = &session->arguments;
    int code = 0;
    for (int i = 0; i < arguments->words && !code; i++) {
        struct run_row row = {0};
        code = session_run(session, arguments->word[i], &row, err);
        if (!code && !is_removed(removal, row.id))
            removal->id[removal->count++] = row.id;
        run_row_done(&row);
    }
    qsort(removal->id, (size_t)removal->count, sizeof *removal->id, compare_ids);
    for (int i = 0; i < removal->count && !code; i++)
        code = check_removable(session->store, removal, removal->id[i], err);
    return code;
}

static int remove_runs(struct session *session, struct error *err)
{
    struct removal removal = {.id = NEW(int64_t, session->arguments.words),
                              .weights = option_given(&session->arguments, "weights")};
    int dead;
    int code = session_open(session, STORE_WRITE, err);
    if (!code)
        code = job_bury_dead(session->store, &dead, err);
    if (!code)
        code = list_removed(session, &removal, err);
    if (!code)
        code = confirm(session, &removal, err);
    for (int i = 0; i < removal.count && !code; i++)
        code = remove_run(session, &removal, removal.id[i], err);
    if (!code)
        print_ids(session, removal.id, removal.count);
    free(removal.id);
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
