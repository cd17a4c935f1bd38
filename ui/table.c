#include "ui/table.h"

#include "ui/plot.h"
#include "ui/remember.h"

enum { GAP = 1, GUTTER = 2 }; /* columns between cells, and before them for pointer and mark */

/* Widths of the columns that fit in `width`; 0 for those that do not. */
static void fit_columns(const struct table *table, int width, int widths[TABLE_COLUMNS_MAX])
{
    int grower = -1, used = 0, worst;

    for (int i = 0; i < table->columns; i++) {
        widths[i] = table->column[i].width;
        used += widths[i] + GAP;
    }
    while (used > width) {
        worst = -1;
        for (int i = 0; i < table->columns; i++)
            if (widths[i] && (worst < 0 || table->column[i].rank >= table->column[worst].rank))
                worst = i;
        if (worst < 0 || used == widths[worst] + GAP)
            break; /* the last one stays, cut */
        used -= widths[worst] + GAP;
        widths[worst] = 0;
    }
    for (int i = 0; i < table->columns; i++)
        if (widths[i] && table->column[i].grows)
            grower = i;
    if (grower >= 0 && used < width)
        widths[grower] += width - used;
}

/* The same, and keeps in mind which are out of sight. */
static void place_columns(struct table *table, int width, int widths[TABLE_COLUMNS_MAX])
{
    fit_columns(table, width, widths);
    table->hidden = 0;
    for (int i = 0; i < table->columns; i++)
        table->hidden |= widths[i] ? 0 : 1U << i;
}

static void draw_head(const struct table *table, struct grid *grid, struct rect rect,
                      const int *widths)
{
    int col = rect.col + GUTTER;

    for (int i = 0; i < table->columns; i++) {
        const struct table_column *column = &table->column[i];
        int sign = i == table->sort ? 1 : 0;
        if (!widths[i])
            continue;
        if (column->right)
            grid_print_right(grid, rect.row, col, widths[i] - sign, STYLE_HEAD, "%s",
                             column->title);
        else
            grid_text(grid, rect.row, col, widths[i] - sign, STYLE_HEAD, column->title);
        if (sign) {
            int title = grid_text_width(grid, column->title);
            int at = column->right || title > widths[i] - 1 ? widths[i] - 1 : title;
            grid_sign(grid, rect.row, col + at, table->reverse ? GLYPH_SORT_DOWN : GLYPH_SORT_UP,
                      STYLE_HEAD);
        }
        col += widths[i] + GAP;
    }
}

static void draw_row(const struct table *table, struct grid *grid, struct rect rect, int line,
                     int row, const int *widths)
{
    int col = rect.col + GUTTER;

    for (int i = 0; i < table->columns; i++) {
        char text[512] = "";
        enum style style = STYLE_TEXT;
        if (!widths[i])
            continue;
        table->ops->cell(table->context, row, i, text, sizeof text, &style);
        if (table->column[i].right)
            grid_print_right(grid, line, col, widths[i], style, "%s", text);
        else
            grid_text(grid, line, col, widths[i], style, text);
        col += widths[i] + GAP;
    }
    if (row == table->cursor) {
        grid_restyle(grid, (struct rect){line, rect.col, 1, rect.cols}, STYLE_CURSOR);
        grid_sign(grid, line, rect.col, GLYPH_POINTER, STYLE_CURSOR);
    }
    if (table->ops->marked && table->ops->marked(table->context, row))
        grid_sign(grid, line, rect.col + 1, GLYPH_MARK,
                  row == table->cursor ? STYLE_CURSOR : STYLE_SELECTED);
}

static void scroll(struct table *table, int page)
{
    if (table->cursor >= table->rows)
        table->cursor = table->rows - 1;
    if (table->cursor < 0)
        table->cursor = 0;
    if (table->top > table->rows - page)
        table->top = table->rows - page;
    if (table->top > table->cursor)
        table->top = table->cursor;
    if (table->cursor >= table->top + page)
        table->top = table->cursor - page + 1;
    if (table->top < 0)
        table->top = 0;
}

void table_draw(struct table *table, struct grid *grid, struct rect rect)
{
    int widths[TABLE_COLUMNS_MAX] = {0};
    int page = rect.rows - 1;

    if (page < 1)
        return;
    place_columns(table, rect.cols - GUTTER, widths);
    scroll(table, page);
    draw_head(table, grid, rect, widths);
    for (int i = 0; i < page && table->top + i < table->rows; i++)
        draw_row(table, grid, rect, rect.row + 1 + i, table->top + i, widths);
    struct rect body = {rect.row + 1, rect.col, page, rect.cols};
    scrollbar_draw(grid, body, table->rows, table->top);
}

bool table_act(struct table *table, enum action action, int page)
{
    switch (action) {
    case ACTION_UP: table->cursor--; break;
    case ACTION_DOWN: table->cursor++; break;
    case ACTION_PAGE_UP: table->cursor -= page; break;
    case ACTION_PAGE_DOWN: table->cursor += page; break;
    case ACTION_FIRST: table->cursor = 0; break;
    case ACTION_LAST: table->cursor = table->rows - 1; break;
    default: return false;
    }
    scroll(table, page > 0 ? page : 1);
    return true;
}

bool table_mouse(struct table *table, const struct mouse_event *mouse, struct rect rect,
                 int *column)
{
    int widths[TABLE_COLUMNS_MAX] = {0};
    int page = rect.rows - 1;

    *column = -1;
    if (!rect_has(rect, mouse->row, mouse->col))
        return false;
    if (mouse->kind == MOUSE_WHEEL_UP || mouse->kind == MOUSE_WHEEL_DOWN)
        return table_act(table, mouse->kind == MOUSE_WHEEL_UP ? ACTION_UP : ACTION_DOWN, page);
    if (mouse->kind != MOUSE_PRESS)
        return false;
    int row = table->top + mouse->row - rect.row - 1;
    if (mouse->row > rect.row) {
        if (row < table->rows)
            table->cursor = row;
        return row < table->rows;
    }
    fit_columns(table, rect.cols - GUTTER, widths);
    int col = rect.col + GUTTER;
    for (int i = 0; i < table->columns; i++) {
        if (widths[i] && mouse->col >= col && mouse->col < col + widths[i])
            *column = i;
        col += widths[i] ? widths[i] + GAP : 0;
    }
    return *column >= 0;
}

/* --- the order ------------------------------------------------------------------------------- */

void table_sort_next(struct table *table, int step)
{
    int column = table->sort;

    for (int i = 0; i < table->columns; i++) {
        column = (column + step + table->columns) % table->columns;
        if (!(table->hidden & 1U << column))
            break;
    }
    table->sort = column;
}

bool table_sort_by(struct table *table, const char *key)
{
    for (int i = 0; i < table->columns; i++)
        if (text_equal(table->column[i].key, key)) {
            table->reverse = table->sort == i && !table->reverse;
            table->sort = i;
            return true;
        }
    return false;
}

void table_remember(const struct table *table, struct jvalue *settings)
{
    jvalue_set_text(settings, "sort", table->column[table->sort].key);
    jvalue_set_bool(settings, "reverse", table->reverse);
}

void table_recall(struct table *table, const struct jvalue *settings)
{
    if (table_sort_by(table, remembered_text(settings, "sort")))
        table->reverse = remembered_bool(settings, "reverse", false);
}

void table_copy(const struct table *table, int row, struct text *text)
{
    for (int i = 0; i < table->columns; i++) {
        char cell[512] = "";
        enum style style = STYLE_TEXT;
        table->ops->cell(table->context, row, i, cell, sizeof cell, &style);
        text_clean(cell);
        text_add(text, "%s%s", i ? "\t" : "", cell);
    }
}
