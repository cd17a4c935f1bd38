/* Accuracy against what was removed: after pruning, after retraining, and trained from scratch. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mean.h"
#include "base/memory.h"
#include "base/text.h"
#include "report/figure_private.h"
#include "report/removed.h"
#include "report/seeds.h"

enum stage { PRUNED, RETRAINED, SCRATCH, STAGES };

/* One amount of pruning: the mean over the seeds that have it. */
struct point {
    char *amount;
    struct mean removed, accuracy;
};

struct curve {
    struct point *point;
    int points;
};

struct filling {
    struct figure *figure;
    struct store *store;
    const struct figure_request *request;
    bool used[STAGES];
};

static void add_point(struct curve *curve, const char *amount, double removed, double accuracy)
{
    struct point *point = NULL;

    if (isnan(accuracy))
        return;
    for (int i = 0; i < curve->points && !point; i++)
        if (text_equal(curve->point[i].amount, amount))
            point = &curve->point[i];
    if (!point) {
        curve->point = memory_grow(curve->point, (size_t)curve->points + 1, sizeof *curve->point);
        point = &curve->point[curve->points++];
        *point = (struct point){.amount = memory_copy_text(amount)};
    }
    mean_add(&point->removed, removed);
    mean_add(&point->accuracy, 100 * accuracy);
}

static double accuracy_of(const struct filling *filling, const struct run_row *run)
{
    return filling->request->validation ? run->val_accuracy : run->test_accuracy;
}

static int add_retrained(struct filling *filling, struct curve *curve,
                         const struct pruning_row *pruning, const struct run_row *child,
                         int children, const char *amount)
{
    int added = 0;

    for (int i = 0; i < children; i++) {
        if (child[i].pruning != pruning->id || child[i].status != RUN_FINISHED)
            continue;
        add_point(&curve[child[i].scratch ? SCRATCH : RETRAINED], amount,
                  removed_by(pruning, filling->request->against), accuracy_of(filling, &child[i]));
        figure_add_source(filling->figure, child[i].id, child[i].hash);
        added++;
    }
    return added;
}

/* Prunings of the last epoch that were made alike: folded or not, as published or not. */
static int read_run(struct filling *filling, const struct run_row *run, int variant,
                    struct curve *curve, struct error *err)
{
    struct pruning_row *pruning = NULL;
    struct run_row *child = NULL;
    int prunings = 0, children = 0, before = curve[PRUNED].points;
    int code = pruning_list(filling->store, run->id, &pruning, &prunings, err);

    if (!code)
        code = run_list_children(filling->store, run->id, &child, &children, err);
    for (int i = 0; i < prunings && !code; i++) {
        const struct pruning_row *row = &pruning[i];
        if (row->epoch != run->epoch || row->fold_beta + 2 * row->as_published != variant)
            continue;
        char *amount = memory_print("%s %d %d", row->amount, row->floor, row->round);
        add_point(&curve[PRUNED], amount, removed_by(row, filling->request->against),
                  filling->request->validation ? row->val_accuracy : row->test_accuracy);
        add_retrained(filling, curve, row, child, children, amount);
        free(amount);
    }
    if (curve[PRUNED].points > before || (before > 0 && prunings > 0))
        add_point(&curve[PRUNED], "", 0, accuracy_of(filling, run));
    pruning_rows_free(pruning, prunings);
    run_rows_free(child, children);
    return code;
}

static int compare_points(const void *a, const void *b)
{
    double x = ((const struct point *)a)->removed.mean, y = ((const struct point *)b)->removed.mean;

    return (x > y) - (x < y);
}

/* Points that only some of the seeds have are left out: a line through them would show which seeds
 * they are, not what pruning does. */
static void add_curve(struct filling *filling, struct curve *curve, enum stage stage, int colour,
                      const char *label)
{
    int most = 0, points = 0;

    for (int i = 0; i < curve->points; i++)
        most = curve->point[i].accuracy.n > most ? curve->point[i].accuracy.n : most;
    if (most == 0)
        return;
    qsort(curve->point, (size_t)curve->points, sizeof *curve->point, compare_points);
    struct series *series = figure_add(&filling->figure->panel[0], MARK_LINE, curve->points);
    series->colour = colour;
    series->stroke = (enum stroke)stage;
    series->label = label ? memory_copy_text(label) : NULL;
    series->band = NEW(double, curve->points);
    for (int i = 0; i < curve->points; i++) {
        if (curve->point[i].accuracy.n < most)
            continue;
        series->x[points] = curve->point[i].removed.mean;
        series->y[points] = curve->point[i].accuracy.mean;
        series->band[points++] = mean_deviation(&curve->point[i].accuracy);
    }
    series->points = points;
    filling->used[stage] = true;
}

static int fill_group(struct filling *filling, const struct seed_group *group, int variant,
                      int *colour, struct error *err)
{
    static const char *const variants[] = {"", ", β folded", ", as published",
                                           ", as published, β folded"};
    struct curve curve[STAGES] = {0};
    char *label = memory_print("%s%s", group->label, variants[variant]);
    int code = 0;

    for (int i = 0; i < group->runs && !code; i++) {
        code = read_run(filling, &group->run[i], variant, curve, err);
        figure_add_source(filling->figure, group->run[i].id, group->run[i].hash);
    }
    for (int stage = 0; stage < STAGES; stage++)
        add_curve(filling, &curve[stage], (enum stage)stage, *colour,
                  stage == PRUNED ? label : NULL);
    *colour += curve[PRUNED].points > 0;
    for (int stage = 0; stage < STAGES; stage++) {
        for (int i = 0; i < curve[stage].points; i++)
            free(curve[stage].point[i].amount);
        free(curve[stage].point);
    }
    free(label);
    return code;
}

static void name_axes(struct filling *filling)
{
    static const char *const removed[] = {"channels pruned (%)", "parameters removed (%)",
                                          "MACs removed (%)", "bytes removed (%)"};
    static const char *const stages[] = {"pruned", "retrained", "from scratch"};
    struct panel *panel = &filling->figure->panel[0];

    panel->x.label = removed[filling->request->against];
    panel->y.label = filling->request->validation ? "validation accuracy (%)" : "test accuracy (%)";
    for (int stage = 0; stage < STAGES; stage++)
        if (filling->used[stage])
            figure_add_key(panel, (enum stroke)stage, stages[stage]);
    figure_fit(panel, 1);
}

int fill_accuracy(struct figure *figure, struct store *store, const struct figure_request *request,
                  struct error *err)
{
    struct filling filling = {figure, store, request, {false}};
    struct seeds seeds;
    int colour = 0;
    char number[64];
    int code = seeds_open(&seeds, store, request->run, request->runs, FIGURE_SERIES, err);

    figure->panels = 1;
    for (int i = 0; i < seeds.groups && !code; i++)
        for (int variant = 0; variant < 4 && !code; variant++)
            code = fill_group(&filling, &seeds.group[i], variant, &colour, err);
    if (!code && colour == 0) {
        code = error_set(err, ERROR_DATA, "nothing to draw: no accuracy of a pruned network");
        error_hint(err, "slimscope prune RUN --channels 50%% measures one");
    }
    if (!code && colour > FIGURE_SERIES)
        code = error_set(err, ERROR_USAGE, "%d series are too many for one figure: at most %d",
                         colour, FIGURE_SERIES);
    if (!code) {
        name_axes(&filling);
        seeds_print_number(&seeds, number, sizeof number);
        figure->note = memory_print("%s%s%s", seeds.common, *number ? "; " : "", number);
    }
    seeds_done(&seeds);
    return code;
}
