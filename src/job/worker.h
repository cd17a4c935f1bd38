/*
 * The worker: takes jobs from the store's queue, one at a time, and trains them.
 */
#ifndef JOB_WORKER_H
#define JOB_WORKER_H

#include <stdbool.h>

#include "job/job.h"

struct worker_options {
    bool alone;     /* wait while another such worker is at work; leave when one waits already */
    bool once;        /* one job, then stop */
    int64_t until;    /* stop at a checkpoint at this time (ms since 1970); 0: no limit */
    const char *data; /* where to look for data first, or NULL */
    const struct job_watch *watch;
    /* called before each job; may be NULL */
    void (*starts)(void *context, const struct run_row *row);
};

/* Works until the queue is empty (or as the options say). Jobs that fail are counted and left; the
 * job that a signal stops goes back into the queue, and ERROR_STOPPED is returned. */
int worker_run(struct store *store, const struct worker_options *options, int *done, int *failed,
               struct error *err);

/* Starts `slimscope work` on this store, detached from the terminal, at nice 10, its messages going
 * to STORE.d/worker.log. It works alone: starting one for each queued run is right and harmless. */
int worker_start(const char *store_path, struct error *err);

#endif
