#include "ui/overlay.h"

enum { KEYS_WIDTH = 14, HELP_WIDTH = 84 };

void help_draw(struct grid *grid, enum screen screen, int *top)
{
    char keys[64];
    int lines = 0, line = 0;

    for (int action = 1; action < ACTIONS; action++)
        lines += keymap_describe(screen, (enum action)action, keys, sizeof keys) != NULL;
    int cols = grid->cols - 4 < HELP_WIDTH ? grid->cols - 4 : HELP_WIDTH;
    int rows = grid->rows - 2 < lines + 2 ? grid->rows - 2 : lines + 2;
    struct rect frame = {(grid->rows - rows) / 2, (grid->cols - cols) / 2, rows, cols};
    struct rect in = rect_inside(frame);
    if (*top > lines - in.rows)
        *top = lines - in.rows;
    if (*top < 0)
        *top = 0;
    grid_fill(grid, frame, ' ', STYLE_TEXT);
    grid_frame(grid, frame,
               lines > in.rows ? "Keys (↑↓ for more, any other closes)" : "Keys (any key closes)");
    for (int action = 1; action < ACTIONS; action++) {
        const char *help = keymap_describe(screen, (enum action)action, keys, sizeof keys);
        if (!help)
            continue;
        int row = in.row + line++ - *top;
        if (row < in.row || row >= in.row + in.rows)
            continue;
        grid_text(grid, row, in.col + 1, KEYS_WIDTH - 2, STYLE_KEY, keys);
        grid_text(grid, row, in.col + KEYS_WIDTH, in.cols - KEYS_WIDTH - 1, STYLE_TEXT, help);
    }
}
