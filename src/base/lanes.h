/*
 * Image lanes: one vector holds the same pixel of 16 images, so every kernel is scalar code with
 * `float` replaced by `lanes`: no shuffles, no edges, any number of channels.
 *
 * A map (activation tensor) of N images is (⌈N/16⌉, C, H·W + 1, 16) floats: a group of 16 images is
 * a row-major matrix of C rows. The one pixel more a plane keeps strides off powers of two, whose
 * cache sets collide; it holds 0 and is never read as an image.
 */
#ifndef BASE_LANES_H
#define BASE_LANES_H

#include <stddef.h>

enum { LANES = 16 };

typedef float lanes __attribute__((vector_size(64)));

static inline int lanes_groups(int images)
{
    return (images + LANES - 1) / LANES;
}

/* Floats from one plane (channel) of a group to the next. */
static inline size_t lanes_plane(int height, int width)
{
    return ((size_t)height * (size_t)width + 1) * LANES;
}

/* Floats of one group. */
static inline size_t lanes_group(int channels, int height, int width)
{
    return (size_t)channels * lanes_plane(height, width);
}

#endif
