#include "report/draw.h"

#include <cairo.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Around the figure, between its parts, and from line to line. */
static const double margin = 3, gap = 8, line_height = 10;

/* --- text ------------------------------------------------------------------------------------- */

void draw_colour(const struct ink *ink, struct colour colour)
{
    cairo_set_source_rgb(ink->cr, colour.red, colour.green, colour.blue);
}

double draw_text_width(const struct ink *ink, const char *text)
{
    cairo_text_extents_t extents;

    cairo_text_extents(ink->cr, text, &extents);
    return extents.x_advance;
}

void draw_text(const struct ink *ink, double x, double y, double align, const char *text)
{
    cairo_move_to(ink->cr, x - align * draw_text_width(ink, text), y);
    cairo_show_text(ink->cr, text);
}

char *draw_fit(const struct ink *ink, const char *text, double room)
{
    char *fit = memory_copy_text(text);
    size_t length = strlen(fit);

    while (length > 0 && draw_text_width(ink, fit) > room) {
        do
            length--;
        while (length > 0 && (text[length] & 0xC0) == 0x80);
        free(fit);
        fit = memory_print("%.*s…", (int)length, text);
    }
    return fit;
}

/* A font that has λ, ℓ and ⁻; where it is missing, what the system takes for it. Text is laid out
 * alike in all formats and at all resolutions. */
static void set_font(const struct ink *ink, double size, bool bold)
{
    cairo_font_options_t *options = cairo_font_options_create();

    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    cairo_set_font_options(ink->cr, options);
    cairo_font_options_destroy(options);
    cairo_select_font_face(ink->cr, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL,
                           bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(ink->cr, size);
}

/* Lines of words from y down, as wide as they may be; returns where the next line goes. */
static double draw_words(const struct ink *ink, const char *text, double width, double y)
{
    while (*text) {
        size_t length = strlen(text), at = 0;
        char *line = memory_copy_text(text);
        while (draw_text_width(ink, line) > width) {
            char *blank = strrchr(line, ' ');
            if (!blank)
                break;
            *blank = '\0';
            at = strlen(line);
        }
        if (!at)
            at = length;
        char *fit = draw_fit(ink, line, width);
        draw_text(ink, margin, y + 0.75 * line_height, 0, fit);
        free(fit);
        free(line);
        y += line_height;
        text += at;
        text += strspn(text, " ");
    }
    return y;
}

/* --- above the panels ------------------------------------------------------------------------- */

/* Entries one after the other, in as many lines as they need. */
static double draw_legend(const struct ink *ink, const struct panel *panel, double width, double y)
{
    const double sample = 18, apart = 8;
    double x = margin;

    for (int i = 0; i < panel->count; i++) {
        const struct series *series = &panel->series[i];
        if (!series->label)
            continue;
        char *label = draw_fit(ink, series->label, width - sample);
        double needs = sample + draw_text_width(ink, label);
        if (x > margin && x + needs > margin + width) {
            x = margin;
            y += line_height;
        }
        draw_sample(ink, series, x, y + 0.5 * line_height);
        draw_colour(ink, ink->theme->ink);
        draw_text(ink, x + sample, y + 0.75 * line_height, 0, label);
        x += needs + apart;
        free(label);
    }
    return x > margin ? y + line_height : y;
}

static double draw_head(const struct ink *ink, const struct figure *figure, double width)
{
    double y = margin;

    draw_colour(ink, ink->theme->ink);
    if (figure->title) {
        set_font(ink, TITLE_SIZE, true);
        y = draw_words(ink, figure->title, width, y + 1) + 1;
    }
    set_font(ink, TEXT_SIZE, false);
    y = draw_legend(ink, &figure->panel[0], width, y);
    if (figure->note) {
        draw_colour(ink, theme_mix(ink->theme->ink, ink->theme->paper, 0.72));
        y = draw_words(ink, figure->note, width, y);
    }
    return y + 4;
}

void draw_figure(const struct figure *figure, double width, double height, bool dark,
                 struct _cairo *cr)
{
    struct ink ink = {cr, theme_of(dark)};
    double inside = width - 2 * margin;

    draw_colour(&ink, ink.theme->paper);
    cairo_paint(cr);
    double top = draw_head(&ink, figure, inside);
    double each = (inside - gap * (figure->panels - 1)) / figure->panels;
    for (int i = 0; i < figure->panels; i++) {
        struct frame frame;
        draw_axes(&ink, &figure->panel[i], margin + i * (each + gap), top, each,
                  height - margin - top, &frame);
        draw_series(&ink, &frame);
    }
}
