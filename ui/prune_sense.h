/* The sensitivity of single layers: the accuracy as each alone loses a share of its channels, as
 * far as the probe has measured it. */
#ifndef UI_PRUNE_SENSE_H
#define UI_PRUNE_SENSE_H

#include <stdbool.h>

#include "job/probe.h"

enum { PRUNE_SENSE_POINTS = PROBE_SHARES + 1 }; /* of a layer: the whole network, then the shares */

struct prune_sense {
    int gates, done, images; /* done: points that are measured; images: of each */
    bool on;                 /* the probe is at it */
    double *accuracy;        /* (gates, PROBE_SHARES), NaN: not measured */
    int64_t run;             /* of what these are */
    int epoch;
    bool fold;
};

/* Begins anew, with nothing known. */
void prune_sense_open(struct prune_sense *sense, int gates, int64_t run, int epoch, bool fold);
void prune_sense_done(struct prune_sense *sense);

/* Whether it is of this run, epoch and folding. */
bool prune_sense_is_of(const struct prune_sense *sense, int64_t run, int epoch, bool fold);

/* Takes a result of the probe in, if it is of these layers. */
void prune_sense_take(struct prune_sense *sense, const struct probe_result *result);

#endif
