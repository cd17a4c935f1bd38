/* What networks cost by the closed forms of the literature, from the channels that each gate keeps
 * (NULL: all), not from any list of operators. Full width, 3 input channels. */
#ifndef TESTS_UNIT_PRUNE_CLOSED_H
#define TESTS_UNIT_PRUNE_CLOSED_H

#include <stdint.h>

struct closed {
    int64_t parameters; /* without selection vectors */
    int64_t selection;
    int64_t flops; /* as the reference code counts */
};

/* `widths` as list_vgg's: the channels of the full network. */
struct closed closed_vgg(const int *widths, const int *kept, int classes);
/* Depth 9·blocks + 2, and 3·layers + 4. */
struct closed closed_resnet(int blocks, const int *kept, int classes);
struct closed closed_densenet(int layers, const int *kept, int classes);

#endif
