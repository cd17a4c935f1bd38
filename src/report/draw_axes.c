/* Axes: as many ticks as have room for their labels, nothing that does not say something. */
#include <cairo.h>
#include <math.h>
#include <stdlib.h>

#include "report/draw.h"

/* Upwards: the least room of a tick, and the most of them. */
static const double tick_room = 12;
enum { TICKS_UP = 8 };

static const double tick = 2.5, thin = 0.6, line_height = 10;

/* The place for exact zeros: how wide, with and without its per cent, and how far from the axis. */
static const double zero_bar = 10, zero_text = 34, zero_gap = 6;

/* The key of cells: how far it stands off, its strip, and the most labels it has. */
static const double key_gap = 8, key_strip = 7;
enum { KEY_TICKS = 8 };

double frame_x(const struct frame *frame, double value)
{
    return frame->left + axis_place(&frame->x, value) * frame->width;
}

double frame_y(const struct frame *frame, double value)
{
    return frame->top + (1 - axis_place(&frame->y, value)) * frame->height;
}

/* --- ticks ------------------------------------------------------------------------------------ */

static void make_axis(struct axis *axis, const struct side *side, int most)
{
    double low = fmin(side->low, side->high), high = fmax(side->low, side->high);

    if (side->whole && high - low < 1) { /* a single one */
        low -= 0.5;
        high += 0.5;
    }
    if (side->whole)
        most = (int)fmax(1, fmin(most, ceil(high - low)));
    if (side->log)
        axis_make_log(axis, low, high, most);
    else
        axis_make(axis, low, high, most);
    if (side->low > side->high) {
        axis->low = side->low;
        axis->high = side->high;
    }
}

static bool is_shown(const struct side *side, double value)
{
    return !side->bounded || (value >= side->from - 1e-9 && value <= side->to + 1e-9);
}

static double widest_label(const struct ink *ink, const struct axis *axis)
{
    double widest = 0;
    char text[40];

    for (int i = 0; i < axis->ticks; i++)
        widest =
            fmax(widest, draw_text_width(ink, axis_print(axis, axis->tick[i], text, sizeof text)));
    return widest;
}

/* Fewer ticks until their labels stand apart. */
static void fit_ticks(const struct ink *ink, const struct side *side, double width,
                      struct axis *axis)
{
    for (int most = AXIS_TICKS_MAX; most > 0; most--) {
        make_axis(axis, side, most);
        double apart = width;
        for (int i = 1; i < axis->ticks; i++)
            apart = fmin(
                apart, fabs(axis_place(axis, axis->tick[i]) - axis_place(axis, axis->tick[i - 1])) *
                           width);
        if (apart >= widest_label(ink, axis) + 7)
            return;
    }
}

/* --- the y axis ------------------------------------------------------------------------------- */

/* Names may take this share of the width. */
static const double names_share = 0.42;

static double names_width(const struct ink *ink, const struct side *side, double room)
{
    double widest = 0;

    for (int i = 0; i < side->names; i++)
        widest = fmax(widest, draw_text_width(ink, side->name[i]));
    return fmin(widest, room * names_share);
}

static void draw_names(const struct ink *ink, const struct frame *frame, double left, double width)
{
    const struct side *side = &frame->panel->y;

    for (int i = 0; i < side->names; i++) {
        char *name = draw_fit(ink, side->name[i], width);
        draw_text(ink, left, frame_y(frame, i) - 1, 0, name);
        free(name);
    }
}

/* Upwards, its middle at y, cut where it is longer than the room. */
static void draw_turned(const struct ink *ink, double x, double y, double room, const char *text)
{
    char *fit = draw_fit(ink, text, room);

    cairo_save(ink->cr);
    cairo_translate(ink->cr, x, y);
    cairo_rotate(ink->cr, -M_PI_2);
    draw_text(ink, 0, 0, 0.5, fit);
    cairo_restore(ink->cr);
    free(fit);
}

static void stroke_line(const struct ink *ink, double x, double y, double to_x, double to_y)
{
    cairo_move_to(ink->cr, x, y);
    cairo_line_to(ink->cr, to_x, to_y);
    cairo_stroke(ink->cr);
}

/* Ticks and labels left of the axis; faint rules through the panel help to read lines off. */
static void draw_y(const struct ink *ink, const struct frame *frame, bool rules)
{
    double right = frame->left + frame->width;
    double edge = frame->zero_width > 0 ? frame->zero_left : frame->left;
    char text[40];

    for (int i = 0; i < frame->y.ticks; i++) {
        double value = frame->y.tick[i], y = frame_y(frame, value);
        if (!is_shown(&frame->panel->y, value))
            continue;
        draw_colour(ink, ink->theme->faint);
        if (rules)
            stroke_line(ink, frame->left, y, right, y);
        draw_colour(ink, ink->theme->ink);
        stroke_line(ink, edge - tick, y, edge, y);
        draw_text(ink, edge - tick - 2, y + 0.35 * TEXT_SIZE, 1,
                  axis_print(&frame->y, value, text, sizeof text));
    }
    stroke_line(ink, edge, frame->top, edge, frame->top + frame->height);
}

/* --- the x axis ------------------------------------------------------------------------------- */

static void draw_x(const struct ink *ink, const struct frame *frame)
{
    double bottom = frame->top + frame->height;
    double labels = bottom + tick + 2 + 0.75 * TEXT_SIZE;
    char text[40];

    draw_colour(ink, ink->theme->ink);
    stroke_line(ink, frame->left, bottom, frame->left + frame->width, bottom);
    for (int i = 0; i < frame->x.ticks; i++) {
        double x = frame_x(frame, frame->x.tick[i]);
        stroke_line(ink, x, bottom, x, bottom + tick);
        draw_text(ink, x, labels, 0.5, axis_print(&frame->x, frame->x.tick[i], text, sizeof text));
    }
    if (frame->zero_width > 0) {
        stroke_line(ink, frame->zero_left, bottom, frame->zero_left + frame->zero_width, bottom);
        draw_text(ink, frame->zero_left + frame->zero_width / 2, labels, 0.5, "0");
    }
    draw_text(ink, frame->left + frame->width / 2, labels + line_height, 0.5,
              frame->panel->x.label);
}

/* --- the key of cells ------------------------------------------------------------------------- */

static void make_key(struct axis *axis, const struct panel *panel)
{
    axis_make_log(axis, 1, fmax(panel->peak, 2), KEY_TICKS);
}

static double key_width(const struct ink *ink, const struct panel *panel)
{
    struct axis axis;

    make_key(&axis, panel);
    return key_gap + key_strip + tick + 2 + widest_label(ink, &axis) + line_height;
}

static void draw_key(const struct ink *ink, const struct frame *frame, double right)
{
    enum { STEPS = 64 };
    double left = frame->left + frame->width + key_gap, bottom = frame->top + frame->height;
    struct axis axis;
    char text[40];

    make_key(&axis, frame->panel);
    for (int i = 0; i < STEPS; i++) {
        double y = bottom - i * frame->height / STEPS;
        draw_colour(ink, theme_cell(ink->theme, (double)i / (STEPS - 1)));
        cairo_rectangle(ink->cr, left, frame->top, key_strip, y - frame->top);
        cairo_fill(ink->cr);
    }
    draw_colour(ink, ink->theme->ink);
    for (int i = 0; i < axis.ticks; i++) {
        double y = bottom - axis_place(&axis, axis.tick[i]) * frame->height;
        stroke_line(ink, left + key_strip, y, left + key_strip + tick, y);
        draw_text(ink, left + key_strip + tick + 2, y + 0.35 * TEXT_SIZE, 0,
                  axis_print(&axis, axis.tick[i], text, sizeof text));
    }
    draw_turned(ink, right, frame->top + frame->height / 2, frame->height, frame->panel->key);
}

/* --- the whole -------------------------------------------------------------------------------- */

void draw_axes(const struct ink *ink, const struct panel *panel, double left, double top,
               double width, double height, struct frame *frame)
{
    double right = left + width;

    *frame = (struct frame){.panel = panel, .top = top + 3};
    frame->height = fmax(height - 2 * line_height - tick - 6, 1);
    make_axis(&frame->y, &panel->y, (int)fmin(fmax(2, frame->height / tick_room), TICKS_UP));
    double label = panel->y.label ? line_height : 0;
    double names = panel->y.names ? names_width(ink, &panel->y, width) + 6
                                  : widest_label(ink, &frame->y) + tick + 3;
    frame->left = left + label + names;
    if (panel->zero) {
        frame->zero_left = frame->left;
        frame->zero_width = panel->zero_share && panel->y.names ? zero_text : zero_bar;
        frame->left += frame->zero_width + zero_gap;
    }
    /* Half of the last label stands beyond the axis. */
    frame->width = fmax(right - frame->left - (panel->key ? key_width(ink, panel) : 7), 1);
    fit_ticks(ink, &panel->x, frame->width, &frame->x);

    cairo_set_line_width(ink->cr, thin);
    draw_colour(ink, ink->theme->ink);
    if (panel->y.names)
        draw_names(ink, frame, left, names - 6);
    else
        draw_y(ink, frame, panel->count > 0 && panel->series[0].mark == MARK_LINE);
    draw_x(ink, frame);
    if (panel->y.label)
        draw_turned(ink, left + 0.75 * TEXT_SIZE, frame->top + frame->height / 2, frame->height,
                    panel->y.label);
    if (panel->key)
        draw_key(ink, frame, right - 0.25 * TEXT_SIZE);
}
