/* The panels of the γ screen, drawn from what its model knows. */
#ifndef UI_GAMMA_DRAW_H
#define UI_GAMMA_DRAW_H

#include "ui/gamma_model.h"
#include "ui/grid.h"

void gamma_draw_state(const struct gamma_model *model, bool playing, struct grid *grid,
                      struct rect inside);

/* Epochs downwards, log₁₀|γ| to the right, exact zeros in a column of their own at the left. */
void gamma_draw_map(const struct gamma_model *model, struct grid *grid, struct rect inside);

/* The same as ridges: a histogram an epoch, each to its own height, one under the other. */
void gamma_draw_ridges(const struct gamma_model *model, struct grid *grid, struct rect inside);

/* The index of the epoch that a row of the map, or of the ridges, shows, clamped. */
int gamma_map_epoch(const struct gamma_model *model, bool ridges, struct rect inside, int row);

/* The histogram of the epoch that is shown, on the map's axis, as bars, with marked runs as lines
 * all; behind it the penalty ρ and its slope ρ′, and the region where it has no slope shaded. */
void gamma_draw_histogram(const struct gamma_model *model, struct grid *grid, struct rect inside);

/* The same with each run as a ridge, to its own height, as many as have room. */
void gamma_draw_runs(const struct gamma_model *model, struct grid *grid, struct rect inside);

/* How much the keep-mask changed at each epoch. */
void gamma_draw_changes(const struct gamma_model *model, struct grid *grid, struct rect inside);

#endif
