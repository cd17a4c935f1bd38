/*
 * Rows of a map on their way in and out: where the gate is applied and the sums are taken.
 *
 * Both work on one row of one plane of a group, `row` counted on the grid (plan.h); `used` says
 * which lanes hold an image.
 *
 * The next row is in most passes that of the next plane, and rows are too short for the processor
 * to see a stream in them. So whoever reads a pixel fetches the one at its place in the next plane.
 */
#ifndef KERNEL_FAST_ROWS_H
#define KERNEL_FAST_ROWS_H

#include <string.h>

#include "kernel/fast.h"
#include "kernel/fast/plan.h"

struct used {
    vec_mask piece[PIECES];
};

INLINE struct used used_of(int images, int group)
{
    struct used used;
    for (int lane = 0; lane < LANES; lane++)
        used.piece[lane / VEC][lane % VEC] = group * LANES + lane < images ? -1 : 0;
    return used;
}

/* The row of the map that lies on grid row `row`, or −1. */
INLINE int row_on_map(const struct view *view, int row)
{
    if (row < 0 || row % view->spread)
        return -1;
    int at = row / view->spread * view->every;
    return at < view->height ? at : -1;
}

/* Pixels of a row of the map that lie on the grid. */
INLINE int row_pixels(const struct view *view)
{
    return plan_ceil(view->width, view->every);
}

/* Floats of the map before that row. */
INLINE size_t row_offset(const struct view *view, size_t group_floats, int group,
                         const int *channel, int k, int at)
{
    size_t plane = (size_t)(channel ? channel[k] : k);
    return (size_t)group * group_floats + plane * lanes_plane(view->height, view->width) +
           (size_t)at * (size_t)view->width * LANES;
}

INLINE void zero_pixels(float *to, int count)
{
    for (int i = 0; i < count * PIECES; i++)
        ((vec *)to)[i] = (vec){0};
}

/* The pixels of row `at`, as the source has them read, `spread` apart. */
INLINE void read_pixels(const struct fast_source *source, const struct view *view, int group, int k,
                        int at, float *to, const struct used *used)
{
    size_t offset = row_offset(view, source->group, group, source->channel, k, at);
    size_t next = (size_t)view->every * LANES, next_to = (size_t)view->spread * LANES;
    int count = row_pixels(view);
    const size_t plane = lanes_plane(view->height, view->width);
    const float *x = source->x + offset;
    if (source->scale) {
        float scale = source->scale[k], shift = source->shift[k];
        for (int i = 0; i < count; i++, x += next, to += next_to) {
            fetch(x + plane);
            for (int p = 0; p < PIECES; p++)
                ((vec *)to)[p] =
                    vec_keep(vec_relu(((const vec *)x)[p] * scale + shift), used->piece[p]);
        }
    } else if (source->be) {
        float be = source->be[k], de = source->de[k];
        const float *y = source->y + offset;
        for (int i = 0; i < count; i++, x += next, y += next, to += next_to) {
            fetch(x + plane);
            fetch(y + plane);
            for (int p = 0; p < PIECES; p++)
                ((vec *)to)[p] =
                    vec_keep(((const vec *)x)[p] + (((const vec *)y)[p] * be + de), used->piece[p]);
        }
    } else {
        for (int i = 0; i < count; i++, x += next, to += next_to) {
            fetch(x + plane);
            for (int p = 0; p < PIECES; p++)
                ((vec *)to)[p] = vec_keep(((const vec *)x)[p], used->piece[p]);
        }
    }
}

/* Grid row `row` into `to`: halo, the row, and zeros up to `line` pixels. */
INLINE void read_row(const struct fast_source *source, const struct view *view, int group, int k,
                     int row, float *to, int halo, int line, const struct used *used)
{
    int at = row_on_map(view, row);
    if (at < 0) {
        zero_pixels(to, line);
        return;
    }
    int covered = row_pixels(view) * view->spread;
    if (view->spread > 1)
        zero_pixels(to, line);
    else {
        zero_pixels(to, halo);
        zero_pixels(to + (size_t)(halo + covered) * LANES, line - halo - covered);
    }
    read_pixels(source, view, group, k, at, to + (size_t)halo * LANES, used);
}

/* V of channel k for one line of tiles, by way of `lines` where the tile has a transform. */
INLINE void read_tiles(const struct plan *plan, const struct tile *tile,
                       const struct fast_source *source, int group, int k, int line, float *lines,
                       float *v, const struct used *used)
{
    float *rows = tile->input ? lines : v;
    int height = plan->side + 2 * plan->halo;
    for (int i = 0; i < height; i++)
        read_row(source, &plan->x, group, k, line * plan->side - plan->halo + i,
                 rows + (size_t)i * (size_t)plan->line * LANES, plan->halo, plan->line, used);
    if (tile->input)
        tile->input(rows, rows, plan->line, plan->across, v, plan->v_position);
}

/* The two running sums of a plane, each a lanes vector. */
struct sums {
    vec first[PIECES], second[PIECES];
};

/* A row on its way out: `count` pixels, `next` floats apart on the map. */
struct row {
    float *y;
    const float *plus, *x, *from;
    size_t next, next_from, plane;
    int count;
};

INLINE void row_fetch(const struct row *row, int i)
{
    size_t at = row->plane + (size_t)i * row->next;
    if (row->plus)
        fetch(row->plus + at);
    if (row->x)
        fetch(row->x + at);
}

/* plus + value into the pixel, which is value of piece p. */
INLINE vec put(const struct row *row, size_t at, vec value)
{
    if (row->plus)
        value += *(const vec *)(row->plus + at);
    *(vec *)(row->y + at) = value;
    return value;
}

INLINE void write_plain(const struct row *row)
{
    for (int i = 0; i < row->count; i++) {
        row_fetch(row, i);
        for (int p = 0; p < PIECES; p++)
            put(row, (size_t)i * row->next + (size_t)p * VEC,
                *(const vec *)(row->from + (size_t)i * row->next_from + (size_t)p * VEC));
    }
}

INLINE void write_measured(const struct row *row, float m, const struct used *used,
                           struct sums *sums)
{
    struct sums sum = *sums;
    for (int i = 0; i < row->count; i++) {
        row_fetch(row, i);
        for (int p = 0; p < PIECES; p++) {
            vec value = *(const vec *)(row->from + (size_t)i * row->next_from + (size_t)p * VEC);
            value = put(row, (size_t)i * row->next + (size_t)p * VEC, value);
            vec off = vec_keep(value - m, used->piece[p]);
            sum.first[p] += off;
            sum.second[p] += off * off;
        }
    }
    *sums = sum;
}

INLINE void write_gated(const struct row *row, float scale, float shift, float al, float m,
                        struct sums *sums)
{
    struct sums sum = *sums;
    for (int i = 0; i < row->count; i++) {
        row_fetch(row, i);
        for (int p = 0; p < PIECES; p++) {
            size_t at = (size_t)i * row->next + (size_t)p * VEC;
            vec x = *(const vec *)(row->x + at);
            vec dz = *(const vec *)(row->from + (size_t)i * row->next_from + (size_t)p * VEC);
            dz = vec_keep(dz, x * scale + shift > 0);
            sum.first[p] += dz;
            sum.second[p] += dz * (x - m);
            put(row, at, al * dz);
        }
    }
    *sums = sum;
}

/* Results `from`, one a grid pixel, into the row of the map that lies on grid row `line`, if any.
 */
INLINE void write_row(const struct fast_sink *sink, const struct view *view, int group, int k,
                      int line, const float *from, const struct used *used, struct sums *sums)
{
    int at = row_on_map(view, line);
    if (at < 0)
        return;
    size_t offset = row_offset(view, sink->group, group, sink->channel, k, at);
    struct row row = {
        .y = sink->y + offset,
        .plus = sink->plus ? sink->plus + offset : NULL,
        .x = sink->x ? sink->x + offset : NULL,
        .from = from,
        .next = (size_t)view->every * LANES,
        .next_from = (size_t)view->spread * LANES,
        .plane = lanes_plane(view->height, view->width),
        .count = row_pixels(view),
    };
    float m = sink->m ? sink->m[k] : 0;
    if (sink->scale)
        write_gated(&row, sink->scale[k], sink->shift[k], sink->al[k], m, sums);
    else if (sink->sum)
        write_measured(&row, m, used, sums);
    else
        write_plain(&row);
}

/* The lanes of the sums of `count` planes, added up into pairs of floats. */
INLINE void sums_add_lanes(const struct sums *sums, int count, float *pairs)
{
    for (int k = 0; k < count; k++) {
        float first = 0, second = 0;
        for (int lane = 0; lane < LANES; lane++) {
            first += sums[k].first[lane / VEC][lane % VEC];
            second += sums[k].second[lane / VEC][lane % VEC];
        }
        pairs[2 * k] = first;
        pairs[2 * k + 1] = second;
    }
}

/* Joins the pairs of `count` tasks, `next` floats apart, into the sink's sums: in double, in order.
 */
INLINE void sums_join(const struct fast_sink *sink, int planes, const float *pairs, int count,
                      size_t next)
{
    for (int k = 0; sink->sum && k < planes; k++) {
        sink->sum[k] = sink->product[k] = 0;
        for (int t = 0; t < count; t++) {
            sink->sum[k] += (double)pairs[(size_t)t * next + (size_t)k * 2];
            sink->product[k] += (double)pairs[(size_t)t * next + (size_t)k * 2 + 1];
        }
    }
}

#endif
