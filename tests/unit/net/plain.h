/*
 * A network run in plain loops in double, straight from the list of operators and the definition of
 * each layer, on images in (N, C, H, W): what the engine must agree with. Its loss can be
 * differentiated by central differences without rounding getting in the way.
 */
#ifndef TESTS_UNIT_NET_PLAIN_H
#define TESTS_UNIT_NET_PLAIN_H

#include "net/net.h"

struct plain {
    const struct net *net;
    int images;
    double *parameter;         /* a copy of the network's, to be changed at will */
    double **map;              /* (maps) → (N, C, H, W) */
    double **mean, **variance; /* (gates) → (kept) of the batch, biased; after a training pass */
};

struct plain plain_open(const struct net *net, int images);
void plain_close(struct plain *plain);

/* Copies images from (⌈N/16⌉, C, H·W + 1, 16). */
void plain_input(struct plain *plain, const float *x);

/* All operators, with the batch's statistics or the network's running ones. */
void plain_forward(struct plain *plain, bool training);

/* The mean cross-entropy after plain_forward. */
double plain_loss(const struct plain *plain, const uint8_t *labels);

double plain_logit(const struct plain *plain, int image, int k);

#endif
