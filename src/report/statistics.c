#include "report/statistics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* --- Student's t ------------------------------------------------------------------------------ */

/* The continued fraction of the incomplete beta function (DLMF 8.17.22), evaluated from the front
 * (Lentz, Applied Optics 15, 1976). */
static double beta_fraction(double x, double a, double b)
{
    const double tiny = 1e-300;
    double c = 1, d = 1 - (a + b) * x / (a + 1);
    d = 1 / (fabs(d) < tiny ? tiny : d);
    double value = d;
    for (int m = 1; m < 500; m++) {
        const double terms[] = {m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
                                -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))};
        double before = value;
        for (int i = 0; i < 2; i++) {
            d = 1 + terms[i] * d;
            d = 1 / (fabs(d) < tiny ? tiny : d);
            c = 1 + terms[i] / c;
            c = fabs(c) < tiny ? tiny : c;
            value *= c * d;
        }
        if (fabs(value - before) < 1e-16 * fabs(value))
            break;
    }
    return value;
}

/* I_x(a, b); `y` is 1 − x, which is exact where x is near 1. */
static double incomplete_beta(double x, double y, double a, double b)
{
    if (x <= 0 || y <= 0)
        return x <= 0 ? 0 : 1;
    double front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(y));
    if (x < (a + 1) / (a + b + 2))
        return front * beta_fraction(x, a, b) / a;
    return 1 - front * beta_fraction(y, b, a) / b;
}

double student_p(double t, double freedom)
{
    double whole = freedom + t * t;
    return isinf(t) ? 0 : incomplete_beta(freedom / whole, t * t / whole, freedom / 2, 0.5);
}

double student_quantile(double level, double freedom)
{
    double low = 0, high = 1;
    while (student_p(high, freedom) > 1 - level)
        high *= 2;
    for (int i = 0; i < 100; i++) {
        double middle = (low + high) / 2;
        if (student_p(middle, freedom) > 1 - level)
            low = middle;
        else
            high = middle;
    }
    return (low + high) / 2;
}

/* --- differences ------------------------------------------------------------------------------ */

static const double level = 0.95;

/* Seeds that all say the same leave no doubt. */
static struct difference make_difference(double mean, double error, double freedom)
{
    if (error <= 0)
        return (struct difference){mean, mean, mean, fabs(mean) > 0 ? 0 : 1};
    double width = student_quantile(level, freedom) * error;
    return (struct difference){mean, mean - width, mean + width, student_p(mean / error, freedom)};
}

static struct difference unknown(double mean)
{
    return (struct difference){mean, (double)NAN, (double)NAN, (double)NAN};
}

struct difference difference_welch(const struct mean *a, const struct mean *b)
{
    if (a->n < 1 || b->n < 1)
        return unknown((double)NAN);
    if (a->n < 2 || b->n < 2)
        return unknown(a->mean - b->mean);
    double x = a->squares / (a->n - 1) / a->n, y = b->squares / (b->n - 1) / b->n;
    double freedom = (x + y) * (x + y) / (x * x / (a->n - 1) + y * y / (b->n - 1));
    return make_difference(a->mean - b->mean, sqrt(x + y), freedom);
}

struct difference difference_paired(const struct mean *differences)
{
    int n = differences->n;
    if (n < 2)
        return unknown(n ? differences->mean : (double)NAN);
    return make_difference(differences->mean, sqrt(differences->squares / (n - 1) / n), n - 1);
}

/* --- signs ------------------------------------------------------------------------------------ */

/* The distribution of how much `n` terms k add, each or not with probability 1/2, on top of what
 * `share` (length) holds. The caller frees. */
static double *add_terms(const double *share, size_t length, int n, int k)
{
    double *sum = NEW(double, length + (size_t)n * (size_t)k);
    for (int j = 0; j <= n; j++) {
        double weight = exp(lgamma(n + 1.0) - lgamma(j + 1.0) - lgamma(n - j + 1.0) - n * log(2.0));
        for (size_t i = 0; i < length; i++)
            sum[i + (size_t)j * (size_t)k] += weight * share[i];
    }
    return sum;
}

double signs_p(const int *count, int most, int64_t sum)
{
    double *share = NEW(double, 1), p = 0;
    size_t length = 1; /* the terms with + add up to 0 … length − 1 */
    share[0] = 1;
    for (int k = 1; k <= most; k++) {
        double *more = add_terms(share, length, count[k], k);
        free(share);
        share = more;
        length += (size_t)count[k] * (size_t)k;
    }
    for (size_t i = 0; i < length; i++)
        if (llabs(2 * (int64_t)i - (int64_t)(length - 1)) >= llabs(sum))
            p += share[i];
    free(share);
    return p < 1 ? p : 1;
}
