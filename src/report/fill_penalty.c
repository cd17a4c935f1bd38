/* Penalties and their derivatives over |γ|. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "report/figure_private.h"
#include "report/seeds.h"

enum { SAMPLES = 200 };

/* Slopes are cut here, in units of λ: that of ℓp has no end. */
static const double steepest = 4;

static void add_penalty(struct figure *figure, const struct penalty *penalty, int colour,
                        const char *label)
{
    struct series *value = figure_add(&figure->panel[0], MARK_LINE, SAMPLES + 1);
    struct series *slope = figure_add(&figure->panel[1], MARK_LINE, SAMPLES);

    value->colour = slope->colour = colour;
    value->label = memory_copy_text(label);
    for (int i = 0; i <= SAMPLES; i++) {
        value->x[i] = (double)i / SAMPLES;
        value->y[i] = penalty_value(penalty, value->x[i]) / penalty->lambda;
    }
    for (int i = 0; i < SAMPLES; i++) {
        slope->x[i] = (double)(i + 1) / SAMPLES;
        slope->y[i] = penalty_slope(penalty, slope->x[i]) / penalty->lambda;
    }
}

static void name_axes(struct figure *figure)
{
    figure->panels = 2;
    for (int i = 0; i < FIGURE_PANELS; i++) {
        struct panel *panel = &figure->panel[i];
        figure_fit(panel, 1);
        panel->x = (struct side){.label = "|γ|", .low = 0, .high = 1};
        panel->y.low = 0;
        panel->y.high = fmin(panel->y.high, steepest);
    }
    figure->panel[0].y.label = "ρ(γ) / λ";
    figure->panel[1].y.label = "ρ′(γ) / λ";
}

/* All kinds, with the values that train gives them at its usual λ; ℓp with both of its usual p. */
static void add_all(struct figure *figure)
{
    static const double lambda = 1e-4;
    static const struct {
        enum penalty_kind kind;
        double p;
    } shown[] = {{PENALTY_L1, 0},  {PENALTY_LP, 0.75}, {PENALTY_LP, 0.5},
                 {PENALTY_TL1, 0}, {PENALTY_MCP, 0},   {PENALTY_SCAD, 0}};
    char label[64];

    for (int i = 0; i < (int)(sizeof shown / sizeof *shown); i++) {
        struct penalty penalty = {.kind = shown[i].kind,
                                  .lambda = lambda,
                                  .a = penalty_default_a(shown[i].kind, lambda),
                                  .p = shown[i].p};
        penalty_print(&penalty, label, sizeof label);
        char *end = strstr(label, " λ=");
        if (end)
            *end = '\0';
        add_penalty(figure, &penalty, i, label);
    }
    figure->note = memory_print("λ=%g", lambda);
}

int fill_penalties(struct figure *figure, struct store *store, const struct figure_request *request,
                   struct error *err)
{
    struct seeds seeds = {0};
    int code = 0, shown = 0;

    if (request->runs > 0)
        code = seeds_open(&seeds, store, request->run, request->runs, FIGURE_SERIES, err);
    for (int i = 0; i < seeds.groups && !code; i++) {
        const struct run_row *run = &seeds.group[i].run[0];
        struct penalty penalty;
        seeds_penalty(run, &penalty);
        if (penalty.kind == PENALTY_NONE)
            continue;
        add_penalty(figure, &penalty, shown++, seeds.group[i].label);
        figure_add_source(figure, run->id, run->hash);
    }
    if (!code && request->runs > 0 && shown == 0)
        code = error_set(err, ERROR_DATA, "nothing to draw: these runs have no penalty");
    else if (!code && request->runs == 0)
        add_all(figure);
    else if (!code)
        figure->note = memory_copy_text(seeds.common);
    if (!code)
        name_axes(figure);
    else
        figure->panels = 2;
    seeds_done(&seeds);
    return code;
}
