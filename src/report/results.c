#include "report/results.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "report/columns.h"
#include "report/removed.h"
#include "report/run_preview.h"

static const struct limits usual = {.floor = 1, .round = 1};

/* What the store holds of one run. */
struct source {
    const struct run_row *run;
    struct preview *preview;
    struct pruning_row *pruning; /* usual ones of the last epoch, ascending by what they remove */
    struct run_row *child;
    int prunings, children;
    bool validation;
};

/* --- one run ---------------------------------------------------------------------------------- */

static bool is_usual(const struct pruning_row *row, const struct run_row *run)
{
    return row->epoch == run->epoch && row->floor == usual.floor && row->round == usual.round &&
           !row->fold_beta && !row->as_published;
}

static int compare_kept(const void *left, const void *right)
{
    const struct pruning_row *a = left, *b = right;
    int by_kept = (a->channels_kept < b->channels_kept) - (a->channels_kept > b->channels_kept);
    return by_kept ? by_kept : (a->id > b->id) - (a->id < b->id);
}

/* Leaves the usual prunings of the last epoch, by what they remove. */
static void keep_usual(struct source *source)
{
    int kept = 0;
    for (int i = 0; i < source->prunings; i++)
        if (is_usual(&source->pruning[i], source->run))
            source->pruning[kept++] = source->pruning[i];
        else
            pruning_row_done(&source->pruning[i]);
    source->prunings = kept;
    qsort(source->pruning, (size_t)kept, sizeof *source->pruning, compare_kept);
}

static int source_open(struct source *source, struct store *store, const struct run_row *run,
                       bool validation, struct error *err)
{
    *source = (struct source){.run = run, .validation = validation};
    int code = run_preview_open(store, run, run->epoch, usual, &source->preview, err);
    if (!code)
        code = pruning_list(store, run->id, &source->pruning, &source->prunings, err);
    if (!code)
        code = run_list_children(store, run->id, &source->child, &source->children, err);
    if (!code)
        keep_usual(source);
    return code;
}

static void source_close(struct source *source)
{
    preview_free(source->preview);
    pruning_rows_free(source->pruning, source->prunings);
    run_rows_free(source->child, source->children);
}

static double accuracy_of(const struct source *source, const struct run_row *run)
{
    return source->validation ? run->val_accuracy : run->test_accuracy;
}

static double pruned_accuracy(const struct source *source, int i)
{
    return source->validation ? source->pruning[i].val_accuracy : source->pruning[i].test_accuracy;
}

/* --- one run at one amount -------------------------------------------------------------------- */

/* The first retraining of a pruning that is finished. */
static const struct run_row *find_child(const struct source *source, int64_t pruning, bool scratch)
{
    for (int i = 0; i < source->children; i++) {
        const struct run_row *child = &source->child[i];
        if (child->pruning == pruning && child->scratch == scratch && child->status == RUN_FINISHED)
            return child;
    }
    return NULL;
}

/* After retraining, or from scratch: of the pruning that keeps `kept` channels; or, unless it is
 * channels that are equal, of the one that keeps most, but no more: *at is then its own share. */
static void take_retrained(const struct source *source, int kept, enum cost_axis axis, bool scratch,
                           int64_t *run, double *accuracy, double *at)
{
    bool exact = axis == COST_CHANNELS;

    for (int i = 0; i < source->prunings; i++) {
        const struct pruning_row *row = &source->pruning[i];
        const struct run_row *child =
            row->channels_kept == kept || (!exact && row->channels_kept < kept)
                ? find_child(source, row->id, scratch)
                : NULL;
        if (!child)
            continue;
        *run = child->id;
        *accuracy = accuracy_of(source, child);
        *at = row->channels_kept < kept ? removed_by(row, axis) / 100 : (double)NAN;
        return;
    }
}

/* Between the recorded prunings around `kept`; the whole network is one of them. */
static double interpolate(const struct source *source, int kept)
{
    double high_kept = preview_channels(source->preview);
    double high = accuracy_of(source, source->run);
    for (int i = 0; i < source->prunings; i++) {
        double low_kept = (double)source->pruning[i].channels_kept;
        double low = pruned_accuracy(source, i);
        if (low_kept < kept)
            return low + (high - low) * (kept - low_kept) / (high_kept - low_kept);
        high_kept = low_kept;
        high = low;
    }
    return (double)NAN;
}

static void take_pruned(const struct source *source, int kept, bool exact,
                        struct result_point *point)
{
    for (int i = 0; i < source->prunings; i++)
        if (source->pruning[i].channels_kept == kept) {
            point->pruning = source->pruning[i].id;
            point->pruned = pruned_accuracy(source, i);
            return;
        }
    if (kept == preview_channels(source->preview)) {
        point->pruned = point->before;
    } else if (!exact) {
        point->pruned = interpolate(source, kept);
        point->guessed = !isnan(point->pruned);
    }
}

static struct result_point make_point(const struct source *source, enum cost_axis axis,
                                      struct decimal percent)
{
    struct preview *preview = source->preview;
    int most = (int)decimal_percent_floor((struct decimal){.digits = 999, .scale = 1},
                                          preview_channels(preview));
    int count = preview_budget(preview, axis, percent, most);
    int *each = NEW(int, preview_gates(preview));
    bool exact = axis == COST_CHANNELS;
    struct preview_state state;
    preview_at(preview, count, each, NULL, &state);
    free(each);
    struct result_point point = {.run = source->run->id,
                                 .seed = source->run->seed,
                                 .before = accuracy_of(source, source->run),
                                 .pruned = (double)NAN,
                                 .retrained = (double)NAN,
                                 .scratch = (double)NAN,
                                 .retrained_at = (double)NAN,
                                 .scratch_at = (double)NAN};
    for (int i = 0; i < COST_AXES; i++)
        point.removed[i] =
            cost_removed(preview_before(preview), &state.cost, (enum cost_axis)i) / 100;
    take_pruned(source, state.kept, exact, &point);
    take_retrained(source, state.kept, axis, false, &point.retraining, &point.retrained,
                   &point.retrained_at);
    take_retrained(source, state.kept, axis, true, &point.from_scratch, &point.scratch,
                   &point.scratch_at);
    return point;
}

/* --- amounts ---------------------------------------------------------------------------------- */

struct amounts {
    struct decimal *percent;
    int count;
};

static void add_amount(struct amounts *amounts, struct decimal percent)
{
    int at = 0;
    double value = decimal_value(percent);
    while (at < amounts->count && decimal_value(amounts->percent[at]) < value)
        at++;
    if (at < amounts->count && decimal_value(amounts->percent[at]) <= value)
        return;
    amounts->percent =
        memory_grow(amounts->percent, (size_t)amounts->count + 1, sizeof *amounts->percent);
    memmove(&amounts->percent[at + 1], &amounts->percent[at],
            (size_t)(amounts->count - at) * sizeof *amounts->percent);
    amounts->percent[at] = percent;
    amounts->count++;
}

/* The shares that prunings of the run were asked for by this axis. */
static void add_recorded(struct amounts *amounts, const struct source *source, enum cost_axis axis)
{
    for (int i = 0; i < source->prunings; i++) {
        struct amount amount = {0};
        char *words = NULL;
        bool given = false;
        int code = amount_read(source->pruning[i].amount, &amount, &given, &words, NULL);
        free(words);
        bool fits = (axis == COST_CHANNELS && amount.kind == AMOUNT_CHANNELS) ||
                    (axis == COST_PARAMETERS && amount.kind == AMOUNT_PARAMETERS) ||
                    (axis == COST_MACS && amount.kind == AMOUNT_MACS);
        if (!code && given && fits && !amount.is_budget)
            add_amount(amounts, amount.percent);
    }
}

/* --- rows ------------------------------------------------------------------------------------- */

bool results_comparable(const struct seed_group *a, const struct seed_group *b)
{
    const struct run_row *x = &a->run[0], *y = &b->run[0];
    return text_equal(x->arch, y->arch) && text_equal(x->data, y->data) && x->width <= y->width &&
           x->width >= y->width;
}

static void add_means(struct result_row *row, const struct result_point *point)
{
    mean_add(&row->before, point->before);
    mean_add(&row->channels, point->removed[COST_CHANNELS]);
    mean_add(&row->parameters, point->removed[COST_PARAMETERS]);
    mean_add(&row->macs, point->removed[COST_MACS]);
    mean_add(&row->bytes, point->removed[COST_BYTES]);
    mean_add(&row->pruned, point->pruned);
    mean_add(&row->retrained, point->retrained);
    mean_add(&row->scratch, point->scratch);
    mean_add(&row->retrained_at, point->retrained_at);
    mean_add(&row->scratch_at, point->scratch_at);
    row->guessed |= point->guessed;
}

static void add_row(struct results *results, const struct seed_group *group,
                    const struct source *source, struct decimal percent)
{
    struct result_row *row = &results->row[results->rows++];
    *row = (struct result_row){
        .group = group, .percent = percent, .point = NEW(struct result_point, group->runs)};
    for (int i = 0; i < group->runs; i++) {
        row->point[i] = make_point(&source[i], results->axis, percent);
        add_means(row, &row->point[i]);
    }
}

/* What all rows have alike is no merit. */
static const enum column_index axis_column[COST_AXES] = {
    [COST_CHANNELS] = COLUMN_channels,
    [COST_PARAMETERS] = COLUMN_parameters,
    [COST_MACS] = COLUMN_macs,
    [COST_BYTES] = COLUMN_bytes,
};

/* Marks the highest mean of a column among the rows of one amount, where they differ. */
static void mark_best(struct results *results, int first, int last)
{
    for (int c = 0; c < COLUMNS; c++) {
        double highest = -INFINITY, lowest = INFINITY;
        if (!columns[c].marked || c == (int)axis_column[results->axis])
            continue;
        for (int i = first; i < last; i++) {
            const struct mean *mean = column_mean(&columns[c], &results->row[i]);
            highest = mean->n > 0 ? fmax(highest, mean->mean) : highest;
            lowest = mean->n > 0 ? fmin(lowest, mean->mean) : lowest;
        }
        for (int i = first; i < last && lowest < highest; i++) {
            const struct mean *mean = column_mean(&columns[c], &results->row[i]);
            if (mean->n > 0 && mean->mean >= highest)
                results->row[i].best |= 1U << c;
        }
    }
}

/* The rows of all groups that can be compared with `first`, amount by amount. */
static void add_block(struct results *results, int first, bool *done, struct source *const *source,
                      const struct amounts *amounts)
{
    const struct seed_group *group = results->seeds.group;
    for (int a = 0; a < amounts->count; a++) {
        int start = results->rows;
        for (int g = first; g < results->seeds.groups; g++)
            if (results_comparable(&group[first], &group[g])) {
                add_row(results, &group[g], source[g], amounts->percent[a]);
                done[g] = true;
            }
        mark_best(results, start, results->rows);
    }
}

static void make_rows(struct results *results, struct source *const *source,
                      const struct amounts *amounts)
{
    int groups = results->seeds.groups;
    bool *done = NEW(bool, groups + 1);
    results->row = NEW(struct result_row, groups * amounts->count + 1);
    for (int g = 0; g < groups; g++)
        if (!done[g])
            add_block(results, g, done, source, amounts);
    free(done);
}

static int open_sources(struct results *results, struct store *store, struct source **source,
                        struct amounts *amounts, bool recorded, struct error *err)
{
    int code = 0;
    for (int g = 0; g < results->seeds.groups; g++) {
        const struct seed_group *group = &results->seeds.group[g];
        source[g] = NEW(struct source, group->runs);
        for (int i = 0; i < group->runs && !code; i++) {
            code = source_open(&source[g][i], store, &group->run[i], results->validation, err);
            if (!code && recorded)
                add_recorded(amounts, &source[g][i], results->axis);
        }
    }
    return code;
}

static int read_rows(struct results *results, struct store *store,
                     const struct results_request *request, struct error *err)
{
    int groups = results->seeds.groups;
    struct source **source = NEW(struct source *, groups + 1);
    struct amounts amounts = {0};
    for (int i = 0; i < request->percents; i++)
        add_amount(&amounts, request->percent[i]);
    int code = open_sources(results, store, source, &amounts, request->percents == 0, err);
    if (!code && amounts.count == 0)
        code = error_set(err, ERROR_DATA, "none of the runs was pruned by a share of its %s",
                         cost_axis_name(results->axis));
    if (!code)
        make_rows(results, source, &amounts);
    for (int g = 0; g < groups; g++) {
        for (int i = 0; source[g] && i < results->seeds.group[g].runs; i++)
            source_close(&source[g][i]);
        free(source[g]);
    }
    free(source);
    free(amounts.percent);
    return code;
}

int results_read(struct results *results, struct store *store,
                 const struct results_request *request, struct error *err)
{
    *results = (struct results){.axis = request->axis,
                                .validation = request->validation,
                                .unfinished = request->unfinished};
    if (request->runs == 0)
        return error_set(err, ERROR_DATA, "no finished run to report");
    int code = seeds_open(&results->seeds, store, request->run, request->runs, request->runs, err);
    return code ? code : read_rows(results, store, request, err);
}

void results_done(struct results *results)
{
    for (int i = 0; i < results->rows; i++)
        free(results->row[i].point);
    free(results->row);
    seeds_done(&results->seeds);
    *results = (struct results){0};
}
