/*
 * The histogram of the epoch that is shown, with the penalty behind it: as bars, together with
 * marked runs as lines, or each run as a ridge of its own.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "ui/canvas.h"
#include "ui/gamma_axis.h"
#include "ui/gamma_draw.h"
#include "ui/say.h"

/* The penalty is in neither colour of a run. */
static const enum style style_rho = STYLE_DIM, style_slope = STYLE_VALUE;

/* --- the penalty ----------------------------------------------------------------------------- */

/* Where the slope is 0 nothing pulls: those columns are shaded, as far as they are empty. */
static void shade_dead(const struct gamma_model *model, const struct gamma_axis *axis,
                       struct grid *grid, struct rect bars)
{
    if (model->penalty.kind == PENALTY_NONE)
        return;
    for (int c = 0; c < bars.cols; c++) {
        double slope = penalty_slope(&model->penalty, gamma_axis_value(axis, c + 0.5));
        for (int row = 0; row < bars.rows && !(slope > 0); row++)
            if (grid_at(grid, bars.row + row, bars.col + c)->rune == ' ')
                grid_sign(grid, bars.row + row, bars.col + c, GLYPH_BAR_REST, STYLE_DIM);
    }
}

/* A function over the axis, scaled to its largest value there. */
static void draw_function(const struct gamma_model *model, const struct gamma_axis *axis,
                          struct canvas *canvas, double (*function)(const struct penalty *, double),
                          enum style style)
{
    double top = 0;
    int before = 0;

    for (int x = 0; x < canvas->width; x++) {
        double column = (x + 0.5) * axis->columns.cols / canvas->width;
        top = fmax(top, function(&model->penalty, gamma_axis_value(axis, column)));
    }
    for (int x = 0; x < canvas->width && top > 0; x++) {
        double column = (x + 0.5) * axis->columns.cols / canvas->width;
        double share = function(&model->penalty, gamma_axis_value(axis, column)) / top;
        int y = (int)lround((1 - share) * (canvas->height - 1));
        canvas_line(canvas, x ? x - 1 : x, x ? before : y, x, y, style);
        before = y;
    }
}

static void draw_penalty(const struct gamma_model *model, const struct gamma_axis *axis,
                         struct canvas *canvas)
{
    if (model->penalty.kind == PENALTY_NONE)
        return;
    draw_function(model, axis, canvas, penalty_value, style_rho);
    draw_function(model, axis, canvas, penalty_slope, style_slope);
}

/* ρ grows to the right, ρ′ never: each has its name where it is largest. */
static void name_penalty(const struct gamma_model *model, struct grid *grid, struct rect bars)
{
    if (model->penalty.kind == PENALTY_NONE)
        return;
    grid_text(grid, bars.row, bars.col + 1, 6, style_slope, "ρ′");
    grid_print_right(grid, bars.row, bars.col + bars.cols - 6, 6, style_rho, "ρ");
}

/* --- marked runs as lines -------------------------------------------------------------------- */

/* The outline of a run's histogram, as shares of its channels. */
static void draw_outline(int64_t run, const int64_t *counts, const struct gamma_axis *axis,
                         struct canvas *canvas, double top)
{
    enum style style = say_run_style(run);
    double all = fmax((double)gamma_channels(counts), 1);
    int before = 0, dots = canvas->width / axis->columns.cols;

    for (int c = 0; c < axis->columns.cols; c++) {
        double share = gamma_axis_count(axis, counts, c) / all / top;
        int y = (int)lround((1 - fmin(share, 1)) * (canvas->height - 1));
        canvas_line(canvas, c ? c * dots - 1 : 0, c ? before : y, c * dots, y, style);
        canvas_line(canvas, c * dots, y, (c + 1) * dots - 1, y, style);
        before = y;
    }
}

/* Its sign, where it is highest. */
static void draw_sign(int64_t run, const int64_t *counts, const struct gamma_axis *axis,
                      struct grid *grid, struct rect bars, double top)
{
    double most = 0;
    int at = 0;

    for (int c = 0; c < bars.cols; c++)
        if (gamma_axis_count(axis, counts, c) > most) {
            most = gamma_axis_count(axis, counts, c);
            at = c;
        }
    double share = most / fmax((double)gamma_channels(counts), 1) / top;
    int row = (int)lround((1 - fmin(share, 1)) * (bars.rows - 1));
    grid_sign(grid, bars.row + row, bars.col + at, say_run_marker(run), say_run_style(run));
}

/* The penalty behind the bars, which are drawn over it: what is counted is never hidden. */
static void draw_behind(const struct gamma_model *model, const struct gamma_axis *axis,
                        struct grid *grid, struct rect bars)
{
    struct canvas canvas;

    shade_dead(model, axis, grid, bars);
    canvas_init(&canvas, bars.rows, bars.cols, grid->glyphs);
    draw_penalty(model, axis, &canvas);
    canvas_draw(&canvas, grid, bars.row, bars.col);
    canvas_done(&canvas);
    name_penalty(model, grid, bars);
}

/* All runs as lines, that which the screen is about last. */
static void draw_lines(const struct gamma_model *model, const struct gamma_axis *axis, double top,
                       struct grid *grid, struct rect bars)
{
    const int64_t *own = model->counts[model->at].bin;
    struct canvas canvas;

    canvas_init(&canvas, bars.rows, bars.cols, grid->glyphs);
    for (int i = 0; i < model->others; i++)
        draw_outline(model->other[i].run, model->other[i].counts.bin, axis, &canvas, top);
    draw_outline(model->run.id, own, axis, &canvas, top);
    canvas_draw(&canvas, grid, bars.row, bars.col);
    canvas_done(&canvas);
    for (int i = 0; i < model->others; i++)
        draw_sign(model->other[i].run, model->other[i].counts.bin, axis, grid, bars, top);
    draw_sign(model->run.id, own, axis, grid, bars, top);
    gamma_axis_zeros(axis, own, grid, bars.row, bars.rows);
}

static double highest(const struct gamma_model *model, const struct gamma_axis *axis)
{
    double top = gamma_axis_top(axis, model->counts[model->at].bin);

    for (int i = 0; i < model->others; i++)
        top = fmax(top, gamma_axis_top(axis, model->other[i].counts.bin));
    return top;
}

/* --- the panel ------------------------------------------------------------------------------- */

static void add_run(struct line *line, int64_t run, const char *penalty)
{
    char name[80];

    snprintf(name, sizeof name, " %" PRId64 " %s ", run, penalty);
    if (line->col + 2 + grid_text_width(line->grid, name) >= line->end) {
        line->end = line->col; /* nor do those behind it */
        return;
    }
    line_add(line, STYLE_DIM, "  ");
    grid_sign(line->grid, line->row, line->col - 1, say_run_marker(run), say_run_style(run));
    line_add(line, say_run_style(run), "%s", name);
}

/* `runs`: those that are drawn as lines have to be named here. */
static void draw_legend(const struct gamma_model *model, bool runs, struct grid *grid,
                        struct rect inside)
{
    struct line line = {grid, inside.row - 1, inside.col + 24, inside.col + inside.cols - 1};

    if (model->penalty.kind != PENALTY_NONE) {
        line_add(&line, STYLE_DIM, " ");
        line_add(&line, style_rho, "ρ");
        line_add(&line, STYLE_DIM, " and its slope ");
        line_add(&line, style_slope, "ρ′ ");
    }
    if (runs)
        add_run(&line, model->run.id, "this");
    for (int i = 0; i < model->others && runs; i++)
        add_run(&line, model->other[i].run, model->other[i].penalty);
}

void gamma_draw_histogram(const struct gamma_model *model, struct grid *grid, struct rect inside)
{
    struct gamma_axis axis = gamma_axis_make(model, inside);
    struct rect bars = axis.columns;
    double top = highest(model, &axis);

    bars.rows--;
    draw_behind(model, &axis, grid, bars);
    if (model->others)
        draw_lines(model, &axis, top, grid, bars);
    else
        gamma_axis_bars(&axis, model->counts[model->at].bin, top, grid, bars.row, bars.rows,
                        STYLE_KEPT);
    gamma_axis_draw(&axis, grid);
    draw_legend(model, model->others > 0, grid, inside);
}

/* --- ridges of runs -------------------------------------------------------------------------- */

/* Number and sign at its foot; over them, where there is a row for it, what its full height is. */
static void draw_ridge(const struct gamma_axis *axis, int64_t run, const char *penalty,
                       const int64_t *counts, struct grid *grid, struct rect band)
{
    struct rect labels = axis->labels;
    int foot = band.row + band.rows - 1;
    double top = gamma_axis_top(axis, counts);

    grid_text(grid, band.row, band.col + 4, band.cols / 4, STYLE_DIM, penalty);
    grid_print_right(grid, foot, labels.col, labels.cols - 1, say_run_style(run), "%" PRId64, run);
    grid_sign(grid, foot, labels.col + labels.cols - 1, say_run_marker(run), say_run_style(run));
    if (band.rows > 1)
        grid_print_right(grid, foot - 1, labels.col, labels.cols, STYLE_DIM, "%.0f%%", 100 * top);
    gamma_axis_bars(axis, counts, top, grid, band.row, band.rows, say_run_style(run));
}

void gamma_draw_runs(const struct gamma_model *model, struct grid *grid, struct rect inside)
{
    struct gamma_axis axis = gamma_axis_make(model, inside);
    int room = inside.rows - 1, all = model->others + 1;
    int ridges = all < room ? all : room;
    struct rect band = {inside.row, axis.columns.col, room / ridges, axis.columns.cols};

    for (int i = 0; i < ridges; i++, band.row += band.rows) {
        const struct gamma_other *other = i ? &model->other[i - 1] : NULL;
        if (!other)
            draw_behind(model, &axis, grid, band);
        draw_ridge(&axis, other ? other->run : model->run.id, other ? other->penalty : "",
                   other ? other->counts.bin : model->counts[model->at].bin, grid, band);
    }
    gamma_axis_draw(&axis, grid);
    draw_legend(model, false, grid, inside);
    if (ridges < all) {
        struct line line = {grid, inside.row - 1, inside.col + 48, inside.col + inside.cols - 1};
        line_add(&line, STYLE_WARN, " no room for %d more ", all - ridges);
    }
}
