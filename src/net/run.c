/*
 * Method. Forward, the operators run in order; backward, last first. What an operator does around
 * its body is the engine's (blas.c, fast.c); here is what both have in common.
 *
 * Backward, `dx` of an operator's `out` map is complete when its turn comes, for all who read it
 * came before. A map that several operators read is cleared before the first of them adds to it.
 * The maps of a residual stream share their gradient (work.h), so a block's addition costs nothing
 * backward.
 *
 * An operator without inputs writes zeros, or adds nothing.
 *
 * Batch statistics belong to a map and are common to all gates that read it; running statistics
 * belong to a gate. The sums behind the variance are of x − m, where m is the running mean, before
 * this step's update, of the first gate that keeps the channel: near the mean, and the same for any
 * order of work.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lanes.h"
#include "kernel/task.h"
#include "net/engine.h"
#include "net/work.h"

size_t engine_group(const struct map *map)
{
    return lanes_group(map->channels, map->height, map->width);
}

/* What the body needs, but for x and dx where a gate stands in front of it. */
struct op_run engine_open_run(struct net *net, const struct op *op, const float *input, int images)
{
    const struct map *in = &net->map[op->in], *out = &net->map[op->out];
    size_t at = (size_t)op->out_first * lanes_plane(out->height, out->width);
    return (struct op_run){.net = net,
                           .op = op,
                           .groups = lanes_groups(images),
                           .x = op->in == 0 ? input : in->x,
                           .x_group = engine_group(in),
                           .y = out->x + at,
                           .dy = out->dx ? out->dx + at : NULL,
                           .y_group = engine_group(out),
                           .dx = in->dx,
                           .dx_group = engine_group(in),
                           .add = !work_use(net, op->in)->one_reader,
                           .partial = net->work->partial,
                           .scratch = net->work->scratch};
}

/* Clears the gradient of a map before the first operator (in backward order) adds to it. */
static void clear_gradient(struct net *net, int map, int index, int images)
{
    const struct map_use *use = work_use(net, map);
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

/* Adds the time since *start, which becomes now. */
static void add_time(double *taken, int op, double *start)
{
    if (!taken)
        return;
    double now = clock_seconds();
    taken[op] += now - *start;
    *start = now;
}

void net_forward(struct net *net, const float *x, int count, bool training)
{
    check_prepared(net, count, training);
    work_place_maps(net, training);
    double *taken = !net->times ? NULL : training ? net->times->forward : net->times->evaluation;
    double start = clock_seconds();
    for (int i = 0; i < net->ops; i++) {
        net->engine->forward(net, i, x, count, training);
        add_time(taken, i, &start);
    }
}

void net_backward(struct net *net, const float *x, int count)
{
    check_prepared(net, count, true);
    if (net->engine->begin_backward)
        net->engine->begin_backward(net);
    double start = clock_seconds();
    for (int i = net->ops - 1; i >= 0; i--) {
        clear_gradient(net, net->op[i].out, i, count);
        if (net->op[i].in != net->op[i].out)
            clear_gradient(net, net->op[i].in, i, count);
        net->engine->backward(net, i, x, count);
        add_time(net->times ? net->times->backward : NULL, i, &start);
    }
}
