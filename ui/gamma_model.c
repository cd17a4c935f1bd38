#include "ui/gamma_model.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "job/job.h"
#include "ui/say.h"

enum { USUAL_CUT = 50 };

/* --- reading --------------------------------------------------------------------------------- */

static void forget_magnitudes(struct gamma_model *model)
{
    for (int i = 0; i < model->epochs && model->magnitude; i++)
        free(model->magnitude[i]);
    free(model->magnitude);
    free(model->changed);
    model->magnitude = NULL;
    model->changed = NULL;
    model->known = 0;
}

static void forget_others(struct gamma_model *model)
{
    free(model->other);
    model->other = NULL;
    model->others = 0;
}

static void sum_layers(struct gamma_model *model)
{
    size_t step = (size_t)model->layers * HISTOGRAM_BINS;

    for (int e = 0; e < model->epochs; e++) {
        struct gamma_counts *counts = &model->counts[e];
        *counts = (struct gamma_counts){0};
        for (int l = 0; l < model->layers; l++)
            for (int bin = 0; bin < HISTOGRAM_BINS && (model->layer < 0 || l == model->layer);
                 bin++)
                counts->bin[bin] +=
                    model->histogram[(size_t)e * step + (size_t)(l * HISTOGRAM_BINS + bin)];
    }
}

static int read_counts(struct gamma_model *model, struct store *store, struct error *err)
{
    int last = model->epoch[model->epochs - 1].epoch;

    model->counts = NEW(struct gamma_counts, model->epochs);
    model->histogram = NEW(int32_t, model->epochs * model->layers * HISTOGRAM_BINS);
    int code = histogram_read(store, model->run.id, last, model->epochs, model->layers,
                              model->histogram, err);
    if (!code)
        sum_layers(model);
    return code;
}

/* The penalty that trains the run; a retraining and an import have none. */
static void read_penalty(struct gamma_model *model)
{
    const struct run_row *run = &model->run;
    struct config config = {0};
    int kind = run->kind == RUN_TRAIN ? penalty_find(run->penalty) : -1;

    model->penalty = (struct penalty){.kind = PENALTY_NONE};
    if (kind < 0 || job_run_config(run, &config, NULL))
        return;
    model->penalty = (struct penalty){.kind = (enum penalty_kind)kind,
                                      .lambda = run->lambda,
                                      .a = run->a,
                                      .p = run->p,
                                      .epsilon = config.lp_eps};
    model->gamma_init = config.gamma_init;
    config_done(&config);
}

static int read_run(struct gamma_model *model, struct store *store, int64_t run, struct error *err)
{
    if (run == 0)
        return error_set(err, ERROR_DATA,
                         "no run with epochs yet: start one, or choose one in Runs");
    int code = run_get(store, run, &model->run, err);
    if (!code)
        code = epoch_list(store, run, &model->epoch, &model->epochs, err);
    if (!code && model->epochs == 0)
        code = error_set(err, ERROR_DATA, "run %" PRId64 " has no epoch yet", run);
    if (!code)
        code =
            run_layers(store, run, &model->layer_name, &model->layer_channels, &model->layers, err);
    if (code)
        return code;
    model->at = model->epochs - 1;
    for (int l = 0; l < model->layers; l++)
        model->channels += model->layer_channels[l];
    model->magnitude = NEW(float *, model->epochs);
    model->changed = NEW(double, model->epochs);
    read_penalty(model);
    return read_counts(model, store, err);
}

void gamma_model_open(struct gamma_model *model, struct store *store, int64_t run)
{
    *model = (struct gamma_model){.layer = -1, .cut = USUAL_CUT};
    model->version = store_version(store);
    if (read_run(model, store, run, &model->trouble)) {
        struct error trouble = model->trouble;
        gamma_model_done(model);
        model->trouble = trouble;
    }
}

void gamma_model_done(struct gamma_model *model)
{
    forget_magnitudes(model);
    forget_others(model);
    for (int l = 0; l < model->layers; l++)
        free(model->layer_name[l]);
    free(model->layer_name);
    free(model->layer_channels);
    free(model->histogram);
    free(model->counts);
    free(model->epoch);
    run_row_done(&model->run);
    *model = (struct gamma_model){.layer = -1, .cut = USUAL_CUT};
}

void gamma_model_refresh(struct gamma_model *model, struct store *store)
{
    struct run_row run = {0};
    int64_t id = model->run.id;
    int at = model->at, layer = model->layer, cut = model->cut;
    bool last = at == model->epochs - 1;

    model->version = store_version(store);
    if (id == 0 || run_get(store, id, &run, NULL))
        return;
    bool grown = run.epoch != model->run.epoch;
    run_row_done(&run);
    if (!grown)
        return;
    gamma_model_done(model);
    gamma_model_open(model, store, id);
    model->cut = cut;
    gamma_model_layer(model, layer);
    if (!last)
        gamma_model_epoch(model, at);
}

void gamma_model_epoch(struct gamma_model *model, int at)
{
    if (at >= 0 && at < model->epochs)
        model->at = at;
}

void gamma_model_layer(struct gamma_model *model, int layer)
{
    if (layer < -1 || layer >= model->layers || layer == model->layer)
        return;
    model->layer = layer;
    sum_layers(model);
}

void gamma_model_cut(struct gamma_model *model, int percent)
{
    percent = percent < 1 ? 1 : percent > 99 ? 99 : percent;
    if (percent != model->cut)
        model->known = 0;
    model->cut = percent;
}

int64_t gamma_channels(const int64_t *counts)
{
    int64_t all = 0;

    for (int bin = 0; bin < HISTOGRAM_BINS; bin++)
        all += counts[bin];
    return all;
}

/* --- others ---------------------------------------------------------------------------------- */

/* The layer of that name in a run; −1: it has none. */
static int find_layer(struct store *store, int64_t run, const char *name)
{
    char **names = NULL;
    int *channels = NULL, layers = 0, found = -1;

    if (!run_layers(store, run, &names, &channels, &layers, NULL))
        for (int l = 0; l < layers; l++) {
            found = text_equal(names[l], name) ? l : found;
            free(names[l]);
        }
    free(names);
    free(channels);
    return found;
}

/* False when there is nothing of it to show. */
static bool read_other(const struct gamma_model *model, struct store *store,
                       struct gamma_other *other)
{
    int epoch = epoch_before(store, other->run, model->epoch[model->at].epoch), layer = -1;

    if (model->layer >= 0)
        layer = find_layer(store, other->run, model->layer_name[model->layer]);
    if (epoch < 0 || (model->layer >= 0 && layer < 0) ||
        histogram_get(store, other->run, epoch, layer, other->counts.bin, NULL))
        return false;
    struct run_row row = {0};
    if (!run_get(store, other->run, &row, NULL))
        say_training(&row, other->penalty, sizeof other->penalty);
    run_row_done(&row);
    return true;
}

void gamma_model_others(struct gamma_model *model, struct store *store, const int64_t *run,
                        int runs)
{
    forget_others(model);
    if (!model->epochs)
        return;
    model->other = NEW(struct gamma_other, runs + 1);
    for (int i = 0; i < runs; i++) {
        struct gamma_other *other = &model->other[model->others];
        *other = (struct gamma_other){.run = run[i]};
        model->others += run[i] != model->run.id && read_other(model, store, other);
    }
}

/* --- how much a mask changes ----------------------------------------------------------------- */

static int read_magnitude(struct gamma_model *model, struct store *store, int at)
{
    float *all = NEW(float, model->channels + 1);
    int used = 0, code = 0;

    for (int l = 0; l < model->layers && !code; l++) {
        float *gamma = NULL;
        int channels = 0;
        code = gamma_get(store, model->run.id, model->epoch[at].epoch, l, &gamma, &channels, NULL);
        for (int c = 0; c < channels && used < model->channels && !code; c++)
            all[used++] = fabsf(gamma[c]);
        free(gamma);
    }
    if (code)
        free(all);
    else
        model->magnitude[at] = all;
    return code;
}

static int compare_floats(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;

    return (x > y) - (x < y);
}

/* The first `count` in the order of |γ|, then of number: 1 = goes. */
static uint8_t *mark_gone(const float *magnitude, int channels, int count)
{
    uint8_t *gone = NEW(uint8_t, channels + 1);
    float *sorted = memory_copy(magnitude, (size_t)channels * sizeof *magnitude);
    int left = count;

    qsort(sorted, (size_t)channels, sizeof *sorted, compare_floats);
    float last = count > 0 ? sorted[count - 1] : -1;
    for (int c = 0; c < channels; c++)
        if (magnitude[c] < last) {
            gone[c] = 1;
            left--;
        }
    for (int c = 0; c < channels && left > 0; c++)
        if (!(magnitude[c] < last) && magnitude[c] <= last) {
            gone[c] = 1;
            left--;
        }
    free(sorted);
    return gone;
}

static double share_changed(const struct gamma_model *model, int at)
{
    int count = (int)((int64_t)model->channels * model->cut / 100), changed = 0;

    if (at == 0 || model->channels == 0)
        return (double)NAN;
    uint8_t *before = mark_gone(model->magnitude[at - 1], model->channels, count);
    uint8_t *now = mark_gone(model->magnitude[at], model->channels, count);
    for (int c = 0; c < model->channels; c++)
        changed += before[c] != now[c];
    free(before);
    free(now);
    return (double)changed / model->channels;
}

bool gamma_model_work(struct gamma_model *model, struct store *store, double seconds)
{
    double end = clock_seconds() + seconds;

    while (model->known < model->epochs) {
        int at = model->known;
        if (!model->magnitude[at] && read_magnitude(model, store, at)) {
            model->known = model->epochs;
            return false;
        }
        model->changed[at] = share_changed(model, at);
        model->known++;
        if (clock_seconds() >= end)
            break;
    }
    return model->known < model->epochs;
}
