#include "prune/cost.h"

/* compute_flops.py counts the last average pool, which is a module (8×8), but not the 2×2 ones of
 * VGG's head and DenseNet's transitions, which are function calls. */
enum { UNCOUNTED_POOL = 2 };

static int64_t pixels(const struct net *net, int map)
{
    return (int64_t)net->map[map].height * net->map[map].width;
}

static int kept_in(const struct net *net, const int *kept, int gate)
{
    return kept ? kept[gate] : net->gate[gate].kept;
}

static void count_gate(const struct net *net, const int *kept, int g, struct cost *cost)
{
    const struct gate *gate = &net->gate[g];
    int64_t read = kept_in(net, kept, g);
    int64_t length = gate->shared ? gate->channels : read;
    cost->channels += read;
    cost->parameters += 2 * length;
    cost->parameters_published += gate->shared ? length : 0;
    cost->flops += (2 * length + read) * pixels(net, gate->map);
    cost->bytes += 2 * length * (int64_t)sizeof(float);
}

static void count_op(const struct net *net, const int *kept, const struct op *op, struct cost *cost)
{
    int64_t in = op->reads >= 0 ? kept_in(net, kept, op->reads) : op->in_count;
    int64_t out = op->shrinks >= 0 ? kept_in(net, kept, op->shrinks) : op->out_count;
    int64_t window = (int64_t)op->kernel * op->kernel, area = pixels(net, op->out);
    int64_t weights = 0, bias = 0;
    switch (op->body) {
    case OP_CONV: weights = window * in * out; break;
    case OP_LINEAR:
        weights = in * out;
        bias = op->bias >= 0 ? out : 0;
        area = 1;
        break;
    case OP_MAX_POOL: cost->flops += window * in * area; break;
    case OP_AVERAGE_POOL:
        if (op->kernel != UNCOUNTED_POOL)
            cost->flops += window * in * area;
        break;
    case OP_BODIES: break;
    }
    cost->parameters += weights + bias;
    cost->macs += weights * area;
    cost->flops += 2 * weights * area + bias;
}

void cost_count(const struct net *net, const int *kept, struct cost *cost)
{
    *cost = (struct cost){0};
    for (int g = 0; g < net->gates; g++)
        count_gate(net, kept, g, cost);
    for (int i = 0; i < net->ops; i++)
        count_op(net, kept, &net->op[i], cost);
    cost->parameters_published += cost->parameters;
    cost->bytes += cost->parameters * (int64_t)sizeof(float);
}

const char *cost_axis_name(enum cost_axis axis)
{
    static const char *const names[COST_AXES] = {"channels", "parameters", "MACs", "bytes"};
    return names[axis];
}

int64_t cost_of(const struct cost *cost, enum cost_axis axis)
{
    switch (axis) {
    case COST_CHANNELS: return cost->channels;
    case COST_PARAMETERS: return cost->parameters;
    case COST_MACS: return cost->macs;
    default: return cost->bytes;
    }
}

double cost_removed(const struct cost *before, const struct cost *after, enum cost_axis axis)
{
    int64_t whole = cost_of(before, axis);
    return whole > 0 ? 100 * (1 - (double)cost_of(after, axis) / (double)whole) : 0;
}
