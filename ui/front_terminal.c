#include "ui/front.h"

#include <stdlib.h>

#include "base/memory.h"
#include "ui/input.h"
#include "ui/paint.h"
#include "ui/wake.h"

static void terminal_size(struct front *front, int *rows, int *cols)
{
    (void)front;
    term_size(rows, cols);
}

static bool terminal_next(struct front *front, double seconds, struct event *event)
{
    (void)front;
    return input_next(seconds, event);
}

static void terminal_show(struct front *front, const struct grid *grid)
{
    (void)front;
    paint_grid(grid);
}

static void terminal_set_mouse(struct front *front, bool on)
{
    (void)front;
    term_mouse(on);
}

static bool terminal_swap_background(struct front *front)
{
    (void)front;
    return paint_swap_background();
}

static void terminal_copy(struct front *front, const char *text)
{
    (void)front;
    term_copy(text);
}

static void terminal_redraw(struct front *front)
{
    (void)front;
    term_redraw();
}

static void terminal_suspend(struct front *front)
{
    (void)front;
    term_suspend();
}

static void terminal_resume(struct front *front)
{
    (void)front;
    term_resume();
}

static void terminal_close(struct front *front)
{
    term_close();
    wake_close();
    free(front);
}

static const struct front_ops terminal_ops = {
    .size = terminal_size,
    .next = terminal_next,
    .show = terminal_show,
    .set_mouse = terminal_set_mouse,
    .swap_background = terminal_swap_background,
    .copy = terminal_copy,
    .redraw = terminal_redraw,
    .suspend = terminal_suspend,
    .resume = terminal_resume,
    .close = terminal_close,
};

int front_open_terminal(const struct term_options *options, struct front **front, struct error *err)
{
    int code = term_open(options, err);

    if (code)
        return code;
    code = wake_open(err); /* after curses, which would take these signals otherwise */
    if (code) {
        term_close();
        return code;
    }
    input_open();
    *front = NEW(struct front, 1);
    (*front)->ops = &terminal_ops;
    (*front)->glyphs = term_glyphs();
    (*front)->wake_fd = wake_end();
    return 0;
}
