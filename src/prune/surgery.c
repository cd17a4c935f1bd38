#include "prune/surgery.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Which channels of the gate as it was before any pruning are left now. */
static void note_kept(struct gate_spec *gate, const uint8_t *keep)
{
    if (gate->kept == gate->channels)
        return;
    if (!gate->keep) {
        gate->full = gate->channels;
        gate->keep = NEW(uint8_t, gate->full);
        memset(gate->keep, 1, (size_t)gate->full);
    }
    for (int c = 0, at = 0; c < gate->full; c++)
        if (gate->keep[c])
            gate->keep[c] = gate->kept > 0 && keep[at++];
}

void surgery_spec(const struct net_spec *spec, const struct keep_mask *mask, struct net_spec *slim)
{
    spec_copy(spec, slim);
    for (int g = 0; g < slim->gates; g++) {
        struct gate_spec *gate = &slim->gate[g];
        gate->kept = mask->gate[g].kept;
        if (!gate->shared) {
            note_kept(gate, mask->gate[g].keep);
            gate->channels = gate->kept;
            continue;
        }
        bool selects = gate->select || gate->kept < gate->channels; /* one that was read stays */
        free(gate->select);
        gate->select = NULL;
        if (gate->kept == 0) /* even where another gate's loss is why */
            gate->select = NEW(uint8_t, gate->channels);
        else if (selects)
            gate->select = memory_copy(mask->gate[g].keep, (size_t)gate->channels);
    }
}

static int check_fit(const struct net *net, const struct keep_mask *mask, struct error *err)
{
    if (mask->gates != net->gates)
        return error_set(err, ERROR_FAILED, "keep-mask: has %d gates, the network %d", mask->gates,
                         net->gates);
    return 0;
}

bool surgery_stays(const struct keep_mask *mask, int gate, int channel)
{
    return mask->gate[gate].kept > 0 && mask->gate[gate].keep[channel];
}

/* The inputs of an operator that stay, as positions among those it has: all `count` of them, or
 * what the mask keeps of the channels that the gate reads. Returns how many. */
static int pick_inputs(const struct net *net, const struct keep_mask *mask, const struct op *op,
                       int *index)
{
    int picked = 0;
    if (op->reads < 0) {
        for (; picked < op->in_count; picked++)
            index[picked] = picked;
        return picked;
    }
    const struct gate *gate = &net->gate[op->reads];
    for (int i = 0; i < gate->kept; i++)
        if (surgery_stays(mask, op->reads, gate->channel[i]))
            index[picked++] = i;
    return picked;
}

static int pick_outputs(const struct keep_mask *mask, const struct op *op, int *index)
{
    int picked = 0;
    for (int o = 0; o < op->out_count; o++)
        if (op->shrinks < 0 || surgery_stays(mask, op->shrinks, o))
            index[picked++] = o;
    return picked;
}

/* Weights (O, I, k, k) or (O, I), and the bias (O). */
static int slice_op(const struct net *net, const struct keep_mask *mask, const struct op *op,
                    struct net *slim, const struct op *to, struct error *err)
{
    if (op->weight < 0)
        return 0;
    const struct tensor *weight = &net->tensor[op->weight];
    int *in = NEW(int, op->in_count), *out = NEW(int, op->out_count);
    int ins = pick_inputs(net, mask, op, in), outs = pick_outputs(mask, op, out);
    size_t window = (size_t)op->kernel * (size_t)op->kernel;
    int code = 0;
    if (slim->tensor[to->weight].count != (size_t)outs * (size_t)ins * window)
        code = error_set(err, ERROR_FAILED, "%s: keep-mask and network do not fit", weight->name);
    float *at = net_parameter(slim, to->weight);
    for (int o = 0; !code && o < outs; o++)
        for (int i = 0; i < ins; i++, at += window) {
            size_t row = (size_t)out[o] * (size_t)weight->shape[1] + (size_t)in[i];
            memcpy(at, net_parameter(net, op->weight) + row * window, window * sizeof *at);
        }
    if (!code && op->bias >= 0)
        for (int o = 0; o < outs; o++)
            net_parameter(slim, to->bias)[o] = net_parameter(net, op->bias)[out[o]];
    free(in);
    free(out);
    return code;
}

/* A batch norm: sliced where it shrinks; else at full length with γ = β = 0 where dropped. */
static void slice_gate(const struct net *net, const struct keep_mask *mask, int g, struct net *slim)
{
    const struct gate *from = &net->gate[g], *to = &slim->gate[g];
    float *gamma = net_parameter(slim, to->gamma), *beta = net_parameter(slim, to->beta);
    float *mean = net_statistic(slim, to->running_mean);
    float *variance = net_statistic(slim, to->running_variance);
    for (int c = 0, at = 0; c < from->channels; c++) {
        bool stays = surgery_stays(mask, g, c);
        if (!stays && !from->shared)
            continue;
        gamma[at] = stays ? net_parameter(net, from->gamma)[c] : 0;
        beta[at] = stays ? net_parameter(net, from->beta)[c] : 0;
        mean[at] = net_statistic(net, from->running_mean)[c];
        variance[at] = net_statistic(net, from->running_variance)[c];
        at++;
    }
    slim->tracked[slim->tensor[to->tracked].offset] =
        net->tracked[net->tensor[from->tracked].offset];
}

int surgery_slim(const struct net *net, const struct keep_mask *mask, struct net **slim,
                 struct error *err)
{
    *slim = NULL;
    int code = check_fit(net, mask, err);
    if (code)
        return code;
    struct net_spec spec;
    surgery_spec(&net->spec, mask, &spec);
    code = net_new(&spec, slim, err);
    spec_done(&spec);
    if (!code)
        (*slim)->engine = net->engine;
    for (int i = 0; !code && i < net->ops; i++)
        code = slice_op(net, mask, &net->op[i], *slim, &(*slim)->op[i], err);
    for (int g = 0; !code && g < net->gates; g++)
        slice_gate(net, mask, g, *slim);
    if (code) {
        net_free(*slim);
        *slim = NULL;
    }
    return code;
}

int surgery_masked(const struct net *net, const struct keep_mask *mask, struct net **masked,
                   struct error *err)
{
    *masked = NULL;
    int code = check_fit(net, mask, err);
    if (!code)
        code = surgery_copy(net, masked, err);
    for (int g = 0; !code && g < net->gates; g++) {
        const struct gate *gate = &(*masked)->gate[g];
        for (int c = 0; c < gate->channels; c++)
            if (!mask->gate[g].keep[c]) {
                net_parameter(*masked, gate->gamma)[c] = 0;
                net_parameter(*masked, gate->beta)[c] = 0;
            }
    }
    return code;
}

/* Weights (O, I, k, k) or (O, I) to the inputs that they have in the wide network. */
static void spread_op(const struct net *net, const struct op *op, struct net *wide,
                      const struct op *to)
{
    const struct tensor *weight = &net->tensor[op->weight];
    const int *channel = op->reads >= 0 && net->gate[op->reads].shared
                             ? net->gate[op->reads].channel
                             : NULL; /* NULL: as they are */
    size_t ins = (size_t)weight->shape[1], window = (size_t)(op->kernel * op->kernel);
    const float *from = net_parameter(net, op->weight);
    for (int o = 0; o < weight->shape[0]; o++)
        for (size_t i = 0; i < ins; i++, from += window) {
            size_t row = (size_t)o * (size_t)to->in_count + (channel ? (size_t)channel[i] : i);
            memcpy(net_parameter(wide, to->weight) + row * window, from, window * sizeof *from);
        }
}

/* All tensors but weights are of one length in both. */
static void copy_others(const struct net *net, struct net *wide)
{
    for (int t = 0; t < net->tensors; t++) {
        const struct tensor *from = &net->tensor[t], *to = &wide->tensor[t];
        if (from->role == ROLE_TRACKED)
            wide->tracked[to->offset] = net->tracked[from->offset];
        else if (from->role >= ROLE_RUNNING_MEAN)
            memcpy(net_statistic(wide, t), net_statistic(net, t), from->count * sizeof(float));
        else if (from->role != ROLE_WEIGHT)
            memcpy(net_parameter(wide, t), net_parameter(net, t), from->count * sizeof(float));
    }
}

int surgery_widen(const struct net *net, struct net **wide, struct error *err)
{
    struct net_spec spec;
    spec_copy(&net->spec, &spec);
    for (int g = 0; g < spec.gates; g++) {
        struct gate_spec *gate = &spec.gate[g];
        free(gate->select);
        gate->select = NULL;
        gate->kept = gate->channels;
    }
    int code = net_new(&spec, wide, err);
    spec_done(&spec);
    if (code)
        return code;
    (*wide)->engine = net->engine;
    for (int i = 0; i < net->ops; i++)
        if (net->op[i].weight >= 0)
            spread_op(net, &net->op[i], *wide, &(*wide)->op[i]);
    copy_others(net, *wide);
    return 0;
}

int surgery_copy(const struct net *net, struct net **copy, struct error *err)
{
    int code = net_new(&net->spec, copy, err);
    if (code)
        return code;
    (*copy)->engine = net->engine;
    net_copy_weights(net, *copy);
    return 0;
}
