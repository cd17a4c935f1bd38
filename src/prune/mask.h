/*
 * Which channels stay: from an amount to a count on the global rank (rank.h), and from a count to
 * a keep-mask.
 *
 * `as_published` is the authors' rule (vggprune.py and its kin): threshold = the ⌊N·p⌋-th of the
 * sorted |γ| (from 0), with N·p computed in double, and only |γ| strictly above it stays. So at
 * least ⌊N·p⌋ + 1 channels go, more with ties.
 *
 * With a floor of 0 a gate of a residual branch may lose all its channels. The whole branch goes
 * then: the gates beside it keep none either (kept = 0), though their channels are not dropped
 * (keep = 1): what constant they made of the rest is for β folding to know (fold.h).
 */
#ifndef PRUNE_MASK_H
#define PRUNE_MASK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "prune/amount.h"
#include "prune/rank.h"

struct keep_gate {
    uint8_t *keep; /* (gate channels) 1 = stays; a channel that was dropped before is 0 */
    int kept;      /* how many stay; 0 also where another gate of the branch is empty */
    int held;      /* how many stay only because of the floor */
};

struct keep_mask {
    int gates;
    struct keep_gate *gate; /* (gates) */
    int channels;           /* N before */
    int kept;               /* N after */
    double threshold;       /* the largest |γ| dropped; NaN when nothing is dropped */
};

/* The mask of an amount. ERROR_USAGE for an amount that is out of range (0 ≤ percent < 100 of
 * channels; a threshold below 0), for parameters and macs one that cannot be reached, and for one
 * that empties a gate which must not be empty (floor 0: only gates of a residual branch or a dense
 * layer may be). ERROR_DATA for γ that are no numbers. mask_done frees. */
int mask_make(const struct gammas *gammas, const struct amount *amount, struct keep_mask *mask,
              struct error *err);
void mask_done(struct keep_mask *mask);

/* The parts of mask_make, for who walks thresholds. What each gate keeps under an amount: `least`
 * (gates) is filled, and part of *limits where single layers have floors of their own. ERROR_USAGE
 * for a layer that the network has not. */
int mask_limits(const struct net *net, const struct amount *amount, int *least,
                struct limits *limits, struct error *err);
/* The count on the rank that an amount comes down to: parameters and macs take the least that
 * removes at least that share, or that leaves no more than the budget. */
int mask_count(const struct net *net, const struct rank *rank, const struct amount *amount,
               struct limits limits, int *count, struct error *err);
/* What is left when the first `count` of the order go: the channels of each gate and how many of
 * them only because of the floor, kept[g] and held[g] (gates; held may be NULL); and in all. */
struct tally {
    int kept, held;
    double threshold; /* as a mask's */
};
struct tally mask_tally(const struct net *net, const struct rank *rank, int count,
                        struct limits limits, int *kept, int *held);
/* The mask that removes the first `count` of the order, except what the limits hold back. */
int mask_cut(const struct net *net, const struct rank *rank, int count, struct limits limits,
             struct keep_mask *mask, struct error *err);

#endif
