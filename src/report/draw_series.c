/* Series: lines with signs and bands, bars, ridges, cells. */
#include <cairo.h>
#include <math.h>
#include <stdio.h>

#include "report/draw.h"

static const double line_width = 1.1, sign_size = 2.3;

/* Up to how many points each has its sign, and how many signs there are beyond that; from how many
 * on a line is thinner. */
enum { SIGNS = 12, SPARSE_SIGNS = 5, MANY = 60 };

static struct colour colour_of(const struct ink *ink, const struct series *series)
{
    return theme_series(ink->theme, series->colour);
}

static void set_stroke(const struct ink *ink, enum stroke stroke)
{
    static const double dashes[] = {4, 2.2}, dots[] = {1, 2};

    cairo_set_line_width(ink->cr, line_width);
    cairo_set_line_join(ink->cr, CAIRO_LINE_JOIN_ROUND);
    if (stroke == STROKE_DASHED)
        cairo_set_dash(ink->cr, dashes, 2, 0);
    else if (stroke == STROKE_DOTTED)
        cairo_set_dash(ink->cr, dots, 2, 0);
    else
        cairo_set_dash(ink->cr, NULL, 0, 0);
}

/* --- signs ------------------------------------------------------------------------------------ */

/* A polygon with its first corner at `turn` quarters of a right angle from the top. */
static void add_polygon(const struct ink *ink, double x, double y, int corners, double size,
                        double turn)
{
    for (int i = 0; i < corners; i++) {
        double angle = 2 * M_PI * i / corners + turn * M_PI_2;
        cairo_line_to(ink->cr, x + size * sin(angle), y - size * cos(angle));
    }
    cairo_close_path(ink->cr);
}

/* One of eight shapes, by index; NEUTRAL has the first. */
static void add_sign(const struct ink *ink, double x, double y, int index)
{
    cairo_new_path(ink->cr);
    switch (index < 0 ? 0 : index % 8) {
    case 0: cairo_arc(ink->cr, x, y, sign_size, 0, 2 * M_PI); break;
    case 1: add_polygon(ink, x, y, 4, 1.35 * sign_size, 0.5); break;
    case 2: add_polygon(ink, x, y, 3, 1.45 * sign_size, 0); break;
    case 3: add_polygon(ink, x, y, 4, 1.4 * sign_size, 0); break;
    case 4: add_polygon(ink, x, y, 3, 1.45 * sign_size, 2); break;
    case 5: add_polygon(ink, x, y, 5, 1.3 * sign_size, 0); break;
    case 6: add_polygon(ink, x, y, 3, 1.45 * sign_size, 1); break;
    default: add_polygon(ink, x, y, 3, 1.45 * sign_size, 3); break;
    }
}

/* Filled, or open with the line's colour round it. */
static void draw_sign(const struct ink *ink, const struct series *series, double x, double y)
{
    bool open = series->stroke != STROKE_SOLID;

    cairo_set_dash(ink->cr, NULL, 0, 0);
    cairo_set_line_width(ink->cr, open ? 0.9 : 0.5);
    add_sign(ink, x, y, series->colour);
    draw_colour(ink, open ? ink->theme->paper : colour_of(ink, series));
    cairo_fill_preserve(ink->cr);
    draw_colour(ink, open ? colour_of(ink, series) : ink->theme->paper);
    cairo_stroke(ink->cr);
}

/* --- lines ------------------------------------------------------------------------------------ */

static void draw_band(const struct ink *ink, const struct frame *frame, const struct series *series)
{
    struct colour colour = colour_of(ink, series);
    bool any = false;

    for (int i = 0; i < series->points; i++)
        if (isfinite(series->band[i])) {
            cairo_line_to(ink->cr, frame_x(frame, series->x[i]),
                          frame_y(frame, series->y[i] + series->band[i]));
            any = true;
        }
    for (int i = series->points - 1; i >= 0; i--)
        if (isfinite(series->band[i]))
            cairo_line_to(ink->cr, frame_x(frame, series->x[i]),
                          frame_y(frame, series->y[i] - series->band[i]));
    if (any)
        cairo_close_path(ink->cr);
    cairo_set_source_rgba(ink->cr, colour.red, colour.green, colour.blue, 0.2);
    cairo_fill(ink->cr);
}

static void draw_line(const struct ink *ink, const struct frame *frame, const struct series *series)
{
    cairo_new_path(ink->cr);
    for (int i = 0; i < series->points; i++)
        if (isfinite(series->y[i]))
            cairo_line_to(ink->cr, frame_x(frame, series->x[i]), frame_y(frame, series->y[i]));
        else
            cairo_new_sub_path(ink->cr);
    set_stroke(ink, series->stroke);
    if (series->points > MANY)
        cairo_set_line_width(ink->cr, 0.7 * line_width);
    draw_colour(ink, colour_of(ink, series));
    cairo_stroke(ink->cr);
}

/* At every point; where there are many, at some, not the same ones for each line. */
static void draw_signs(const struct ink *ink, const struct frame *frame,
                       const struct series *series)
{
    int step = series->points > SIGNS ? series->points / SPARSE_SIGNS : 1;
    int first = step > 1 ? (series->colour * 5 + 3) % 16 * step / 16 : 0;

    for (int i = first; i < series->points; i += step) {
        double at = axis_place(&frame->y, series->y[i]);
        if (at >= 0 && at <= 1)
            draw_sign(ink, series, frame_x(frame, series->x[i]), frame_y(frame, series->y[i]));
    }
}

static void draw_lines(const struct ink *ink, const struct frame *frame)
{
    const struct panel *panel = frame->panel;

    cairo_save(ink->cr);
    cairo_rectangle(ink->cr, frame->left, frame->top - 1, frame->width, frame->height + 1);
    cairo_clip(ink->cr);
    for (int i = 0; i < panel->count; i++)
        if (panel->series[i].mark == MARK_LINE && panel->series[i].band)
            draw_band(ink, frame, &panel->series[i]);
    for (int i = 0; i < panel->count; i++)
        if (panel->series[i].mark == MARK_LINE)
            draw_line(ink, frame, &panel->series[i]);
    cairo_restore(ink->cr);
    for (int i = 0; i < panel->count; i++)
        if (panel->series[i].mark == MARK_LINE && !panel->series[i].plain)
            draw_signs(ink, frame, &panel->series[i]);
}

/* --- bars ------------------------------------------------------------------------------------- */

static struct colour bar_colour(const struct ink *ink, const struct series *series)
{
    return series->stroke == STROKE_SOLID ? colour_of(ink, series)
                                          : theme_mix(ink->theme->ink, ink->theme->paper, 0.25);
}

static void draw_bars(const struct ink *ink, const struct frame *frame, const struct series *series)
{
    double floor = frame_y(frame, 0);

    draw_colour(ink, bar_colour(ink, series));
    for (int i = 0; i < series->points; i++) {
        double left = frame_x(frame, series->x[i] - 0.4);
        double top = frame_y(frame, series->y[i]);
        cairo_rectangle(ink->cr, left, top, frame_x(frame, series->x[i] + 0.4) - left, floor - top);
    }
    cairo_fill(ink->cr);
}

/* --- histograms ------------------------------------------------------------------------------- */

/* How many per cent, as a whole number. */
static void print_share(double share, char *text, size_t size)
{
    if (share > 0 && share < 0.005)
        snprintf(text, size, "<1 %%");
    else
        snprintf(text, size, "%.0f %%", 100 * share);
}

static void draw_zero_share(const struct ink *ink, const struct frame *frame,
                            const struct series *series)
{
    double y = frame_y(frame, series->base);
    double top = frame_y(frame, series->base - series->zeros * frame->panel->rise);
    char text[16];

    draw_colour(ink, colour_of(ink, series));
    cairo_rectangle(ink->cr, frame->zero_left + 2, top, 7, y - top);
    cairo_fill(ink->cr);
    if (frame->panel->y.names == 0)
        return;
    draw_colour(ink, ink->theme->ink);
    print_share(series->zeros, text, sizeof text);
    draw_text(ink, frame->zero_left + 12, y - 1, 0, text);
}

/* Through the middles of the bins, over what was drawn before. */
static void draw_ridge(const struct ink *ink, const struct frame *frame,
                       const struct series *series)
{
    struct colour colour = colour_of(ink, series);
    double per_unit = frame->panel->peak > 0 ? frame->panel->rise / frame->panel->peak : 0;
    double right = frame->left + frame->width, floor = frame_y(frame, series->base);

    cairo_set_dash(ink->cr, NULL, 0, 0);
    cairo_move_to(ink->cr, frame->left, floor);
    for (int i = 0; i < series->points; i++)
        cairo_line_to(ink->cr, frame_x(frame, sqrt(series->x[i] * series->x[i + 1])),
                      frame_y(frame, series->base - series->y[i] * per_unit));
    cairo_line_to(ink->cr, right, floor);
    draw_colour(ink, theme_mix(colour, ink->theme->paper, 0.3));
    cairo_fill_preserve(ink->cr);
    draw_colour(ink, colour);
    cairo_set_line_width(ink->cr, 0.8);
    cairo_stroke(ink->cr);
    if (frame->panel->zero_share)
        draw_zero_share(ink, frame, series);
}

/* A cell and, under the next that is drawn, its edge, so that no seams show. */
static void draw_cell(const struct ink *ink, const struct frame *frame, double left, double right,
                      const struct series *series, double count)
{
    const double under = 0.25;
    double top = frame_y(frame, series->base - 0.5), bottom = frame_y(frame, series->base + 0.5);
    double peak = fmax(frame->panel->peak, 2);

    if (!(count > 0))
        return;
    draw_colour(ink, theme_cell(ink->theme, log(fmax(count, 1)) / log(peak)));
    cairo_rectangle(ink->cr, left, top, right - left + under, bottom - top + under);
    cairo_fill(ink->cr);
}

static void draw_cells(const struct ink *ink, const struct frame *frame,
                       const struct series *series)
{
    for (int i = 0; i < series->points; i++)
        draw_cell(ink, frame, frame_x(frame, series->x[i]), frame_x(frame, series->x[i + 1]),
                  series, series->y[i]);
    if (frame->zero_width > 0)
        draw_cell(ink, frame, frame->zero_left + 1, frame->zero_left + frame->zero_width - 1,
                  series, series->zeros);
}

/* --- the whole -------------------------------------------------------------------------------- */

void draw_series(const struct ink *ink, const struct frame *frame)
{
    const struct panel *panel = frame->panel;

    /* Not over the x axis. */
    cairo_save(ink->cr);
    cairo_rectangle(ink->cr, 0, 0, frame->left + frame->width, frame->top + frame->height - 0.3);
    cairo_clip(ink->cr);
    for (int i = 0; i < panel->count; i++) {
        const struct series *series = &panel->series[i];
        switch (series->mark) {
        case MARK_BARS: draw_bars(ink, frame, series); break;
        case MARK_RIDGE: draw_ridge(ink, frame, series); break;
        case MARK_CELLS: draw_cells(ink, frame, series); break;
        case MARK_LINE: break;
        }
    }
    cairo_restore(ink->cr);
    draw_lines(ink, frame);
}

void draw_sample(const struct ink *ink, const struct series *series, double x, double y)
{
    const double length = 15;

    if (series->mark == MARK_BARS) {
        draw_colour(ink, bar_colour(ink, series));
        cairo_rectangle(ink->cr, x + 4, y - 3, 8, 6);
        cairo_fill(ink->cr);
        return;
    }
    set_stroke(ink, series->stroke);
    draw_colour(ink, colour_of(ink, series));
    cairo_move_to(ink->cr, x, y);
    cairo_line_to(ink->cr, x + length, y);
    cairo_stroke(ink->cr);
    if (!series->plain)
        draw_sign(ink, series, x + length / 2, y);
}
