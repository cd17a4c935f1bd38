/*
 * The axis that the panels of the γ screen share, so that they stand under one another: at the left
 * labels, then the exact zeros, which have no logarithm, then log₁₀|γ|.
 */
#ifndef UI_GAMMA_AXIS_H
#define UI_GAMMA_AXIS_H

#include "ui/gamma_model.h"
#include "ui/grid.h"

struct gamma_axis {
    struct rect labels, zeros, columns;
    double low, high; /* log₁₀|γ| at the ends of the columns */
};

/* Spans every epoch of the run and the marked runs. */
struct gamma_axis gamma_axis_make(const struct gamma_model *model, struct rect inside);

/* Channels that a column shows; those below the axis stand in its first. */
double gamma_axis_count(const struct gamma_axis *axis, const int64_t *counts, int column);

/* |γ| at a place along the columns. */
double gamma_axis_value(const struct gamma_axis *axis, double column);

/* The line between zeros and columns, and the decades in the last row. */
void gamma_axis_draw(const struct gamma_axis *axis, struct grid *grid);

/* A histogram as bars, in so many rows from `row` on: `top` is the share of channels that is full
 * height; of the zeros that is all. */
void gamma_axis_bars(const struct gamma_axis *axis, const int64_t *counts, double top,
                     struct grid *grid, int row, int rows, enum style style);

/* The exact zeros alone; of them the whole height is all channels. */
void gamma_axis_zeros(const struct gamma_axis *axis, const int64_t *counts, struct grid *grid,
                      int row, int rows);

/* The largest share of its channels that a histogram has in one column. */
double gamma_axis_top(const struct gamma_axis *axis, const int64_t *counts);

#endif
