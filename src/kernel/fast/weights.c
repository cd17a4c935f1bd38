/*
 * Method. The gradient of the weights: position by position dU = Σ V·Dᵀ over tiles and images, with
 * V = Bᵀ x as forward has it and D = A dy, the adjoint of forward's last step; then dg = Gᵀ dU
 * (tile.h). Cut as plan.h says: narrow with a dU in each task, which is turned into filters before
 * it leaves the cache; wide with V and D of the whole layer, and a task for each chunk of dU.
 *
 * A 1×1 convolution's D is dy itself, all of backward-data's input, and both passes are cut alike.
 * So there they are one: while D is at hand it is settled and dx is made of it, with the bits that
 * correlate.c would give.
 */
#include "kernel/fast/filters.h"
#include "kernel/fast/passes.h"
#include "kernel/fast/point.h"
#include "kernel/task.h"

enum {
    INPUT_TASK = 16, /* channels that a task turns into V or D */
    DOT_TILES = 16,  /* lanes vectors of a row that are summed at a time, and … */
    DOT_ROWS = 32,   /* … rows of D that then stay in the first-level cache */
};

struct work {
    const struct plan *plan;
    const struct tile *tile;
    const struct fast_source *dy, *x;
    const float *weight;
    float *dweight;
    float *v, *d;   /* shared: of the whole layer */
    float *partial; /* shared: (tasks, in/4, out/4, taps, 16) */
    float *thread;  /* the threads' scratch */
    size_t thread_size;

    /* Of a 1×1 convolution whose backward-data runs along, else NULL. */
    const struct plan *data;
    const struct fast_sink *dx;
    float *settled; /* where dy as it is read is written; may be NULL */
    float *filters; /* shared: the tiles of its filters … */
    float *pairs;   /* … and the sums of its (group, part) pieces */
};

static void x_line(const struct work *work, int group, int k, int line, float *lines, float *v,
                   const struct used *used)
{
    read_tiles(work->plan, work->tile, work->x, group, k, line, lines, v, used);
}

/* D of output k for one line of tiles. */
static void dy_line(const struct work *work, int group, int k, int line, float *lines, float *d,
                    const struct used *used)
{
    const struct plan *plan = work->plan;
    float *rows = work->tile->adjoint ? lines : d;
    for (int i = 0; i < plan->side; i++)
        read_row(work->dy, &plan->y, group, k, line * plan->side + i,
                 rows + (size_t)i * (size_t)plan->line * LANES, 0, plan->across * plan->side, used);
    if (work->tile->adjoint)
        work->tile->adjoint(rows, plan->line, plan->across, d, plan->m_position);
}

/* dU (ins/4, outs/4, 16) = or += rows of v · rows of d, `tiles` lanes vectors long. */
static void dot_block(float *u, size_t u_next, const float *v, size_t v_row, int ins,
                      const float *d, size_t d_row, int outs, int tiles, bool add)
{
    for (int i = 0; i < ins; i += 4)
        for (int o = 0; o < outs; o += 4)
            dot_tile(u + (size_t)(i / 4) * u_next + (size_t)o * 4, v + (size_t)i * v_row, v_row,
                     d + (size_t)o * d_row, d_row, tiles * PIECES, add);
}

/* The same in blocks for the caches. */
static void dot(float *u, size_t u_next, const float *v, size_t v_row, int ins, const float *d,
                size_t d_row, int outs, int tiles, bool add)
{
    for (int t = 0; t < tiles; t += DOT_TILES)
        for (int o = 0; o < outs; o += DOT_ROWS)
            dot_block(u + (size_t)o * 4, u_next, v + (size_t)t * LANES, v_row, ins,
                      d + (size_t)o * d_row + (size_t)t * LANES, d_row,
                      outs - o < DOT_ROWS ? outs - o : DOT_ROWS,
                      tiles - t < DOT_TILES ? tiles - t : DOT_TILES, add || t > 0);
}

/* --- narrow ---------------------------------------------------------------------------------- */

struct scratch {
    float *u, *v, *d, *lines;
    struct sums *sums; /* of backward-data */
};

static struct scratch scratch_of(const struct work *work, int thread)
{
    const struct plan *plan = work->plan;
    struct scratch scratch;
    scratch.u = work->thread + (size_t)thread * work->thread_size;
    scratch.v = scratch.u + plan->u;
    scratch.d = scratch.v + plan->v;
    scratch.lines = scratch.d + plan->m;
    scratch.sums = (struct sums *)(scratch.lines + plan->lines);
    return scratch;
}

/* Writes dy of `count` rows, as it was read into D, to where it is settled. */
static void settle_lines(const struct work *work, const struct scratch *scratch, int group,
                         int line, int count)
{
    const struct plan *plan = work->plan;
    const size_t width = (size_t)plan->across * LANES;
    for (int k = 0; k < plan->out; k++)
        memcpy(work->settled +
                   row_offset(&plan->y, work->dy->group, group, work->dy->channel, k, line),
               scratch->d + (size_t)k * plan_row(count * plan->across),
               (size_t)count * width * sizeof(float));
}

/* dx of `count` rows, from D. */
static void data_lines(const struct work *work, const struct scratch *scratch, int group, int line,
                       int count, const struct used *used)
{
    const struct plan *data = work->data;
    for (int i = 0; i < count; i++)
        point_line(work->dx, &data->y, group, line + i, work->filters,
                   scratch->d + (size_t)(i * data->across) * LANES, plan_row(count * data->across),
                   data->out, data->in, used, scratch->sums);
}

/* Adds `count` lines of tiles of a group, from `line` on, to dU. */
static void add_lines(const struct work *work, const struct scratch *scratch, int group, int line,
                      int count, bool add)
{
    const struct plan *plan = work->plan;
    int tiles = count * plan->across, outs = plan_fours(plan->out);
    size_t row = plan_row(tiles), next = (size_t)outs * 4;
    struct used used = used_of(plan->images, group);
    for (int k = 0; k < plan->out; k++)
        for (int i = 0; i < count; i++)
            dy_line(work, group, k, line + i, scratch->lines,
                    scratch->d + (size_t)k * row + (size_t)(i * plan->across) * LANES, &used);
    for (int first = 0; first < plan->in; first += plan->block) {
        int ins = plan->in - first < plan->block ? plan->in - first : plan->block;
        for (int k = 0; k < ins; k++)
            for (int i = 0; i < count; i++)
                x_line(work, group, first + k, line + i, scratch->lines,
                       scratch->v + (size_t)k * row + (size_t)(i * plan->across) * LANES, &used);
        for (int p = 0; p < plan->positions; p++)
            dot(scratch->u + (size_t)p * plan->u_position + (size_t)(first / 4) * next, next,
                scratch->v + (size_t)p * plan->v_position, row, ins,
                scratch->d + (size_t)p * plan->m_position, row, outs, tiles, add);
    }
    if (work->settled)
        settle_lines(work, scratch, group, line, count);
    if (work->data)
        data_lines(work, scratch, group, line, count, &used);
}

/* dg of some of the (group, part) pieces, into the task's partial sum. */
static void narrow_task(void *context, int index, int thread)
{
    const struct work *work = context;
    const struct plan *plan = work->plan;
    struct scratch scratch = scratch_of(work, thread);
    int pieces = plan->groups * plan->parts, begin = index * pieces / plan->tasks;
    for (int piece = begin; piece < (index + 1) * pieces / plan->tasks; piece++) {
        int group = piece / plan->parts, part = piece % plan->parts;
        int line = part * plan->down / plan->parts, end = (part + 1) * plan->down / plan->parts;
        if (work->data)
            memset(scratch.sums, 0, (size_t)work->data->out * sizeof *scratch.sums);
        for (int at = line; at < end; at += plan->rows)
            add_lines(work, &scratch, group, at, end - at < plan->rows ? end - at : plan->rows,
                      piece > begin || at > line);
        if (work->data)
            sums_add_lanes(scratch.sums, work->data->out,
                           work->pairs + (size_t)piece * work->data->sums);
    }
    size_t filters = (size_t)(plan_fours(plan->in) / 4) * (size_t)(plan_fours(plan->out) / 4);
    float *to = work->partial + (size_t)index * filters * (size_t)plan->taps * 16;
    for (size_t i = 0; i < filters; i++)
        work->tile->gather(scratch.u + i * 16, plan->u_position, to + i * (size_t)plan->taps * 16);
}

/* Joins the partial sums of the filters of four inputs. */
static void join_task(void *context, int index, int thread)
{
    (void)thread;
    const struct work *work = context;
    const struct plan *plan = work->plan;
    size_t tile = (size_t)plan->taps * 16, outs = (size_t)(plan_fours(plan->out) / 4);
    size_t next = (size_t)(plan_fours(plan->in) / 4) * outs * tile;
    float g[9 * 16] __attribute__((aligned(64)));
    for (size_t o = 0; o < outs; o++) {
        const float *from = work->partial + ((size_t)index * outs + o) * tile;
        for (size_t i = 0; i < tile; i += VEC) {
            vec sum = *(const vec *)(from + i);
            for (size_t t = 1; t < (size_t)plan->tasks; t++)
                sum += *(const vec *)(from + t * next + i);
            *(vec *)(g + i) = sum;
        }
        filters_write(plan, work->dweight, (int)o * 4, index * 4, g);
    }
}

/* --- wide ------------------------------------------------------------------------------------ */

/* V, then D, of a few channels of a group. */
static void input_task(void *context, int index, int thread)
{
    const struct work *work = context;
    const struct plan *plan = work->plan;
    int x_runs = plan_ceil(plan->in, INPUT_TASK), runs = x_runs + plan_ceil(plan->out, INPUT_TASK);
    int group = index / runs, run = index % runs;
    bool of_x = run < x_runs;
    int first = (of_x ? run : run - x_runs) * INPUT_TASK, count = of_x ? plan->in : plan->out;
    int last = first + INPUT_TASK < count ? first + INPUT_TASK : count;
    size_t row = plan_row(plan->groups * plan->across * plan->down);
    float *lines = work->thread + (size_t)thread * work->thread_size;
    struct used used = used_of(plan->images, group);
    for (int k = first; k < last; k++)
        for (int line = 0; line < plan->down; line++) {
            size_t tile = (size_t)((group * plan->down + line) * plan->across);
            size_t to = (size_t)k * row + tile * LANES;
            if (of_x)
                x_line(work, group, k, line, lines, work->v + to, &used);
            else
                dy_line(work, group, k, line, lines, work->d + to, &used);
        }
}

/* dg of a chunk of inputs and a chunk of outputs. */
static void wide_task(void *context, int index, int thread)
{
    const struct work *work = context;
    const struct plan *plan = work->plan;
    float *u = work->thread + (size_t)thread * work->thread_size;
    int in = index / plan->chunks * plan->in_chunk, out = index % plan->chunks * plan->chunk;
    int ins = plan->in - in < plan->in_chunk ? plan->in - in : plan->in_chunk;
    int outs = plan_fours(plan->out - out < plan->chunk ? plan->out - out : plan->chunk);
    int tiles = plan->groups * plan->across * plan->down;
    size_t row = plan_row(tiles), next = (size_t)outs * 4;
    for (int p = 0; p < plan->positions; p++)
        dot(u + (size_t)p * plan->u_position, next,
            work->v + (size_t)p * plan->v_position + (size_t)in * row, row, ins,
            work->d + (size_t)p * plan->m_position + (size_t)out * row, row, outs, tiles, false);
    float g[9 * 16] __attribute__((aligned(64)));
    for (int i = 0; i < ins; i += 4)
        for (int o = 0; o < outs; o += 4) {
            work->tile->gather(u + (size_t)(i / 4) * next + (size_t)o * 4, plan->u_position, g);
            filters_write(plan, work->dweight, out + o, in + i, g);
        }
}

void pass_weights(const struct plan *plan, float *dweight, const struct fast_source *dy,
                  const struct fast_source *x, const struct fast_space *space)
{
    struct work work = {
        .plan = plan,
        .tile = tile_of(plan->kind),
        .dy = dy,
        .x = x,
        .dweight = dweight,
        .v = space->shared,
        .d = space->shared + plan->v,
        .partial = space->shared,
        .thread = space->thread,
        .thread_size = space->thread_size,
    };
    if (plan->wide) {
        int runs = plan_ceil(plan->in, INPUT_TASK) + plan_ceil(plan->out, INPUT_TASK);
        task_run(plan->groups * runs, input_task, &work);
        task_run(plan->tasks, wide_task, &work);
    } else {
        task_run(plan->tasks, narrow_task, &work);
        task_run(plan_fours(plan->in) / 4, join_task, &work);
    }
}

/* The tiles of backward-data's filters, for four of its outputs. */
static void filter_task(void *context, int index, int thread)
{
    (void)thread;
    const struct work *work = context;
    const struct plan *data = work->data;
    size_t row = (size_t)plan_fours(data->in) * 4;
    filters_transform(data, work->weight, index * 4, 4, 0, plan_fours(data->in),
                      work->filters + (size_t)index * row);
}

void pass_point_backward(const struct plan *plan, const struct plan *data, const float *weight,
                         float *dweight, const struct fast_source *dy, const struct fast_source *x,
                         const struct fast_sink *dx, float *settled, const struct fast_space *space)
{
    struct work work = {
        .plan = plan,
        .tile = &tile_point,
        .dy = dy,
        .x = x,
        .weight = weight,
        .dweight = dweight,
        .partial = space->shared,
        .thread = space->thread,
        .thread_size = space->thread_size,
        .data = data,
        .dx = dx,
        .settled = settled,
        .filters = space->shared + plan->shared,
        .pairs = space->shared + plan->shared + data->u,
    };
    task_run(plan_ceil(data->out, 4), filter_task, &work);
    task_run(plan->tasks, narrow_task, &work);
    task_run(plan_fours(plan->in) / 4, join_task, &work);
    sums_join(dx, data->out, work.pairs, data->tasks, data->sums);
}
