/*
 * What a batch will take: time, from a short probe of each network on this machine, refined by what
 * the store knows of like runs; and room on the disk.
 */
#ifndef JOB_BATCH_ESTIMATE_H
#define JOB_BATCH_ESTIMATE_H

#include "job/batch.h"

struct batch_estimate {
    double seconds; /* until all that is left is done */
    int64_t bytes;  /* that the store will grow by, about */
    int64_t room;   /* free bytes where the store is (or will be); −1: unknown */
    int probes;     /* networks that were tried */
};

/* For `processes` that work at the same time, with as many threads each as this one. `path`: of the
 * store. ERROR_STOPPED after a signal. */
int batch_estimate(const struct batch *batch, const char *path, int processes,
                   struct batch_estimate *estimate, struct error *err);

/* Multiply-adds that a task takes in all, about: for shares of a whole. */
double batch_weight(const struct batch *batch, const struct batch_task *task);

#endif
