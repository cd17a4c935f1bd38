#include "kernel/fast/passes.h"

#include "kernel/fast/isa.h"

const struct passes ISA_NAME(passes) = {
    .correlate = pass_correlate,
    .weights = pass_weights,
    .point_backward = pass_point_backward,
    .pool_forward = pass_pool_forward,
    .pool_backward = pass_pool_backward,
    .settle = pass_settle,
    .blocks = pass_blocks,
    .peak = pass_peak,
};
