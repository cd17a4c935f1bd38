#include "ui/slider.h"

int slider_column(const struct slider *slider, int width, int value)
{
    int span = width - 3; /* from the first to the last column between the ends */

    if (slider->most <= 0 || span <= 0)
        return 1;
    return 1 + (int)(((long)value * span + slider->most / 2) / slider->most);
}

int slider_value_at(const struct slider *slider, int width, int column)
{
    int span = width - 3, at = column - 1;

    if (at <= 0 || span <= 0)
        return 0;
    if (at >= span)
        return slider->most;
    return (int)(((long)at * slider->most + span / 2) / span);
}

void slider_draw(const struct slider *slider, struct grid *grid, int row, int col, int width)
{
    int knob = slider_column(slider, width, slider->value);

    grid_sign(grid, row, col, GLYPH_SLIDER_LEFT, STYLE_BORDER);
    for (int i = 1; i < width - 1; i++)
        grid_sign(grid, row, col + i, i < knob ? GLYPH_SLIDER_FULL : GLYPH_SLIDER_EMPTY,
                  i < knob ? STYLE_PRUNED : STYLE_KEPT);
    grid_sign(grid, row, col + width - 1, GLYPH_SLIDER_RIGHT, STYLE_BORDER);
    for (int i = 0; i < slider->tick_count; i++) {
        int at = slider_column(slider, width, slider->ticks[i]);
        grid_sign(grid, row, col + at, at < knob ? GLYPH_SLIDER_TICK_FULL : GLYPH_SLIDER_TICK,
                  at < knob ? STYLE_PRUNED : STYLE_KEPT);
    }
    grid_sign(grid, row, col + knob, GLYPH_SLIDER_KNOB, STYLE_THRESHOLD);
}
