/* The form of a new run: config.def as lines that are filled in, checked while one types. An empty
 * line takes the default, which it shows. */
#ifndef UI_FORM_H
#define UI_FORM_H

#include "base/error.h"
#include "job/config.h"
#include "ui/field.h"

struct form {
    struct field field[CONFIG_FIELDS];
    struct error error[CONFIG_FIELDS]; /* code 0: fine */
    struct error whole;                /* what does not hang together */
    struct config config;              /* of all that is fine, resolved */
    int cursor, top;
};

enum form_key { FORM_NOTHING, FORM_CHANGED, FORM_START, FORM_LEAVE };

/* Filled in as `from` where that differs from the defaults; NULL: all defaults. form_done frees. */
void form_open(struct form *form, const struct config *from);
void form_done(struct form *form);

/* Up, Down, Tab; Left and Right on a choice; typing; Enter starts, Esc leaves. */
enum form_key form_key(struct form *form, int key);

/* A press chooses a line, the wheel moves. */
void form_mouse(struct form *form, const struct mouse_event *mouse, struct rect inside);

void form_draw(struct form *form, struct grid *grid, struct rect inside);

/* *why is the first thing that is not fine, NULL: all is; the result is the line that it stands in,
 * −1: none, for lines may be wrong together. */
int form_find_fault(const struct form *form, const char **why);

#endif
