/*
 * Method. Forward, one operator:
 *
 *   1. its gate, if it has one, writes a = max(scale·x + shift, 0) of the kept channels into the
 *      workspace, from the batch's statistics (training) or the running ones;
 *   2. its body (op.c) reads that, or the map itself, and writes, or adds to, its planes of `out`;
 *   3. the last operator that writes a channel takes its mean and variance over the batch.
 *
 * Backward, one operator, last first: `dx` of its `out` map is complete by then, for all who read
 * it came before. The gate's output is made again, the body gives the gradient of it and of its
 * parameters, and the gate turns that into dγ, dβ and the gradient of the raw map (kernel/gate.h).
 * A map that several operators read is cleared before the first of them adds to it. The maps of a
 * residual stream share their gradient (work.h), so a block's addition costs nothing backward.
 *
 * An operator without inputs writes zeros, or adds nothing.
 *
 * Batch statistics belong to a map and are common to all gates that read it; running statistics
 * belong to a gate. The sums behind the variance are of x − m, where m is the running mean, before
 * this step's update, of the first gate that keeps the channel: near the mean, and the same for
 * any order of work.
 */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/lanes.h"
#include "kernel/gate.h"
#include "kernel/task.h"
#include "net/op.h"
#include "net/work.h"

static size_t map_group(const struct map *map)
{
    return lanes_group(map->channels, map->height, map->width);
}

/* The use of a map, or of the residual stream that it belongs to. */
static const struct map_use *use_of(const struct net *net, int map)
{
    const struct map_use *use = net->work->use;
    return &use[use[map].root];
}

static struct gate_planes planes_of(const struct net *net, const struct gate *gate, int images)
{
    const struct map *map = &net->map[gate->map];
    return (struct gate_planes){.images = images,
                                .kept = gate->kept,
                                .channel = gate->channel,
                                .height = map->height,
                                .width = map->width,
                                .group = map_group(map)};
}

/* Pixels of all images: the n of every mean. */
static double pixels(const struct map *map, int images)
{
    return (double)images * map->height * map->width;
}

/* Fills work->scale, shift and mean of the kept channels. */
static struct gate_affine set_affine(struct net *net, const struct gate *gate, bool training)
{
    struct net_work *work = net->work;
    const struct map *map = &net->map[gate->map];
    const float *beta = net_parameter(net, gate->beta);
    const float *mean = net_statistic(net, gate->running_mean);
    const float *variance = net_statistic(net, gate->running_variance);
    for (int k = 0; k < gate->kept; k++) {
        int c = gate->channel[k];
        double mu = training ? map->mean[c] : (double)mean[c];
        double var = training ? map->variance[c] : (double)variance[c];
        double scale = (double)gate->gamma_values[c] / sqrt(var + NET_BN_EPSILON);
        work->scale[k] = (float)scale;
        work->shift[k] = (float)((double)beta[c] - mu * scale);
        work->mean[k] = (float)mu;
    }
    return (struct gate_affine){work->scale, work->shift};
}

/* running = 0.9·running + 0.1·batch, the variance unbiased. */
static void move_running(struct net *net, const struct gate *gate, int images)
{
    const struct map *map = &net->map[gate->map];
    float *mean = net_statistic(net, gate->running_mean);
    float *variance = net_statistic(net, gate->running_variance);
    double n = pixels(map, images), unbiased = n > 1 ? n / (n - 1) : 1;
    for (int k = 0; k < gate->kept; k++) {
        int c = gate->channel[k];
        double mu = map->mean[c], var = map->variance[c] * unbiased;
        mean[c] = (float)((1 - NET_BN_MOMENTUM) * (double)mean[c] + NET_BN_MOMENTUM * mu);
        variance[c] = (float)((1 - NET_BN_MOMENTUM) * (double)variance[c] + NET_BN_MOMENTUM * var);
    }
    net->tracked[gate - net->gate]++;
}

/* For each of the operator's channels: a number near its mean (see Method). */
static void set_references(struct net *net, const struct op *op, float *reference)
{
    for (int c = 0; c < op->out_count; c++)
        reference[c] = 0;
    for (int g = net->gates - 1; g >= 0; g--) {
        const struct gate *gate = &net->gate[g];
        const float *mean = net_statistic(net, gate->running_mean);
        if (gate->map != op->out)
            continue;
        for (int k = 0; k < gate->kept; k++) {
            int c = gate->channel[k] - op->out_first;
            if (c >= 0 && c < op->out_count)
                reference[c] = mean[gate->channel[k]];
        }
    }
}

static void take_statistics(struct net *net, const struct op *op, const float *y, int images)
{
    struct net_work *work = net->work;
    struct map *map = &net->map[op->out];
    struct gate_planes planes = {.images = images,
                                 .kept = op->out_count,
                                 .height = map->height,
                                 .width = map->width,
                                 .group = map_group(map)};
    double n = pixels(map, images);
    set_references(net, op, work->mean);
    gate_statistics(&planes, y, work->mean, work->partial, work->sum, work->product);
    for (int c = 0; c < op->out_count; c++) {
        double off = work->sum[c] / n, variance = work->product[c] / n - off * off;
        map->mean[op->out_first + c] = (double)work->mean[c] + off;
        map->variance[op->out_first + c] = variance < 0 ? 0 : variance; /* a NaN stays one */
    }
}

/* What the body needs, but for x and dx where a gate stands in front of it. */
static struct op_run open_run(struct net *net, const struct op *op, const float *input, int images)
{
    const struct map *in = &net->map[op->in], *out = &net->map[op->out];
    size_t at = (size_t)op->out_first * lanes_plane(out->height, out->width);
    return (struct op_run){.net = net,
                           .op = op,
                           .groups = lanes_groups(images),
                           .x = op->in == 0 ? input : in->x,
                           .x_group = map_group(in),
                           .y = out->x + at,
                           .dy = out->dx ? out->dx + at : NULL,
                           .y_group = map_group(out),
                           .dx = in->dx,
                           .dx_group = map_group(in),
                           .add = !use_of(net, op->in)->one_reader,
                           .partial = net->work->partial,
                           .scratch = net->work->scratch};
}

/* Applies the operator's gate into the workspace, for the body to read. */
static void open_gate(struct net *net, struct op_run *run, int images, bool training)
{
    const struct gate *gate = &net->gate[run->op->gate];
    struct gate_planes planes = planes_of(net, gate, images);
    struct gate_affine affine = set_affine(net, gate, training);
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
                        .group = map_group(&net->map[op->out])};
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

static void run_forward(struct net *net, int index, const float *input, int images, bool training)
{
    const struct op *op = &net->op[index];
    struct op_run run = open_run(net, op, input, images);
    if (op->add)
        bring_addend(net, op, images);
    if (op->gate >= 0) {
        open_gate(net, &run, images, training);
        if (training)
            move_running(net, &net->gate[op->gate], images);
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
    struct gate_slope slope = {work->al, work->be, work->de};
    float *dgamma = net->gradient + net->tensor[gate->gamma].offset;
    float *dbeta = net->gradient + net->tensor[gate->beta].offset;
    double n = pixels(map, images);
    gate_sums(&planes, &affine, work->mean, map->x, work->gradient, work->partial, work->sum,
              work->product);
    for (int k = 0; k < gate->kept; k++) {
        int c = gate->channel[k];
        double istd = 1 / sqrt(map->variance[c] + NET_BN_EPSILON);
        double al = (double)gate->gamma_values[c] * istd;
        double be = -al * istd * istd / n * work->product[k];
        dbeta[c] = (float)work->sum[k];
        dgamma[c] = (float)(istd * work->product[k]);
        work->al[k] = (float)al;
        work->be[k] = (float)be;
        work->de[k] = (float)(-al / n * work->sum[k] - be * map->mean[c]);
    }
    gate_gradient(&planes, &affine, &slope, map->x, work->gradient, map->dx,
                  !use_of(net, gate->map)->one_reader);
}

static void run_backward(struct net *net, int index, const float *input, int images)
{
    const struct op *op = &net->op[index];
    struct op_run run = open_run(net, op, input, images);
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

/* Clears the gradient of a map before the first operator (in backward order) adds to it. */
static void clear_gradient(struct net *net, int map, int index, int images)
{
    const struct map_use *use = use_of(net, map);
    if (net->map[map].dx && !use->one_reader && use->last_reader == index)
        memset(net->map[map].dx, 0, map_floats(&net->map[map], images) * sizeof(float));
}

/* The scratch is taken for a number of threads: more would write past it. */
static void check_prepared(const struct net *net, int images, bool training)
{
    if (images <= net->batch && task_threads() <= net->work->threads &&
        (net->training || !training))
        return;
    fputs("slimscope: a network runs that is not prepared for it: this is a bug\n", stderr);
    abort();
}

void net_forward(struct net *net, const float *x, int count, bool training)
{
    check_prepared(net, count, training);
    for (int i = 0; i < net->ops; i++)
        run_forward(net, i, x, count, training);
}

void net_backward(struct net *net, const float *x, int count)
{
    check_prepared(net, count, true);
    for (int i = net->ops - 1; i >= 0; i--) {
        clear_gradient(net, net->op[i].out, i, count);
        if (net->op[i].in != net->op[i].out)
            clear_gradient(net, net->op[i].in, i, count);
        run_backward(net, i, x, count);
    }
}
