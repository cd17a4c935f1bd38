/* The channels of each layer before and after a pruning. */
#include <stdlib.h>

#include "base/memory.h"
#include "report/figure_private.h"
#include "report/seeds.h"

static struct series *add_bars(struct panel *panel, enum stroke stroke, const char *label,
                               int layers)
{
    struct series *series = figure_add(panel, MARK_BARS, layers);

    series->stroke = stroke;
    series->label = memory_copy_text(label);
    for (int i = 0; i < layers; i++)
        series->x[i] = i + 1;
    return series;
}

static void fill_panel(struct panel *panel, int layers, const int *channels, const int *kept)
{
    double most = 1;
    struct series *series = add_bars(panel, STROKE_DASHED, "before", layers);

    for (int i = 0; i < layers; i++) {
        series->y[i] = channels[i];
        most = channels[i] > most ? channels[i] : most;
    }
    series = add_bars(panel, STROKE_SOLID, "after", layers);
    for (int i = 0; i < layers; i++)
        series->y[i] = kept[i];
    panel->x = (struct side){
        .label = "layer, in network order", .whole = true, .low = 0.4, .high = layers + 0.6};
    panel->y = (struct side){.label = "channels", .low = 0, .high = most * 1.04};
}

static void fill_figure(struct figure *figure, const struct seeds *seeds, int layers,
                        const int *channels, const int *kept)
{
    const struct seed_group *group = &seeds->group[0];
    double before = 0, after = 0;

    for (int i = 0; i < layers; i++) {
        before += channels[i];
        after += kept[i];
    }
    figure->panels = 1;
    fill_panel(&figure->panel[0], layers, channels, kept);
    figure_add_source(figure, group->run[0].id, group->run[0].hash);
    figure->note = memory_print("%s, %s; %.3g\u00a0%% of the channels pruned", group->label,
                                seeds->common, before > 0 ? 100 * (1 - after / before) : 0);
}

int figure_make_widths(struct store *store, int64_t run, const int *kept, int layers,
                       struct figure *figure, struct error *err)
{
    struct seeds seeds;
    char **name = NULL;
    int *channels = NULL, there = 0;
    int code = seeds_open(&seeds, store, &run, 1, 1, err);

    *figure = (struct figure){0};
    if (!code)
        code = run_layers(store, run, &name, &channels, &there, err);
    if (!code && there != layers)
        code = error_set(err, ERROR_DATA, "run %lld: has %d layers, its pruning %d", (long long)run,
                         there, layers);
    if (!code)
        fill_figure(figure, &seeds, layers, channels, kept);
    for (int i = 0; i < there; i++)
        free(name[i]);
    free(name);
    free(channels);
    seeds_done(&seeds);
    return code;
}

int fill_widths(struct figure *figure, struct store *store, const struct figure_request *request,
                struct error *err)
{
    struct pruning_row pruning = {0};
    int code = pruning_get(store, request->pruning, &pruning, err);
    int *kept = NEW(int, pruning.layers + 1);

    for (int i = 0; i < pruning.layers; i++)
        kept[i] = pruning.layer[i].kept;
    if (!code)
        code = figure_make_widths(store, pruning.run, kept, pruning.layers, figure, err);
    free(kept);
    pruning_row_done(&pruning);
    return code;
}
