#include "ui/gamma_draw.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "ui/gamma_axis.h"
#include "ui/plot.h"
#include "ui/say.h"

enum { LEVELS = 6 }; /* of heat */

/* --- the state ------------------------------------------------------------------------------- */

static void draw_place(const struct gamma_model *model, bool playing, struct line line)
{
    const int64_t *counts = model->counts[model->at].bin;
    int64_t all = gamma_channels(counts);
    char text[40];

    line_add(&line, STYLE_VALUE, " epoch %d", model->epoch[model->at].epoch);
    line_add(&line, STYLE_TEXT, " of %d", model->epoch[model->epochs - 1].epoch);
    if (playing)
        line_add(&line, STYLE_LIVE, ", playing");
    line_add(&line, STYLE_TEXT, "   %s channels", say_integer(all, text, sizeof text));
    line_add(&line, STYLE_TEXT, "   exact zeros ");
    line_add(&line, STYLE_VALUE, "%s", say_integer(counts[0], text, sizeof text));
    int from = line.col;
    if (model->layer < 0)
        line_add(&line, STYLE_TEXT, "   |γ| < 0.01: %s",
                 say_share(model->epoch[model->at].near_zero, text, sizeof text));
    line_keep_whole(&line, from);
}

/* What the penalty is, and where it does nothing. */
static void draw_penalty(const struct gamma_model *model, struct line line)
{
    const struct penalty *penalty = &model->penalty;
    char text[64];

    line_add(&line, STYLE_TEXT, " %s", penalty_print(penalty, text, sizeof text));
    if (penalty->kind == PENALTY_NONE) {
        line_add(&line, STYLE_DIM,
                 model->run.kind == RUN_RETRAIN ? ": a retraining has no penalty"
                                                : ": nothing pulls γ towards zero");
        return;
    }
    double needed = penalty_idle(penalty, model->gamma_init);
    double flat = penalty_flat(penalty);
    if (needed > 0)
        line_add(&line, STYLE_WARN,
                 "  does nothing: flat from |γ| = a·λ = %g, γ begins at %g; try a = %g", flat,
                 model->gamma_init, needed);
    else if (flat > 0)
        line_add(&line, STYLE_DIM, "   no pull from |γ| = a·λ = %.3g on%s", flat,
                 flat < 10 ? " (shaded)" : "");
}

static void draw_mask(const struct gamma_model *model, struct line line)
{
    double changed = model->at < model->known ? model->changed[model->at] : (double)NAN;
    char text[40];

    line_add(&line, STYLE_TEXT, " keep-mask at %d %% pruned: ", model->cut);
    if (model->at == 0)
        line_add(&line, STYLE_DIM, "no epoch before this");
    else if (model->at >= model->known)
        line_add(&line, STYLE_LIVE, "comparing …");
    else {
        line_add(&line, STYLE_VALUE, "%s", say_share(changed, text, sizeof text));
        line_add(&line, STYLE_TEXT, " of %s channels changed sides since epoch %d",
                 model->layer < 0 ? "the" : "the whole network's",
                 model->epoch[model->at - 1].epoch);
        line.col += 2;
        spark_draw(line.grid, line.row, line.col, line.end - line.col - 1, model->changed,
                   model->at + 1, STYLE_SERIES_1);
    }
}

void gamma_draw_state(const struct gamma_model *model, bool playing, struct grid *grid,
                      struct rect inside)
{
    struct line line = {grid, inside.row, inside.col, inside.col + inside.cols};

    draw_place(model, playing, line);
    line.row++;
    draw_penalty(model, line);
    line.row++;
    draw_mask(model, line);
}

/* --- the map --------------------------------------------------------------------------------- */

/* Rows that are used: where there are more than epochs, each has as many as fit. */
static int map_rows(const struct gamma_model *model, struct rect inside)
{
    return model->epochs < inside.rows ? inside.rows / model->epochs * model->epochs : inside.rows;
}

/* The index of the epoch that a row shows: the last of those that fall into it. */
static int row_epoch(const struct gamma_model *model, int rows, int row)
{
    int last = (row + 1) * model->epochs / rows - 1, first = row * model->epochs / rows;

    return last > first ? last : first;
}

/* Ridges are as many as there are epochs, or as have two rows each. */
static int count_ridges(const struct gamma_model *model, struct rect inside)
{
    int most = inside.rows > 1 ? inside.rows / 2 : 1;

    return model->epochs < most ? model->epochs : most;
}

int gamma_map_epoch(const struct gamma_model *model, bool ridges, struct rect inside, int row)
{
    int bands = ridges ? count_ridges(model, inside) : map_rows(model, inside);
    int band = (row - inside.row) / (ridges ? inside.rows / bands : 1);

    return row_epoch(model, bands, band < 0 ? 0 : band >= bands ? bands - 1 : band);
}

static void draw_heat(struct grid *grid, int row, int col, double share)
{
    int level = share > 0 ? (int)ceil(sqrt(fmin(share, 1)) * LEVELS) : 0;

    if (level > 0)
        grid_sign(grid, row, col, GLYPH_HEAT_1 + level - 1, (enum style)(STYLE_HEAT_1 + level - 1));
}

/* The most channels in one cell: full heat. */
static double find_top(const struct gamma_model *model, const struct gamma_axis *axis)
{
    double top = 1;

    for (int i = 0; i < model->epochs; i++)
        for (int c = 0; c < axis->columns.cols; c++)
            top = fmax(top, gamma_axis_count(axis, model->counts[i].bin, c));
    return top;
}

static void draw_map_row(const struct gamma_model *model, const struct gamma_axis *axis,
                         struct grid *grid, int row, int epoch, double top)
{
    const int64_t *counts = model->counts[epoch].bin;
    double all = (double)gamma_channels(counts);

    for (int c = 0; c < axis->zeros.cols; c++)
        draw_heat(grid, row, axis->zeros.col + c, (double)counts[0] / all);
    grid_sign(grid, row, axis->columns.col - 1, GLYPH_LINE_5, STYLE_BORDER);
    for (int c = 0; c < axis->columns.cols; c++)
        draw_heat(grid, row, axis->columns.col + c, gamma_axis_count(axis, counts, c) / top);
}

static void label_epoch(const struct gamma_model *model, const struct gamma_axis *axis,
                        struct grid *grid, int row, int epoch, bool here)
{
    int pointer = axis->labels.col + axis->labels.cols - 1;

    grid_print_right(grid, row, axis->labels.col, axis->labels.cols - 1,
                     here ? STYLE_KEY : STYLE_DIM, "%d", model->epoch[epoch].epoch);
    if (here)
        grid_sign(grid, row, pointer, GLYPH_POINTER, STYLE_KEY);
}

void gamma_draw_map(const struct gamma_model *model, struct grid *grid, struct rect inside)
{
    struct gamma_axis axis = gamma_axis_make(model, inside);
    int rows = map_rows(model, inside), before = -1;
    double top = find_top(model, &axis);

    for (int i = 0; i < rows; i++) {
        int row = inside.row + i, epoch = row_epoch(model, rows, i);
        draw_map_row(model, &axis, grid, row, epoch, top);
        if (epoch != before)
            label_epoch(model, &axis, grid, row, epoch, model->at <= epoch && model->at > before);
        before = epoch;
    }
}

void gamma_draw_ridges(const struct gamma_model *model, struct grid *grid, struct rect inside)
{
    struct gamma_axis axis = gamma_axis_make(model, inside);
    int ridges = count_ridges(model, inside), rows = inside.rows / ridges, before = -1;

    for (int i = 0; i < ridges; i++) {
        int row = inside.row + i * rows, epoch = row_epoch(model, ridges, i);
        bool here = model->at <= epoch && model->at > before;
        const int64_t *counts = model->counts[here ? model->at : epoch].bin;
        gamma_axis_bars(&axis, counts, gamma_axis_top(&axis, counts), grid, row, rows,
                        here ? STYLE_SELECTED : STYLE_KEPT);
        label_epoch(model, &axis, grid, row + rows - 1, here ? model->at : epoch, here);
        before = epoch;
    }
}

/* --- the changes ----------------------------------------------------------------------------- */

void gamma_draw_changes(const struct gamma_model *model, struct grid *grid, struct rect inside)
{
    double *x = NEW(double, model->epochs + 1), *y = NEW(double, model->epochs + 1), top = 1;
    struct plot plot;

    for (int i = 0; i < model->epochs; i++) {
        x[i] = model->epoch[i].epoch;
        y[i] = i < model->known ? 100 * model->changed[i] : (double)NAN;
        top = fmax(top, y[i]);
    }
    plot_open(&plot, grid, inside, model->epoch[0].epoch,
              fmax(model->epoch[0].epoch + 1, model->epoch[model->epochs - 1].epoch), 0, top);
    plot_line(&plot, x, y, model->epochs, STYLE_SERIES_1);
    plot_lay(&plot);
    plot_vertical(&plot, x[model->at], STYLE_KEY);
    plot_marker(&plot, x[model->at], y[model->at], GLYPH_MARKER_1, STYLE_SERIES_1);
    plot_done(&plot);
    free(x);
    free(y);
}
