/* Plots in cells: axes, lines on a canvas, markers; bars and sparklines. */
#ifndef UI_PLOT_H
#define UI_PLOT_H

#include <stdbool.h>

#include "report/axis.h"
#include "ui/canvas.h"
#include "ui/grid.h"

struct plot {
    struct grid *grid;
    struct rect area; /* of the data, inside the axes */
    struct axis x, y;
    struct canvas canvas;
};

/*
 * Draws axes with labels into `rect` and opens a canvas over the data's area. Lines go on the
 * canvas; plot_lay puts it into the grid; markers and vertical lines go on top of that.
 * plot_done closes it.
 */
void plot_open(struct plot *plot, struct grid *grid, struct rect rect, double x_low, double x_high,
               double y_low, double y_high);
/* A line through (x[i], y[i]); NaN interrupts it. */
void plot_line(struct plot *plot, const double *x, const double *y, int count, enum style style);
void plot_lay(struct plot *plot);
void plot_marker(struct plot *plot, double x, double y, enum glyph glyph, enum style style);
void plot_vertical(struct plot *plot, double x, enum style style); /* in cells that are free */
void plot_done(struct plot *plot);

/* The column of the grid that shows x. */
int plot_column(const struct plot *plot, double x);

/* What a plot's signs mean: pairs of sign and word, drawn at the right of the upper edge of the
 * frame round `inside`, where the title (so many columns) leaves room. */
struct legend {
    enum glyph glyph;
    enum style style;
    const char *text;
};
void legend_draw(struct grid *grid, struct rect inside, int title, const struct legend *legend,
                 int count);

/* A horizontal bar of `width` cells, `share` (0 … 1) of it in the first style. */
void bar_draw(struct grid *grid, int row, int col, int width, double share, enum style full,
              enum style rest);

/* A thumb in the last column of `rect`, when not all of the `count` rows are in sight: from `top`.
 */
void scrollbar_draw(struct grid *grid, struct rect rect, int count, int top);

/* Columns of eighths that fill `rect`: one value a cell, `top` is full height. */
void columns_draw(struct grid *grid, struct rect rect, const double *values, int count, double top,
                  enum style style);

/* The last `width` of the values in one row, scaled to their own range. */
void spark_draw(struct grid *grid, int row, int col, int width, const double *values, int count,
                enum style style);

#endif
