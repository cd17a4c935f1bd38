/*
 * Method. Residual blocks in evaluation, in place, one after another:
 *
 *     a = relu(bn1(x))   b = relu(bn2(narrow · a))   c = relu(bn3(inner ∗ b))   x += widen · c
 *
 * with narrow and widen 1×1 and inner 3×3. The stream x is by far the largest map, and what counts
 * is how often it comes through the caches: once a block. So a task takes a group of 16 images
 * through all blocks: b and c stay with its thread, and no block waits for another group. A *band*
 * is a few lines of tiles; its c comes from b by F(4×4, 3×3). Then, a *run* of pixels at a time,
 * widen · c is added to x, and while x is at hand, a and b of the next block are made of it. Hence
 * two maps b, one that is read and one that is written, each with the padding of inner around it.
 *
 * Every pixel comes from the same operations in the same order as by one convolution after another
 * (correlate.c), so both give the same bits.
 */
#include "kernel/fast/block_plan.h"
#include "kernel/fast/filters.h"
#include "kernel/fast/passes.h"
#include "kernel/fast/product.h"
#include "kernel/fast/rows.h"
#include "kernel/task.h"

enum { POSITIONS = 36 };

struct work {
    const struct fast_stream *stream;
    const struct fast_block *block;
    int blocks;
    struct block_plan plan;
    float *thread;
    size_t thread_size;
};

/* A task's stream, the scratch of its thread (block_plan.h), and the blocks that it is between. */
struct scratch {
    float *x;
    float *b, *b_next, *c, *a;
    float *v, *m, *half;
    float *inner, *widen, *narrow;
    const struct fast_block *block, *next; /* NULL: in front of the first, behind the last */
};

static struct scratch scratch_of(const struct work *work, int group, int thread)
{
    const struct block_plan *plan = &work->plan;
    struct scratch scratch = {.x = work->stream->x + (size_t)group * work->stream->group};
    scratch.b = work->thread + (size_t)thread * work->thread_size;
    scratch.b_next = scratch.b + plan->b;
    scratch.c = scratch.b_next + plan->b;
    scratch.a = scratch.c + plan->c;
    scratch.v = scratch.a + plan->a;
    scratch.m = scratch.v + plan->v;
    scratch.half = scratch.m + plan->m;
    scratch.inner = scratch.half + plan->half;
    scratch.widen = scratch.inner + plan->inner;
    scratch.narrow = scratch.widen + plan->widen;
    return scratch;
}

/* Tiles of the filters (out, in, k, k) between two gates. */
static void make_filters(enum tile_kind kind, const float *weight, int in, int out, float *u)
{
    struct plan plan = {.kind = kind,
                        .taps = kind == TILE_POINT ? 1 : 9,
                        .in = in,
                        .out = out,
                        .u_position = plan_filters(in, out)};
    filters_transform(&plan, weight, 0, plan_fours(out), 0, plan_fours(in), u);
}

/* `count` vectors through channel k's gate. */
INLINE void gate_vectors(const struct fast_gate *gate, int k, const float *from, float *to,
                         int count)
{
    float scale = gate->scale[k], shift = gate->shift[k];
    for (int i = 0; i < count; i++)
        ((vec *)to)[i] = vec_relu(((const vec *)from)[i] * scale + shift);
}

/* --- c of a band ------------------------------------------------------------------------------ */

static void read_band(const struct work *work, const struct scratch *scratch, int line, int lines)
{
    const struct block_plan *plan = &work->plan;
    const int in = scratch->block->gate[1].count, tiles = lines * plan->across;
    for (int k = 0; k < in; k++)
        for (int i = 0; i < lines; i++) {
            size_t row = (size_t)((line + i) * 4 * plan->padded), tile = (size_t)(i * plan->across);
            tile_winograd.input(scratch->b + (size_t)k * plan->b_plane + row * LANES, scratch->half,
                                plan->padded, plan->across,
                                scratch->v + (size_t)k * plan_row(tiles) + tile * LANES,
                                plan_position(in, tiles));
        }
}

static void write_band(const struct work *work, const struct scratch *scratch, int lines)
{
    const struct block_plan *plan = &work->plan;
    const struct fast_gate *gate = &scratch->block->gate[2];
    const int width = work->stream->width, tiles = lines * plan->across;
    for (int k = 0; k < gate->count; k++) {
        float *c = scratch->c + (size_t)k * plan->c_row;
        for (int i = 0; i < lines; i++) {
            size_t tile = (size_t)(i * plan->across), row = (size_t)(i * 4 * width);
            tile_winograd.output(scratch->m + (size_t)k * plan_row(tiles) + tile * LANES,
                                 plan_position(gate->count, tiles), plan->across, c + row * LANES,
                                 width);
        }
        gate_vectors(gate, k, c, c, tiles * 16 * PIECES);
    }
}

static void band(const struct work *work, const struct scratch *scratch, int line, int lines)
{
    const int in = scratch->block->gate[1].count, out = scratch->block->gate[2].count;
    const int tiles = lines * work->plan.across;
    const size_t row = plan_row(tiles);
    read_band(work, scratch, line, lines);
    const float *v = scratch->v;
    for (int p = 0; p < POSITIONS; p++, v += plan_position(in, tiles))
        product(scratch->m + (size_t)p * plan_position(out, tiles), row,
                scratch->inner + (size_t)p * plan_filters(in, out), (size_t)plan_fours(in) * 4, v,
                row, plan_fours(out), in, tiles * PIECES, false, v);
    write_band(work, scratch, lines);
}

/* --- a run ------------------------------------------------------------------------------------ */

/* Four channels of the stream on their way through the first gate of the next block: where to, NULL
 * for those that it drops. */
struct passage {
    float *to[4];
    float scale[4], shift[4];
};

/* The passage of the channels from `first` on; *kept counts the gate's channels. */
static struct passage passage_of(const struct work *work, const struct scratch *scratch, int first,
                                 int *kept)
{
    struct passage passage = {0};
    if (!scratch->next)
        return passage;
    const struct fast_gate *gate = &scratch->next->gate[0];
    for (; *kept < gate->count && gate->channel[*kept] < first + 4; ++*kept) {
        int i = gate->channel[*kept] - first;
        passage.to[i] = scratch->a + (size_t)*kept * work->plan.a_row;
        passage.scale[i] = gate->scale[*kept];
        passage.shift[i] = gate->shift[*kept];
    }
    return passage;
}

/* at += sum in one channel; where the next block has it, the gate's reading of that goes there. */
INLINE void widen_channel(vec *at, const vec sum[COLUMNS], vec *to, float scale, float shift,
                          size_t ahead)
{
    UNROLL
    for (int n = 0; n < COLUMNS; n++) {
        vec x = sum[n] + at[n];
        at[n] = x;
        fetch_to_write((const float *)(at + n) + ahead);
        if (to)
            to[n] = vec_relu(x * scale + shift);
    }
}

/* x += widen · c for `count` pixels of four channels; `rows` of them are there. */
INLINE void widen_rows(float *x, size_t plane, int rows, const float *w, const float *c,
                       size_t c_row, int depth, int count, const struct passage *passage)
{
    for (int j = 0; j < count * PIECES; j += COLUMNS) {
        vec sum[4][COLUMNS] = {0};
        product_add(COLUMNS, sum, w, c + j * VEC, c_row, depth, NULL);
        UNROLL
        for (int i = 0; i < 4; i++)
            if (i < rows)
                widen_channel((vec *)(x + (size_t)i * plane) + j, sum[i],
                              passage->to[i] ? (vec *)passage->to[i] + j : NULL, passage->scale[i],
                              passage->shift[i], 4 * plane);
    }
}

/* x of `count` pixels, the first at `pixel` of the plane and at `at` of the band; and the next a.
 */
static void widen_run(const struct work *work, const struct scratch *scratch, int pixel, int at,
                      int count)
{
    const struct fast_stream *stream = work->stream;
    const int in = scratch->block->gate[2].count;
    const size_t plane = lanes_plane(stream->height, stream->width);
    const float *w = scratch->widen;
    int kept = 0;
    for (int k = 0; k < stream->channels; k += 4, w += (size_t)plan_fours(in) * 4) {
        struct passage passage = passage_of(work, scratch, k, &kept);
        widen_rows(scratch->x + (size_t)k * plane + (size_t)pixel * LANES, plane,
                   stream->channels - k, w, scratch->c + (size_t)at * LANES, work->plan.c_row, in,
                   count, &passage);
    }
}

/* The next a of `count` pixels, of x as it stands. */
static void gate_run(const struct work *work, const struct scratch *scratch, int pixel, int count)
{
    const struct fast_gate *gate = &scratch->next->gate[0];
    const size_t plane = lanes_plane(work->stream->height, work->stream->width);
    for (int k = 0; k < gate->count; k++)
        gate_vectors(gate, k, scratch->x + (size_t)gate->channel[k] * plane + (size_t)pixel * LANES,
                     scratch->a + (size_t)k * work->plan.a_row, count * PIECES);
}

/* The next b of `count` pixels, of a. */
static void narrow_run(const struct work *work, const struct scratch *scratch, int pixel, int count)
{
    const struct block_plan *plan = &work->plan;
    const struct fast_gate *gate = &scratch->next->gate[1];
    const int in = scratch->next->gate[0].count, width = work->stream->width;
    for (int j = 0; j < count * PIECES; j += COLUMNS) {
        int here = pixel + j / PIECES;
        int padded = (here / width + 1) * plan->padded + here % width + 1;
        float *b = scratch->b_next + padded * LANES + j % PIECES * VEC;
        for (int k = 0; k < gate->count; k += 4) {
            vec sum[4][COLUMNS] = {0};
            product_add(COLUMNS, sum, scratch->narrow + (size_t)k * (size_t)plan_fours(in),
                        scratch->a + j * VEC, plan->a_row, in, NULL);
            UNROLL
            for (int i = 0; i < 4; i++)
                if (k + i < gate->count)
                    gate_vectors(gate, k + i, (const float *)sum[i],
                                 b + (size_t)(k + i) * plan->b_plane, COLUMNS);
        }
    }
}

/* --- a group ---------------------------------------------------------------------------------- */

/* The pixels of a band, run by run. */
static void runs(const struct work *work, const struct scratch *scratch, int pixel, int pixels)
{
    for (int at = 0; at < pixels; at += work->plan.run) {
        int count = pixels - at < work->plan.run ? pixels - at : work->plan.run;
        if (scratch->block)
            widen_run(work, scratch, pixel + at, at, count);
        else
            gate_run(work, scratch, pixel + at, count);
        if (scratch->next)
            narrow_run(work, scratch, pixel + at, count);
    }
}

/* From `block` to `next`: x of the one, b of the other. */
static void between(const struct work *work, const struct scratch *scratch)
{
    const struct block_plan *plan = &work->plan;
    const struct fast_block *block = scratch->block, *next = scratch->next;
    if (block) {
        make_filters(TILE_WINOGRAD, block->inner, block->gate[1].count, block->gate[2].count,
                     scratch->inner);
        make_filters(TILE_POINT, block->widen, block->gate[2].count, work->stream->channels,
                     scratch->widen);
    }
    if (next)
        make_filters(TILE_POINT, next->narrow, next->gate[0].count, next->gate[1].count,
                     scratch->narrow);
    for (int line = 0; line < plan->down; line += plan->lines) {
        int lines = plan->down - line < plan->lines ? plan->down - line : plan->lines;
        if (block)
            band(work, scratch, line, lines);
        runs(work, scratch, line * 4 * work->stream->width, lines * 4 * work->stream->width);
    }
}

static void group_task(void *context, int index, int thread)
{
    const struct work *work = context;
    struct scratch scratch = scratch_of(work, index, thread);
    memset(scratch.b, 0, 2 * work->plan.b * sizeof(float)); /* the padding */
    for (int i = 0; i <= work->blocks; i++) {
        scratch.block = i > 0 ? &work->block[i - 1] : NULL;
        scratch.next = i < work->blocks ? &work->block[i] : NULL;
        between(work, &scratch);
        float *b = scratch.b;
        scratch.b = scratch.b_next;
        scratch.b_next = b;
    }
}

void pass_blocks(const struct fast_stream *stream, const struct fast_block *block, int blocks,
                 const struct fast_space *space)
{
    struct work work = {
        .stream = stream,
        .block = block,
        .blocks = blocks,
        .plan = block_plan_make(stream, block, blocks),
        .thread = space->thread,
        .thread_size = space->thread_size,
    };
    task_run(lanes_groups(stream->images), group_task, &work);
}
