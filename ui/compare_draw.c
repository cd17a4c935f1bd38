#include "ui/compare_draw.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "ui/plot.h"
#include "ui/say.h"

enum { STEPS = 200 }; /* of a curve */

const char *compare_show_name(enum compare_show show)
{
    static const char *const names[COMPARE_SHOWS] = {"pruned and retrained", "pruned", "retrained"};

    return names[show];
}

enum style compare_style(int series)
{
    return say_run_style(series + 1);
}

enum glyph compare_marker(int series)
{
    return say_run_marker(series + 1);
}

/* --- the table ------------------------------------------------------------------------------- */

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

void compare_draw_cell(const struct compare_model *model, int index, enum compare_column column,
                       char *text, size_t size, enum style *style)
{
    const struct compare_series *series = &model->series[index];
    double number = compare_number(series, column);

    switch (column) {
    case COMPARE_COLUMN_SERIES:
        if (series->row->kind == RUN_TRAIN)
            say_penalty(series->row, text, size);
        else
            snprintf(text, size, "%s run %" PRId64, run_kind_name(series->row->kind),
                     series->row->id);
        *style = compare_style(index);
        break;
    case COMPARE_COLUMN_NETWORK: say_network(series->row, text, size); break;
    case COMPARE_COLUMN_DATA: snprintf(text, size, "%s", series->row->data); break;
    case COMPARE_COLUMN_PRUNED:
        write_accuracy(&series->pruned, series->runs, series->guessed, text, size);
        if (series->guessed)
            *style = STYLE_DIM;
        break;
    case COMPARE_COLUMN_RETRAINED:
        write_retrained(series, text, size);
        if (series->elsewhere)
            *style = STYLE_DIM;
        break;
    case COMPARE_COLUMN_THRESHOLD: say_number(number, text, size); break;
    default: say_count(number, text, size);
    }
}

/* --- the curves ------------------------------------------------------------------------------ */

static void find_range(const struct compare_model *model, enum compare_show show, double *low,
                       double *high)
{
    *low = 100;
    *high = 0;
    for (int i = 0; i < model->runs; i++) {
        const struct compare_run *run = &model->run[i];
        for (int k = 0; k < run->pruneds && show != COMPARE_RETRAINED; k++) {
            *low = fmin(*low, 100 * run->pruned[k].accuracy);
            *high = fmax(*high, 100 * run->pruned[k].accuracy);
        }
        for (int k = 0; k < run->retraineds && show != COMPARE_PRUNED; k++) {
            *low = fmin(*low, 100 * run->retrained[k].accuracy);
            *high = fmax(*high, 100 * run->retrained[k].accuracy);
        }
    }
    double margin = fmax(1, (*high - *low) * 0.05);
    *low = fmax(0, *low - margin);
    *high = fmin(100, *high + margin);
}

/* The mean as a line; where there are several seeds, one deviation above and below as dots. */
static void draw_series(const struct compare_model *model, struct plot *plot, int series)
{
    double x[STEPS + 1], mean[STEPS + 1];
    enum style style = compare_style(series);

    for (int i = 0; i <= STEPS; i++) {
        struct mean at;
        x[i] = 100.0 * i / STEPS;
        at = compare_series_at(model, series, x[i]);
        mean[i] = at.n ? 100 * at.mean : (double)NAN;
        for (int side = -1; side <= 1 && at.n > 1 && i % 3 == 0; side += 2) {
            double edge = mean[i] + side * 100 * mean_deviation(&at);
            plot_line(plot, &x[i], &edge, 1, style);
        }
    }
    plot_line(plot, x, mean, STEPS + 1, style);
}

/* Steps: a point holds until the next that removes more. */
static void draw_front(const struct compare_model *model, struct plot *plot, bool retrained)
{
    struct compare_point *front;
    int count = compare_front(model, retrained, &front);
    double *x = NEW(double, 2 * count + 1), *y = NEW(double, 2 * count + 1);

    for (int i = 0; i < count; i++) {
        x[2 * i] = i ? front[i - 1].removed[model->axis] : 0;
        x[2 * i + 1] = front[i].removed[model->axis];
        y[2 * i] = y[2 * i + 1] = 100 * front[i].accuracy;
    }
    plot_line(plot, x, y, 2 * count, STYLE_DIM);
    free(x);
    free(y);
    free(front);
}

static void draw_markers(const struct compare_model *model, enum compare_show show,
                         struct plot *plot)
{
    for (int i = 0; i < model->runs; i++) {
        const struct compare_run *run = &model->run[i];
        for (int k = 0; k < run->retraineds && show != COMPARE_PRUNED; k++)
            plot_marker(plot, run->retrained[k].removed[model->axis],
                        100 * run->retrained[k].accuracy, compare_marker(run->series),
                        compare_style(run->series));
    }
}

void compare_draw_curves(const struct compare_model *model, enum compare_show show,
                         struct grid *grid, struct rect inside)
{
    struct plot plot;
    double low, high;

    find_range(model, show, &low, &high);
    plot_open(&plot, grid, inside, 0, 100, low, high);
    draw_front(model, &plot, show != COMPARE_PRUNED);
    for (int i = 0; i < model->count && show != COMPARE_RETRAINED; i++)
        draw_series(model, &plot, i);
    plot_lay(&plot);
    plot_vertical(&plot, model->budget, STYLE_THRESHOLD);
    draw_markers(model, show, &plot);
    plot_done(&plot);
}

int compare_budget_at(struct rect inside, int column)
{
    enum { LABELS = 4 }; /* about what the plot's own take */
    int cols = inside.cols - LABELS, at = column - inside.col - LABELS;

    return at <= 0 || cols < 2 ? 0 : at >= cols ? 99 : at * 100 / (cols - 1);
}
