/* The histogram of γ, as the store keeps it, over log₁₀|γ|. */
#ifndef UI_HISTOGRAM_H
#define UI_HISTOGRAM_H

#include "db/record.h"
#include "ui/grid.h"

/* Draws it over the decades that it spans, with a line at log₁₀ of a threshold: what lies below is
 * drawn as pruned. NaN: no line. */
void histogram_draw(const int64_t counts[HISTOGRAM_BINS], double cut, struct grid *grid,
                    struct rect inside);

/* The pieces of it, for who draws more on the same axis. */

/* Widens low … high (log₁₀) so that it spans the decades of these counts. */
void histogram_widen(const int64_t counts[HISTOGRAM_BINS], double *low, double *high);

/* Makes of low … high an axis: at least three decades, and something where there was nothing. */
void histogram_settle(double *low, double *high);

/* The columns alone, on an axis of low … high, with the line at `cut` (NaN: none). */
void histogram_bars(const int64_t counts[HISTOGRAM_BINS], double cut, double low, double high,
                    struct grid *grid, struct rect bars);

/* Channels whose log₁₀|γ| lies in from … to, bins cut in proportion. */
double histogram_between(const int64_t counts[HISTOGRAM_BINS], double from, double to);

/* The exponents under an axis of low … high, in one row. */
void histogram_decades(struct grid *grid, struct rect rect, double low, double high);

#endif
