#include "ui/layout.h"

enum { FRAME = 2, HEAD = 1 }; /* lines: borders above and below, the head of a table */

static void set(struct layout *layout, enum part part, int row, int col, int rows, int cols)
{
    layout->frame[part] = (struct rect){row, col, rows, cols};
    layout->inside[part] = rect_inside(layout->frame[part]);
}

/* Two panels side by side that share a border; the left one is `left` columns wide. */
static void pair(struct layout *layout, enum part a, enum part b, int row, int rows, int left,
                 int cols)
{
    set(layout, a, row, 0, rows, left);
    set(layout, b, row, left - 1, rows, cols - left + 1);
}

/* The table, and below it what is known of the chosen run. */
static void layout_runs(struct layout *layout, int row, int rows, int cols)
{
    int detail = rows >= 18 ? rows >= 40 ? 12 : 7 : 0;

    set(layout, PART_LIST, row, 0, rows - (detail ? detail - 1 : 0), cols);
    if (detail)
        set(layout, PART_DETAIL, row + rows - detail, 0, detail, cols);
}

/* The state on top, then the curves beside each other and the histogram; small ones lose the
 * histogram, then the second curve. */
static void layout_train(struct layout *layout, int row, int rows, int cols)
{
    int state = rows >= 20 ? 7 : 6;
    int rest_row = row + state - 1, rest = rows - state + 1;
    int half = (cols + 1) / 2;

    set(layout, PART_STATE, row, 0, state, cols);
    if (rest >= 16) {
        int upper = rest / 2 + 1;
        pair(layout, PART_LOSS, PART_ACCURACY, rest_row, upper, half, cols);
        set(layout, PART_GAMMA, rest_row + upper - 1, 0, rest - upper + 1, cols);
    } else
        pair(layout, PART_LOSS, PART_ACCURACY, rest_row, rest, half, cols);
}

static int at_least(int a, int b)
{
    return a > b ? a : b;
}

/* The threshold on top; layers and savings below; between them, where there is room, the
 * histogram and the curve. */
static void layout_prune(struct layout *layout, int row, int rows, int cols, int lines)
{
    enum { SAVINGS = 8 }; /* lines, at most */
    int top = 7;
    int half = cols >= 100 ? cols * 9 / 20 : (cols + 1) / 2;
    int rest_row = row + top - 1, rest = rows - top + 1;
    int lower = at_least(lines, SAVINGS) + FRAME;
    int middle = rest >= 15 ? at_least(rest * 9 / 20, rest - lower + 1) : 0;

    set(layout, PART_THRESHOLD, row, 0, top, cols);
    if (middle) {
        pair(layout, PART_HISTOGRAM, PART_CURVE, rest_row, middle, half, cols);
        rest_row += middle - 1;
        rest -= middle - 1;
    }
    pair(layout, PART_LAYERS, PART_SAVINGS, rest_row, rest, half, cols);
}

/* The state on top; below it the map of the epochs over the histogram, on one axis; beside them, on
 * wide terminals, how the mask changes. */
static void layout_gamma(struct layout *layout, int row, int rows, int cols, int lines)
{
    int state = 5, rest_row = row + state - 1, rest = rows - state + 1;
    int left = cols >= 110 ? cols * 2 / 3 : cols;
    int map = rest >= 14 ? rest / 2 : 0;

    if (map - FRAME > lines) /* each epoch has equally many rows */
        map -= (map - FRAME) % lines;
    set(layout, PART_STATE, row, 0, state, cols);
    if (left < cols)
        set(layout, PART_CURVE, rest_row, left - 1, rest, cols - left + 1);
    if (map) {
        set(layout, PART_MAP, rest_row, 0, map, left);
        rest_row += map - 1;
        rest -= map - 1;
    }
    set(layout, PART_HISTOGRAM, rest_row, 0, rest, left);
}

/* The curves, and below them the table at one budget. */
static void layout_compare(struct layout *layout, int row, int rows, int cols, int lines)
{
    int curve = at_least(rows * 3 / 5, rows - (HEAD + lines + FRAME) + 1);

    set(layout, PART_CURVE, row, 0, curve, cols);
    set(layout, PART_LIST, row + curve - 1, 0, rows - curve + 1, cols);
}

/* The queue; below it the chosen job; at the foot, where there is room, what the workers say. */
static void layout_jobs(struct layout *layout, int row, int rows, int cols, int lines)
{
    int detail = 5, rest = rows - (detail - 1) + 1;
    int log = rows >= 20 ? at_least(rows / 4, rest - (HEAD + lines + FRAME)) : 0;
    int list = rows - (detail - 1) - (log ? log - 1 : 0);

    set(layout, PART_LIST, row, 0, list, cols);
    set(layout, PART_DETAIL, row + list - 1, 0, detail, cols);
    if (log)
        set(layout, PART_LOG, row + rows - log, 0, log, cols);
}

bool layout_make(enum screen screen, int rows, int cols, int lines, struct layout *layout)
{
    *layout = (struct layout){0};
    if (rows < LAYOUT_MIN_ROWS || cols < LAYOUT_MIN_COLS)
        return false;
    layout->frame[PART_HEAD] = layout->inside[PART_HEAD] = (struct rect){0, 0, 1, cols};
    layout->frame[PART_FOOT] = layout->inside[PART_FOOT] = (struct rect){rows - 1, 0, 1, cols};
    lines = at_least(lines, 1);
    switch (screen) {
    case SCREEN_RUNS: layout_runs(layout, 1, rows - 2, cols); break;
    case SCREEN_TRAIN: layout_train(layout, 1, rows - 2, cols); break;
    case SCREEN_PRUNE: layout_prune(layout, 1, rows - 2, cols, lines); break;
    case SCREEN_GAMMA: layout_gamma(layout, 1, rows - 2, cols, lines); break;
    case SCREEN_JOBS: layout_jobs(layout, 1, rows - 2, cols, lines); break;
    case SCREEN_COMPARE: layout_compare(layout, 1, rows - 2, cols, lines); break;
    case SCREEN_NONE: break;
    }
    return true;
}

struct rect layout_body(const struct layout *layout)
{
    int foot = layout->frame[PART_FOOT].row;

    return (struct rect){1, 0, foot > 1 ? foot - 1 : 0, layout->frame[PART_HEAD].cols};
}

bool layout_has(const struct layout *layout, enum part part)
{
    return layout->frame[part].rows > 0;
}

enum part layout_find(const struct layout *layout, int row, int col)
{
    for (int part = 0; part < PARTS; part++)
        if (rect_has(layout->inside[part], row, col))
            return (enum part)part;
    return PARTS;
}
