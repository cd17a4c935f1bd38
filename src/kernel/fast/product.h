/*
 * Matrix products on image lanes: the micro kernels.
 *
 * Method. Filters stand in tiles of 4 × 4 floats, one cache line, (out/4, in/4, 4 in, 4 out) and
 * padded with zeros, so the 4 outputs of one input are neighbours. Each inner loop is scalar code
 * on vectors. `product` keeps 4 outputs × COLUMNS vectors in registers and reads, for each input, 4
 * weights and COLUMNS vectors; meanwhile it fetches the columns that come next, one vector a row in
 * each pass over the rows of y, for a large layer's lie far apart in the third-level cache. `dot`
 * keeps VEC sums, 4 rows of a × VEC/4 rows of b, and adds up their lanes by a tree at the end,
 * which leaves them as one vector in the order of the tile.
 */
#ifndef KERNEL_FAST_PRODUCT_H
#define KERNEL_FAST_PRODUCT_H

#include <stdbool.h>
#include <stddef.h>

#include "kernel/fast/isa.h"

enum { COLUMNS = VEC == 16 ? 4 : 2 };

/* sum (4 outputs, n vectors) += w · x, `depth` inputs; fetches as many rows from `next` on, unless
 * it is NULL. */
INLINE void product_add(const int n, vec sum[4][COLUMNS], const float *w, const float *x,
                        size_t x_row, int depth, const float *next)
{
    for (int k = 0; k < depth; k++, w += 4, x += x_row) {
        if (next)
            fetch(next + (size_t)k * x_row);
        UNROLL
        for (int j = 0; j < n; j++) {
            vec column = ((const vec *)x)[j];
            UNROLL
            for (int i = 0; i < 4; i++)
                sum[i][j] += w[i] * column;
        }
    }
}

/* 4 rows of y (n vectors each) = or += 4 outputs of w · x; as above. */
INLINE void product_block(const int n, float *y, size_t y_row, const float *w, const float *x,
                          size_t x_row, int depth, bool add, const float *next)
{
    vec sum[4][COLUMNS];
    UNROLL
    for (int i = 0; i < 4; i++) {
        UNROLL
        for (int j = 0; j < n; j++)
            if (add)
                sum[i][j] = ((const vec *)(y + (size_t)i * y_row))[j];
            else
                sum[i][j] = (vec){0};
    }
    product_add(n, sum, w, x, x_row, depth, next);
    UNROLL
    for (int i = 0; i < 4; i++) {
        UNROLL
        for (int j = 0; j < n; j++)
            ((vec *)(y + (size_t)i * y_row))[j] = sum[i][j];
    }
}

/* The same for all rows of y. */
INLINE void product_columns(const int n, float *y, size_t y_row, const float *w, size_t w_row,
                            const float *x, size_t x_row, int rows, int depth, bool add,
                            const float *next)
{
    for (int i = 0; i < rows; i += 4)
        product_block(n, y + (size_t)i * y_row, y_row, w + (size_t)(i / 4) * w_row, x, x_row, depth,
                      add, next + i / 4 % n * VEC);
}

/* y (rows, width) = or += w · x (depth, width), width in vectors, rows a multiple of 4; w_row is
 * the floats from 4 outputs to the next 4; `next` is the x of the product that follows, or x. */
INLINE void product(float *y, size_t y_row, const float *w, size_t w_row, const float *x,
                    size_t x_row, int rows, int depth, int width, bool add, const float *next)
{
    int j = 0;
    for (; j + COLUMNS <= width; j += COLUMNS)
        product_columns(COLUMNS, y + j * VEC, y_row, w, w_row, x + j * VEC, x_row, rows, depth, add,
                        j + COLUMNS < width ? x + (j + COLUMNS) * VEC : next);
    for (; j + 2 <= width; j += 2)
        product_columns(2, y + j * VEC, y_row, w, w_row, x + j * VEC, x_row, rows, depth, add,
                        next);
    for (; j < width; j++)
        product_columns(1, y + j * VEC, y_row, w, w_row, x + j * VEC, x_row, rows, depth, add,
                        next);
}

/* Adds neighbouring blocks of lanes of a and of b, and leaves a's and b's in turn. */
#if defined __AVX512F__
#define TREE_1 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30
#define TREE_2 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29
#define TREE_4 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27
#define TREE_8 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23
#define ODD_1  1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31
#define ODD_2  2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31
#define ODD_4  4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31
#define ODD_8  8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31
#elif defined __AVX2__
#define TREE_1 0, 8, 2, 10, 4, 12, 6, 14
#define TREE_2 0, 1, 8, 9, 4, 5, 12, 13
#define TREE_4 0, 1, 2, 3, 8, 9, 10, 11
#define ODD_1  1, 9, 3, 11, 5, 13, 7, 15
#define ODD_2  2, 3, 10, 11, 6, 7, 14, 15
#define ODD_4  4, 5, 6, 7, 12, 13, 14, 15
#else
#define TREE_1 0, 4, 2, 6
#define TREE_2 0, 1, 4, 5
#define ODD_1  1, 5, 3, 7
#define ODD_2  2, 3, 6, 7
#endif
#define TREE_ADD(n, a, b)                                                                          \
    (__builtin_shufflevector(a, b, TREE_##n) + __builtin_shufflevector(a, b, ODD_##n))

/* Lane i of the result is the sum of the lanes of sum[i], i < VEC. */
INLINE vec add_lanes(vec sum[VEC])
{
    UNROLL
    for (int i = 0; i < VEC / 2; i++)
        sum[i] = TREE_ADD(1, sum[2 * i], sum[2 * i + 1]);
    UNROLL
    for (int i = 0; i < VEC / 4; i++)
        sum[i] = TREE_ADD(2, sum[2 * i], sum[2 * i + 1]);
#if defined __AVX512F__ || defined __AVX2__
    UNROLL
    for (int i = 0; i < VEC / 8; i++)
        sum[i] = TREE_ADD(4, sum[2 * i], sum[2 * i + 1]);
#endif
#if defined __AVX512F__
    sum[0] = TREE_ADD(8, sum[0], sum[1]);
#endif
    return sum[0];
}

/* to[4·c + r] = or += a row r · b row c, r and c < 4, of `length` vectors. */
INLINE void dot_tile(float *to, const float *a, size_t a_row, const float *b, size_t b_row,
                     int length, bool add)
{
    for (int c = 0; c < 4; c += VEC / 4) {
        vec sum[VEC];
        UNROLL
        for (int i = 0; i < VEC; i++)
            sum[i] = (vec){0};
        for (int t = 0; t < length; t++) {
            UNROLL
            for (int j = 0; j < VEC / 4; j++) {
                vec other = ((const vec *)(b + (size_t)(c + j) * b_row))[t];
                UNROLL
                for (int i = 0; i < 4; i++)
                    sum[4 * j + i] += ((const vec *)(a + (size_t)i * a_row))[t] * other;
            }
        }
        vec total = add_lanes(sum);
        vec *at = (vec *)(to + 4 * c);
        if (add)
            total += *at;
        *at = total;
    }
}

#endif
