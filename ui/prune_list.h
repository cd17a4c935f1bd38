/*
 * The lists at the lower left of the Prune screen, one at a time: the layers with their floors, the
 * marks, and how sensitive each layer is. A cursor in each, and what the mouse means there.
 */
#ifndef UI_PRUNE_LIST_H
#define UI_PRUNE_LIST_H

#include "ui/grid.h"
#include "ui/keymap.h"
#include "ui/prune_marks.h"
#include "ui/prune_model.h"
#include "ui/prune_sense.h"

enum prune_tab { PRUNE_LAYERS, PRUNE_MARKS, PRUNE_SENSE, PRUNE_TABS };

struct prune_list {
    enum prune_tab tab;
    int cursor[PRUNE_TABS], top[PRUNE_TABS]; /* see prune_list_cursor */
};

/* The row under the cursor: of layers and of their sensitivity it is the same one. */
int prune_list_cursor(const struct prune_list *list);
void prune_list_set_cursor(struct prune_list *list, int row);

/* What the lists show. */
struct prune_shown {
    const struct prune_model *model;
    const struct prune_model *second; /* under the same slider, or NULL */
    const struct prune_marks *marks;
    const struct prune_sense *sense;
};

/* The frame's title with the tabs, and the list. Keeps the cursor in sight. */
void prune_list_draw(struct prune_list *list, const struct prune_shown *shown, struct grid *grid,
                     struct rect frame);

/* Moves the cursor (ACTION_UP …); false for other actions. */
bool prune_list_act(struct prune_list *list, const struct prune_shown *shown, enum action action,
                    struct rect inside);
void prune_list_move(struct prune_list *list, const struct prune_shown *shown, int by);

/* What stands at a place: a tab, a row of the list, and on a layer's row a part of it. */
enum prune_spot { PRUNE_NOTHING, PRUNE_TAB, PRUNE_ROW, PRUNE_BAR, PRUNE_LOCK };
struct prune_hit {
    enum prune_spot spot;
    int index; /* the tab, or the row */
};
struct prune_hit prune_list_find(const struct prune_list *list, const struct prune_shown *shown,
                                 struct rect frame, int row, int col);

/* The floor under a column of a layer's bar, columns beyond it included. */
int prune_list_floor_at(const struct prune_shown *shown, struct rect frame, int gate, int col);

#endif
