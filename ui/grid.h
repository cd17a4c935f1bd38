/*
 * The grid: a screen as rows of cells, each a character and a style. Everything that is seen is
 * drawn into one; what a grid holds is painted on a terminal (paint.h) or written as text.
 *
 * Drawing outside the grid is clipped. Text is UTF-8 from anywhere: bad bytes become U+FFFD,
 * controls '?'; nothing in a grid can move a terminal's cursor.
 */
#ifndef UI_GRID_H
#define UI_GRID_H

#include <stdbool.h>
#include <stdint.h>

#include "ui/glyph.h"
#include "ui/style.h"

struct rect {
    int row, col, rows, cols;
};

struct cell {
    uint32_t rune; /* 0: the right half of the wide character before */
    uint32_t mark; /* a combining character, or 0 */
    uint8_t style; /* enum style */
    uint8_t lines; /* of a border: the directions that meet here (GLYPH_LINE_0 + lines) */
};

struct grid {
    int rows, cols;
    enum glyph_set glyphs;
    struct cell *cell; /* (rows, cols) */
};

/* A grid of spaces; grid_done frees it. */
void grid_init(struct grid *grid, int rows, int cols, enum glyph_set glyphs);
void grid_done(struct grid *grid);
void grid_resize(struct grid *grid, int rows, int cols); /* and clears */
void grid_clear(struct grid *grid);

/* The cell at a place, NULL outside. */
struct cell *grid_at(const struct grid *grid, int row, int col);

/* One character of one column; what would need another width becomes U+FFFD. */
void grid_put(struct grid *grid, int row, int col, uint32_t rune, enum style style);
void grid_sign(struct grid *grid, int row, int col, enum glyph glyph, enum style style);

/* Text in at most `width` columns; where it is cut an ellipsis stands last. Returns the columns it
 * took. In the ASCII set, signs that our texts use are spelled out ("≤" is "<="). */
int grid_text(struct grid *grid, int row, int col, int width, enum style style, const char *text);
int grid_print(struct grid *grid, int row, int col, int width, enum style style, const char *format,
               ...) __attribute__((format(printf, 6, 7)));
/* A text over as many lines as `rect` has, broken at blanks; in the last one what is too long is
 * cut. */
void grid_paragraph(struct grid *grid, struct rect rect, enum style style, const char *text);

/* As grid_print, but the text ends at the right of the `width` columns. */
int grid_print_right(struct grid *grid, int row, int col, int width, enum style style,
                     const char *format, ...) __attribute__((format(printf, 6, 7)));

/* A line that is written in pieces, from `col` to before `end`; where one had no room, `col` is
 * behind `end`. */
struct line {
    struct grid *grid;
    int row, col, end;
};
void line_add(struct line *line, enum style style, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Keeps what was added from column `from` on whole or not at all: where it was cut, an ellipsis
 * stands in its place, and the line is full. */
void line_keep_whole(struct line *line, int from);

/* Columns that a text takes in this grid's glyph set. */
int grid_text_width(const struct grid *grid, const char *text);

void grid_fill(struct grid *grid, struct rect rect, uint32_t rune, enum style style);
/* Gives what stands in `rect` another style. */
void grid_restyle(struct grid *grid, struct rect rect, enum style style);

/* A border with a title in its upper edge ("" for none). Borders that share cells are joined. */
void grid_frame(struct grid *grid, struct rect rect, const char *title);

/* The inside of a frame. */
struct rect rect_inside(struct rect frame);
bool rect_has(struct rect rect, int row, int col);

/* The grid as text: `rows` lines without trailing blanks, none wider than `cols` columns; and its
 * styles, a letter a column. The caller frees. */
char *grid_dump(const struct grid *grid);
char *grid_dump_styles(const struct grid *grid);

#endif
