/*
 * Tiles: the bilinear algorithms that a convolution is computed by.
 *
 * Method. A correlation of a tile of side × side outputs is Aᵀ[(G g) ⊙ (Bᵀ d)] with d the tile's
 * inputs (side + 2·halo a side), g the filter's taps and ⊙ position by position (Lavin & Gray 2015,
 * "Fast algorithms for convolutional neural networks", section 4, eq. 8; A, B and G each act on
 * rows and on columns). Over input channels the position-wise products are one matrix product a
 * position:
 *
 *     forward    V = Bᵀ d        U = G g        M[p] = U[p]·V[p]        y = Aᵀ M
 *     weights    D = A dy        dU[p] = Σ V[p]·D[p]ᵀ over tiles and images        dg = Gᵀ dU
 *
 * Backward-data is the forward correlation of dy with the filter turned by 180° and its channels
 * exchanged, so it needs nothing of its own. There are three algorithms:
 *
 *     winograd   F(4×4, 3×3): 36 products for 16 outputs instead of 144
 *     small      3×3 on a map of at most 2×2: one product for each (output, input) pair of pixels,
 *                16 instead of 36, as the other taps fall on padding
 *     point      1×1: one product a pixel
 *
 * Everything is laid out as image lanes: a tile's row of V[p] or M[p] is (channels, tiles, 16), and
 * `position` is the floats from one p to the next. `rows` is a few lines of `line` lanes vectors:
 * the rows of one line of tiles, side by side.
 */
#ifndef KERNEL_FAST_TILE_H
#define KERNEL_FAST_TILE_H

#include <stddef.h>

#include "kernel/fast/isa.h"

enum tile_kind { TILE_WINOGRAD, TILE_SMALL, TILE_POINT, TILE_KINDS };

struct tile {
    /* V of `tiles` tiles from rows (side + 2·halo lines); `half` is scratch of the same size, and
     * may be the rows themselves. NULL: V is the row itself. */
    void (*input)(const float *rows, float *half, int line, int tiles, float *v, size_t position);
    /* rows (side lines) from M. NULL: the row is M itself. */
    void (*output)(const float *m, size_t position, int tiles, float *rows, int line);
    /* D from rows (side lines). NULL: D is the row itself. */
    void (*adjoint)(const float *rows, int line, int tiles, float *d, size_t position);
    /* 16 filters at once: U (positions, 16) from g (taps, 16), and dg from dU. */
    void (*filter)(const float *g, float *u, size_t position);
    void (*gather)(const float *u, size_t position, float *g);
};

#define tile_winograd ISA_NAME(tile_winograd)
#define tile_small    ISA_NAME(tile_small)
#define tile_point    ISA_NAME(tile_point)
extern const struct tile tile_winograd, tile_small, tile_point;

/* The tile of that kind in this instruction set. */
INLINE const struct tile *tile_of(enum tile_kind kind)
{
    return kind == TILE_WINOGRAD ? &tile_winograd : kind == TILE_SMALL ? &tile_small : &tile_point;
}

#endif
