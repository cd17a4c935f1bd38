/*
 * A screen with nothing but a slider, for the tests of the terminal: what the frame does with keys,
 * mouse, signals and sizes shows in one line. Options: --script FILE, --no-colour.
 */
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "ui/app.h"
#include "ui/input.h"
#include "ui/slider.h"

struct demo {
    struct slider slider;
    int before; /* the value when the drag began */
    int events;
};

static int demo_open(struct view *view, struct error *err)
{
    struct demo *demo = NEW(struct demo, 1);

    (void)err;
    demo->slider.most = 1000;
    view->state = demo;
    return 0;
}

static void demo_close(struct view *view)
{
    free(view->state);
}

static void demo_title(struct view *view, char *text, size_t size)
{
    (void)view;
    snprintf(text, size, "demo");
}

static void demo_draw(struct view *view, struct grid *grid)
{
    struct demo *demo = view->state;
    struct rect in = view->layout.inside[PART_THRESHOLD];

    grid_frame(grid, view->layout.frame[PART_THRESHOLD], "Threshold");
    grid_print(grid, in.row, in.col, in.cols, STYLE_VALUE, "value=%d events=%d size=%dx%d",
               demo->slider.value, demo->events, grid->cols, grid->rows);
    slider_draw(&demo->slider, grid, in.row + 1, in.col, in.cols);
}

static bool demo_event(struct view *view, const struct event *event, enum action action)
{
    struct demo *demo = view->state;
    struct rect in = view->layout.inside[PART_THRESHOLD];
    const struct mouse_event *mouse = &event->mouse;

    demo->events++;
    if (event->kind == EVENT_MOUSE && mouse->kind == MOUSE_CANCEL)
        demo->slider.value = demo->before;
    else if (event->kind == EVENT_MOUSE && mouse->from_row == in.row + 1) {
        if (mouse->kind == MOUSE_PRESS)
            demo->before = demo->slider.value;
        demo->slider.value = slider_value_at(&demo->slider, in.cols, mouse->col - in.col);
    } else if (action == ACTION_MORE)
        demo->slider.value++;
    else if (action == ACTION_FEWER)
        demo->slider.value--;
    else
        return false;
    return true;
}

static const struct view_ops demo_view = {
    .screen = SCREEN_PRUNE,
    .open = demo_open,
    .close = demo_close,
    .title = demo_title,
    .draw = demo_draw,
    .event = demo_event,
};

int main(int argc, char **argv)
{
    static const struct view_ops *const all[] = {&demo_view, NULL};
    struct app_views views = {all, SCREEN_PRUNE};
    struct term_options options = {.mouse = true, .colour = true};
    struct scene scene = {.store_name = "none"};
    struct front *front;
    struct error err = {0};
    const char *script = NULL;
    int code;

    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--no-colour") == 0)
            options.colour = false;
        else if (strcmp(argv[i], "--script") == 0 && i + 1 < argc)
            script = argv[++i];
    code = script ? front_open_script(script, 24, 80, GLYPHS_UTF8, &front, &err)
                  : front_open_terminal(&options, &front, &err);
    if (!code) {
        code = app_run(front, &scene, &views, &err);
        front->ops->close(front);
    }
    if (code)
        fprintf(stderr, "demo: %s\n", err.text);
    if (input_signal()) {
        signal(input_signal(), SIG_DFL);
        raise(input_signal());
    }
    return code;
}
