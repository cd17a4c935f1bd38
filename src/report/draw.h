/*
 * A figure on paper, through cairo: the one drawing behind all formats. Sizes are in points.
 *
 * From the top: the title, the legend and what all has in common (nothing of it can lie over data),
 * then the panels side by side.
 */
#ifndef REPORT_DRAW_H
#define REPORT_DRAW_H

#include "report/axis.h"
#include "report/figure.h"
#include "report/theme.h"

struct _cairo; /* cairo_t */

/* Draws the figure into 0 … width, 0 … height. */
void draw_figure(const struct figure *figure, double width, double height, bool dark,
                 struct _cairo *cr);

/* --- what the files of the drawing share ----------------------------------------------------- */

struct ink {
    struct _cairo *cr;
    const struct theme *theme;
};

/* Where a panel's data goes. */
struct frame {
    const struct panel *panel;
    struct axis x, y;
    double left, top, width, height; /* of the axes */
    double zero_left, zero_width;    /* of the place for exact zeros; width 0: there is none */
};

double frame_x(const struct frame *frame, double value);
double frame_y(const struct frame *frame, double value);

void draw_colour(const struct ink *ink, struct colour colour);
/* One line of text with its baseline at y; `align` 0: it starts at x, 0.5: its middle is there, 1:
 * its end. */
void draw_text(const struct ink *ink, double x, double y, double align, const char *text);
double draw_text_width(const struct ink *ink, const char *text);
/* The same, cut with "…" where it is wider than `room`; the caller frees. */
char *draw_fit(const struct ink *ink, const char *text, double room);

/* draw_series.c */
void draw_series(const struct ink *ink, const struct frame *frame);
/* The sample of a series in the legend, from x on, its middle at y. */
void draw_sample(const struct ink *ink, const struct series *series, double x, double y);

/* draw_axes.c: draws axes, labels and the key of cells into a rectangle; the rest is the frame. */
void draw_axes(const struct ink *ink, const struct panel *panel, double left, double top,
               double width, double height, struct frame *frame);

#endif
