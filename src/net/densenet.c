/*
 * DenseNet without bottleneck and compression for 32×32 images (Huang et al. 2017, in the shape of
 * the reference code): depth 3n + 4, three blocks of n layers. A layer reads the channels that it
 * chose of all before it and appends `growth` to the same map; between blocks a transition, 1×1
 * convolution and 2×2 average pool, starts the next map. All gates stand on a shared stream.
 */
#include <stdio.h>

#include "base/memory.h"
#include "net/build.h"
#include "net/family.h"

enum { BLOCKS = 3, GROWTH = 12 };

static bool has_depth(int depth)
{
    return depth >= 7 && depth <= 400 && (depth - 4) % 3 == 0;
}

static int layers(const struct net_spec *spec)
{
    return (spec->depth - 4) / 3;
}

static int growth(const struct net_spec *spec)
{
    return spec_wide(GROWTH, spec->width);
}

static void gates(struct net_spec *spec)
{
    int width = 2 * growth(spec);
    spec->gates = BLOCKS * (layers(spec) + 1);
    spec->gate = NEW(struct gate_spec, spec->gates);
    struct gate_spec *gate = spec->gate;
    for (int b = 1; b <= BLOCKS; b++) {
        for (int l = 0; l <= layers(spec); l++, gate++) {
            if (l < layers(spec))
                snprintf(gate->name, sizeof gate->name, "dense%d.%d.bn1", b, l);
            else if (b < BLOCKS)
                snprintf(gate->name, sizeof gate->name, "trans%d.bn1", b);
            else
                snprintf(gate->name, sizeof gate->name, "bn");
            gate->channels = gate->kept = width;
            gate->shared = true;
            width += l < layers(spec) ? growth(spec) : 0;
        }
    }
}

/* Layer `l` of block `b`: it reads the first channels of the map and appends to them. */
static void add_layer(struct net *net, int b, int l, int map)
{
    char name[TENSOR_NAME];
    struct op op = {.in = map, .out = map, .kernel = 3, .stride = 1, .shrinks = -1};
    op.gate = op.reads = build_gate(net, map);
    op.out_first = net->gate[op.gate].channels;
    op.out_count = growth(&net->spec);
    snprintf(name, sizeof name, "dense%d.%d.conv1", b, l);
    build_conv(net, name, op);
}

/* The map of a block on `side`×`side` pixels that starts with `first` channels. */
static int add_map(struct net *net, int first, int side)
{
    return build_map(net, first + layers(&net->spec) * growth(&net->spec), side, side, false);
}

/* From block `b` to the map of the next, whose first channels it writes. */
static int add_transition(struct net *net, int b, int map)
{
    char name[TENSOR_NAME];
    int channels = net->map[map].channels, side = net->map[map].height;
    int full = build_map(net, channels, side, side, false);
    struct op conv = {.in = map, .out = full, .kernel = 1, .stride = 1, .shrinks = -1};
    conv.gate = conv.reads = build_gate(net, map);
    snprintf(name, sizeof name, "trans%d.conv1", b);
    build_conv(net, name, conv);
    struct op pool = {.gate = -1, .in = full, .reads = -1, .shrinks = -1, .out_count = channels};
    pool.kernel = pool.stride = 2;
    pool.out = add_map(net, channels, side / 2);
    build_pool(net, OP_AVERAGE_POOL, pool);
    return pool.out;
}

static void build(struct net *net)
{
    const struct net_spec *spec = &net->spec;
    struct op stem = {.gate = -1, .kernel = 3, .stride = 1, .reads = -1, .shrinks = -1};
    stem.in = build_map(net, spec->channels, NET_SIDE, NET_SIDE, true);
    stem.out = add_map(net, 2 * growth(spec), NET_SIDE);
    stem.out_count = 2 * growth(spec);
    build_conv(net, "conv1", stem);
    int map = stem.out;
    for (int b = 1; b <= BLOCKS; b++) {
        for (int l = 0; l < layers(spec); l++)
            add_layer(net, b, l, map);
        if (b < BLOCKS)
            map = add_transition(net, b, map);
    }
    build_head(net, map);
}

const struct family densenet_family = {
    .id = NET_DENSENET,
    .name = "densenet",
    .has_depth = has_depth,
    .gates = gates,
    .build = build,
};
