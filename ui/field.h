/* A line of text that is typed in. */
#ifndef UI_FIELD_H
#define UI_FIELD_H

#include <stdbool.h>

#include "ui/grid.h"
#include "ui/key.h"

struct field {
    char text[512];
    int caret; /* in bytes, at a character's start */
};

void field_set(struct field *field, const char *text); /* the caret goes behind it */

/* Takes a key: characters, arrows, Home, End, Backspace, Delete, C-u (empties it). False for keys
 * that mean nothing to it. */
bool field_key(struct field *field, int key);

/* Draws the part round the caret, which is shown when `active`. */
void field_draw(const struct field *field, struct grid *grid, int row, int col, int width,
                bool active);

#endif
