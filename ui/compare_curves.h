/* The curves of the Compare screen, from what its model knows. */
#ifndef UI_COMPARE_CURVES_H
#define UI_COMPARE_CURVES_H

#include "ui/compare_model.h"
#include "ui/grid.h"

enum { COMPARE_ZOOMS = 5 }; /* each shows half of what the one before did, up to the best */

/*
 * Accuracy against what was removed, of each series: the mean after pruning as a line, the mean
 * after retraining as a line with markers; the Pareto front as dots; the budget as a vertical line.
 * `chosen` is the series that stands out: on top, thicker, and with its band over seeds (one
 * deviation to both sides), which few series have anyway. *area is where the data lie.
 */
void compare_draw_curves(const struct compare_model *model, int chosen, int zoom, struct grid *grid,
                         struct rect inside, struct rect *area);

/* What the signs mean, on the frame round `inside` behind a title of so many columns. */
void compare_draw_legend(const struct compare_model *model, int chosen, struct grid *grid,
                         struct rect inside, int title);

#endif
