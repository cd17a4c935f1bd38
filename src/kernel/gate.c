/*
 * Method. A task is a group and a run of planes of about TASK bytes: cut by shape alone. Each plane
 * of a group is summed in float, 16 lanes side by side, and its lanes added up; the groups are then
 * joined in double, in order. A partly filled last group masks its lanes in every sum, and writes
 * zeros where there is no image: so nothing behind it ever sees what stood in those lanes.
 */
#include "kernel/gate.h"

#include "base/lanes.h"
#include "kernel/compare.h"
#include "kernel/task.h"

enum { TASK = 1 << 17 };

static const lanes zero;

struct work {
    const struct gate_planes *planes;
    const struct gate_affine *affine;
    const struct gate_slope *slope;
    const float *x, *da, *m;
    float *to, *partial;
    bool add;
    int runs, run; /* runs of planes a group, planes a run */
    size_t plane;  /* floats */
};

static struct work work_open(const struct gate_planes *planes, const float *x)
{
    size_t plane = lanes_plane(planes->height, planes->width);
    int run = (int)(TASK / (plane * sizeof(float)));
    run = run < 1 ? 1 : run > planes->kept ? planes->kept : run;
    return (struct work){
        .planes = planes,
        .x = x,
        .plane = plane,
        .run = run,
        .runs = run ? (planes->kept + run - 1) / run : 0,
    };
}

static void work_run(struct work *work, void (*task)(void *context, int index, int thread))
{
    task_run(lanes_groups(work->planes->images) * work->runs, task, work);
}

/* One plane of a task: where it stands in the map and in the packed arrays. */
struct place {
    int k;          /* which of the kept planes */
    size_t in_map;  /* floats */
    size_t packed;  /* floats */
    size_t pair;    /* of its two partial sums */
    lane_mask used; /* lanes with an image */
};

/* The planes of task `index` one after the other: false after the last. Begin with k = −1. */
static bool next_place(const struct work *work, int index, struct place *place)
{
    const struct gate_planes *planes = work->planes;
    int group = index / work->runs, first = index % work->runs * work->run;
    int k = place->k < 0 ? first : place->k + 1;
    if (k >= first + work->run || k >= planes->kept)
        return false;
    if (place->k < 0)
        lanes_used(planes->images, group, &place->used);
    size_t channel = (size_t)(planes->channel ? planes->channel[k] : k);
    size_t row = (size_t)group * (size_t)planes->kept + (size_t)k;
    place->k = k;
    place->in_map = (size_t)group * planes->group + channel * work->plane;
    place->packed = row * work->plane;
    place->pair = row * 2;
    return true;
}

static int pixels(const struct work *work)
{
    return work->planes->height * work->planes->width;
}

static void forward_task(void *context, int index, int thread)
{
    (void)thread;
    const struct work *work = context;
    int count = pixels(work);
    for (struct place at = {.k = -1}; next_place(work, index, &at);) {
        float scale = work->affine->scale[at.k], shift = work->affine->shift[at.k];
        const lanes *x = (const lanes *)(work->x + at.in_map);
        lanes *a = (lanes *)(work->to + at.packed);
        for (int i = 0; i < count; i++) {
            lanes z = x[i] * scale + shift;
            lane_mask negative;
            lanes_above(&zero, &z, &negative); /* a NaN is not, and stays */
            a[i] = (lanes)((lane_mask)z & ~negative & at.used);
        }
    }
}

void gate_forward(const struct gate_planes *planes, const struct gate_affine *affine,
                  const float *x, float *a)
{
    struct work work = work_open(planes, x);
    work.affine = affine;
    work.to = a;
    work_run(&work, forward_task);
}

static float add_lanes(const lanes *sum, const lane_mask *used)
{
    float total = 0;
    for (int lane = 0; lane < LANES; lane++)
        if ((*used)[lane])
            total += (*sum)[lane];
    return total;
}

size_t gate_partial(const struct gate_planes *planes)
{
    return (size_t)lanes_groups(planes->images) * (size_t)planes->kept * 2;
}

/* Joins the groups' partial sums in order. */
static void join(const struct work *work, double *first, double *second)
{
    int groups = lanes_groups(work->planes->images), kept = work->planes->kept;
    for (int k = 0; k < kept; k++) {
        first[k] = second[k] = 0;
        for (int g = 0; g < groups; g++) {
            const float *pair = work->partial + ((size_t)g * (size_t)kept + (size_t)k) * 2;
            first[k] += (double)pair[0];
            second[k] += (double)pair[1];
        }
    }
}

static void statistics_task(void *context, int index, int thread)
{
    (void)thread;
    const struct work *work = context;
    int count = pixels(work);
    for (struct place at = {.k = -1}; next_place(work, index, &at);) {
        const lanes *x = (const lanes *)(work->x + at.in_map);
        float m = work->m[at.k];
        lanes sum = {0}, square = {0};
        for (int i = 0; i < count; i++) {
            lanes off = x[i] - m;
            sum += off;
            square += off * off;
        }
        work->partial[at.pair] = add_lanes(&sum, &at.used);
        work->partial[at.pair + 1] = add_lanes(&square, &at.used);
    }
}

void gate_statistics(const struct gate_planes *planes, const float *x, const float *m,
                     float *partial, double *sum, double *square)
{
    struct work work = work_open(planes, x);
    work.m = m;
    work.partial = partial;
    work_run(&work, statistics_task);
    join(&work, sum, square);
}

/* dz: da where z is above 0. */
static inline void close_gate(const lanes *da, const lanes *z, lanes *dz)
{
    lane_mask open;
    lanes_above(z, &zero, &open);
    *dz = (lanes)((lane_mask)*da & open);
}

static void sums_task(void *context, int index, int thread)
{
    (void)thread;
    const struct work *work = context;
    int count = pixels(work);
    for (struct place at = {.k = -1}; next_place(work, index, &at);) {
        float scale = work->affine->scale[at.k], shift = work->affine->shift[at.k];
        const lanes *x = (const lanes *)(work->x + at.in_map);
        const lanes *da = (const lanes *)(work->da + at.packed);
        float mean = work->m[at.k];
        lanes sum = {0}, product = {0};
        for (int i = 0; i < count; i++) {
            lanes z = x[i] * scale + shift, dz;
            close_gate(&da[i], &z, &dz);
            sum += dz;
            product += dz * (x[i] - mean);
        }
        work->partial[at.pair] = add_lanes(&sum, &at.used);
        work->partial[at.pair + 1] = add_lanes(&product, &at.used);
    }
}

void gate_sums(const struct gate_planes *planes, const struct gate_affine *affine,
               const float *mean, const float *x, const float *da, float *partial, double *sum,
               double *product)
{
    struct work work = work_open(planes, x);
    work.affine = affine;
    work.m = mean;
    work.da = da;
    work.partial = partial;
    work_run(&work, sums_task);
    join(&work, sum, product);
}

static void gradient_task(void *context, int index, int thread)
{
    (void)thread;
    const struct work *work = context;
    const struct gate_slope *slope = work->slope;
    int count = pixels(work);
    for (struct place at = {.k = -1}; next_place(work, index, &at);) {
        float scale = work->affine->scale[at.k], shift = work->affine->shift[at.k];
        float al = slope->al[at.k], be = slope->be[at.k], de = slope->de[at.k];
        const lanes *x = (const lanes *)(work->x + at.in_map);
        const lanes *da = (const lanes *)(work->da + at.packed);
        lanes *dx = (lanes *)(work->to + at.in_map);
        for (int i = 0; i < count; i++) {
            lanes z = x[i] * scale + shift, dz;
            close_gate(&da[i], &z, &dz);
            lanes value = al * dz + be * x[i] + de;
            value = (lanes)((lane_mask)value & at.used);
            if (work->add)
                value += dx[i];
            dx[i] = value;
        }
    }
}

void gate_gradient(const struct gate_planes *planes, const struct gate_affine *affine,
                   const struct gate_slope *slope, const float *x, const float *da, float *dx,
                   bool add)
{
    struct work work = work_open(planes, x);
    work.affine = affine;
    work.slope = slope;
    work.da = da;
    work.to = dx;
    work.add = add;
    work_run(&work, gradient_task);
}

/* --- plain references ------------------------------------------------------------------------ */

/* Where pixel i of kept plane k of an image stands in the map, and in the packed arrays. */
static size_t in_map(const struct gate_planes *planes, int image, int k, int i)
{
    size_t channel = (size_t)(planes->channel ? planes->channel[k] : k);
    return (size_t)(image / LANES) * planes->group +
           channel * lanes_plane(planes->height, planes->width) + (size_t)(i * LANES) +
           (size_t)(image % LANES);
}

static size_t packed(const struct gate_planes *planes, int image, int k, int i)
{
    struct gate_planes own = *planes;
    own.channel = NULL;
    own.group = lanes_group(planes->kept, planes->height, planes->width);
    return in_map(&own, image, k, i);
}

static double normalise(const struct gate_affine *affine, int k, float x)
{
    return (double)affine->scale[k] * (double)x + (double)affine->shift[k];
}

void gate_forward_plain(const struct gate_planes *planes, const struct gate_affine *affine,
                        const float *x, float *a)
{
    for (int image = 0; image < planes->images; image++)
        for (int k = 0; k < planes->kept; k++)
            for (int i = 0; i < planes->height * planes->width; i++) {
                double z = normalise(affine, k, x[in_map(planes, image, k, i)]);
                a[packed(planes, image, k, i)] = (float)(z > 0 ? z : 0);
            }
}

void gate_statistics_plain(const struct gate_planes *planes, const float *x, const float *m,
                           double *sum, double *square)
{
    for (int k = 0; k < planes->kept; k++) {
        sum[k] = square[k] = 0;
        for (int image = 0; image < planes->images; image++)
            for (int i = 0; i < planes->height * planes->width; i++) {
                double off = (double)x[in_map(planes, image, k, i)] - (double)m[k];
                sum[k] += off;
                square[k] += off * off;
            }
    }
}

void gate_sums_plain(const struct gate_planes *planes, const struct gate_affine *affine,
                     const float *mean, const float *x, const float *da, double *sum,
                     double *product)
{
    for (int k = 0; k < planes->kept; k++) {
        sum[k] = product[k] = 0;
        for (int image = 0; image < planes->images; image++)
            for (int i = 0; i < planes->height * planes->width; i++) {
                float at = x[in_map(planes, image, k, i)];
                if (normalise(affine, k, at) <= 0)
                    continue;
                double dz = (double)da[packed(planes, image, k, i)];
                sum[k] += dz;
                product[k] += dz * ((double)at - (double)mean[k]);
            }
    }
}
