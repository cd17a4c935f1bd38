#include "ui/series.h"

#include <math.h>

#include "base/text.h"

static bool same_number(double a, double b)
{
    return (isnan(a) && isnan(b)) || (a >= b && a <= b);
}

bool series_alike(const struct run_row *a, const struct run_row *b)
{
    return a->kind == b->kind && (a->status == RUN_FINISHED) == (b->status == RUN_FINISHED) &&
           a->epochs == b->epochs && same_number(a->lambda, b->lambda) && same_number(a->a, b->a) &&
           same_number(a->p, b->p) && same_number(a->width, b->width) &&
           text_equal(a->penalty, b->penalty) && text_equal(a->arch, b->arch) &&
           text_equal(a->data, b->data);
}
