#include "ui/prune_pair_draw.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "ui/histogram.h"
#include "ui/plot.h"
#include "ui/prune_draw.h"
#include "ui/say.h"

/* Colour and marker say which of the two it is. */
static const enum style series[2] = {STYLE_SERIES_1, STYLE_SERIES_2};
static const enum glyph marker[2] = {GLYPH_MARKER_1, GLYPH_MARKER_3};

static void add_marker(struct line *line, int side)
{
    line_add(line, STYLE_TEXT, " ");
    if (line->col < line->end)
        grid_sign(line->grid, line->row, line->col++, marker[side], series[side]);
    line_add(line, STYLE_TEXT, " ");
}

/* Which of the two is which, in the frame's upper edge. */
static void draw_legend(const struct prune_model *const pair[2], struct grid *grid,
                        struct rect inside, int title)
{
    char name[2][24];
    struct legend legend[2];

    for (int side = 0; side < 2; side++) {
        snprintf(name[side], sizeof name[side], "run %" PRId64, pair[side]->run.id);
        legend[side] = (struct legend){marker[side], series[side], name[side]};
    }
    legend_draw(grid, inside, title, legend, 2);
}

/* --- the threshold --------------------------------------------------------------------------- */

static void draw_side(const struct prune_model *model, int side, struct line line)
{
    char text[40];

    add_marker(&line, side);
    line_add(&line, series[side], "run %-4" PRId64, model->run.id);
    line_add(&line, STYLE_VALUE, " %s %%",
             decimal_print(preview_percent(model->preview, model->count), text, sizeof text));
    line_add(&line, STYLE_TEXT, "  %s",
             say_integer(model->channels - model->state.kept, text, sizeof text));
    line_add(&line, STYLE_TEXT, " of %s", say_integer(model->channels, text, sizeof text));
    if (!isnan(model->state.threshold))
        line_add(&line, STYLE_TEXT, "  |γ| ≤ %.3g", model->state.threshold);
    line_add(&line, STYLE_TEXT, "   ");
    prune_draw_accuracy(model, &line);
    if (model->known.curve[model->fold].probe.code)
        line_add(&line, STYLE_WARN, "   %s", model->known.curve[model->fold].probe.text);
}

/* The retrainings of both, as prune_model_retrained chooses them. */
static void draw_retrained(const struct prune_model *const pair[2], struct line line)
{
    char text[40];

    line_add(&line, STYLE_TEXT, " after retraining");
    for (int side = 0; side < 2; side++) {
        const struct prune_retrained *best = prune_model_retrained(pair[side]);
        add_marker(&line, side);
        if (!best || isnan(best->accuracy))
            line_add(&line, STYLE_DIM, "%s", best ? "at work" : "none");
        else {
            line_add(&line, STYLE_TEXT, "%s", say_share(best->accuracy, text, sizeof text));
            if (prune_model_is_here(pair[side], best))
                line_add(&line, STYLE_DIM, " here");
            else
                line_add(&line, STYLE_DIM, " at %.1f %%",
                         prune_model_percent(pair[side], best->kept));
        }
    }
}

static void draw_basis(enum prune_basis basis, bool reached, struct line line)
{
    line_add(&line, STYLE_TEXT, " at the same ");
    line_add(&line, STYLE_VALUE, "%s", prune_basis_name(basis));
    if (!reached)
        line_add(&line, STYLE_WARN, ", which the second cannot reach");
    line_add(&line, STYLE_DIM, "   ");
    line_add(&line, STYLE_KEY, "b");
    line_add(&line, STYLE_DIM, " at another   ");
    line_add(&line, STYLE_KEY, "c");
    line_add(&line, STYLE_DIM, " another run, or one alone");
}

void prune_pair_draw_threshold(const struct prune_model *const pair[2], enum prune_basis basis,
                               bool reached, struct grid *grid, struct rect inside)
{
    struct line line = {grid, inside.row, inside.col, inside.col + inside.cols};

    draw_side(pair[0], 0, line);
    prune_draw_slider(pair[0], grid, inside);
    line.row = inside.row + 2;
    draw_side(pair[1], 1, line);
    line.row++;
    draw_retrained(pair, line);
    line.row++;
    draw_basis(basis, reached, line);
}

/* --- the histograms -------------------------------------------------------------------------- */

/* One above the other on one axis. */
void prune_pair_draw_histogram(const struct prune_model *const pair[2], struct grid *grid,
                               struct rect inside)
{
    double low = HUGE_VAL, high = -HUGE_VAL;
    int half = (inside.rows - 1) / 2;

    for (int side = 0; side < 2; side++)
        histogram_widen(pair[side]->histogram, &low, &high);
    histogram_settle(&low, &high);
    for (int side = 0; side < 2; side++) {
        struct rect bars = {inside.row + side * half, inside.col, half, inside.cols};
        char name[24];
        histogram_bars(pair[side]->histogram, log10(pair[side]->state.threshold), low, high, grid,
                       bars);
        int length = snprintf(name, sizeof name, "run %" PRId64, pair[side]->run.id);
        struct line line = {grid, bars.row, bars.col + bars.cols / 2 - length / 2 - 2,
                            bars.col + bars.cols};
        add_marker(&line, side);
        line_add(&line, series[side], "%s ", name);
    }
    histogram_decades(grid, (struct rect){inside.row + inside.rows - 1, inside.col, 1, inside.cols},
                      low, high);
}

/* --- the curves ------------------------------------------------------------------------------ */

static void draw_points(const struct prune_model *model, int side, struct plot *plot)
{
    const struct prune_curve *curve = &model->known.curve[model->fold];
    double *x = NEW(double, curve->points + 1), *y = NEW(double, curve->points + 1);

    for (int i = 0; i < curve->points; i++) {
        x[i] = prune_model_percent(model, curve->point[i].kept);
        y[i] = 100 * curve->point[i].accuracy;
    }
    plot_line(plot, x, y, curve->points, series[side]);
    free(x);
    free(y);
}

static void draw_markers(const struct prune_model *model, int side, struct plot *plot)
{
    struct prune_accuracy here = prune_model_accuracy(model, model->fold);
    double percent = prune_model_percent(model, model->state.kept);

    plot_vertical(plot, percent, series[side]);
    for (int i = 0; i < model->known.retrains; i++)
        plot_marker(plot, prune_model_percent(model, model->known.retrained[i].kept),
                    100 * model->known.retrained[i].accuracy,
                    side ? GLYPH_MARKER_7 : GLYPH_MARKER_5, series[side]);
    if (here.state != PRUNE_UNKNOWN)
        plot_marker(plot, percent, 100 * here.accuracy, marker[side], series[side]);
}

void prune_pair_draw_curve(const struct prune_model *const pair[2], struct grid *grid,
                           struct rect inside)
{
    double low, high;
    struct plot plot;

    prune_draw_range(pair, 2, &low, &high);
    draw_legend(pair, grid, inside, 34);
    plot_open(&plot, grid, inside, 0, 100, low, high);
    for (int side = 0; side < 2; side++)
        draw_points(pair[side], side, &plot);
    plot_lay(&plot);
    for (int side = 1; side >= 0; side--)
        draw_markers(pair[side], side, &plot);
    plot_done(&plot);
}

/* --- savings --------------------------------------------------------------------------------- */

struct saving {
    const char *label;
    int64_t before[2], after[2];
    char *(*say)(double value, char *text, size_t size);
};

static void draw_saving(const struct saving *saving, struct grid *grid, int row, struct rect inside)
{
    enum { LABEL = 11 };
    int width = (inside.cols - LABEL - 1) / 2;
    char text[32];

    grid_text(grid, row, inside.col + 1, LABEL, STYLE_TEXT, saving->label);
    for (int side = 0; side < 2; side++) {
        int col = inside.col + LABEL + side * width;
        double change = 100 * ((double)saving->after[side] / (double)saving->before[side] - 1);
        int figure = width > 13 ? width - 8 : width;
        grid_print_right(grid, row, col, figure, STYLE_VALUE, "%s",
                         saving->say((double)saving->after[side], text, sizeof text));
        if (figure < width && change < 0)
            grid_print_right(grid, row, col + figure, 8, STYLE_GOOD, "−%.1f %%", -change);
    }
}

void prune_pair_draw_savings(const struct prune_model *const pair[2], struct grid *grid,
                             struct rect inside)
{
    const struct cost *was[2], *is[2];

    for (int side = 0; side < 2; side++) {
        was[side] = preview_before(pair[side]->preview);
        is[side] = &pair[side]->state.cost;
    }
#define BOTH(member)                                                                               \
    {was[0]->member, was[1]->member},                                                              \
    {                                                                                              \
        is[0]->member, is[1]->member                                                               \
    }
    const struct saving savings[] = {
        {"parameters", BOTH(parameters), say_count}, {"MACs", BOTH(macs), say_count},
        {"FLOPs", BOTH(flops), say_count},           {"weights", BOTH(bytes), say_bytes},
        {"channels", BOTH(channels), say_count},
    };
#undef BOTH
    draw_legend(pair, grid, inside, 7);
    for (int i = 0; i < (int)(sizeof savings / sizeof *savings) && i < inside.rows; i++)
        draw_saving(&savings[i], grid, inside.row + i, inside);
}
