#include "kernel/task.h"
#include "train/train.h"

enum { STEP_TASK = 1 << 16 }; /* parameters a task */

/* The drops that lie behind an epoch. Shares are decimals that binary cannot hold: 55 % of 100
 * epochs must be 55, not a hair more. */
static int drops_passed(const struct train_options *options, int epoch)
{
    int count = 0;
    for (int d = 0; d < options->drop_count; d++)
        count += epoch - 1 >= options->drops[d] * options->epochs - 1e-9;
    return count;
}

double train_rate(const struct train_options *options, int epoch)
{
    double rate = options->learning_rate;
    for (int d = drops_passed(options, epoch); d > 0; d--)
        rate *= 0.1;
    return rate;
}

int train_before_drops(const struct train_options *options, int *epochs)
{
    int count = 0;
    for (int epoch = 1; epoch < options->epochs; epoch++)
        if (drops_passed(options, epoch + 1) > drops_passed(options, epoch))
            epochs[count++] = epoch;
    return count;
}

struct step {
    struct net *net;
    float rate, momentum, decay;
    bool nesterov;
};

/* PyTorch's SGD without dampening; the first step's momentum is the gradient, as it starts at 0. */
static void step_task(void *context, int index, int thread)
{
    (void)thread;
    const struct step *step = context;
    size_t begin = (size_t)index * STEP_TASK, end = begin + STEP_TASK;
    if (end > step->net->parameter_count)
        end = step->net->parameter_count;
    float *w = step->net->parameter, *m = step->net->momentum;
    const float *g = step->net->gradient;
    for (size_t i = begin; i < end; i++) {
        float d = g[i] + step->decay * w[i];
        m[i] = step->momentum * m[i] + d;
        w[i] -= step->rate * (step->nesterov ? d + step->momentum * m[i] : m[i]);
    }
}

static void add_penalty(struct net *net, const struct penalty *penalty)
{
    for (int g = 0; g < net->gates; g++) {
        const float *gamma = net_parameter(net, net->gate[g].gamma);
        float *gradient = net_gradient(net, net->gate[g].gamma);
        for (int k = 0; k < net->gate[g].kept; k++) {
            int c = net->gate[g].channel[k];
            gradient[c] += (float)penalty_slope(penalty, (double)gamma[c]);
        }
    }
}

void train_step(struct net *net, const struct train_options *options, double rate)
{
    struct step step = {.net = net,
                        .rate = (float)rate,
                        .momentum = (float)options->momentum,
                        .decay = (float)options->weight_decay,
                        .nesterov = options->nesterov};
    add_penalty(net, &options->penalty);
    task_run((int)((net->parameter_count + STEP_TASK - 1) / STEP_TASK), step_task, &step);
}
