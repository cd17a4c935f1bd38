/*
 * The lists of operators of the three families, written out by hand from the papers' layer tables,
 * without weights: what cost, mask and preview are checked on, independently of src/net's builders.
 */
#ifndef TESTS_UNIT_PRUNE_LISTS_H
#define TESTS_UNIT_PRUNE_LISTS_H

#include <stdint.h>

#include "net/net.h"

enum { LIST_POOL = 0, LIST_END = -1 };

/* VGG: the channels of each convolution, LIST_POOL for a 2×2 max pool, LIST_END. */
struct net *list_vgg(const int *widths, int classes);
/* Pre-activation bottleneck ResNet of depth 9·blocks + 2, and DenseNet of depth 3·layers + 4,
 * growth 12. */
struct net *list_resnet(int blocks, int classes);
struct net *list_densenet(int layers, int classes);
void list_free(struct net *net);

/* γ for every gate, of random order and sign: |γ| = 1/N, 2/N … 1, all different; or rounded down to
 * multiples of 1/steps when that is not 0, so that there are ties and zeros. list_free_gamma frees.
 */
float **list_gamma(const struct net *net, uint64_t seed, int steps);
void list_free_gamma(const struct net *net, float **gamma);

#endif
