/*
 * The tests that a report quotes: of means over seeds (Student, Welch) and of verdicts on the same
 * images (McNemar).
 */
#ifndef REPORT_STATISTICS_H
#define REPORT_STATISTICS_H

#include <stdint.h>

#include "base/mean.h"

/* P(|t| or more), two-sided, of Student's t with `freedom` degrees; they need not be whole. */
double student_p(double t, double freedom);
/* The t with P(|t| or more) = 1 − level. */
double student_quantile(double level, double freedom);

/* A difference of means with its 95 % interval; NaN where fewer than two seeds leave it unknown. */
struct difference {
    double mean, low, high;
    double p; /* two-sided, of no difference */
};
/* a − b of independent samples of unequal variance (Welch, Biometrika 34, 1947). */
struct difference difference_welch(const struct mean *a, const struct mean *b);
/* Of differences within pairs, against 0 (Student, Biometrika 6, 1908). */
struct difference difference_paired(const struct mean *differences);

/*
 * P(|Σ ±k| ≥ |sum|) where every sign is + or − with probability 1/2, independently: count[k] of the
 * terms are k (k = 1 … most; count[0] is not read). Exact. With most = 1 it is the two-sided
 * binomial test of McNemar (Psychometrika 12, 1947) on the discordant pairs.
 */
double signs_p(const int *count, int most, int64_t sum);

#endif
