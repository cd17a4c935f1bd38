/*
 * A batch in several processes: `slimscope work --plan PLAN`, started, watched through the store,
 * and stopped in good order.
 */
#ifndef JOB_BATCH_CREW_H
#define JOB_BATCH_CREW_H

#include "job/batch.h"

struct crew_options {
    int processes, threads; /* the threads are shared out among the processes */
    struct batch_options batch;
};

/* As batch_work, by that many processes. They work at nice 10, and stop at a checkpoint when this
 * process ends, however it ends. One that is killed is replaced. */
int crew_work(struct batch *batch, const struct crew_options *options, struct error *err);

#endif
