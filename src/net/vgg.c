/*
 * VGG with batch norm for 32×32 images (Simonyan & Zisserman 2015, in the shape of the reference
 * code): 3×3 convolutions, each with a gate, four 2×2 max pools, a 2×2 average pool, one linear
 * layer. `feature` counts convolution, batch norm, ReLU and pool each as one module.
 */
#include <stdio.h>

#include "base/memory.h"
#include "net/build.h"
#include "net/family.h"

enum { POOL = 0, END = -1 };

static const struct plan {
    int depth;
    int channels[22];
} plans[] = {
    {11, {64, POOL, 128, POOL, 256, 256, POOL, 512, 512, POOL, 512, 512, END}},
    {13, {64, 64, POOL, 128, 128, POOL, 256, 256, POOL, 512, 512, POOL, 512, 512, END}},
    {16,
     {64, 64, POOL, 128, 128, POOL, 256, 256, 256, POOL, 512, 512, 512, POOL, 512, 512, 512, END}},
    {19, {64,  64,  POOL, 128, 128,  POOL, 256, 256, 256, 256, POOL,
          512, 512, 512,  512, POOL, 512,  512, 512, 512, END}},
};

static const struct plan *find_plan(int depth)
{
    for (size_t i = 0; i < sizeof plans / sizeof *plans; i++)
        if (plans[i].depth == depth)
            return &plans[i];
    return NULL;
}

static bool has_depth(int depth)
{
    return find_plan(depth) != NULL;
}

static void gates(struct net_spec *spec)
{
    const struct plan *plan = find_plan(spec->depth);
    int module = 0;
    spec->gates = spec->depth - 3; /* all but the three linear layers that ImageNet's has */
    spec->gate = NEW(struct gate_spec, spec->gates);
    struct gate_spec *gate = spec->gate;
    for (const int *c = plan->channels; *c != END; c++) {
        if (*c == POOL) {
            module++;
            continue;
        }
        snprintf(gate->name, sizeof gate->name, "feature.%d", module + 1);
        gate->channels = gate->kept = spec_wide(*c, spec->width);
        gate++;
        module += 3;
    }
}

static void build(struct net *net)
{
    const struct net_spec *spec = &net->spec;
    int side = NET_SIDE, module = 0, gate = -1, reads = -1;
    int map = build_map(net, spec->channels, side, side, true);
    for (const int *c = find_plan(spec->depth)->channels; *c != END; c++) {
        struct op op = {.gate = gate, .in = map, .reads = reads, .shrinks = -1};
        if (*c == POOL) {
            side /= 2;
            map = op.out = build_map(net, net->map[map].channels, side, side, true);
            op.kernel = op.stride = 2;
            build_pool(net, OP_MAX_POOL, op);
            gate = -1; /* what it leaves is activated; `reads` stands */
            module++;
            continue;
        }
        char name[TENSOR_NAME];
        snprintf(name, sizeof name, "feature.%d", module);
        op.shrinks = net->gates;
        op.kernel = 3, op.stride = 1;
        map = op.out = build_map(net, spec->gate[net->gates].channels, side, side, false);
        build_conv(net, name, op);
        gate = reads = build_gate(net, map);
        module += 3;
    }
    struct op pool = {.gate = gate, .in = map, .reads = reads, .shrinks = -1};
    pool.kernel = pool.stride = side;
    pool.out = build_map(net, net->map[map].channels, 1, 1, true);
    build_pool(net, OP_AVERAGE_POOL, pool);
    struct op linear = {.gate = -1, .in = pool.out, .reads = reads, .shrinks = -1};
    linear.out = build_map(net, spec->classes, 1, 1, true);
    build_linear(net, "classifier", linear);
}

const struct family vgg_family = {
    .id = NET_VGG,
    .name = "vgg",
    .has_depth = has_depth,
    .gates = gates,
    .build = build,
};
