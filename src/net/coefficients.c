#include "net/coefficients.h"

#include <math.h>

#include "net/work.h"

/* Pixels of all images: the n of every mean. */
static double pixels(const struct map *map, int images)
{
    return (double)images * map->height * map->width;
}

struct gate_affine coefficients_affine(struct net *net, const struct gate *gate, bool training)
{
    struct net_work *work = net->work;
    const struct map *map = &net->map[gate->map];
    const float *beta = net_parameter(net, gate->beta);
    const float *mean = net_statistic(net, gate->running_mean);
    const float *variance = net_statistic(net, gate->running_variance);
    for (int k = 0; k < gate->kept; k++) {
        int c = gate->channel[k];
        double mu = training ? map->mean[c] : (double)mean[c];
        double var = training ? map->variance[c] : (double)variance[c];
        double scale = (double)gate->gamma_values[c] / sqrt(var + NET_BN_EPSILON);
        work->scale[k] = (float)scale;
        work->shift[k] = (float)((double)beta[c] - mu * scale);
        work->mean[k] = (float)mu;
    }
    return (struct gate_affine){work->scale, work->shift};
}

void coefficients_move_running(struct net *net, const struct gate *gate, int images)
{
    const struct map *map = &net->map[gate->map];
    float *mean = net_statistic(net, gate->running_mean);
    float *variance = net_statistic(net, gate->running_variance);
    double n = pixels(map, images), unbiased = n > 1 ? n / (n - 1) : 1;
    for (int k = 0; k < gate->kept; k++) {
        int c = gate->channel[k];
        double mu = map->mean[c], var = map->variance[c] * unbiased;
        mean[c] = (float)((1 - NET_BN_MOMENTUM) * (double)mean[c] + NET_BN_MOMENTUM * mu);
        variance[c] = (float)((1 - NET_BN_MOMENTUM) * (double)variance[c] + NET_BN_MOMENTUM * var);
    }
    net->tracked[gate - net->gate]++;
}

void coefficients_references(struct net *net, const struct op *op)
{
    float *reference = net->work->mean;
    for (int c = 0; c < op->out_count; c++)
        reference[c] = 0;
    for (int g = net->gates - 1; g >= 0; g--) {
        const struct gate *gate = &net->gate[g];
        const float *mean = net_statistic(net, gate->running_mean);
        if (gate->map != op->out)
            continue;
        for (int k = 0; k < gate->kept; k++) {
            int c = gate->channel[k] - op->out_first;
            if (c >= 0 && c < op->out_count)
                reference[c] = mean[gate->channel[k]];
        }
    }
}

void coefficients_keep_statistics(struct net *net, const struct op *op, int images)
{
    const struct net_work *work = net->work;
    struct map *map = &net->map[op->out];
    double n = pixels(map, images);
    for (int c = 0; c < op->out_count; c++) {
        double off = work->sum[c] / n, variance = work->product[c] / n - off * off;
        map->mean[op->out_first + c] = (double)work->mean[c] + off;
        map->variance[op->out_first + c] = variance < 0 ? 0 : variance; /* a NaN stays one */
    }
}

struct gate_slope coefficients_slope(struct net *net, const struct gate *gate, int images)
{
    struct net_work *work = net->work;
    const struct map *map = &net->map[gate->map];
    float *dgamma = net_gradient(net, gate->gamma);
    float *dbeta = net_gradient(net, gate->beta);
    double n = pixels(map, images);
    for (int k = 0; k < gate->kept; k++) {
        int c = gate->channel[k];
        double istd = 1 / sqrt(map->variance[c] + NET_BN_EPSILON);
        double al = (double)gate->gamma_values[c] * istd;
        double be = -al * istd * istd / n * work->product[k];
        dbeta[c] = (float)work->sum[k];
        dgamma[c] = (float)(istd * work->product[k]);
        work->al[k] = (float)al;
        work->be[k] = (float)be;
        work->de[k] = (float)(-al / n * work->sum[k] - be * map->mean[c]);
    }
    return (struct gate_slope){work->al, work->be, work->de};
}
