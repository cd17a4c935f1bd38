/*
 * The fast engine's kernels: convolutions and pools on maps of image lanes (base/lanes.h) with the
 * gate fused into the reading and the batch sums fused into the writing, so that no batch norm or
 * ReLU is ever a pass of its own. fast/plan.h says how work is cut, fast/tile.h which algorithms
 * there are.
 *
 * A map is (groups, ≥ channels, H·W + 1, 16), aligned to 64 bytes. What a kernel reads is a
 * *source* and what it writes is a *sink*: both give the map, the planes in it and what is done to
 * a pixel on the way. Lanes past `images` are read as 0 and take no part in any sum.
 */
#ifndef KERNEL_FAST_H
#define KERNEL_FAST_H

#include <stdbool.h>
#include <stddef.h>

#include "kernel/conv.h"
#include "kernel/pool.h"

/*
 * A pixel x of plane k as it is read; per-plane arrays are (channels of the operator):
 *
 *     scale given    max(scale[k]·x + shift[k], 0)       a gate: batch norm and ReLU
 *     be given       x + be[k]·y + de[k]                 a gradient whose batch-norm part was
 *                                                        deferred; y is laid out as x
 *     neither        x
 */
struct fast_source {
    const float *x;
    size_t group;       /* floats from one group of the map to the next */
    const int *channel; /* planes of the map, ascending; NULL: 0, 1, 2 … */
    const float *scale, *shift;
    const float *y, *be, *de;
};

/*
 * What is done with a result r for a pixel of plane k. With scale NULL
 *
 *     y = plus + r,    sum[k] = Σ (y − m[k]),    product[k] = Σ (y − m[k])²
 *
 * and with scale given r is da behind the gate a = max(z, 0), z = scale[k]·x + shift[k]:
 *
 *     y = plus + al[k]·dz, dz = r where z > 0, else 0,
 *     sum[k] = Σ dz,    product[k] = Σ dz·(x − m[k])
 *
 * with the sums over images and pixels; plus and x are laid out as y.
 */
struct fast_sink {
    float *y;
    size_t group;
    const int *channel;
    const float *plus; /* y itself to add to what is there; NULL: 0 */
    const float *x, *scale, *shift, *al;
    const float *m;        /* NULL: 0 */
    double *sum, *product; /* NULL: not wanted */
};

/* Scratch in floats: one block that all threads share and one for each thread. */
struct fast_space {
    float *shared, *thread;
    size_t shared_size, thread_size;
};

/* What the three passes of a convolution of that shape need at most; 3×3 with stride 1 or 2, and
 * 1×1 with any stride. pool_space is what the pools need. */
struct fast_space fast_conv_space(const struct conv *conv, int images);
struct fast_space fast_pool_space(const struct pool *pool, int images);

/* Whether there is a fast kernel for that shape. */
bool fast_conv_fits(const struct conv *conv);

/* y = W ∗ x; weight (out, in, k, k). */
void fast_conv_forward(const struct conv *conv, int images, const float *weight,
                       const struct fast_source *x, const struct fast_sink *y,
                       const struct fast_space *space);

/* dx = Wᵀ ∗ dy. */
void fast_conv_backward_data(const struct conv *conv, int images, const float *weight,
                             const struct fast_source *dy, const struct fast_sink *dx,
                             const struct fast_space *space);

/* dweight (out, in, k, k) = Σ over images and pixels of dy · x, overwritten. */
void fast_conv_backward_weights(const struct conv *conv, int images, float *dweight,
                                const struct fast_source *dy, const struct fast_source *x,
                                const struct fast_space *space);

/* Both, and first, unless `settled` is NULL, dy as it is read written there, laid out as dy.x,
 * which it may be (fast_settle). The same bits as one after the other, but 1×1 reads its maps only
 * once.
 */
void fast_conv_backward(const struct conv *conv, int images, const float *weight, float *dweight,
                        const struct fast_source *dy, const struct fast_source *x,
                        const struct fast_sink *dx, float *settled, const struct fast_space *space);

/* The pools of kernel/pool.h on gated sources; x_group and y_group of `pool` are not used. Backward
 * of the maximum finds the first largest pixel of the gated window again, so it reads `x`, the same
 * source that forward read. */
void fast_pool_forward(const struct pool *pool, bool largest, int images,
                       const struct fast_source *x, const struct fast_sink *y,
                       const struct fast_space *space);
void fast_pool_backward(const struct pool *pool, bool largest, int images,
                        const struct fast_source *dy, const struct fast_source *x,
                        const struct fast_sink *dx, const struct fast_space *space);

/* x + be·y + de written into x itself, all `channels` planes of (height, width). */
void fast_settle(int channels, int height, int width, int images, float *x,
                 const struct fast_source *source);

/* A gate in evaluation: max(scale[k]·x + shift[k], 0) of `count` channels. */
struct fast_gate {
    int count;
    const int *channel; /* of the stream, ascending; NULL inside a block */
    const float *scale, *shift;
};

/* A pre-activation residual block that keeps the shape of its stream: gate, 1×1, gate, 3×3, gate,
 * 1×1, added to the stream. */
struct fast_block {
    struct fast_gate gate[3];
    const float *narrow; /* (gate[1].count, gate[0].count) */
    const float *inner;  /* (gate[2].count, gate[1].count, 3, 3) */
    const float *widen;  /* (channels, gate[2].count) */
};

struct fast_stream {
    int channels, height, width, images;
    float *x;     /* (groups, ≥ channels, H·W + 1, 16) */
    size_t group; /* floats from one group to the next */
};

/* x through one block after another, in place: the bits that the blocks' convolutions one by one
 * give. Groups of images are not cut, so there is work for at most as many threads. For height and
 * width that are multiples of 4; lanes past `images` hold anything. */
bool fast_blocks_fit(int height, int width);
struct fast_space fast_blocks_space(const struct fast_stream *stream,
                                    const struct fast_block *block, int blocks);
void fast_blocks_forward(const struct fast_stream *stream, const struct fast_block *block,
                         int blocks, const struct fast_space *space);

/* GFLOPS of one thread in multiply-adds on registers alone, the best in about `seconds`. */
double fast_peak(double seconds);

/* The instances in this program, fastest first, NULL-terminated; the one in use (chosen from the
 * CPU at the first call); taking another by name, false when the CPU lacks it. */
const char *const *fast_isas(void);
const char *fast_isa(void);
bool fast_use(const char *isa);

#endif
