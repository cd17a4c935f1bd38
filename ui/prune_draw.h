/* The panels of the Prune screen, drawn from what its model knows. */
#ifndef UI_PRUNE_DRAW_H
#define UI_PRUNE_DRAW_H

#include "ui/grid.h"
#include "ui/prune_model.h"

/* Where the slider stands in the inside of its panel: one row. */
struct rect prune_slider_rect(struct rect inside);

void prune_draw_threshold(const struct prune_model *model, struct grid *grid, struct rect inside);
void prune_draw_histogram(const struct prune_model *model, struct grid *grid, struct rect inside);
void prune_draw_curve(const struct prune_model *model, struct grid *grid, struct rect inside);
/* The gates from number `top` on. */
void prune_draw_layers(const struct prune_model *model, struct grid *grid, struct rect inside,
                       int top);
/* `time_before`: seconds an image of the whole network, NaN: unknown. */
void prune_draw_savings(const struct prune_model *model, struct grid *grid, struct rect inside,
                        double time_before);

#endif
