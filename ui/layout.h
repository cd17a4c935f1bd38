/*
 * Layout: where the parts of each screen stand, as a pure function of the terminal's size and of
 * how many lines there are to list.
 *
 * The first row is the head, the last the foot. Between them stand panels with borders; neighbours
 * share a border, so frames overlap in their edges, insides never. A part that has no room is
 * absent (0 rows). From 60×16 on every part that is present has room for something.
 */
#ifndef UI_LAYOUT_H
#define UI_LAYOUT_H

#include <stdbool.h>

#include "ui/grid.h"
#include "ui/keymap.h"

enum { LAYOUT_MIN_ROWS = 16, LAYOUT_MIN_COLS = 60 };

enum part {
    PART_HEAD, /* no border, nor has the foot */
    PART_FOOT,
    PART_LIST, /* Runs, Compare, Jobs */
    PART_DETAIL,
    PART_LOG,       /* Jobs */
    PART_THRESHOLD, /* Prune */
    PART_HISTOGRAM,
    PART_CURVE,
    PART_LAYERS,
    PART_SAVINGS,
    PART_MAP,   /* γ */
    PART_STATE, /* Train, γ */
    PART_LOSS,
    PART_ACCURACY,
    PART_GAMMA,
    PARTS,
};

struct layout {
    struct rect frame[PARTS];  /* with its border; 0 rows: absent */
    struct rect inside[PARTS]; /* what may be drawn in */
};

/* `lines`: how many lines the list (of Prune: the layers, of γ: the epochs) would fill; what it has
 * no use for goes to its neighbours. False when the terminal is smaller than 60×16; then nothing is
 * present. */
bool layout_make(enum screen screen, int rows, int cols, int lines, struct layout *layout);

/* All between head and foot, as one panel. */
struct rect layout_body(const struct layout *layout);

bool layout_has(const struct layout *layout, enum part part);

/* The part whose inside has this cell, or PARTS. */
enum part layout_find(const struct layout *layout, int row, int col);

#endif
