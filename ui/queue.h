/* What the Jobs screen knows: the queue in the order in which it is worked off, each job with its
 * run, and how long it will take. Read from the store; no drawing here. */
#ifndef UI_QUEUE_H
#define UI_QUEUE_H

#include "ui/roster.h"

struct queue_entry {
    struct job_row job;
    const struct run_row *run; /* the roster's; NULL: it has gone meanwhile */
    int place;                 /* 1: goes next; 0: does not wait */
    double share;              /* of the run that is done, 0 … 1 */
    double left;               /* seconds to its end; NaN: not known */
    bool guessed;              /* by the pace of other runs on the same data */
};

struct queue {
    struct queue_entry *entry; /* at work, waiting in order, standing still, done (newest first) */
    int count;
    int working, waiting;
    double left; /* seconds until nothing waits any more, as far as that is known */
    int unknown; /* jobs that would add to it, nobody knows how much */
    struct roster *roster;
};

/* On an error the queue stays as it was. *latest: see roster_hold. */
int queue_read(struct queue *queue, struct roster **latest, struct store *store, struct error *err);
void queue_done(struct queue *queue);

#endif
