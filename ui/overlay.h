/* The help: a box over a screen with all its keys, its own first. */
#ifndef UI_OVERLAY_H
#define UI_OVERLAY_H

#include "ui/grid.h"
#include "ui/keymap.h"

/* Draws the help of a screen from line *top on, which is brought into range. */
void help_draw(struct grid *grid, enum screen screen, int *top);

/* The action whose line stands at a place of the help that is drawn; ACTION_NONE where none does.
 */
enum action help_action(const struct grid *grid, enum screen screen, int top, int row, int col);

#endif
