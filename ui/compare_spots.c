/* What of the runs is drawn: the curve of a series, its spots, and the front that none beats. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "ui/compare_model.h"

static const struct compare_point *points_of(const struct compare_run *run, bool retrained,
                                             int *count)
{
    *count = retrained ? run->retraineds : run->pruneds;
    return retrained ? run->retrained : run->pruned;
}

/* --- curves ---------------------------------------------------------------------------------- */

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

/* --- spots and the front --------------------------------------------------------------------- */

/* Whether the k-th points of all runs of the series that have any removed as much. */
static bool points_agree(const struct compare_model *model, const struct compare_series *one,
                         bool retrained)
{
    const struct compare_point *first = NULL, *point;
    int firsts = 0, count;

    for (int i = one->first; i < one->first + one->runs; i++) {
        point = points_of(&model->run[i], retrained, &count);
        if (count && !first) {
            first = point;
            firsts = count;
        }
        if (count && count != firsts)
            return false;
        for (int k = 0; k < count; k++)
            if (fabs(point[k].removed[model->axis] - first[k].removed[model->axis]) > 1)
                return false;
    }
    return true;
}

static int compare_spots(const void *a, const void *b)
{
    const struct compare_spot *x = a, *y = b;

    return (x->removed.mean > y->removed.mean) - (x->removed.mean < y->removed.mean);
}

int compare_series_spots(const struct compare_model *model, int series, bool retrained,
                         struct compare_spot **spots)
{
    const struct compare_series *one = &model->series[series];
    bool agree = points_agree(model, one, retrained);
    int all = 0, used = 0, count;

    for (int i = one->first; i < one->first + one->runs; i++) {
        points_of(&model->run[i], retrained, &count);
        all += count;
    }
    *spots = NEW(struct compare_spot, all + 1);
    for (int i = one->first; i < one->first + one->runs; i++) {
        const struct compare_point *point = points_of(&model->run[i], retrained, &count);
        for (int k = 0, next = agree ? 0 : used; k < count; k++, next++) {
            struct compare_spot *spot = &(*spots)[next];
            spot->series = series;
            mean_add(&spot->removed, point[k].removed[model->axis]);
            mean_add(&spot->accuracy, point[k].accuracy);
            used = next + 1 > used ? next + 1 : used;
        }
    }
    qsort(*spots, (size_t)used, sizeof **spots, compare_spots);
    return used;
}

/* What removes most first; of those that remove as much the most accurate. */
static int compare_ranked(const void *a, const void *b)
{
    const struct compare_spot *x = a, *y = b;

    if (x->removed.mean > y->removed.mean || x->removed.mean < y->removed.mean)
        return x->removed.mean > y->removed.mean ? -1 : 1;
    return (x->accuracy.mean < y->accuracy.mean) - (x->accuracy.mean > y->accuracy.mean);
}

static struct compare_spot *rank_spots(const struct compare_model *model, int *count)
{
    struct compare_spot *all = NEW(struct compare_spot, 1);

    *count = 0;
    for (int i = 0; i < model->count; i++)
        for (int retrained = 0; retrained < 2; retrained++) {
            struct compare_spot *spot;
            if (model->show == (retrained ? COMPARE_PRUNED : COMPARE_RETRAINED))
                continue;
            int spots = compare_series_spots(model, i, retrained, &spot);
            all = memory_grow(all, (size_t)(*count + spots) + 1, sizeof *all);
            memcpy(all + *count, spot, (size_t)spots * sizeof *spot);
            *count += spots;
            free(spot);
        }
    qsort(all, (size_t)*count, sizeof *all, compare_ranked);
    return all;
}

/* From what removes most on, a spot is on the front when it is more accurate than all before. */
void compare_find_front(struct compare_model *model)
{
    int spots;
    struct compare_spot *all = rank_spots(model, &spots);
    double best = -HUGE_VAL;

    free(model->front);
    model->front = all; /* those on the front move to its beginning */
    model->fronts = 0;
    for (int i = 0; i < model->count; i++)
        model->series[i].fronts = 0;
    for (int i = 0; i < spots; i++)
        if (all[i].accuracy.mean > best) {
            best = all[i].accuracy.mean;
            model->series[all[i].series].fronts++;
            all[model->fronts++] = all[i];
        }
    qsort(model->front, (size_t)model->fronts, sizeof *model->front, compare_spots);
}
