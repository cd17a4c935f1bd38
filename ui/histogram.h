/* The histogram of γ, as the store keeps it, over log₁₀|γ|. */
#ifndef UI_HISTOGRAM_H
#define UI_HISTOGRAM_H

#include "db/record.h"
#include "ui/grid.h"

/* Draws it over the decades that it spans, with a line at log₁₀ of a threshold: what lies below is
 * drawn as pruned. NaN: no line. */
void histogram_draw(const int64_t counts[HISTOGRAM_BINS], double cut, struct grid *grid,
                    struct rect inside);

#endif
