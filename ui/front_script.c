#include "ui/front.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "ui/utf8.h"

enum { SCRIPT_MAX = 1 << 20 };
static const double longest_wait = 60, glance = 0.01; /* seconds */

struct script {
    struct front front; /* first: a script is a front */
    int rows, cols;
    char *text, *at; /* the whole script; what is to come */
    char *keys;      /* rest of a line of key names, or NULL */
    char *typing;    /* rest of a :type, or NULL */
    char *until;     /* what :until waits for, or NULL */
    double deadline; /* of :wait and :until */
    char *screen, *styles, *copied;
    struct error error;
};

static struct script *script_of(struct front *front)
{
    return (struct script *)front;
}

static void pause_for(double seconds)
{
    seconds = fmin(seconds, glance);
    struct timespec rest = {.tv_nsec = (long)(seconds * 1e9)};

    if (seconds > 0)
        nanosleep(&rest, NULL);
}

static bool fail(struct script *script, struct event *event, const char *line, const char *why)
{
    error_set(&script->error, ERROR_DATA, "script: \"%s\": %s", line, why);
    event->kind = EVENT_END;
    return true;
}

static bool save(struct script *script, struct event *event, const char *path, const char *text)
{
    FILE *file = fopen(path, "we");
    bool bad = !file || fputs(text, file) < 0;

    if (file && fclose(file) != 0)
        bad = true;
    return bad ? fail(script, event, path, "cannot be written") : false;
}

static bool parse_mouse(const char *text, struct event *event)
{
    static const struct {
        const char *name;
        enum mouse_kind kind;
    } kinds[] = {
        {"press", MOUSE_PRESS}, {"drag", MOUSE_DRAG},       {"release", MOUSE_RELEASE},
        {"up", MOUSE_WHEEL_UP}, {"down", MOUSE_WHEEL_DOWN},
    };
    char name[16];
    int row, col;

    if (sscanf(text, "%15s %d %d", name, &row, &col) != 3)
        return false;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (text_equal(name, kinds[i].name))
            event->mouse.kind = kinds[i].kind;
    event->kind = EVENT_MOUSE;
    event->mouse.row = row - 1;
    event->mouse.col = col - 1;
    return event->mouse.kind != MOUSE_NONE;
}

static bool parse_size(struct script *script, const char *text, struct event *event)
{
    int rows, cols;

    if (sscanf(text, "%dx%d", &cols, &rows) != 2 || rows < 1 || cols < 1 || rows > 999 ||
        cols > 999)
        return false;
    script->rows = event->rows = rows;
    script->cols = event->cols = cols;
    event->kind = EVENT_RESIZE;
    return true;
}

/* A line that starts with ':'. True when it is an event. */
static bool command(struct script *script, char *line, struct event *event)
{
    char *word = line + 1, *rest = line + strcspn(line, " ");

    if (*rest)
        *rest++ = '\0';
    if (text_equal(word, "type")) {
        script->typing = rest;
        return false;
    }
    if (text_equal(word, "wait")) {
        script->deadline = clock_seconds() + strtod(rest, NULL);
        return false;
    }
    if (text_equal(word, "until")) {
        script->until = rest;
        script->deadline = clock_seconds() + longest_wait;
        return false;
    }
    if (text_equal(word, "save-screen"))
        return save(script, event, rest, script->screen ? script->screen : "");
    if (text_equal(word, "save-styles"))
        return save(script, event, rest, script->styles ? script->styles : "");
    if (text_equal(word, "save-copied"))
        return save(script, event, rest, script->copied ? script->copied : "");
    if (text_equal(word, "resize"))
        return parse_size(script, rest, event) || fail(script, event, rest, "no size as 80x24");
    if (text_equal(word, "mouse"))
        return parse_mouse(rest, event) || fail(script, event, rest, "no mouse event");
    return fail(script, event, line, "no such command");
}

/* What is left of the present line; false when nothing is. */
static bool rest_of_line(struct script *script, struct event *event)
{
    if (script->typing && *script->typing) {
        const char *at = script->typing;
        event->kind = EVENT_KEY;
        event->key = (int)utf8_next(&at);
        script->typing += at - script->typing;
        return true;
    }
    script->typing = NULL;
    char *word = script->keys ? strtok_r(NULL, " ", &script->keys) : NULL;
    if (!word)
        return false;
    event->kind = EVENT_KEY;
    event->key = key_find(word);
    return event->key != K_NONE || fail(script, event, word, "no such key");
}

static bool still_waiting(struct script *script, struct event *event, bool *failed)
{
    bool late = clock_seconds() >= script->deadline;

    *failed = false;
    if (!script->until)
        return !late;
    if (script->screen && strstr(script->screen, script->until)) {
        script->until = NULL;
        script->deadline = 0;
        return false;
    }
    if (late)
        *failed = fail(script, event, script->until, "did not come onto the screen");
    return !late;
}

static bool next_line(struct script *script, struct event *event)
{
    char *line = script->at;

    if (!*line) {
        event->kind = EVENT_END;
        return true;
    }
    script->at += strcspn(line, "\n");
    if (*script->at)
        *script->at++ = '\0';
    if (*line == '#' || !*line)
        return false;
    if (line[0] == ':' && line[1] >= 'a') /* else it is the key */
        return command(script, line, event);
    script->keys = line;
    return rest_of_line(script, event);
}

static bool script_next(struct front *front, double seconds, struct event *event)
{
    struct script *script = script_of(front);
    bool failed;

    *event = (struct event){0};
    if (rest_of_line(script, event))
        return true;
    if (seconds <= 0)
        return false;
    if (still_waiting(script, event, &failed)) {
        pause_for(seconds);
        return false;
    }
    return failed || next_line(script, event);
}

static void script_size(struct front *front, int *rows, int *cols)
{
    *rows = script_of(front)->rows;
    *cols = script_of(front)->cols;
}

static void script_show(struct front *front, const struct grid *grid)
{
    struct script *script = script_of(front);

    free(script->screen);
    free(script->styles);
    script->screen = grid_dump(grid);
    script->styles = grid_dump_styles(grid);
}

static void script_set_mouse(struct front *front, bool on)
{
    (void)front;
    (void)on;
}

static bool script_swap_background(struct front *front)
{
    (void)front;
    return false;
}

static void script_copy(struct front *front, const char *text)
{
    struct script *script = script_of(front);

    free(script->copied);
    script->copied = memory_copy_text(text);
}

static void script_nothing(struct front *front)
{
    (void)front;
}

static void script_close(struct front *front)
{
    struct script *script = script_of(front);

    free(script->text);
    free(script->screen);
    free(script->styles);
    free(script->copied);
    free(script);
}

static const struct front_ops script_ops = {
    .size = script_size,
    .next = script_next,
    .show = script_show,
    .set_mouse = script_set_mouse,
    .swap_background = script_swap_background,
    .copy = script_copy,
    .redraw = script_nothing,
    .suspend = script_nothing,
    .resume = script_nothing,
    .close = script_close,
};

int front_open_script(const char *path, int rows, int cols, enum glyph_set glyphs,
                      struct front **front, struct error *err)
{
    struct script *script = NEW(struct script, 1);
    size_t length;
    int code = file_read(path, SCRIPT_MAX, &script->text, &length, err);

    if (code) {
        free(script);
        return code;
    }
    script->at = script->text;
    script->rows = rows;
    script->cols = cols;
    script->front = (struct front){.ops = &script_ops, .glyphs = glyphs, .wake_fd = -1};
    *front = &script->front;
    return 0;
}

int front_script_error(const struct front *front, struct error *err)
{
    if (front->ops != &script_ops)
        return 0;
    const struct script *script = (const struct script *)front;
    if (script->error.code && err)
        *err = script->error;
    return (int)script->error.code;
}
