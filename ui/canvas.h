/*
 * A canvas: dots finer than cells. Braille gives 2×4 dots a cell, blocks 2×2, ASCII 1×2.
 * Dot (0, 0) is the upper left.
 */
#ifndef UI_CANVAS_H
#define UI_CANVAS_H

#include <stdint.h>

#include "ui/grid.h"

struct canvas {
    int rows, cols;    /* in cells */
    int width, height; /* in dots */
    enum glyph_set glyphs;
    uint8_t *dots;  /* (rows, cols) a bit a dot */
    uint8_t *style; /* (rows, cols) of the last dot that was set there */
};

void canvas_init(struct canvas *canvas, int rows, int cols, enum glyph_set glyphs);
void canvas_done(struct canvas *canvas);

void canvas_dot(struct canvas *canvas, int x, int y, enum style style); /* clipped */
void canvas_line(struct canvas *canvas, int x0, int y0, int x1, int y1, enum style style);

/* Draws the cells that have dots with their upper left at (row, col). */
void canvas_draw(const struct canvas *canvas, struct grid *grid, int row, int col);

#endif
