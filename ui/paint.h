/* The grid on the terminal; curses sends what has changed. */
#ifndef UI_PAINT_H
#define UI_PAINT_H

#include <stdbool.h>

#include "ui/grid.h"

/* Prepares the styles' colours, as many as the terminal has; none if not `colour`. */
void paint_open(bool colour);

void paint_grid(const struct grid *grid);

/* Colours for the other kind of background; true: they are now for a light one. */
bool paint_swap_background(void);

#endif
