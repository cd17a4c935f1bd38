/*
 * How fast a network is trained and evaluated on this machine: a probe of a second or two.
 */
#ifndef JOB_SPEED_H
#define JOB_SPEED_H

#include "data/data.h"
#include "job/config.h"
#include "net/net.h"

struct speed {
    double train, evaluate; /* seconds an image */
};

/* Measures a network of that spec as `config` trains it on `set`: batches, augmentation, engine;
 * on the threads that are set (task.h). With `company` above 1 as many copies work at the same
 * time, at nice 10, as the processes of a batch do, and each has the machine's attention for its
 * part. ERROR_STOPPED after a signal. */
int speed_measure(const struct net_spec *spec, const struct data_set *set,
                  const struct config *config, int company, struct speed *speed, struct error *err);

#endif
