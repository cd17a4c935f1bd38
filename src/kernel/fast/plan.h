/*
 * How one pass of a convolution is cut: everything that follows from its shape alone.
 *
 * Method. The *grid* is the pixels that tiles cover: x's own for 3×3 (with stride 2 every pixel is
 * computed, which for F(4×4, 3×3) costs no more than a quarter of them directly, and y takes every
 * second), y's own for 1×1 (which reads every stride-th pixel of x). A `view` says how a map lies
 * on the grid.
 *
 * A pass goes one of two ways:
 *
 *     narrow    The filters U of the whole layer are made first. A task is a group of 16 images and
 *               a *part* of its lines of tiles; it takes `rows` lines at a time and `block` inputs
 *               at a time, so that V, M and D stay in the second-level cache.
 *     wide      (many channels, few tiles) V of the whole layer is made first, by tasks of a group
 *               and a few channels. A task is then a *chunk* of outputs and a *slice* of groups; it
 *               makes the U of its chunk for itself, `block` inputs at a time, so that U stays
 *               in the second-level cache and is never written out.
 *
 * The gradient of the weights goes the same two ways: narrow with dU in each of `tasks` tasks,
 * whose partial sums are joined in order; wide with V and D of the whole layer and a task for each
 * chunk of dU. A layer above 5 million products an image has at least 16 tasks at 64 images. The
 * cut never depends on the number of threads, and changing it changes the last bits of every
 * result.
 */
#ifndef KERNEL_FAST_PLAN_H
#define KERNEL_FAST_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "kernel/conv.h"
#include "kernel/fast/tile.h"

/* A map on the grid: map pixel i·every lies at grid pixel i·spread. */
struct view {
    int height, width; /* of the map */
    int every, spread;
};

enum plan_pass { PASS_FORWARD, PASS_DATA, PASS_WEIGHTS };

struct plan {
    enum tile_kind kind;
    int side, halo, positions, taps;
    int in, out;      /* of this pass: backward-data exchanges them */
    bool transposed;  /* backward-data: the filter is read exchanged and turned */
    struct view x, y; /* what the pass reads and writes; of the weights: x and dy */
    int images, groups;
    int across, down; /* tiles of an image */
    int line;         /* lanes vectors of a row of a line of tiles, halo included */
    bool wide;

    int parts;               /* narrow: of the lines of tiles of a group */
    int rows;                /* narrow: lines of tiles at a time */
    int block;               /* inputs at a time */
    int slice, slices;       /* wide: groups a slice */
    int chunk, chunks;       /* wide: outputs a task */
    int in_chunk, in_chunks; /* wide, weights: inputs a task */
    int tasks;

    /* Floats from one position to the next, and the parts of the scratch in floats. */
    size_t u_position, v_position, m_position;
    size_t u, v, m, lines, sums; /* `sums` a task: (out, 2) */
    size_t shared, thread;
};

struct plan plan_make(const struct conv *conv, int images, enum plan_pass pass);

/* Floats of a row of V, M or D of that many tiles: no multiple of a large power of two, so that
 * rows below each other do not compete for the same sets of the cache. */
size_t plan_row(int tiles);

/* Floats of one position of V, M or D, and of U: one vector more than a power of two can be. */
size_t plan_position(int channels, int tiles);
size_t plan_filters(int in, int out);

/* n rounded up to a multiple of 4, and a/b rounded up. */
int plan_fours(int n);
int plan_ceil(int a, int b);

#endif
