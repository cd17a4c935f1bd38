#include "ui/compare_model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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
    for (int i = 0; i < run->pruneds; i++)
        run->pruned[i].series = series;
    for (int i = 0; i < run->retraineds; i++)
        run->retrained[i].series = series;
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
    compare_model_cut(model, model->axis, model->budget);
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

/* --- the front ------------------------------------------------------------------------------- */

struct placed {
    double removed;
    const struct compare_point *point;
};

/* What removes most first; of those that remove as much the most accurate. */
static int compare_placed(const void *a, const void *b)
{
    const struct placed *x = a, *y = b;

    if (x->removed > y->removed || x->removed < y->removed)
        return x->removed > y->removed ? -1 : 1;
    return (x->point->accuracy < y->point->accuracy) - (x->point->accuracy > y->point->accuracy);
}

static struct placed *rank_points(const struct compare_model *model, int *count)
{
    struct placed *all;
    int most = 0, points = 0;

    for (int i = 0; i < model->runs; i++)
        most += model->run[i].pruneds + model->run[i].retraineds;
    all = NEW(struct placed, most + 1);
    for (int i = 0; i < model->runs; i++) {
        const struct compare_run *run = &model->run[i];
        for (int k = 0; k < run->pruneds && model->show != COMPARE_RETRAINED; k++)
            all[points++] = (struct placed){run->pruned[k].removed[model->axis], &run->pruned[k]};
        for (int k = 0; k < run->retraineds && model->show != COMPARE_PRUNED; k++)
            all[points++] =
                (struct placed){run->retrained[k].removed[model->axis], &run->retrained[k]};
    }
    qsort(all, (size_t)points, sizeof *all, compare_placed);
    *count = points;
    return all;
}

/* From what removes most on, a point is on the front when it is more accurate than all before. */
static void find_front(struct compare_model *model)
{
    int points;
    struct placed *all = rank_points(model, &points);
    double best = -HUGE_VAL;

    free(model->front);
    model->front = NEW(struct compare_point, points + 1);
    model->fronts = 0;
    for (int i = 0; i < model->count; i++)
        model->series[i].fronts = 0;
    for (int i = 0; i < points; i++)
        if (all[i].point->accuracy > best) {
            best = all[i].point->accuracy;
            model->front[model->fronts++] = *all[i].point;
            model->series[all[i].point->series].fronts++;
        }
    for (int i = 0; i < model->fronts / 2; i++) {
        struct compare_point swapped = model->front[i];
        model->front[i] = model->front[model->fronts - 1 - i];
        model->front[model->fronts - 1 - i] = swapped;
    }
    free(all);
}

/* What follows from the runs. */
static void derive(struct compare_model *model)
{
    for (int i = 0; i < model->count; i++)
        if (all_cut(model, &model->series[i]))
            sum_up(model, &model->series[i]);
    find_front(model);
}

void compare_model_show(struct compare_model *model, enum compare_show show)
{
    model->show = show;
    find_front(model);
}

/* Reads the run, if it is not as it was when it was read. */
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

/* --- curves ---------------------------------------------------------------------------------- */

static const struct compare_point *points_of(const struct compare_run *run, bool retrained,
                                             int *count)
{
    *count = retrained ? run->retraineds : run->pruneds;
    return retrained ? run->retrained : run->pruned;
}

static double accuracy_at(const struct compare_run *run, enum compare_axis axis, bool retrained,
                          double removed)
{
    int points;
    const struct compare_point *point = points_of(run, retrained, &points);

    for (int i = 0; i < points; i++) {
        const struct compare_point *high = &point[i], *low = i ? high - 1 : high;
        double from = low->removed[axis], to = high->removed[axis];
        if (removed < from || removed > to)
            continue;
        double share = to > from ? (removed - from) / (to - from) : 0;
        return low->accuracy + share * (high->accuracy - low->accuracy);
    }
    return (double)NAN;
}

struct mean compare_series_at(const struct compare_model *model, int series, bool retrained,
                              double removed)
{
    const struct compare_series *one = &model->series[series];
    struct mean mean = {0};

    for (int i = one->first; i < one->first + one->runs; i++)
        mean_add(&mean, accuracy_at(&model->run[i], model->axis, retrained, removed));
    return mean;
}

int compare_series_spots(const struct compare_model *model, int series, bool retrained,
                         struct compare_spot **spots)
{
    const struct compare_series *one = &model->series[series];
    int each = -1, count, all = 0;
    bool equal = true;

    for (int i = one->first; i < one->first + one->runs; i++) {
        points_of(&model->run[i], retrained, &count);
        equal &= count == 0 || each < 0 || count == each;
        each = count ? count : each;
        all += count;
    }
    *spots = NEW(struct compare_spot, all + 1);
    for (int i = one->first, used = 0; i < one->first + one->runs; i++) {
        const struct compare_point *point = points_of(&model->run[i], retrained, &count);
        for (int k = 0; k < count; k++) {
            struct compare_spot *spot = &(*spots)[equal ? k : used++];
            mean_add(&spot->removed, point[k].removed[model->axis]);
            mean_add(&spot->accuracy, point[k].accuracy);
        }
    }
    return equal ? each < 0 ? 0 : each : all;
}
