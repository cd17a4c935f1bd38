#include "base/mean.h"

#include <math.h>

/* As Welford has it: one pass, no large sums. */
void mean_add(struct mean *mean, double value)
{
    if (isnan(value))
        return;
    double before = mean->mean;
    mean->n++;
    mean->mean += (value - before) / mean->n;
    mean->squares += (value - before) * (value - mean->mean);
}

double mean_deviation(const struct mean *mean)
{
    return mean->n > 1 ? sqrt(mean->squares / (mean->n - 1)) : (double)NAN;
}
