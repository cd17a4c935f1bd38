/*
 * Comparisons of lanes, in pieces of 16 bytes: gcc 12 takes a comparison of vectors that are wider
 * than the CPU's apart into single numbers, and max pooling was a quarter of a training step.
 */
#ifndef KERNEL_COMPARE_H
#define KERNEL_COMPARE_H

#include "base/lanes.h"

enum { QUADS = LANES / 4 };

typedef float quad __attribute__((vector_size(16), may_alias));
typedef int32_t quad_mask __attribute__((vector_size(16), may_alias));

/* x > y a lane; false for a NaN. */
static inline void lanes_above(const lanes *x, const lanes *y, lane_mask *above)
{
    const quad *left = (const quad *)x, *right = (const quad *)y;
    quad_mask *to = (quad_mask *)above;
    for (int i = 0; i < QUADS; i++)
        to[i] = left[i] > right[i];
}

/* x == y a lane. */
static inline void lanes_equal(const lanes *x, const lanes *y, lane_mask *equal)
{
    const quad *left = (const quad *)x, *right = (const quad *)y;
    quad_mask *to = (quad_mask *)equal;
    for (int i = 0; i < QUADS; i++)
        to[i] = left[i] == right[i];
}

#endif
