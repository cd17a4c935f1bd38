#include "ui/app.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/stop.h"
#include "base/text.h"
#include "ui/input.h"
#include "ui/overlay.h"
#include "ui/prompt.h"
#include "ui/roster.h"
#include "ui/save.h"

static const double frame_seconds = 0.05; /* between two frames that show only news */
static const double tick_seconds = 0.1;   /* between two looks for news */
static const double message_seconds = 6;  /* that a message stays, unless a key is pressed */

struct app {
    struct front *front; /* NULL: a single frame */
    struct scene *scene;
    struct view view[SCREENS];
    enum screen shown;
    struct grid grid;
    bool leaving;
    bool dirty, news;     /* to draw at once; to draw when its time has come */
    double drawn, looked; /* when it was last drawn; when views were last asked for news */
    struct overlay over;
    struct prompt prompt;
    struct drag drag;
    bool mouse;
};

/* --- views ----------------------------------------------------------------------------------- */

static struct view *front_view(struct app *app)
{
    return &app->view[app->shown];
}

/* False when there is no room for anything. */
static bool lay_out(struct app *app)
{
    struct view *view = front_view(app);
    int lines = view->ops->lines ? view->ops->lines(view) : 0;

    return layout_make(app->shown, app->grid.rows, app->grid.cols, lines, &view->layout);
}

static int show_view(struct app *app, enum screen screen, struct error *err)
{
    struct view *view = &app->view[screen];

    if (!view->ops)
        return error_set(err, ERROR_USAGE, "%s: there is no such screen yet", screen_name(screen));
    if (!view->open) {
        int code = view->ops->open(view, err);
        if (code)
            return code;
        view->open = true;
        if (view->ops->recall)
            view->ops->recall(view, jvalue_get(app->scene->settings, screen_name(screen)));
    }
    struct view *before = front_view(app);
    if (before != view && before->open && before->ops->leave)
        before->ops->leave(before);
    app->shown = screen;
    if (view->ops->enter)
        view->ops->enter(view);
    lay_out(app);
    drag_cancel(&app->drag);
    app->dirty = true;
    return 0;
}

static void go(struct app *app, enum screen screen)
{
    struct error err = {0};

    if (show_view(app, screen, &err))
        scene_tell(app->scene, STYLE_BAD, "%s", err.text);
    app->dirty = true;
}

static void app_init(struct app *app, struct front *front, struct scene *scene,
                     const struct app_views *views, enum glyph_set glyphs, int rows, int cols)
{
    *app = (struct app){.front = front, .scene = scene, .shown = views->first, .mouse = true};
    scene->go = SCREEN_NONE;
    grid_init(&app->grid, rows, cols, glyphs);
    for (int i = 0; views->ops[i]; i++)
        app->view[views->ops[i]->screen] = (struct view){.ops = views->ops[i], .scene = scene};
}

static void remember(struct app *app, struct view *view)
{
    struct jvalue *settings = jvalue_object();

    view->ops->remember(view, settings);
    jvalue_set(app->scene->settings, screen_name(view->ops->screen), settings);
}

static void app_done(struct app *app)
{
    for (int i = 0; i < SCREENS; i++) {
        struct view *view = &app->view[i];
        if (view->open && view->ops->remember && app->scene->settings)
            remember(app, view);
        if (view->open)
            view->ops->close(view);
    }
    roster_release(app->scene->roster);
    app->scene->roster = NULL;
    overlay_done(&app->over);
    grid_done(&app->grid);
}

/* --- drawing --------------------------------------------------------------------------------- */

static void draw_head(struct app *app)
{
    struct view *view = front_view(app);
    char title[400] = "";
    int cols = app->grid.cols, used;

    used = grid_text(&app->grid, 0, 1, cols - 1, STYLE_TITLE, "slimscope");
    view->ops->title(view, title, sizeof title);
    grid_text(&app->grid, 0, used + 3, cols - used - 12, STYLE_TEXT, title);
    grid_text(&app->grid, 0, cols - 7, 1, STYLE_KEY, "?");
    grid_text(&app->grid, 0, cols - 5, 4, STYLE_DIM, "help");
}

static void draw_foot(struct app *app)
{
    int row = app->grid.rows - 1, cols = app->grid.cols;
    char text[600];

    if (app->prompt.kind) {
        prompt_draw(&app->prompt, front_view(app), &app->grid);
        if (*app->scene->message) {
            grid_fill(&app->grid, (struct rect){row - 1, 0, 1, cols}, ' ', STYLE_TEXT);
            grid_text(&app->grid, row - 1, 1, cols - 2, app->scene->message_style,
                      app->scene->message);
        }
    } else if (*app->scene->message)
        grid_text(&app->grid, row, 1, cols - 2, app->scene->message_style, app->scene->message);
    else {
        const struct view *view = front_view(app);
        const char *own = view->ops->foot ? view->ops->foot(front_view(app)) : NULL;
        keymap_foot(app->shown, app->grid.glyphs, cols - 2, text, sizeof text);
        grid_text(&app->grid, row, 1, cols - 2, STYLE_DIM, own ? own : text);
    }
}

static void draw(struct app *app)
{
    struct view *view = front_view(app);
    struct grid *grid = &app->grid;

    grid_clear(grid);
    if (!lay_out(app))
        grid_print(grid, 0, 0, grid->cols, STYLE_WARN, "terminal too small: %d×%d, needs %d×%d",
                   grid->cols, grid->rows, LAYOUT_MIN_COLS, LAYOUT_MIN_ROWS);
    else {
        view->ops->draw(view, grid);
        draw_head(app);
        draw_foot(app);
        overlay_draw(&app->over, grid, app->shown);
    }
    app->dirty = app->news = false;
}

/* --- what is typed --------------------------------------------------------------------------- */

static void set_signs(struct app *app, enum glyph_set glyphs)
{
    static const char *const names[] = {"UTF-8", "block", "ASCII"};

    if (app->front->glyphs == GLYPHS_ASCII) {
        scene_tell(app->scene, STYLE_WARN, "this terminal shows only ASCII");
        return;
    }
    app->grid.glyphs = glyphs;
    scene_tell(app->scene, STYLE_TEXT, "signs: %s", names[glyphs]);
}

static int find_signs(struct app *app, const char *name, struct error *err)
{
    static const char *const names[GLYPH_SETS] = {"utf-8", "block", "ascii"};

    for (int i = 0; i < GLYPH_SETS; i++)
        if (text_equal(name, names[i])) {
            set_signs(app, (enum glyph_set)i);
            return 0;
        }
    return error_set(err, ERROR_USAGE, "\"%s\": utf-8, block or ascii", name);
}

static void run_command(struct app *app, const char *line)
{
    struct error err = {0};
    const char *argument;
    enum command command;
    int code = command_parse(app->shown, line, &command, &argument, &err);

    if (!code && command == COMMAND_QUIT)
        app->leaving = true;
    else if (!code && command == COMMAND_FORGET) {
        app->scene->forget = true;
        scene_tell(app->scene, STYLE_GOOD, "nothing of this time will be remembered");
    } else if (!code && command == COMMAND_SIGNS)
        code = find_signs(app, argument, &err);
    else if (!code && command != COMMAND_NONE)
        code = command_run(front_view(app), command, argument, &err);
    if (code)
        scene_reject(app->scene, "%.250s", err.text);
}

static void save(struct app *app, const char *path)
{
    struct error err = {0};
    const char *what;

    if (!scene_may_replace(app->scene, path))
        return;
    draw(app); /* without what was typed */
    if (save_view(front_view(app), &app->grid, path, &what, &err))
        scene_reject(app->scene, "%.250s", err.text);
    else
        scene_tell(app->scene, STYLE_GOOD, "%.250s: %s", path, what);
    app->dirty = true;
}

static void copy(struct app *app)
{
    const struct view *view = front_view(app);
    struct text text = {0};

    if (view->ops->copy)
        view->ops->copy(view, &text);
    if (text.length) {
        app->front->ops->copy(app->front, text_get(&text));
        scene_tell(app->scene, STYLE_GOOD, "copied: %.200s", text_get(&text));
        for (char *tab = app->scene->message; (tab = strchr(tab, '\t')); tab++)
            *tab = ' '; /* which a screen does not have */
    } else
        scene_tell(app->scene, STYLE_WARN, "nothing is under the cursor");
    text_done(&text);
}

static bool prompt_event(struct app *app, const struct event *event)
{
    struct view *view = front_view(app);
    enum prompt_kind kind = app->prompt.kind;
    const char *text = app->prompt.field.text;
    enum answer answer;

    if (!kind || event->kind != EVENT_KEY)
        return false;
    app->scene->rejected = false;
    if (event->key != K_ENTER)
        app->scene->given[0] = '\0';
    if (!prompt_key(&app->prompt, view, event->key, &answer))
        return true;
    if (kind == PROMPT_VIEW && view->ops->typed)
        view->ops->typed(view, text, answer);
    else if (kind == PROMPT_COMMAND && answer == ANSWER_GIVEN)
        run_command(app, text);
    else if (kind == PROMPT_FILE && answer == ANSWER_GIVEN && *text)
        save(app, text);
    if (app->scene->rejected)
        app->prompt.kind = kind; /* open again, as it was */
    return true;
}

static void ask_file(struct app *app)
{
    char name[64];

    snprintf(name, sizeof name, "slimscope-%s.txt", screen_name(app->shown));
    prompt_open(&app->prompt, PROMPT_FILE, "save to (.png .svg .pdf: a figure):", name,
                (struct rect){0});
}

/* --- actions --------------------------------------------------------------------------------- */

/* Actions that every screen has. */
static void global_action(struct app *app, enum action action)
{
    const struct front_ops *front = app->front->ops;

    switch (action) {
    case ACTION_HELP: overlay_help(&app->over); break;
    case ACTION_BACK:
        if (app->shown == SCREEN_RUNS || !app->view[SCREEN_RUNS].ops)
            app->leaving = true;
        else
            go(app, SCREEN_RUNS);
        break;
    case ACTION_LEAVE: app->leaving = true; break;
    case ACTION_SUSPEND: front->suspend(app->front); break;
    case ACTION_REDRAW: front->redraw(app->front); break;
    case ACTION_MOUSE:
        app->mouse = !app->mouse;
        front->set_mouse(app->front, app->mouse);
        scene_tell(app->scene, STYLE_TEXT, "mouse %s", app->mouse ? "on" : "off");
        break;
    case ACTION_BACKGROUND:
        scene_tell(app->scene, STYLE_TEXT, "colours for a %s background",
                   front->swap_background(app->front) ? "light" : "dark");
        break;
    case ACTION_GLYPHS: set_signs(app, (app->grid.glyphs + 1) % GLYPH_SETS); break;
    case ACTION_COMMAND:
        prompt_open(&app->prompt, PROMPT_COMMAND, ":", "", (struct rect){0});
        break;
    case ACTION_SAVE: ask_file(app); break;
    case ACTION_COPY: copy(app); break;
    case ACTION_SCREEN_RUNS: go(app, SCREEN_RUNS); break;
    case ACTION_SCREEN_TRAIN: go(app, SCREEN_TRAIN); break;
    case ACTION_SCREEN_GAMMA: go(app, SCREEN_GAMMA); break;
    case ACTION_SCREEN_PRUNE: go(app, SCREEN_PRUNE); break;
    case ACTION_SCREEN_COMPARE: go(app, SCREEN_COMPARE); break;
    case ACTION_SCREEN_JOBS: go(app, SCREEN_JOBS); break;
    default: break;
    }
}

/* What a press on the head or the foot asks for. */
static enum action edge_pressed(struct app *app, const struct event *event)
{
    const struct view *view = front_view(app);
    const struct mouse_event *mouse = &event->mouse;
    bool foot = !*app->scene->message && !(view->ops->foot && view->ops->foot(front_view(app)));

    if (event->kind != EVENT_MOUSE || mouse->kind != MOUSE_PRESS || app->over.kind)
        return ACTION_NONE;
    if (mouse->row == 0)
        return mouse->col >= app->grid.cols - 8 ? ACTION_HELP
               : mouse->col <= 10               ? ACTION_SCREEN_RUNS
                                                : ACTION_NONE;
    if (mouse->row == app->grid.rows - 1 && foot)
        return keymap_foot_at(app->shown, app->grid.glyphs, app->grid.cols - 2, mouse->col - 1);
    return ACTION_NONE;
}

/* To whom an input goes: the help, the question, the view, and last to what every screen has. */
static void dispatch(struct app *app, const struct event *event, enum action action)
{
    struct view *view = front_view(app);
    bool always = action == ACTION_LEAVE || action == ACTION_SUSPEND || action == ACTION_REDRAW;
    bool drawn = layout_has(&view->layout, PART_HEAD);

    enum action pressed = overlay_pressed(&app->over, &app->grid, app->shown, event);

    if (!always && (overlay_event(&app->over, event) || prompt_event(app, event)) && !pressed)
        return;
    if (pressed || (pressed = edge_pressed(app, event)) != ACTION_NONE) {
        static const struct event none = {.kind = EVENT_KEY};
        event = &none; /* views know keys by their actions */
        action = pressed;
    }
    if (always || !drawn || !view->ops->event(view, event, action))
        global_action(app, action);
}

/* What the view asked of the app through the scene. */
static void take_wishes(struct app *app)
{
    struct scene *scene = app->scene;

    if (*scene->question && !app->prompt.kind)
        prompt_open(&app->prompt, PROMPT_VIEW, scene->question, scene->answer, scene->place);
    scene->question[0] = '\0';
    if (scene->go != SCREEN_NONE)
        go(app, scene->go);
    scene->go = SCREEN_NONE;
    if (scene->diff[0])
        overlay_diff(&app->over, scene);
    scene->diff[0] = 0;
}

/* While something is typed the mouse only ends what it began: the answer could else come to another
 * question, or another screen. */
static bool takes_mouse(struct app *app, struct mouse_event *mouse)
{
    bool goes_on = mouse->kind == MOUSE_DRAG || mouse->kind == MOUSE_RELEASE;

    return (!app->prompt.kind || goes_on) && drag_take(&app->drag, mouse);
}

static void input_event(struct app *app, struct event *event)
{
    enum action action = ACTION_NONE;

    app->dirty = true;
    if (event->kind == EVENT_KEY && event->key == K_ESCAPE && drag_cancel(&app->drag))
        *event = (struct event){.kind = EVENT_MOUSE, .mouse.kind = MOUSE_CANCEL};
    else if (event->kind == EVENT_MOUSE && !takes_mouse(app, &event->mouse))
        return;
    if (event->kind == EVENT_KEY) {
        action = keymap_find(app->shown, event->key);
        app->scene->message[0] = '\0';
    }
    dispatch(app, event, action);
    take_wishes(app);
}

static void look_for_news(struct app *app)
{
    struct view *view = front_view(app);

    app->looked = clock_seconds();
    if (*app->scene->message && app->looked - app->scene->told > message_seconds) {
        app->scene->message[0] = '\0';
        app->news = true;
    }
    if (app->scene->news && app->scene->news(app->scene))
        app->news = true;
    if (view->ops->tick && view->ops->tick(view))
        app->news = true;
}

static void handle(struct app *app, struct event *event)
{
    switch (event->kind) {
    case EVENT_KEY:
    case EVENT_MOUSE: input_event(app, event); break;
    case EVENT_RESIZE:
        grid_resize(&app->grid, event->rows, event->cols);
        app->prompt.place = (struct rect){0}; /* where that was, something else may stand now */
        lay_out(app);
        app->dirty = true;
        break;
    case EVENT_WAKE: look_for_news(app); break;
    case EVENT_SUSPEND: global_action(app, ACTION_SUSPEND); break;
    case EVENT_RESUME: app->front->ops->resume(app->front); break;
    case EVENT_END:
        app->leaving = true;
        if (input_signal())
            stop_request(input_signal()); /* so that nothing waits for what only measures */
        break;
    case EVENT_NONE: break;
    }
}

/* --- the loop -------------------------------------------------------------------------------- */

static bool work(struct app *app)
{
    struct view *view = front_view(app);

    if (!view->ops->work || !view->ops->work(view))
        return false;
    app->news = true;
    return true;
}

static void loop(struct app *app)
{
    const struct front_ops *front = app->front->ops;
    struct event event;

    while (!app->leaving) {
        double now = clock_seconds();
        if (now - app->looked >= tick_seconds)
            look_for_news(app);
        if (app->dirty || (app->news && now - app->drawn >= frame_seconds)) {
            draw(app);
            front->show(app->front, &app->grid);
            app->drawn = clock_seconds();
        }
        double wait = work(app) ? 0 : app->news ? frame_seconds : tick_seconds;
        for (bool more = front->next(app->front, wait, &event); more && !app->leaving;
             more = front->next(app->front, 0, &event))
            handle(app, &event);
    }
}

int app_run(struct front *front, struct scene *scene, const struct app_views *views,
            struct error *err)
{
    struct app app;
    int rows, cols;

    front->ops->size(front, &rows, &cols);
    scene->wake_fd = front->wake_fd;
    app_init(&app, front, scene, views, front->glyphs, rows, cols);
    /* Once, before there are keys that would wait for it. */
    if (scene->store)
        roster_release(roster_hold(&scene->roster, scene->store, NULL));
    int code = show_view(&app, views->first, err);
    if (!code) {
        loop(&app);
        code = front_script_error(front, err);
    }
    app_done(&app);
    return code;
}

int app_once(struct scene *scene, const struct app_views *views, int rows, int cols,
             enum glyph_set glyphs, char **text, struct error *err)
{
    struct app app;

    scene->still = true;
    scene->wake_fd = -1;
    app_init(&app, NULL, scene, views, glyphs, rows, cols);
    int code = show_view(&app, views->first, err);
    if (!code) {
        draw(&app);
        *text = grid_dump(&app.grid);
    }
    app_done(&app);
    return code;
}
