/* The table of the Compare screen: a line a series, from what its model knows. */
#ifndef UI_COMPARE_CELLS_H
#define UI_COMPARE_CELLS_H

#include "ui/compare_model.h"
#include "ui/grid.h"

/* The colour and the marker of a series. */
enum style compare_style(int series);
enum glyph compare_marker(int series);

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
    COMPARE_COLUMN_FRONT,
    COMPARE_COLUMNS,
};

/* What a column is of a series: a number, NaN when it is not known. */
double compare_number(const struct compare_series *series, enum compare_column column);

/* A cell of the table. The best accuracy of a column stands out. */
void compare_write_cell(const struct compare_model *model, int series, enum compare_column column,
                        char *text, size_t size, enum style *style);

/* Which of two series stands first when a column sorts them: unknown numbers go last, ties in the
 * order of the runs. */
int compare_order(const struct compare_model *model, int x, int y, enum compare_column column,
                  bool reverse);

/* On the frame over the table, behind a title of so many columns, as far as there is room: the runs
 * of a series, and for how many epochs its networks at the budget were retrained. */
void compare_draw_origin(const struct compare_model *model, int series, struct grid *grid,
                         struct rect table, int title);

#endif
