/* What the compute files of an instruction set show: one record, which fast.c chooses from. */
#ifndef KERNEL_FAST_PASSES_H
#define KERNEL_FAST_PASSES_H

#include "kernel/fast.h"
#include "kernel/fast/plan.h"

struct passes {
    void (*correlate)(const struct plan *plan, const float *weight,
                      const struct fast_source *source, const struct fast_sink *sink,
                      const struct fast_space *space);
    void (*weights)(const struct plan *plan, float *dweight, const struct fast_source *dy,
                    const struct fast_source *x, const struct fast_space *space);
    void (*point_backward)(const struct plan *plan, const struct plan *data, const float *weight,
                           float *dweight, const struct fast_source *dy,
                           const struct fast_source *x, const struct fast_sink *dx, float *settled,
                           const struct fast_space *space);
    void (*pool_forward)(const struct pool *pool, bool largest, int images,
                         const struct fast_source *x, const struct fast_sink *y,
                         const struct fast_space *space);
    void (*pool_backward)(const struct pool *pool, bool largest, int images,
                          const struct fast_source *dy, const struct fast_source *x,
                          const struct fast_sink *dx, const struct fast_space *space);
    void (*settle)(int channels, int height, int width, int images, float *x,
                   const struct fast_source *source);
    void (*blocks)(const struct fast_stream *stream, const struct fast_block *block, int blocks,
                   const struct fast_space *space);
    double (*peak)(double seconds);
};

extern const struct passes passes_avx512, passes_avx2, passes_baseline;

#ifdef ISA
#define pass_correlate      ISA_NAME(pass_correlate)
#define pass_weights        ISA_NAME(pass_weights)
#define pass_point_backward ISA_NAME(pass_point_backward)
#define pass_pool_forward   ISA_NAME(pass_pool_forward)
#define pass_pool_backward  ISA_NAME(pass_pool_backward)
#define pass_settle         ISA_NAME(pass_settle)
#define pass_blocks         ISA_NAME(pass_blocks)
#define pass_peak           ISA_NAME(pass_peak)

void pass_correlate(const struct plan *plan, const float *weight, const struct fast_source *source,
                    const struct fast_sink *sink, const struct fast_space *space);
void pass_weights(const struct plan *plan, float *dweight, const struct fast_source *dy,
                  const struct fast_source *x, const struct fast_space *space);
void pass_point_backward(const struct plan *plan, const struct plan *data, const float *weight,
                         float *dweight, const struct fast_source *dy, const struct fast_source *x,
                         const struct fast_sink *dx, float *settled,
                         const struct fast_space *space);
void pass_pool_forward(const struct pool *pool, bool largest, int images,
                       const struct fast_source *x, const struct fast_sink *y,
                       const struct fast_space *space);
void pass_pool_backward(const struct pool *pool, bool largest, int images,
                        const struct fast_source *dy, const struct fast_source *x,
                        const struct fast_sink *dx, const struct fast_space *space);
void pass_settle(int channels, int height, int width, int images, float *x,
                 const struct fast_source *source);
void pass_blocks(const struct fast_stream *stream, const struct fast_block *block, int blocks,
                 const struct fast_space *space);
double pass_peak(double seconds);
#endif

#endif
