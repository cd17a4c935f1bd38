/*
 * Pooling over windows of side × side that do not overlap, on maps of image lanes: x (groups,
 * channels, H·W + 1, 16), y (groups, channels, H'·W' + 1, 16) with H' = ⌊H/side⌋. Rows and columns
 * that fill no window are left out.
 */
#ifndef KERNEL_POOL_H
#define KERNEL_POOL_H

#include <stdbool.h>
#include <stddef.h>

struct pool {
    int channels;
    int height, width; /* of x */
    int side;
    size_t x_group, y_group; /* floats from one group to the next */
};

/* The largest of each window. */
void pool_max_forward(const struct pool *pool, int groups, float *y, const float *x);

/* dx = dy at the first maximum of each window in scan order, 0 elsewhere; or dx += with `add`. */
void pool_max_backward(const struct pool *pool, int groups, float *dx, const float *dy,
                       const float *x, bool add);

/* The mean of each window. */
void pool_average_forward(const struct pool *pool, int groups, float *y, const float *x);
void pool_average_backward(const struct pool *pool, int groups, float *dx, const float *dy,
                           bool add);

/* The plain references; they overwrite. */
void pool_max_plain(const struct pool *pool, int groups, float *y, const float *x);
void pool_max_backward_plain(const struct pool *pool, int groups, float *dx, const float *dy,
                             const float *x);
void pool_average_plain(const struct pool *pool, int groups, float *y, const float *x);
void pool_average_backward_plain(const struct pool *pool, int groups, float *dx, const float *dy);

#endif
