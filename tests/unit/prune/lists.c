#include "tests/unit/prune/lists.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/random.h"

static int add_map(struct net *net, int channels, int side)
{
    net->map = memory_grow(net->map, (size_t)net->maps + 1, sizeof *net->map);
    net->map[net->maps] = (struct map){.channels = channels, .height = side, .width = side};
    return net->maps++;
}

static int add_gate(struct net *net, int map, int channels, bool shared)
{
    net->gate = memory_grow(net->gate, (size_t)net->gates + 1, sizeof *net->gate);
    int *all = NEW(int, channels);
    for (int c = 0; c < channels; c++)
        all[c] = c;
    struct gate gate = {.map = map, .channels = channels, .kept = channels, .channel = all};
    gate.shared = shared;
    snprintf(gate.name, sizeof gate.name, "gate.%d", net->gates);
    net->gate[net->gates] = gate;
    return net->gates++;
}

static void add_op(struct net *net, struct op op)
{
    net->op = memory_grow(net->op, (size_t)net->ops + 1, sizeof *net->op);
    net->op[net->ops++] = op;
}

/* A convolution that reads `in` through `gate` (−1: none) and writes all of `out`. */
static struct op conv(const struct net *net, int gate, int in, int out, int kernel, int shrinks)
{
    struct op op = {.body = OP_CONV, .gate = gate, .reads = gate, .shrinks = shrinks, .bias = -1};
    op.in = in;
    op.out = out;
    op.in_count = gate >= 0 ? net->gate[gate].channels : net->map[in].channels;
    op.out_count = net->map[out].channels;
    op.kernel = kernel;
    op.stride = net->map[in].height / net->map[out].height;
    return op;
}

static struct op pool(enum op_body body, int gate, int in, int out, int count, int kernel)
{
    return (struct op){.body = body,
                       .gate = gate,
                       .reads = gate,
                       .shrinks = -1,
                       .weight = -1,
                       .bias = -1,
                       .in = in,
                       .out = out,
                       .in_count = count,
                       .out_count = count,
                       .kernel = kernel,
                       .stride = kernel};
}

/* gate → average pool to one pixel → linear */
static void add_head(struct net *net, int gate, int in, int kernel, int classes)
{
    int channels = net->gate[gate].channels;
    int pooled = add_map(net, channels, 1), logits = add_map(net, classes, 1);
    add_op(net, pool(OP_AVERAGE_POOL, gate, in, pooled, channels, kernel));
    add_op(net, (struct op){.body = OP_LINEAR,
                            .gate = -1,
                            .reads = gate,
                            .shrinks = -1,
                            .in = pooled,
                            .out = logits,
                            .in_count = channels,
                            .out_count = classes,
                            .kernel = 1,
                            .stride = 1});
}

struct net *list_vgg(const int *widths, int classes)
{
    struct net *net = NEW(struct net, 1);
    int map = add_map(net, 3, 32), side = 32;
    int gate = -1;  /* that the next operator applies … */
    int reads = -1; /* … and whose channels it reads, a pool between or not */
    for (int i = 0; widths[i] != LIST_END; i++) {
        int channels = widths[i] == LIST_POOL ? net->map[map].channels : widths[i];
        side = widths[i] == LIST_POOL ? side / 2 : side;
        int out = add_map(net, channels, side);
        if (widths[i] == LIST_POOL) {
            add_op(net, pool(OP_MAX_POOL, gate, map, out, channels, 2));
            gate = -1;
        } else {
            int next = add_gate(net, out, channels, false);
            struct op op = conv(net, gate, map, out, 3, next);
            op.reads = reads;
            add_op(net, op);
            gate = reads = next;
        }
        map = out;
    }
    add_head(net, gate, map, side, classes);
    return net;
}

static void add_bottleneck(struct net *net, int *stream, int planes, int side, bool first)
{
    int in = *stream, in_side = net->map[in].height;
    int one = add_map(net, planes, in_side), two = add_map(net, planes, side);
    int gate1 = add_gate(net, in, net->map[in].channels, true);
    int gate2 = add_gate(net, one, planes, false), gate3 = add_gate(net, two, planes, false);
    if (first) {
        *stream = add_map(net, 4 * planes, side);
        add_op(net, conv(net, -1, in, *stream, 1, -1));
    }
    add_op(net, conv(net, gate1, in, one, 1, gate2));
    add_op(net, conv(net, gate2, one, two, 3, gate3));
    struct op last = conv(net, gate3, two, *stream, 1, -1);
    last.add = true;
    add_op(net, last);
}

struct net *list_resnet(int blocks, int classes)
{
    struct net *net = NEW(struct net, 1);
    int image = add_map(net, 3, 32), stream = add_map(net, 16, 32);
    add_op(net, conv(net, -1, image, stream, 3, -1));
    for (int stage = 0; stage < 3; stage++)
        for (int b = 0; b < blocks; b++)
            add_bottleneck(net, &stream, 16 << stage, 32 >> stage, b == 0);
    add_head(net, add_gate(net, stream, 256, true), stream, 8, classes);
    return net;
}

/* The gate of `count` first channels of the dense map, and a 3×3 convolution that appends 12. */
static void add_dense(struct net *net, int map, int count)
{
    struct op op = conv(net, add_gate(net, map, count, true), map, map, 3, -1);
    op.out_count = 12;
    op.out_first = count;
    add_op(net, op);
}

struct net *list_densenet(int layers, int classes)
{
    struct net *net = NEW(struct net, 1);
    int channels = 24, image = add_map(net, 3, 32);
    int map = add_map(net, channels + 12 * layers, 32);
    struct op stem = conv(net, -1, image, map, 3, -1);
    stem.out_count = channels;
    add_op(net, stem);
    for (int stage = 0;; stage++) {
        for (int l = 0; l < layers; l++, channels += 12)
            add_dense(net, map, channels);
        int gate = add_gate(net, map, channels, true);
        if (stage == 2) {
            add_head(net, gate, map, 8, classes);
            return net;
        }
        int narrow = add_map(net, channels, 32 >> stage);
        int next = add_map(net, channels + 12 * layers, 16 >> stage);
        add_op(net, conv(net, gate, map, narrow, 1, -1));
        add_op(net, pool(OP_AVERAGE_POOL, -1, narrow, next, channels, 2));
        map = next;
    }
}

void list_free(struct net *net)
{
    for (int g = 0; g < net->gates; g++)
        free(net->gate[g].channel);
    free(net->map);
    free(net->gate);
    free(net->op);
    free(net);
}

float **list_gamma(const struct net *net, uint64_t seed, int steps)
{
    int count = 0;
    for (int g = 0; g < net->gates; g++)
        count += net->gate[g].channels;
    int *place = NEW(int, count); /* a random permutation, so that the |γ| are all different */
    struct random random = random_open(seed, RANDOM_TEST, 1, 0);
    for (int i = 0; i < count; i++) {
        int j = (int)random_below(&random, (uint32_t)i + 1);
        place[i] = place[j];
        place[j] = i;
    }
    float **gamma = NEW(float *, net->gates);
    for (int g = 0, at = 0; g < net->gates; g++) {
        gamma[g] = NEW(float, net->gate[g].channels);
        for (int c = 0; c < net->gate[g].channels; c++, at++) {
            double x = (place[at] + 1.0) / count;
            x = steps ? floor(x * steps) / steps : x;
            gamma[g][c] = (float)(random_next(&random) & 1 ? x : -x);
        }
    }
    free(place);
    return gamma;
}

void list_free_gamma(const struct net *net, float **gamma)
{
    for (int g = 0; g < net->gates; g++)
        free(gamma[g]);
    free(gamma);
}
