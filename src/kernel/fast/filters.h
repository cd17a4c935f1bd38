/* Filters between PyTorch's layout (out, in, taps) and tiles of 4 × 4. */
#ifndef KERNEL_FAST_FILTERS_H
#define KERNEL_FAST_FILTERS_H

#include <string.h>

#include "kernel/fast/plan.h"

typedef float quad __attribute__((vector_size(16), may_alias));

/* How the filters of a pass stand in PyTorch's layout: floats from one output or input to the next,
 * and whether the taps are turned by 180°, as backward-data reads them. */
struct filters {
    size_t out_step, in_step;
    bool turned;
};

INLINE struct filters filters_of(const struct plan *plan)
{
    size_t taps = (size_t)plan->taps;
    if (plan->transposed)
        return (struct filters){taps, (size_t)plan->out * taps, true};
    return (struct filters){(size_t)plan->in * taps, taps, false};
}

/* g (taps, 4 in, 4 out) of a whole tile of filters, the first at `from`. */
INLINE void filters_read_whole(const struct filters *filters, const float *from, const int taps,
                               float *g)
{
    size_t step = filters->out_step;
    for (int i = 0; i < 4; i++, from += filters->in_step)
        for (int tap = 0; tap < taps; tap++) {
            const float *at = from + (filters->turned ? taps - 1 - tap : tap);
            *(quad *)(g + tap * 16 + i * 4) = (quad){at[0], at[step], at[2 * step], at[3 * step]};
        }
}

/* The same of a tile at an edge: what lies outside is 0. */
INLINE void filters_read_edge(const struct filters *filters, const float *from, int outs, int ins,
                              int taps, float *g)
{
    memset(g, 0, (size_t)taps * 16 * sizeof *g);
    for (int i = 0; i < ins; i++)
        for (int o = 0; o < outs; o++)
            for (int tap = 0; tap < taps; tap++)
                g[tap * 16 + i * 4 + o] =
                    from[(size_t)o * filters->out_step + (size_t)i * filters->in_step +
                         (size_t)(filters->turned ? taps - 1 - tap : tap)];
}

/* g (taps, 4 in, 4 out) of the tile at (out, in) of the pass. */
INLINE void filters_read(const struct plan *plan, const float *weight, int out, int in, float *g)
{
    struct filters filters = filters_of(plan);
    const float *from = weight + (size_t)out * filters.out_step + (size_t)in * filters.in_step;
    int outs = plan->out - out, ins = plan->in - in;
    if (outs < 4 || ins < 4)
        filters_read_edge(&filters, from, outs < 4 ? outs : 4, ins < 4 ? ins : 4, plan->taps, g);
    else if (plan->taps == 9)
        filters_read_whole(&filters, from, 9, g);
    else
        filters_read_whole(&filters, from, 1, g);
}

/* The gradient of a tile (taps, 4 out, 4 in) into dweight (out, in, taps). */
INLINE void filters_write(const struct plan *plan, float *dweight, int out, int in, const float *g)
{
    struct filters filters = filters_of(plan);
    int outs = plan->out - out < 4 ? plan->out - out : 4, taps = plan->taps;
    int ins = plan->in - in < 4 ? plan->in - in : 4;
    for (int o = 0; o < outs; o++)
        for (int i = 0; i < ins; i++) {
            float *to =
                dweight + (size_t)(out + o) * filters.out_step + (size_t)(in + i) * filters.in_step;
            for (int tap = 0; tap < taps; tap++)
                to[tap] = g[tap * 16 + o * 4 + i];
        }
}

/* U of outputs [out, out + outs) and inputs [in, in + ins): (positions, outs/4, ins/4, 4, 4). */
INLINE void filters_transform(const struct plan *plan, const float *weight, int out, int outs,
                              int in, int ins, float *u)
{
    float g[9 * 16] __attribute__((aligned(64)));
    const struct tile *tile = tile_of(plan->kind);
    for (int o = 0; o < outs; o += 4)
        for (int i = 0; i < ins; i += 4, u += 16) {
            filters_read(plan, weight, out + o, in + i, g);
            tile->filter(g, u, plan->u_position);
        }
}

#endif
