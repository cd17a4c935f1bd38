/*
 * β folding: what dropped channels still gave is carried along.
 *
 * A channel whose γ has gone to 0 gives a constant, ReLU(β). In the small network it is missing;
 * here it is subtracted from the running means of the gates behind, or added to the classifier's
 * bias. No convolution gets a bias. Retraining starts from these running means and replaces them.
 */
#ifndef PRUNE_FOLD_H
#define PRUNE_FOLD_H

#include "net/net.h"
#include "prune/mask.h"

/* The slim network with folded running means and bias, not prepared; the caller frees it. In
 * evaluation it agrees with fold_masked: exactly through 1×1 convolutions, pools and heads, and in
 * the interior of maps through 3×3 ones, whose padding sees no constant. */
int fold_slim(const struct net *net, const struct keep_mask *mask, struct net **slim,
              struct error *err);

/* A copy of `net`, not prepared, at full shape with γ = 0 in the dropped channels, β kept. */
int fold_masked(const struct net *net, const struct keep_mask *mask, struct net **masked,
                struct error *err);

#endif
