/* The parts of test_prune, one file a header of src/prune, and what they share. */
#ifndef TESTS_UNIT_PRUNE_TEST_PRUNE_H
#define TESTS_UNIT_PRUNE_TEST_PRUNE_H

#include <check.h>

#include "prune/mask.h"
#include "tests/unit/prune/lists.h"

TCase *amount_case(void);
TCase *built_case(void);
TCase *cost_case(void);
TCase *fold_case(void);
TCase *mask_case(void);
TCase *preview_case(void);
TCase *surgery_case(void);

/* Widths for list_vgg: VGG-16 and VGG-19, and one small enough to look at. */
extern const int vgg16_widths[], vgg19_widths[], small_widths[];

/* Amounts with floor 1 and round 1. */
struct amount amount_channels(const char *percent);
struct amount amount_threshold(double value);
struct amount amount_share(enum amount_kind kind, const char *percent);

struct gammas gammas_of(const struct net *net, float **gamma);

/* The mask of an amount that must succeed (γ NULL: the network's own); and the error code of one
 * that must not. */
struct keep_mask mask_must(const struct net *net, float **gamma, struct amount amount);
int mask_refused(const struct net *net, float **gamma, struct amount amount, struct error *err);

#endif
