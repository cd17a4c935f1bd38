#include "ui/overlay.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "db/record.h"
#include "job/diff.h"
#include "ui/view.h"

enum { KEYS_WIDTH = 14, HELP_WIDTH = 84, NAME_WIDTH = 18 };

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

/* A box in the middle with room for so many lines, where there is. */
static struct rect box(const struct grid *grid, int lines)
{
    int cols = grid->cols - 4 < HELP_WIDTH ? grid->cols - 4 : HELP_WIDTH;
    int rows = grid->rows - 2 < lines + 2 ? grid->rows - 2 : lines + 2;

    return (struct rect){(grid->rows - rows) / 2, (grid->cols - cols) / 2, rows, cols};
}

static int clamp_top(int top, int most)
{
    return top > most && most > 0 ? most : most <= 0 || top < 0 ? 0 : top;
}

/* The action whose line stands at a place of the help; ACTION_NONE where none does. */
static enum action help_action(const struct grid *grid, enum screen screen, int top, int row,
                               int col)
{
    enum action list[ACTIONS + 1];
    int lines = list_actions(screen, list);
    struct rect in = rect_inside(box(grid, lines));
    int at = top + row - in.row;

    return rect_has(in, row, col) && at < lines ? list[at] : ACTION_NONE;
}

/* From line *top on, which is brought into range. */
static void help_draw(struct grid *grid, enum screen screen, int *top)
{
    enum action list[ACTIONS + 1];
    char keys[64];
    int lines = list_actions(screen, list);
    struct rect frame = box(grid, lines), in = rect_inside(frame);

    *top = clamp_top(*top, lines - in.rows);
    grid_fill(grid, frame, ' ', STYLE_TEXT);
    grid_frame(grid, frame,
               lines > in.rows ? "Keys (↑↓ PgUp PgDn for more, any other closes; a press does it)"
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

static void draw_value(struct grid *grid, int row, int col, int width, const struct jvalue *value)
{
    char *text = jvalue_say(value);

    grid_text(grid, row, col, width, jvalue_is_null(value) ? STYLE_DIM : STYLE_TEXT,
              jvalue_is_null(value) ? "–" : text);
    free(text);
}

static void diff_draw(struct grid *grid, const int64_t run[2], const struct jvalue *differs,
                      int *top)
{
    int lines = (int)jvalue_length(differs), line = 0;
    struct rect frame = box(grid, lines + 2), in = rect_inside(frame);
    int width = (in.cols - NAME_WIDTH - 2) / 2, left = in.col + NAME_WIDTH;

    *top = clamp_top(*top, lines + 1 - in.rows);
    grid_fill(grid, frame, ' ', STYLE_TEXT);
    grid_frame(grid, frame, "What differs (↑↓ for more, any other key closes)");
    grid_print(grid, in.row, left, width, STYLE_HEAD, "run %" PRId64, run[0]);
    grid_print(grid, in.row, left + width + 1, width, STYLE_HEAD, "run %" PRId64, run[1]);
    if (lines == 0)
        grid_text(grid, in.row + 1, in.col + 1, in.cols - 2, STYLE_DIM, "nothing");
    for (void *at = jvalue_first(differs); at; at = jvalue_next(differs, at), line++) {
        int row = in.row + 1 + line - *top;
        if (line < *top || row >= in.row + in.rows)
            continue;
        grid_text(grid, row, in.col + 1, NAME_WIDTH - 2, STYLE_KEY, jvalue_key(at));
        draw_value(grid, row, left, width, jvalue_at(jvalue_member(at), 0));
        draw_value(grid, row, left + width + 1, width, jvalue_at(jvalue_member(at), 1));
    }
}

/* --- the box --------------------------------------------------------------------------------- */

void overlay_done(struct overlay *over)
{
    jvalue_free(over->differs);
    *over = (struct overlay){0};
}

void overlay_help(struct overlay *over)
{
    over->kind = OVER_HELP;
    over->top = 0;
}

void overlay_diff(struct overlay *over, struct scene *scene)
{
    struct run_row row[2] = {0};
    struct error err = {0};

    overlay_done(over);
    memcpy(over->run, scene->diff, sizeof over->run);
    int code = run_get(scene->store, over->run[0], &row[0], &err);
    if (!code)
        code = run_get(scene->store, over->run[1], &row[1], &err);
    if (!code)
        code = job_diff(&row[0], &row[1], &over->differs, &err);
    if (code)
        scene_tell(scene, STYLE_BAD, "%.250s", err.text);
    over->kind = code ? OVER_NOTHING : OVER_DIFF;
    run_row_done(&row[0]);
    run_row_done(&row[1]);
}

void overlay_draw(struct overlay *over, struct grid *grid, enum screen screen)
{
    if (over->kind == OVER_HELP)
        help_draw(grid, screen, &over->top);
    else if (over->kind == OVER_DIFF)
        diff_draw(grid, over->run, over->differs, &over->top);
}

bool overlay_event(struct overlay *over, const struct event *event)
{
    enum { PAGE = 10 };
    bool key = event->kind == EVENT_KEY;
    enum mouse_kind mouse = event->mouse.kind;

    if (!over->kind)
        return false;
    if (key ? event->key == K_UP : mouse == MOUSE_WHEEL_UP)
        over->top--;
    else if (key ? event->key == K_DOWN : mouse == MOUSE_WHEEL_DOWN)
        over->top++;
    else if (key && (event->key == K_PAGE_UP || event->key == K_PAGE_DOWN))
        over->top += event->key == K_PAGE_UP ? -PAGE : PAGE;
    else if (key || mouse == MOUSE_PRESS)
        over->kind = OVER_NOTHING;
    return true;
}

enum action overlay_pressed(const struct overlay *over, const struct grid *grid, enum screen screen,
                            const struct event *event)
{
    if (over->kind != OVER_HELP || event->kind != EVENT_MOUSE || event->mouse.kind != MOUSE_PRESS)
        return ACTION_NONE;
    return help_action(grid, screen, over->top, event->mouse.row, event->mouse.col);
}
