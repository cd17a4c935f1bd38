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
#include <stdint.h>

enum { LANES = 16 };

typedef float lanes __attribute__((vector_size(64), may_alias));
typedef int32_t lane_mask __attribute__((vector_size(64), may_alias)); /* −1 or 0 a lane */

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

/* Which lanes of a group hold one of `images` images: all but in a last group partly filled. */
static inline void lanes_used(int images, int group, lane_mask *used)
{
    for (int lane = 0; lane < LANES; lane++)
        (*used)[lane] = group * LANES + lane < images ? -1 : 0;
}

#endif
