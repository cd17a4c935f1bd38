/* Two runs under one slider: the second follows the first. */
#ifndef UI_PRUNE_PAIR_H
#define UI_PRUNE_PAIR_H

#include "ui/prune_model.h"

/* What the two have in common: the share of their channels that goes, the |γ| up to which they go,
 * or the share of parameters or MACs (the least pruning of the second that removes as much). */
enum prune_basis {
    PRUNE_SAME_CHANNELS,
    PRUNE_SAME_THRESHOLD,
    PRUNE_SAME_PARAMETERS,
    PRUNE_SAME_MACS,
    PRUNE_BASES
};

/* "share of channels", "threshold", … */
const char *prune_basis_name(enum prune_basis basis);

/* Takes the second to where the first stands, with the same rules: floors of layers go by name. It
 * stays at the most it can where that is not enough; false then. */
bool prune_pair_follow(struct prune_model *second, const struct prune_model *first,
                       enum prune_basis basis);

#endif
