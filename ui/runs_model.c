#include "ui/runs_model.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* --- the order ------------------------------------------------------------------------------- */

static double shape_of(const struct run_row *run)
{
    return isnan(run->a) ? run->p : run->a;
}

const char *runs_text(const struct run_row *run, enum runs_column column)
{
    switch (column) {
    case RUNS_NAME: return run->name ? run->name : "";
    case RUNS_NETWORK: return run->arch;
    case RUNS_DATA: return run->data;
    case RUNS_PENALTY: return run->kind == RUN_TRAIN ? run->penalty : run_kind_name(run->kind);
    case RUNS_STATUS: return run_status_name(run->status);
    case RUNS_TAGS: return run->tags ? run->tags : "";
    default: return NULL;
    }
}

double runs_number(const struct run_row *run, enum runs_column column)
{
    switch (column) {
    case RUNS_LAMBDA: return run->lambda;
    case RUNS_SEED: return (double)run->seed;
    case RUNS_EPOCH: return run->epoch;
    case RUNS_VALIDATION: return run->epoch ? run->val_accuracy : (double)NAN;
    case RUNS_TEST: return run->test_accuracy;
    case RUNS_NEAR_ZERO: return run->epoch ? run->near_zero : (double)NAN;
    case RUNS_PARAMETERS: return (double)run->parameters;
    default: return (double)run->id;
    }
}

/* Unknown numbers go last, whichever way round. */
static int compare_numbers(double p, double q, bool reverse)
{
    if (isnan(p) || isnan(q))
        return !!isnan(p) - !!isnan(q);
    int order = (p > q) - (p < q);
    return reverse ? -order : order;
}

/* Penalties go by their parameter, too; ties by id. */
static int compare_runs(const struct run_row *x, const struct run_row *y,
                        const struct runs_model *model)
{
    const char *text = runs_text(x, model->sort);
    int order;

    if (text) {
        order = strcmp(text, runs_text(y, model->sort));
        order = model->reverse ? -order : order;
    } else
        order = compare_numbers(runs_number(x, model->sort), runs_number(y, model->sort),
                                model->reverse);
    if (!order && model->sort == RUNS_PENALTY)
        order = compare_numbers(shape_of(x), shape_of(y), model->reverse);
    return order ? order : (x->id > y->id) - (x->id < y->id);
}

static int compare_lines(const void *a, const void *b, void *context)
{
    const struct runs_model *model = context;
    const struct runs_line *x = a, *y = b;

    return compare_runs(&model->row[x->run], &model->row[y->run], model);
}

static int compare_series(const void *a, const void *b, void *context)
{
    const struct runs_series *x = a, *y = b;

    return compare_runs(&x->row, &y->row, context);
}

/* --- series ---------------------------------------------------------------------------------- */

static bool is_open(const struct runs_model *model, int64_t first)
{
    for (int i = 0; i < model->opens; i++)
        if (model->open[i] == first)
            return true;
    return false;
}

static bool is_of(const struct runs_model *model, const struct runs_series *series,
                  const struct run_row *run)
{
    return model->roster->series[run - model->row] == series->number;
}

static void add_to_series(struct runs_model *model, const struct run_row *run)
{
    struct runs_series *series = NULL;

    for (int i = 0; i < model->serieses && !series; i++)
        if (is_of(model, &model->series[i], run))
            series = &model->series[i];
    if (!series) {
        series = &model->series[model->serieses++];
        *series = (struct runs_series){.row = *run,
                                       .number = model->roster->series[run - model->row],
                                       .open = is_open(model, run->id)};
    }
    series->runs++;
    mean_add(&series->validation, runs_number(run, RUNS_VALIDATION));
    mean_add(&series->test, run->test_accuracy);
    mean_add(&series->near_zero, runs_number(run, RUNS_NEAR_ZERO));
}

static double mean_of(const struct mean *mean)
{
    return mean->n ? mean->mean : (double)NAN;
}

static void make_series(struct runs_model *model)
{
    model->series = NEW(struct runs_series, model->count + 1);
    for (int i = 0; i < model->count; i++)
        if (filter_match(model->filter, &model->row[i]))
            add_to_series(model, &model->row[i]);
    for (int i = 0; i < model->serieses; i++) {
        struct runs_series *series = &model->series[i];
        series->row.val_accuracy = mean_of(&series->validation);
        series->row.test_accuracy = mean_of(&series->test);
        series->row.near_zero = mean_of(&series->near_zero);
    }
    if (model->serieses > 1)
        qsort_r(model->series, (size_t)model->serieses, sizeof *model->series, compare_series,
                model);
}

/* A line for each series that has several runs, its runs behind it while it is open. `all` is every
 * run in order. */
static void lay_series(struct runs_model *model, const struct runs_line *all, int count)
{
    for (int i = 0; i < model->serieses; i++) {
        const struct runs_series *series = &model->series[i];
        int head = model->lines;
        if (series->runs > 1)
            model->line[model->lines++] = (struct runs_line){.series = i};
        for (int k = 0; k < count; k++) {
            if (!is_of(model, series, &model->row[all[k].run]))
                continue;
            if (series->runs > 1 && model->row[all[k].run].id == series->row.id)
                model->line[head].run = all[k].run;
            if (series->runs == 1 || series->open)
                model->line[model->lines++] = all[k];
        }
    }
}

/* --- lines ----------------------------------------------------------------------------------- */

void runs_model_arrange(struct runs_model *model)
{
    struct runs_line *all = NEW(struct runs_line, model->count + 1);
    int count = 0;

    for (int i = 0; i < model->count; i++)
        if (filter_match(model->filter, &model->row[i]))
            all[count++] = (struct runs_line){.run = i, .series = -1};
    model->passing = count;
    if (count > 1)
        qsort_r(all, (size_t)count, sizeof *all, compare_lines, model);
    free(model->line);
    free(model->series);
    model->line = NEW(struct runs_line, 2 * count + 1);
    model->series = NULL;
    model->lines = model->serieses = 0;
    if (model->grouped) {
        make_series(model);
        lay_series(model, all, count);
    } else {
        memcpy(model->line, all, (size_t)count * sizeof *all);
        model->lines = count;
    }
    free(all);
}

int runs_model_filter(struct runs_model *model, const char *text, struct error *err)
{
    struct filter *filter;
    int code = filter_parse(text, &filter, err);

    if (code)
        return code;
    filter_free(model->filter);
    model->filter = filter;
    snprintf(model->filter_text, sizeof model->filter_text, "%s", text);
    runs_model_arrange(model);
    return 0;
}

bool runs_model_fold(struct runs_model *model, int line, bool open)
{
    int series = line < model->lines ? model->line[line].series : -1;

    if (series < 0)
        return false;
    int64_t first = model->series[series].row.id;
    int kept = 0;
    for (int i = 0; i < model->opens; i++)
        if (model->open[i] != first)
            model->open[kept++] = model->open[i];
    model->opens = kept;
    if (open) {
        model->open = memory_grow(model->open, (size_t)kept + 1, sizeof *model->open);
        model->open[model->opens++] = first;
    }
    runs_model_arrange(model);
    return true;
}

const struct run_row *runs_model_run(const struct runs_model *model, int line)
{
    return line < model->lines ? &model->row[model->line[line].run] : NULL;
}

int runs_model_find(const struct runs_model *model, int64_t run)
{
    for (int i = 0; i < model->lines; i++)
        if (model->row[model->line[i].run].id == run)
            return i;
    return -1;
}

const struct runs_series *runs_model_series(const struct runs_model *model, int line)
{
    int series = line < model->lines ? model->line[line].series : -1;

    return series < 0 ? NULL : &model->series[series];
}

bool runs_model_covers(const struct runs_model *model, int line, const struct run_row *run)
{
    const struct runs_series *series = runs_model_series(model, line);

    if (series)
        return is_of(model, series, run) && filter_match(model->filter, run);
    return line < model->lines && runs_model_run(model, line)->id == run->id;
}

void runs_model_read(struct runs_model *model, struct roster **latest, struct store *store)
{
    model->trouble = (struct error){0};
    struct roster *roster = roster_hold(latest, store, &model->trouble);
    if (!roster)
        return;
    roster_release(model->roster);
    model->roster = roster;
    model->row = roster->row;
    model->count = roster->count;
    runs_model_arrange(model);
}

void runs_model_done(struct runs_model *model)
{
    roster_release(model->roster);
    filter_free(model->filter);
    free(model->line);
    free(model->series);
    free(model->open);
    *model = (struct runs_model){0};
}
