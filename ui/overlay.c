#include "ui/overlay.h"

enum { KEYS_WIDTH = 14, HELP_WIDTH = 84 };

/* The lines of the help: the keys of this screen, a gap (ACTION_NONE), those of every screen. */
static int list_actions(enum screen screen, enum action list[ACTIONS + 1])
{
    char keys[64];
    int count = 0;

    for (int general = 0; general < 2; general++) {
        if (general)
            list[count++] = ACTION_NONE;
        for (int action = 1; action < ACTIONS; action++)
            if (keymap_is_general((enum action)action) == general &&
                keymap_describe(screen, (enum action)action, keys, sizeof keys))
                list[count++] = (enum action)action;
    }
    return count;
}

static struct rect help_frame(const struct grid *grid, int lines)
{
    int cols = grid->cols - 4 < HELP_WIDTH ? grid->cols - 4 : HELP_WIDTH;
    int rows = grid->rows - 2 < lines + 2 ? grid->rows - 2 : lines + 2;

    return (struct rect){(grid->rows - rows) / 2, (grid->cols - cols) / 2, rows, cols};
}

enum action help_action(const struct grid *grid, enum screen screen, int top, int row, int col)
{
    enum action list[ACTIONS + 1];
    int lines = list_actions(screen, list);
    struct rect in = rect_inside(help_frame(grid, lines));
    int at = top + row - in.row;

    return rect_has(in, row, col) && at < lines ? list[at] : ACTION_NONE;
}

void help_draw(struct grid *grid, enum screen screen, int *top)
{
    enum action list[ACTIONS + 1];
    char keys[64];
    int lines = list_actions(screen, list);
    struct rect frame = help_frame(grid, lines), in = rect_inside(frame);

    if (*top > lines - in.rows)
        *top = lines - in.rows;
    if (*top < 0)
        *top = 0;
    grid_fill(grid, frame, ' ', STYLE_TEXT);
    grid_frame(grid, frame,
               lines > in.rows ? "Keys (↑↓ for more, any other closes; a press on a line does it)"
                               : "Keys (any key closes, a press on a line does it)");
    for (int i = 0; i < in.rows && *top + i < lines; i++) {
        const char *help = keymap_describe(screen, list[*top + i], keys, sizeof keys);
        if (!help)
            continue;
        grid_text(grid, in.row + i, in.col + 1, KEYS_WIDTH - 2, STYLE_KEY, keys);
        grid_text(grid, in.row + i, in.col + KEYS_WIDTH, in.cols - KEYS_WIDTH - 1, STYLE_TEXT,
                  help);
    }
}
