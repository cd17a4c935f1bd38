/* Boxes over a screen: its keys, its own first; and what two runs do not have in common. */
#ifndef UI_OVERLAY_H
#define UI_OVERLAY_H

#include "base/json.h"
#include "ui/grid.h"
#include "ui/keymap.h"

/* Draws the help of a screen from line *top on, which is brought into range. */
void help_draw(struct grid *grid, enum screen screen, int *top);

/* The action whose line stands at a place of the help that is drawn; ACTION_NONE where none does.
 */
enum action help_action(const struct grid *grid, enum screen screen, int top, int row, int col);

/* Draws what job_diff found of two runs, from line *top on, which is brought into range. */
void diff_draw(struct grid *grid, const int64_t run[2], const struct jvalue *differs, int *top);

#endif
