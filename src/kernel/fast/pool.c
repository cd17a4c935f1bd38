/*
 * Method. Pools over windows of side × side that do not overlap, one row of windows of a plane at a
 * time: its rows come in through the source (gated), and what leaves goes out through the sink.
 * Backward reads the same rows again and gives dy to the first largest pixel of each window, or to
 * all pixels alike; rows and columns that fill no window get 0. A task is a group and a few planes.
 */
#include "kernel/fast/passes.h"
#include "kernel/fast/rows.h"
#include "kernel/task.h"

enum { PLANES = 4 }; /* a task */

struct work {
    const struct pool *pool;
    bool largest;
    int images, runs;
    struct view fine, coarse;
    const struct fast_source *dy, *x;
    const struct fast_sink *sink;
    float *pairs, *thread;
    size_t thread_size;
};

static struct work work_open(const struct pool *pool, bool largest, int images,
                             const struct fast_space *space)
{
    return (struct work){
        .pool = pool,
        .largest = largest,
        .images = images,
        .runs = plan_ceil(pool->channels, PLANES),
        .fine = {pool->height, pool->width, 1, 1},
        .coarse = {pool->height / pool->side, pool->width / pool->side, 1, 1},
        .pairs = space->shared,
        .thread = space->thread,
        .thread_size = space->thread_size,
    };
}

/* The pixel i of a window, whose first pixel is at `window`, in rows of `width`. */
INLINE const vec *pixel_of(const float *window, int i, int side, int width)
{
    return (const vec *)(window + (size_t)(i / side * width + i % side) * LANES);
}

/* The larger; a NaN stays one. */
INLINE vec larger(vec best, vec value)
{
    vec_mask take = (value > best) | (value != value);
    return vec_keep(best, ~take) + vec_keep(value, take);
}

static void pool_row(const struct work *work, const float *rows, float *to)
{
    int side = work->pool->side, width = work->pool->width;
    float share = 1.0f / (float)(side * side);
    for (int w = 0; w < work->coarse.width; w++, rows += side * LANES, to += LANES)
        for (int p = 0; p < PIECES; p++) {
            vec result = ((const vec *)rows)[p];
            for (int i = 1; i < side * side; i++) {
                vec value = pixel_of(rows, i, side, width)[p];
                if (work->largest)
                    result = larger(result, value);
                else
                    result += value;
            }
            if (!work->largest)
                result *= share;
            ((vec *)to)[p] = result;
        }
}

/* da of a row of windows: `rows` holds a (the largest) and is overwritten. */
static void spread_row(const struct work *work, const float *dy, float *rows)
{
    int side = work->pool->side, width = work->pool->width, count = work->coarse.width;
    float share = 1.0f / (float)(side * side);
    for (int i = 0; i < side; i++)
        zero_pixels(rows + (size_t)(i * width + count * side) * LANES, width - count * side);
    for (int w = 0; w < count; w++, rows += side * LANES, dy += LANES)
        for (int p = 0; p < PIECES; p++) {
            vec gradient = ((const vec *)dy)[p], best = ((const vec *)rows)[p];
            for (int i = 1; work->largest && i < side * side; i++)
                best = larger(best, pixel_of(rows, i, side, width)[p]);
            vec_mask left = ~(vec_mask){0};
            for (int i = 0; i < side * side; i++) {
                vec *pixel = (vec *)(rows + (size_t)(i / side * width + i % side) * LANES) + p;
                vec_mask here = left & (*pixel == best);
                left &= ~here;
                if (work->largest)
                    *pixel = vec_keep(gradient, here);
                else
                    *pixel = gradient * share;
            }
        }
}

static void forward_task(void *context, int index, int thread)
{
    const struct work *work = context;
    const struct pool *pool = work->pool;
    int group = index / work->runs, first = index % work->runs * PLANES;
    float *rows = work->thread + (size_t)thread * work->thread_size;
    float *to = rows + (size_t)(pool->side * pool->width) * LANES;
    struct used used = used_of(work->images, group);
    for (int k = first; k < first + PLANES && k < pool->channels; k++) {
        struct sums sums = {0};
        for (int row = 0; row < work->coarse.height; row++) {
            for (int i = 0; i < pool->side; i++)
                read_row(work->x, &work->fine, group, k, row * pool->side + i,
                         rows + (size_t)(i * pool->width) * LANES, 0, pool->width, &used);
            pool_row(work, rows, to);
            write_row(work->sink, &work->coarse, group, k, row, to, &used, &sums);
        }
        sums_add_lanes(&sums, 1, work->pairs + (size_t)(group * pool->channels + k) * 2);
    }
}

void pass_pool_forward(const struct pool *pool, bool largest, int images,
                       const struct fast_source *x, const struct fast_sink *y,
                       const struct fast_space *space)
{
    struct work work = work_open(pool, largest, images, space);
    work.x = x;
    work.sink = y;
    task_run(lanes_groups(images) * work.runs, forward_task, &work);
    sums_join(y, pool->channels, work.pairs, lanes_groups(images), (size_t)pool->channels * 2);
}

/* da of the rows of one row of windows, or zeros below the last. */
static void window_rows(const struct work *work, int group, int k, int row, float *rows,
                        const struct used *used)
{
    const struct pool *pool = work->pool;
    float *dy = rows + (size_t)(pool->side * pool->width) * LANES;
    if (row >= work->coarse.height) {
        zero_pixels(rows, pool->side * pool->width);
        return;
    }
    for (int i = 0; work->largest && i < pool->side; i++)
        read_row(work->x, &work->fine, group, k, row * pool->side + i,
                 rows + (size_t)(i * pool->width) * LANES, 0, pool->width, used);
    read_row(work->dy, &work->coarse, group, k, row, dy, 0, work->coarse.width, used);
    spread_row(work, dy, rows);
}

static void backward_task(void *context, int index, int thread)
{
    const struct work *work = context;
    const struct pool *pool = work->pool;
    int group = index / work->runs, first = index % work->runs * PLANES;
    float *rows = work->thread + (size_t)thread * work->thread_size;
    struct used used = used_of(work->images, group);
    for (int k = first; k < first + PLANES && k < pool->channels; k++) {
        struct sums sums = {0};
        for (int row = 0; row * pool->side < pool->height; row++) {
            window_rows(work, group, k, row, rows, &used);
            for (int i = 0; i < pool->side; i++)
                write_row(work->sink, &work->fine, group, k, row * pool->side + i,
                          rows + (size_t)(i * pool->width) * LANES, &used, &sums);
        }
        sums_add_lanes(&sums, 1, work->pairs + (size_t)(group * pool->channels + k) * 2);
    }
}

void pass_pool_backward(const struct pool *pool, bool largest, int images,
                        const struct fast_source *dy, const struct fast_source *x,
                        const struct fast_sink *dx, const struct fast_space *space)
{
    struct work work = work_open(pool, largest, images, space);
    work.dy = dy;
    work.x = x;
    work.sink = dx;
    task_run(lanes_groups(images) * work.runs, backward_task, &work);
    sums_join(dx, pool->channels, work.pairs, lanes_groups(images), (size_t)pool->channels * 2);
}

/* --- settling a deferred gradient ------------------------------------------------------------- */

struct settling {
    struct view view;
    int channels, images;
    float *x;
    const struct fast_source *source;
};

static void settle_task(void *context, int index, int thread)
{
    (void)thread;
    const struct settling *settling = context;
    const struct fast_source *source = settling->source;
    int group = index / settling->channels, k = index % settling->channels;
    struct used used = used_of(settling->images, group);
    for (int row = 0; row < settling->view.height; row++)
        read_pixels(source, &settling->view, group, k, row,
                    settling->x +
                        row_offset(&settling->view, source->group, group, source->channel, k, row),
                    &used);
}

void pass_settle(int channels, int height, int width, int images, float *x,
                 const struct fast_source *source)
{
    struct settling settling = {{height, width, 1, 1}, channels, images, x, source};
    task_run(lanes_groups(images) * channels, settle_task, &settling);
}
