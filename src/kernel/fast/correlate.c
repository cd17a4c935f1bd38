/*
 * Method. Forward and backward-data, both a correlation of a source with filters into a sink
 * (tile.h), cut as plan.h says. A task reads lines of tiles through the source into `lines`, turns
 * them into V, multiplies position by position, and turns M line by line into pixels that go out
 * through the sink. Its sums stay lanes vectors until it ends; then they are added up to one float
 * a plane, and the tasks' floats are joined in double, in order.
 */
#include "kernel/fast/passes.h"

#include "kernel/fast/filters.h"
#include "kernel/fast/point.h"
#include "kernel/fast/rows.h"
#include "kernel/task.h"

enum {
    INPUT_TASK = 16, /* channels that a task turns into V */
};

struct work {
    const struct plan *plan;
    const struct tile *tile;
    const float *weight;
    const struct fast_source *source;
    const struct fast_sink *sink;
    float *u, *v;  /* shared: U of a narrow pass, V of a wide one */
    float *pairs;  /* shared: the tasks' sums (tasks, out, 2) */
    float *thread; /* the threads' scratch */
    size_t thread_size;
};

/* One thread's scratch, in the order of plan.h's sizes. */
struct scratch {
    float *u, *v, *m, *lines;
    struct sums *sums;
};

static struct scratch scratch_of(const struct work *work, int thread)
{
    const struct plan *plan = work->plan;
    struct scratch scratch;
    scratch.u = scratch.v = work->thread + (size_t)thread * work->thread_size;
    scratch.m = scratch.v + (plan->wide ? plan->u : plan->v);
    scratch.lines = scratch.m + plan->m;
    scratch.sums = (struct sums *)(scratch.lines + plan->lines);
    return scratch;
}

static void input_line(const struct work *work, int group, int k, int line, float *lines, float *v,
                       const struct used *used)
{
    read_tiles(work->plan, work->tile, work->source, group, k, line, lines, v, used);
}

/* The pixels of output k for one line of tiles, from M. */
static void output_line(const struct work *work, int group, int k, int line, float *lines,
                        const float *m, const struct used *used, struct sums *sums)
{
    const struct plan *plan = work->plan;
    const float *rows = work->tile->output ? lines : m;
    if (work->tile->output)
        work->tile->output(m, plan->m_position, plan->across, lines, plan->line);
    for (int i = 0; i < plan->side; i++)
        write_row(work->sink, &plan->y, group, k, line * plan->side + i,
                  rows + (size_t)i * (size_t)plan->line * LANES, used, sums);
}

/* --- narrow ---------------------------------------------------------------------------------- */

/* U of four outputs and all inputs. */
static void filter_task(void *context, int index, int thread)
{
    (void)thread;
    const struct work *work = context;
    size_t row = (size_t)plan_fours(work->plan->in) * 4;
    filters_transform(work->plan, work->weight, index * 4, 4, 0, plan_fours(work->plan->in),
                      work->u + (size_t)index * row);
}

/* V of `depth` inputs from `first` on, for `count` lines of tiles from `line` on. */
static void input_lines(const struct work *work, const struct scratch *scratch, int group,
                        int first, int depth, int line, int count, const struct used *used)
{
    const struct plan *plan = work->plan;
    size_t row = plan_row(count * plan->across);
    for (int k = 0; k < depth; k++)
        for (int i = 0; i < count; i++)
            input_line(work, group, first + k, line + i, scratch->lines,
                       scratch->v + (size_t)k * row + (size_t)(i * plan->across) * LANES, used);
}

/* M of `count` lines of tiles from `line` on, over all inputs. */
static void multiply_lines(const struct work *work, const struct scratch *scratch, int group,
                           int line, int count, const struct used *used)
{
    const struct plan *plan = work->plan;
    int tiles = count * plan->across;
    size_t row = plan_row(tiles), u_row = (size_t)plan_fours(plan->in) * 4;
    int first = 0;
    do { /* once also for no inputs: M is 0 */
        int depth = plan->in - first < plan->block ? plan->in - first : plan->block;
        input_lines(work, scratch, group, first, depth, line, count, used);
        for (int p = 0; p < plan->positions; p++) {
            const float *v = scratch->v + (size_t)p * plan->v_position;
            product(scratch->m + (size_t)p * plan->m_position, row,
                    work->u + (size_t)p * plan->u_position + (size_t)first * 4, u_row, v, row,
                    plan_fours(plan->out), depth, tiles * PIECES, first > 0, v);
        }
        first += plan->block;
    } while (first < plan->in);
}

/* `count` lines of tiles from `line` on, from source to sink. */
static void narrow_lines(const struct work *work, const struct scratch *scratch, int group,
                         int line, int count, const struct used *used)
{
    const struct plan *plan = work->plan;
    size_t row = plan_row(count * plan->across);
    multiply_lines(work, scratch, group, line, count, used);
    for (int k = 0; k < plan->out; k++)
        for (int i = 0; i < count; i++)
            output_line(work, group, k, line + i, scratch->lines,
                        scratch->m + (size_t)k * row + (size_t)(i * plan->across) * LANES, used,
                        &scratch->sums[k]);
}

/* The same of a 1×1 convolution whose inputs are one block. */
static void point_lines(const struct work *work, const struct scratch *scratch, int group, int line,
                        int count, const struct used *used)
{
    const struct plan *plan = work->plan;
    size_t row = plan_row(count * plan->across);
    input_lines(work, scratch, group, 0, plan->in, line, count, used);
    for (int i = 0; i < count; i++)
        point_line(work->sink, &plan->y, group, line + i, work->u,
                   scratch->v + (size_t)(i * plan->across) * LANES, row, plan->out, plan->in, used,
                   scratch->sums);
}

/* A group and a part of its lines of tiles. */
static void narrow_task(void *context, int index, int thread)
{
    const struct work *work = context;
    const struct plan *plan = work->plan;
    struct scratch scratch = scratch_of(work, thread);
    int group = index / plan->parts, part = index % plan->parts;
    int line = part * plan->down / plan->parts, end = (part + 1) * plan->down / plan->parts;
    struct used used = used_of(plan->images, group);
    memset(scratch.sums, 0, (size_t)plan->out * sizeof *scratch.sums);
    for (; line < end; line += plan->rows) {
        int count = end - line < plan->rows ? end - line : plan->rows;
        if (plan->kind == TILE_POINT && plan->in <= plan->block)
            point_lines(work, &scratch, group, line, count, &used);
        else
            narrow_lines(work, &scratch, group, line, count, &used);
    }
    sums_add_lanes(scratch.sums, plan->out, work->pairs + (size_t)index * plan->sums);
}

/* --- wide ------------------------------------------------------------------------------------ */

/* V of a few channels of a group. */
static void input_task(void *context, int index, int thread)
{
    const struct work *work = context;
    const struct plan *plan = work->plan;
    int runs = plan_ceil(plan->in, INPUT_TASK), group = index / runs;
    int first = index % runs * INPUT_TASK;
    int last = first + INPUT_TASK < plan->in ? first + INPUT_TASK : plan->in;
    size_t row = plan_row(plan->groups * plan->across * plan->down);
    float *lines = scratch_of(work, thread).lines;
    struct used used = used_of(plan->images, group);
    for (int k = first; k < last; k++)
        for (int line = 0; line < plan->down; line++) {
            size_t tile = (size_t)((group * plan->down + line) * plan->across);
            input_line(work, group, k, line, lines, work->v + (size_t)k * row + tile * LANES,
                       &used);
        }
}

/* M of a chunk of outputs and a slice of groups, over all inputs. */
static void multiply_chunk(const struct work *work, const struct scratch *scratch, int out,
                           int outs, int group, int groups)
{
    const struct plan *plan = work->plan;
    int tiles = plan->across * plan->down;
    size_t row = plan_row(tiles * groups), v_row = plan_row(tiles * plan->groups);
    for (int first = 0; first < plan->in; first += plan->block) {
        int depth = plan->in - first < plan->block ? plan->in - first : plan->block;
        filters_transform(plan, work->weight, out, outs, first, plan_fours(depth), scratch->u);
        const float *v = work->v + (size_t)first * v_row + (size_t)(group * tiles) * LANES;
        for (int p = 0; p < plan->positions; p++, v += plan->v_position)
            product(scratch->m + (size_t)p * plan->m_position, row,
                    scratch->u + (size_t)p * plan->u_position, (size_t)plan_fours(depth) * 4, v,
                    v_row, outs, depth, tiles * groups * PIECES, first > 0, v + plan->v_position);
    }
}

/* A slice of groups and a chunk of outputs. */
static void wide_task(void *context, int index, int thread)
{
    const struct work *work = context;
    const struct plan *plan = work->plan;
    struct scratch scratch = scratch_of(work, thread);
    int out = index % plan->chunks * plan->chunk, group = index / plan->chunks * plan->slice;
    int outs = plan->out - out < plan->chunk ? plan->out - out : plan->chunk;
    int groups = plan->groups - group < plan->slice ? plan->groups - group : plan->slice;
    int lines = groups * plan->down;
    size_t row = plan_row(lines * plan->across);
    memset(scratch.sums, 0, (size_t)outs * sizeof *scratch.sums);
    multiply_chunk(work, &scratch, out, plan_fours(outs), group, groups);
    for (int line = 0; line < lines; line++) {
        struct used used = used_of(plan->images, group + line / plan->down);
        for (int k = 0; k < outs; k++)
            output_line(work, group + line / plan->down, out + k, line % plan->down, scratch.lines,
                        scratch.m + (size_t)k * row + (size_t)(line * plan->across) * LANES, &used,
                        &scratch.sums[k]);
    }
    float *pairs = work->pairs + (size_t)(index / plan->chunks * plan->chunks) * plan->sums;
    sums_add_lanes(scratch.sums, outs, pairs + (size_t)out * 2);
}

/* --- both ------------------------------------------------------------------------------------ */

/* Zeros in the planes of a sink of which only every so many-th pixel is written. */
static void clear_task(void *context, int index, int thread)
{
    (void)thread;
    const struct work *work = context;
    const struct view *view = &work->plan->y;
    const struct fast_sink *sink = work->sink;
    for (int k = 0; k < work->plan->out; k++)
        zero_pixels(sink->y + row_offset(view, sink->group, index, sink->channel, k, 0),
                    view->height * view->width);
}

void pass_correlate(const struct plan *plan, const float *weight, const struct fast_source *source,
                    const struct fast_sink *sink, const struct fast_space *space)
{
    struct work work = {
        .plan = plan,
        .tile = tile_of(plan->kind),
        .weight = weight,
        .source = source,
        .sink = sink,
        .u = space->shared,
        .v = space->shared,
        .pairs = space->shared + (plan->wide ? plan->v : plan->u),
        .thread = space->thread,
        .thread_size = space->thread_size,
    };
    if (plan->y.every > 1 && !sink->plus)
        task_run(plan->groups, clear_task, &work);
    if (plan->wide) {
        task_run(plan->groups * plan_ceil(plan->in, INPUT_TASK), input_task, &work);
        task_run(plan->tasks, wide_task, &work);
        sums_join(sink, plan->out, work.pairs, plan->slices, plan->sums * (size_t)plan->chunks);
    } else {
        task_run(plan_ceil(plan->out, 4), filter_task, &work);
        task_run(plan->tasks, narrow_task, &work);
        sums_join(sink, plan->out, work.pairs, plan->tasks, plan->sums);
    }
}
