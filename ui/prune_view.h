/*
 * The Prune screen from inside: what its view (view_prune.c), its keys and mouse (prune_act.c) and
 * its questions (prune_ask.c) share.
 */
#ifndef UI_PRUNE_VIEW_H
#define UI_PRUNE_VIEW_H

#include "ui/prune_history.h"
#include "ui/prune_list.h"
#include "ui/prune_pair.h"
#include "ui/prune_side.h"

enum prune_asked {
    ASKED_AMOUNT,
    ASKED_RETRAIN,
    ASKED_EXPORT,
    ASKED_MARK,
    ASKED_FLOOR,
    ASKED_SECOND
};

/* What probes were told of last: a change of any means to tell them again. */
struct prune_told {
    int count, at;
    int64_t limits, second;
    bool fold;
    enum prune_basis basis;
};

struct prune {
    struct scene *scene;
    struct prune_side side[2]; /* the second has no model while one run is alone */
    enum prune_basis basis;
    bool reached; /* the second came to where the first is */
    struct prune_history history;
    struct prune_marks marks;
    struct prune_sense sense;
    struct prune_list list;
    bool dragging;
    int dragged; /* the gate whose floor is dragged; −1: none */
    enum prune_asked asked;
    struct prune_told told;
};

/* Whether two runs are under the slider. */
bool prune_is_pair(const struct prune *prune);

/* What the lists show. */
struct prune_shown prune_shown_of(const struct prune *prune);

/* After anything that may have changed: the second run follows, the probes are told, a step is
 * noted for undo unless a drag goes on. */
void prune_settle(struct prune *prune);

/* Starts to measure single layers, or stops; and stops. */
void prune_toggle_sense(struct prune *prune);
void prune_stop_sense(struct prune *prune);

/* --- prune_act.c ----------------------------------------------------------------------------- */

bool prune_event(struct view *view, const struct event *event, enum action action);

/* --- prune_ask.c ----------------------------------------------------------------------------- */

void prune_ask(struct prune *prune, enum prune_asked what);
void prune_typed(struct view *view, const char *text, enum answer answer);

/* The second run: the marked one behind the present one; behind the last, none. */
void prune_next_second(struct prune *prune);

/* Writes the marks as they are in memory. */
void prune_write_marks(struct prune *prune);

#endif
