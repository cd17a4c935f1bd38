#include "ui/gamma_axis.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "ui/histogram.h"
#include "ui/plot.h"

enum { LABEL_COLS = 4, ZERO_COLS = 2 };

struct gamma_axis gamma_axis_make(const struct gamma_model *model, struct rect in)
{
    struct gamma_axis axis = {.low = HUGE_VAL, .high = -HUGE_VAL};
    int left = in.col + LABEL_COLS;

    axis.labels = (struct rect){in.row, in.col, in.rows, LABEL_COLS};
    axis.zeros = (struct rect){in.row, left, in.rows, ZERO_COLS};
    axis.columns =
        (struct rect){in.row, left + ZERO_COLS + 1, in.rows, in.cols - LABEL_COLS - ZERO_COLS - 1};
    for (int i = 0; i < model->epochs; i++)
        histogram_widen(model->counts[i].bin, &axis.low, &axis.high);
    for (int i = 0; i < model->others; i++)
        histogram_widen(model->other[i].counts.bin, &axis.low, &axis.high);
    histogram_settle(&axis.low, &axis.high);
    /* Where the penalty does nothing is shown, too, if it begins anywhere near. */
    double flat = penalty_flat(&model->penalty);
    if (flat > 0 && flat < 10)
        axis.high = fmax(axis.high, fmin(log10(flat) + 0.5, 1));
    return axis;
}

static double step_of(const struct gamma_axis *axis)
{
    return (axis->high - axis->low) / axis->columns.cols;
}

double gamma_axis_count(const struct gamma_axis *axis, const int64_t *counts, int column)
{
    double step = step_of(axis), from = axis->low + column * step;

    return histogram_between(counts, from, from + step) + (column == 0 ? (double)counts[1] : 0);
}

double gamma_axis_value(const struct gamma_axis *axis, double column)
{
    return pow(10, axis->low + column * step_of(axis));
}

void gamma_axis_draw(const struct gamma_axis *axis, struct grid *grid)
{
    struct rect decades = axis->columns;
    int last = decades.row + decades.rows - 1;

    for (int row = decades.row; row < last; row++)
        grid_sign(grid, row, decades.col - 1, GLYPH_LINE_5, STYLE_BORDER);
    decades.row = last;
    decades.rows = 1;
    grid_text(grid, last, axis->zeros.col, axis->zeros.cols, STYLE_DIM, "0");
    histogram_decades(grid, decades, axis->low, axis->high);
}

double gamma_axis_top(const struct gamma_axis *axis, const int64_t *counts)
{
    double top = 0;

    for (int c = 0; c < axis->columns.cols; c++)
        top = fmax(top, gamma_axis_count(axis, counts, c));
    return top / fmax((double)gamma_channels(counts), 1);
}

void gamma_axis_zeros(const struct gamma_axis *axis, const int64_t *counts, struct grid *grid,
                      int row, int rows)
{
    double share = (double)counts[0] / fmax((double)gamma_channels(counts), 1);
    struct rect zero = {row, axis->zeros.col, rows, 1};

    for (int c = 0; c < axis->zeros.cols; c++, zero.col++)
        columns_draw(grid, zero, &share, 1, 1, STYLE_PRUNED);
}

void gamma_axis_bars(const struct gamma_axis *axis, const int64_t *counts, double top,
                     struct grid *grid, int row, int rows, enum style style)
{
    double all = fmax((double)gamma_channels(counts), 1);
    double *share = NEW(double, axis->columns.cols + 1);
    struct rect bars = {row, axis->columns.col, rows, axis->columns.cols};

    for (int c = 0; c < bars.cols; c++)
        share[c] = gamma_axis_count(axis, counts, c) / all;
    columns_draw(grid, bars, share, bars.cols, top, style);
    gamma_axis_zeros(axis, counts, grid, row, rows);
    free(share);
}
