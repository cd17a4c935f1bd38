#include "ui/grid.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "ui/utf8.h"

static const struct cell blank = {.rune = ' ', .style = STYLE_TEXT};

void grid_init(struct grid *grid, int rows, int cols, enum glyph_set glyphs)
{
    *grid = (struct grid){.glyphs = glyphs};
    grid_resize(grid, rows, cols);
}

void grid_done(struct grid *grid)
{
    free(grid->cell);
    grid->cell = NULL;
    grid->rows = grid->cols = 0;
}

void grid_resize(struct grid *grid, int rows, int cols)
{
    free(grid->cell);
    grid->rows = rows > 0 ? rows : 1;
    grid->cols = cols > 0 ? cols : 1;
    grid->cell = NEW(struct cell, (size_t)grid->rows * (size_t)grid->cols);
    grid_clear(grid);
}

void grid_clear(struct grid *grid)
{
    for (int i = 0; i < grid->rows * grid->cols; i++)
        grid->cell[i] = blank;
}

struct cell *grid_at(const struct grid *grid, int row, int col)
{
    if (row < 0 || col < 0 || row >= grid->rows || col >= grid->cols)
        return NULL;
    return &grid->cell[row * grid->cols + col];
}

/* Blanks both halves of a wide character of which one is about to be overwritten. */
static void split_wide(struct grid *grid, int row, int col)
{
    struct cell *cell = grid_at(grid, row, col);
    struct cell *right = grid_at(grid, row, col + 1);
    struct cell *left = grid_at(grid, row, col - 1);

    if (cell->rune == 0 && left)
        left->rune = ' ';
    if (right && right->rune == 0)
        right->rune = ' ';
}

static void place(struct grid *grid, int row, int col, uint32_t rune, int width, enum style style)
{
    if (!grid_at(grid, row, col))
        return;
    if (width == 2 && !grid_at(grid, row, col + 1)) {
        rune = ' '; /* its right half would be off the grid */
        width = 1;
    }
    for (int i = 0; i < width; i++) {
        split_wide(grid, row, col + i);
        *grid_at(grid, row, col + i) =
            (struct cell){.rune = i == 0 ? rune : 0, .style = (uint8_t)style};
    }
}

void grid_put(struct grid *grid, int row, int col, uint32_t rune, enum style style)
{
    if (utf8_width(rune) != 1)
        rune = grid->glyphs == GLYPHS_ASCII ? '?' : UTF8_BAD;
    place(grid, row, col, rune, 1, style);
}

void grid_sign(struct grid *grid, int row, int col, enum glyph glyph, enum style style)
{
    place(grid, row, col, glyph_rune(grid->glyphs, glyph), 1, style);
}

/* Reads a text as what the grid will show, spelled out in ASCII where the set demands it. */
struct reader {
    const char *at, *spelling;
    enum glyph_set glyphs;
};

static uint32_t read_rune(struct reader *reader, int *width)
{
    if (reader->spelling && *reader->spelling) {
        *width = 1;
        return (unsigned char)*reader->spelling++;
    }
    uint32_t rune = utf8_next(&reader->at);
    *width = utf8_width(rune);
    if (rune == 0)
        return 0;
    if (*width < 0) {
        *width = 1;
        return '?';
    }
    if (reader->glyphs != GLYPHS_ASCII || rune < 0x80)
        return rune;
    if (*width == 0)
        return read_rune(reader, width); /* ASCII has no combining characters */
    const char *spelling = glyph_spell(rune);
    *width = 1;
    if (!spelling)
        return '?';
    reader->spelling = spelling + 1;
    return (unsigned char)*spelling;
}

int grid_text_width(const struct grid *grid, const char *text)
{
    struct reader reader = {.at = text, .glyphs = grid->glyphs};
    int total = 0, width;

    while (read_rune(&reader, &width))
        total += width;
    return total;
}

int grid_text(struct grid *grid, int row, int col, int width, enum style style, const char *text)
{
    struct reader reader = {.at = text, .glyphs = grid->glyphs};
    bool cut = grid_text_width(grid, text) > width;
    int room = cut ? width - 1 : width;
    int used = 0, columns;
    uint32_t rune;

    if (width <= 0)
        return 0;
    while ((rune = read_rune(&reader, &columns)) != 0 && used + columns <= room) {
        struct cell *before = grid_at(grid, row, col + used - 1);
        if (columns > 0)
            place(grid, row, col + used, rune, columns, style);
        else if (used > 0 && before && before->rune != 0)
            before->mark = rune;
        used += columns;
    }
    if (cut)
        grid_sign(grid, row, col + used++, GLYPH_ELLIPSIS, style);
    return used;
}

/* The bytes of the text that a line of so many columns takes: up to a blank, where there is one. */
static size_t line_length(const struct grid *grid, const char *text, int width)
{
    struct reader reader = {.at = text, .glyphs = grid->glyphs};
    const char *end = text, *gap = NULL;
    int used = 0, columns;

    while (read_rune(&reader, &columns) != 0 && used + columns <= width) {
        used += columns;
        if (reader.spelling && *reader.spelling)
            continue; /* a sign that is spelled out is not broken */
        end = reader.at;
        if (*end == ' ')
            gap = end;
    }
    return (size_t)((*end && gap ? gap : end) - text);
}

void grid_paragraph(struct grid *grid, struct rect rect, enum style style, const char *text)
{
    for (int row = 0; row < rect.rows && *text; row++) {
        char line[512];
        size_t length = line_length(grid, text, rect.cols);
        bool last = row == rect.rows - 1 || length == 0;
        snprintf(line, sizeof line, "%.*s", (int)length, text);
        grid_text(grid, rect.row + row, rect.col, rect.cols, style, last ? text : line);
        text += length;
        text += strspn(text, " ");
        if (last)
            break;
    }
}

int grid_print(struct grid *grid, int row, int col, int width, enum style style, const char *format,
               ...)
{
    char text[1024];
    va_list list;

    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    return grid_text(grid, row, col, width, style, text);
}

int grid_print_right(struct grid *grid, int row, int col, int width, enum style style,
                     const char *format, ...)
{
    char text[1024];
    va_list list;

    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    int taken = grid_text_width(grid, text);
    int indent = taken < width ? width - taken : 0;
    return grid_text(grid, row, col + indent, width - indent, style, text);
}

void line_add(struct line *line, enum style style, const char *format, ...)
{
    char text[1024];
    va_list list;

    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    int room = line->end - line->col;
    line->col += grid_text(line->grid, line->row, line->col, room, style, text);
    if (grid_text_width(line->grid, text) > room)
        line->col = line->end + 1;
}

void line_keep_whole(struct line *line, int from)
{
    if (line->col <= line->end || from >= line->end)
        return;
    grid_fill(line->grid, (struct rect){line->row, from, 1, line->end - from}, ' ', STYLE_TEXT);
    grid_sign(line->grid, line->row, from, GLYPH_ELLIPSIS, STYLE_DIM);
}

void grid_fill(struct grid *grid, struct rect rect, uint32_t rune, enum style style)
{
    for (int row = rect.row; row < rect.row + rect.rows; row++)
        for (int col = rect.col; col < rect.col + rect.cols; col++)
            place(grid, row, col, rune, 1, style);
}

void grid_restyle(struct grid *grid, struct rect rect, enum style style)
{
    for (int row = rect.row; row < rect.row + rect.rows; row++)
        for (int col = rect.col; col < rect.col + rect.cols; col++) {
            struct cell *cell = grid_at(grid, row, col);
            if (cell)
                cell->style = (uint8_t)style;
        }
}

static void join_line(struct grid *grid, int row, int col, unsigned lines)
{
    struct cell *cell = grid_at(grid, row, col);

    if (!cell)
        return;
    lines |= cell->lines;
    place(grid, row, col, glyph_rune(grid->glyphs, GLYPH_LINE_0 + lines), 1, STYLE_BORDER);
    cell->lines = (uint8_t)lines;
}

void grid_frame(struct grid *grid, struct rect rect, const char *title)
{
    enum { UP = 1, RIGHT = 2, DOWN = 4, LEFT = 8 };
    int bottom = rect.row + rect.rows - 1, right = rect.col + rect.cols - 1;

    if (rect.rows < 2 || rect.cols < 2)
        return;
    for (int col = rect.col; col <= right; col++) {
        unsigned along = (col > rect.col ? LEFT : 0U) | (col < right ? RIGHT : 0U);
        bool corner = col == rect.col || col == right;
        join_line(grid, rect.row, col, along | (corner ? DOWN : 0U));
        join_line(grid, bottom, col, along | (corner ? UP : 0U));
    }
    for (int row = rect.row + 1; row < bottom; row++) {
        join_line(grid, row, rect.col, UP | DOWN);
        join_line(grid, row, right, UP | DOWN);
    }
    if (*title && rect.cols > 6) {
        int used = grid_text(grid, rect.row, rect.col + 2, rect.cols - 5, STYLE_TITLE, title);
        grid_put(grid, rect.row, rect.col + 1, ' ', STYLE_TITLE);
        grid_put(grid, rect.row, rect.col + 2 + used, ' ', STYLE_TITLE);
    }
}

struct rect rect_inside(struct rect frame)
{
    return (struct rect){frame.row + 1, frame.col + 1, frame.rows - 2, frame.cols - 2};
}

bool rect_has(struct rect rect, int row, int col)
{
    return row >= rect.row && row < rect.row + rect.rows && col >= rect.col &&
           col < rect.col + rect.cols;
}

char *grid_dump(const struct grid *grid)
{
    struct text text = {0};

    for (int row = 0; row < grid->rows; row++) {
        const struct cell *line = &grid->cell[row * grid->cols];
        int end = grid->cols;
        while (end > 0 && line[end - 1].rune == ' ')
            end--;
        for (int col = 0; col < end; col++) {
            char bytes[5];
            if (line[col].rune)
                text_add_bytes(&text, bytes, utf8_encode(line[col].rune, bytes));
            if (line[col].mark)
                text_add_bytes(&text, bytes, utf8_encode(line[col].mark, bytes));
        }
        text_add_bytes(&text, "\n", 1);
    }
    return text_take(&text);
}

char *grid_dump_styles(const struct grid *grid)
{
    struct text text = {0};

    for (int row = 0; row < grid->rows; row++) {
        const struct cell *line = &grid->cell[row * grid->cols];
        int end = grid->cols;
        while (end > 0 && line[end - 1].style == STYLE_TEXT)
            end--;
        for (int col = 0; col < end; col++) {
            char letter = style_letter(line[col].style);
            text_add_bytes(&text, &letter, 1);
        }
        text_add_bytes(&text, "\n", 1);
    }
    return text_take(&text);
}
