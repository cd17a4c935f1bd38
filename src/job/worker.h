/*
 * The worker: takes jobs from the store's queue, one at a time, and trains them.
 */
#ifndef JOB_WORKER_H
#define JOB_WORKER_H

#include <stdbool.h>

#include "base/clock.h"
#include "job/job.h"

struct worker_options {
    bool alone; /* wait while another such worker is at work; leave when one waits already */
    bool once;  /* one job, then stop */
    struct deadline until; /* stop at a checkpoint then */
    const char *data;      /* where to look for data first, or NULL */
    const struct job_watch *watch;
    /* called before each job; may be NULL */
    void (*starts)(void *context, const struct run_row *row);
};

/* Works until the queue is empty (or as the options say). Jobs that fail are counted and left; the
 * job that a signal stops goes back into the queue, and ERROR_STOPPED is returned. */
int worker_run(struct store *store, const struct worker_options *options, int *done, int *failed,
               struct error *err);

/* The same for who chooses the jobs himself (batch.h). The store's patience becomes endless: a
 * worker waits for a locked store. The options are copied, what they point to is not. */
struct worker;
struct worker *worker_new(struct store *store, const struct worker_options *options);
void worker_free(struct worker *worker); /* NULL is fine */

/* Trains job `id` on `set` (NULL: its data is looked for). *outcome is what came of it, as
 * job_train says; after ERROR_SPACE it has waited and the job is queued again. The result is
 * whether the worker can go on: ERROR_STOPPED after a signal, the job queued again. */
int worker_train(struct worker *worker, int64_t id, const struct data_set *set, int *outcome,
                 struct error *err);

/* Whether `until` has come. */
bool worker_time_is_over(const struct worker *worker);

/* Waits half a minute, or until a signal or the end of the time. The first time it says why; of
 * several workers on a store one does. */
void worker_wait_for_space(struct worker *worker, const struct error *why);

/* The watch that ends what it watches in time, and hands on to the options' watch. */
const struct job_watch *worker_watch(const struct worker *worker);

/* Starts `slimscope work` on this store, detached from the terminal, at nice 10, its messages going
 * to STORE.d/worker.log. It works alone: starting one for each queued run is right and harmless. */
int worker_start(const char *store_path, struct error *err);

#endif
