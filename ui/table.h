/* A table: columns that fit, a head with the sort's direction, a cursor, marks, scrolling. */
#ifndef UI_TABLE_H
#define UI_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/json.h"
#include "base/text.h"
#include "ui/grid.h"
#include "ui/key.h"
#include "ui/keymap.h"

struct table_column {
    const char *key, *title; /* key: by which commands and settings know it */
    int width;
    int rank;   /* columns of a higher rank go first where there is no room */
    bool right; /* its text stands at the right */
    bool grows; /* takes what is left over */
};

/* What a table shows; `context` is the owner's. */
struct table_ops {
    /* One cell's text, and its style where it is not STYLE_TEXT. */
    void (*cell)(void *context, int row, int column, char *text, size_t size, enum style *style);
    bool (*marked)(void *context, int row); /* (optional) */
};

struct table {
    const struct table_column *column;
    int columns;
    const struct table_ops *ops;
    void *context;
    int rows, cursor, top;
    int sort; /* the column that rows are sorted by, −1: none */
    bool reverse;
    unsigned hidden; /* columns that had no room when it was last drawn, a bit each */
};

enum { TABLE_COLUMNS_MAX = 32 };

/* Draws head and rows into `rect`; scrolls so that the cursor is in sight. */
void table_draw(struct table *table, struct grid *grid, struct rect rect);

/* Moves the cursor (ACTION_UP … ACTION_LAST); false for other actions. `page`: rows in sight. */
bool table_act(struct table *table, enum action action, int page);

/* The mouse: a press chooses a row, the wheel moves. *column: the head that was pressed, or −1.
 * False when it means nothing here. */
bool table_mouse(struct table *table, const struct mouse_event *mouse, struct rect rect,
                 int *column);

/* Sorts by the next column that is in sight (step 1), or the one before (−1). */
void table_sort_next(struct table *table, int step);

/* Sorts by the column of that key; by the same again, the other way round. False: there is none. */
bool table_sort_by(struct table *table, const char *key);

/* The order, as settings that last. What is none of it is ignored. */
void table_remember(const struct table *table, struct jvalue *settings);
void table_recall(struct table *table, const struct jvalue *settings);

/* A row's cells, between tabs. */
void table_copy(const struct table *table, int row, struct text *text);

#endif
