/*
 * 1×1 convolutions on their way out.
 *
 * Method. A 1×1 convolution needs no transform behind its products, so a result goes from the
 * registers through the sink and is never stored in between. Four outputs are taken along the row
 * together, with their sums in registers too; a *stretch* of the row is as long as its inputs fit
 * the first-level cache. The operations on a pixel, and their order, are those of product.h and
 * rows.h one after the other. While a pixel of four planes goes out, that of the four planes after
 * them is fetched (rows.h says why).
 */
#ifndef KERNEL_FAST_POINT_H
#define KERNEL_FAST_POINT_H

#include "kernel/fast/product.h"
#include "kernel/fast/rows.h"

enum { STRETCH_VECTORS = 512 }; /* lanes vectors of all inputs together: 32 KB */

enum point_kind { POINT_PLAIN, POINT_MEASURED, POINT_GATED };

/* Where the four outputs from one on go: a row of a plane each. */
struct point_rows {
    int count;          /* at most 4 */
    size_t next, ahead; /* floats from one pixel to the next, and to the four planes after these */
    float *y[4];
    const float *plus[4], *x[4];
    float scale[4], shift[4], al[4], m[4];
};

INLINE struct point_rows point_rows_of(const struct fast_sink *sink, const struct view *view,
                                       int group, int first, int outs, int at)
{
    struct point_rows rows = {.count = outs - first < 4 ? outs - first : 4,
                              .next = (size_t)view->every * LANES,
                              .ahead = 4 * lanes_plane(view->height, view->width)};
    for (int i = 0; i < rows.count; i++) {
        int k = first + i;
        size_t offset = row_offset(view, sink->group, group, sink->channel, k, at);
        rows.y[i] = sink->y + offset;
        rows.plus[i] = sink->plus ? sink->plus + offset : NULL;
        rows.x[i] = sink->x ? sink->x + offset : NULL;
        rows.m[i] = sink->m ? sink->m[k] : 0;
        rows.scale[i] = sink->scale ? sink->scale[k] : 0;
        rows.shift[i] = sink->scale ? sink->shift[k] : 0;
        rows.al[i] = sink->scale ? sink->al[k] : 0;
    }
    return rows;
}

/* Result r of output i, for vector j of the row. */
INLINE void point_put(const enum point_kind kind, const struct point_rows *rows, int i, int j,
                      vec r, const struct used *used, struct sums *sums)
{
    int piece = j % PIECES;
    size_t at = (size_t)(j / PIECES) * rows->next + (size_t)piece * VEC, after = at + rows->ahead;
    if (kind == POINT_GATED) {
        vec x = *(const vec *)(rows->x[i] + at);
        fetch(rows->x[i] + after);
        r = vec_keep(r, x * rows->scale[i] + rows->shift[i] > 0);
        sums->first[piece] += r;
        sums->second[piece] += r * (x - rows->m[i]);
        r = vec_rounded_product(r, rows->al[i] - (vec){0});
    }
    if (rows->plus[i]) {
        r += *(const vec *)(rows->plus[i] + at);
        fetch(rows->plus[i] + after);
    }
    *(vec *)(rows->y[i] + at) = r;
    fetch_to_write(rows->y[i] + after);
    if (kind == POINT_MEASURED) {
        vec off = vec_keep(r - rows->m[i], used->piece[piece]);
        sums->first[piece] += off;
        sums->second[piece] += off * off;
    }
}

/* n vectors from j on, of all four outputs. */
INLINE void point_columns(const int n, const enum point_kind kind, const struct point_rows *rows,
                          int j, const float *w, const float *v, size_t v_row, int depth,
                          const struct used *used, struct sums sums[4])
{
    vec sum[4][COLUMNS] = {0};
    product_add(n, sum, w, v + j * VEC, v_row, depth, NULL);
    UNROLL
    for (int i = 0; i < 4; i++) {
        if (i >= rows->count)
            break;
        UNROLL
        for (int c = 0; c < n; c++)
            point_put(kind, rows, i, j + c, sum[i][c], used, &sums[i]);
    }
}

/* Vectors [begin, end) of the row. */
INLINE void point_stretch(const enum point_kind kind, const struct point_rows *rows, int begin,
                          int end, const float *w, const float *v, size_t v_row, int depth,
                          const struct used *used, struct sums *sums)
{
    struct sums sum[4];
    int j = begin;
    for (int i = 0; i < rows->count; i++)
        sum[i] = sums[i];
    for (; j + COLUMNS <= end; j += COLUMNS)
        point_columns(COLUMNS, kind, rows, j, w, v, v_row, depth, used, sum);
    for (; j < end; j++)
        point_columns(1, kind, rows, j, w, v, v_row, depth, used, sum);
    for (int i = 0; i < rows->count; i++)
        sums[i] = sum[i];
}

/* The row of the map that lies on grid row `line`: w (outs/4, depth, 4) · v (depth, pixels) through
 * the sink. */
INLINE void point_line(const struct fast_sink *sink, const struct view *view, int group, int line,
                       const float *w, const float *v, size_t v_row, int outs, int depth,
                       const struct used *used, struct sums *sums)
{
    int at = row_on_map(view, line), width = row_pixels(view) * PIECES;
    int stretch =
        (depth < STRETCH_VECTORS / 4 ? STRETCH_VECTORS / 4 / (depth + !depth) * 4 : 4) * PIECES;
    for (int begin = 0; begin < width; begin += stretch) {
        int end = width - begin < stretch ? width : begin + stretch;
        for (int k = 0; k < outs; k += 4) {
            struct point_rows rows = point_rows_of(sink, view, group, k, outs, at);
            const float *tile = w + (size_t)k * (size_t)plan_fours(depth);
            if (sink->scale)
                point_stretch(POINT_GATED, &rows, begin, end, tile, v, v_row, depth, used,
                              sums + k);
            else if (sink->sum)
                point_stretch(POINT_MEASURED, &rows, begin, end, tile, v, v_row, depth, used,
                              sums + k);
            else
                point_stretch(POINT_PLAIN, &rows, begin, end, tile, v, v_row, depth, used,
                              sums + k);
        }
    }
}

#endif
