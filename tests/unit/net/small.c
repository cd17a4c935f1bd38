#include "tests/unit/net/small.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/lanes.h"
#include "base/memory.h"
#include "base/random.h"
#include "net/build.h"
#include "tests/unit/net/test_net.h"

static const struct gate_row {
    int channels;
    const char *select;
} rows[] = {{5, "11011"},  {3, NULL},  {4, NULL},   {6, "101101"},
            {6, "110111"}, {3, "111"}, {5, "11101"}};

static struct net_spec make_spec(void)
{
    struct net_spec spec = {.family = NET_VGG,
                            .depth = 11,
                            .width = 1,
                            .classes = SMALL_CLASSES,
                            .channels = SMALL_CHANNELS,
                            .gates = sizeof rows / sizeof *rows};
    spec.gate = NEW(struct gate_spec, spec.gates);
    for (int g = 0; g < spec.gates; g++) {
        struct gate_spec *gate = &spec.gate[g];
        snprintf(gate->name, sizeof gate->name, "g%d", g);
        gate->channels = gate->kept = rows[g].channels;
        gate->shared = rows[g].select != NULL;
        if (!gate->shared)
            continue;
        gate->select = NEW(uint8_t, gate->channels);
        gate->kept = 0;
        for (int c = 0; c < gate->channels; c++)
            gate->kept += gate->select[c] = rows[g].select[c] == '1';
    }
    return spec;
}

/* Weights of deviation 0.5, γ and running variances in 0.5 … 1.5. */
static void fill_random(struct net *net)
{
    for (int t = 0; t < net->tensors; t++) {
        const struct tensor *tensor = &net->tensor[t];
        struct random random = random_open(5, RANDOM_TEST, (uint64_t)t, 0);
        if (tensor->role == ROLE_TRACKED)
            continue;
        bool positive = tensor->role == ROLE_GAMMA || tensor->role == ROLE_RUNNING_VARIANCE;
        float *values =
            tensor->role < ROLE_RUNNING_MEAN ? net_parameter(net, t) : net_statistic(net, t);
        for (size_t i = 0; i < tensor->count; i++)
            values[i] =
                (float)(positive ? 0.5 + random_uniform(&random) : 0.5 * random_normal(&random));
    }
}

struct net *small_new(void)
{
    struct net_spec spec = make_spec();
    struct net *net = build_begin(&spec);
    struct error err = {0};
    int input = build_map(net, SMALL_CHANNELS, SMALL_SIDE, SMALL_SIDE, true);
    int a = build_map(net, 5, 12, 12, false), b = build_map(net, 4, 6, 6, true);
    int c = build_map(net, 3, 6, 6, false), d = build_map(net, 4, 3, 3, false);
    int e = build_map(net, 6, 3, 3, false), h = build_map(net, 6, 3, 3, false);
    int f = build_map(net, 5, 3, 3, false), g = build_map(net, 4, 1, 1, true);
    int logits = build_map(net, SMALL_CLASSES, 1, 1, true);
    struct op first = {.gate = -1, .in = input, .out = a, .kernel = 3, .stride = 1};
    build_conv(net, "conv0", first);
    struct op pool = {.gate = build_gate(net, a), .in = a, .out = b, .kernel = 2, .stride = 2};
    build_pool(net, OP_MAX_POOL, pool);
    struct op conv1 = {.gate = -1, .in = b, .out = c, .kernel = 1, .stride = 1};
    build_conv(net, "conv1", conv1);
    struct op conv2 = {.gate = build_gate(net, c), .in = c, .out = d, .kernel = 3, .stride = 2};
    build_conv(net, "conv2", conv2);
    struct op shortcut = {.gate = -1, .in = b, .out = e, .kernel = 1, .stride = 2};
    build_conv(net, "shortcut", shortcut);
    struct op conv3 = {.gate = build_gate(net, d), .in = d, .out = e, .kernel = 1, .stride = 1};
    conv3.add = true, conv3.addend = e;
    build_conv(net, "conv3", conv3);
    struct op conv4 = {.gate = build_gate(net, e), .in = e, .out = h, .kernel = 3, .stride = 1};
    conv4.add = true, conv4.addend = e;
    build_conv(net, "conv4", conv4);
    struct op conv5 = {.gate = build_gate(net, h), .in = h, .out = f, .kernel = 1, .stride = 1};
    conv5.out_count = 3;
    build_conv(net, "conv5", conv5);
    struct op conv6 = {.gate = build_gate(net, f), .in = f, .out = f, .kernel = 3, .stride = 1};
    conv6.out_count = 2, conv6.out_first = 3;
    build_conv(net, "conv6", conv6);
    struct op last = {.gate = build_gate(net, f), .in = f, .out = g, .kernel = 3, .stride = 3};
    build_pool(net, OP_AVERAGE_POOL, last);
    struct op linear = {.gate = -1, .in = g, .out = logits};
    build_linear(net, "linear", linear);
    ck_assert_int_eq(build_finish(net, &err), 0);
    spec_done(&spec);
    fill_random(net);
    return net;
}

float *small_images(int count)
{
    size_t floats =
        (size_t)lanes_groups(count) * lanes_group(SMALL_CHANNELS, SMALL_SIDE, SMALL_SIDE);
    float *x = aligned_alloc(64, floats * sizeof *x);
    struct random random = random_open(9, RANDOM_TEST, 0, 0);
    ck_assert_ptr_nonnull(x);
    for (size_t i = 0; i < floats; i++)
        x[i] = (float)random_normal(&random);
    return x;
}

uint8_t *small_labels(int count)
{
    uint8_t *labels = NEW(uint8_t, count);
    for (int i = 0; i < count; i++)
        labels[i] = (uint8_t)(i * 7 % SMALL_CLASSES);
    return labels;
}
