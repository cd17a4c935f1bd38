/* `batch`: a whole study. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/stop.h"
#include "cli/board.h"
#include "cli/cluster.h"
#include "cli/command.h"
#include "cli/deadline.h"
#include "cli/output.h"
#include "cli/training.h"
#include "job/batch_crew.h"
#include "job/batch_estimate.h"
#include "kernel/task.h"

struct request {
    int64_t jobs; /* processes; of a cluster's array, tasks at the same time */
    int slice, slices;
    bool retry, dry_run;
    struct batch_options batch;
};

/* "2/4": the second of four parts. */
static int read_slice(const struct arguments *arguments, struct request *request, struct error *err)
{
    const char *text = option_text(arguments, "slice");
    int part, parts, length = 0;
    request->slices = 1;
    if (!text)
        return 0;
    if (sscanf(text, "%9d/%9d%n", &part, &parts, &length) != 2 || text[length] || part < 1 ||
        part > parts)
        return error_set(err, ERROR_USAGE, "--slice %s: must be K/N with 1 <= K <= N", text);
    request->slice = part - 1;
    request->slices = parts;
    return 0;
}

static int read_request(const struct session *session, struct request *request, struct error *err)
{
    const struct arguments *arguments = &session->arguments;
    *request = (struct request){.jobs = 1,
                                .retry = option_given(arguments, "retry"),
                                .dry_run = option_given(arguments, "dry-run"),
                                .batch.fail_fast = option_given(arguments, "fail-fast")};
    int code = option_integer(arguments, "jobs", 1, 256, &request->jobs, err);
    if (!code && option_given(arguments, "until") && option_given(arguments, "for"))
        code = error_set(err, ERROR_USAGE, "--until and --for: only one can be given");
    if (!code && option_given(arguments, "keep-going") && request->batch.fail_fast)
        code = error_set(err, ERROR_USAGE, "--keep-going and --fail-fast: only one can be given");
    if (!code)
        code = deadline_until(arguments, &request->batch.until, err);
    if (!code)
        code = deadline_for(arguments, &request->batch.until, err);
    return code ? code : read_slice(arguments, request, err);
}

/* --- a dry run -------------------------------------------------------------------------------- */

/* "train", "  prune channels 50%", "retrain at channels 50%"; the caller frees. */
static char *describe_task(const struct plan *plan, const struct batch_task *task)
{
    char amount[AMOUNT_TEXT];
    const struct plan_retrain *retrain = &plan->retrain[task->part];
    if (task->kind == BATCH_TRAIN)
        return memory_copy_text("train");
    const int pruning = task->kind == BATCH_PRUNE ? task->part : retrain->pruning;
    amount_print(&plan->pruning[pruning].amount, amount, sizeof amount);
    return memory_print("%s %s",
                        task->kind == BATCH_PRUNE ? "  prune"
                        : retrain->scratch        ? "retrain from scratch at"
                                                  : "retrain at",
                        amount + 2);
}

static void add_task(struct table *table, const struct batch *batch, const struct batch_task *task)
{
    static const char *const states[] = {
        [BATCH_WAITING] = "",    [BATCH_READY] = "",    [BATCH_RUNNING] = "running",
        [BATCH_HELD] = "paused", [BATCH_DONE] = "done", [BATCH_FAILED] = "failed"};
    const struct config *config = &batch->plan->run[task->run].config;
    char *job = describe_task(batch->plan, task), *epochs = task->kind == BATCH_PRUNE
                                                                ? memory_copy_text("")
                                                                : memory_print("%d", task->epochs);
    table_add(table, "%s", job);
    table_add(table, "%s x%g", config->arch, config->width);
    table_add(table, "%s", task->set->name);
    table_add(table, "%s", config_row(CONFIG_FIELD_penalty)->choices[config->penalty]);
    table_add(table, "%g", config->lambda);
    table_add(table, "%lld", (long long)config->seed);
    table_add(table, "%s", epochs);
    table_add(table, "%s", states[task->state]);
    free(job);
    free(epochs);
}

static void print_tasks(const struct batch *batch, bool colour)
{
    static const char *const heads[] = {"<job",  "<network", "<data", "<penalty", ">lambda",
                                        ">seed", ">epochs",  "<",     NULL};
    struct table table;
    table_open(&table, heads);
    for (int t = 0; t < batch->tasks; t++)
        add_task(&table, batch, &batch->task[t]);
    table_print(&table, colour);
    table_close(&table);
}

static void print_estimate(const struct batch_count *count, const struct batch_estimate *estimate)
{
    struct jvalue *object = jvalue_object();
    jvalue_set_integer(object, "jobs", count->jobs);
    jvalue_set_integer(object, "done", 0);
    jvalue_set_integer(object, "skipped", count->skipped);
    jvalue_set_integer(object, "failed", count->failed);
    jvalue_set_integer(object, "left", count->left);
    jvalue_set_number(object, "seconds", estimate->seconds);
    jvalue_set_integer(object, "bytes", estimate->bytes);
    if (estimate->room >= 0)
        jvalue_set_integer(object, "bytes_free", estimate->room);
    else
        jvalue_set_null(object, "bytes_free");
    output_json(object);
}

static int dry_run(struct session *session, const struct request *request,
                   const struct batch *batch, struct error *err)
{
    struct batch_estimate estimate;
    struct batch_count count;
    char text[32], room[32];
    int threads = task_threads();
    task_set_threads(threads / (int)request->jobs);
    int code = batch_estimate(batch, session->store_path, (int)request->jobs, &estimate, err);
    if (code)
        return code;
    batch_count(batch, &count);
    if (session->json) {
        print_estimate(&count, &estimate);
        return 0;
    }
    print_tasks(batch, session->colour);
    printf("%d jobs, %d done already\n", count.jobs, count.skipped);
    printf("about %s on this machine, with %lld at a time\n",
           clock_print_duration(estimate.seconds, text, sizeof text), (long long)request->jobs);
    printf("about %s on the disk, %s are free\n",
           output_bytes((double)estimate.bytes, text, sizeof text),
           estimate.room < 0 ? "unknown" : output_bytes((double)estimate.room, room, sizeof room));
    return 0;
}

/* --- the work --------------------------------------------------------------------------------- */

static int work(struct session *session, const struct request *request, struct batch *batch,
                struct error *err)
{
    struct board board;
    board_open(&board, session, batch);
    struct batch_watch watch = board_watch(&board);
    struct crew_options crew = {
        .processes = (int)request->jobs, .threads = task_threads(), .batch = request->batch};
    crew.batch.watch = &watch;
    int code = batch_queue(batch, request->retry, err);
    if (code == ERROR_SPACE)
        code = 0; /* who works enters what is missing, and waits for room */
    if (!code)
        code =
            request->jobs > 1 ? crew_work(batch, &crew, err) : batch_work(batch, &crew.batch, err);
    board_close(&board);
    if (!code)
        code = batch_look(batch, true, err);
    return code;
}

static void print_summary(const struct session *session, const struct batch *batch, double seconds)
{
    struct batch_count count;
    char time[32];
    batch_count(batch, &count);
    if (session->json) {
        struct jvalue *object = jvalue_object();
        jvalue_set_integer(object, "jobs", count.jobs);
        jvalue_set_integer(object, "done", count.done);
        jvalue_set_integer(object, "skipped", count.skipped);
        jvalue_set_integer(object, "failed", count.failed);
        jvalue_set_integer(object, "left", count.left);
        jvalue_set_number(object, "seconds", seconds);
        output_json(object);
        return;
    }
    for (int t = 0; t < batch->tasks; t++) {
        char name[64];
        if (batch->task[t].state == BATCH_FAILED)
            printf("failed: %s: %s\n", batch_task_name(batch, &batch->task[t], name),
                   batch->task[t].message);
    }
    printf("%d jobs: %d done, %d skipped, %d failed, %d left, in %s\n", count.jobs, count.done,
           count.skipped, count.failed, count.left,
           clock_print_duration(seconds, time, sizeof time));
}

/* Runs the user's command, with what came of it in its environment. */
static void notify(const struct session *session, const struct batch *batch, int code)
{
    const char *command = option_text(&session->arguments, "notify");
    struct batch_count count;
    char number[16];
    if (!command)
        return;
    batch_count(batch, &count);
    setenv("SLIMSCOPE_PLAN", batch->plan->name, 1);
    setenv("SLIMSCOPE_STATUS", code ? "stopped" : count.failed ? "failed" : "done", 1);
    snprintf(number, sizeof number, "%d", count.done + count.skipped);
    setenv("SLIMSCOPE_DONE", number, 1);
    snprintf(number, sizeof number, "%d", count.failed);
    setenv("SLIMSCOPE_FAILED", number, 1);
    fflush(NULL);
    int status = system(command);
    if (status != 0)
        log_notice("--notify: the command ended with status %d", status);
}

static int finish(struct session *session, const struct batch *batch, int code, double seconds,
                  struct error *err)
{
    struct batch_count count;
    batch_count(batch, &count);
    if (!code)
        print_summary(session, batch, seconds);
    notify(session, batch, code);
    if (code == ERROR_STOPPED) {
        error_set(err, ERROR_STOPPED, "stopped with %d of %d jobs done", count.done + count.skipped,
                  count.jobs);
        return error_hint(err, "the same command goes on from there");
    }
    if (!code && count.failed)
        return error_set(err, ERROR_SOME, "%d of %d jobs failed", count.failed, count.jobs);
    return code;
}

static void warn(const struct plan *plan)
{
    for (int r = 0; r < plan->runs; r++)
        if (r == 0 || plan->run[r].config.penalty != plan->run[r - 1].config.penalty)
            training_warn(&plan->run[r].config);
}

static int run_plan(struct session *session, const struct request *request, const struct plan *plan,
                    struct error *err)
{
    struct batch batch = {0};
    double start = clock_seconds();
    const bool reads = request->dry_run || cluster_wanted(session);
    int code = session_store_path(session, err);
    if (!code && (!reads || file_exists(session->store_path)))
        code = session_open(session, reads ? STORE_READ : STORE_CREATE, err);
    if (!code)
        code = batch_open(session->store, plan, request->slice, request->slices, &batch, err);
    if (!code)
        code = cluster_fetch(session, &batch, err);
    if (!code && cluster_wanted(session)) {
        code = cluster_send(session, &batch, err);
    } else if (!code && request->dry_run) {
        code = dry_run(session, request, &batch, err);
    } else if (!code) {
        warn(plan);
        code = work(session, request, &batch, err);
        code = finish(session, &batch, code, clock_seconds() - start, err);
    }
    batch_close(&batch);
    return code;
}

static int run(struct session *session, struct error *err)
{
    struct request request;
    struct plan plan;
    int code = read_request(session, &request, err);
    if (code)
        return code;
    code = plan_read(session->arguments.word[0], &plan, err);
    if (code)
        return code;
    code = run_plan(session, &request, &plan, err);
    plan_done(&plan);
    return code;
}

static const struct option options[] = {
    {.name = "dry-run", .letter = 'n', .help = "say what is to be done, and what it will take"},
    {.name = "jobs",
     .letter = 'j',
     .placeholder = "N",
     .help = "runs at the same time (default 1)"},
    {.name = "until", .placeholder = "HH:MM", .help = "stop at this time, at a checkpoint"},
    {.name = "for", .placeholder = "8h", .help = "stop after this long, at a checkpoint"},
    {.name = "keep-going", .help = "go on when a job fails (the default)"},
    {.name = "fail-fast", .help = "stop when a job fails"},
    {.name = "retry", .help = "try again what failed before"},
    {.name = "notify", .placeholder = "CMD", .help = "run this shell command at the end"},
    {.name = "slice", .placeholder = "K/N", .help = "only the K-th of N parts of the runs"},
    {.name = "from", .placeholder = "FILE", .help = "take from this store what it has of them"},
    {.name = "slurm", .help = "write the script of a Slurm job array instead"},
    {.name = "submit", .help = "and submit it"},
    {.name = "tasks", .placeholder = "N", .help = "tasks of the array (default: one a run)"},
    {.name = "sbatch",
     .placeholder = "OPTION",
     .repeats = true,
     .help = "one more option of sbatch: time=4:00:00"},
    {0},
};

const struct command command_batch = {
    .name = "batch",
    .words = "PLAN.yaml",
    .least = 1,
    .most = 1,
    .flags = COMMAND_COMPUTES,
    .summary = "Work off a plan: trainings, prunings and retrainings.",
    .about = "Plans are described in slimscope-plan(5). The same command given again goes on: what "
             "is finished is skipped, what was interrupted goes on from its checkpoint, and what a "
             "changed plan has more is added.",
    .options = options,
    .run = run,
};
