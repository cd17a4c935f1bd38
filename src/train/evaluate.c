#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "data/loader.h"
#include "train/train.h"

static uint8_t first_largest(const float *logits, int classes)
{
    int best = 0;
    for (int k = 1; k < classes; k++)
        if (logits[k] > logits[best])
            best = k;
    return (uint8_t)best;
}

/* Writes what was asked for of the batch's images, which begin at image `first`. */
static void keep_outputs(const struct net *net, const struct batch *batch, int first, float *logits,
                         struct evaluation *result)
{
    int classes = net->spec.classes;
    for (int i = 0; i < batch->count; i++) {
        float *to =
            result->logits ? result->logits + (size_t)(first + i) * (size_t)classes : logits;
        net_logits(net, i, to);
        uint8_t choice = first_largest(to, classes);
        if (result->predictions)
            result->predictions[first + i] = choice;
        if (result->verdicts && choice == batch->labels[i])
            result->verdicts[(first + i) / 8] |= (uint8_t)(1 << (first + i) % 8);
    }
}

int train_evaluate(struct net *net, const struct data_set *set, const struct data_part *part,
                   const uint32_t *indices, int count, int want,
                   int (*progress)(void *context, int done, struct error *err), void *context,
                   struct evaluation *result, struct error *err)
{
    const struct loader_options options = {
        .set = set, .part = part, .indices = indices, .count = count, .batch = EVALUATE_BATCH};
    size_t classes = (size_t)net->spec.classes;
    const struct batch *batch;
    struct loader *loader = NULL;
    double start = clock_seconds(), sum = 0;
    float *logits = NEW(float, classes); /* of one image */
    *result = (struct evaluation){0};
    if (want & EVALUATE_PREDICTIONS)
        result->predictions = NEW(uint8_t, count);
    if (want & EVALUATE_LOGITS)
        result->logits = NEW(float, (size_t)count *classes);
    if (want & EVALUATE_VERDICTS)
        result->verdicts = NEW(uint8_t, ((size_t)count + 7) / 8);
    int code = count > 0 ? loader_open(&options, &loader, err) : 0;
    while (!code && loader && (batch = loader_next(loader))) {
        int right;
        net_forward(net, batch->x, batch->count, false);
        sum += net_loss(net, batch->labels, batch->count, false, &right);
        if (want)
            keep_outputs(net, batch, result->images, logits, result);
        result->images += batch->count;
        result->right += right;
        if (progress)
            code = progress(context, result->images, err);
    }
    loader_close(loader);
    free(logits);
    if (code) {
        free(result->predictions);
        free(result->logits);
        free(result->verdicts);
        *result = (struct evaluation){0};
        return code;
    }
    result->loss = result->images ? sum / result->images : NAN;
    result->accuracy = result->images ? (double)result->right / result->images : NAN;
    result->seconds = clock_seconds() - start;
    return 0;
}
