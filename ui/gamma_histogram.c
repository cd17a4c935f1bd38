/*
 * The histogram of the epoch that is shown. Marked runs lie over it as lines, or under it as ridges
 * of their own; the penalty lies over it.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "ui/canvas.h"
#include "ui/gamma_axis.h"
#include "ui/gamma_draw.h"
#include "ui/say.h"

/* The penalty is in neither colour of a run. */
enum { STYLE_RHO = STYLE_DIM, STYLE_SLOPE = STYLE_VALUE };

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
    draw_function(model, axis, canvas, penalty_value, (enum style)STYLE_RHO);
    draw_function(model, axis, canvas, penalty_slope, (enum style)STYLE_SLOPE);
}

/* ρ grows to the right, ρ′ never: each has its name where it is largest. */
static void name_penalty(const struct gamma_model *model, struct grid *grid, struct rect bars)
{
    if (model->penalty.kind == PENALTY_NONE)
        return;
    grid_text(grid, bars.row, bars.col + 1, 6, (enum style)STYLE_SLOPE, "ρ′");
    grid_print_right(grid, bars.row, bars.col + bars.cols - 6, 6, (enum style)STYLE_RHO, "ρ");
}

/* --- marked runs as lines -------------------------------------------------------------------- */

/* The outline of a marked run's histogram, as shares of its channels like the bars. */
static void draw_outline(const struct gamma_other *other, const struct gamma_axis *axis,
                         struct canvas *canvas, double top)
{
    enum style style = say_run_style(other->run);
    int before = 0, dots = canvas->width / axis->columns.cols;

    for (int c = 0; c < axis->columns.cols && other->channels; c++) {
        double share = gamma_axis_count(axis, other->counts.bin, c) / (double)other->channels / top;
        int y = (int)lround((1 - fmin(share, 1)) * (canvas->height - 1));
        canvas_line(canvas, c ? c * dots - 1 : 0, c ? before : y, c * dots, y, style);
        canvas_line(canvas, c * dots, y, (c + 1) * dots - 1, y, style);
        before = y;
    }
}

/* Its sign, where it is highest. */
static void draw_sign(const struct gamma_other *other, const struct gamma_axis *axis,
                      struct grid *grid, struct rect bars, double top)
{
    double highest = 0;
    int at = 0;

    for (int c = 0; c < bars.cols; c++)
        if (gamma_axis_count(axis, other->counts.bin, c) > highest) {
            highest = gamma_axis_count(axis, other->counts.bin, c);
            at = c;
        }
    double share = highest / fmax((double)other->channels, 1) / top;
    int row = (int)lround((1 - fmin(share, 1)) * (bars.rows - 1));
    grid_sign(grid, bars.row + row, bars.col + at, say_run_marker(other->run),
              say_run_style(other->run));
}

/* What lies over the bars: so many of the marked runs as lines, and the penalty. */
static void draw_lines(const struct gamma_model *model, const struct gamma_axis *axis, int others,
                       double top, struct grid *grid, struct rect bars)
{
    struct canvas canvas;

    shade_dead(model, axis, grid, bars);
    canvas_init(&canvas, bars.rows, bars.cols, grid->glyphs);
    for (int i = 0; i < others; i++)
        draw_outline(&model->other[i], axis, &canvas, top);
    draw_penalty(model, axis, &canvas);
    canvas_draw(&canvas, grid, bars.row, bars.col);
    canvas_done(&canvas);
    for (int i = 0; i < others; i++)
        draw_sign(&model->other[i], axis, grid, bars, top);
    name_penalty(model, grid, bars);
}

static double highest(const struct gamma_model *model, const struct gamma_axis *axis)
{
    double top = gamma_axis_top(axis, model->counts[model->at].bin);

    for (int i = 0; i < model->others; i++)
        top = fmax(top, gamma_axis_top(axis, model->other[i].counts.bin));
    return top;
}

/* --- the panel ------------------------------------------------------------------------------- */

static void draw_legend(const struct gamma_model *model, struct grid *grid, struct rect inside)
{
    struct line line = {grid, inside.row - 1, inside.col + 24, inside.col + inside.cols - 1};

    if (model->penalty.kind != PENALTY_NONE) {
        line_add(&line, (enum style)STYLE_RHO, " ρ");
        line_add(&line, STYLE_DIM, " and its slope ");
        line_add(&line, (enum style)STYLE_SLOPE, "ρ′ ");
    }
    for (int i = 0; i < model->others; i++) {
        int64_t run = model->other[i].run;
        int from = line.col;
        line_add(&line, STYLE_DIM, "  ");
        if (line.col < line.end)
            grid_sign(grid, line.row, line.col - 1, say_run_marker(run), say_run_style(run));
        line_add(&line, say_run_style(run), " run %" PRId64 " ", run);
        line_keep_whole(&line, from);
    }
}

void gamma_draw_histogram(const struct gamma_model *model, struct grid *grid, struct rect inside)
{
    struct gamma_axis axis = gamma_axis_make(model, inside);
    struct rect bars = axis.columns;
    double top = highest(model, &axis);

    bars.rows--;
    gamma_axis_bars(&axis, model->counts[model->at].bin, top, grid, bars.row, bars.rows,
                    STYLE_KEPT);
    draw_lines(model, &axis, model->others, top, grid, bars);
    gamma_axis_draw(&axis, grid);
    draw_legend(model, grid, inside);
}

/* --- ridges of runs -------------------------------------------------------------------------- */

static void draw_ridge(const struct gamma_axis *axis, int64_t run, const int64_t *counts,
                       struct grid *grid, int row, int rows)
{
    struct rect labels = axis->labels;
    int foot = row + rows - 1;

    grid_print_right(grid, foot, labels.col, labels.cols - 1, say_run_style(run), "%" PRId64, run);
    grid_sign(grid, foot, labels.col + labels.cols - 1, say_run_marker(run), say_run_style(run));
    gamma_axis_bars(axis, counts, gamma_axis_top(axis, counts), grid, row, rows,
                    say_run_style(run));
}

void gamma_draw_runs(const struct gamma_model *model, struct grid *grid, struct rect inside)
{
    struct gamma_axis axis = gamma_axis_make(model, inside);
    int room = inside.rows - 1;
    int ridges = model->others + 1 < room ? model->others + 1 : room;
    struct rect band = axis.columns;

    for (int i = 0; i < ridges; i++, band.row += band.rows) {
        band.rows = room / ridges + (i < room % ridges);
        const struct gamma_other *other = i ? &model->other[i - 1] : NULL;
        if (!other) /* behind the bars, which are low here */
            draw_lines(model, &axis, 0, 1, grid, band);
        draw_ridge(&axis, other ? other->run : model->run.id,
                   other ? other->counts.bin : model->counts[model->at].bin, grid, band.row,
                   band.rows);
    }
    gamma_axis_draw(&axis, grid);
    draw_legend(model, grid, inside);
}
