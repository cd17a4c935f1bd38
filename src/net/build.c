#include "net/build.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "net/engine.h"

struct net *build_begin(const struct net_spec *spec)
{
    struct net *net = NEW(struct net, 1);
    spec_copy(spec, &net->spec);
    net->engine = &engine_blas;
    return net;
}

int build_map(struct net *net, int channels, int height, int width, bool activated)
{
    net->map = memory_grow(net->map, (size_t)net->maps + 1, sizeof *net->map);
    net->map[net->maps] = (struct map){
        .channels = channels, .height = height, .width = width, .activated = activated};
    return net->maps++;
}

/* Adds a row to the table; offsets are given by build_tensors. */
static int add_tensor(struct net *net, const char *owner, const char *what, enum tensor_role role,
                      int dims, const int *shape)
{
    net->tensor = memory_grow(net->tensor, (size_t)net->tensors + 1, sizeof *net->tensor);
    struct tensor *tensor = &net->tensor[net->tensors];
    *tensor = (struct tensor){.role = role, .dims = dims, .count = 1};
    snprintf(tensor->name, sizeof tensor->name, "%.40s.%s", owner, what);
    for (int i = 0; i < dims; i++) {
        tensor->shape[i] = shape[i];
        tensor->count *= (size_t)shape[i];
    }
    return net->tensors++;
}

/* The kept channels of a gate, as a list. */
static int *list_channels(const struct gate_spec *spec)
{
    int *list = NEW(int, spec->kept), count = 0;
    for (int c = 0; c < spec->channels; c++)
        if (!spec->select || spec->select[c])
            list[count++] = c;
    return list;
}

int build_gate(struct net *net, int map)
{
    const struct gate_spec *spec = &net->spec.gate[net->gates];
    net->gate = memory_grow(net->gate, (size_t)net->gates + 1, sizeof *net->gate);
    struct gate *gate = &net->gate[net->gates];
    *gate = (struct gate){
        .map = map,
        .channels = spec->channels,
        .kept = spec->kept,
        .channel = list_channels(spec),
        .shared = spec->shared,
    };
    gate->gamma = add_tensor(net, spec->name, "weight", ROLE_GAMMA, 1, &spec->channels);
    gate->beta = add_tensor(net, spec->name, "bias", ROLE_BETA, 1, &spec->channels);
    memcpy(gate->name, spec->name, sizeof gate->name);
    return net->gates++;
}

static void add_op(struct net *net, enum op_body body, struct op op)
{
    op.body = body;
    net->op = memory_grow(net->op, (size_t)net->ops + 1, sizeof *net->op);
    net->op[net->ops++] = op;
}

static void fill_counts(const struct net *net, struct op *op)
{
    if (!op->in_count)
        op->in_count = op->gate >= 0 ? net->gate[op->gate].kept : net->map[op->in].channels;
    if (!op->out_count)
        op->out_count = net->map[op->out].channels;
}

void build_conv(struct net *net, const char *name, struct op op)
{
    fill_counts(net, &op);
    int shape[] = {op.out_count, op.in_count, op.kernel, op.kernel};
    op.weight = add_tensor(net, name, "weight", ROLE_WEIGHT, 4, shape);
    op.bias = -1;
    add_op(net, OP_CONV, op);
}

void build_linear(struct net *net, const char *name, struct op op)
{
    fill_counts(net, &op);
    int shape[] = {op.out_count, op.in_count};
    op.weight = add_tensor(net, name, "weight", ROLE_WEIGHT, 2, shape);
    op.bias = add_tensor(net, name, "bias", ROLE_BIAS, 1, shape);
    op.kernel = op.stride = 1;
    add_op(net, OP_LINEAR, op);
}

void build_pool(struct net *net, enum op_body body, struct op op)
{
    fill_counts(net, &op);
    op.weight = op.bias = -1;
    add_op(net, body, op);
}

void build_head(struct net *net, int map)
{
    int gate = build_gate(net, map), side = net->map[map].height;
    struct op pool = {.gate = gate, .in = map, .reads = gate, .shrinks = -1};
    pool.kernel = pool.stride = side;
    pool.out = build_map(net, net->gate[gate].kept, 1, 1, true);
    build_pool(net, OP_AVERAGE_POOL, pool);
    struct op linear = {.gate = -1, .in = pool.out, .reads = gate, .shrinks = -1};
    linear.out = build_map(net, net->spec.classes, 1, 1, true);
    build_linear(net, "fc", linear);
}

/* Parameters stand in the table already; running statistics and counters follow. */
static void add_statistics(struct net *net)
{
    for (int g = 0; g < net->gates; g++) {
        struct gate *gate = &net->gate[g];
        gate->running_mean =
            add_tensor(net, gate->name, "running_mean", ROLE_RUNNING_MEAN, 1, &gate->channels);
        gate->running_variance =
            add_tensor(net, gate->name, "running_var", ROLE_RUNNING_VARIANCE, 1, &gate->channels);
    }
    int dims = net->spec.counters == COUNTERS_VECTOR;
    for (int g = 0; g < net->gates; g++)
        net->gate[g].tracked = add_tensor(net, net->gate[g].name, "num_batches_tracked",
                                          ROLE_TRACKED, dims, &(int){1});
}

/* Gives each tensor its place in its block: without holes, in the table's order. */
static void set_offsets(struct net *net)
{
    size_t trackers = 0;
    for (int t = 0; t < net->tensors; t++) {
        struct tensor *tensor = &net->tensor[t];
        size_t *end = tensor->role == ROLE_TRACKED       ? &trackers
                      : tensor->role < ROLE_RUNNING_MEAN ? &net->parameter_count
                                                         : &net->statistic_count;
        tensor->offset = *end;
        *end += tensor->count;
    }
}

static int take_blocks(struct net *net, struct error *err)
{
    size_t parameters = net->parameter_count * sizeof(float);
    size_t statistics = net->statistic_count * sizeof(float);
    size_t tracked = (size_t)net->gates * sizeof(int64_t);
    int code =
        arena_open(&net->weights,
                   arena_round(parameters) + arena_round(statistics) + arena_round(tracked), err);
    if (code)
        return code;
    net->parameter = arena_take(&net->weights, parameters);
    net->statistic = arena_take(&net->weights, statistics);
    net->tracked = arena_take(&net->weights, tracked);
    net->memory = net->weights.size;
    return 0;
}

void build_tensors(struct net *net)
{
    add_statistics(net);
    set_offsets(net);
}

int build_finish(struct net *net, struct error *err)
{
    build_tensors(net);
    int code = take_blocks(net, err);
    if (code) {
        net_free(net);
        return code;
    }
    for (int g = 0; g < net->gates; g++) {
        struct gate *gate = &net->gate[g];
        float *variance = net_statistic(net, gate->running_variance);
        gate->gamma_values = net_parameter(net, gate->gamma);
        for (int c = 0; c < gate->channels; c++)
            variance[c] = 1;
    }
    return 0;
}
