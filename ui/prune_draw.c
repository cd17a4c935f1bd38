#include "ui/prune_draw.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
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
    if (state->held) {
        line_add(&line, STYLE_TEXT, " = %.1f %%", prune_model_percent(model, state->kept));
        line_add(&line, STYLE_HELD, "  %d held back", state->held);
    }
    if (!isnan(state->threshold))
        line_add(&line, STYLE_TEXT, "   |γ| ≤ %.4g", state->threshold);
}

void prune_draw_slider(const struct prune_model *model, struct grid *grid, struct rect inside)
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

static void add_accuracy(struct line *line, struct prune_accuracy accuracy, enum style style)
{
    bool guess = accuracy.state == PRUNE_INTERPOLATED;
    char text[40];

    line_add(line, guess ? STYLE_DIM : style, "%s%s", guess ? "≈ " : "",
             say_share(accuracy.accuracy, text, sizeof text));
}

/* How the accuracy is known. */
static void add_state(struct line *line, const struct prune_model *model,
                      struct prune_accuracy accuracy)
{
    const char *on = model->known.split[0] == 'v' ? "validation" : "test";
    bool measuring = accuracy.state == PRUNE_MEASURING;
    enum style style = measuring ? STYLE_LIVE : STYLE_GOOD;
    char text[40], all[40];

    if (accuracy.state == PRUNE_INTERPOLATED)
        line_add(line, STYLE_DIM, "   interpolated");
    if (accuracy.state < PRUNE_MEASURING)
        return;
    line_add(line, style, measuring ? "   measuring, " : "   measured, ");
    if (accuracy.images)
        line_add(line, style, "%s ", say_integer(accuracy.images, text, sizeof text));
    if (measuring)
        line_add(line, style, "of %s ", say_integer(accuracy.images_all, all, sizeof all));
    line_add(line, style, "%s", on);
    int from = line->col;
    if (accuracy.images)
        line_add(line, style, " images");
    line_keep_whole(line, from);
}

void prune_draw_accuracy(const struct prune_model *model, struct line *line)
{
    struct prune_accuracy here = prune_model_accuracy(model, model->fold);
    struct prune_accuracy other = prune_model_accuracy(model, !model->fold);
    char text[40];

    if (here.state == PRUNE_UNKNOWN)
        line_add(line, STYLE_DIM, "not measured");
    else {
        add_accuracy(line, here, STYLE_VALUE);
        if (!isnan(here.half_width))
            line_add(line, STYLE_TEXT, " ± %.1f", here.half_width * 100);
    }
    line_add(line, STYLE_DIM, "   before %s",
             say_share(prune_model_before(model), text, sizeof text));
    if (other.state >= PRUNE_MEASURING && model->state.kept < model->channels) {
        line_add(line, STYLE_DIM, model->fold ? "   not folded " : "   β folded ");
        add_accuracy(line, other, STYLE_TEXT);
    }
    add_state(line, model, here);
}

static void draw_after(const struct prune_model *model, struct line line)
{
    const struct probe_result *probe = &model->known.curve[model->fold].probe;

    line_add(&line, STYLE_TEXT, model->fold ? " pruned, β folded " : " after pruning    ");
    prune_draw_accuracy(model, &line);
    if (probe->code) {
        const char *folder =
            strrchr(probe->text, '/'); /* why matters more than where, in one line */
        line_add(&line, STYLE_WARN, "   no accuracy: %s", folder ? folder + 1 : probe->text);
    }
}

static void add_retrained(struct line *line, const struct prune_model *model,
                          const struct prune_retrained *one)
{
    char text[40];
    bool here = prune_model_is_here(model, one);
    enum style style = here ? STYLE_VALUE : STYLE_TEXT;

    if (isnan(one->accuracy))
        line_add(line, style, "run %" PRId64, one->run);
    else
        line_add(line, style, "%s", say_share(one->accuracy, text, sizeof text));
    if (!here)
        line_add(line, style, " at %.1f %%%s", prune_model_percent(model, one->kept),
                 one->fold ? ", folded" : "");
    else if (isnan(one->accuracy))
        line_add(line, style, " here");
    else
        line_add(line, style, " here (run %" PRId64 ")", one->run);
    if (one->status == RUN_FINISHED)
        return;
    line_add(line, say_status_style(one->status), ", %s %d/%d", run_status_name(one->status),
             one->epoch, one->epochs);
    if (!isnan(one->share))
        line_add(line, STYLE_LIVE, " + %.0f %%", 100 * one->share);
    if (!isnan(one->eta))
        line_add(line, STYLE_LIVE, ", ready in %s",
                 clock_print_duration(one->eta, text, sizeof text));
}

/* Retrainings: those of just this pruning first, then the others. */
static void draw_retrained(const struct prune_model *model, struct line line)
{
    line_add(&line, STYLE_TEXT, " after retraining ");
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < model->known.retrains; i++) {
            int from = line.col;
            if (prune_model_is_here(model, &model->known.retrained[i]) != (pass == 0))
                continue;
            add_retrained(&line, model, &model->known.retrained[i]);
            line_keep_whole(&line, from);
            line_add(&line, STYLE_DIM, "   ");
        }
    if (!model->known.retrains)
        line_add(&line, STYLE_DIM, "none yet   ");
    if (model->known.curve[model->fold].probe.code)
        return; /* what cannot be measured here cannot be retrained either */
    int from = line.col;
    line_add(&line, STYLE_KEY, "R");
    line_add(&line, STYLE_DIM, " retrains here");
    line_keep_whole(&line, from);
}

/* The rules of the mask, where they are not the usual ones. */
static void draw_rules(const struct prune_model *model, struct line *line)
{
    int locked = 0, own = 0;

    for (int g = 0; g < model->gates; g++) {
        locked += model->own[g] == PRUNE_LOCKED;
        own += model->own[g] != PRUNE_LOCKED && model->own[g] != PRUNE_NO_FLOOR;
    }
    if (model->floor != 1)
        line_add(line, STYLE_VALUE, "   floor %d", model->floor);
    if (own)
        line_add(line, STYLE_VALUE, "   %d floor%s of %s own", own, own > 1 ? "s" : "",
                 own > 1 ? "their" : "its");
    if (locked)
        line_add(line, STYLE_VALUE, "   %d locked", locked);
    if (model->round != 1)
        line_add(line, STYLE_VALUE, "   by %d", model->round);
}

static void draw_floors(const struct prune_model *model, struct line line)
{
    char text[40];
    int reached = 0;

    while (reached < model->gates && model->tick[reached] <= model->count)
        reached++;
    line_add(&line, STYLE_TEXT, " at their floor   ");
    line_add(&line, reached ? STYLE_HELD : STYLE_DIM, "%d of %d layers", reached, model->gates);
    draw_rules(model, &line);
    for (int i = reached; i < model->gates && model->tick[i] <= model->most; i++) {
        struct decimal at = preview_percent(model->preview, model->tick[i]);
        int from = line.col;
        line_add(&line, STYLE_DIM, "%s%s", i == reached ? "   next: " : ", ",
                 preview_gate_name(model->preview, model->tick_gate[i]));
        line_add(&line, STYLE_DIM, " at %s %%", decimal_print(at, text, sizeof text));
        line_keep_whole(&line, from);
    }
}

void prune_draw_threshold(const struct prune_model *model, struct grid *grid, struct rect inside)
{
    struct line line = {grid, inside.row, inside.col, inside.col + inside.cols};

    draw_counts(model, line);
    prune_draw_slider(model, grid, inside);
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

static void widen(const struct prune_model *model, double *low, double *high)
{
    const struct prune_known *known = &model->known;

    for (int fold = 0; fold < 2; fold++)
        for (int i = 0; i < known->curve[fold].points; i++) {
            *low = fmin(*low, 100 * known->curve[fold].point[i].accuracy);
            *high = fmax(*high, 100 * known->curve[fold].point[i].accuracy);
        }
    for (int i = 0; i < known->retrains; i++) {
        *low = fmin(*low, 100 * known->retrained[i].accuracy); /* passes NaN over */
        *high = fmax(*high, 100 * known->retrained[i].accuracy);
    }
}

/* A little room above and below. */
static void add_margin(double *low, double *high)
{
    double margin = fmax(1, (*high - *low) * 0.05);

    *low = fmax(0, *low - margin);
    *high = fmin(100, *high + margin);
}

void prune_draw_range(const struct prune_model *const *models, int count, double *low, double *high)
{
    *low = 100;
    *high = 0;
    for (int i = 0; i < count; i++)
        widen(models[i], low, high);
    add_margin(low, high);
}

static const struct legend curve_legend[] = {
    {GLYPH_SLIDER_FULL, STYLE_SERIES_1, "pruned"},
    {GLYPH_MARKER_1, STYLE_SERIES_2, "retrained"},
    {GLYPH_SLIDER_FULL, STYLE_SERIES_3, "folded"},
};

static void draw_points(const struct prune_model *model, struct plot *plot, int fold, bool markers)
{
    const struct prune_curve *curve = &model->known.curve[fold];
    enum style style = fold ? STYLE_SERIES_3 : STYLE_SERIES_1;
    double *x = NEW(double, curve->points + 1), *y = NEW(double, curve->points + 1);

    for (int i = 0; i < curve->points; i++) {
        x[i] = prune_model_percent(model, curve->point[i].kept);
        y[i] = 100 * curve->point[i].accuracy;
    }
    if (!markers)
        plot_line(plot, x, y, curve->points, style);
    for (int i = 0; i < curve->points && markers && curve->points < 12; i++)
        plot_marker(plot, x[i], y[i], fold ? GLYPH_MARKER_7 : GLYPH_MARKER_5, style);
    free(x);
    free(y);
}

void prune_draw_curve(const struct prune_model *model, struct grid *grid, struct rect inside)
{
    struct prune_accuracy here = prune_model_accuracy(model, model->fold);
    double low, high, percent = prune_model_percent(model, model->state.kept);
    int folds = model->known.curve[1].points > 1 ? 2 : 1;
    struct plot plot;

    prune_draw_range(&model, 1, &low, &high);
    legend_draw(grid, inside, 34, curve_legend, folds + 1);
    plot_open(&plot, grid, inside, 0, 100, low, high);
    for (int fold = 0; fold < folds; fold++)
        draw_points(model, &plot, fold, false);
    plot_lay(&plot);
    for (int fold = 0; fold < folds; fold++)
        draw_points(model, &plot, fold, true);
    for (int i = 0; i < model->known.retrains; i++)
        plot_marker(&plot, prune_model_percent(model, model->known.retrained[i].kept),
                    100 * model->known.retrained[i].accuracy, GLYPH_MARKER_1, STYLE_SERIES_2);
    plot_vertical(&plot, percent, STYLE_THRESHOLD);
    if (here.state != PRUNE_UNKNOWN)
        plot_marker(&plot, percent, 100 * here.accuracy, GLYPH_MARKER_4, STYLE_THRESHOLD);
    plot_done(&plot);
}

/* From the whole network on the left to what is left at the largest share. */
void prune_draw_layer_curve(const struct prune_model *model, const struct prune_sense *sense,
                            int gate, struct grid *grid, struct rect inside)
{
    double x[PRUNE_SENSE_POINTS] = {0}, y[PRUNE_SENSE_POINTS], low = 100, high = 0;
    struct plot plot;

    for (int i = 0; i < PRUNE_SENSE_POINTS; i++) {
        x[i] = i ? probe_share[i - 1] : 0;
        y[i] = 100 * (i ? sense->accuracy[gate * PROBE_SHARES + i - 1] : prune_model_before(model));
    }
    for (int i = 0; i < sense->gates * PROBE_SHARES; i++) { /* one scale for all layers */
        low = fmin(low, 100 * sense->accuracy[i]);
        high = fmax(high, 100 * sense->accuracy[i]);
    }
    low = fmin(low, 100 * prune_model_before(model));
    high = fmax(high, 100 * prune_model_before(model));
    add_margin(&low, &high);
    plot_open(&plot, grid, inside, 0, 100, low, high);
    plot_line(&plot, x, y, PRUNE_SENSE_POINTS, STYLE_SERIES_1);
    plot_lay(&plot);
    for (int i = 0; i < PRUNE_SENSE_POINTS; i++)
        if (!isnan(y[i]))
            plot_marker(&plot, x[i], y[i], GLYPH_MARKER_1, STYLE_SERIES_1);
    plot_done(&plot);
}

/* --- savings --------------------------------------------------------------------------------- */

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
    const struct probe_result *probe = &model->known.curve[model->fold].probe;
    bool measured = probe->images && probe->channels_kept == model->state.kept;
    double now = measured ? probe->seconds_per_image : (double)NAN;
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
