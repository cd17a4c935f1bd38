/*
 * Method. The fast engine: no batch norm or ReLU is a pass of its own (kernel/fast.h). Forward, an
 * operator reads its map through its gate and takes the statistics of what it writes on the way
 * out.
 *
 * Backward, the gradient behind a gate is al·dz + be·x + de, and al is known before the sums that
 * be and de need. So the operator that makes dz adds al·dz to the map's G at once; be and de are
 * summed over all gates that read the map (in double, a channel) and *deferred*: whoever wrote the
 * map reads its gradient as G + be·x + de.
 *
 * The maps of a residual stream share one G, but each has its own x. So before a branch reads the
 * gradient of the map that it made, what is deferred there is settled, that is, written into G,
 * which from then on is the gradient of the map before.
 */
#include <assert.h>
#include <string.h>

#include "base/lanes.h"
#include "kernel/fast.h"
#include "net/coefficients.h"
#include "net/engine.h"
#include "net/fast_blocks.h"
#include "net/fast_list.h"
#include "net/work.h"

static struct conv conv_of(const struct net *net, const struct op *op)
{
    const struct map *in = &net->work->map[op->in];
    return (struct conv){.in = op->in_count,
                         .out = op->out_count,
                         .height = in->height,
                         .width = in->width,
                         .kernel = op->kernel,
                         .stride = op->stride};
}

static struct pool pool_of(const struct net *net, const struct op *op)
{
    const struct map *in = &net->work->map[op->in];
    return (struct pool){
        .channels = op->in_count, .height = in->height, .width = in->width, .side = op->kernel};
}

/* The map that the operator reads, through its gate if it has one. */
static struct fast_source source_of(struct net *net, const struct op *op, const float *input,
                                    bool training)
{
    const struct map *map = &net->work->map[op->in];
    struct fast_source source = {.x = op->in == 0 ? input : map->x, .group = engine_group(map)};
    if (op->gate >= 0) {
        const struct gate *gate = &net->gate[op->gate];
        struct gate_affine affine = coefficients_affine(net, gate, training);
        source.channel = gate->channel;
        source.scale = affine.scale;
        source.shift = affine.shift;
    }
    return source;
}

/* The planes of the map that the operator writes, or adds to another's. */
static struct fast_sink sink_of(const struct net *net, const struct op *op)
{
    const struct map *map = &net->work->map[op->out];
    size_t at = (size_t)op->out_first * lanes_plane(map->height, map->width);
    return (struct fast_sink){.y = map->x + at,
                              .group = engine_group(map),
                              .plus = op->add ? net->work->map[op->addend].x + at : NULL};
}

static void forward(struct net *net, int index, const float *input, int images, bool training)
{
    const struct op *op = &net->work->op[index];
    struct net_work *work = net->work;
    if (!training && fast_blocks_forward_chain(net, index, images))
        return;
    struct fast_source source = source_of(net, op, input, training);
    struct fast_sink sink = sink_of(net, op);
    if (training && op->gate >= 0)
        coefficients_move_running(net, &net->gate[op->gate], images);
    bool measure = training && work->takes_statistics[index];
    if (measure) {
        coefficients_references(net, op);
        sink.m = work->mean;
        sink.sum = work->sum;
        sink.product = work->product;
    }
    if (op->body == OP_CONV) {
        struct conv conv = conv_of(net, op);
        fast_conv_forward(&conv, images, net_parameter(net, op->weight), &source, &sink,
                          &work->space);
    } else if (op->body == OP_LINEAR) {
        struct op_run run = engine_open_run(net, op, input, images);
        op_kinds[OP_LINEAR].forward(&run);
    } else {
        struct pool pool = pool_of(net, op);
        fast_pool_forward(&pool, op->body == OP_MAX_POOL, images, &source, &sink, &work->space);
    }
    if (measure)
        coefficients_keep_statistics(net, op, images);
}

/* --- backward --------------------------------------------------------------------------------- */

static void clear_deferred(struct net *net, int map)
{
    for (int c = 0; c < net->map[map].channels; c++)
        net->work->deferred[map].be[c] = net->work->deferred[map].de[c] = 0;
}

static void begin_backward(struct net *net)
{
    for (int m = 0; m < net->maps; m++)
        clear_deferred(net, m);
}

/* The gradient of what the operator wrote: G with what is deferred. */
static struct fast_source gradient_of(struct net *net, const struct op *op)
{
    const struct map *map = &net->work->map[op->out];
    const struct deferred *deferred = &net->work->deferred[op->out];
    size_t at = (size_t)op->out_first * lanes_plane(map->height, map->width);
    struct fast_source source = {.x = map->dx + at, .group = engine_group(map)};
    if (map->activated)
        return source;
    for (int c = 0; c < op->out_count; c++) {
        net->work->out_be[c] = (float)deferred->be[op->out_first + c];
        net->work->out_de[c] = (float)deferred->de[op->out_first + c];
    }
    source.y = map->x + at;
    source.be = net->work->out_be;
    source.de = net->work->out_de;
    return source;
}

/* Whether what is deferred is to be settled: the operator added to a residual stream. */
static bool settles(const struct op *op)
{
    return op->add && op->addend != op->out;
}

/* Writes what is deferred into the G of a stream that the operator also reads, and so writes to: it
 * takes the gradient from a copy. */
static void settle_aside(struct net *net, const struct op *op, struct fast_source *dy, int images)
{
    struct map *map = &net->work->map[op->out];
    fast_settle(map->channels, map->height, map->width, images, map->dx, dy);
    memcpy(net->work->aside, map->dx, map_floats(map, images) * sizeof(float));
    dy->x = net->work->aside;
    dy->be = dy->de = NULL;
}

/* Where the gradient of what the operator read goes: into the map's G, through its gate. */
static struct fast_sink back_of(struct net *net, const struct op *op)
{
    const struct map *map = &net->work->map[op->in];
    struct net_work *work = net->work;
    struct fast_sink sink = {.y = map->dx,
                             .group = engine_group(map),
                             .plus = work_use(net, op->in)->one_reader ? NULL : map->dx};
    if (op->gate < 0)
        return sink;
    sink.channel = net->gate[op->gate].channel;
    sink.x = map->x;
    sink.scale = sink.al = work->scale; /* al = γ·istd is the gate's scale */
    sink.shift = work->shift;
    sink.m = work->mean;
    sink.sum = work->sum;
    sink.product = work->product;
    return sink;
}

/* dγ and dβ from the gate's sums, and be and de to what is deferred of the map. */
static void defer(struct net *net, const struct gate *gate, int images)
{
    struct gate_slope slope = coefficients_slope(net, gate, images);
    struct deferred *deferred = &net->work->deferred[gate->map];
    for (int k = 0; k < gate->kept; k++) {
        deferred->be[gate->channel[k]] += (double)slope.be[k];
        deferred->de[gate->channel[k]] += (double)slope.de[k];
    }
}

static void conv_backward(struct net *net, const struct op *op, const struct fast_source *source,
                          struct fast_source *dy, int images)
{
    const struct map *in = &net->work->map[op->in], *out = &net->work->map[op->out];
    struct conv conv = conv_of(net, op);
    float *dweight = net_gradient(net, op->weight);
    float *settled = settles(op) ? out->dx : NULL;
    if (!in->dx) {
        fast_conv_backward_weights(&conv, images, dweight, dy, source, &net->work->space);
        return;
    }
    if (settled && in->dx == out->dx) {
        settle_aside(net, op, dy, images);
        settled = NULL;
    }
    struct fast_sink back = back_of(net, op);
    fast_conv_backward(&conv, images, net_parameter(net, op->weight), dweight, dy, source, &back,
                       settled, &net->work->space);
}

static void backward(struct net *net, int index, const float *input, int images)
{
    const struct op *op = &net->work->op[index];
    if (op->body == OP_LINEAR) {
        struct op_run run = engine_open_run(net, op, input, images);
        op_kinds[OP_LINEAR].backward(&run);
        return;
    }
    struct fast_source source = source_of(net, op, input, true), dy = gradient_of(net, op);
    if (op->body == OP_CONV) {
        conv_backward(net, op, &source, &dy, images);
    } else {
        struct pool pool = pool_of(net, op);
        struct fast_sink back = back_of(net, op);
        fast_pool_backward(&pool, op->body == OP_MAX_POOL, images, &dy, &source, &back,
                           &net->work->space);
    }
    if (settles(op))
        clear_deferred(net, op->out);
    if (op->gate >= 0)
        defer(net, &net->gate[op->gate], images);
}

/* --- workspace -------------------------------------------------------------------------------- */

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static void add_need(struct fast_space *space, struct fast_space need)
{
    space->shared_size = larger(space->shared_size, need.shared_size);
    space->thread_size = larger(space->thread_size, need.thread_size);
}

/* What the operators need at most; the linear layer's partial sums and scratch are the plain
 * engine's. */
static void take(struct net *net, struct arena *arena, int batch, bool training)
{
    struct net_work *work = net->work;
    struct fast_space space = {0};
    size_t partial = 0, scratch = 0, aside = 0;
    fast_list_fill(net);
    for (int i = 0; i < net->ops; i++) {
        const struct op *op = &net->work->op[i];
        struct conv conv = conv_of(net, op);
        struct pool pool = pool_of(net, op);
        assert(op->body != OP_CONV || fast_conv_fits(&conv));
        if (op->body == OP_LINEAR) {
            partial = larger(partial, op_kinds[OP_LINEAR].partial(net, op, lanes_groups(batch)));
            scratch = larger(scratch, op_kinds[OP_LINEAR].scratch(net, op));
        } else {
            add_need(&space, op->body == OP_CONV ? fast_conv_space(&conv, batch)
                                                 : fast_pool_space(&pool, batch));
        }
        if (training && op->add && work->use[op->in].root == work->use[op->out].root)
            aside = larger(aside, map_floats(&net->work->map[op->out], batch));
    }
    fast_blocks_take(net, arena, batch, &space);
    space.shared = work_take(arena, space.shared_size, sizeof(float));
    space.thread = work_take(arena, space.thread_size * (size_t)work->threads, sizeof(float));
    work->space = space;
    work->partial = work_take(arena, partial, sizeof(float));
    work->scratch = work_take(arena, scratch * (size_t)work->threads, sizeof(float));
    work->aside = work_take(arena, aside, sizeof(float));
    for (int m = 0; training && m < net->maps; m++) {
        work->deferred[m].be = work_take(arena, (size_t)net->map[m].channels, sizeof(double));
        work->deferred[m].de = work_take(arena, (size_t)net->map[m].channels, sizeof(double));
    }
}

const struct engine engine_fast = {
    .name = "fast",
    .take = take,
    .begin_backward = begin_backward,
    .forward = forward,
    .backward = backward,
};
