#include "ui/gamma_draw.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "ui/histogram.h"
#include "ui/plot.h"
#include "ui/say.h"

enum { ZERO_COLS = 3, MAP_LABELS = 4, LEVELS = 6 };

/* What the map and the histogram share: where the zeros stand, and the axis. */
struct frame {
    struct rect labels, zeros, axis;
    double low, high; /* log₁₀|γ| at the axis' ends */
};

static struct frame make_frame(const struct gamma_model *model, struct rect in)
{
    struct frame frame = {.low = HUGE_VAL, .high = -HUGE_VAL};
    int left = in.col + MAP_LABELS;

    frame.labels = (struct rect){in.row, in.col, in.rows, MAP_LABELS};
    frame.zeros = (struct rect){in.row, left, in.rows, ZERO_COLS - 1};
    frame.axis = (struct rect){in.row, left + ZERO_COLS, in.rows, in.cols - MAP_LABELS - ZERO_COLS};
    for (int i = 0; i < model->epochs; i++)
        histogram_widen(model->counts[i].bin, &frame.low, &frame.high);
    for (int i = 0; i < model->others; i++)
        histogram_widen(model->other[i].counts.bin, &frame.low, &frame.high);
    if (frame.low > frame.high)
        frame.low = frame.high = 0;
    frame.low = fmin(frame.low, frame.high - 3);
    return frame;
}

static double step_of(const struct frame *frame)
{
    return (frame->high - frame->low) / frame->axis.cols;
}

/* Channels that a column of the axis shows; those below the axis stand in its first. */
static double column_count(const struct frame *frame, const int64_t *counts, int column)
{
    double step = step_of(frame), from = frame->low + column * step;

    return histogram_between(counts, from, from + step) + (column == 0 ? (double)counts[1] : 0);
}

/* --- the state ------------------------------------------------------------------------------- */

static void draw_place(const struct gamma_model *model, bool playing, struct line line)
{
    const int64_t *counts = model->counts[model->at].bin;
    int64_t all = 0;
    char text[40];

    for (int bin = 0; bin < HISTOGRAM_BINS; bin++)
        all += counts[bin];
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
    double flat = penalty->a * penalty->lambda;
    if (needed > 0)
        line_add(&line, STYLE_WARN,
                 "  does nothing: flat from |γ| = aλ = %g, γ begins at %g; try a = %g", flat,
                 model->gamma_init, needed);
    else if (penalty->kind == PENALTY_MCP || penalty->kind == PENALTY_SCAD)
        line_add(&line, STYLE_DIM, "   no pull from |γ| = aλ = %.3g on (shaded)", flat);
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
        line_add(&line, STYLE_TEXT, " of the channels changed sides since epoch %d",
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

int gamma_map_epoch(const struct gamma_model *model, struct rect inside, int row)
{
    int rows = map_rows(model, inside);

    row -= inside.row;
    return row_epoch(model, rows, row < 0 ? 0 : row >= rows ? rows - 1 : row);
}

static void draw_heat(struct grid *grid, int row, int col, double share)
{
    int level = share > 0 ? (int)ceil(sqrt(fmin(share, 1)) * LEVELS) : 0;

    if (level > 0)
        grid_sign(grid, row, col, GLYPH_HEAT_1 + level - 1, (enum style)(STYLE_HEAT_1 + level - 1));
}

/* The most channels in one cell: full heat. */
static double find_top(const struct gamma_model *model, const struct frame *frame)
{
    double top = 1;

    for (int i = 0; i < model->epochs; i++)
        for (int c = 0; c < frame->axis.cols; c++)
            top = fmax(top, column_count(frame, model->counts[i].bin, c));
    return top;
}

static void draw_map_row(const struct gamma_model *model, const struct frame *frame,
                         struct grid *grid, int row, int epoch, double top)
{
    const int64_t *counts = model->counts[epoch].bin;
    double all = 0;

    for (int bin = 0; bin < HISTOGRAM_BINS; bin++)
        all += (double)counts[bin];
    for (int c = 0; c < frame->zeros.cols; c++)
        draw_heat(grid, row, frame->zeros.col + c, (double)counts[0] / all);
    grid_sign(grid, row, frame->axis.col - 1, GLYPH_LINE_5, STYLE_BORDER);
    for (int c = 0; c < frame->axis.cols; c++)
        draw_heat(grid, row, frame->axis.col + c, column_count(frame, counts, c) / top);
}

void gamma_draw_map(const struct gamma_model *model, struct grid *grid, struct rect inside)
{
    struct frame frame = make_frame(model, inside);
    int rows = map_rows(model, inside), before = -1;
    double top = find_top(model, &frame);

    for (int i = 0; i < rows; i++) {
        int row = inside.row + i, epoch = row_epoch(model, rows, i);
        bool here = model->at <= epoch && model->at > before;
        draw_map_row(model, &frame, grid, row, epoch, top);
        if (epoch == before)
            continue;
        grid_print_right(grid, row, frame.labels.col, MAP_LABELS - 1, here ? STYLE_KEY : STYLE_DIM,
                         "%d", model->epoch[epoch].epoch);
        if (here)
            grid_sign(grid, row, frame.labels.col + MAP_LABELS - 1, GLYPH_POINTER, STYLE_KEY);
        before = epoch;
    }
}

/* --- the histogram --------------------------------------------------------------------------- */

static double gamma_at(const struct frame *frame, double column)
{
    return pow(10, frame->low + column * step_of(frame));
}

/* Where the slope is 0 nothing pulls: those columns are shaded, as far as they are empty. */
static void shade_dead(const struct gamma_model *model, const struct frame *frame,
                       struct grid *grid, struct rect bars)
{
    if (model->penalty.kind == PENALTY_NONE)
        return;
    for (int c = 0; c < bars.cols; c++) {
        double slope = penalty_slope(&model->penalty, gamma_at(frame, c + 0.5));
        for (int row = 0; row < bars.rows && !(slope > 0); row++)
            if (grid_at(grid, bars.row + row, bars.col + c)->rune == ' ')
                grid_sign(grid, bars.row + row, bars.col + c, GLYPH_BAR_REST, STYLE_DIM);
    }
}

/* A function over the axis, scaled to its largest value there. */
static void draw_function(const struct gamma_model *model, const struct frame *frame,
                          struct canvas *canvas, double (*function)(const struct penalty *, double),
                          enum style style)
{
    double top = 0;
    int before = 0;

    for (int x = 0; x < canvas->width; x++) {
        double column = (x + 0.5) * frame->axis.cols / canvas->width;
        top = fmax(top, function(&model->penalty, gamma_at(frame, column)));
    }
    for (int x = 0; x < canvas->width && top > 0; x++) {
        double column = (x + 0.5) * frame->axis.cols / canvas->width;
        double share = function(&model->penalty, gamma_at(frame, column)) / top;
        int y = (int)lround((1 - share) * (canvas->height - 1));
        canvas_line(canvas, x ? x - 1 : x, x ? before : y, x, y, style);
        before = y;
    }
}

/* The outline of a marked run's histogram, as shares of its channels like the bars. */
static void draw_other(const struct gamma_other *other, const struct frame *frame,
                       struct canvas *canvas, double top)
{
    enum style style = say_run_style(other->run);
    int before = 0, dots = canvas->width / frame->axis.cols;

    for (int c = 0; c < frame->axis.cols && other->channels; c++) {
        double share = column_count(frame, other->counts.bin, c) / (double)other->channels / top;
        int y = (int)lround((1 - fmin(share, 1)) * (canvas->height - 1));
        canvas_line(canvas, c ? c * dots - 1 : 0, c ? before : y, c * dots, y, style);
        canvas_line(canvas, c * dots, y, (c + 1) * dots - 1, y, style);
        before = y;
    }
}

static void draw_lines(const struct gamma_model *model, const struct frame *frame,
                       struct grid *grid, struct rect bars, double top)
{
    struct canvas canvas;

    canvas_init(&canvas, bars.rows, bars.cols, grid->glyphs);
    for (int i = 0; i < model->others; i++)
        draw_other(&model->other[i], frame, &canvas, top);
    if (model->penalty.kind != PENALTY_NONE) {
        draw_function(model, frame, &canvas, penalty_value, STYLE_SERIES_4);
        draw_function(model, frame, &canvas, penalty_slope, STYLE_SERIES_2);
    }
    canvas_draw(&canvas, grid, bars.row, bars.col);
    canvas_done(&canvas);
    if (model->penalty.kind == PENALTY_NONE)
        return;
    /* ρ grows to the right, ρ′ never: each has its name where it is largest */
    grid_text(grid, bars.row, bars.col + 1, 6, STYLE_SERIES_2, "ρ′");
    grid_print_right(grid, bars.row, bars.col + bars.cols - 6, 6, STYLE_SERIES_4, "ρ");
}

/* The lines over the bars. */
static void draw_legend(const struct gamma_model *model, struct grid *grid, struct rect inside)
{
    struct line line = {grid, inside.row - 1, inside.col + 24, inside.col + inside.cols - 1};

    if (model->penalty.kind != PENALTY_NONE) {
        line_add(&line, STYLE_SERIES_4, " ρ");
        line_add(&line, STYLE_DIM, " and its slope ");
        line_add(&line, STYLE_SERIES_2, "ρ′ ");
    }
    for (int i = 0; i < model->others; i++)
        line_add(&line, say_run_style(model->other[i].run), " run %" PRId64 " ",
                 model->other[i].run);
}

void gamma_draw_histogram(const struct gamma_model *model, struct grid *grid, struct rect inside)
{
    struct frame frame = make_frame(model, inside);
    struct rect bars = frame.axis;
    const int64_t *counts = model->counts[model->at].bin;
    double all = 0, top = 0, *share = NEW(double, bars.cols + 1);

    bars.rows--;
    for (int bin = 0; bin < HISTOGRAM_BINS; bin++)
        all += (double)counts[bin];
    for (int c = 0; c < bars.cols; c++) {
        share[c] = column_count(&frame, counts, c) / fmax(all, 1);
        top = fmax(top, share[c]);
    }
    for (int i = 0; i < model->others; i++)
        for (int c = 0; c < bars.cols; c++)
            top = fmax(top, column_count(&frame, model->other[i].counts.bin, c) /
                                fmax((double)model->other[i].channels, 1));
    columns_draw(grid, bars, share, bars.cols, top, STYLE_KEPT);
    shade_dead(model, &frame, grid, bars);
    draw_lines(model, &frame, grid, bars, top);
    double zeros = (double)counts[0] / fmax(all, 1);
    struct rect zero = {inside.row, frame.zeros.col, bars.rows, 1};
    for (int c = 0; c < frame.zeros.cols; c++, zero.col++)
        columns_draw(grid, zero, &zeros, 1, 1, STYLE_PRUNED);
    for (int row = 0; row < bars.rows; row++)
        grid_sign(grid, inside.row + row, bars.col - 1, GLYPH_LINE_5, STYLE_BORDER);
    grid_text(grid, inside.row + bars.rows, frame.zeros.col, 2, STYLE_DIM, "0");
    struct rect decades = {inside.row + bars.rows, bars.col, 1, bars.cols};
    histogram_decades(grid, decades, frame.low, frame.high);
    draw_legend(model, grid, inside);
    free(share);
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
