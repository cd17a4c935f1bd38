#include "job/batch_crew.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/stop.h"
#include "base/text.h"

enum { LOOK_EVERY = 300 /* ms */, REPLACEMENTS = 20 };

struct crew {
    struct batch *batch;
    const struct crew_options *options;
    pid_t *pid;       /* (processes) 0: has gone */
    int alive;        /* how many of them live */
    int replaced;     /* how many were started again */
    int pipe[2];      /* the workers' messages */
    struct text line; /* of them, not whole yet */
    bool stopping;
    int64_t version;         /* of the store when it was looked at */
    enum batch_state *state; /* (tasks) and how they stood */
    int *epoch, *told; /* (tasks) epochs they had, and 1 + those when they were last announced */
};

/* --- processes -------------------------------------------------------------------------------- */

/* In the child: our messages into the pipe, and the same program as a worker of the plan. */
static void become_worker(const struct crew *c, int index, pid_t leader)
{
    const struct crew_options *o = c->options;
    char threads[16];
    int share = o->threads / o->processes + (index < o->threads % o->processes);
    snprintf(threads, sizeof threads, "%d", share > 0 ? share : 1);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != leader)
        _exit(0);
    setpgid(0, 0); /* the terminal's Ctrl-C is for the leader */
    int null = open("/dev/null", O_RDWR);
    dup2(null, 0);
    dup2(null, 1);
    dup2(c->pipe[1], 2);
    if (nice(10) < 0) {
        /* it works at the priority that it has */
    }
    execl("/proc/self/exe", "slimscope", "work", "--plan", c->batch->plan->path, "--store",
          store_path(c->batch->store), "--threads", threads, (char *)NULL);
    _exit(127);
}

static int start(struct crew *c, int index, struct error *err)
{
    pid_t leader = getpid();
    fflush(NULL);
    pid_t child = fork();
    if (child < 0)
        return error_set_errno(err, ERROR_FAILED, "starting a worker");
    if (child == 0)
        become_worker(c, index, leader);
    c->pid[index] = child;
    c->alive++;
    return 0;
}

static void stop_all(struct crew *c)
{
    for (int i = 0; i < c->options->processes && !c->stopping; i++)
        if (c->pid[i] > 0)
            kill(c->pid[i], SIGTERM);
    c->stopping = true;
}

/* Takes note of those that have gone. One that was killed is replaced: its job is taken over. */
static int reap(struct crew *c, struct error *err)
{
    int code = 0;
    for (int i = 0; i < c->options->processes && !code; i++) {
        int status;
        if (c->pid[i] <= 0 || waitpid(c->pid[i], &status, WNOHANG) != c->pid[i])
            continue;
        c->pid[i] = 0;
        c->alive--;
        if (!WIFSIGNALED(status) || c->stopping || c->replaced >= REPLACEMENTS)
            continue;
        c->replaced++;
        log_notice("a worker was killed (%s); another takes its place",
                   strsignal(WTERMSIG(status)));
        code = start(c, i, err);
    }
    return code;
}

/* --- what they say ---------------------------------------------------------------------------- */

/* Messages begin with the program's name; what else a worker says is its own progress. */
static void pass_on(struct crew *c)
{
    const char *line = text_get(&c->line);
    if (strncmp(line, "slimscope: ", 11) == 0)
        log_pass(line);
    text_done(&c->line);
}

static void listen_to(struct crew *c, int timeout)
{
    struct pollfd ready = {.fd = c->pipe[0], .events = POLLIN};
    char bytes[4096];
    if (poll(&ready, 1, timeout) <= 0)
        return;
    ssize_t got = read(c->pipe[0], bytes, sizeof bytes);
    for (ssize_t i = 0; i < got; i++) {
        if (bytes[i] == '\n')
            pass_on(c);
        else if (c->line.length < 1000)
            text_add_bytes(&c->line, &bytes[i], 1);
    }
}

/* --- what they do, by the store --------------------------------------------------------------- */

static void tell_epochs(struct crew *c, int t, struct batch_task *task)
{
    const struct batch_watch *watch = c->options->batch.watch;
    struct epoch_row *rows;
    int count;
    if (task->epoch <= c->epoch[t] || !watch->epoch ||
        epoch_list(c->batch->store, task->id, &rows, &count, NULL))
        return;
    for (int i = 0; i < count; i++)
        if (rows[i].epoch > c->epoch[t])
            watch->epoch(watch->context, task, &rows[i]);
    free(rows);
}

static void tell_progress(struct crew *c, const struct batch_task *task)
{
    const struct batch_watch *watch = c->options->batch.watch;
    struct job_row job = {0};
    if (!watch->progress || job_get(c->batch->store, task->job, &job, NULL))
        return;
    struct job_progress progress = {
        .phase = "train",
        .epoch = job.epoch,
        .epochs = task->epochs,
        .batch = job.batch,
        .batches = job.batches,
        .loss = job.loss,
        .images_per_second = job.images_per_second,
        .eta = job.updated ? job.eta : -1,
    };
    watch->progress(watch->context, task, &progress);
    job_row_done(&job);
}

static void tell(struct crew *c, int t)
{
    const struct batch_watch *watch = c->options->batch.watch;
    struct batch_task *task = &c->batch->task[t];
    const enum batch_state before = c->state[t];
    bool ended = task->state == BATCH_DONE || task->state == BATCH_FAILED;
    if (!watch)
        return;
    if (task->state == BATCH_RUNNING && before != BATCH_RUNNING && watch->starts &&
        c->told[t] != task->epoch + 1) {
        watch->starts(watch->context, task);
        c->told[t] = task->epoch + 1;
    }
    if (task->kind != BATCH_PRUNE && before != BATCH_DONE)
        tell_epochs(c, t, task);
    if (task->state == BATCH_RUNNING)
        tell_progress(c, task);
    if (ended && before != task->state && watch->ends)
        watch->ends(watch->context, task);
}

static int look(struct crew *c, struct error *err)
{
    int64_t version = store_version(c->batch->store);
    int code = 0;
    if (version == c->version && c->alive)
        return 0;
    c->version = version;
    code = batch_look(c->batch, c->alive == 0, err);
    for (int t = 0; t < c->batch->tasks && !code; t++) {
        const struct batch_task *task = &c->batch->task[t];
        tell(c, t);
        if (task->state == BATCH_FAILED && c->state[t] != BATCH_FAILED &&
            c->options->batch.fail_fast)
            stop_all(c);
        c->state[t] = task->state;
        c->epoch[t] = task->epoch;
    }
    return code;
}

/* --- the whole -------------------------------------------------------------------------------- */

/* Prunings that are ready when all workers have gone home could not be made; a worker said why. */
static void find_refused(struct crew *c)
{
    for (int t = 0; t < c->batch->tasks && !c->stopping; t++) {
        struct batch_task *task = &c->batch->task[t];
        if (task->kind == BATCH_PRUNE && task->state == BATCH_READY) {
            task->refused = true;
            task->state = BATCH_FAILED;
        }
    }
}

static int lead(struct crew *c, struct error *err)
{
    int code = 0;
    for (int i = 0; i < c->options->processes && !code; i++)
        code = start(c, i, err);
    while (c->alive > 0) {
        if (code || stop_signal() || deadline_is_over(&c->options->batch.until))
            stop_all(c);
        listen_to(c, LOOK_EVERY);
        int reaped = reap(c, code ? NULL : err);
        if (!code)
            code = reaped;
        if (!code)
            code = look(c, err);
    }
    listen_to(c, 0);
    if (!code)
        code = look(c, err);
    if (!code && stop_signal())
        code = error_set(err, ERROR_STOPPED, "stopped");
    return code;
}

int crew_work(struct batch *batch, const struct crew_options *options, struct error *err)
{
    struct crew c = {.batch = batch,
                     .options = options,
                     .pid = NEW(pid_t, options->processes),
                     .state = NEW(enum batch_state, batch->tasks + 1),
                     .epoch = NEW(int, batch->tasks + 1),
                     .told = NEW(int, batch->tasks + 1)};
    for (int t = 0; t < batch->tasks; t++) {
        c.state[t] = batch->task[t].state;
        c.epoch[t] = batch->task[t].epoch;
    }
    int code = pipe2(c.pipe, O_CLOEXEC) ? error_set_errno(err, ERROR_FAILED, "a pipe") : 0;
    if (!code) {
        code = lead(&c, err);
        find_refused(&c);
        close(c.pipe[0]);
        close(c.pipe[1]);
    }
    text_done(&c.line);
    free(c.pid);
    free(c.state);
    free(c.epoch);
    free(c.told);
    return code;
}
