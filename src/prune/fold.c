/*
 * Method. One pass over the list of operators keeps, for every channel of every map of the full
 * network, the constant k by which the small network's map falls short of the masked one's.
 *
 *   1. A gate gives nothing for a channel that stays: in the small network its running mean is
 *      μ − k, so it absorbs the shift of its map. A dropped channel gives ReLU(β), and one that
 *      goes only because its branch does gives what its gate makes of k, all that is left there.
 *      Without a gate an operator reads the map's own k.
 *   2. The body takes that to the map it writes: W·k, summed over the taps; a pool keeps a
 *      constant. An addition adds the k of both.
 *
 * So constants arise in dropped channels alone, run along residual streams, shortcuts and dense
 * maps to every gate that reads them, and end there; what reaches the logits is bias.
 */
#include "prune/fold.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "prune/surgery.h"

struct fold {
    const struct net *net;
    const struct keep_mask *mask;
    struct net *slim;
    double **shift; /* (maps) → (channels) k */
};

/* What a channel that does not stay gives in the masked network, whose map there is `k` where the
 * whole branch is gone. */
static double constant_of(const struct fold *fold, int g, int channel, double k)
{
    const struct net *net = fold->net;
    const struct gate *gate = &net->gate[g];
    double beta = (double)net_parameter(net, gate->beta)[channel];
    if (!fold->mask->gate[g].keep[channel])
        return fmax(beta, 0);
    double mean = (double)net_statistic(net, gate->running_mean)[channel];
    double variance = (double)net_statistic(net, gate->running_variance)[channel];
    double scale = (double)gate->gamma_values[channel] / sqrt(variance + NET_BN_EPSILON);
    return fmax(scale * (k - mean) + beta, 0);
}

/* The gate of the small network absorbs the shift of its map; `constant` (kept) is what the full
 * one's channels give beside that. */
static void pass_gate(struct fold *fold, int g, double *constant)
{
    const struct gate *gate = &fold->net->gate[g];
    const struct gate *slim = &fold->slim->gate[g];
    const double *shift = fold->shift[gate->map];
    float *mean = net_statistic(fold->slim, slim->running_mean);
    for (int i = 0, at = 0; i < gate->kept; i++) {
        int c = gate->channel[i];
        if (!surgery_stays(fold->mask, g, c)) {
            constant[i] = constant_of(fold, g, c, shift[c]);
            continue;
        }
        float *to = &mean[slim->channel[at++]];
        *to = (float)((double)*to - shift[c]);
        constant[i] = 0;
    }
}

/* Adds what the body makes of constant inputs (in_count) to `out` (out_count). */
static void pass_body(const struct net *net, const struct op *op, const double *constant,
                      double *out)
{
    if (op->weight < 0) { /* a pool */
        for (int c = 0; c < op->out_count; c++)
            out[c] += constant[c];
        return;
    }
    const float *weight = net_parameter(net, op->weight);
    int taps = op->kernel * op->kernel;
    for (int o = 0; o < op->out_count; o++)
        for (int i = 0; i < op->in_count; i++)
            for (int tap = 0; tap < taps; tap++)
                out[o] += (double)*weight++ * constant[i];
}

static void pass_op(struct fold *fold, const struct op *op)
{
    double *constant = NEW(double, op->in_count), *out = fold->shift[op->out] + op->out_first;
    if (op->gate >= 0)
        pass_gate(fold, op->gate, constant);
    else
        for (int i = 0; i < op->in_count; i++)
            constant[i] = fold->shift[op->in][i];
    if (op->add && op->addend != op->out)
        for (int c = 0; c < op->out_count; c++)
            out[c] = fold->shift[op->addend][c];
    pass_body(fold->net, op, constant, out);
    free(constant);
}

/* What reached the logits, the map that the last operator writes. */
static void add_bias(struct fold *fold)
{
    const struct op *last = &fold->slim->op[fold->slim->ops - 1];
    float *bias = net_parameter(fold->slim, last->bias);
    for (int k = 0; k < last->out_count; k++)
        bias[k] = (float)((double)bias[k] + fold->shift[last->out][k]);
}

int fold_slim(const struct net *net, const struct keep_mask *mask, struct net **slim,
              struct error *err)
{
    int code = surgery_slim(net, mask, slim, err);
    if (code)
        return code;
    struct fold fold = {net, mask, *slim, NEW(double *, net->maps)};
    for (int m = 0; m < net->maps; m++)
        fold.shift[m] = NEW(double, net->map[m].channels);
    for (int i = 0; i < net->ops; i++)
        pass_op(&fold, &net->op[i]);
    add_bias(&fold);
    for (int m = 0; m < net->maps; m++)
        free(fold.shift[m]);
    free(fold.shift);
    return 0;
}

int fold_masked(const struct net *net, const struct keep_mask *mask, struct net **masked,
                struct error *err)
{
    int code = surgery_masked(net, mask, masked, err);
    for (int g = 0; !code && g < net->gates; g++)
        for (int c = 0; c < net->gate[g].channels; c++)
            net_parameter(*masked, net->gate[g].beta)[c] = net_parameter(net, net->gate[g].beta)[c];
    return code;
}
