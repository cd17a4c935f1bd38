/*
 * Surgery: a network and a keep-mask make a new, smaller network (method of the reference code):
 * convolutions lose the outputs of a shrinking gate and the inputs that their own gate drops, batch
 * norm is sliced or, on a shared stream, keeps its length with dropped γ = β = 0; the classifier
 * loses columns. Running statistics, num_batches_tracked and the engine go along.
 */
#ifndef PRUNE_SURGERY_H
#define PRUNE_SURGERY_H

#include "net/net.h"
#include "prune/mask.h"

/* Whether the slim network has that channel of a gate: it is kept, and so is its branch. */
bool surgery_stays(const struct keep_mask *mask, int gate, int channel);

/* The spec of the slim network. spec_done frees it. */
void surgery_spec(const struct net_spec *spec, const struct keep_mask *mask, struct net_spec *slim);

/* The slim network, not prepared; the caller frees it. `net` is only read. */
int surgery_slim(const struct net *net, const struct keep_mask *mask, struct net **slim,
                 struct error *err);

/* A copy of `net`, not prepared, at full shape with γ = β = 0 in the dropped channels: what the
 * slim network must agree with. Only where an empty gate takes a branch along do they differ: the
 * masked network still adds the constant that is left of the branch. */
int surgery_masked(const struct net *net, const struct keep_mask *mask, struct net **masked,
                   struct error *err);

/* A copy of `net`, not prepared, without selections: gates on shared streams read all channels, of
 * which those that were not chosen meet zero weights (and, where dropped, have γ = β = 0). */
int surgery_widen(const struct net *net, struct net **wide, struct error *err);

/* A copy of `net`, not prepared. */
int surgery_copy(const struct net *net, struct net **copy, struct error *err);

#endif
