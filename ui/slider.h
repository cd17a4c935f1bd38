/* A slider over 0 … most: a value that is dragged, with ticks. */
#ifndef UI_SLIDER_H
#define UI_SLIDER_H

#include "ui/grid.h"

struct slider {
    int value, most;  /* 0 ≤ value ≤ most */
    const int *ticks; /* values that have a tick, ascending */
    int tick_count;
};

/* Draws it in `width` columns (at least 3), its ends included. */
void slider_draw(const struct slider *slider, struct grid *grid, int row, int col, int width);

/* The column (from the slider's first) of a value, and the value under a column; columns beyond an
 * end give that end. */
int slider_column(const struct slider *slider, int width, int value);
int slider_value_at(const struct slider *slider, int width, int column);

#endif
