#include "ui/compare_model.h"

#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"

static const double cut_seconds = 0.01; /* that a key waits for */

const char *compare_axis_name(enum compare_axis axis)
{
    return cost_axis_name((enum cost_axis)axis);
}

const char *compare_show_name(enum compare_show show)
{
    static const char *const names[COMPARE_SHOWS] = {"", " · pruned", " · retrained"};

    return names[show];
}

/* --- series ---------------------------------------------------------------------------------- */

/* The series of that number; of a new one `row` is the first. */
static int find_series(struct compare_model *model, int number, const struct run_row *row)
{
    for (int i = 0; i < model->count; i++)
        if (model->series[i].number == number)
            return i;
    model->series[model->count] = (struct compare_series){.number = number, .row = row};
    return model->count++;
}

static bool is_wanted(const struct run_row *row, const int64_t *run, int runs)
{
    for (int i = 0; i < runs; i++)
        if (run[i] == row->id)
            return row->epoch > 0;
    return runs == 0 && row->kind == RUN_TRAIN && row->status == RUN_FINISHED && row->epoch > 0;
}

/* Puts the runs of a series together, in their order. */
static void sort_runs(struct compare_model *model)
{
    struct compare_run *sorted = NEW(struct compare_run, model->runs + 1);
    int *next = NEW(int, model->count + 1);

    for (int i = 0; i < model->runs; i++)
        model->series[model->run[i].series].runs++;
    for (int i = 0; i < model->count; i++)
        model->series[i].first = next[i] = i ? next[i - 1] + model->series[i - 1].runs : 0;
    for (int i = 0; i < model->runs; i++)
        sorted[next[model->run[i].series]++] = model->run[i];
    free(model->run);
    free(next);
    model->run = sorted;
}

/* --- listing --------------------------------------------------------------------------------- */

static void run_done(struct compare_run *run)
{
    prune_model_done(&run->model);
    free(run->stamp);
    free(run->pruned);
    free(run->retrained);
    *run = (struct compare_run){0};
}

static int by_id(const void *a, const void *b)
{
    int64_t x = (*(struct compare_run *const *)a)->id, y = (*(struct compare_run *const *)b)->id;

    return (x > y) - (x < y);
}

static void take_over(struct compare_run *run, struct compare_run *old)
{
    int series = run->series;

    *run = *old;
    *old = (struct compare_run){.id = run->id}; /* which others are still looked up beside */
    run->series = series;
    run->fresh = false;
}

/* What was known of the same runs before. */
static void adopt(struct compare_model *model, struct compare_model *before)
{
    struct compare_run **old = NEW(struct compare_run *, before->runs + 1);

    for (int i = 0; i < before->runs; i++)
        old[i] = &before->run[i];
    qsort(old, (size_t)before->runs, sizeof(struct compare_run *), by_id);
    for (int i = 0; i < model->runs; i++) {
        struct compare_run *run = &model->run[i];
        struct compare_run **found =
            bsearch(&run, old, (size_t)before->runs, sizeof(struct compare_run *), by_id);
        if (found)
            take_over(run, *found);
    }
    free(old);
}

/* Equal, or both unknown. */
static bool same_number(double a, double b)
{
    return isnan(a) ? isnan(b) : !(a < b) && !(a > b) && !isnan(b);
}

/* Whether nothing that the table says tells two runs apart. */
static bool are_twins(const struct run_row *a, const struct run_row *b)
{
    return a->kind == b->kind && same_number(a->lambda, b->lambda) && same_number(a->a, b->a) &&
           same_number(a->p, b->p) && same_number(a->width, b->width) &&
           text_equal(a->penalty, b->penalty) && text_equal(a->arch, b->arch) &&
           text_equal(a->data, b->data);
}

static void find_twins(struct compare_model *model)
{
    for (int i = 0; i < model->count; i++)
        for (int k = 0; k < i; k++)
            if (are_twins(model->series[i].row, model->series[k].row))
                model->series[i].twin = model->series[k].twin = true;
}

static void list_runs(struct compare_model *model, const int64_t *run, int runs)
{
    const struct roster *roster = model->roster;

    model->run = NEW(struct compare_run, roster->count + 1);
    model->series = NEW(struct compare_series, roster->count + 1);
    for (int i = 0; i < roster->count; i++) {
        const struct run_row *row = &roster->row[i];
        if (is_wanted(row, run, runs))
            model->run[model->runs++] = (struct compare_run){
                .id = row->id, .series = find_series(model, roster->series[i], row)};
    }
    sort_runs(model);
    find_twins(model);
}

void compare_model_done(struct compare_model *model)
{
    for (int i = 0; i < model->runs; i++)
        run_done(&model->run[i]);
    free(model->run);
    free(model->series);
    free(model->front);
    roster_release(model->roster);
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
    struct compare_point point = {.accuracy = accuracy};
    int count = prune_known_count(model->preview, kept);
    struct preview_state state;

    preview_at(model->preview, count < 0 ? model->channels - kept : count, model->kept, NULL,
               &state);
    for (int axis = 0; axis < COMPARE_AXES; axis++)
        point.removed[axis] = removed_by(model->preview, &state.cost, (enum compare_axis)axis);
    return point;
}

/* By what they removed; of several retrainings of one network the first counts, and stands first.
 */
static int compare_points(const void *a, const void *b)
{
    const struct compare_point *x = a, *y = b;
    int order = (x->removed[0] > y->removed[0]) - (x->removed[0] < y->removed[0]);

    return order ? order : (x->run > y->run) - (x->run < y->run);
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
    for (int i = 0; i < known->retrains; i++) {
        const struct prune_retrained *one = &known->retrained[i];
        if (one->status != RUN_FINISHED || isnan(one->accuracy))
            continue;
        struct compare_point *point = &run->retrained[run->retraineds++];
        *point = make_point(run, one->kept, one->accuracy);
        point->run = one->run;
        point->epochs = one->epochs;
    }
    qsort(run->pruned, (size_t)run->pruneds, sizeof *run->pruned, compare_points);
    qsort(run->retrained, (size_t)run->retraineds, sizeof *run->retrained, compare_points);
    int kept = 0;
    for (int i = 0; i < run->retraineds; i++)
        if (!kept || run->retrained[i].removed[0] > run->retrained[kept - 1].removed[0])
            run->retrained[kept++] = run->retrained[i];
    run->retraineds = kept;
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
            cut->epochs = run->retrained[i].epochs;
        }
    cut->elsewhere = cut->retrained_at > here + 1e-9;
}

static bool all_cut(const struct compare_model *model, const struct compare_series *series)
{
    for (int i = series->first; i < series->first + series->runs; i++)
        if (!model->run[i].is_cut)
            return false;
    return true;
}

static void sum_up(struct compare_model *model, struct compare_series *series)
{
    struct mean *all[] = {&series->channels,  &series->parameters, &series->macs,
                          &series->threshold, &series->pruned,     &series->retrained};

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        *all[i] = (struct mean){0};
    series->guessed = series->elsewhere = false;
    series->least = HUGE_VAL;
    series->most = -HUGE_VAL;
    series->shortest = series->longest = 0;
    for (int i = series->first; i < series->first + series->runs; i++) {
        const struct compare_cut *cut = &model->run[i].cut;
        if (!model->run[i].model.preview)
            continue;
        bool known = cut->pruned.state != PRUNE_UNKNOWN;
        mean_add(&series->channels, cut->state.kept);
        mean_add(&series->parameters, (double)cut->state.cost.parameters);
        mean_add(&series->macs, (double)cut->state.cost.macs);
        mean_add(&series->threshold, cut->state.threshold);
        mean_add(&series->pruned, known ? cut->pruned.accuracy : (double)NAN);
        mean_add(&series->retrained, cut->retrained);
        series->guessed |= cut->pruned.state == PRUNE_INTERPOLATED;
        series->elsewhere |= cut->elsewhere;
        series->least = fmin(series->least, cut->retrained_at);
        series->most = fmax(series->most, cut->retrained_at);
        if (cut->epochs && (!series->shortest || cut->epochs < series->shortest))
            series->shortest = cut->epochs;
        series->longest = cut->epochs > series->longest ? cut->epochs : series->longest;
    }
}

const char *compare_measure(const struct compare_model *model)
{
    bool val = false, test = false;

    for (int i = 0; i < model->runs; i++)
        if (model->run[i].model.preview) {
            val |= text_equal(model->run[i].model.known.split, "val");
            test |= text_equal(model->run[i].model.known.split, "test");
        }
    return val && test ? "Validation or test accuracy"
           : test      ? "Test accuracy"
                       : "Validation accuracy";
}

/* --- what follows ---------------------------------------------------------------------------- */

/* What follows from the runs. */
static void derive(struct compare_model *model)
{
    for (int i = 0; i < model->count; i++)
        if (all_cut(model, &model->series[i]))
            sum_up(model, &model->series[i]);
    compare_find_front(model);
}

void compare_model_list(struct compare_model *model, struct roster **latest, struct store *store,
                        const int64_t *run, int runs)
{
    struct compare_model before = *model;

    *model =
        (struct compare_model){.axis = before.axis, .budget = before.budget, .show = before.show};
    model->roster = roster_hold(latest, store, &model->trouble);
    if (model->roster) {
        list_runs(model, run, runs);
        adopt(model, &before);
    }
    compare_model_done(&before);
    derive(model);
}

void compare_model_show(struct compare_model *model, enum compare_show show)
{
    model->show = show;
    compare_find_front(model);
}

/* Reads the run, if it is not as it was when it was read. What could not be read for now is tried
 * again with the next change. */
static void read_run(struct compare_run *run, struct store *store)
{
    char *stamp;

    run->fresh = true;
    run_stamp(store, run->id, &stamp, NULL);
    if (stamp && run->stamp && text_equal(stamp, run->stamp)) {
        free(stamp);
        return;
    }
    struct compare_run anew = {.id = run->id, .series = run->series, .stamp = stamp, .fresh = true};
    run_done(run);
    *run = anew;
    prune_model_open(&run->model, store, run->id);
    if (run->model.preview)
        make_points(run);
    else if (run->model.trouble.code != ERROR_DATA) {
        free(run->stamp);
        run->stamp = NULL;
    }
}

bool compare_model_work(struct compare_model *model, struct store *store, double seconds)
{
    double end = clock_seconds() + seconds;

    for (int i = 0; i < model->runs && model->ready < model->runs; i++) {
        struct compare_run *run = &model->run[i];
        if (run->fresh && run->is_cut)
            continue;
        if (!run->fresh && store)
            read_run(run, store);
        if (!run->is_cut)
            cut_run(run, model->axis, model->budget);
        run->is_cut = true;
        model->ready += run->fresh;
        if (clock_seconds() >= end)
            break;
    }
    derive(model);
    return model->ready < model->runs;
}

void compare_model_cut(struct compare_model *model, enum compare_axis axis, int budget)
{
    model->axis = axis;
    model->budget = budget < 0 ? 0 : budget > 99 ? 99 : budget;
    model->ready = 0;
    for (int i = 0; i < model->runs; i++)
        model->run[i].is_cut = false;
    compare_model_work(model, NULL, cut_seconds);
}
