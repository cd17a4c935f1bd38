#include "tests/unit/net/plain.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/lanes.h"
#include "base/memory.h"

struct plain plain_open(const struct net *net, int images)
{
    struct plain plain = {.net = net, .images = images};
    plain.parameter = NEW(double, net->parameter_count);
    for (size_t i = 0; i < net->parameter_count; i++)
        plain.parameter[i] = (double)net->parameter[i];
    plain.map = NEW(double *, net->maps);
    for (int m = 0; m < net->maps; m++)
        plain.map[m] =
            NEW(double, images * net->map[m].channels * net->map[m].height * net->map[m].width);
    plain.mean = NEW(double *, net->gates);
    plain.variance = NEW(double *, net->gates);
    for (int g = 0; g < net->gates; g++) {
        plain.mean[g] = NEW(double, net->gate[g].kept);
        plain.variance[g] = NEW(double, net->gate[g].kept);
    }
    return plain;
}

void plain_close(struct plain *plain)
{
    for (int m = 0; m < plain->net->maps; m++)
        free(plain->map[m]);
    for (int g = 0; g < plain->net->gates; g++) {
        free(plain->mean[g]);
        free(plain->variance[g]);
    }
    free(plain->mean);
    free(plain->variance);
    free(plain->map);
    free(plain->parameter);
}

/* Where plane c of image n starts. */
static double *plane(const struct plain *plain, int map, int n, int c)
{
    const struct map *m = &plain->net->map[map];
    return plain->map[map] + (size_t)(n * m->channels + c) * (size_t)(m->height * m->width);
}

void plain_input(struct plain *plain, const float *x)
{
    const struct map *m = &plain->net->map[0];
    for (int n = 0; n < plain->images; n++)
        for (int c = 0; c < m->channels; c++)
            for (int i = 0; i < m->height * m->width; i++)
                plane(plain, 0, n, c)[i] =
                    (double)x[(size_t)(n / LANES) * lanes_group(m->channels, m->height, m->width) +
                              (size_t)c * lanes_plane(m->height, m->width) +
                              (size_t)(i * LANES + n % LANES)];
}

static const double *parameter(const struct plain *plain, int tensor)
{
    return plain->parameter + plain->net->tensor[tensor].offset;
}

static const float *statistic(const struct plain *plain, int tensor)
{
    return plain->net->statistic + plain->net->tensor[tensor].offset;
}

static void batch_statistics(const struct plain *plain, int map, int c, double *mean,
                             double *variance)
{
    int area = plain->net->map[map].height * plain->net->map[map].width;
    double sum = 0, squares = 0, n = (double)plain->images * area;
    for (int image = 0; image < plain->images; image++)
        for (int i = 0; i < area; i++)
            sum += plane(plain, map, image, c)[i];
    *mean = sum / n;
    for (int image = 0; image < plain->images; image++)
        for (int i = 0; i < area; i++)
            squares += pow(plane(plain, map, image, c)[i] - *mean, 2);
    *variance = squares / n;
}

/* What the operator reads: (N, in_count, H, W), freed by the caller. */
static double *read_input(const struct plain *plain, const struct op *op, bool training)
{
    const struct map *in = &plain->net->map[op->in];
    size_t area = (size_t)(in->height * in->width);
    double *a = NEW(double, (size_t)plain->images *(size_t)op->in_count *area);
    for (int k = 0; k < op->in_count; k++) {
        const struct gate *gate = op->gate < 0 ? NULL : &plain->net->gate[op->gate];
        int c = gate ? gate->channel[k] : k;
        double mean = 0, variance = 0, gamma = 1, beta = 0;
        if (gate) {
            gamma = parameter(plain, gate->gamma)[c];
            beta = parameter(plain, gate->beta)[c];
            mean = (double)statistic(plain, gate->running_mean)[c];
            variance = (double)statistic(plain, gate->running_variance)[c];
            if (training)
                batch_statistics(plain, op->in, c, &mean, &variance);
            plain->mean[op->gate][k] = mean;
            plain->variance[op->gate][k] = variance;
        }
        for (int n = 0; n < plain->images; n++)
            for (size_t i = 0; i < area; i++) {
                double x = plane(plain, op->in, n, c)[i];
                if (gate)
                    x = fmax(gamma * (x - mean) / sqrt(variance + 1e-5) + beta, 0);
                a[((size_t)n * (size_t)op->in_count + (size_t)k) * area + i] = x;
            }
    }
    return a;
}

/* One output of a convolution (or linear layer) or pool, from one image's planes. */
static double body(const struct plain *plain, const struct op *op, const double *a, int out, int y,
                   int x)
{
    const struct map *in = &plain->net->map[op->in];
    int pad = op->body == OP_CONV ? op->kernel / 2 : 0, area = in->height * in->width;
    bool pool = op->body == OP_MAX_POOL || op->body == OP_AVERAGE_POOL;
    double sum = op->bias < 0 ? 0 : parameter(plain, op->bias)[out], largest = -INFINITY;
    for (int c = pool ? out : 0; c < (pool ? out + 1 : op->in_count); c++)
        for (int tap = 0; tap < op->kernel * op->kernel; tap++) {
            int iy = y * op->stride + tap / op->kernel - pad;
            int ix = x * op->stride + tap % op->kernel - pad;
            if (iy < 0 || iy >= in->height || ix < 0 || ix >= in->width)
                continue;
            double value = a[c * area + iy * in->width + ix];
            int weight = (out * op->in_count + c) * op->kernel * op->kernel + tap;
            sum += pool ? value : value * parameter(plain, op->weight)[weight];
            largest = fmax(largest, value);
        }
    if (op->body == OP_MAX_POOL)
        return largest;
    return op->body == OP_AVERAGE_POOL ? sum / (op->kernel * op->kernel) : sum;
}

void plain_forward(struct plain *plain, bool training)
{
    for (int i = 0; i < plain->net->ops; i++) {
        const struct op *op = &plain->net->op[i];
        const struct map *in = &plain->net->map[op->in], *out = &plain->net->map[op->out];
        double *a = read_input(plain, op, training);
        for (int n = 0; n < plain->images; n++)
            for (int c = 0; c < op->out_count; c++)
                for (int pixel = 0; pixel < out->height * out->width; pixel++) {
                    double *to = plane(plain, op->out, n, op->out_first + c) + pixel;
                    double value = body(plain, op, a + n * op->in_count * in->height * in->width, c,
                                        pixel / out->width, pixel % out->width);
                    if (op->add)
                        value += plane(plain, op->addend, n, op->out_first + c)[pixel];
                    *to = value;
                }
        free(a);
    }
}

double plain_logit(const struct plain *plain, int image, int k)
{
    return *plane(plain, plain->net->op[plain->net->ops - 1].out, image, k);
}

double plain_loss(const struct plain *plain, const uint8_t *labels)
{
    int classes = plain->net->spec.classes;
    double loss = 0;
    for (int n = 0; n < plain->images; n++) {
        double sum = 0;
        for (int k = 0; k < classes; k++)
            sum += exp(plain_logit(plain, n, k));
        loss += log(sum) - plain_logit(plain, n, labels[n]);
    }
    return loss / plain->images;
}
