#include "ui/compare_model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"

const char *compare_axis_name(enum compare_axis axis)
{
    return cost_axis_name((enum cost_axis)axis);
}

/* --- series ---------------------------------------------------------------------------------- */

static bool same_number(double a, double b)
{
    return (isnan(a) && isnan(b)) || (a >= b && a <= b);
}

/* As the view seed_summary groups them; what is not finished is compared with its like only. */
static bool differ_in_seed(const struct run_row *a, const struct run_row *b)
{
    return a->kind == b->kind && (a->status == RUN_FINISHED) == (b->status == RUN_FINISHED) &&
           text_equal(a->arch, b->arch) && same_number(a->width, b->width) &&
           text_equal(a->data, b->data) && text_equal(a->penalty, b->penalty) &&
           same_number(a->lambda, b->lambda) && same_number(a->a, b->a) &&
           same_number(a->p, b->p) && a->epochs == b->epochs;
}

static int find_series(struct compare_model *model, struct store *store, const struct run_row *row)
{
    struct compare_series *series;

    for (int i = 0; i < model->count; i++)
        if (differ_in_seed(&model->series[i].row, row))
            return i;
    series = &model->series[model->count];
    *series = (struct compare_series){0};
    if (run_get(store, row->id, &series->row, &model->trouble))
        return -1;
    return model->count++;
}

static bool is_wanted(const struct run_row *row, const int64_t *run, int runs)
{
    for (int i = 0; i < runs; i++)
        if (run[i] == row->id)
            return row->epoch > 0;
    return runs == 0 && row->kind == RUN_TRAIN && row->status == RUN_FINISHED && row->epoch > 0;
}

void compare_model_open(struct compare_model *model, struct store *store, const int64_t *run,
                        int runs)
{
    struct run_row *row = NULL;
    int rows = 0;

    *model = (struct compare_model){.version = store_version(store)};
    if (run_list(store, &row, &rows, &model->trouble))
        return;
    model->run = NEW(struct compare_run, rows + 1);
    model->series = NEW(struct compare_series, rows + 1);
    for (int i = 0; i < rows; i++) {
        int series = is_wanted(&row[i], run, runs) ? find_series(model, store, &row[i]) : -1;
        if (series < 0)
            continue;
        model->run[model->runs++] = (struct compare_run){.id = row[i].id, .series = series};
        model->series[series].runs++;
    }
    run_rows_free(row, rows);
}

void compare_model_done(struct compare_model *model)
{
    for (int i = 0; i < model->runs; i++) {
        prune_model_done(&model->run[i].model);
        free(model->run[i].pruned);
        free(model->run[i].retrained);
    }
    for (int i = 0; i < model->count; i++)
        run_row_done(&model->series[i].row);
    free(model->run);
    free(model->series);
    *model = (struct compare_model){0};
}

/* --- points ---------------------------------------------------------------------------------- */

static double removed_by(const struct preview *preview, const struct cost *cost,
                         enum compare_axis axis)
{
    return cost_removed(preview_before(preview), cost, (enum cost_axis)axis);
}

static struct compare_point make_point(struct compare_run *run, int kept, double accuracy)
{
    struct prune_model *model = &run->model;
    struct compare_point point = {.accuracy = accuracy, .series = run->series};
    int count = prune_known_count(model->preview, kept);
    struct preview_state state;

    preview_at(model->preview, count < 0 ? model->channels - kept : count, model->kept, NULL,
               &state);
    for (int axis = 0; axis < COMPARE_AXES; axis++)
        point.removed[axis] = removed_by(model->preview, &state.cost, (enum compare_axis)axis);
    return point;
}

static int compare_points(const void *a, const void *b)
{
    const struct compare_point *x = a, *y = b;

    return (x->removed[0] > y->removed[0]) - (x->removed[0] < y->removed[0]);
}

static void make_points(struct compare_run *run)
{
    const struct prune_known *known = &run->model.known;
    const struct prune_curve *curve = &known->curve[0];

    run->pruned = NEW(struct compare_point, curve->points + 1);
    run->retrained = NEW(struct compare_point, known->retrains + 1);
    for (int i = 0; i < curve->points; i++)
        run->pruned[run->pruneds++] =
            make_point(run, curve->point[i].kept, curve->point[i].accuracy);
    for (int i = 0; i < known->retrains; i++)
        if (known->retrained[i].status == RUN_FINISHED && !isnan(known->retrained[i].accuracy))
            run->retrained[run->retraineds++] =
                make_point(run, known->retrained[i].kept, known->retrained[i].accuracy);
    qsort(run->pruned, (size_t)run->pruneds, sizeof *run->pruned, compare_points);
    qsort(run->retrained, (size_t)run->retraineds, sizeof *run->retrained, compare_points);
}

bool compare_model_work(struct compare_model *model, struct store *store, double seconds)
{
    double end = clock_seconds() + seconds;

    while (model->read < model->runs) {
        struct compare_run *run = &model->run[model->read];
        prune_model_open(&run->model, store, run->id);
        if (run->model.preview)
            make_points(run);
        run->read = true;
        model->read++;
        if (clock_seconds() >= end)
            break;
    }
    compare_model_cut(model, model->axis, model->budget);
    return model->read < model->runs;
}

/* --- the budget ------------------------------------------------------------------------------ */

static void cut_run(struct compare_run *run, enum compare_axis axis, int budget)
{
    struct prune_model *model = &run->model;
    struct compare_cut *cut = &run->cut;

    *cut = (struct compare_cut){.retrained = (double)NAN, .retrained_at = (double)NAN};
    if (!model->preview)
        return;
    cut->count = preview_budget(model->preview, (enum cost_axis)axis,
                                (struct decimal){.digits = budget}, model->most);
    preview_at(model->preview, cut->count, model->kept, NULL, &cut->state);
    cut->pruned = prune_known_at(&model->known, false, cut->state.kept);
    double here = removed_by(model->preview, &cut->state.cost, axis);
    for (int i = run->retraineds - 1; i >= 0; i--)
        if (run->retrained[i].removed[axis] >= here - 1e-9) {
            cut->retrained = run->retrained[i].accuracy;
            cut->retrained_at = run->retrained[i].removed[axis];
        }
}

/* Means as Welford has them: one pass, no large sums. */
static void add(struct compare_mean *mean, double value)
{
    if (isnan(value))
        return;
    double before = mean->mean;
    mean->n++;
    mean->mean += (value - before) / mean->n;
    mean->deviation += (value - before) * (value - mean->mean); /* a sum of squares till the end */
}

static void finish(struct compare_mean *mean)
{
    mean->deviation = mean->n > 1 ? sqrt(mean->deviation / (mean->n - 1)) : (double)NAN;
}

static void sum_up(struct compare_model *model, int index)
{
    struct compare_series *series = &model->series[index];
    struct compare_mean *all[] = {&series->channels,  &series->parameters, &series->macs,
                                  &series->threshold, &series->pruned,     &series->retrained};

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        *all[i] = (struct compare_mean){0};
    series->guessed = false;
    for (int i = 0; i < model->runs; i++) {
        const struct compare_run *run = &model->run[i];
        const struct compare_cut *cut = &run->cut;
        if (run->series != index || !run->read || !run->model.preview)
            continue;
        bool known = cut->pruned.state != PRUNE_UNKNOWN;
        add(&series->channels, cut->state.kept);
        add(&series->parameters, (double)cut->state.cost.parameters);
        add(&series->macs, (double)cut->state.cost.macs);
        add(&series->threshold, cut->state.threshold);
        add(&series->pruned, known ? cut->pruned.accuracy : (double)NAN);
        add(&series->retrained, cut->retrained);
        series->guessed |= cut->pruned.state == PRUNE_INTERPOLATED;
    }
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        finish(all[i]);
}

void compare_model_cut(struct compare_model *model, enum compare_axis axis, int budget)
{
    model->axis = axis;
    model->budget = budget < 0 ? 0 : budget > 99 ? 99 : budget;
    for (int i = 0; i < model->read; i++)
        cut_run(&model->run[i], axis, model->budget);
    for (int i = 0; i < model->count; i++)
        sum_up(model, i);
}

/* --- curves ---------------------------------------------------------------------------------- */

static double accuracy_at(const struct compare_run *run, enum compare_axis axis, double removed)
{
    for (int i = 0; i < run->pruneds; i++) {
        const struct compare_point *high = &run->pruned[i], *low = i ? high - 1 : high;
        double from = low->removed[axis], to = high->removed[axis];
        if (removed < from || removed > to)
            continue;
        double share = to > from ? (removed - from) / (to - from) : 0;
        return low->accuracy + share * (high->accuracy - low->accuracy);
    }
    return (double)NAN;
}

struct compare_mean compare_series_at(const struct compare_model *model, int series, double removed)
{
    struct compare_mean mean = {0};

    for (int i = 0; i < model->read; i++)
        if (model->run[i].series == series)
            add(&mean, accuracy_at(&model->run[i], model->axis, removed));
    finish(&mean);
    return mean;
}

static bool beats(const struct compare_point *a, const struct compare_point *b,
                  enum compare_axis axis)
{
    return a->removed[axis] >= b->removed[axis] && a->accuracy >= b->accuracy &&
           (a->removed[axis] > b->removed[axis] || a->accuracy > b->accuracy);
}

int compare_front(const struct compare_model *model, bool retrained, struct compare_point **front)
{
    struct compare_point *all = NULL;
    int points = 0, count = 0;

    for (int i = 0; i < model->read; i++) {
        const struct compare_run *run = &model->run[i];
        int more = retrained ? run->retraineds : run->pruneds;
        all = memory_grow(all, (size_t)(points + more) + 1, sizeof *all);
        for (int k = 0; k < more; k++)
            all[points++] = retrained ? run->retrained[k] : run->pruned[k];
    }
    *front = NEW(struct compare_point, points + 1);
    for (int i = 0; i < points; i++) {
        bool beaten = false;
        for (int k = 0; k < points && !beaten; k++)
            beaten = beats(&all[k], &all[i], model->axis);
        int at = count;
        for (; !beaten && at > 0 &&
               (*front)[at - 1].removed[model->axis] > all[i].removed[model->axis];
             at--)
            (*front)[at] = (*front)[at - 1];
        if (!beaten) {
            (*front)[at] = all[i];
            count++;
        }
    }
    free(all);
    return count;
}
