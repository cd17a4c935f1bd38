/*
 * The order in which channels go.
 *
 * One global rank over all gates, by |γ|, then gate, then channel (stable: ties never depend on
 * anything else). Every amount of pruning comes down to a count k on it: the first k go, except
 * those that a floor or rounding holds back in their gate. What is held stays and nothing goes in
 * its place, so what a gate keeps depends on k and on its own channels alone.
 */
#ifndef PRUNE_RANK_H
#define PRUNE_RANK_H

#include "base/error.h"
#include "net/net.h"

/* The γ to rank. The network needs no weights (net_describe), only its gates; channels that a gate
 * has dropped before are not ranked. */
struct gammas {
    const struct net *net;
    const float *const *gamma; /* (gates) → (gate channels); NULL: the network's own */
};

/* What every gate keeps whatever the count. */
struct limits {
    int floor; /* least channels a gate keeps, all if it has fewer (1) */
    int round; /* kept channels are rounded up to a multiple of it, as far as there are any (1) */
    const int
        *least; /* (gates) in place of `floor`, where gates have floors of their own; or NULL */
};

/* ERROR_USAGE for a floor below 0 or a round below 1. */
int limits_check(struct limits limits, struct error *err);

struct ranked {
    float gamma; /* |γ| */
    int gate, channel;
};

struct rank {
    int channels; /* N */
    int gates;
    struct ranked *order; /* (channels) */
    int *first;           /* (gates + 1) where each gate's part of `place` starts */
    int *place;           /* (channels) each gate's places in `order`, ascending */
};

/* ERROR_DATA when a γ is not a number. rank_done frees. */
int rank_make(const struct gammas *gammas, struct rank *rank, struct error *err);
void rank_done(struct rank *rank);

/* The channels that a gate has to lose. */
int rank_gate_channels(const struct rank *rank, int gate);

/* How many channels the gate keeps when the first `count` of the order go; *held (may be NULL) is
 * how many of them stay only because of the floor. */
int rank_kept(const struct rank *rank, int gate, int count, struct limits limits, int *held);

/* How many channels have |γ| ≤ threshold. */
int rank_count_below(const struct rank *rank, double threshold);

/* The largest |γ| that goes when each gate keeps its kept[g] largest; NaN when none goes. */
double rank_threshold(const struct rank *rank, const int *kept);

#endif
