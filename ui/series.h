/* Runs that differ in nothing but their seed, and what is known of several of them together. */
#ifndef UI_SERIES_H
#define UI_SERIES_H

#include <stdbool.h>

#include "db/record.h"

/* As the view seed_summary groups them; what is not finished is put together with its like only. */
bool series_alike(const struct run_row *a, const struct run_row *b);

/* Mean and standard deviation (n − 1) of what is known; n 0: nothing is. */
struct series_mean {
    int n;
    double mean, deviation; /* deviation NaN where n < 2 */
};

/* Of values added one by one; NaN is not known. After the last, series_finish. */
void series_add(struct series_mean *mean, double value);
void series_finish(struct series_mean *mean);

#endif
