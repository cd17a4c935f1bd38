#include "ui/histogram.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "ui/plot.h"

enum { FIRST_BIN = 2, LAST_BIN = HISTOGRAM_BINS - 2 }; /* those with a lower edge and an upper */

/* log₁₀ of a bin's lower edge: ten bins a decade from 1e-9. */
static double bin_start(int bin)
{
    return -9 + (bin - FIRST_BIN) / 10.0;
}

void histogram_widen(const int64_t counts[HISTOGRAM_BINS], double *low, double *high)
{
    for (int bin = FIRST_BIN; bin <= LAST_BIN; bin++)
        if (counts[bin]) {
            *low = fmin(*low, floor(bin_start(bin)));
            *high = fmax(*high, ceil(bin_start(bin + 1)));
        }
}

void histogram_settle(double *low, double *high)
{
    if (*low > *high)
        *low = *high = bin_start(FIRST_BIN);
    *low = fmin(*low, *high - 3);
}

double histogram_between(const int64_t counts[HISTOGRAM_BINS], double from, double to)
{
    double count = 0;

    for (int bin = FIRST_BIN; bin <= LAST_BIN; bin++) {
        double overlap = fmin(to, bin_start(bin + 1)) - fmax(from, bin_start(bin));
        if (overlap > 0)
            count += (double)counts[bin] * overlap * 10;
    }
    return count;
}

void histogram_decades(struct grid *grid, struct rect rect, double low, double high)
{
    int row = rect.row, free_from = rect.col;
    char text[16];

    for (int decade = (int)low; decade <= (int)high; decade++) {
        int length = snprintf(text, sizeof text, "%d", decade);
        int col = rect.col + (int)((decade - low) / (high - low) * (rect.cols - 1));
        col = col - length / 2 < rect.col ? rect.col : col - length / 2;
        col = col + length > rect.col + rect.cols ? rect.col + rect.cols - length : col;
        if (col < free_from)
            continue;
        grid_text(grid, row, col, length, STYLE_DIM, text);
        free_from = col + length + 1;
    }
}

void histogram_bars(const int64_t counts[HISTOGRAM_BINS], double cut, double low, double high,
                    struct grid *grid, struct rect bars)
{
    double step = (high - low) / bars.cols, top = 0;
    double *value = NEW(double, bars.cols + 1);

    for (int i = 0; i < bars.cols; i++) {
        value[i] = histogram_between(counts, low + i * step, low + (i + 1) * step);
        top = fmax(top, value[i]);
    }
    for (int i = 0; i < bars.cols; i++)
        columns_draw(grid, (struct rect){bars.row, bars.col + i, bars.rows, 1}, &value[i], 1, top,
                     low + (i + 0.5) * step <= cut ? STYLE_PRUNED : STYLE_KEPT);
    int at = isnan(cut) ? -1 : (int)((cut - low) / step);
    if (at >= 0 && at < bars.cols)
        for (int row = 0; row < bars.rows; row++)
            grid_sign(grid, bars.row + row, bars.col + at, GLYPH_PLOT_LINE, STYLE_THRESHOLD);
    if (counts[0] || counts[1])
        grid_print(grid, bars.row, bars.col + 1, bars.cols - 1, STYLE_DIM, "%" PRId64 " zero",
                   counts[0] + counts[1]);
    free(value);
}

void histogram_draw(const int64_t counts[HISTOGRAM_BINS], double cut, struct grid *grid,
                    struct rect inside)
{
    struct rect bars = {inside.row, inside.col, inside.rows - 1, inside.cols};
    struct rect decades = {inside.row + inside.rows - 1, inside.col, 1, inside.cols};
    double low = HUGE_VAL, high = -HUGE_VAL;

    histogram_widen(counts, &low, &high);
    histogram_settle(&low, &high);
    histogram_bars(counts, cut, low, high, grid, bars);
    histogram_decades(grid, decades, low, high);
}
