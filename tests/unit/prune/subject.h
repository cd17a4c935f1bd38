/* Networks to operate on, in which everything is random, and how alike two of them are. */
#ifndef TESTS_UNIT_PRUNE_SUBJECT_H
#define TESTS_UNIT_PRUNE_SUBJECT_H

#include "net/net.h"
#include "prune/mask.h"

enum { SUBJECT_IMAGES = 12, SUBJECT_CLASSES = 10 };

/* Weights, γ, β, running statistics and counters (100, 101 …) are random. */
struct net *subject_new(const char *arch, double width, uint64_t seed);

/* Random images (1, 3, 1025, 16); the caller frees. */
float *subject_images(void);

/* The largest difference of the two networks' logits in evaluation, over the largest logit. */
double subject_difference(struct net *a, struct net *b);

/* The mask of `--channels percent` by the network's own γ. */
struct keep_mask subject_mask(const struct net *net, const char *percent);

/* The mask that empties one gate of the network and drops nothing else. */
struct keep_mask subject_empty(struct net *net, const char *gate);

#endif
