/*
 * A view is one screen: a record of functions over state of its own. Views share a scene: the
 * store, the run that is looked at, what the user is told and asked.
 */
#ifndef UI_VIEW_H
#define UI_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "ui/grid.h"
#include "ui/key.h"
#include "ui/keymap.h"
#include "ui/layout.h"

struct store;
struct desk;

enum { SCENE_MARKS = 64, QUEUEING = -1, NOT_QUEUED = 0 };

/* How a question stands: still typed at, answered with Enter, or dropped with Esc. */
enum answer { ANSWER_TYPING, ANSWER_GIVEN, ANSWER_DROPPED };

struct scene {
    struct store *store; /* NULL: there is none */
    const char *store_path;
    const char *store_name;    /* as the head shows it */
    struct desk *desk;         /* what changes the store (job/request.h); NULL: nothing can */
    const char *why_not;       /* then: why */
    int64_t run;               /* the run that the screens look at; 0: none yet */
    bool new_run;              /* Train opens at the form of a new run */
    int64_t queued;            /* the run of the last form: QUEUEING until the desk has made it */
    int64_t mark[SCENE_MARKS]; /* runs that are marked */
    int marks;
    bool (*news)(struct scene *scene); /* (optional) looks for replies; true: draw again */
    const char *at;                    /* the amount that Prune opens at ("60%"), or NULL */
    bool still;  /* one frame: only what the store holds, no clock, no probe */
    int wake_fd; /* a byte written here wakes the loop, from any thread; −1: none */

    /* What a view asks of the app; see scene_tell, scene_ask, scene_go. */
    char message[300]; /* "": none */
    double told;       /* when it was said */
    enum style message_style;
    char question[120]; /* "": nothing is asked */
    char answer[512];   /* what stands in the field when it opens */
    enum screen go;
};

/* Says something in the last line, until the next key or for some seconds. */
void scene_tell(struct scene *scene, enum style style, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Opens a field in the last line, with `start` in it. What is typed comes to the view's `typed`. */
void scene_ask(struct scene *scene, const char *question, const char *start);

/* Marks a run, or takes its mark away. False when there is no room for more. */
bool scene_mark(struct scene *scene, int64_t run);
bool scene_is_marked(const struct scene *scene, int64_t run);

/* Asks for another screen. */
void scene_go(struct scene *scene, enum screen screen);

struct view {
    const struct view_ops *ops;
    struct scene *scene;
    struct layout layout; /* of the present size */
    bool open;
    void *state; /* the view's own */
};

struct view_ops {
    enum screen screen;
    /* Makes view->state. An error leaves the user where he was, with its message. */
    int (*open)(struct view *view, struct error *err);
    void (*close)(struct view *view); /* frees view->state */
    /* (optional) Called whenever the view comes to the front. */
    void (*enter)(struct view *view);
    /* (optional) Called when another view comes to the front. */
    void (*leave)(struct view *view);
    /* What the head says after the program's name. */
    void (*title)(struct view *view, char *text, size_t size);
    /* Draws the panels; head and foot are the app's. */
    void (*draw)(struct view *view, struct grid *grid);
    /* (optional) The line at the foot, where it is not that of the keymap. */
    const char *(*foot)(struct view *view);
    /* A key (with the action it has here) or the mouse. False when it means nothing here. */
    bool (*event)(struct view *view, const struct event *event, enum action action);
    /* (optional) The answer to scene_ask, at every key and at its end. */
    void (*typed)(struct view *view, const char *text, enum answer answer);
    /* (optional) Looks for news, a few times a second and when woken. True: draw again. */
    bool (*tick)(struct view *view);
};

#endif
