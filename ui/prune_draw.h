/* The panels of the Prune screen, drawn from what its model knows. */
#ifndef UI_PRUNE_DRAW_H
#define UI_PRUNE_DRAW_H

#include "ui/grid.h"
#include "ui/prune_model.h"
#include "ui/prune_sense.h"

/* Where the slider stands in the inside of its panel: one row. */
struct rect prune_slider_rect(struct rect inside);

/* Pieces for who draws more: the slider in its row; what is known of the accuracy here, and how;
 * and an axis (per cent) for all accuracies that are known of some models. */
void prune_draw_slider(const struct prune_model *model, struct grid *grid, struct rect inside);
void prune_draw_accuracy(const struct prune_model *model, struct line *line);
void prune_draw_range(const struct prune_model *const *models, int count, double *low,
                      double *high);

void prune_draw_threshold(const struct prune_model *model, struct grid *grid, struct rect inside);
void prune_draw_histogram(const struct prune_model *model, struct grid *grid, struct rect inside);
void prune_draw_curve(const struct prune_model *model, struct grid *grid, struct rect inside);
/* The same panel for one layer that is pruned alone. */
void prune_draw_layer_curve(const struct prune_model *model, const struct prune_sense *sense,
                            int gate, struct grid *grid, struct rect inside);
/* `time_before`: seconds an image of the whole network, NaN: unknown. */
void prune_draw_savings(const struct prune_model *model, struct grid *grid, struct rect inside,
                        double time_before);

#endif
