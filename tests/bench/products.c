/*
 * bench_products: the micro kernels of the fast engine, on one thread, for the shapes that the
 * networks give them, beside OpenBLAS on matrices of the same shape. Nothing asserts the figures.
 *
 * Method. Compiled for the CPU that it is built on (ISA is `native`). Operands are used again and
 * again, so they are in the nearest cache that holds them. The least time of repeated calls counts.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "kernel/core.h"
#include "kernel/fast/product.h"
#include "kernel/gemm.h"

enum { REPEATS = 50 };

/* y (rows, width) = w (rows, depth) · x (depth, width); dU (rows, depth) = y · xᵀ. Width in lanes
 * vectors, as many as a task has tiles; rows and depth multiples of 4. */
static const struct shape {
    int rows, depth, tiles;
} shapes[] = {
    {12, 24, 8},  {12, 156, 8}, {16, 16, 8},  {16, 64, 32}, {64, 16, 32},  {32, 32, 8},
    {64, 64, 4},  {64, 64, 8},  {32, 128, 4}, {32, 128, 8}, {64, 128, 16}, {64, 64, 16},
    {64, 64, 32}, {112, 76, 4}, {64, 64, 1},  {64, 64, 2},
};

struct operands {
    float *w, *x, *y, *u;
};

static float *take_ones(size_t count)
{
    float *block = aligned_alloc(64, (count * sizeof(float) + 63) / 64 * 64);
    if (!block)
        abort();
    for (size_t i = 0; i < count; i++)
        block[i] = 1;
    return block;
}

static void run_product(const struct shape *shape, const struct operands *operands)
{
    size_t row = (size_t)shape->tiles * LANES;
    product(operands->y, row, operands->w, (size_t)shape->depth * 4, operands->x, row, shape->rows,
            shape->depth, shape->tiles * PIECES, false, operands->x);
}

static void run_dot(const struct shape *shape, const struct operands *operands)
{
    size_t row = (size_t)shape->tiles * LANES;
    float *u = operands->u;
    for (int i = 0; i < shape->rows; i += 4)
        for (int k = 0; k < shape->depth; k += 4, u += 16)
            dot_tile(u, operands->y + (size_t)i * row, row, operands->x + (size_t)k * row, row,
                     shape->tiles * PIECES, false);
}

static void run_gemm(const struct shape *shape, const struct operands *operands)
{
    int row = shape->tiles * LANES;
    gemm(false, false, shape->rows, row, shape->depth, operands->w, shape->depth, operands->x, row,
         0, operands->y, row);
}

static void run_gemm_dot(const struct shape *shape, const struct operands *operands)
{
    int row = shape->tiles * LANES;
    gemm(false, true, shape->rows, shape->depth, row, operands->y, row, operands->x, row, 0,
         operands->u, shape->depth);
}

static double gflops(void (*run)(const struct shape *shape, const struct operands *operands),
                     const struct shape *shape, const struct operands *operands)
{
    double least = INFINITY;
    double operations = 2.0 * shape->rows * shape->depth * shape->tiles * LANES;
    int calls = 1 + (int)(2e6 / operations);
    for (int i = 0; i < REPEATS; i++) {
        double start = clock_seconds();
        for (int call = 0; call < calls; call++)
            run(shape, operands);
        double taken = clock_seconds() - start;
        least = taken < least ? taken : least;
    }
    return operations * calls / least * 1e-9;
}

int main(int argc, char **argv)
{
    (void)argc;
    core_prepare(argv);
    gemm_start();
    printf("GFLOPS of one thread; vectors of %d floats, OpenBLAS %s\n", VEC, gemm_core());
    printf("%14s%10s%10s%8s%10s%10s%8s\n", "rows×depth×T", "product", "OpenBLAS", "faster", "dot",
           "OpenBLAS", "faster");
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        const struct shape *shape = &shapes[i];
        size_t row = (size_t)shape->tiles * LANES;
        size_t products = (size_t)(shape->rows * shape->depth);
        struct operands operands = {.w = take_ones(products),
                                    .u = take_ones(products),
                                    .x = take_ones((size_t)shape->depth * row),
                                    .y = take_ones((size_t)shape->rows * row)};
        double ours = gflops(run_product, shape, &operands);
        double theirs = gflops(run_gemm, shape, &operands);
        double dot = gflops(run_dot, shape, &operands);
        double their_dot = gflops(run_gemm_dot, shape, &operands);
        printf("%4d×%4d×%4d%10.0f%10.0f%8.2f%10.0f%10.0f%8.2f\n", shape->rows, shape->depth,
               shape->tiles, ours, theirs, ours / theirs, dot, their_dot, dot / their_dot);
        free(operands.w);
        free(operands.u);
        free(operands.x);
        free(operands.y);
    }
    return 0;
}
