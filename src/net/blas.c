/*
 * Method. The plain engine: a gate writes its output into the workspace, the body (op.c) reads
 * that, or the map itself, and works by im2col and OpenBLAS's products; batch statistics are a pass
 * of their own. Backward, the gate's output is made again, the body gives the gradient of it and of
 * its parameters, and the gate turns that into dγ, dβ and the gradient of the raw map
 * (kernel/gate.h).
 */
#include <string.h>

#include "base/lanes.h"
#include "kernel/task.h"
#include "net/coefficients.h"
#include "net/engine.h"
#include "net/work.h"

static struct gate_planes planes_of(const struct net *net, const struct gate *gate, int images)
{
    const struct map *map = &net->map[gate->map];
    return (struct gate_planes){.images = images,
                                .kept = gate->kept,
                                .channel = gate->channel,
                                .height = map->height,
                                .width = map->width,
                                .group = engine_group(map)};
}

static void take_statistics(struct net *net, const struct op *op, const float *y, int images)
{
    struct net_work *work = net->work;
    struct map *map = &net->map[op->out];
    struct gate_planes planes = {.images = images,
                                 .kept = op->out_count,
                                 .height = map->height,
                                 .width = map->width,
                                 .group = engine_group(map)};
    coefficients_references(net, op);
    gate_statistics(&planes, y, work->mean, work->partial, work->sum, work->product);
    coefficients_keep_statistics(net, op, images);
}

/* Applies the operator's gate into the workspace, for the body to read. */
static void open_gate(struct net *net, struct op_run *run, int images, bool training)
{
    const struct gate *gate = &net->gate[run->op->gate];
    struct gate_planes planes = planes_of(net, gate, images);
    struct gate_affine affine = coefficients_affine(net, gate, training);
    gate_forward(&planes, &affine, run->x, net->work->activation);
    run->x = net->work->activation;
    run->x_group = lanes_group(gate->kept, planes.height, planes.width);
}

/* What is copied, a group a task. */
struct copy {
    float *to;
    const float *from;
    size_t group;
};

static void copy_task(void *context, int index, int thread)
{
    const struct copy *copy = context;
    size_t at = (size_t)index * copy->group;
    (void)thread;
    memcpy(copy->to + at, copy->from + at, copy->group * sizeof(float));
}

/* Brings what a residual branch adds to where it adds it; in evaluation it is there. */
static void bring_addend(struct net *net, const struct op *op, int images)
{
    struct copy copy = {.to = net->map[op->out].x,
                        .from = net->map[op->addend].x,
                        .group = engine_group(&net->map[op->out])};
    if (copy.to != copy.from)
        task_run(lanes_groups(images), copy_task, &copy);
}

/* Clears `planes` planes of each group. */
static void clear_planes(float *x, size_t group, int planes, const struct map *map, int groups)
{
    size_t bytes = lanes_group(planes, map->height, map->width) * sizeof *x;
    for (int i = 0; i < groups; i++)
        memset(x + (size_t)i * group, 0, bytes);
}

static void run_body(const struct op_run *run)
{
    const struct op *op = run->op;
    if (op_works(op))
        op_kinds[op->body].forward(run);
    else if (!op->add)
        clear_planes(run->y, run->y_group, op->out_count, &run->net->map[op->out], run->groups);
}

static void run_body_backward(const struct op_run *run)
{
    const struct op *op = run->op;
    if (op_works(op))
        op_kinds[op->body].backward(run);
    else if (run->dx && !run->add)
        clear_planes(run->dx, run->dx_group, op->in_count, &run->net->map[op->in], run->groups);
}

static void forward(struct net *net, int index, const float *input, int images, bool training)
{
    const struct op *op = &net->op[index];
    struct op_run run = engine_open_run(net, op, input, images);
    if (op->add)
        bring_addend(net, op, images);
    if (op->gate >= 0) {
        open_gate(net, &run, images, training);
        if (training)
            coefficients_move_running(net, &net->gate[op->gate], images);
    }
    run_body(&run);
    if (training && net->work->takes_statistics[index])
        take_statistics(net, op, run.y, images);
}

/* From the gradient of a gate's output to dγ, dβ and the gradient of the map. Its coefficients are
 * still those that open_gate has set. */
static void close_gate(struct net *net, const struct op *op, int images)
{
    struct net_work *work = net->work;
    const struct gate *gate = &net->gate[op->gate];
    struct map *map = &net->map[gate->map];
    struct gate_planes planes = planes_of(net, gate, images);
    struct gate_affine affine = {work->scale, work->shift};
    gate_sums(&planes, &affine, work->mean, map->x, work->gradient, work->partial, work->sum,
              work->product);
    struct gate_slope slope = coefficients_slope(net, gate, images);
    gate_gradient(&planes, &affine, &slope, map->x, work->gradient, map->dx,
                  !work_use(net, gate->map)->one_reader);
}

static void backward(struct net *net, int index, const float *input, int images)
{
    const struct op *op = &net->op[index];
    struct op_run run = engine_open_run(net, op, input, images);
    if (op->gate >= 0) {
        open_gate(net, &run, images, true);
        run.dx = net->work->gradient;
        run.dx_group = run.x_group;
        run.add = false;
    }
    run_body_backward(&run);
    if (op->gate >= 0)
        close_gate(net, op, images);
}

static size_t largest(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* What the operators need at most: gated input, scratch of one thread, partial sums (floats). */
struct needs {
    size_t activation, scratch, partial;
};

static struct needs find_needs(const struct net *net, int batch)
{
    struct needs needs = {0};
    for (int i = 0; i < net->ops; i++) {
        const struct op *op = &net->op[i];
        const struct op_kind *kind = &op_kinds[op->body];
        const struct map *in = &net->map[op->in];
        struct map gated = {.channels = op->in_count, .height = in->height, .width = in->width};
        struct gate_planes planes = {
            .images = batch, .kept = op->in_count > op->out_count ? op->in_count : op->out_count};
        if (op->gate >= 0)
            needs.activation = largest(needs.activation, map_floats(&gated, batch));
        if (kind->scratch && op_works(op))
            needs.scratch = largest(needs.scratch, kind->scratch(net, op));
        if (kind->partial && op_works(op))
            needs.partial = largest(needs.partial, kind->partial(net, op, lanes_groups(batch)));
        needs.partial = largest(needs.partial, gate_partial(&planes));
    }
    return needs;
}

static void take(struct net *net, struct arena *arena, int batch, bool training)
{
    struct net_work *work = net->work;
    struct needs needs = find_needs(net, batch);
    work->activation = work_take(arena, needs.activation, sizeof(float));
    work->scratch = work_take(arena, needs.scratch * (size_t)work->threads, sizeof(float));
    work->partial = work_take(arena, needs.partial, sizeof(float));
    work->gradient = training ? work_take(arena, needs.activation, sizeof(float)) : NULL;
}

const struct engine engine_blas = {
    .name = "blas",
    .take = take,
    .forward = forward,
    .backward = backward,
};
