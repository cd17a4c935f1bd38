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
#include "ui/command.h"
#include "ui/grid.h"
#include "ui/key.h"
#include "ui/keymap.h"
#include "ui/layout.h"

struct store;
struct roster;
struct desk;
struct figure;
struct jvalue;
struct text;

enum { SCENE_MARKS = 64, QUEUEING = -1, NOT_QUEUED = 0 };

/* How a question stands: still typed at, answered with Enter, or dropped with Esc. */
enum answer { ANSWER_TYPING, ANSWER_GIVEN, ANSWER_DROPPED };

struct scene {
    struct store *store; /* NULL: there is none */
    const char *store_path;
    const char *store_name; /* as the head shows it */
    struct roster *roster;  /* the latest (roster.h); the app releases it at its end */
    struct desk *desk;      /* what changes the store (job/request.h); NULL: nothing can */
    const char *why_not;    /* then: why */
    int64_t run;            /* the run that the screens look at; 0: none yet */
    bool new_run;           /* Train opens at the form of a new run, from which Esc goes back … */
    enum screen asker;      /* … to this screen */
    int64_t queued;         /* the run of the last form: QUEUEING until the desk has made it */
    int64_t fresh;          /* the run queued last, until Jobs has shown it; 0: none */
    int64_t mark[SCENE_MARKS]; /* runs that are marked */
    int marks;
    bool (*news)(struct scene *scene); /* (optional) looks for replies; true: draw again */
    int cut; /* per cent of channels that Prune was left at, until γ takes it over; 0: none */
    const char *at;          /* the amount that Prune opens at ("60%"), or NULL */
    struct jvalue *settings; /* what the screens remember, by name; NULL: nothing */
    bool forget;             /* it is not to be written */
    bool still;              /* one frame: only what the store holds, no clock, no probe */
    int wake_fd;             /* a byte written here wakes the loop, from any thread; −1: none */

    /* What a view asks of the app; see scene_tell, scene_ask, scene_go. */
    char message[300]; /* "": none */
    double told;       /* when it was said */
    enum style message_style;
    char question[120]; /* "": nothing is asked */
    char answer[512];   /* what stands in the field when it opens */
    struct rect place;  /* where that is typed; 0 columns: in the last line */
    bool rejected;      /* the answer that was given last */
    char given[512];    /* the file that it named, which was there already; "": none */
    int64_t diff[2];    /* runs to compare over the screen; 0: none */
    enum screen go;
};

/* Says something in the last line, until the next key or for some seconds. */
void scene_tell(struct scene *scene, enum style style, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Says why an answer cannot be taken: the field stays open with what was typed. */
void scene_reject(struct scene *scene, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Asks whether a training is to be stopped; and whether the answer says so. */
void scene_ask_stop(struct scene *scene);
bool scene_answers_yes(struct scene *scene, const char *text, enum answer answer);

/* Asks for how many epochs to retrain; and what the answer says. False: it was rejected. */
void scene_ask_epochs(struct scene *scene, int usual);
bool scene_answers_epochs(struct scene *scene, const char *text, int64_t *epochs);

/* Whether a file may be written: one that is there already only when it is given a second time, one
 * Enter after the other; else the answer is rejected. */
bool scene_may_replace(struct scene *scene, const char *path);

/* Opens a field in the last line, with `start` in it. What is typed comes to the view's `typed`. */
void scene_ask(struct scene *scene, const char *question, const char *start);

/* The same, but typed where the text stands on the screen. */
void scene_ask_at(struct scene *scene, struct rect place, const char *question, const char *start);

/* Whether the store can be changed; else says why not. */
bool scene_may_change(struct scene *scene);

/* The newest run, or of those that have an epoch; 0: there is none, or an error. */
int64_t scene_newest_run(struct scene *scene, bool with_epoch, struct error *err);

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
    /* (optional) How many lines its list would fill (layout.h). */
    int (*lines)(const struct view *view);
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
    /* (optional) A command of commands.def that the app leaves to the screen. */
    int (*command)(struct view *view, enum command command, const char *argument,
                   struct error *err);
    /* (optional) The words that may follow it, by number; NULL behind the last. */
    const char *(*word)(const struct view *view, enum command command, int index);
    /* (optional) What is under the cursor, as text. */
    void (*copy)(const struct view *view, struct text *text);
    /* (optional) Order and settings that last: written into an object; read from one, whatever it
     * holds. */
    void (*remember)(const struct view *view, struct jvalue *settings);
    void (*recall)(struct view *view, const struct jvalue *settings);
    /* (optional) What it shows, for print; the app calls figure_done, also after an error. */
    int (*figure)(struct view *view, struct figure *figure, struct error *err);
    /* (optional) Looks for news, a few times a second and when woken. True: draw again. */
    bool (*tick)(struct view *view);
    /* (optional) Goes on with what is not read yet, for a hundredth of a second, again and again
     * while no key comes. False: all is read. */
    bool (*work)(struct view *view);
};

#endif
