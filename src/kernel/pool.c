/*
 * Method. A task is a run of planes of one group, of about TASK bytes; a kernel works on one window
 * of one plane. Forward reads x and writes y; backward reads dy (and, for max pooling, x) and adds
 * to dx, which is cleared first unless it is to be added to.
 */
#include "kernel/pool.h"

#include "base/lanes.h"
#include "kernel/compare.h"
#include "kernel/task.h"

enum { TASK = 1 << 17 };

struct planes {
    size_t group, plane; /* floats from one to the next */
};

/* One window: the first of its pixels in x or dx, and the one of y or dy. Its rows are `width`
 * pixels apart. */
typedef void forward_kernel(int side, int width, const lanes *x, lanes *y);
typedef void backward_kernel(int side, int width, const lanes *x, const lanes *dy, lanes *dx);

struct work {
    const struct pool *pool;
    forward_kernel *forward;   /* the one … */
    backward_kernel *backward; /* … or the other */
    const float *x, *dy;
    float *y, *dx;
    bool add;
    int runs, run; /* runs of planes a group, planes a run */
};

static struct planes x_planes(const struct pool *pool)
{
    return (struct planes){pool->x_group, lanes_plane(pool->height, pool->width)};
}

static struct planes y_planes(const struct pool *pool)
{
    return (struct planes){pool->y_group,
                           lanes_plane(pool->height / pool->side, pool->width / pool->side)};
}

static void forward_plane(const struct work *work, const lanes *x, lanes *y)
{
    const struct pool *pool = work->pool;
    int side = pool->side, rows = pool->height / side, columns = pool->width / side;
    for (int row = 0; row < rows; row++)
        for (int column = 0; column < columns; column++)
            work->forward(side, pool->width, x + (row * pool->width + column) * side, y++);
}

static void backward_plane(const struct work *work, const lanes *x, const lanes *dy, lanes *dx)
{
    const struct pool *pool = work->pool;
    int side = pool->side, rows = pool->height / side, columns = pool->width / side;
    if (!work->add)
        for (int i = 0; i < pool->height * pool->width; i++)
            dx[i] = (lanes){0};
    for (int row = 0; row < rows; row++)
        for (int column = 0; column < columns; column++) {
            int corner = (row * pool->width + column) * side;
            work->backward(side, pool->width, x ? x + corner : NULL, dy++, dx + corner);
        }
}

static void plane_task(void *context, int index, int thread)
{
    (void)thread;
    const struct work *work = context;
    struct planes xs = x_planes(work->pool), ys = y_planes(work->pool);
    size_t group = (size_t)(index / work->runs);
    int first = index % work->runs * work->run, end = first + work->run;
    for (int i = first; i < end && i < work->pool->channels; i++) {
        size_t at_x = group * xs.group + (size_t)i * xs.plane;
        size_t at_y = group * ys.group + (size_t)i * ys.plane;
        const lanes *x = work->x ? (const lanes *)(work->x + at_x) : NULL;
        if (work->forward)
            forward_plane(work, x, (lanes *)(work->y + at_y));
        else
            backward_plane(work, x, (const lanes *)(work->dy + at_y), (lanes *)(work->dx + at_x));
    }
}

static void run_planes(struct work *work, int groups)
{
    const struct pool *pool = work->pool;
    int run = (int)(TASK / (lanes_plane(pool->height, pool->width) * sizeof(float)));
    work->run = run < 1 ? 1 : run;
    work->runs = (pool->channels + work->run - 1) / work->run;
    task_run(groups * work->runs, plane_task, work);
}

static void max_forward(int side, int width, const lanes *x, lanes *y)
{
    lanes largest = *x;
    for (int row = 0; row < side; row++, x += width)
        for (int i = 0; i < side; i++) {
            lane_mask more;
            lanes_above(&x[i], &largest, &more);
            largest = (lanes)(((lane_mask)x[i] & more) | ((lane_mask)largest & ~more));
        }
    *y = largest;
}

static void max_backward(int side, int width, const lanes *x, const lanes *dy, lanes *dx)
{
    lanes largest;
    lane_mask open = ~(lane_mask){0}; /* lanes whose maximum is still to come */
    max_forward(side, width, x, &largest);
    for (int row = 0; row < side; row++, x += width, dx += width)
        for (int i = 0; i < side; i++) {
            lane_mask here;
            lanes_equal(&x[i], &largest, &here);
            dx[i] += (lanes)((lane_mask)*dy & here & open);
            open &= ~here;
        }
}

static void average_forward(int side, int width, const lanes *x, lanes *y)
{
    lanes sum = {0};
    for (int row = 0; row < side; row++, x += width)
        for (int i = 0; i < side; i++)
            sum += x[i];
    *y = sum / (float)(side * side);
}

static void average_backward(int side, int width, const lanes *x, const lanes *dy, lanes *dx)
{
    (void)x;
    lanes share = *dy / (float)(side * side);
    for (int row = 0; row < side; row++, dx += width)
        for (int i = 0; i < side; i++)
            dx[i] += share;
}

void pool_max_forward(const struct pool *pool, int groups, float *y, const float *x)
{
    struct work work = {.pool = pool, .forward = max_forward, .x = x, .y = y};
    run_planes(&work, groups);
}

void pool_max_backward(const struct pool *pool, int groups, float *dx, const float *dy,
                       const float *x, bool add)
{
    struct work work = {
        .pool = pool, .backward = max_backward, .x = x, .dy = dy, .dx = dx, .add = add};
    run_planes(&work, groups);
}

void pool_average_forward(const struct pool *pool, int groups, float *y, const float *x)
{
    struct work work = {.pool = pool, .forward = average_forward, .x = x, .y = y};
    run_planes(&work, groups);
}

void pool_average_backward(const struct pool *pool, int groups, float *dx, const float *dy,
                           bool add)
{
    struct work work = {.pool = pool, .backward = average_backward, .dy = dy, .dx = dx, .add = add};
    run_planes(&work, groups);
}

/* --- plain references ------------------------------------------------------------------------ */

/* Calls visit for each window of each plane and image, with where its pixels are in x (side²) and
 * where it stands in y. */
static void visit_windows(const struct pool *pool, int groups,
                          void (*visit)(const size_t *x, int area, size_t y, const float *in,
                                        const float *value, float *to),
                          const float *in, const float *value, float *to)
{
    enum { AREA = 1024 };
    size_t x[AREA];
    int area = pool->side * pool->side, across = pool->width / pool->side;
    int windows = across * (pool->height / pool->side);
    struct planes xs = x_planes(pool), ys = y_planes(pool);
    for (int image = 0; image < groups * LANES; image++)
        for (int channel = 0; channel < pool->channels; channel++)
            for (int i = 0; i < windows; i++) {
                size_t group = (size_t)(image / LANES), lane = (size_t)(image % LANES);
                size_t y =
                    group * ys.group + (size_t)channel * ys.plane + (size_t)(i * LANES) + lane;
                for (int j = 0; j < area && j < AREA; j++) {
                    int row = i / across * pool->side + j / pool->side;
                    int column = i % across * pool->side + j % pool->side;
                    x[j] = group * xs.group + (size_t)channel * xs.plane +
                           (size_t)((row * pool->width + column) * LANES) + lane;
                }
                visit(x, area, y, in, value, to);
            }
}

static void clear_x(const struct pool *pool, int groups, float *x)
{
    struct planes planes = x_planes(pool);
    for (int group = 0; group < groups; group++)
        for (size_t i = 0; i < planes.plane * (size_t)pool->channels; i++)
            x[(size_t)group * planes.group + i] = 0;
}

static int first_maximum(const size_t *x, int area, const float *value)
{
    int best = 0;
    for (int j = 1; j < area; j++)
        if (value[x[j]] > value[x[best]])
            best = j;
    return best;
}

static void visit_max(const size_t *x, int area, size_t y, const float *in, const float *value,
                      float *to)
{
    (void)value;
    to[y] = in[x[first_maximum(x, area, in)]];
}

static void visit_max_backward(const size_t *x, int area, size_t y, const float *in,
                               const float *value, float *to)
{
    to[x[first_maximum(x, area, value)]] = in[y];
}

static void visit_average(const size_t *x, int area, size_t y, const float *in, const float *value,
                          float *to)
{
    (void)value;
    double sum = 0;
    for (int j = 0; j < area; j++)
        sum += (double)in[x[j]];
    to[y] = (float)(sum / area);
}

static void visit_average_backward(const size_t *x, int area, size_t y, const float *in,
                                   const float *value, float *to)
{
    (void)value;
    for (int j = 0; j < area; j++)
        to[x[j]] = in[y] / (float)area;
}

void pool_max_plain(const struct pool *pool, int groups, float *y, const float *x)
{
    visit_windows(pool, groups, visit_max, x, NULL, y);
}

void pool_max_backward_plain(const struct pool *pool, int groups, float *dx, const float *dy,
                             const float *x)
{
    clear_x(pool, groups, dx);
    visit_windows(pool, groups, visit_max_backward, dy, x, dx);
}

void pool_average_plain(const struct pool *pool, int groups, float *y, const float *x)
{
    visit_windows(pool, groups, visit_average, x, NULL, y);
}

void pool_average_backward_plain(const struct pool *pool, int groups, float *dx, const float *dy)
{
    clear_x(pool, groups, dx);
    visit_windows(pool, groups, visit_average_backward, dy, NULL, dx);
}
