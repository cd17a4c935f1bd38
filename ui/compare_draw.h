/* The curves of the Compare screen and the cells of its table, from what its model knows. */
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

/* The columns of the table. */
enum compare_column {
    COMPARE_COLUMN_SERIES,
    COMPARE_COLUMN_NETWORK,
    COMPARE_COLUMN_DATA,
    COMPARE_COLUMN_SEEDS,
    COMPARE_COLUMN_CHANNELS,
    COMPARE_COLUMN_PARAMETERS,
    COMPARE_COLUMN_MACS,
    COMPARE_COLUMN_THRESHOLD,
    COMPARE_COLUMN_PRUNED,
    COMPARE_COLUMN_RETRAINED,
    COMPARE_COLUMNS,
};

/* What a column is of a series: a number, NaN when it is not known. */
double compare_number(const struct compare_series *series, enum compare_column column);

/* A cell of the table. */
void compare_draw_cell(const struct compare_model *model, int series, enum compare_column column,
                       char *text, size_t size, enum style *style);

/* The budget under a column of the curves' panel, in per cent. */
int compare_budget_at(struct rect inside, int column);

#endif
