#include "ui/compare_curves.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "ui/compare_cells.h"
#include "ui/plot.h"

enum {
    STEPS = 200,    /* of a curve */
    BAND_STEP = 3,  /* between two dots of a band */
    FRONT_STEP = 2, /* and of the front */
    FEW = 3,        /* series that all have their band */
};

static void widen(double *low, double *high, const struct compare_point *point, int points)
{
    for (int i = 0; i < points; i++) {
        *low = fmin(*low, 100 * point[i].accuracy);
        *high = fmax(*high, 100 * point[i].accuracy);
    }
}

static void find_range(const struct compare_model *model, int zoom, double *low, double *high)
{
    *low = 100;
    *high = 0;
    for (int i = 0; i < model->runs; i++) {
        const struct compare_run *run = &model->run[i];
        if (model->show != COMPARE_RETRAINED)
            widen(low, high, run->pruned, run->pruneds);
        if (model->show != COMPARE_PRUNED)
            widen(low, high, run->retrained, run->retraineds);
    }
    if (*low > *high) { /* nothing is known yet */
        *low = 0;
        *high = 100;
        return;
    }
    double margin = fmax(1, (*high - *low) * 0.05) / (1 << zoom);
    *high = fmin(100, *high + margin);
    *low = zoom ? *high - (*high - *low) / (1 << zoom) : fmax(0, *low - margin);
}

/* What lies off the axis is not drawn. */
static double in_sight(const struct plot *plot, double y)
{
    return y >= plot->y.low && y <= plot->y.high ? y : (double)NAN;
}

static void draw_dot(struct plot *plot, double x, double y, enum style style)
{
    y = in_sight(plot, y);
    plot_line(plot, &x, &y, 1, style);
}

static void draw_line(struct plot *plot, const double *x, const double *mean, bool thick,
                      enum style style)
{
    double dot = (plot->y.high - plot->y.low) / fmax(plot->canvas.height - 1, 1);
    double y[STEPS + 1];

    for (int second = 0; second <= thick; second++) {
        for (int i = 0; i <= STEPS; i++)
            y[i] = in_sight(plot, mean[i] - second * dot);
        plot_line(plot, x, y, STEPS + 1, style);
    }
}

/* The mean as a line, one deviation above and below as dots. */
static void draw_series(const struct compare_model *model, struct plot *plot, int series,
                        bool retrained, bool chosen)
{
    double x[STEPS + 1], mean[STEPS + 1];
    bool band = chosen || model->count <= FEW;

    for (int i = 0; i <= STEPS; i++) {
        x[i] = 100.0 * i / STEPS;
        struct mean at = compare_series_at(model, series, retrained, x[i]);
        mean[i] = at.n ? 100 * at.mean : (double)NAN;
        for (int side = -1; side <= 1 && band && at.n > 1 && i % BAND_STEP == 0; side += 2)
            draw_dot(plot, x[i], mean[i] + side * 100 * mean_deviation(&at), compare_style(series));
    }
    draw_line(plot, x, mean, chosen, compare_style(series));
}

static void draw_both(const struct compare_model *model, struct plot *plot, int series, bool chosen)
{
    if (model->show != COMPARE_RETRAINED)
        draw_series(model, plot, series, false, chosen);
    if (model->show != COMPARE_PRUNED)
        draw_series(model, plot, series, true, chosen);
}

/* Steps: a network holds until the next that removes more. */
static void draw_front(const struct compare_model *model, struct plot *plot)
{
    int at = 0;

    for (int i = 0; i <= 2 * STEPS; i += FRONT_STEP) {
        double x = 100.0 * i / (2 * STEPS);
        while (at < model->fronts && model->front[at].removed.mean < x)
            at++;
        if (at < model->fronts)
            draw_dot(plot, x, 100 * model->front[at].accuracy.mean, STYLE_VALUE);
    }
}

/* How many there are. */
static int draw_markers(const struct compare_model *model, struct plot *plot, int series)
{
    struct compare_spot *spot;
    int spots = compare_series_spots(model, series, true, &spot);

    for (int i = 0; i < spots; i++)
        plot_marker(plot, spot[i].removed.mean, in_sight(plot, 100 * spot[i].accuracy.mean),
                    compare_marker(series), compare_style(series));
    free(spot);
    return spots;
}

/* A series without markers has one on its line, where it has fallen half way and lies apart. */
static void draw_sign(const struct compare_model *model, struct plot *plot, int series)
{
    double half = (plot->y.low + plot->y.high) / 2, at = (double)NAN, level = (double)NAN;

    for (int i = 0; i <= STEPS; i++) {
        struct mean mean = compare_series_at(model, series, false, 100.0 * i / STEPS);
        if (!mean.n || !(100 * mean.mean >= plot->y.low))
            continue;
        at = 100.0 * i / STEPS;
        level = 100 * mean.mean;
        if (level <= half)
            break;
    }
    plot_marker(plot, at, level, compare_marker(series), compare_style(series));
}

static void draw_signs(const struct compare_model *model, struct plot *plot, int series)
{
    int markers = model->show == COMPARE_PRUNED ? 0 : draw_markers(model, plot, series);

    if (model->show != COMPARE_RETRAINED && markers == 0)
        draw_sign(model, plot, series);
}

void compare_draw_curves(const struct compare_model *model, int chosen, int zoom, struct grid *grid,
                         struct rect inside, struct rect *area)
{
    struct plot plot;
    double low, high;

    find_range(model, zoom, &low, &high);
    plot_open(&plot, grid, inside, 0, 100, low, high);
    for (int i = 0; i < model->count; i++)
        if (i != chosen)
            draw_both(model, &plot, i, false);
    draw_front(model, &plot);
    if (chosen >= 0)
        draw_both(model, &plot, chosen, true);
    plot_lay(&plot);
    plot_vertical(&plot, model->budget, STYLE_THRESHOLD);
    for (int i = 0; i < model->count; i++)
        if (i != chosen)
            draw_signs(model, &plot, i);
    if (chosen >= 0)
        draw_signs(model, &plot, chosen);
    *area = plot.area;
    plot_done(&plot);
}

void compare_draw_legend(const struct compare_model *model, int chosen, struct grid *grid,
                         struct rect inside, int title)
{
    int one = chosen >= 0 ? chosen : 0, count = 0;
    struct legend legend[3];

    if (model->show != COMPARE_RETRAINED)
        legend[count++] = (struct legend){GLYPH_PLOT_WHOLE, compare_style(one), "pruned"};
    if (model->show != COMPARE_PRUNED)
        legend[count++] = (struct legend){compare_marker(one), compare_style(one), "retrained"};
    legend[count++] = (struct legend){GLYPH_PLOT_DOTS, STYLE_VALUE, "front"};
    legend_draw(grid, inside, title, legend, count);
}
