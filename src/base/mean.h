/* The mean of several values and how they spread. */
#ifndef BASE_MEAN_H
#define BASE_MEAN_H

/* Zeroed: of nothing yet; n 0 has no mean. */
struct mean {
    int n;
    double mean, squares; /* squares: the sum of squared deviations */
};

/* One value after the other; NaN, which is not known, is left out. */
void mean_add(struct mean *mean, double value);

/* The standard deviation (n − 1); NaN where n < 2. */
double mean_deviation(const struct mean *mean);

#endif
