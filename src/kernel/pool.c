/*
 * Method. Each kernel works on one plane of one group; a task is a run of planes of about TASK
 * bytes. Forward reads x and writes y; backward reads dy (and, for max pooling, x) and writes dx.
 */
#include "kernel/pool.h"

#include "base/lanes.h"
#include "kernel/task.h"

enum { TASK = 1 << 17 };

struct planes {
    size_t group, plane; /* floats from one to the next */
};

/* One plane: `in` is x or dy, `to` is y or dx, `x` is the input, given to backward passes. */
struct work {
    const struct pool *pool;
    void (*plane)(const struct work *work, const lanes *in, const lanes *x, lanes *to);
    const float *in, *x;
    float *to;
    struct planes in_planes, to_planes;
    bool add;
    int runs, run; /* runs of planes a group, planes a run */
};

static void plane_task(void *context, int index, int thread)
{
    (void)thread;
    const struct work *work = context;
    size_t group = (size_t)(index / work->runs);
    int first = index % work->runs * work->run, end = first + work->run;
    for (int i = first; i < end && i < work->pool->channels; i++) {
        size_t channel = (size_t)i;
        size_t in = group * work->in_planes.group + channel * work->in_planes.plane;
        size_t to = group * work->to_planes.group + channel * work->to_planes.plane;
        const lanes *x = work->x ? (const lanes *)(work->x + to) : NULL;
        work->plane(work, (const lanes *)(work->in + in), x, (lanes *)(work->to + to));
    }
}

static struct planes x_planes(const struct pool *pool)
{
    return (struct planes){pool->x_group, lanes_plane(pool->height, pool->width)};
}

static struct planes y_planes(const struct pool *pool)
{
    return (struct planes){pool->y_group,
                           lanes_plane(pool->height / pool->side, pool->width / pool->side)};
}

static void run_planes(struct work *work, int groups)
{
    const struct pool *pool = work->pool;
    int run = (int)(TASK / (lanes_plane(pool->height, pool->width) * sizeof(float)));
    work->run = run < 1 ? 1 : run;
    work->runs = (pool->channels + work->run - 1) / work->run;
    task_run(groups * work->runs, plane_task, work);
}

/* The first pixel of window i. */
static int corner(const struct pool *pool, int i)
{
    int across = pool->width / pool->side;
    return (i / across * pool->width + i % across) * pool->side;
}

static int windows(const struct pool *pool)
{
    return (pool->height / pool->side) * (pool->width / pool->side);
}

/* Pixel j of a window, counted from its corner. */
static int within(const struct pool *pool, int j)
{
    return j / pool->side * pool->width + j % pool->side;
}

static void find_maximum(const struct pool *pool, const lanes *x, lanes *largest)
{
    *largest = *x;
    for (int j = 1; j < pool->side * pool->side; j++) {
        const lanes *at = x + within(pool, j);
        lane_mask more = *at > *largest;
        *largest = (lanes)(((lane_mask)*at & more) | ((lane_mask)*largest & ~more));
    }
}

static void max_forward(const struct work *work, const lanes *in, const lanes *x, lanes *to)
{
    (void)x;
    for (int i = 0; i < windows(work->pool); i++)
        find_maximum(work->pool, in + corner(work->pool, i), &to[i]);
}

static void clear_unless_add(const struct work *work, lanes *to)
{
    if (!work->add)
        for (int i = 0; i < work->pool->height * work->pool->width; i++)
            to[i] = (lanes){0};
}

static void max_backward(const struct work *work, const lanes *in, const lanes *x, lanes *to)
{
    const struct pool *pool = work->pool;
    clear_unless_add(work, to);
    for (int i = 0; i < windows(pool); i++) {
        lanes largest;
        lane_mask open = ~(lane_mask){0}; /* lanes whose maximum is still to come */
        find_maximum(pool, x + corner(pool, i), &largest);
        for (int j = 0; j < pool->side * pool->side; j++) {
            int at = corner(pool, i) + within(pool, j);
            lane_mask here = (x[at] == largest) & open;
            to[at] += (lanes)((lane_mask)in[i] & here);
            open &= ~here;
        }
    }
}

static void average_forward(const struct work *work, const lanes *in, const lanes *x, lanes *to)
{
    (void)x;
    const struct pool *pool = work->pool;
    int area = pool->side * pool->side;
    for (int i = 0; i < windows(pool); i++) {
        lanes sum = {0};
        for (int j = 0; j < area; j++)
            sum += in[corner(pool, i) + within(pool, j)];
        to[i] = sum / (float)area;
    }
}

static void average_backward(const struct work *work, const lanes *in, const lanes *x, lanes *to)
{
    (void)x;
    const struct pool *pool = work->pool;
    int area = pool->side * pool->side;
    clear_unless_add(work, to);
    for (int i = 0; i < windows(pool); i++)
        for (int j = 0; j < area; j++)
            to[corner(pool, i) + within(pool, j)] += in[i] / (float)area;
}

static struct work forward_work(const struct pool *pool, float *y, const float *x)
{
    return (struct work){
        .pool = pool, .in = x, .in_planes = x_planes(pool), .to = y, .to_planes = y_planes(pool)};
}

static struct work backward_work(const struct pool *pool, float *dx, const float *dy, bool add)
{
    return (struct work){.pool = pool,
                         .in = dy,
                         .in_planes = y_planes(pool),
                         .to = dx,
                         .to_planes = x_planes(pool),
                         .add = add};
}

void pool_max_forward(const struct pool *pool, int groups, float *y, const float *x)
{
    struct work work = forward_work(pool, y, x);
    work.plane = max_forward;
    run_planes(&work, groups);
}

void pool_max_backward(const struct pool *pool, int groups, float *dx, const float *dy,
                       const float *x, bool add)
{
    struct work work = backward_work(pool, dx, dy, add);
    work.plane = max_backward;
    work.x = x;
    run_planes(&work, groups);
}

void pool_average_forward(const struct pool *pool, int groups, float *y, const float *x)
{
    struct work work = forward_work(pool, y, x);
    work.plane = average_forward;
    run_planes(&work, groups);
}

void pool_average_backward(const struct pool *pool, int groups, float *dx, const float *dy,
                           bool add)
{
    struct work work = backward_work(pool, dx, dy, add);
    work.plane = average_backward;
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
    struct planes xs = x_planes(pool), ys = y_planes(pool);
    for (int image = 0; image < groups * LANES; image++)
        for (int channel = 0; channel < pool->channels; channel++)
            for (int i = 0; i < windows(pool); i++) {
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
