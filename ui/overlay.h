/* A box over a screen: its keys, its own first; or what two runs do not have in common. It takes
 * all input; what does not move it closes it. */
#ifndef UI_OVERLAY_H
#define UI_OVERLAY_H

#include "base/json.h"
#include "ui/grid.h"
#include "ui/key.h"
#include "ui/keymap.h"

struct scene;

struct overlay {
    enum { OVER_NOTHING, OVER_HELP, OVER_DIFF } kind;
    int top;        /* the first line that is seen */
    int64_t run[2]; /* those that differ */
    struct jvalue *differs;
};

void overlay_done(struct overlay *over);

/* Opens the help, or what the two runs scene->diff differ in; where that fails, says why. */
void overlay_help(struct overlay *over);
void overlay_diff(struct overlay *over, struct scene *scene);

void overlay_draw(struct overlay *over, struct grid *grid, enum screen screen);

/* False when there is no box. */
bool overlay_event(struct overlay *over, const struct event *event);

/* The action on whose line of the help was pressed; ACTION_NONE: on none. */
enum action overlay_pressed(const struct overlay *over, const struct grid *grid, enum screen screen,
                            const struct event *event);

#endif
