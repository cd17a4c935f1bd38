#include "ui/canvas.h"

#include <stdlib.h>

#include "base/memory.h"

/* Dots of a cell: how many, and the bit of each (row, column) in the character's code. */
static const struct {
    int across, down;
    uint8_t bit[4][2];
} kinds[GLYPH_SETS] = {
    [GLYPHS_UTF8] = {2, 4, {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}}},
    [GLYPHS_BLOCK] = {2, 2, {{1, 2}, {4, 8}}},
    [GLYPHS_ASCII] = {1, 2, {{1}, {2}}},
};

/* Quadrants by bits: 1 upper left, 2 upper right, 4 lower left, 8 lower right. */
static const uint32_t quadrants[16] = {U' ', U'▘', U'▝', U'▀', U'▖', U'▌', U'▞', U'▛',
                                       U'▗', U'▚', U'▐', U'▜', U'▄', U'▙', U'▟', U'█'};
static const uint32_t halves[4] = {U' ', U'\'', U'.', U':'};

void canvas_init(struct canvas *canvas, int rows, int cols, enum glyph_set glyphs)
{
    rows = rows > 0 ? rows : 0;
    cols = cols > 0 ? cols : 0;
    size_t cells = (size_t)rows * (size_t)cols;
    *canvas = (struct canvas){
        .rows = rows,
        .cols = cols,
        .width = cols * kinds[glyphs].across,
        .height = rows * kinds[glyphs].down,
        .glyphs = glyphs,
        .dots = NEW(uint8_t, cells + 1),
        .style = NEW(uint8_t, cells + 1),
    };
}

void canvas_done(struct canvas *canvas)
{
    free(canvas->dots);
    free(canvas->style);
    canvas->dots = canvas->style = NULL;
}

void canvas_dot(struct canvas *canvas, int x, int y, enum style style)
{
    int across = kinds[canvas->glyphs].across, down = kinds[canvas->glyphs].down;

    if (x < 0 || y < 0 || x >= canvas->width || y >= canvas->height)
        return;
    int cell = y / down * canvas->cols + x / across;
    canvas->dots[cell] |= kinds[canvas->glyphs].bit[y % down][x % across];
    canvas->style[cell] = (uint8_t)style;
}

/* Bresenham's line. */
void canvas_line(struct canvas *canvas, int x0, int y0, int x1, int y1, enum style style)
{
    int dx = abs(x1 - x0), dy = -abs(y1 - y0);
    int step_x = x0 < x1 ? 1 : -1, step_y = y0 < y1 ? 1 : -1;
    int rest = dx + dy;

    for (;;) {
        canvas_dot(canvas, x0, y0, style);
        if (x0 == x1 && y0 == y1)
            return;
        int twice = 2 * rest;
        if (twice >= dy) {
            rest += dy;
            x0 += step_x;
        }
        if (twice <= dx) {
            rest += dx;
            y0 += step_y;
        }
    }
}

static uint32_t cell_rune(enum glyph_set glyphs, uint8_t dots)
{
    return glyphs == GLYPHS_UTF8    ? 0x2800U + dots
           : glyphs == GLYPHS_BLOCK ? quadrants[dots & 15]
                                    : halves[dots & 3];
}

void canvas_draw(const struct canvas *canvas, struct grid *grid, int row, int col)
{
    for (int r = 0; r < canvas->rows; r++)
        for (int c = 0; c < canvas->cols; c++) {
            int cell = r * canvas->cols + c;
            if (canvas->dots[cell])
                grid_put(grid, row + r, col + c, cell_rune(canvas->glyphs, canvas->dots[cell]),
                         canvas->style[cell]);
        }
}
