/*
 * Method. A group of a map is a row-major matrix of C rows and (H·W + 1)·16 columns, so with the
 * input unfolded into `columns` (in·k·k, pixels·16) (im2col) a convolution is
 *
 *     forward            y (out, pixels·16)        = W (out, in·k·k) · columns
 *     backward, data     columns (in·k·k, …)       = Wᵀ · dy, folded back by addition (col2im)
 *     backward, weights  dW (out, in·k·k)          = dy · columnsᵀ, summed over groups and pixels
 *
 * and y and dy are used where they stand. Only so many rows of the map are unfolded at a time that
 * the columns stay near the cache (COLUMNS floats), but no fewer than make a product worth while.
 * For 1×1 with stride 1 the map itself is the columns.
 *
 * Tasks are cut by shape alone: forward by group and rows of y; backward-data by group and block of
 * BLOCK input channels, whose planes no other task touches; backward-weights by block of input
 * channels and by part of the (group, rows) pairs. The parts of a block are added up in order.
 */
#include "kernel/conv.h"

#include <stdlib.h>
#include <string.h>

#include "base/lanes.h"
#include "base/memory.h"
#include "kernel/gemm.h"
#include "kernel/task.h"

enum {
    COLUMNS = 1 << 18,   /* floats of columns that a task unfolds at a time … */
    LEAST_WIDTH = 256,   /* … but at least so many a row */
    BLOCK = 64,          /* input channels a task of the backward passes */
    WEIGHT_TASKS = 16,   /* tasks that backward-weights aims at */
    REDUCE_TASK = 16384, /* weights that a task adds up over the parts */
};

int conv_out_height(const struct conv *conv)
{
    return (conv->height - 1) / conv->stride + 1;
}

int conv_out_width(const struct conv *conv)
{
    return (conv->width - 1) / conv->stride + 1;
}

static int at_least_one(int n)
{
    return n > 1 ? n : 1;
}

static int ceil_div(int a, int b)
{
    return (a + b - 1) / b;
}

static int taps(const struct conv *conv)
{
    return conv->kernel * conv->kernel;
}

static int blocks(const struct conv *conv)
{
    return ceil_div(conv->in, BLOCK);
}

static int block_channels(const struct conv *conv, int block)
{
    int left = conv->in - block * BLOCK;
    return left < BLOCK ? left : BLOCK;
}

/* Rows of y that are worked on at a time when the columns have `depth` rows. */
static int chunk_rows(const struct conv *conv, int depth)
{
    int width = conv_out_width(conv) * LANES, height = conv_out_height(conv);
    int columns = COLUMNS / depth > LEAST_WIDTH ? COLUMNS / depth : LEAST_WIDTH;
    int rows = at_least_one(columns / width);
    return rows < height ? rows : height;
}

static int parts(const struct conv *conv, int groups)
{
    int depth = block_channels(conv, 0) * taps(conv);
    int pieces = groups * ceil_div(conv_out_height(conv), chunk_rows(conv, depth));
    int wanted = ceil_div(WEIGHT_TASKS, blocks(conv));
    return wanted < pieces ? wanted : pieces;
}

/* Whether the planes of x are the columns. */
static bool direct(const struct conv *conv)
{
    return conv->kernel == 1 && conv->stride == 1;
}

size_t conv_scratch(const struct conv *conv)
{
    if (direct(conv))
        return 0;
    size_t width = (size_t)conv_out_width(conv) * LANES;
    int all = conv->in * taps(conv), block = block_channels(conv, 0) * taps(conv);
    size_t forward = (size_t)chunk_rows(conv, all) * width * (size_t)all;
    size_t backward = (size_t)chunk_rows(conv, block) * width * (size_t)block;
    return forward > backward ? forward : backward;
}

size_t conv_partial(const struct conv *conv, int groups)
{
    size_t weights = (size_t)conv->out * (size_t)conv->in * (size_t)taps(conv);
    return parts(conv, groups) > 1 ? (size_t)parts(conv, groups) * weights : 0;
}

/* What the tasks of one call share. `x` and `y` stand for the gradients where those are meant. */
struct work {
    const struct conv *conv;
    const float *x, *y, *weight;
    float *to; /* what is written: y, dx or the (partial) dW */
    size_t x_group, y_group;
    int groups, chunks, rows; /* rows of y a chunk, chunks a group */
    int parts;
    bool add;
    float *scratch;
    size_t scratch_size, plane, out_plane; /* floats */
};

static struct work work_open(const struct conv *conv, int groups, int depth, float *scratch)
{
    int rows = chunk_rows(conv, depth);
    return (struct work){
        .conv = conv,
        .groups = groups,
        .rows = rows,
        .chunks = ceil_div(conv_out_height(conv), rows),
        .scratch = scratch,
        .scratch_size = conv_scratch(conv),
        .plane = lanes_plane(conv->height, conv->width),
        .out_plane = lanes_plane(conv_out_height(conv), conv_out_width(conv)),
    };
}

/* The rows of y in a chunk, from `first` on. */
static int rows_of(const struct work *work, int chunk, int *first)
{
    *first = chunk * work->rows;
    int left = conv_out_height(work->conv) - *first;
    return left < work->rows ? left : work->rows;
}

/* One row of a plane under one tap of the kernel: pixels [low, high) of the row of y lie on the
 * plane, from `at` on. `line` is the row of x, `shift` the tap's column less the padding. */
struct span {
    int low, high;
    ptrdiff_t at;
};

static struct span find_span(const struct conv *conv, int line, int shift)
{
    int width = conv_out_width(conv), stride = conv->stride;
    if (line < 0 || line >= conv->height || shift >= conv->width)
        return (struct span){0};
    int low = shift < 0 ? ceil_div(-shift, stride) : 0;
    int high = (conv->width - 1 - shift) / stride + 1;
    if (high > width)
        high = width;
    return (struct span){low, high, (ptrdiff_t)line * conv->width + low * stride + shift};
}

/* im2col: rows [first, first + rows) of y, seen through every tap of `channels` planes from x on,
 * into columns (channels·k·k, rows·W'·16). */
static void unfold(const struct conv *conv, size_t plane, const float *x, int channels, int first,
                   int rows, float *columns)
{
    int width = conv_out_width(conv), pad = conv->kernel / 2, side = conv->kernel;
    lanes *to = (lanes *)columns;
    for (int tap = 0; tap < channels * side * side; tap++) {
        const lanes *from = (const lanes *)(x + (size_t)(tap / (side * side)) * plane);
        int ky = tap / side % side, kx = tap % side;
        for (int row = first; row < first + rows; row++, to += width) {
            struct span span = find_span(conv, row * conv->stride + ky - pad, kx - pad);
            const lanes *pixel = from + span.at;
            for (int i = 0; i < span.low; i++)
                to[i] = (lanes){0};
            for (int i = span.low; i < span.high; i++, pixel += conv->stride)
                to[i] = *pixel;
            for (int i = span.high; i < width; i++)
                to[i] = (lanes){0};
        }
    }
}

/* col2im, the adjoint of unfold: adds columns onto the planes. */
static void fold(const struct conv *conv, size_t plane, const float *columns, int channels,
                 int first, int rows, float *x)
{
    int width = conv_out_width(conv), pad = conv->kernel / 2, side = conv->kernel;
    const lanes *from = (const lanes *)columns;
    for (int tap = 0; tap < channels * side * side; tap++) {
        lanes *to = (lanes *)(x + (size_t)(tap / (side * side)) * plane);
        int ky = tap / side % side, kx = tap % side;
        for (int row = first; row < first + rows; row++, from += width) {
            struct span span = find_span(conv, row * conv->stride + ky - pad, kx - pad);
            lanes *pixel = to + span.at;
            for (int i = span.low; i < span.high; i++, pixel += conv->stride)
                *pixel += from[i];
        }
    }
}

/* The columns of a chunk and their leading dimension: the planes themselves or unfolded ones. */
static const float *columns_of(const struct work *work, const float *x, int channels, int first,
                               int rows, float *scratch, int *lead)
{
    if (direct(work->conv)) {
        *lead = (int)work->plane;
        return x + (size_t)first * (size_t)work->conv->width * LANES;
    }
    *lead = rows * conv_out_width(work->conv) * LANES;
    unfold(work->conv, work->plane, x, channels, first, rows, scratch);
    return scratch;
}

static void forward_task(void *context, int index, int thread)
{
    const struct work *work = context;
    const struct conv *conv = work->conv;
    int first, rows = rows_of(work, index % work->chunks, &first), lead;
    size_t group = (size_t)(index / work->chunks);
    int width = conv_out_width(conv) * LANES, depth = conv->in * taps(conv);
    const float *columns = columns_of(work, work->x + group * work->x_group, conv->in, first, rows,
                                      work->scratch + (size_t)thread * work->scratch_size, &lead);
    gemm(false, false, conv->out, rows * width, depth, work->weight, depth, columns, lead,
         work->add ? 1 : 0, work->to + group * work->y_group + (size_t)first * (size_t)width,
         (int)work->out_plane);
}

void conv_forward(const struct conv *conv, int groups, float *y, size_t y_group, const float *x,
                  size_t x_group, const float *weight, bool add, float *scratch)
{
    struct work work = work_open(conv, groups, conv->in * taps(conv), scratch);
    work.x = x, work.x_group = x_group;
    work.to = y, work.y_group = y_group;
    work.weight = weight, work.add = add;
    task_run(groups * work.chunks, forward_task, &work);
}

static void data_task(void *context, int index, int thread)
{
    const struct work *work = context;
    const struct conv *conv = work->conv;
    int block = index % blocks(conv), channels = block_channels(conv, block);
    size_t group = (size_t)(index / blocks(conv));
    float *scratch = work->scratch + (size_t)thread * work->scratch_size;
    float *dx = work->to + group * work->x_group + (size_t)block * BLOCK * work->plane;
    const float *weight = work->weight + block * BLOCK * taps(conv);
    int width = conv_out_width(conv) * LANES, depth = channels * taps(conv);
    if (!work->add && !direct(conv))
        memset(dx, 0, (size_t)channels * work->plane * sizeof *dx);
    for (int chunk = 0; chunk < work->chunks; chunk++) {
        int first, rows = rows_of(work, chunk, &first);
        size_t at = (size_t)first * (size_t)width;
        const float *dy = work->y + group * work->y_group + at;
        float *to = direct(conv) ? dx + at : scratch;
        int lead = direct(conv) ? (int)work->plane : rows * width;
        gemm(true, false, depth, rows * width, conv->out, weight, conv->in * taps(conv), dy,
             (int)work->out_plane, direct(conv) && work->add ? 1 : 0, to, lead);
        if (!direct(conv))
            fold(conv, work->plane, scratch, channels, first, rows, dx);
    }
}

void conv_backward_data(const struct conv *conv, int groups, float *dx, size_t dx_group,
                        const float *dy, size_t dy_group, const float *weight, bool add,
                        float *scratch)
{
    struct work work = work_open(conv, groups, block_channels(conv, 0) * taps(conv), scratch);
    work.to = dx, work.x_group = dx_group;
    work.y = dy, work.y_group = dy_group;
    work.weight = weight, work.add = add;
    task_run(groups * blocks(conv), data_task, &work);
}

static void weights_task(void *context, int index, int thread)
{
    const struct work *work = context;
    const struct conv *conv = work->conv;
    int block = index / work->parts, part = index % work->parts;
    int channels = block_channels(conv, block), depth = channels * taps(conv);
    int width = conv_out_width(conv) * LANES, lead_to = conv->in * taps(conv);
    float *to = work->to + (size_t)part * (size_t)conv->out * (size_t)lead_to +
                (size_t)block * BLOCK * (size_t)taps(conv);
    int pieces = work->groups * work->chunks, begin = part * pieces / work->parts;
    for (int piece = begin; piece < (part + 1) * pieces / work->parts; piece++) {
        int first, rows = rows_of(work, piece % work->chunks, &first), lead;
        size_t group = (size_t)(piece / work->chunks);
        const float *x = work->x + group * work->x_group + (size_t)block * BLOCK * work->plane;
        const float *dy = work->y + group * work->y_group + (size_t)first * (size_t)width;
        const float *columns =
            columns_of(work, x, channels, first, rows,
                       work->scratch + (size_t)thread * work->scratch_size, &lead);
        gemm(false, true, conv->out, depth, rows * width, dy, (int)work->out_plane, columns, lead,
             piece == begin ? 0 : 1, to, lead_to);
    }
}

struct reduction {
    const float *partial;
    float *to;
    size_t count;
    int parts;
};

static void reduce_task(void *context, int index, int thread)
{
    (void)thread;
    const struct reduction *reduction = context;
    size_t begin = (size_t)index * REDUCE_TASK, end = begin + REDUCE_TASK;
    if (end > reduction->count)
        end = reduction->count;
    for (size_t i = begin; i < end; i++) {
        float sum = reduction->partial[i];
        for (int part = 1; part < reduction->parts; part++)
            sum += reduction->partial[(size_t)part * reduction->count + i];
        reduction->to[i] = sum;
    }
}

void conv_backward_weights(const struct conv *conv, int groups, float *dweight, const float *dy,
                           size_t dy_group, const float *x, size_t x_group, float *partial,
                           float *scratch)
{
    struct work work = work_open(conv, groups, block_channels(conv, 0) * taps(conv), scratch);
    work.parts = parts(conv, groups);
    work.to = work.parts > 1 ? partial : dweight;
    work.x = x, work.x_group = x_group;
    work.y = dy, work.y_group = dy_group;
    task_run(blocks(conv) * work.parts, weights_task, &work);
    if (work.parts == 1)
        return;
    size_t count = (size_t)conv->out * (size_t)conv->in * (size_t)taps(conv);
    struct reduction reduction = {partial, dweight, count, work.parts};
    task_run((int)((count + REDUCE_TASK - 1) / REDUCE_TASK), reduce_task, &reduction);
}

/* --- plain references ------------------------------------------------------------------------ */

enum side { SIDE_Y, SIDE_X, SIDE_WEIGHT };

/* y[…] = Σ W·x over all pixels and taps. The side to sum up is given by `to` (its other two are
 * read): forward, or one of its two adjoints. */
static void sum_products(const struct conv *conv, int groups, const float *y, size_t y_group,
                         const float *x, size_t x_group, const float *weight, enum side side,
                         double *to)
{
    int height = conv_out_height(conv), width = conv_out_width(conv), pad = conv->kernel / 2;
    size_t y_plane = lanes_plane(height, width), x_plane = lanes_plane(conv->height, conv->width);
    int side_length = conv->kernel, weights = conv->out * conv->in * taps(conv);
    for (int image = 0; image < groups * LANES; image++)
        for (int w = 0; w < weights; w++) {
            size_t group = (size_t)(image / LANES), lane = (size_t)(image % LANES);
            size_t out = (size_t)(w / taps(conv) / conv->in), in = (size_t)(w / taps(conv));
            in %= (size_t)conv->in;
            int ky = w / side_length % side_length - pad, kx = w % side_length - pad;
            for (int pixel = 0; pixel < height * width; pixel++) {
                int iy = pixel / width * conv->stride + ky, ix = pixel % width * conv->stride + kx;
                if (iy < 0 || iy >= conv->height || ix < 0 || ix >= conv->width)
                    continue;
                size_t at_y = group * y_group + out * y_plane + (size_t)pixel * LANES + lane;
                size_t at_x =
                    group * x_group + in * x_plane + (size_t)(iy * conv->width + ix) * LANES + lane;
                if (side == SIDE_Y)
                    to[at_y] += (double)weight[w] * (double)x[at_x];
                else if (side == SIDE_X)
                    to[at_x] += (double)weight[w] * (double)y[at_y];
                else
                    to[w] += (double)y[at_y] * (double)x[at_x];
            }
        }
}

/* Copies the first `used` floats of each of `groups` groups of sums, and frees the sums. */
static void round_sums(double *sums, float *to, int groups, size_t group, size_t used)
{
    for (size_t g = 0; g < (size_t)groups; g++)
        for (size_t i = 0; i < used; i++)
            to[g * group + i] = (float)sums[g * group + i];
    free(sums);
}

void conv_forward_plain(const struct conv *conv, int groups, float *y, size_t y_group,
                        const float *x, size_t x_group, const float *weight)
{
    double *sums = NEW(double, (size_t)groups *y_group);
    sum_products(conv, groups, NULL, y_group, x, x_group, weight, SIDE_Y, sums);
    round_sums(sums, y, groups, y_group,
               lanes_group(conv->out, conv_out_height(conv), conv_out_width(conv)));
}

void conv_backward_data_plain(const struct conv *conv, int groups, float *dx, size_t dx_group,
                              const float *dy, size_t dy_group, const float *weight)
{
    double *sums = NEW(double, (size_t)groups *dx_group);
    sum_products(conv, groups, dy, dy_group, NULL, dx_group, weight, SIDE_X, sums);
    round_sums(sums, dx, groups, dx_group, lanes_group(conv->in, conv->height, conv->width));
}

void conv_backward_weights_plain(const struct conv *conv, int groups, float *dweight,
                                 const float *dy, size_t dy_group, const float *x, size_t x_group)
{
    size_t count = (size_t)conv->out * (size_t)conv->in * (size_t)taps(conv);
    double *sums = NEW(double, count);
    sum_products(conv, groups, dy, dy_group, x, x_group, NULL, SIDE_WEIGHT, sums);
    round_sums(sums, dweight, 1, 0, count);
}
