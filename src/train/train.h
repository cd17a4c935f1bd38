/*
 * Training: the epoch loop, evaluation, and the state that a checkpoint holds.
 */
#ifndef TRAIN_TRAIN_H
#define TRAIN_TRAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "data/data.h"
#include "data/split.h"
#include "net/net.h"
#include "train/penalty.h"

enum { TRAIN_DROPS_MAX = 16 };

struct train_options {
    int epochs;
    int batch;
    double learning_rate, momentum, weight_decay;
    bool nesterov;
    double drops[TRAIN_DROPS_MAX]; /* fractions of the epochs; the rate is divided by 10 at each */
    int drop_count;
    struct penalty penalty;
    uint64_t seed;
    bool augment;
};

/* The learning rate of epoch e (from 1): lr · 0.1^(drops d with e − 1 ≥ d·epochs). */
double train_rate(const struct train_options *options, int epoch);

/* The epochs (from 1) that are the last before a drop, into `epochs` (TRAIN_DROPS_MAX); returns how
 * many. */
int train_before_drops(const struct train_options *options, int *epochs);

/* One optimiser step over all parameters: penalty slope on γ, weight decay, momentum (PyTorch's
 * SGD). Channels that a shared gate has dropped keep γ = β = 0. */
void train_step(struct net *net, const struct train_options *options, double rate);

/* Where training stands, and what is summed over the epoch so far. */
struct train_state {
    int epoch;       /* the epoch it is in, from 1; epochs + 1 when all are done */
    int batch;       /* batches of it that are done */
    int batches;     /* batches an epoch */
    double loss_sum; /* over the images so far, without the penalty */
    int64_t right;   /* images classified right as they were trained on */
    int64_t images;
};

struct trainer; /* network, data, options and state together */

/* Prepares `net` for training (and for evaluation on the side) and starts at epoch 1, batch 0. The
 * network, the data and the split must outlive the trainer. */
int trainer_new(struct net *net, const struct data_set *set, const struct data_split *split,
                const struct train_options *options, struct trainer **trainer, struct error *err);
void trainer_free(struct trainer *trainer);
struct train_state *trainer_state(struct trainer *trainer);

/* Called after each batch; a code other than 0 ends train_epoch, which returns it. */
typedef int train_hook(void *context, const struct train_state *state, double batch_loss,
                       struct error *err);

/* Runs the rest of the state's epoch; at its end state->epoch is one more and batch 0, and the sums
 * of the finished epoch are in *result. ERROR_DIVERGED as soon as a loss or a γ is NaN or Inf. */
struct train_result {
    double loss;     /* mean cross-entropy over the epoch's images */
    double accuracy; /* on augmented training images, as they were trained on */
    double penalty;  /* Σ ρ(γ) at the end */
    double rate;
};
int train_epoch(struct trainer *trainer, train_hook *hook, void *context,
                struct train_result *result, struct error *err);

/* Everything a checkpoint must hold: the network's tensors, "momentum.NAME" of each parameter, and
 * "train.state" (F64). The views point into the trainer; loading is copying into them, then
 * trainer_restored. Returns the number of views, *views owned by the trainer. */
int trainer_views(struct trainer *trainer, struct tensor_view **views);
int trainer_restored(struct trainer *trainer, struct error *err);

struct evaluation {
    int images;
    int right;
    double loss; /* mean cross-entropy; NaN when there is no image */
    double accuracy;
    double seconds;
    uint8_t *predictions; /* (images) the class chosen, or NULL if not asked for; caller frees */
    float *logits;        /* (images, classes), or NULL if not asked for; caller frees */
    uint8_t *verdicts; /* ((images + 7) / 8) a bit an image, from the lowest: 1 = right; or NULL if
                          not asked for; caller frees */
};

enum { EVALUATE_PREDICTIONS = 1, EVALUATE_LOGITS = 2, EVALUATE_VERDICTS = 4 };
enum { EVALUATE_BATCH = 64 };

/* The network on `indices` (NULL: the first `count`) of a part, in order, in batches of 64 whatever
 * the training batch. The network must be prepared for 64 images or more. `progress` (may be NULL)
 * is called with the images done and stops the evaluation with a code other than 0. */
int train_evaluate(struct net *net, const struct data_set *set, const struct data_part *part,
                   const uint32_t *indices, int count, int want,
                   int (*progress)(void *context, int done, struct error *err), void *context,
                   struct evaluation *result, struct error *err);

#endif
