#include "ui/prune_draw.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "ui/histogram.h"
#include "ui/plot.h"
#include "ui/say.h"
#include "ui/slider.h"

/* --- the threshold --------------------------------------------------------------------------- */

struct rect prune_slider_rect(struct rect inside)
{
    return (struct rect){inside.row + 1, inside.col + 3, 1, inside.cols - 8};
}

static void draw_counts(const struct prune_model *model, struct line line)
{
    char text[40];
    const struct preview_state *state = &model->state;

    line_add(&line, STYLE_TEXT, " channels pruned ");
    line_add(&line, STYLE_VALUE, "%s %%",
             decimal_print(preview_percent(model->preview, model->count), text, sizeof text));
    line_add(&line, STYLE_TEXT, "  %s", say_integer(model->channels - state->kept, text, 40));
    line_add(&line, STYLE_TEXT, " of %s", say_integer(model->channels, text, sizeof text));
    if (state->held)
        line_add(&line, STYLE_HELD, "  %d held back", state->held);
    if (!isnan(state->threshold))
        line_add(&line, STYLE_TEXT, "   |γ| ≤ %.4g", state->threshold);
}

static void draw_slider(const struct prune_model *model, struct grid *grid, struct rect inside)
{
    struct rect at = prune_slider_rect(inside);
    int ticks = 0;

    while (ticks < model->gates && model->tick[ticks] <= model->most)
        ticks++;
    struct slider slider = {model->count, model->most, model->tick, ticks};
    grid_text(grid, at.row, inside.col + 1, 1, STYLE_DIM, "0");
    slider_draw(&slider, grid, at.row, at.col, at.cols);
    grid_text(grid, at.row, at.col + at.cols + 1, 4, STYLE_DIM, "100");
}

static void draw_after(const struct prune_model *model, struct line line)
{
    struct prune_accuracy here = prune_model_accuracy(model);
    const char *on = model->split[0] == 'v' ? "validation" : "test";
    char text[40], all[40];

    line_add(&line, STYLE_TEXT, " after pruning    ");
    if (here.known == PRUNE_UNKNOWN)
        line_add(&line, STYLE_DIM, "not measured");
    else {
        line_add(&line, here.known == PRUNE_INTERPOLATED ? STYLE_DIM : STYLE_VALUE, "%s%s",
                 here.known == PRUNE_INTERPOLATED ? "≈ " : "",
                 say_share(here.accuracy, text, sizeof text));
        if (!isnan(here.half_width))
            line_add(&line, STYLE_TEXT, " ± %.1f", here.half_width * 100);
    }
    if (here.known == PRUNE_INTERPOLATED)
        line_add(&line, STYLE_DIM, "   interpolated");
    else if (here.known == PRUNE_MEASURED && here.images)
        line_add(&line, STYLE_GOOD, "   measured, %s %s images",
                 say_integer(here.images, text, sizeof text), on);
    else if (here.known == PRUNE_MEASURED)
        line_add(&line, STYLE_GOOD, "   measured, %s", on);
    else if (here.known == PRUNE_MEASURING)
        line_add(&line, STYLE_LIVE, "   measuring, %s of %s %s images",
                 say_integer(here.images, text, sizeof text),
                 say_integer(here.images_all, all, sizeof all), on);
    line_add(&line, STYLE_DIM, "   before %s",
             say_share(prune_model_before(model), text, sizeof text));
    if (model->probe.code)
        line_add(&line, STYLE_WARN, "   %s", model->probe.text);
}

static void add_retrained(struct line *line, const struct prune_model *model,
                          const struct prune_retrained *one)
{
    char text[40];
    bool here = one->kept == model->state.kept;
    enum style style = here ? STYLE_VALUE : STYLE_TEXT;

    if (isnan(one->accuracy))
        line_add(line, style, "run %" PRId64, one->run);
    else
        line_add(line, style, "%s", say_share(one->accuracy, text, sizeof text));
    if (!here)
        line_add(line, style, " at %.1f %%", prune_model_percent(model, one->kept));
    else if (isnan(one->accuracy))
        line_add(line, style, " here");
    else
        line_add(line, style, " here (run %" PRId64 ")", one->run);
    if (one->status != RUN_FINISHED)
        line_add(line, say_status_style(one->status), ", %s %d/%d", run_status_name(one->status),
                 one->epoch, one->epochs);
}

/* Retrainings: those of just this pruning first, then the others. */
static void draw_retrained(const struct prune_model *model, struct line line)
{
    line_add(&line, STYLE_TEXT, " after retraining ");
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < model->retrains; i++) {
            bool here = model->retrained[i].kept == model->state.kept;
            if (here != (pass == 0))
                continue;
            add_retrained(&line, model, &model->retrained[i]);
            line_add(&line, STYLE_DIM, "   ");
        }
    if (!model->retrains)
        line_add(&line, STYLE_DIM, "none yet   ");
    line_add(&line, STYLE_KEY, "R");
    line_add(&line, STYLE_DIM, " retrains here");
}

static void draw_floors(const struct prune_model *model, struct line line)
{
    char text[40];
    int reached = 0;

    while (reached < model->gates && model->tick[reached] <= model->count)
        reached++;
    line_add(&line, STYLE_TEXT, " at their floor   ");
    line_add(&line, reached ? STYLE_HELD : STYLE_DIM, "%d of %d layers", reached, model->gates);
    for (int i = reached; i < model->gates && model->tick[i] <= model->most; i++) {
        struct decimal at = preview_percent(model->preview, model->tick[i]);
        line_add(&line, STYLE_DIM, "%s%s", i == reached ? "   next: " : ", ",
                 preview_gate_name(model->preview, model->tick_gate[i]));
        line_add(&line, STYLE_DIM, " at %s %%", decimal_print(at, text, sizeof text));
    }
}

void prune_draw_threshold(const struct prune_model *model, struct grid *grid, struct rect inside)
{
    struct line line = {grid, inside.row, inside.col, inside.col + inside.cols};

    draw_counts(model, line);
    draw_slider(model, grid, inside);
    line.row = inside.row + 2;
    draw_after(model, line);
    line.row++;
    draw_retrained(model, line);
    line.row++;
    draw_floors(model, line);
}

/* --- the histogram --------------------------------------------------------------------------- */

void prune_draw_histogram(const struct prune_model *model, struct grid *grid, struct rect inside)
{
    histogram_draw(model->histogram, log10(model->state.threshold), grid, inside);
}

/* --- the curve ------------------------------------------------------------------------------- */

static void find_accuracies(const struct prune_model *model, double *low, double *high)
{
    *low = 100;
    *high = 0;
    for (int i = 0; i < model->points; i++) {
        *low = fmin(*low, 100 * model->point[i].accuracy);
        *high = fmax(*high, 100 * model->point[i].accuracy);
    }
    for (int i = 0; i < model->retrains; i++) {
        *low = fmin(*low, 100 * model->retrained[i].accuracy); /* passes NaN over */
        *high = fmax(*high, 100 * model->retrained[i].accuracy);
    }
    double margin = fmax(1, (*high - *low) * 0.05);
    *low = fmax(0, *low - margin);
    *high = fmin(100, *high + margin);
}

static const struct legend curve_legend[] = {
    {GLYPH_SLIDER_FULL, STYLE_SERIES_1, "pruned"},
    {GLYPH_MARKER_1, STYLE_SERIES_2, "retrained"},
};

void prune_draw_curve(const struct prune_model *model, struct grid *grid, struct rect inside)
{
    struct prune_accuracy here = prune_model_accuracy(model);
    double low, high, *x = NEW(double, model->points + 1), *y = NEW(double, model->points + 1);
    double percent = prune_model_percent(model, model->state.kept);
    struct plot plot;

    for (int i = 0; i < model->points; i++) {
        x[i] = prune_model_percent(model, model->point[i].kept);
        y[i] = 100 * model->point[i].accuracy;
    }
    find_accuracies(model, &low, &high);
    legend_draw(grid, inside, 34, curve_legend, 2);
    plot_open(&plot, grid, inside, 0, 100, low, high);
    plot_line(&plot, x, y, model->points, STYLE_SERIES_1);
    plot_lay(&plot);
    for (int i = 0; i < model->points && model->points < 12; i++)
        plot_marker(&plot, x[i], y[i], GLYPH_MARKER_5, STYLE_SERIES_1);
    for (int i = 0; i < model->retrains; i++)
        plot_marker(&plot, prune_model_percent(model, model->retrained[i].kept),
                    100 * model->retrained[i].accuracy, GLYPH_MARKER_1, STYLE_SERIES_2);
    plot_vertical(&plot, percent, STYLE_THRESHOLD);
    if (here.known != PRUNE_UNKNOWN)
        plot_marker(&plot, percent, 100 * here.accuracy, GLYPH_MARKER_4, STYLE_THRESHOLD);
    plot_done(&plot);
    free(x);
    free(y);
}

/* --- layers and savings ---------------------------------------------------------------------- */

void prune_draw_layers(const struct prune_model *model, struct grid *grid, struct rect inside,
                       int top)
{
    enum { NAME = 16, FIGURES = 17, LEAST_BAR = 4 };
    int name = inside.cols > 50 ? NAME : 12;
    int bar = inside.cols - name - FIGURES - 2;

    for (int i = 0; i < inside.rows && top + i < model->gates; i++) {
        int g = top + i, row = inside.row + i, all = preview_gate_channels(model->preview, g);
        double share = all ? (double)model->kept[g] / all : 0;
        grid_text(grid, row, inside.col + 1, name, STYLE_TEXT,
                  preview_gate_name(model->preview, g));
        if (bar >= LEAST_BAR)
            bar_draw(grid, row, inside.col + name + 1, bar, share, STYLE_KEPT, STYLE_PRUNED);
        int col = inside.col + inside.cols - FIGURES;
        grid_print_right(grid, row, col, 11, STYLE_TEXT, "%d / %d", model->kept[g], all);
        if (model->held[g])
            grid_text(grid, row, col + 12, 5, STYLE_HELD, "floor");
    }
}

struct saving {
    const char *label;
    double before, after;
    char *(*say)(double value, char *text, size_t size);
};

static void draw_saving(struct grid *grid, struct rect inside, int row, const struct saving *saving)
{
    char before[32], after[32];
    double change = (saving->after / saving->before - 1) * 100;
    struct line line = {grid, row, inside.col + 1, inside.col + inside.cols};

    line_add(&line, STYLE_TEXT, "%s", saving->label);
    line.col = inside.col + 12;
    line_add(&line, STYLE_DIM, "%s → ", saving->say(saving->before, before, sizeof before));
    line_add(&line, STYLE_VALUE, "%s", saving->say(saving->after, after, sizeof after));
    bool room = line.end - line.col > 9;
    if (room && saving->before > 0 && saving->after != saving->before && !isnan(change))
        grid_print_right(grid, row, line.col + 1, line.end - line.col - 2, STYLE_GOOD, "%s%.1f %%",
                         change < 0 ? "−" : "+", fabs(change));
}

void prune_draw_savings(const struct prune_model *model, struct grid *grid, struct rect inside,
                        double time_before)
{
    const struct cost *was = preview_before(model->preview), *is = &model->state.cost;
    double now = model->probe.channels_kept == model->state.kept && model->probe.images
                     ? model->probe.seconds_per_image
                     : (double)NAN;
    const struct saving savings[] = {
        {"parameters", (double)was->parameters, (double)is->parameters, say_count},
        {"MACs", (double)was->macs, (double)is->macs, say_count},
        {"FLOPs", (double)was->flops, (double)is->flops, say_count},
        {"weights", (double)was->bytes, (double)is->bytes, say_bytes},
        {"time/image", time_before, now, say_seconds},
        {"channels", (double)was->channels, (double)is->channels, say_count},
    };

    int row = inside.row;
    for (size_t i = 0; i < sizeof savings / sizeof *savings; i++) {
        bool known = !isnan(savings[i].before) || !isnan(savings[i].after);
        if (known && row < inside.row + inside.rows)
            draw_saving(grid, inside, row++, &savings[i]);
    }
}
