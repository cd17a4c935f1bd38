/*
 * What a threshold would leave, for dragging: pure arithmetic over the global rank, a few
 * microseconds a query, equal to mask_make and cost_count at every count. It needs γ and the list
 * of operators, no weights and no data.
 *
 * A place on the slider is a count: how many channels of the order go, held ones included.
 */
#ifndef PRUNE_PREVIEW_H
#define PRUNE_PREVIEW_H

#include "base/decimal.h"
#include "base/error.h"
#include "net/net.h"
#include "prune/cost.h"
#include "prune/mask.h"
#include "prune/rank.h"

struct preview;

/* Built once from a network's lists and all its γ, which are copied; the network is borrowed.
 * ERROR_DATA when a γ is not a number, ERROR_USAGE for limits out of range. */
int preview_new(const struct gammas *gammas, struct limits limits, struct preview **preview,
                struct error *err);

/* The same from what the store holds of a run: its network (JSON as spec_from_json reads) and γ,
 * lengths[g] values for each of `gates` gates. ERROR_DATA too when they do not fit together. */
int preview_open(const char *network, const float *const *gamma, const int *lengths, int gates,
                 struct limits limits, struct preview **preview, struct error *err);

void preview_free(struct preview *preview);

/* Puts other limits in place of its own; they are copied. Errors as preview_new's, and then nothing
 * has changed. */
int preview_set_limits(struct preview *preview, struct limits limits, struct error *err);

/* The limits that an amount asks for; `least` as in mask_limits. */
int preview_limits(const struct preview *preview, const struct amount *amount, int *least,
                   struct limits *limits, struct error *err);

const struct net_spec *preview_spec(const struct preview *preview); /* of the network as it is */
int preview_channels(const struct preview *preview);                /* N: counts go from 0 to N */
int preview_gates(const struct preview *preview);
const char *preview_gate_name(const struct preview *preview, int gate);
int preview_gate_channels(const struct preview *preview, int gate); /* that are left to prune */
const struct cost *preview_before(const struct preview *preview);   /* of the network as it is */

/* The least count at which the gate keeps no more than its floor (0: it never had more): the ticks
 * of the slider. */
int preview_tick(const struct preview *preview, int gate);

struct preview_state {
    int count;        /* what was asked for */
    int kept;         /* channels that stay */
    int held;         /* of these, only because of the floor */
    double threshold; /* the largest |γ| removed; NaN when nothing is removed */
    struct cost cost;
};

/* The state at `count` (clamped to 0 … N); kept[g] and held[g] (gates; held may be NULL). */
void preview_at(const struct preview *preview, int count, int *kept, int *held,
                struct preview_state *state);

/* Between a count and what a user types or reads. The shortest percentage p with ⌊N·p⌋ = count;
 * the |γ| of the count-th channel of the order (NaN for 0), held or not; and the count that an
 * amount comes down to with the preview's own limits (errors as mask_make's). */
struct decimal preview_percent(const struct preview *preview, int count);
double preview_threshold(const struct preview *preview, int count);
int preview_find(const struct preview *preview, const struct amount *amount, int *count,
                 struct error *err);

/* The least count that removes at least `percent` of what `axis` counts, ⌊N·p⌋ of the channels;
 * where no count up to `most` does, `most`. */
int preview_budget(const struct preview *preview, enum cost_axis axis, struct decimal percent,
                   int most);

/* The keep-mask at `count`, as mask_make's; mask_done frees. */
int preview_mask(const struct preview *preview, int count, struct keep_mask *mask,
                 struct error *err);

#endif
