/* Training curves: loss and accuracy over the epochs, as means over seeds. */
#include <math.h>
#include <stdlib.h>

#include "base/mean.h"
#include "base/memory.h"
#include "report/figure_private.h"
#include "report/seeds.h"

/* What is drawn of an epoch. */
typedef double (*value_of)(const struct epoch_row *row);

static double train_loss(const struct epoch_row *row)
{
    return row->train_loss;
}

static double val_loss(const struct epoch_row *row)
{
    return row->val_loss;
}

static double train_accuracy(const struct epoch_row *row)
{
    return 100 * row->train_accuracy;
}

static double val_accuracy(const struct epoch_row *row)
{
    return 100 * row->val_accuracy;
}

/* The epochs of the runs of a group. */
struct history {
    struct epoch_row **row; /* (runs) */
    int *rows;
    int runs, last;
};

static int read_history(struct history *history, struct store *store,
                        const struct seed_group *group, struct error *err)
{
    int code = 0;

    *history = (struct history){.row = NEW(struct epoch_row *, group->runs),
                                .rows = NEW(int, group->runs),
                                .runs = group->runs};
    for (int i = 0; i < group->runs && !code; i++) {
        code = epoch_list(store, group->run[i].id, &history->row[i], &history->rows[i], err);
        for (int k = 0; k < history->rows[i] && !code; k++)
            history->last = (int)fmax(history->last, history->row[i][k].epoch);
    }
    return code;
}

static void history_done(struct history *history)
{
    for (int i = 0; i < history->runs; i++)
        free(history->row[i]);
    free(history->row);
    free(history->rows);
}

/* The mean over the seeds at each epoch that all have reached. */
static void add_curve(struct panel *panel, const struct history *history, value_of value,
                      enum stroke stroke, int colour, const char *label)
{
    struct mean *mean = NEW(struct mean, history->last + 1);
    int points = 0;

    for (int i = 0; i < history->runs; i++)
        for (int k = 0; k < history->rows[i]; k++)
            mean_add(&mean[history->row[i][k].epoch], value(&history->row[i][k]));
    for (int epoch = 0; epoch <= history->last; epoch++)
        points += mean[epoch].n == history->runs;
    if (points > 0) {
        struct series *series = figure_add(panel, MARK_LINE, points);
        series->stroke = stroke;
        series->colour = colour;
        series->label = label ? memory_copy_text(label) : NULL;
        series->band = NEW(double, points);
        for (int epoch = 0, at = 0; epoch <= history->last; epoch++)
            if (mean[epoch].n == history->runs) {
                series->x[at] = epoch;
                series->y[at] = mean[epoch].mean;
                series->band[at++] = mean_deviation(&mean[epoch]);
            }
    }
    free(mean);
}

static int add_group(struct figure *figure, struct store *store, const struct seed_group *group,
                     int colour, struct error *err)
{
    struct history history;
    int code = read_history(&history, store, group, err);

    if (!code) {
        add_curve(&figure->panel[0], &history, train_loss, STROKE_SOLID, colour, group->label);
        add_curve(&figure->panel[0], &history, val_loss, STROKE_DASHED, colour, NULL);
        add_curve(&figure->panel[1], &history, train_accuracy, STROKE_SOLID, colour, NULL);
        add_curve(&figure->panel[1], &history, val_accuracy, STROKE_DASHED, colour, NULL);
    }
    history_done(&history);
    for (int i = 0; i < group->runs; i++)
        figure_add_source(figure, group->run[i].id, group->run[i].hash);
    return code;
}

int fill_training(struct figure *figure, struct store *store, const struct figure_request *request,
                  struct error *err)
{
    struct seeds seeds;
    char number[64];
    int code = seeds_open(&seeds, store, request->run, request->runs, FIGURE_SERIES, err);

    figure->panels = 2;
    for (int i = 0; i < seeds.groups && !code; i++)
        code = add_group(figure, store, &seeds.group[i], i, err);
    if (!code && figure->panel[0].count == 0)
        code = error_set(err, ERROR_DATA, "nothing to draw: no epoch has a loss");
    if (!code) {
        figure_fit(&figure->panel[0], 0);
        figure_fit(&figure->panel[1], 1);
        figure->panel[0].x.whole = figure->panel[1].x.whole = true;
        figure->panel[0].x.label = figure->panel[1].x.label = "epoch";
        figure->panel[0].y.label = "cross-entropy (nats)";
        figure->panel[1].y.label = "accuracy (%)";
        figure_add_key(&figure->panel[0], STROKE_SOLID, "training");
        figure_add_key(&figure->panel[0], STROKE_DASHED, "validation");
        seeds_print_number(&seeds, number, sizeof number);
        figure->note = memory_print("%s%s%s", seeds.common, *number ? "; " : "", number);
    }
    seeds_done(&seeds);
    return code;
}
