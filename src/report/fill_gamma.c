/*
 * Scaling factors on one logarithmic axis, with a place of its own for exact zeros: the epochs of a
 * run as ridges or as a map of colours, the last epochs of several runs as ridges.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "report/figure_private.h"
#include "report/seeds.h"

enum { FIRST = 2, LAST = HISTOGRAM_BINS - 2, RIDGES = 20 };

/* How much higher the highest ridge is than the distance of two. */
static const double overlap = 2.5;

/* --- histograms ------------------------------------------------------------------------------- */

static double start_of(int bin)
{
    return bin > LAST ? 10 : histogram_edge(bin);
}

/* The whole axis of the store's histograms; trim_axis cuts it down to what is used. What lies
 * beyond its ends counts in the bins there. */
static struct series *add_histogram(struct panel *panel, enum mark mark, double base)
{
    struct series *series = figure_add(panel, mark, LAST - FIRST + 1);

    for (int bin = FIRST; bin <= LAST + 1; bin++)
        series->x[bin - FIRST] = start_of(bin);
    series->base = base;
    return series;
}

static void add_counts(struct series *series, const int64_t counts[HISTOGRAM_BINS], double weight)
{
    series->zeros += (double)counts[0] * weight;
    for (int bin = FIRST; bin <= LAST; bin++)
        series->y[bin - FIRST] += (double)counts[bin] * weight;
    series->y[0] += (double)counts[1] * weight;
    series->y[series->points - 1] += (double)counts[LAST + 1] * weight;
}

static int64_t count_all(const int64_t counts[HISTOGRAM_BINS])
{
    int64_t all = 0;

    for (int bin = 0; bin < HISTOGRAM_BINS; bin++)
        all += counts[bin];
    return all;
}

static void cut_series(struct series *series, int from, int to)
{
    series->points = to - from;
    for (int i = 0; i <= series->points; i++) {
        series->x[i] = series->x[from + i];
        series->y[i] = i < series->points ? series->y[from + i] : 0;
    }
}

/* The axis ends at whole decades, and has at least three. */
static void trim_axis(struct panel *panel)
{
    const int decade = 10, bins = LAST - FIRST + 1;
    int from = bins, to = 0;

    for (int k = 0; k < panel->count; k++)
        for (int i = 0; i < bins; i++)
            if (panel->series[k].y[i] > 0) {
                from = i < from ? i : from;
                to = i >= to ? i + 1 : to;
                panel->peak = fmax(panel->peak, panel->series[k].y[i]);
            }
    to = to > from ? (to + decade - 1) / decade * decade : bins;
    from = from < bins ? from / decade * decade : 0;
    from = from > to - 3 * decade ? to - 3 * decade : from;
    from = from < 0 ? 0 : from;
    for (int k = 0; k < panel->count; k++)
        cut_series(&panel->series[k], from, to);
    panel->x.low = start_of(FIRST + from);
    panel->x.high = start_of(FIRST + to);
    panel->x.log = true;
    panel->x.label = "|γ|";
}

static bool has_zeros(const struct panel *panel)
{
    for (int i = 0; i < panel->count; i++)
        if (panel->series[i].zeros > 0)
            return true;
    return false;
}

static int nothing(int64_t run, struct error *err)
{
    return error_set(err, ERROR_DATA, "run %" PRId64 ": no scaling factors of it are stored", run);
}

/* --- one run over its epochs ------------------------------------------------------------------ */

static int read_run(struct figure *figure, struct store *store,
                    const struct figure_request *request, struct seeds *seeds,
                    struct epoch_row **epoch, int *epochs, struct error *err)
{
    int code = seeds_open(seeds, store, request->run, 1, 1, err);

    figure->panels = 1;
    if (!code)
        code = epoch_list(store, request->run[0], epoch, epochs, err);
    if (!code && *epochs == 0)
        code = nothing(request->run[0], err);
    if (!code)
        figure_add_source(figure, seeds->group[0].run[0].id, seeds->group[0].run[0].hash);
    return code;
}

static int add_epoch(struct panel *panel, struct store *store, const struct figure_request *request,
                     enum mark mark, int epoch, struct error *err)
{
    int64_t counts[HISTOGRAM_BINS];
    int code = histogram_get(store, request->run[0], epoch, request->layer, counts, err);
    int64_t all = code ? 0 : count_all(counts);

    if (code || all == 0)
        return code;
    add_counts(add_histogram(panel, mark, epoch), counts, mark == MARK_RIDGE ? 1 / (double)all : 1);
    return 0;
}

/* The name of a layer; NULL: the whole network. */
static int read_layer(struct store *store, const struct figure_request *request, char **name,
                      struct error *err)
{
    char **names = NULL;
    int *channels = NULL, layers = 0, code = 0;

    *name = NULL;
    if (request->layer >= 0)
        code = run_layers(store, request->run[0], &names, &channels, &layers, err);
    for (int i = 0; i < layers; i++)
        if (i == request->layer)
            *name = names[i];
        else
            free(names[i]);
    free(names);
    free(channels);
    return code;
}

static int note_run(struct figure *figure, struct store *store,
                    const struct figure_request *request, const struct seeds *seeds,
                    const char *more, struct error *err)
{
    char *layer;
    int code = read_layer(store, request, &layer, err);

    figure->note = memory_print("%s, %s%s%s%s", seeds->group[0].label, seeds->common,
                                layer ? "; layer " : "", layer ? layer : "", more);
    free(layer);
    return code;
}

int fill_heatmap(struct figure *figure, struct store *store, const struct figure_request *request,
                 struct error *err)
{
    struct panel *panel = &figure->panel[0];
    struct seeds seeds;
    struct epoch_row *epoch = NULL;
    int epochs = 0;
    int code = read_run(figure, store, request, &seeds, &epoch, &epochs, err);

    for (int i = 0; i < epochs && !code; i++)
        code = add_epoch(panel, store, request, MARK_CELLS, epoch[i].epoch, err);
    if (!code && panel->count == 0)
        code = nothing(request->run[0], err);
    if (!code) {
        trim_axis(panel);
        panel->zero = has_zeros(panel);
        for (int i = 0; i < panel->count; i++)
            panel->peak = fmax(panel->peak, panel->series[i].zeros);
        panel->key = "channels in a tenth of a decade";
        panel->y = (struct side){.label = "epoch",
                                 .whole = true,
                                 .low = epoch[epochs - 1].epoch + 0.5,
                                 .high = epoch[0].epoch - 0.5};
        code = note_run(figure, store, request, &seeds, "", err);
    }
    free(epoch);
    seeds_done(&seeds);
    return code;
}

/* As many epochs as can be told apart, the first and the last among them. */
static int add_ridges(struct panel *panel, struct store *store,
                      const struct figure_request *request, const struct epoch_row *epoch,
                      int epochs, struct error *err)
{
    int ridges = epochs < RIDGES ? epochs : RIDGES, code = 0;

    for (int i = 0; i < ridges && !code; i++) {
        int at = ridges > 1 ? (int)lround((double)i * (epochs - 1) / (ridges - 1)) : 0;
        code = add_epoch(panel, store, request, MARK_RIDGE, epoch[at].epoch, err);
    }
    return code;
}

int fill_ridges(struct figure *figure, struct store *store, const struct figure_request *request,
                struct error *err)
{
    struct panel *panel = &figure->panel[0];
    struct seeds seeds;
    struct epoch_row *epoch = NULL;
    int epochs = 0;
    int code = read_run(figure, store, request, &seeds, &epoch, &epochs, err);

    if (!code)
        code = add_ridges(panel, store, request, epoch, epochs, err);
    if (!code && panel->count == 0)
        code = nothing(request->run[0], err);
    if (!code) {
        double first = epoch[0].epoch, last = epoch[epochs - 1].epoch;
        double apart = epochs > 1 ? (last - first) / (panel->count - 1) : 1;
        char more[64];
        trim_axis(panel);
        panel->zero = panel->zero_share = has_zeros(panel);
        panel->rise = apart * (panel->count > 4 ? overlap : 1);
        panel->y = (struct side){.label = "epoch",
                                 .whole = true,
                                 .bounded = true,
                                 .from = first,
                                 .to = last,
                                 .low = last + 0.25 * apart,
                                 .high = first - 1.05 * panel->rise};
        snprintf(more, sizeof more, "; heights: channels per tenth of a decade, up to %.2g %%",
                 100 * panel->peak);
        code = note_run(figure, store, request, &seeds, more, err);
    }
    free(epoch);
    seeds_done(&seeds);
    return code;
}

/* --- several runs ----------------------------------------------------------------------------- */

static int add_group(struct figure *figure, struct store *store, const struct seed_group *group,
                     int row, struct error *err)
{
    struct series *series = add_histogram(&figure->panel[0], MARK_RIDGE, row);
    int64_t counts[HISTOGRAM_BINS];

    series->colour = row;
    for (int i = 0; i < group->runs; i++) {
        const struct run_row *run = &group->run[i];
        int code = histogram_get(store, run->id, run->epoch, -1, counts, err);
        int64_t all = code ? 0 : count_all(counts);
        if (code)
            return code;
        if (all == 0)
            return nothing(run->id, err);
        add_counts(series, counts, 1 / ((double)all * group->runs));
        figure_add_source(figure, run->id, run->hash);
    }
    return 0;
}

/* Every ridge as high as the others: beside a network without a penalty, whose factors all lie in
 * one place, nothing else could be seen. */
static void level_ridges(struct panel *panel)
{
    for (int k = 0; k < panel->count; k++) {
        struct series *series = &panel->series[k];
        double peak = 0;
        for (int i = 0; i < series->points; i++)
            peak = fmax(peak, series->y[i]);
        for (int i = 0; i < series->points && peak > 0; i++)
            series->y[i] /= peak;
    }
    panel->peak = 1;
}

int fill_factors(struct figure *figure, struct store *store, const struct figure_request *request,
                 struct error *err)
{
    struct panel *panel = &figure->panel[0];
    struct seeds seeds;
    char number[64];
    int code = seeds_open(&seeds, store, request->run, request->runs, FIGURE_SERIES, err);

    figure->panels = 1;
    if (!code && seeds.groups == 0)
        code = error_set(err, ERROR_DATA, "nothing to draw: no run is finished");
    for (int i = 0; i < seeds.groups && !code; i++)
        code = add_group(figure, store, &seeds.group[i], i, err);
    if (!code) {
        trim_axis(panel);
        level_ridges(panel);
        panel->zero = panel->zero_share = true;
        panel->rise = 0.88;
        panel->y = (struct side){.low = seeds.groups - 0.9, .high = -1};
        panel->y.name = NEW(char *, seeds.groups);
        panel->y.names = seeds.groups;
        for (int i = 0; i < seeds.groups; i++)
            panel->y.name[i] = memory_copy_text(seeds.group[i].label);
        seeds_print_number(&seeds, number, sizeof number);
        figure->note = memory_print(
            "%s%s%s; channels per tenth of a decade, each ridge to its own height", seeds.common,
            *number ? "; mean over " : "", *number ? strstr(number, "of ") + 3 : "");
    }
    seeds_done(&seeds);
    return code;
}
