#include "report/figure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "report/figure_private.h"

const struct figure_kind figure_kinds[] = {
#define FIGURE(name, takes, help) {#name, TAKES_##takes, fill_##name, help},
#include "report/figure.def"
#undef FIGURE
    {0},
};

const char *const figure_axes[COST_AXES + 1] = {"channels", "parameters", "macs", "bytes", NULL};

const struct figure_kind *figure_find(const char *name)
{
    for (const struct figure_kind *kind = figure_kinds; kind->name; kind++)
        if (text_equal(kind->name, name))
            return kind;
    return NULL;
}

int figure_make(const struct figure_kind *kind, struct store *store,
                const struct figure_request *request, struct figure *figure, struct error *err)
{
    *figure = (struct figure){0};
    return kind->fill(figure, store, request, err);
}

static void free_panel(struct panel *panel)
{
    for (int i = 0; i < panel->count; i++) {
        free(panel->series[i].label);
        free(panel->series[i].x);
        free(panel->series[i].y);
        free(panel->series[i].band);
    }
    for (int i = 0; i < panel->y.names; i++)
        free(panel->y.name[i]);
    free(panel->y.name);
    free(panel->series);
}

void figure_done(struct figure *figure)
{
    for (int i = 0; i < figure->panels; i++)
        free_panel(&figure->panel[i]);
    free(figure->title);
    free(figure->note);
    free(figure->source);
    *figure = (struct figure){0};
}

struct series *figure_add(struct panel *panel, enum mark mark, int points)
{
    panel->series = memory_grow(panel->series, (size_t)panel->count + 1, sizeof *panel->series);
    struct series *series = &panel->series[panel->count++];
    *series = (struct series){.mark = mark, .points = points};
    series->x = NEW(double, points + 1);
    series->y = NEW(double, points + 1);
    return series;
}

void figure_add_key(struct panel *panel, enum stroke stroke, const char *label)
{
    struct series *key = figure_add(panel, MARK_LINE, 0);

    key->colour = NEUTRAL;
    key->stroke = stroke;
    key->label = memory_copy_text(label);
}

void figure_add_source(struct figure *figure, int64_t run, const char *hash)
{
    for (int i = 0; i < figure->sources; i++)
        if (figure->source[i].run == run)
            return;
    figure->source =
        memory_grow(figure->source, (size_t)figure->sources + 1, sizeof *figure->source);
    struct figure_source *source = &figure->source[figure->sources++];
    source->run = run;
    memcpy(source->hash, hash, sizeof source->hash);
}

/* The range of finite values, band included, of what a side shows. */
static void find_range(const struct panel *panel, bool vertical, double *low, double *high)
{
    for (int i = 0; i < panel->count; i++)
        for (int k = 0; k < panel->series[i].points; k++) {
            const struct series *series = &panel->series[i];
            double value = vertical ? series->y[k] : series->x[k];
            double band = vertical && series->band ? series->band[k] : 0;
            if (!isfinite(value))
                continue;
            band = isfinite(band) ? band : 0;
            *low = fmin(*low, value - band);
            *high = fmax(*high, value + band);
        }
}

static void fit_side(const struct panel *panel, struct side *side, bool vertical, double least)
{
    double low = HUGE_VAL, high = -HUGE_VAL;

    find_range(panel, vertical, &low, &high);
    if (low > high)
        low = high = 0;
    double short_of = fmax(0, least - (high - low)) / 2;
    low -= short_of;
    high += short_of;
    double margin = 0.04 * (high - low);
    side->low = low - margin;
    side->high = high + margin;
}

void figure_fit(struct panel *panel, double least)
{
    fit_side(panel, &panel->x, false, 0);
    fit_side(panel, &panel->y, true, least);
}
