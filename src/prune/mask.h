/*
 * Which channels stay: from an amount to a keep-mask.
 *
 * One global rank over all gates, by |γ|, then gate, then channel (stable: ties never depend on
 * anything else). Removing k channels removes the first k of that order, except those that a floor
 * holds back: a gate that would keep fewer than its floor keeps its largest, all if it has fewer;
 * what is held stays and nothing goes in its place.
 *
 * `as_published` is the authors' rule (method of their code): threshold = the ⌊N·p⌋-th of the
 * sorted |γ| (from 0), computed in double, and only |γ| strictly above it stays.
 */
#ifndef PRUNE_MASK_H
#define PRUNE_MASK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/decimal.h"
#include "base/error.h"
#include "net/spec.h"

/* The γ to rank, gate by gate; channels that a gate has dropped before are not ranked. */
struct gammas {
    const struct net_spec *spec;
    const float *const *gamma; /* (spec->gates) → (gate channels) */
};

enum amount_kind { AMOUNT_CHANNELS, AMOUNT_THRESHOLD, AMOUNT_PARAMETERS, AMOUNT_MACS };

struct amount {
    enum amount_kind kind;
    struct decimal percent; /* channels, parameters, macs */
    double threshold;
    int floor; /* least channels a gate keeps (1) */
    int round; /* kept channels are rounded up to a multiple of it (1), as far as there are any */
    bool as_published;
};

/* Prints "--channels 70%" and the like: how the amount is stored and shown. */
char *amount_print(const struct amount *amount, char *text, size_t size);

struct keep_gate {
    uint8_t *keep; /* (gate channels) 1 = stays; a channel that was dropped before is 0 */
    int kept;
    int held; /* how many stay only because of the floor */
};

struct keep_mask {
    int gates;
    struct keep_gate *gate; /* (gates) */
    int channels;           /* N before */
    int kept;               /* N after */
    double threshold;       /* the largest |γ| removed; NaN when nothing is removed */
};

/* ERROR_USAGE for an amount that is out of range (0 ≤ channels < 100 %; a threshold below 0) and,
 * for parameters and macs, one that cannot be reached. mask_done frees. */
int mask_make(const struct gammas *gammas, const struct amount *amount, struct keep_mask *mask,
              struct error *err);
void mask_done(struct keep_mask *mask);

/* Every ranked channel in the global order, for who walks thresholds (the slider). */
struct ranked {
    float gamma; /* |γ| */
    int gate, channel;
};
int mask_rank(const struct gammas *gammas, struct ranked **order); /* returns N; caller frees */

#endif
