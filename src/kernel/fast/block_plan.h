/* How residual blocks in evaluation (block.c) are cut, and what scratch a thread needs for them. */
#ifndef KERNEL_FAST_BLOCK_PLAN_H
#define KERNEL_FAST_BLOCK_PLAN_H

#include "kernel/fast.h"
#include "kernel/fast/plan.h"

struct block_plan {
    int across, down; /* tiles of a plane */
    int lines;        /* of tiles in a band */
    int run;          /* pixels in a run, a multiple of 4 */
    int padded;       /* pixels of a row of b, padding included */

    /* Floats from one channel to the next, and the parts of the scratch in floats, for the largest
     * of the blocks. */
    size_t b_plane, c_row, a_row;
    size_t b, c, a, v, m, half, inner, widen, narrow;
    size_t thread; /* all of it: two b's, and one of each other */
};

struct block_plan block_plan_make(const struct fast_stream *stream, const struct fast_block *block,
                                  int blocks);

#endif
