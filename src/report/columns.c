#include "report/columns.h"

#include <inttypes.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { SHARE, ACCURACY };

const struct column columns[COLUMNS] = {
#define LABEL(key, head, latex) {#key, head, latex, 0, false, false},
#define MEAN(key, head, latex, kind, marked)                                                       \
    {#key, head, latex, offsetof(struct result_row, key), (kind) == ACCURACY, marked},
#include "report/columns.def"
#undef LABEL
#undef MEAN
};

const struct mean *column_mean(const struct column *column, const struct result_row *row)
{
    return (const struct mean *)(const void *)((const char *)row + column->mean);
}

/* --- what is shown ---------------------------------------------------------------------------- */

static bool any_known(const struct results *results, enum column_index column)
{
    for (int i = 0; i < results->rows; i++)
        if (column_mean(&columns[column], &results->row[i])->n > 0)
            return true;
    return false;
}

static bool all_comparable(const struct results *results)
{
    for (int i = 1; i < results->seeds.groups; i++)
        if (!results_comparable(&results->seeds.group[0], &results->seeds.group[i]))
            return false;
    return true;
}

static bool any_shape(const struct results *results)
{
    for (int i = 0; i < results->seeds.groups; i++) {
        struct penalty penalty;
        seeds_penalty(&results->seeds.group[i].run[0], &penalty);
        if (penalty_uses_a(penalty.kind) || penalty_uses_p(penalty.kind))
            return true;
    }
    return false;
}

bool column_shown(const struct results *results, enum column_index column)
{
    switch (column) {
    case COLUMN_network:
    case COLUMN_data: return !all_comparable(results);
    case COLUMN_shape: return any_shape(results);
    case COLUMN_bytes: return results->axis == COST_BYTES;
    case COLUMN_scratch:
    case COLUMN_retrained_at:
    case COLUMN_scratch_at: return any_known(results, column);
    default: return true;
    }
}

/* --- cells ------------------------------------------------------------------------------------ */

static void print_penalty(const struct run_row *run, bool symbols, struct text *text)
{
    struct penalty penalty;
    char name[64];
    seeds_penalty(run, &penalty);
    if (!symbols) {
        text_add(text, "%s", penalty_name(penalty.kind));
        return;
    }
    penalty_print(&penalty, name, sizeof name);
    text_add(text, "%.*s", (int)strcspn(name, " "), name);
}

static void print_shape(const struct run_row *run, struct text *text)
{
    struct penalty penalty;
    seeds_penalty(run, &penalty);
    if (penalty_uses_a(penalty.kind))
        text_add(text, "a = %g", penalty.a);
    if (penalty_uses_p(penalty.kind))
        text_add(text, "p = %g", penalty.p);
}

static void print_label(const struct result_row *row, enum column_index column,
                        const struct column_style *style, struct text *text)
{
    const struct run_row *run = &row->group->run[0];
    char percent[32];
    switch (column) {
    case COLUMN_network:
        text_add(text, "%s", run->arch);
        if (run->width < 1 || run->width > 1)
            text_add(text, " x%g", run->width);
        break;
    case COLUMN_data: text_add(text, "%s", run->data); break;
    case COLUMN_penalty: print_penalty(run, style->symbols, text); break;
    case COLUMN_shape: print_shape(run, text); break;
    case COLUMN_lambda:
        if (!isnan(run->lambda))
            text_add(text, "%g", run->lambda);
        break;
    case COLUMN_seeds: text_add(text, "%d", row->group->runs); break;
    default:
        decimal_print(row->percent, percent, sizeof percent);
        text_add(text, "%s %s", percent, style->percent);
    }
}

/* "92.41 ± 0.12", of fewer than all seeds with their number: "92.41 ± 0.12 (2)". */
static void print_mean(const struct result_row *row, enum column_index column,
                       const struct column_style *style, struct text *text)
{
    const struct mean *mean = column_mean(&columns[column], row);
    int digits = columns[column].accuracy ? 2 : 1;
    if (mean->n == 0) {
        text_add(text, "%s", style->missing);
        return;
    }
    if (column == COLUMN_pruned && row->guessed)
        text_add(text, "%s", style->guessed);
    text_add(text, "%.*f", digits, 100 * mean->mean);
    if (mean->n > 1)
        text_add(text, "%s%.*f", style->plus_minus, digits, 100 * mean_deviation(mean));
    if (mean->n < row->group->runs)
        text_add(text, " (%d)", mean->n);
}

char *column_print(const struct result_row *row, enum column_index column,
                   const struct column_style *style)
{
    struct text text = {0};
    if (columns[column].mean)
        print_mean(row, column, style, &text);
    else
        print_label(row, column, style, &text);
    if (row->best >> column & 1)
        style->best(&text);
    text_add(&text, "%s", "");
    return text_take(&text);
}

bool row_begins_block(const struct results *results, int row)
{
    if (row == 0)
        return true;
    const struct result_row *here = &results->row[row], *above = here - 1;
    double share = decimal_value(here->percent), before = decimal_value(above->percent);
    return share < before || share > before || !results_comparable(here->group, above->group);
}

/* --- the note --------------------------------------------------------------------------------- */

char *columns_note(const struct results *results, const struct column_style *style)
{
    struct text text = {0};
    bool guessed = false, several = false;
    for (int i = 0; i < results->rows; i++) {
        guessed |= results->row[i].guessed;
        several |= results->row[i].group->runs > 1;
    }
    text_add(&text,
             "In %s: accuracy on %s images before and after pruning, after retraining and from "
             "scratch; what was removed of channels, parameters and MACs",
             style->percent, results->validation ? "validation" : "test");
    if (several)
        text_add(&text,
                 "; mean%sstandard deviation over seeds, in brackets of how many where not of all",
                 style->plus_minus);
    text_add(&text, ". At an equal share of %s.", cost_axis_name(results->axis));
    if (guessed)
        text_add(&text, " %s: interpolated between the recorded prunings.", style->guessed);
    if (column_shown(results, COLUMN_retrained_at) || column_shown(results, COLUMN_scratch_at))
        text_add(&text, " Retrained and from scratch at the next share that is at least as large, "
                        "which stands beside.");
    return text_take(&text);
}
