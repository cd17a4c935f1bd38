/*
 * The columns of a study's table (columns.def), and what stands in their cells as people read them.
 */
#ifndef REPORT_COLUMNS_H
#define REPORT_COLUMNS_H

#include "base/text.h"
#include "report/results.h"

enum column_index {
#define LABEL(key, head, latex)              COLUMN_##key,
#define MEAN(key, head, latex, kind, marked) COLUMN_##key,
#include "report/columns.def"
#undef LABEL
#undef MEAN
    COLUMNS,
};

struct column {
    const char *key; /* in CSV and JSON */
    const char *head, *latex;
    size_t mean; /* where the struct mean stands in a row; 0: it is a label */
    bool accuracy, marked;
};
extern const struct column columns[COLUMNS];

/* The mean that a column shows of a row. */
const struct mean *column_mean(const struct column *column, const struct result_row *row);

/* Whether the table for people has the column: labels that tell rows apart, figures that exist. */
bool column_shown(const struct results *results, enum column_index column);

/* How a format writes what its letters do not agree on. */
struct column_style {
    const char *plus_minus, *missing, *percent, *guessed; /* " ± ", "–", "%", "≈" */
    bool symbols;                                         /* "Tℓ1" rather than "tl1" */
    /* Puts the mark of the best of its column round a cell's text. */
    void (*best)(struct text *cell);
};

/* A cell's text, without per cent signs; the caller frees. */
char *column_print(const struct result_row *row, enum column_index column,
                   const struct column_style *style);

/* Whether another network, data set or share begins with this row. */
bool row_begins_block(const struct results *results, int row);

/* "accuracies and shares in %, on test images; mean ± standard deviation over seeds …": what is
 * said under a table. The caller frees. */
char *columns_note(const struct results *results, const struct column_style *style);

#endif
