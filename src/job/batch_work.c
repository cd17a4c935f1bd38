/*
 * Method. One process of a batch: look how the tasks stand, take the first that is ready (of those
 * whose jobs have the highest priority), do it, look again. A task that another process took in
 * between is left to it. When nothing is ready but others still work, wait: what they finish may
 * make more ready, and what they leave when they die is taken over.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/stop.h"
#include "job/batch.h"
#include "job/claim.h"

static const useconds_t nap = 200000;

struct member {
    struct batch *batch;
    const struct batch_options *options;
    struct worker *worker;
    struct batch_task *task;          /* the present one */
    const struct batch_task *stalled; /* the last one, when there was no room for it */
};

/* --- what is watched -------------------------------------------------------------------------- */

static void on_progress(void *context, const struct job_progress *progress)
{
    struct member *m = context;
    const struct batch_watch *watch = m->options->watch;
    if (watch && watch->progress)
        watch->progress(watch->context, m->task, progress);
}

static void on_epoch(void *context, const struct epoch_row *row, int epochs)
{
    struct member *m = context;
    const struct batch_watch *watch = m->options->watch;
    m->task->epoch = row->epoch;
    m->task->epochs = epochs;
    if (!isnan(row->val_accuracy))
        m->task->accuracy = row->val_accuracy;
    if (watch && watch->epoch)
        watch->epoch(watch->context, m->task, row);
}

static void tell(const struct member *m, void (*what)(void *context, const struct batch_task *task))
{
    if (what)
        what(m->options->watch->context, m->task);
}

/* --- one task --------------------------------------------------------------------------------- */

static int train(struct member *m, int *outcome, struct error *err)
{
    struct batch_task *task = m->task;
    struct job_row job = {0};
    bool found = false;
    int code = job_find_run(m->batch->store, task->id, &found, &job, err);
    if (!code && !found) { /* a run that came without a job, from another store */
        code = store_begin(m->batch->store, err);
        if (!code)
            code = job_insert(m->batch->store, task->id, 0, &job.id, err);
        code = store_end(m->batch->store, code, err);
    }
    if (!code)
        code = worker_train(m->worker, job.id, task->set, outcome, err);
    job_row_done(&job);
    task->refused =
        *outcome && *outcome != ERROR_STOPPED && *outcome != ERROR_BUSY && *outcome != ERROR_SPACE;
    return code;
}

/* What the retrainings of this pruning need is in the store now: they join the queue. */
static int queue_children(struct member *m, struct error *err)
{
    struct batch *b = m->batch;
    int code = batch_look(b, false, err);
    for (int t = 0; t < b->tasks && !code; t++)
        if (b->task[t].parent >= 0 && &b->task[b->task[t].parent] == m->task)
            code = batch_enter(b, &b->task[t], err);
    return code;
}

static int prune_locked(struct member *m, int *outcome, struct error *err)
{
    struct batch *b = m->batch;
    struct batch_task *task = m->task;
    struct error why = {0};
    bool fresh = false;
    int code =
        batch_look(b, false, err); /* another process may have done it before we had the lock */
    if (code || task->state == BATCH_DONE)
        return code;
    *outcome =
        job_prune(b->store, b->task[task->parent].id, 0, &b->plan->pruning[task->part].amount,
                  task->set, worker_watch(m->worker), &task->id, &fresh, &why);
    if (!*outcome) {
        task->before = !fresh;
        return queue_children(m, err);
    }
    if (*outcome == ERROR_STOPPED || *outcome == ERROR_BUSY) {
        *err = why;
        return *outcome;
    }
    if (*outcome == ERROR_SPACE) {
        worker_wait_for_space(m->worker, &why);
        return 0;
    }
    task->refused = true;
    snprintf(task->message, sizeof task->message, "%.199s", why.text);
    log_notice("run %lld: %s", (long long)b->task[task->parent].id, why.text);
    return 0;
}

static int prune(struct member *m, int *outcome, struct error *err)
{
    struct claim claim;
    struct error busy = {0};
    int64_t run = m->batch->task[m->task->parent].id;
    *outcome = claim_prunings(m->batch->store, run, &claim, &busy);
    if (*outcome) {
        if (*outcome != ERROR_BUSY)
            *err = busy;
        return *outcome == ERROR_BUSY ? 0 : *outcome;
    }
    int code = prune_locked(m, outcome, err);
    claim_release(&claim);
    return code;
}

/* --- one after the other ---------------------------------------------------------------------- */

/* `skip`: tasks of this round that another process was quicker to take. */
static struct batch_task *next_task(const struct batch *b, const bool *skip)
{
    struct batch_task *best = NULL;
    for (int t = 0; t < b->tasks; t++) {
        struct batch_task *task = &b->task[t];
        if (task->state == BATCH_READY && !skip[t] && (!best || task->priority > best->priority))
            best = task;
    }
    return best;
}

static bool others_work(const struct batch *b, const bool *skip)
{
    for (int t = 0; t < b->tasks; t++)
        if (b->task[t].state == BATCH_RUNNING || (b->task[t].state == BATCH_READY && skip[t]))
            return true;
    return false;
}

static int perform(struct member *m, bool *busy, struct error *err)
{
    struct batch *b = m->batch;
    const struct batch_watch *watch = m->options->watch;
    int outcome = 0, code = batch_enter(b, m->task, err);
    if (code)
        return code;
    if (m->task != m->stalled)
        tell(m, watch ? watch->starts : NULL);
    code = m->task->kind == BATCH_PRUNE ? prune(m, &outcome, err) : train(m, &outcome, err);
    *busy = outcome == ERROR_BUSY;
    m->stalled = outcome == ERROR_SPACE || code == ERROR_SPACE ? m->task : NULL;
    if (!code)
        code = batch_look(b, false, err);
    if (!code && (m->task->state == BATCH_DONE || m->task->state == BATCH_FAILED))
        tell(m, watch ? watch->ends : NULL);
    return code;
}

/* Does the next task; with none that is ready, waits a little. *left: there is more to do. */
static int step(struct member *m, bool *skip, bool *left, struct error *err)
{
    struct batch *b = m->batch;
    bool busy = false;
    m->task = next_task(b, skip);
    *left = m->task || others_work(b, skip);
    if (!m->task && *left) {
        usleep(nap);
        memset(skip, 0, (size_t)b->tasks * sizeof *skip);
        return batch_look(b, false, err);
    }
    if (!m->task)
        return 0;
    int code = perform(m, &busy, err);
    skip[m->task - b->task] = busy;
    if (!code && m->options->fail_fast && m->task->state == BATCH_FAILED)
        *left = false;
    return code;
}

static int work(struct member *m, bool *skip, struct error *err)
{
    bool left = true;
    int code = 0;
    while (!code && left && !worker_time_is_over(m->worker)) {
        if (stop_signal())
            return error_set(err, ERROR_STOPPED, "stopped");
        code = step(m, skip, &left, err);
        if (code == ERROR_SPACE) { /* the store itself cannot be written */
            worker_wait_for_space(m->worker, err);
            code = 0;
        }
    }
    return code;
}

int batch_work(struct batch *batch, const struct batch_options *options, struct error *err)
{
    struct member m = {.batch = batch, .options = options};
    struct job_watch watch = {on_progress, on_epoch, &m};
    struct worker_options worker = {.until = options->until, .watch = &watch};
    bool *skip = NEW(bool, batch->tasks + 1);
    m.worker = worker_new(batch->store, &worker);
    int code = work(&m, skip, err);
    if (code == ERROR_STOPPED && worker_time_is_over(m.worker))
        code = 0; /* the time that was given is over: not an error */
    worker_free(m.worker);
    free(skip);
    return code;
}
