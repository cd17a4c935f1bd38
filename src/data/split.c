#include "data/split.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/random.h"

struct draw {
    uint64_t number;
    uint32_t index;
};

static int compare_draws(const void *left, const void *right)
{
    const struct draw *a = left, *b = right;
    if (a->number != b->number)
        return a->number < b->number ? -1 : 1;
    return (a->index > b->index) - (a->index < b->index);
}

static int compare_indices(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

/* The data's content as a seed: the first 64 bits of its checksum. */
static uint64_t content_seed(const struct data_set *set)
{
    char digits[17] = "";
    for (int i = 0; i < 16; i++)
        digits[i] = set->checksum[i];
    return strtoull(digits, NULL, 16);
}

int split_check(const struct data_set *set, int64_t validation, int64_t limit, struct error *err)
{
    int count = set->train.count;
    if (validation < 0 || validation >= count)
        return error_set(err, ERROR_USAGE, "--val %lld: %s has %d training images",
                         (long long)validation, set->name, count);
    if (limit < 0)
        return error_set(err, ERROR_USAGE, "--train-limit %lld: it cannot be negative",
                         (long long)limit);
    return 0;
}

int split_make(const struct data_set *set, int validation, int limit, struct data_split *split,
               struct error *err)
{
    int count = set->train.count;
    *split = (struct data_split){0};
    int code = split_check(set, validation, limit, err);
    if (code)
        return code;
    uint64_t seed = content_seed(set);
    struct draw *draws = NEW(struct draw, count);
    for (int i = 0; i < count; i++)
        draws[i] = (struct draw){random_bits(seed, RANDOM_SPLIT, (uint64_t)i, 0), (uint32_t)i};
    qsort(draws, (size_t)count, sizeof *draws, compare_draws);

    uint32_t *indices = NEW(uint32_t, count);
    for (int i = 0; i < count; i++)
        indices[i] = draws[i].index;
    free(draws);
    qsort(indices, (size_t)validation, sizeof *indices, compare_indices);
    qsort(indices + validation, (size_t)(count - validation), sizeof *indices, compare_indices);

    split->validation_count = validation;
    split->train_count = count - validation;
    if (limit > 0 && limit < split->train_count)
        split->train_count = limit;
    split->validation = memory_copy(indices, (size_t)validation * sizeof *indices);
    split->train = memory_copy(indices + validation, (size_t)split->train_count * sizeof *indices);
    free(indices);
    return 0;
}

void split_done(struct data_split *split)
{
    free(split->train);
    free(split->validation);
    *split = (struct data_split){0};
}

void split_order(const uint32_t *indices, int count, uint64_t seed, int epoch, uint32_t *order)
{
    struct draw *draws = NEW(struct draw, count);
    for (int i = 0; i < count; i++)
        draws[i] =
            (struct draw){random_bits(seed, RANDOM_ORDER, (uint64_t)epoch, indices[i]), indices[i]};
    qsort(draws, (size_t)count, sizeof *draws, compare_draws);
    for (int i = 0; i < count; i++)
        order[i] = draws[i].index;
    free(draws);
}
