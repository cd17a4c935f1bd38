/*
 * Two networks on the same images: how often both, one or none of them was right, and whether that
 * could be chance.
 *
 * Method. One pair of networks is McNemar's exact test: of the images on which they disagree each
 * favours either with probability 1/2. Several seeds are put together image by image: d = how many
 * of the first's networks were right − how many of the second's. If the two are alike, d and −d are
 * equally likely for each image, and images are independent; so the sum of all d is tested against
 * all choices of signs, exactly. Seeds are not taken for independent, since they share the images;
 * with one seed it is McNemar's test. It asks about these networks on other images; what other
 * seeds would give is for the means over seeds to say.
 */
#ifndef REPORT_VERDICTS_H
#define REPORT_VERDICTS_H

#include "db/record.h"

struct verdict_pair {
    int images, both, only_first, only_second, neither;
    double p; /* two-sided */
};

struct verdict_sum {
    int images, pairs;
    int *difference; /* (images) the sum over the pairs */
    char data[HASH_TEXT];
};

/* Counts a pair and adds it to `sum` ({0} before the first; may be NULL). ERROR_DATA where they are
 * not of the same images. */
int verdicts_compare(const struct verdict_row *first, const struct verdict_row *second,
                     struct verdict_pair *pair, struct verdict_sum *sum, struct error *err);

/* The test over all pairs that were added; NaN of none. */
double verdicts_combined_p(const struct verdict_sum *sum);
void verdict_sum_done(struct verdict_sum *sum);

#endif
