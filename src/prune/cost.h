/*
 * What a network costs, counted from its list of operators and the channels that each gate keeps:
 * pure integer arithmetic, quick enough for every frame of a drag.
 *
 * `parameters` is what the network holds; `parameters_published` adds the reference code's
 * selection vectors (full length, on shared gates). `macs` counts convolutions and linear layers.
 * `flops` is the authors' count (compute_flops.py of their code): convolution 2·k·k·I·O·H·W, batch
 * norm 2 and ReLU 1 per element, max pooling k·k per output, the 8×8 average pool 64 per output,
 * linear 2·I·O + O; VGG's 2×2 average pool, additions and concatenation are not counted.
 */
#ifndef PRUNE_COST_H
#define PRUNE_COST_H

#include <stdint.h>

#include "net/net.h"

struct cost {
    int64_t channels; /* N */
    int64_t parameters, parameters_published;
    int64_t macs, flops;
    int64_t bytes; /* of a safetensors file's data: parameters and running statistics as float32 */
};

/* What can be saved. */
enum cost_axis { COST_CHANNELS, COST_PARAMETERS, COST_MACS, COST_BYTES, COST_AXES };
const char *cost_axis_name(enum cost_axis axis); /* "channels", "parameters", "MACs", "bytes" */
int64_t cost_of(const struct cost *cost, enum cost_axis axis);

/* The per cents of it that are gone from `before` to `after`. */
double cost_removed(const struct cost *before, const struct cost *after, enum cost_axis axis);

/* The cost with kept[g] channels in gate g (NULL: as the network stands). A gate that shrinks takes
 * its γ, β and the convolution before it with it; a shared gate keeps 2·C. */
void cost_count(const struct net *net, const int *kept, struct cost *cost);

#endif
