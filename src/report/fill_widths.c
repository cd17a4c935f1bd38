/* The channels of each layer before and after a pruning. */
#include <inttypes.h>

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

static void fill_panel(struct panel *panel, const struct pruning_row *pruning)
{
    double most = 1;
    struct series *series = add_bars(panel, STROKE_DASHED, "before", pruning->layers);

    for (int i = 0; i < pruning->layers; i++) {
        series->y[i] = pruning->layer[i].channels;
        most = series->y[i] > most ? series->y[i] : most;
    }
    series = add_bars(panel, STROKE_SOLID, "after", pruning->layers);
    for (int i = 0; i < pruning->layers; i++)
        series->y[i] = pruning->layer[i].kept;
    panel->x = (struct side){.label = "layer, in network order",
                             .whole = true,
                             .low = 0.4,
                             .high = pruning->layers + 0.6};
    panel->y = (struct side){.label = "channels", .low = 0, .high = most * 1.04};
}

int fill_widths(struct figure *figure, struct store *store, const struct figure_request *request,
                struct error *err)
{
    struct pruning_row pruning = {0};
    struct seeds seeds = {0};
    int code = pruning_get(store, request->pruning, &pruning, err);

    if (!code)
        code = seeds_open(&seeds, store, &pruning.run, 1, 1, err);
    if (!code) {
        const struct seed_group *group = &seeds.group[0];
        double gone = 100 * (1 - (double)pruning.channels_kept / (double)pruning.channels);
        figure->panels = 1;
        fill_panel(&figure->panel[0], &pruning);
        figure_add_source(figure, group->run[0].id, group->run[0].hash);
        figure->note = memory_print("%s, %s; %.3g %% of the channels pruned", group->label,
                                    seeds.common, gone);
    }
    seeds_done(&seeds);
    pruning_row_done(&pruning);
    return code;
}
