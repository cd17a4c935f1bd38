/* The fixture tests/parity/vgg11.f32: the network, its input, and PyTorch's answers in order. */
#ifndef TESTS_UNIT_PARITY_H
#define TESTS_UNIT_PARITY_H

#include <check.h>

#include "net/net.h"

enum { PARITY_IMAGES = 20, PARITY_STEPS = 5 };

struct parity {
    struct net *net; /* prepared for training, with the fixture's weights */
    float *x;
    uint8_t labels[PARITY_IMAGES];
    float *answers;
    const float *answer, *end; /* the next one */
};

struct parity parity_open(void);
void parity_close(struct parity *parity);

/* Sets the fixture's weights anew, as PyTorch's side starts. */
void parity_reset(struct parity *parity);

/* The next `count` answers against `values`: largest |difference| over largest |answer|. */
void parity_assert(struct parity *parity, const char *what, const float *values, size_t count,
                   double tolerance);
void parity_assert_logits(struct parity *parity, double tolerance);

#endif
