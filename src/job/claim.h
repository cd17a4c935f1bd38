/*
 * Claims: which process trains a run.
 *
 * A process holds STORE.d/job-N.lock (flock) while it works on job N, so on one host the kernel
 * says who is dead and no clock is trusted; across hosts a heartbeat decides after five minutes.
 * Taking a job raises its claim number, and every write names the claim it was made under: a worker
 * that was presumed dead and comes back cannot write any more.
 */
#ifndef JOB_CLAIM_H
#define JOB_CLAIM_H

#include "base/error.h"
#include "db/record.h"

enum { CLAIM_SILENCE = 300 }; /* seconds without a heartbeat, on another host */

struct claim {
    int64_t job, number;
    int fd; /* holds the lock; −1: no claim */
    char *path;
};

/* Takes a job. ERROR_BUSY, naming the process, when a living one has it. */
int claim_take(struct store *store, const struct job_row *job, struct claim *claim,
               struct error *err);

/* Takes the lock of a run's prunings: they have no job rows, and no two processes should measure
 * the same. ERROR_BUSY when a process on this host holds it. */
int claim_prunings(struct store *store, int64_t run, struct claim *claim, struct error *err);

/* Gives the lock back; the job's row is the caller's. */
void claim_release(struct claim *claim);

/* Whether a job of another host has fallen silent, now being `wall` (clock_milliseconds) and
 * `steady` (clock_seconds): its heartbeat is five minutes old; or it is ahead of our clock, which
 * then tells nothing, and has not changed for the five minutes that this process has watched it. */
bool claim_is_silent(const struct job_row *job, int64_t wall, double steady);

/* Whether the process that a running job names still lives, as far as one can tell. */
bool claim_alive(struct store *store, const struct job_row *job);

#endif
