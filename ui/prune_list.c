#include "ui/prune_list.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "ui/plot.h"
#include "ui/say.h"

static const char *const tabs[PRUNE_TABS] = {"Layers", "Marks", "Sensitivity"};

enum { TAB_COL = 2, TAB_GAP = 2, SENSE_HEAD = 2, STATE = 6 };

/* --- where things stand ---------------------------------------------------------------------- */

static int rows_of(const struct prune_list *list, const struct prune_shown *shown)
{
    return list->tab == PRUNE_MARKS ? shown->marks->marks : shown->model->gates;
}

/* Layers and their sensitivity share a cursor. */
static enum prune_tab cursor_of(enum prune_tab tab)
{
    return tab == PRUNE_SENSE ? PRUNE_LAYERS : tab;
}

int prune_list_cursor(const struct prune_list *list)
{
    return list->cursor[cursor_of(list->tab)];
}

void prune_list_set_cursor(struct prune_list *list, int row)
{
    list->cursor[cursor_of(list->tab)] = row;
}

/* The rows of the list proper: below its head, where it has one. */
static struct rect body_of(const struct prune_list *list, struct rect frame)
{
    struct rect in = rect_inside(frame);
    int head = list->tab == PRUNE_SENSE ? SENSE_HEAD : 0;

    return (struct rect){in.row + head, in.col, in.rows - head, in.cols};
}

/* Columns of the layers' names, with a gap. */
static int name_columns(const struct prune_model *model, struct rect inside)
{
    int most = inside.cols > 50 ? 16 : 12;

    for (int gate = 0; gate < model->gates; gate++) {
        int length = (int)strlen(preview_gate_name(model->preview, gate)) + 1;
        most = length > most ? length : most;
    }
    return most < inside.cols / 2 ? most : inside.cols / 2;
}

/* The columns of a row of Layers: name, bar (0 columns: no room), figures, and the floor. */
struct columns {
    int name, bar, bar_cols, figures, figures_cols, state;
};

static struct columns layer_columns(const struct prune_shown *shown, struct rect inside)
{
    enum { LEAST_BAR = 4 };
    struct columns at = {.name = name_columns(shown->model, inside),
                         .figures_cols = shown->second ? 16 : 10};

    at.state = inside.col + inside.cols - STATE;
    at.figures = at.state - 1 - at.figures_cols;
    at.bar = inside.col + 1 + at.name;
    at.bar_cols = at.figures - at.bar;
    if (at.bar_cols < LEAST_BAR)
        at.bar_cols = 0;
    return at;
}

/* --- layers ---------------------------------------------------------------------------------- */

static void draw_state(const struct prune_model *model, int gate, struct grid *grid, int row,
                       int col)
{
    int own = model->own[gate];
    enum style style = model->held[gate] ? STYLE_HELD : STYLE_DIM;

    if (own == PRUNE_LOCKED)
        grid_text(grid, row, col, STATE, style, "lock");
    else if (own != PRUNE_NO_FLOOR)
        grid_print(grid, row, col, STATE, style, "≥%d", own);
    else if (model->held[gate])
        grid_text(grid, row, col, STATE, style, "floor");
}

/* The gate of another network with that name, −1: it has none. */
static int find_gate(const struct prune_model *model, const char *name)
{
    for (int g = 0; g < model->gates; g++)
        if (text_equal(preview_gate_name(model->preview, g), name))
            return g;
    return -1;
}

static void draw_figures(const struct prune_shown *shown, int gate, struct grid *grid, int row,
                         const struct columns *at)
{
    const struct prune_model *model = shown->model;
    int all = preview_gate_channels(model->preview, gate);
    int other =
        shown->second ? find_gate(shown->second, preview_gate_name(model->preview, gate)) : -1;

    if (!shown->second)
        grid_print_right(grid, row, at->figures, at->figures_cols, STYLE_TEXT, "%d / %d",
                         model->kept[gate], all);
    else if (other < 0)
        grid_print_right(grid, row, at->figures, at->figures_cols, STYLE_TEXT, "%d · – / %d",
                         model->kept[gate], all);
    else
        grid_print_right(grid, row, at->figures, at->figures_cols, STYLE_TEXT, "%d · %d / %d",
                         model->kept[gate], shown->second->kept[other], all);
}

/* The first column of a bar that a floor leaves free. */
static int floor_column(const struct columns *at, int floor, int all)
{
    int column = all ? (int)lround((double)floor / all * at->bar_cols) : 0;

    return at->bar + (column < at->bar_cols ? column : at->bar_cols - 1);
}

static void draw_layer(const struct prune_shown *shown, int gate, struct grid *grid, int row,
                       struct rect inside)
{
    const struct prune_model *model = shown->model;
    struct columns at = layer_columns(shown, inside);
    int all = preview_gate_channels(model->preview, gate);

    grid_text(grid, row, inside.col + 1, at.name - 1, STYLE_TEXT,
              preview_gate_name(model->preview, gate));
    if (at.bar_cols) {
        double share = all ? (double)model->kept[gate] / all : 0;
        bar_draw(grid, row, at.bar, at.bar_cols, share, STYLE_KEPT, STYLE_PRUNED);
        if (model->own[gate] != PRUNE_NO_FLOOR)
            grid_sign(grid, row, floor_column(&at, prune_model_floor(model, gate), all),
                      GLYPH_SLIDER_KNOB, STYLE_THRESHOLD);
    }
    draw_figures(shown, gate, grid, row, &at);
    draw_state(model, gate, grid, row, at.state);
}

int prune_list_floor_at(const struct prune_shown *shown, struct rect frame, int gate, int col)
{
    struct columns at = layer_columns(shown, rect_inside(frame));
    int all = preview_gate_channels(shown->model->preview, gate);

    if (col <= at.bar || !at.bar_cols)
        return 1;
    if (col >= at.bar + at.bar_cols - 1)
        return all;
    int floor = (int)lround((double)(col - at.bar) / at.bar_cols * all);
    return floor < 1 ? 1 : floor;
}

/* --- marks ----------------------------------------------------------------------------------- */

static void draw_mark(const struct prune_shown *shown, int index, struct grid *grid, int row,
                      struct rect inside)
{
    const struct prune_mark *mark = &shown->marks->mark[index];
    int name = inside.cols / 3;

    grid_text(grid, row, inside.col + 1, name - 1, STYLE_VALUE, mark->name);
    struct line line = {grid, row, inside.col + 1 + name, inside.col + inside.cols - 1};
    line_add(&line, STYLE_TEXT, "%s", say_amount(mark->amount));
    if (mark->epoch != shown->model->epoch[shown->model->epochs - 1].epoch)
        line_add(&line, STYLE_DIM, "  epoch %d", mark->epoch);
}

/* --- sensitivity ----------------------------------------------------------------------------- */

static void draw_progress(const struct prune_sense *sense, struct line line)
{
    int all = sense->gates * PROBE_SHARES;
    char text[40];

    if (sense->on)
        line_add(&line, STYLE_LIVE, " measuring, %d of %d   ", sense->done, all);
    else if (!sense->done)
        line_add(&line, STYLE_DIM, " each layer pruned alone   ");
    else if (sense->done < all)
        line_add(&line, STYLE_WARN, " stopped, %d of %d   ", sense->done, all);
    else
        line_add(&line, STYLE_GOOD, " on %s images   ",
                 say_integer(sense->images, text, sizeof text));
    if (sense->done < all || !sense->done) {
        line_add(&line, STYLE_KEY, "i");
        line_add(&line, STYLE_DIM, sense->on ? " stops" : " measures");
    }
}

/* Where the column of a share ends, and the columns before the first. */
static int sense_width(struct rect inside)
{
    return inside.cols > 50 ? 7 : 5;
}

static int sense_column(struct rect inside, int share)
{
    return inside.col + inside.cols - 1 - (PROBE_SHARES - share) * sense_width(inside);
}

static void draw_sense_head(const struct prune_shown *shown, struct grid *grid, struct rect inside)
{
    draw_progress(shown->sense,
                  (struct line){grid, inside.row, inside.col, inside.col + inside.cols});
    grid_text(grid, inside.row + 1, inside.col + 1, sense_column(inside, 0) - inside.col - 1,
              STYLE_HEAD, "alone");
    for (int s = 0; s < PROBE_SHARES; s++)
        grid_print_right(grid, inside.row + 1, sense_column(inside, s), sense_width(inside),
                         STYLE_HEAD, "−%d%%", probe_share[s]);
}

/* How much is lost, in points of a hundred: what hurts stands out. */
static enum style loss_style(double before, double after)
{
    double lost = 100 * (before - after);

    return isnan(lost) || lost < 1 ? STYLE_GOOD : lost < 5 ? STYLE_TEXT : STYLE_BAD;
}

static void draw_sense(const struct prune_shown *shown, int gate, struct grid *grid, int row,
                       struct rect inside)
{
    const struct prune_sense *sense = shown->sense;
    int name = sense_column(inside, 0) - inside.col - 1;

    grid_text(grid, row, inside.col + 1, name, STYLE_TEXT,
              preview_gate_name(shown->model->preview, gate));
    for (int s = 0; s < PROBE_SHARES && gate < sense->gates; s++) {
        double accuracy = sense->accuracy[gate * PROBE_SHARES + s];
        int col = sense_column(inside, s), width = sense_width(inside);
        if (isnan(accuracy))
            grid_print_right(grid, row, col, width, STYLE_DIM, "·");
        else
            grid_print_right(grid, row, col, width,
                             loss_style(prune_model_before(shown->model), accuracy), "%.1f",
                             100 * accuracy);
    }
}

/* --- the list -------------------------------------------------------------------------------- */

static void draw_title(const struct prune_list *list, struct grid *grid, struct rect frame)
{
    int col = frame.col + TAB_COL, end = frame.col + frame.cols - 2;

    grid_frame(grid, frame, "");
    grid_put(grid, frame.row, col - 1, ' ', STYLE_TITLE);
    for (int tab = 0; tab < PRUNE_TABS && col < end; tab++) {
        enum style style = tab == (int)list->tab ? STYLE_SELECTED : STYLE_DIM;
        if (tab == (int)list->tab)
            grid_sign(grid, frame.row, col - 1, GLYPH_POINTER, STYLE_KEY);
        col += grid_text(grid, frame.row, col, end - col, style, tabs[tab]);
        for (int gap = 0; gap < TAB_GAP && tab + 1 < PRUNE_TABS && col < end; gap++)
            grid_put(grid, frame.row, col++, ' ', STYLE_TITLE);
    }
    grid_put(grid, frame.row, col, ' ', STYLE_TITLE);
}

static void keep_in_sight(struct prune_list *list, int rows, int room)
{
    int *cursor = &list->cursor[cursor_of(list->tab)], *top = &list->top[list->tab];

    *cursor = *cursor >= rows ? rows - 1 : *cursor;
    *cursor = *cursor < 0 ? 0 : *cursor;
    *top = *top > rows - room ? rows - room : *top;
    *top = *cursor < *top ? *cursor : *cursor >= *top + room ? *cursor - room + 1 : *top;
    *top = *top < 0 ? 0 : *top;
}

void prune_list_draw(struct prune_list *list, const struct prune_shown *shown, struct grid *grid,
                     struct rect frame)
{
    static void (*const draw[PRUNE_TABS])(const struct prune_shown *shown, int index,
                                          struct grid *grid, int row,
                                          struct rect inside) = {draw_layer, draw_mark, draw_sense};
    struct rect body = body_of(list, frame);
    int rows = rows_of(list, shown), top;

    draw_title(list, grid, frame);
    keep_in_sight(list, rows, body.rows);
    top = list->top[list->tab];
    if (list->tab == PRUNE_SENSE)
        draw_sense_head(shown, grid, rect_inside(frame));
    if (list->tab == PRUNE_MARKS && rows == 0)
        grid_text(grid, body.row, body.col + 1, body.cols - 2, STYLE_DIM,
                  "none; m marks this place");
    for (int i = 0; i < body.rows && top + i < rows; i++) {
        draw[list->tab](shown, top + i, grid, body.row + i, body);
        if (top + i == prune_list_cursor(list))
            grid_sign(grid, body.row + i, body.col, GLYPH_POINTER, STYLE_KEY);
    }
    scrollbar_draw(grid, body, rows, top);
}

void prune_list_move(struct prune_list *list, const struct prune_shown *shown, int by)
{
    int rows = rows_of(list, shown), *cursor = &list->cursor[cursor_of(list->tab)];

    *cursor += by;
    *cursor = *cursor >= rows ? rows - 1 : *cursor;
    *cursor = *cursor < 0 ? 0 : *cursor;
}

bool prune_list_act(struct prune_list *list, const struct prune_shown *shown, enum action action,
                    struct rect inside)
{
    switch (action) {
    case ACTION_UP: prune_list_move(list, shown, -1); return true;
    case ACTION_DOWN: prune_list_move(list, shown, 1); return true;
    case ACTION_PAGE_UP: prune_list_move(list, shown, -inside.rows); return true;
    case ACTION_PAGE_DOWN: prune_list_move(list, shown, inside.rows); return true;
    case ACTION_LIST: list->tab = (list->tab + 1) % PRUNE_TABS; return true;
    default: return false;
    }
}

/* The tab in a column of the frame's upper edge, −1: none. */
static int find_tab(struct rect frame, int col)
{
    int from = frame.col + TAB_COL;

    for (int tab = 0; tab < PRUNE_TABS; tab++) {
        int length = (int)strlen(tabs[tab]);
        if (col >= from && col < from + length)
            return tab;
        from += length + TAB_GAP;
    }
    return -1;
}

struct prune_hit prune_list_find(const struct prune_list *list, const struct prune_shown *shown,
                                 struct rect frame, int row, int col)
{
    struct rect body = body_of(list, frame);
    int tab = row == frame.row ? find_tab(frame, col) : -1;
    struct prune_hit hit = {PRUNE_NOTHING, list->top[list->tab] + row - body.row};

    if (tab >= 0)
        return (struct prune_hit){PRUNE_TAB, tab};
    if (!rect_has(body, row, col) || hit.index >= rows_of(list, shown))
        return hit;
    struct columns at = layer_columns(shown, body);
    hit.spot = PRUNE_ROW;
    if (list->tab == PRUNE_LAYERS && at.bar_cols && col >= at.bar && col < at.bar + at.bar_cols)
        hit.spot = PRUNE_BAR;
    else if (list->tab == PRUNE_LAYERS && col >= at.state)
        hit.spot = PRUNE_LOCK;
    return hit;
}
