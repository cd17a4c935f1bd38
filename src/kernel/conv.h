/*
 * Convolutions on maps of image lanes (base/lanes.h): im2col and one matrix product a task.
 *
 * Arrays: x (groups, in, H·W + 1, 16), y (groups, out, H'·W' + 1, 16), weight (out, in, k, k) as
 * PyTorch's. A map may hold more channels than a convolution reads or writes, so each comes with
 * the floats from one group to the next. All are aligned to 64 bytes.
 */
#ifndef KERNEL_CONV_H
#define KERNEL_CONV_H

#include <stdbool.h>
#include <stddef.h>

struct conv {
    int in, out;        /* channels */
    int height, width;  /* of x */
    int kernel, stride; /* k odd, zero padding of (k − 1)/2; H' = ⌈H/stride⌉ */
};

int conv_out_height(const struct conv *conv);
int conv_out_width(const struct conv *conv);

/* Floats of scratch that each thread needs, and of the partial sums of conv_backward_weights. */
size_t conv_scratch(const struct conv *conv);
size_t conv_partial(const struct conv *conv, int groups);

/* y = W ∗ x, or y += W ∗ x with `add`. */
void conv_forward(const struct conv *conv, int groups, float *y, size_t y_group, const float *x,
                  size_t x_group, const float *weight, bool add, float *scratch);

/* dx = Wᵀ ∗ dy, or dx += with `add`. */
void conv_backward_data(const struct conv *conv, int groups, float *dx, size_t dx_group,
                        const float *dy, size_t dy_group, const float *weight, bool add,
                        float *scratch);

/* dweight = Σ over images and pixels of dy · x, overwritten. */
void conv_backward_weights(const struct conv *conv, int groups, float *dweight, const float *dy,
                           size_t dy_group, const float *x, size_t x_group, float *partial,
                           float *scratch);

/* The plain references: the sums as they are defined, in double. They overwrite. */
void conv_forward_plain(const struct conv *conv, int groups, float *y, size_t y_group,
                        const float *x, size_t x_group, const float *weight);
void conv_backward_data_plain(const struct conv *conv, int groups, float *dx, size_t dx_group,
                              const float *dy, size_t dy_group, const float *weight);
void conv_backward_weights_plain(const struct conv *conv, int groups, float *dweight,
                                 const float *dy, size_t dy_group, const float *x, size_t x_group);

#endif
