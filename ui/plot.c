#include "ui/plot.h"

#include <math.h>
#include <stdio.h>

/* Columns that the widest label of an axis takes. */
static int label_width(const struct axis *axis)
{
    int widest = 1;

    for (int i = 0; i < axis->ticks; i++) {
        int length = snprintf(NULL, 0, "%.*f", axis->decimals, axis->tick[i]);
        widest = length > widest ? length : widest;
    }
    return widest;
}

/* The cell of `count` that shows a share of the axis. */
static int cell_of(double share, int count)
{
    double at = share * (count - 1) + 0.5;

    return at < 0 ? 0 : at >= count ? count - 1 : (int)at;
}

int plot_column(const struct plot *plot, double x)
{
    return plot->area.col + cell_of(axis_place(&plot->x, x), plot->area.cols);
}

static int plot_row(const struct plot *plot, double y)
{
    return plot->area.row + plot->area.rows - 1 - cell_of(axis_place(&plot->y, y), plot->area.rows);
}

static void draw_axes(const struct plot *plot, int labels)
{
    int bottom = plot->area.row + plot->area.rows, free_from = plot->area.col - labels;

    for (int i = 0; i < plot->y.ticks; i++)
        grid_print_right(plot->grid, plot_row(plot, plot->y.tick[i]), plot->area.col - labels - 1,
                         labels, STYLE_DIM, "%.*f", plot->y.decimals, plot->y.tick[i]);
    for (int row = plot->area.row; row < bottom; row++)
        grid_sign(plot->grid, row, plot->area.col - 1, GLYPH_LINE_5, STYLE_BORDER);
    for (int i = 0; i < plot->x.ticks; i++) {
        char text[32];
        int length = snprintf(text, sizeof text, "%.*f", plot->x.decimals, plot->x.tick[i]);
        int col = plot_column(plot, plot->x.tick[i]) - length / 2;
        int last = plot->area.col + plot->area.cols - length;
        col = col > last ? last : col;
        if (col < free_from)
            continue;
        grid_text(plot->grid, bottom, col, length, STYLE_DIM, text);
        free_from = col + length + 1;
    }
}

/* Between whole numbers (epochs, per cent) no ticks stand closer than one. */
static int x_ticks(double low, double high, int cols)
{
    double most = cols / 8;

    if (low == floor(low) && high == floor(high))
        most = fmin(most, high - low);
    return (int)fmax(most, 1);
}

void plot_open(struct plot *plot, struct grid *grid, struct rect rect, double x_low, double x_high,
               double y_low, double y_high)
{
    *plot = (struct plot){.grid = grid};
    axis_make(&plot->y, y_low, y_high, (rect.rows + 1) / 2);
    int labels = label_width(&plot->y);
    plot->area =
        (struct rect){rect.row, rect.col + labels + 1, rect.rows - 1, rect.cols - labels - 1};
    axis_make(&plot->x, x_low, x_high, x_ticks(x_low, x_high, plot->area.cols));
    if (plot->area.rows < 1 || plot->area.cols < 2)
        plot->area.rows = plot->area.cols = 0;
    else
        draw_axes(plot, labels);
    canvas_init(&plot->canvas, plot->area.rows, plot->area.cols, grid->glyphs);
}

void plot_line(struct plot *plot, const double *x, const double *y, int count, enum style style)
{
    int before_x = 0, before_y = 0;
    bool drawing = false;

    for (int i = 0; i < count; i++) {
        if (!isfinite(x[i]) || !isfinite(y[i])) {
            drawing = false;
            continue;
        }
        int dot_x = cell_of(axis_place(&plot->x, x[i]), plot->canvas.width);
        int dot_y =
            plot->canvas.height - 1 - cell_of(axis_place(&plot->y, y[i]), plot->canvas.height);
        canvas_line(&plot->canvas, drawing ? before_x : dot_x, drawing ? before_y : dot_y, dot_x,
                    dot_y, style);
        before_x = dot_x;
        before_y = dot_y;
        drawing = true;
    }
}

void plot_lay(struct plot *plot)
{
    canvas_draw(&plot->canvas, plot->grid, plot->area.row, plot->area.col);
}

void plot_marker(struct plot *plot, double x, double y, enum glyph glyph, enum style style)
{
    if (plot->area.rows > 0 && isfinite(x) && isfinite(y))
        grid_sign(plot->grid, plot_row(plot, y), plot_column(plot, x), glyph, style);
}

void plot_vertical(struct plot *plot, double x, enum style style)
{
    int col = plot_column(plot, x);

    if (!isfinite(x) || plot->area.cols < 1)
        return;
    for (int row = plot->area.row; row < plot->area.row + plot->area.rows; row++) {
        const struct cell *cell = grid_at(plot->grid, row, col);
        if (cell && cell->rune == ' ')
            grid_sign(plot->grid, row, col, GLYPH_PLOT_LINE, style);
    }
}

void plot_done(struct plot *plot)
{
    canvas_done(&plot->canvas);
}

void legend_draw(struct grid *grid, struct rect inside, int title, const struct legend *legend,
                 int count)
{
    int width = 1;

    for (int i = 0; i < count; i++)
        width += 3 + grid_text_width(grid, legend[i].text);
    if (inside.cols < title + 4 + width)
        return;
    struct line line = {grid, inside.row - 1, inside.col + inside.cols - width - 1,
                        inside.col + inside.cols};
    for (int i = 0; i < count; i++) {
        line_add(&line, STYLE_DIM, " ");
        grid_sign(grid, line.row, line.col++, legend[i].glyph, legend[i].style);
        line_add(&line, STYLE_DIM, " %s", legend[i].text);
    }
    line_add(&line, STYLE_DIM, " ");
}

void bar_draw(struct grid *grid, int row, int col, int width, double share, enum style full,
              enum style rest)
{
    share = share > 0 ? share < 1 ? share : 1 : 0; /* NaN too is 0 */
    int cells = (int)lround(share * width);

    if (cells == 0 && share > 0)
        cells = 1; /* something is there */
    if (cells == width && share < 1)
        cells = width - 1; /* and something is gone */
    for (int i = 0; i < width; i++)
        grid_sign(grid, row, col + i, i < cells ? GLYPH_BAR_FULL : GLYPH_BAR_REST,
                  i < cells ? full : rest);
}

void scrollbar_draw(struct grid *grid, struct rect rect, int count, int top)
{
    if (count <= rect.rows)
        return;
    int length = rect.rows * rect.rows / count + 1;
    int at = (rect.rows - length) * top / (count - rect.rows);
    for (int i = 0; i < length; i++)
        grid_sign(grid, rect.row + at + i, rect.col + rect.cols - 1, GLYPH_SCROLL, STYLE_BORDER);
}

void columns_draw(struct grid *grid, struct rect rect, const double *values, int count, double top,
                  enum style style)
{
    for (int i = 0; i < count && i < rect.cols; i++) {
        if (!(values[i] > 0 && top > 0))
            continue;
        int eighths = (int)lround(fmin(values[i] / top, 1) * 8 * rect.rows);
        if (eighths == 0)
            eighths = 1;
        for (int row = rect.row + rect.rows - 1; eighths > 0; row--, eighths -= 8)
            grid_sign(grid, row, rect.col + i, GLYPH_UP_1 + (eighths > 8 ? 8 : eighths) - 1, style);
    }
}

void spark_draw(struct grid *grid, int row, int col, int width, const double *values, int count,
                enum style style)
{
    int first = count > width ? count - width : 0;
    double low = HUGE_VAL, high = -HUGE_VAL;

    for (int i = first; i < count; i++) {
        low = fmin(low, values[i]); /* fmin and fmax pass NaN over */
        high = fmax(high, values[i]);
    }
    for (int i = first; i < count; i++) {
        if (!isfinite(values[i]))
            continue;
        int eighth = high > low ? (int)lround((values[i] - low) / (high - low) * 7) : 3;
        grid_sign(grid, row, col + i - first, GLYPH_UP_1 + eighth, style);
    }
}
