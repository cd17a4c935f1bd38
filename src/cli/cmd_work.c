/* `work`, `pause`, `cancel`: the queue. */
#include <stdio.h>

#include "cli/board.h"
#include "cli/command.h"
#include "cli/deadline.h"
#include "cli/describe.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "job/control.h"
#include "job/job.h"
#include "job/worker.h"

/* --- work ------------------------------------------------------------------------------------- */

static void on_start(void *context, const struct run_row *row)
{
    const struct progress *progress = context;
    char network[80], penalty[80];
    if (!progress->quiet)
        fprintf(stderr, "run %lld: %s on %s, %s\n", (long long)row->id,
                describe_network(row, network, sizeof network), row->data,
                describe_penalty(row, penalty, sizeof penalty));
}

static void print_counts(const struct session *session, int done, int failed)
{
    struct jvalue *object = jvalue_object();
    jvalue_set_integer(object, "done", done);
    jvalue_set_integer(object, "failed", failed);
    if (session->json) {
        output_json(object);
        return;
    }
    jvalue_free(object);
    printf("%d done, %d failed\n", done, failed);
}

/* What is left of a plan, and what follows from it; its other workers and `batch` see it in the
 * store. */
static int work_on_plan(struct session *session, const char *path, struct deadline until, int *done,
                        int *failed, struct error *err)
{
    struct plan plan;
    struct batch batch = {0};
    struct batch_count count;
    struct board board;
    int code = plan_read(path, &plan, err);
    if (code)
        return code;
    code = batch_open(session->store, &plan, 0, 1, &batch, err);
    if (!code) {
        batch_count(&batch, &count);
        const int failed_before = count.failed;
        board_open(&board, session, &batch);
        struct batch_watch watch = board_watch(&board);
        code = batch_work(&batch, &(struct batch_options){.until = until, .watch = &watch}, err);
        board_close(&board);
        batch_count(&batch, &count);
        *done = count.done;
        *failed = count.failed - failed_before;
    }
    batch_close(&batch);
    plan_done(&plan);
    return code;
}

static int work_on_queue(struct session *session, struct deadline until, int *done, int *failed,
                         struct error *err)
{
    const struct arguments *arguments = &session->arguments;
    struct progress progress;
    progress_open(&progress, session);
    struct job_watch watch = progress_watch(&progress);
    struct worker_options options = {.alone = option_given(arguments, "alone"),
                                     .once = option_given(arguments, "once"),
                                     .until = until,
                                     .data = option_text(arguments, "data"),
                                     .watch = &watch,
                                     .starts = on_start};
    int code = worker_run(session->store, &options, done, failed, err);
    progress_close(&progress);
    return code;
}

static int work(struct session *session, struct error *err)
{
    const char *plan = option_text(&session->arguments, "plan");
    int done = 0, failed = 0;
    struct deadline until = {0};
    int code = deadline_until(&session->arguments, &until, err);
    if (!code)
        code = session_open(session, STORE_WRITE, err);
    if (!code)
        code = plan ? work_on_plan(session, plan, until, &done, &failed, err)
                    : work_on_queue(session, until, &done, &failed, err);
    if (code)
        return code;
    print_counts(session, done, failed);
    return failed ? error_set(err, ERROR_SOME, "%d of %d jobs failed", failed, done + failed) : 0;
}

static const struct option work_options[] = {
    {.name = "alone", .help = "one at a time: wait while another such worker is at work"},
    {.name = "once", .help = "take one job, then stop"},
    {.name = "plan", .placeholder = "PLAN", .help = "only the jobs of this plan, and what follows"},
    {.name = "until", .placeholder = "HH:MM", .help = "stop at this time, at a checkpoint"},
    {.name = "data", .placeholder = "SPEC", .help = "look for the data here first"},
    {0},
};

const struct command command_work = {
    .name = "work",
    .words = "",
    .flags = COMMAND_COMPUTES,
    .summary = "Train what is queued, one run after the other.",
    .options = work_options,
    .run = work,
};

/* --- pause, cancel ---------------------------------------------------------------------------- */

static int ask(struct session *session,
               int (*request)(struct store *store, int64_t run, struct error *err),
               struct error *err)
{
    struct run_row row = {0};
    int code = session_open(session, STORE_WRITE, err);
    if (!code)
        code = session_run(session, session->arguments.word[0], &row, err);
    if (!code)
        code = request(session->store, row.id, err);
    if (!code && session->json) {
        struct jvalue *object = jvalue_object(), *array = jvalue_array();
        jvalue_add_integer(array, row.id);
        jvalue_set(object, "ids", array);
        output_json(object);
    }
    run_row_done(&row);
    return code;
}

static int pause_run(struct session *session, struct error *err)
{
    return ask(session, control_pause, err);
}

static int cancel_run(struct session *session, struct error *err)
{
    return ask(session, control_cancel, err);
}

const struct command command_pause = {
    .name = "pause",
    .words = "RUN",
    .least = 1,
    .most = 1,
    .summary = "Stop a run's training at a checkpoint, to go on later.",
    .run = pause_run,
};

const struct command command_cancel = {
    .name = "cancel",
    .words = "RUN",
    .least = 1,
    .most = 1,
    .summary = "Stop a run's training and take it from the queue.",
    .run = cancel_run,
};
