/*
 * Which training images are held out for validation, and in which order the others are seen.
 *
 * The split is a function of the data's content and of the number of validation images alone: the
 * same for every seed, penalty and retraining. The order is a function of (seed, epoch).
 */
#ifndef DATA_SPLIT_H
#define DATA_SPLIT_H

#include <stdint.h>

#include "data/data.h"

struct data_split {
    uint32_t *train; /* (train_count) indices into set->train, ascending */
    uint32_t *validation;
    int train_count, validation_count;
};

/* Whether a split can be made: ERROR_USAGE when nothing would be left to train on. */
int split_check(const struct data_set *set, int64_t validation, int64_t limit, struct error *err);

/* Holds `validation` images out and keeps the first `limit` (0: all) of the rest. Errors as
 * split_check. split_done frees the lists. */
int split_make(const struct data_set *set, int validation, int limit, struct data_split *split,
               struct error *err);
void split_done(struct data_split *split);

/* The order of epoch `epoch` (from 1): the indices sorted by (random number of (seed, epoch,
 * index), index), into `order` (count). */
void split_order(const uint32_t *indices, int count, uint64_t seed, int epoch, uint32_t *order);

#endif
