#include "ui/compare_cells.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/say.h"

enum style compare_style(int series)
{
    return say_run_style(series + 1);
}

enum glyph compare_marker(int series)
{
    return say_run_marker(series + 1);
}

double compare_number(const struct compare_series *series, enum compare_column column)
{
    const struct mean *mean = NULL;

    switch (column) {
    case COMPARE_COLUMN_SEEDS: return series->runs;
    case COMPARE_COLUMN_CHANNELS: mean = &series->channels; break;
    case COMPARE_COLUMN_PARAMETERS: mean = &series->parameters; break;
    case COMPARE_COLUMN_MACS: mean = &series->macs; break;
    case COMPARE_COLUMN_THRESHOLD: mean = &series->threshold; break;
    case COMPARE_COLUMN_PRUNED: mean = &series->pruned; break;
    case COMPARE_COLUMN_RETRAINED: mean = &series->retrained; break;
    case COMPARE_COLUMN_FRONT: return series->fronts;
    default: return (double)series->row->id;
    }
    return mean->n ? mean->mean : (double)NAN;
}

/* "92.4 ± 0.3", in per cent; "≈" in front where some of it is interpolated; "(2)" behind: of two of
 * them. */
static void write_accuracy(const struct mean *mean, int runs, bool guessed, char *text, size_t size)
{
    int used = 0;

    if (mean->n == 0)
        snprintf(text, size, "–");
    else if (mean->n == 1)
        used = snprintf(text, size, "%s%.1f", guessed ? "≈ " : "", 100 * mean->mean);
    else
        used = snprintf(text, size, "%s%.1f ± %.1f", guessed ? "≈ " : "", 100 * mean->mean,
                        100 * mean_deviation(mean));
    if (mean->n && mean->n < runs)
        snprintf(text + used, size - (size_t)used, " (%d)", mean->n);
}

/* "87.6 ± 0.1 at 60": of networks that were cut further than the budget, to where; "at 60+": some
 * of them to there, others further. */
static void write_retrained(const struct compare_series *series, char *text, size_t size)
{
    write_accuracy(&series->retrained, series->runs, false, text, size);
    if (!series->elsewhere)
        return;
    size_t used = strlen(text);
    snprintf(text + used, size - used, " at %.0f%s", series->least,
             series->most - series->least >= 1 ? "+" : "");
}

/* Whether no other series is better there; false where there is nothing to compare. */
static bool is_best(const struct compare_model *model, int index, enum compare_column column)
{
    double mine = compare_number(&model->series[index], column);
    int known = 0;

    for (int i = 0; i < model->count; i++) {
        double other = compare_number(&model->series[i], column);
        known += !isnan(other);
        if (other > mine)
            return false;
    }
    return !isnan(mine) && known > 1;
}

/* Where another series has the same name, the first run says which it is. */
static void write_name(const struct compare_series *series, char *text, size_t size)
{
    const struct run_row *row = series->row;

    if (row->kind != RUN_TRAIN) {
        snprintf(text, size, "%s run %" PRId64, run_kind_name(row->kind), row->id);
        return;
    }
    say_penalty(row, text, size);
    size_t used = strlen(text);
    if (series->twin)
        snprintf(text + used, size - used, " (run %" PRId64 ")", row->id);
}

void compare_write_cell(const struct compare_model *model, int index, enum compare_column column,
                        char *text, size_t size, enum style *style)
{
    const struct compare_series *series = &model->series[index];
    double number = compare_number(series, column);

    switch (column) {
    case COMPARE_COLUMN_SERIES:
        write_name(series, text, size);
        *style = compare_style(index);
        break;
    case COMPARE_COLUMN_NETWORK: say_network(series->row, text, size); break;
    case COMPARE_COLUMN_DATA: snprintf(text, size, "%s", series->row->data); break;
    case COMPARE_COLUMN_PRUNED:
        write_accuracy(&series->pruned, series->runs, series->guessed, text, size);
        *style = is_best(model, index, column) ? STYLE_SELECTED
                 : series->guessed             ? STYLE_DIM
                                               : STYLE_TEXT;
        break;
    case COMPARE_COLUMN_RETRAINED:
        write_retrained(series, text, size);
        *style = is_best(model, index, column) ? STYLE_SELECTED
                 : series->elsewhere           ? STYLE_DIM
                                               : STYLE_TEXT;
        break;
    case COMPARE_COLUMN_FRONT:
        if (series->fronts)
            snprintf(text, size, "%d", series->fronts);
        break;
    case COMPARE_COLUMN_THRESHOLD: say_number(number, text, size); break;
    default: say_count(number, text, size);
    }
}

static int compare_texts(const struct compare_series *a, const struct compare_series *b,
                         enum compare_column column)
{
    switch (column) {
    case COMPARE_COLUMN_NETWORK: return strcmp(a->row->arch, b->row->arch);
    case COMPARE_COLUMN_DATA: return strcmp(a->row->data, b->row->data);
    default: return 0;
    }
}

int compare_order(const struct compare_model *model, int x, int y, enum compare_column column,
                  bool reverse)
{
    const struct compare_series *a = &model->series[x], *b = &model->series[y];
    double p = compare_number(a, column), q = compare_number(b, column);

    if (isnan(p) != isnan(q))
        return isnan(p) ? 1 : -1;
    int order = compare_texts(a, b, column);
    if (!order)
        order = (p > q) - (p < q);
    return order ? (reverse ? -order : order) : x - y;
}

/* --- what the figures rest on ---------------------------------------------------------------- */

/* " runs 1 8 15 " */
static void write_runs(const struct compare_model *model, const struct compare_series *series,
                       char *text, size_t size)
{
    int used = snprintf(text, size, series->runs == 1 ? " run" : " runs"), i = series->first;
    int end = series->first + series->runs;

    for (; i < end && used < (int)size - 30; i++)
        used += snprintf(text + used, size - (size_t)used, " %" PRId64, model->run[i].id);
    snprintf(text + used, size - (size_t)used, i < end ? " … " : " ");
}

/* " retrained for 4 epochs "; "" where none was. */
static void write_epochs(const struct compare_series *series, char *text, size_t size)
{
    *text = '\0';
    if (series->longest > series->shortest)
        snprintf(text, size, " retrained for %d to %d epochs ", series->shortest, series->longest);
    else if (series->longest)
        snprintf(text, size, " retrained for %d epoch%s ", series->longest,
                 series->longest == 1 ? "" : "s");
}

void compare_draw_origin(const struct compare_model *model, int series, struct grid *grid,
                         struct rect table, int title)
{
    const struct compare_series *one = &model->series[series];
    enum style style = one->longest > one->shortest ? STYLE_WARN : STYLE_DIM;
    int row = table.row - 1, col = table.col + title + 4, end = table.col + table.cols - 2;
    char runs[200], epochs[80];

    write_runs(model, one, runs, sizeof runs);
    write_epochs(one, epochs, sizeof epochs);
    if ((int)strlen(runs) + (int)strlen(epochs) <= end - col)
        col += grid_text(grid, row, col, end - col, STYLE_DIM, runs);
    if (style == STYLE_WARN && (int)strlen(epochs) > end - col)
        snprintf(epochs, sizeof epochs, " %d–%d epochs ", one->shortest, one->longest);
    if (grid_text_width(grid, epochs) <= end - col)
        grid_text(grid, row, col, end - col, style, epochs);
}
