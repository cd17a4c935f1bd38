/* `work`, `pause`, `cancel`: the queue. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "cli/command.h"
#include "cli/describe.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "job/control.h"
#include "job/job.h"
#include "job/worker.h"

/* --- work ------------------------------------------------------------------------------------- */

/* The next time the clock shows HH:MM here, in ms since 1970. */
static int parse_until(const char *text, int64_t *until, struct error *err)
{
    int hour, minute, length = 0;
    if (sscanf(text, "%2d:%2d%n", &hour, &minute, &length) != 2 || text[length] || hour < 0 ||
        hour > 23 || minute < 0 || minute > 59)
        return error_set(err, ERROR_USAGE, "--until %s: not a time of day; write 07:30", text);
    time_t now = (time_t)(clock_milliseconds() / 1000);
    struct tm at;
    localtime_r(&now, &at);
    at.tm_hour = hour;
    at.tm_min = minute;
    at.tm_sec = 0;
    at.tm_isdst = -1;
    time_t then = mktime(&at);
    if (then <= now) {
        at.tm_mday++;
        at.tm_isdst = -1;
        then = mktime(&at);
    }
    *until = (int64_t)then * 1000;
    return 0;
}

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

static int work(struct session *session, struct error *err)
{
    const struct arguments *arguments = &session->arguments;
    struct progress progress;
    progress_open(&progress, session);
    struct job_watch watch = progress_watch(&progress);
    struct worker_options options = {.alone = option_given(arguments, "alone"),
                                     .once = option_given(arguments, "once"),
                                     .data = option_text(arguments, "data"),
                                     .watch = &watch,
                                     .starts = on_start};
    int done = 0, failed = 0, code = 0;
    if (option_given(arguments, "until"))
        code = parse_until(option_text(arguments, "until"), &options.until, err);
    if (!code)
        code = session_open(session, STORE_WRITE, err);
    if (!code)
        code = worker_run(session->store, &options, &done, &failed, err);
    progress_close(&progress);
    if (code)
        return code;
    print_counts(session, done, failed);
    return failed ? error_set(err, ERROR_SOME, "%d of %d jobs failed", failed, done + failed) : 0;
}

static const struct option work_options[] = {
    {.name = "alone", .help = "one at a time: wait while another such worker is at work"},
    {.name = "once", .help = "take one job, then stop"},
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
