/*
 * Method. Two algorithms without arithmetic in their transforms. `small` computes a whole map of at
 * most 2×2 as one tile: output pixel p and input pixel q (each 0 … 3 in scan order) meet at
 * position 4·p + q with the tap that lies at q − p + 1 in both directions, so U repeats taps, V
 * repeats inputs and y adds up its four positions. `point` is the 1×1 convolution: U, V and M are
 * the filter, the inputs and the outputs themselves.
 */
#include "kernel/fast/tile.h"

#include <string.h>

enum { PAIRS = 16 };

INLINE int tap_of(int pair)
{
    int p = pair / 4, q = pair % 4;
    return (q / 2 - p / 2 + 1) * 3 + q % 2 - p % 2 + 1;
}

/* The pixel q of a tile in rows of `line`, with `halo` of padding around it. */
INLINE size_t pixel_of(int q, int line, int halo)
{
    return (size_t)((q / 2 + halo) * line + q % 2 + halo) * LANES;
}

static void small_input(const float *rows, float *half, int line, int tiles, float *v,
                        size_t position)
{
    (void)half, (void)tiles;
    for (int pair = 0; pair < PAIRS; pair++)
        memcpy(v + (size_t)pair * position, rows + pixel_of(pair % 4, line, 1), LANES * sizeof *v);
}

static void small_output(const float *m, size_t position, int tiles, float *rows, int line)
{
    (void)tiles;
    for (int p = 0; p < 4; p++)
        for (size_t x = 0; x < LANES; x += VEC) {
            vec sum = {0};
            for (int q = 0; q < 4; q++)
                sum += *(const vec *)(m + (size_t)(4 * p + q) * position + x);
            *(vec *)(rows + pixel_of(p, line, 0) + x) = sum;
        }
}

static void small_adjoint(const float *rows, int line, int tiles, float *d, size_t position)
{
    (void)tiles;
    for (int pair = 0; pair < PAIRS; pair++)
        memcpy(d + (size_t)pair * position, rows + pixel_of(pair / 4, line, 0), LANES * sizeof *d);
}

static void small_filter(const float *g, float *u, size_t position)
{
    for (int pair = 0; pair < PAIRS; pair++)
        memcpy(u + (size_t)pair * position, g + tap_of(pair) * 16, 16 * sizeof *u);
}

static void small_gather(const float *u, size_t position, float *g)
{
    memset(g, 0, 9 * 16 * sizeof *g);
    for (int pair = 0; pair < PAIRS; pair++)
        for (int i = 0; i < 16; i++)
            g[tap_of(pair) * 16 + i] += u[(size_t)pair * position + (size_t)i];
}

static void point_filter(const float *g, float *u, size_t position)
{
    (void)position;
    memcpy(u, g, 16 * sizeof *u);
}

static void point_gather(const float *u, size_t position, float *g)
{
    (void)position;
    memcpy(g, u, 16 * sizeof *g);
}

const struct tile tile_small = {
    .input = small_input,
    .output = small_output,
    .adjoint = small_adjoint,
    .filter = small_filter,
    .gather = small_gather,
};

const struct tile tile_point = {
    .filter = point_filter,
    .gather = point_gather,
};
