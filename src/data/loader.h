/*
 * Mini-batches, normalised and in lanes, made by a thread of their own a few batches ahead of the
 * one that computes, so that reading and augmentation never make training wait.
 *
 * Image i of epoch e is cropped and mirrored by random numbers of (seed, e, i) alone (down, right,
 * mirrored, in this order), so a loader that starts at batch k gives what a loader that started at
 * 0 gives from batch k on. The crop takes 32×32 pixels of the image with 4 zero bytes around it.
 */
#ifndef DATA_LOADER_H
#define DATA_LOADER_H

#include <stdbool.h>
#include <stdint.h>

#include "data/data.h"

struct batch {
    int count;             /* images, ≤ the batch size: the last batch may be smaller */
    const float *x;        /* (⌈count/16⌉, C, H·W + 1, 16), normalised; unused lanes are 0 */
    const uint8_t *labels; /* (count) */
    const uint32_t *index; /* (count) of each image in its part */
};

struct loader_options {
    const struct data_set *set;
    const struct data_part *part;
    const uint32_t *indices; /* (count), in the order to go through; NULL: 0 … count − 1 */
    int count;
    int batch;       /* images a batch */
    int first_batch; /* where to start */
    bool augment;    /* crop and mirror as the set says */
    uint64_t seed;   /* of the augmentation */
    int epoch;
};

struct loader;

/* Starts the thread. `indices` must live as long as the loader. */
int loader_open(const struct loader_options *options, struct loader **loader, struct error *err);

/* The next batch, valid until the next call; NULL after the last. */
const struct batch *loader_next(struct loader *loader);

void loader_close(struct loader *loader); /* at any time; NULL is fine */

#endif
