/* The curves of the Compare screen, drawn from what its model knows. */
#ifndef UI_COMPARE_DRAW_H
#define UI_COMPARE_DRAW_H

#include "ui/compare_model.h"
#include "ui/grid.h"

/* What is drawn of each run. */
enum compare_show { COMPARE_BOTH, COMPARE_PRUNED, COMPARE_RETRAINED, COMPARE_SHOWS };
const char *compare_show_name(enum compare_show show);

/* Accuracy against what was removed: a series' mean as a line with its band over seeds, retrained
 * networks as markers, the front that nothing beats; and the budget as a vertical line. */
void compare_draw_curves(const struct compare_model *model, enum compare_show show,
                         struct grid *grid, struct rect inside);

/* The colour and the marker of a series. */
enum style compare_style(int series);
enum glyph compare_marker(int series);

/* The budget under a column of the curves' panel, in per cent. */
int compare_budget_at(struct rect inside, int column);

#endif
