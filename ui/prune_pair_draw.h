/* The panels of the Prune screen where two runs stand under its slider. */
#ifndef UI_PRUNE_PAIR_DRAW_H
#define UI_PRUNE_PAIR_DRAW_H

#include "ui/grid.h"
#include "ui/prune_pair.h"

/* `reached`: what prune_pair_follow said. */
void prune_pair_draw_threshold(const struct prune_model *const pair[2], enum prune_basis basis,
                               bool reached, struct grid *grid, struct rect inside);
void prune_pair_draw_histogram(const struct prune_model *const pair[2], struct grid *grid,
                               struct rect inside);
void prune_pair_draw_curve(const struct prune_model *const pair[2], struct grid *grid,
                           struct rect inside);
void prune_pair_draw_savings(const struct prune_model *const pair[2], struct grid *grid,
                             struct rect inside);

#endif
