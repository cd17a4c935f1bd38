/*
 * Pre-activation ResNet with bottleneck blocks for 32×32 images (He et al. 2016, "Identity Mappings
 * in Deep Residual Networks", in the shape of the reference code): depth 9n + 2, three stages of n
 * blocks, each
 *
 *     bn1 → 1×1 to q channels,  bn2 → 3×3 (stride 2 where a stage begins),  bn3 → 1×1 to 4q,
 *
 * added to the block's input, or, in a stage's first block, to a 1×1 convolution of it. bn1 stands
 * on the residual stream: it chooses channels; bn2 and bn3 shrink with the convolution before them.
 */
#include <stdio.h>

#include "base/memory.h"
#include "net/build.h"
#include "net/family.h"

enum { STAGES = 3, EXPANSION = 4 };

static const int stage_planes[STAGES] = {16, 32, 64};

static bool has_depth(int depth)
{
    return depth >= 11 && depth <= 1001 && (depth - 2) % 9 == 0;
}

static int blocks(const struct net_spec *spec)
{
    return (spec->depth - 2) / 9;
}

static void add_gate(struct gate_spec *gate, const char *block, const char *name, int channels,
                     bool shared)
{
    snprintf(gate->name, sizeof gate->name, "%s%s", block, name);
    gate->channels = gate->kept = channels;
    gate->shared = shared;
}

static void gates(struct net_spec *spec)
{
    int width = spec_wide(16, spec->width);
    spec->gates = 3 * STAGES * blocks(spec) + 1;
    spec->gate = NEW(struct gate_spec, spec->gates);
    struct gate_spec *gate = spec->gate;
    for (int s = 0; s < STAGES; s++) {
        int planes = spec_wide(stage_planes[s], spec->width);
        for (int b = 0; b < blocks(spec); b++) {
            char block[24];
            snprintf(block, sizeof block, "layer%d.%d.", s + 1, b);
            add_gate(gate++, block, "bn1", width, true);
            add_gate(gate++, block, "bn2", planes, false);
            add_gate(gate++, block, "bn3", planes, false);
            width = EXPANSION * planes;
        }
    }
    add_gate(gate, "", "bn", width, true);
}

/* conv1 and conv2: their own gate in front, and outputs that shrink with the next. */
static int add_inner(struct net *net, const char *block, int number, int map, int kernel,
                     int stride)
{
    char name[TENSOR_NAME];
    snprintf(name, sizeof name, "%sconv%d", block, number);
    int gate = build_gate(net, map), side = net->map[map].height / stride;
    int out = build_map(net, net->spec.gate[net->gates].channels, side, side, false);
    struct op op = {.gate = gate,
                    .in = map,
                    .out = out,
                    .kernel = kernel,
                    .stride = stride,
                    .reads = gate,
                    .shrinks = net->gates};
    build_conv(net, name, op);
    return out;
}

/* The shortcut of a stage's first block: 1×1, of the raw input. */
static void add_shortcut(struct net *net, const char *block, int map, int out, int stride)
{
    char name[TENSOR_NAME];
    struct op op = {.gate = -1, .in = map, .out = out, .reads = -1, .shrinks = -1};
    op.kernel = 1, op.stride = stride;
    snprintf(name, sizeof name, "%sdownsample.0", block);
    build_conv(net, name, op);
}

/* Adds block `b` of stage `s` on the stream `map`; returns the stream's next map. */
static int add_block(struct net *net, int s, int b, int map)
{
    char block[24], name[TENSOR_NAME];
    int stride = s > 0 && b == 0 ? 2 : 1, side = net->map[map].height / stride;
    int planes = spec_wide(stage_planes[s], net->spec.width);
    int out = build_map(net, EXPANSION * planes, side, side, false);
    snprintf(block, sizeof block, "layer%d.%d.", s + 1, b);
    if (b == 0)
        add_shortcut(net, block, map, out, stride);
    int inner = add_inner(net, block, 1, map, 1, 1);
    inner = add_inner(net, block, 2, inner, 3, stride);
    struct op last = {.in = inner, .out = out, .kernel = 1, .stride = 1, .shrinks = -1};
    last.gate = last.reads = build_gate(net, inner);
    last.add = true, last.addend = b == 0 ? out : map;
    snprintf(name, sizeof name, "%sconv3", block);
    build_conv(net, name, last);
    return out;
}

static void build(struct net *net)
{
    const struct net_spec *spec = &net->spec;
    struct op stem = {.gate = -1, .kernel = 3, .stride = 1, .reads = -1, .shrinks = -1};
    stem.in = build_map(net, spec->channels, NET_SIDE, NET_SIDE, true);
    stem.out = build_map(net, spec_wide(16, spec->width), NET_SIDE, NET_SIDE, false);
    build_conv(net, "conv1", stem);
    int map = stem.out;
    for (int s = 0; s < STAGES; s++)
        for (int b = 0; b < blocks(spec); b++)
            map = add_block(net, s, b, map);
    build_head(net, map);
}

const struct family resnet_family = {
    .id = NET_RESNET,
    .name = "resnet",
    .has_depth = has_depth,
    .gates = gates,
    .build = build,
};
