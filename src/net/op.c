#include "net/op.h"

#include <assert.h>

#include "base/lanes.h"
#include "kernel/conv.h"
#include "kernel/pool.h"

/* --- convolution ----------------------------------------------------------------------------- */

static struct conv conv_shape(const struct net *net, const struct op *op)
{
    const struct map *in = &net->map[op->in];
    return (struct conv){.in = op->in_count,
                         .out = op->out_count,
                         .height = in->height,
                         .width = in->width,
                         .kernel = op->kernel,
                         .stride = op->stride};
}

static void conv_run_forward(const struct op_run *run)
{
    struct conv conv = conv_shape(run->net, run->op);
    conv_forward(&conv, run->groups, run->y, run->y_group, run->x, run->x_group,
                 net_parameter(run->net, run->op->weight), run->op->add, run->scratch);
}

static void conv_run_backward(const struct op_run *run)
{
    struct conv conv = conv_shape(run->net, run->op);
    conv_backward_weights(&conv, run->groups, net_gradient(run->net, run->op->weight), run->dy,
                          run->y_group, run->x, run->x_group, run->partial, run->scratch);
    if (run->dx)
        conv_backward_data(&conv, run->groups, run->dx, run->dx_group, run->dy, run->y_group,
                           net_parameter(run->net, run->op->weight), run->add, run->scratch);
}

static size_t conv_run_scratch(const struct net *net, const struct op *op)
{
    struct conv conv = conv_shape(net, op);
    return conv_scratch(&conv);
}

static size_t conv_run_partial(const struct net *net, const struct op *op, int groups)
{
    struct conv conv = conv_shape(net, op);
    return conv_partial(&conv, groups);
}

/* --- linear: a 1×1 convolution of a map of one pixel, and a bias ------------------------------ */

/* Where class k's 16 lanes stand in a group of logits. */
static size_t logit_at(const struct op_run *run, int group, int k)
{
    return (size_t)group * run->y_group + (size_t)k * lanes_plane(1, 1);
}

static void linear_run_forward(const struct op_run *run)
{
    const float *bias = net_parameter(run->net, run->op->bias);
    conv_run_forward(run);
    for (int group = 0; group < run->groups; group++)
        for (int k = 0; k < run->op->out_count; k++)
            *(lanes *)(run->y + logit_at(run, group, k)) += bias[k];
}

static void linear_run_backward(const struct op_run *run)
{
    float *dbias = net_gradient(run->net, run->op->bias);
    conv_run_backward(run);
    for (int k = 0; k < run->op->out_count; k++) {
        double sum = 0;
        for (int group = 0; group < run->groups; group++)
            for (int lane = 0; lane < LANES; lane++)
                sum += (double)run->dy[logit_at(run, group, k) + (size_t)lane];
        dbias[k] = (float)sum;
    }
}

/* --- pools ----------------------------------------------------------------------------------- */

static struct pool pool_shape(const struct op_run *run, size_t x_group)
{
    const struct map *in = &run->net->map[run->op->in];
    return (struct pool){.channels = run->op->in_count,
                         .height = in->height,
                         .width = in->width,
                         .side = run->op->kernel,
                         .x_group = x_group,
                         .y_group = run->y_group};
}

static void max_run_forward(const struct op_run *run)
{
    struct pool pool = pool_shape(run, run->x_group);
    pool_max_forward(&pool, run->groups, run->y, run->x);
}

static void max_run_backward(const struct op_run *run)
{
    assert(run->dx_group == run->x_group);
    struct pool pool = pool_shape(run, run->x_group);
    pool_max_backward(&pool, run->groups, run->dx, run->dy, run->x, run->add);
}

static void average_run_forward(const struct op_run *run)
{
    struct pool pool = pool_shape(run, run->x_group);
    pool_average_forward(&pool, run->groups, run->y, run->x);
}

static void average_run_backward(const struct op_run *run)
{
    struct pool pool = pool_shape(run, run->dx_group);
    pool_average_backward(&pool, run->groups, run->dx, run->dy, run->add);
}

const struct op_kind op_kinds[OP_BODIES] = {
    [OP_CONV] = {.forward = conv_run_forward,
                 .backward = conv_run_backward,
                 .scratch = conv_run_scratch,
                 .partial = conv_run_partial},
    [OP_LINEAR] = {.forward = linear_run_forward,
                   .backward = linear_run_backward,
                   .scratch = conv_run_scratch,
                   .partial = conv_run_partial},
    [OP_MAX_POOL] = {.forward = max_run_forward, .backward = max_run_backward},
    [OP_AVERAGE_POOL] = {.forward = average_run_forward, .backward = average_run_backward},
};
