#include "ui/paint.h"

#include <curses.h>
#include <langinfo.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static attr_t attributes[STYLES];
static bool unicode, light;
static int colours;

/* Terminals that set COLORFGBG say their background last: 7 and 15 are light. */
static bool background_is_light(void)
{
    const char *named = getenv("COLORFGBG");
    const char *last = named ? strrchr(named, ';') : NULL;

    return last && (text_equal(last, ";7") || text_equal(last, ";15"));
}

static void set_looks(void)
{
    for (int style = 0; style < STYLES; style++) {
        struct look look = style_look((enum style)style, colours, light);
        attributes[style] = (look.attributes & STYLE_BOLD ? A_BOLD : 0) |
                            (look.attributes & STYLE_REVERSE ? A_REVERSE : 0) |
                            (look.attributes & STYLE_UNDERLINE ? A_UNDERLINE : 0);
        if (colours)
            init_pair((short)(style + 1), (short)look.colour, -1);
    }
}

void paint_open(bool colour)
{
    unicode = text_equal(nl_langinfo(CODESET), "UTF-8");
    light = background_is_light();
    colours = 0;
    if (colour && has_colors() && start_color() == OK) {
        use_default_colors();
        colours = COLOR_PAIRS > STYLES ? COLORS : 0;
    }
    set_looks();
}

bool paint_swap_background(void)
{
    light = !light;
    set_looks();
    return light;
}

static void paint_cell(const struct cell *cell, int row, int col)
{
    uint32_t rune = unicode || cell->rune < 0x80 ? cell->rune : '?';
    wchar_t text[3] = {(wchar_t)rune, unicode ? (wchar_t)cell->mark : 0, 0};
    cchar_t complex;

    if (setcchar(&complex, text, attributes[cell->style], (short)(cell->style + 1), NULL) == OK)
        mvadd_wch(row, col, &complex);
}

void paint_grid(const struct grid *grid)
{
    for (int row = 0; row < grid->rows && row < LINES; row++)
        for (int col = 0; col < grid->cols && col < COLS; col++) {
            const struct cell *cell = &grid->cell[row * grid->cols + col];
            if (cell->rune)
                paint_cell(cell, row, col);
        }
    refresh();
}
