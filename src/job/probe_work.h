/*
 * The probe from inside: what its thread (probe.c), its measuring (probe_measure.c) and what it
 * does while nobody waits (probe_idle.c) share.
 */
#ifndef JOB_PROBE_WORK_H
#define JOB_PROBE_WORK_H

#include <pthread.h>

#include "job/job.h"
#include "job/probe.h"
#include "prune/preview.h"

enum { CURVE_POINTS = 33 };

/* A point of the curve that the idle thread fills. */
struct point {
    int count;
    double accuracy;
};

struct probe {
    char *store_path;
    int wake_fd;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;

    /* under the lock */
    struct probe_place wanted;
    char *wanted_layers; /* of `wanted` */
    int64_t asked;       /* raised with each place that is asked for */
    bool fill, closing;
    bool reading;   /* the data set: nothing can interrupt that */
    bool orphaned;  /* the thread frees all when it is done */
    int64_t layers; /* which asking for the layers is to be served; 0: none */
    int64_t layers_asked;
    struct probe_result *result; /* (results) that were not fetched yet */
    int results;

    /* the thread's own */
    struct store *store;
    struct run_row row;
    struct config config;
    int loaded_epoch; /* as it was asked for, 0 for the last */
    int epoch;        /* that it is */
    int64_t loaded_run;
    struct net *full;
    struct data_set *set;
    struct job_images images;
    struct evaluation_row *known; /* of this run and epoch: what need not be measured again */
    int knowns;
    struct preview *preview;
    struct probe_place preview_place;
    char *preview_layers; /* of `preview_place` */
    struct point point[CURVE_POINTS];
    int points;
    bool *layer_done;       /* (gates, PROBE_SHARES) of the layers that are measured now */
    int64_t layers_serving; /* the value of `layers` that they belong to */
    int64_t serving;        /* the value of `asked` that is being served */
};

/* Whether what is being done is of no use any more; the same as an evaluation asks it:
 * ERROR_STOPPED. */
bool probe_superseded(struct probe *probe);
int probe_stop(void *probe, int done, struct error *err);

/* Hands a result to the caller. */
void probe_post(struct probe *probe, const struct probe_result *result);

/* --- probe_measure.c ------------------------------------------------------------------------- */

/* Makes ready for a place: the run's network and images, and the order of its channels. */
int probe_load(struct probe *probe, const struct probe_place *place, struct error *err);
void probe_unload(struct probe *probe);

/* Measures the network that is cut at a place; `idle`: nobody asked for just this. */
int probe_measure_place(struct probe *probe, const struct probe_place *place, bool idle,
                        struct error *err);

/* Measures the network without a mask's channels on the first `images`, at most all there are, and
 * posts what it comes to; the result begins as it is given. */
int probe_measure_mask(struct probe *probe, const struct keep_mask *mask, int images,
                       struct probe_result *result, struct error *err);

/* --- probe_idle.c ---------------------------------------------------------------------------- */

/* What is done while nobody waits: the layers, where they were asked for, then the curve. Returns
 * when there is nothing more, or something newer. */
void probe_idle(struct probe *probe, bool fill);

#endif
