#include "train/train.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "data/loader.h"

/* What "train.state" of a checkpoint holds, in this order. */
enum { STATE_EPOCH, STATE_BATCH, STATE_LOSS_SUM, STATE_RIGHT, STATE_IMAGES, STATE_FIELDS };

struct trainer {
    struct net *net;
    const struct data_set *set;
    const struct data_split *split;
    struct train_options options;
    struct train_state state;
    double saved[STATE_FIELDS]; /* the state as a checkpoint's tensor, always up to date */
    uint32_t *order;            /* (split->train_count) of the epoch */
    struct tensor_view *views;
    int view_count;
};

static void save_state(struct trainer *trainer)
{
    const struct train_state *state = &trainer->state;
    trainer->saved[STATE_EPOCH] = state->epoch;
    trainer->saved[STATE_BATCH] = state->batch;
    trainer->saved[STATE_LOSS_SUM] = state->loss_sum;
    trainer->saved[STATE_RIGHT] = (double)state->right;
    trainer->saved[STATE_IMAGES] = (double)state->images;
}

/* Lists the network's tensors, their momentum, and the state. */
static void make_views(struct trainer *trainer)
{
    struct net *net = trainer->net;
    trainer->views = NEW(struct tensor_view, 2 * net->tensors + 1);
    net_views(net, trainer->views);
    struct tensor_view *next = trainer->views + net->tensors;
    for (int t = 0; t < net->tensors; t++) {
        if (net->tensor[t].role >= ROLE_RUNNING_MEAN)
            continue;
        *next = trainer->views[t];
        snprintf(next->name, sizeof next->name, "momentum.%.50s", net->tensor[t].name);
        next->data = net->momentum + net->tensor[t].offset;
        next++;
    }
    *next = (struct tensor_view){.name = "train.state",
                                 .type = TENSOR_F64,
                                 .dims = 1,
                                 .shape = {STATE_FIELDS},
                                 .data = trainer->saved};
    trainer->view_count = (int)(next + 1 - trainer->views);
}

int trainer_new(struct net *net, const struct data_set *set, const struct data_split *split,
                const struct train_options *options, struct trainer **trainer, struct error *err)
{
    int batch = options->batch > EVALUATE_BATCH ? options->batch : EVALUATE_BATCH;
    *trainer = NULL;
    int code = net_prepare(net, batch, true, err);
    if (code)
        return code;
    struct trainer *new = *trainer = NEW(struct trainer, 1);
    new->net = net;
    new->set = set;
    new->split = split;
    new->options = *options;
    new->state.epoch = 1;
    new->state.batches = (split->train_count + options->batch - 1) / options->batch;
    new->order = NEW(uint32_t, split->train_count);
    save_state(new);
    make_views(new);
    return 0;
}

void trainer_free(struct trainer *trainer)
{
    if (!trainer)
        return;
    free(trainer->order);
    free(trainer->views);
    free(trainer);
}

struct train_state *trainer_state(struct trainer *trainer)
{
    return &trainer->state;
}

int trainer_views(struct trainer *trainer, struct tensor_view **views)
{
    *views = trainer->views;
    return trainer->view_count;
}

/* Whether a stored number is a whole one from 0 to `high`. */
static bool is_count(double number, double high)
{
    return number >= 0 && number <= high && floor(number) == number;
}

int trainer_restored(struct trainer *trainer, struct error *err)
{
    const double *saved = trainer->saved;
    struct train_state *state = &trainer->state;
    double seen = (double)trainer->split->train_count;
    if (!is_count(saved[STATE_EPOCH], trainer->options.epochs + 1) || saved[STATE_EPOCH] < 1 ||
        !is_count(saved[STATE_BATCH], state->batches) || !is_count(saved[STATE_IMAGES], seen) ||
        !is_count(saved[STATE_RIGHT], seen) || !isfinite(saved[STATE_LOSS_SUM]))
        return error_set(err, ERROR_DATA, "checkpoint: its state does not fit this training");
    state->epoch = (int)saved[STATE_EPOCH];
    state->batch = (int)saved[STATE_BATCH];
    state->loss_sum = saved[STATE_LOSS_SUM];
    state->right = (int64_t)saved[STATE_RIGHT];
    state->images = (int64_t)saved[STATE_IMAGES];
    return 0;
}

/* The first gate with a γ that is NaN or Inf; NULL if all are finite. */
static const struct gate *find_broken_gate(const struct net *net)
{
    for (int g = 0; g < net->gates; g++) {
        const float *gamma = net_parameter(net, net->gate[g].gamma);
        for (int c = 0; c < net->gate[g].channels; c++)
            if (!isfinite(gamma[c]))
                return &net->gate[g];
    }
    return NULL;
}

static int train_batch(struct trainer *trainer, const struct batch *batch, double *loss,
                       struct error *err)
{
    struct net *net = trainer->net;
    struct train_state *state = &trainer->state;
    int right;
    net_forward(net, batch->x, batch->count, true);
    double sum = net_loss(net, batch->labels, batch->count, true, &right);
    *loss = sum / batch->count;
    if (!isfinite(sum))
        return error_set(err, ERROR_DIVERGED, "training diverged: the loss is %g in epoch %d", sum,
                         state->epoch);
    net_backward(net, batch->x, batch->count);
    train_step(net, &trainer->options, train_rate(&trainer->options, state->epoch));
    const struct gate *gate = find_broken_gate(net);
    if (gate)
        return error_set(err, ERROR_DIVERGED,
                         "training diverged: a scaling factor of %s is not finite in epoch %d",
                         gate->name, state->epoch);
    state->loss_sum += sum;
    state->right += right;
    state->images += batch->count;
    state->batch++;
    save_state(trainer);
    return 0;
}

/* The batches of the epoch that are still to do. */
static int run_batches(struct trainer *trainer, train_hook *hook, void *context, struct error *err)
{
    struct train_state *state = &trainer->state;
    const struct loader_options options = {
        .set = trainer->set,
        .part = &trainer->set->train,
        .indices = trainer->order,
        .count = trainer->split->train_count,
        .batch = trainer->options.batch,
        .first_batch = state->batch,
        .augment = trainer->options.augment,
        .seed = trainer->options.seed,
        .epoch = state->epoch,
    };
    const struct batch *batch;
    struct loader *loader = NULL;
    if (state->batch >= state->batches)
        return 0;
    split_order(trainer->split->train, trainer->split->train_count, trainer->options.seed,
                state->epoch, trainer->order);
    int code = loader_open(&options, &loader, err);
    while (!code && (batch = loader_next(loader))) {
        double loss;
        code = train_batch(trainer, batch, &loss, err);
        if (!code && hook)
            code = hook(context, state, loss, err);
    }
    loader_close(loader);
    return code;
}

static double penalty_sum(const struct net *net, const struct penalty *penalty)
{
    double sum = 0;
    for (int g = 0; g < net->gates; g++) {
        const float *gamma = net_parameter(net, net->gate[g].gamma);
        for (int k = 0; k < net->gate[g].kept; k++)
            sum += penalty_value(penalty, (double)gamma[net->gate[g].channel[k]]);
    }
    return sum;
}

int train_epoch(struct trainer *trainer, train_hook *hook, void *context,
                struct train_result *result, struct error *err)
{
    struct train_state *state = &trainer->state;
    int code = run_batches(trainer, hook, context, err);
    if (code)
        return code;
    double images = (double)state->images;
    *result = (struct train_result){
        .loss = state->loss_sum / images,
        .accuracy = (double)state->right / images,
        .penalty = penalty_sum(trainer->net, &trainer->options.penalty),
        .rate = train_rate(&trainer->options, state->epoch),
    };
    *state = (struct train_state){.epoch = state->epoch + 1, .batches = state->batches};
    save_state(trainer);
    return 0;
}
