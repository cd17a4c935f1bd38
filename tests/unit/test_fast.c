/* The fast engine's kernels against the plain references, over many shapes, on every instruction
 * set that this CPU has. Residual: the largest |difference| over the largest |value|. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/lanes.h"
#include "base/memory.h"
#include "base/random.h"
#include "kernel/fast.h"
#include "kernel/gate.h"
#include "kernel/task.h"
#include "tests/unit/aligned.h"

static const double tolerance = 3e-5;

/* --- one convolution with everything around it ------------------------------------------------ */

/* A convolution that reads some planes of a gated map and writes some of another. */
struct layer {
    struct conv conv;
    int images, groups;
    int x_planes, y_planes;     /* of the maps */
    int *x_channel, *y_channel; /* those that are read and written */
    size_t x_group, y_group, x_floats, y_floats, weights;
    float *x, *y, *dx, *dy, *weight;
    float *scale, *shift, *mean, *al; /* of the gate in front (in) */
    float *m, *be, *de;               /* of the output: statistics' reference, deferred (out) */
};

/* What the kernels leave of it. */
struct result {
    float *y, *dx, *dweight;
    double *sum, *square, *dsum, *dproduct;
};

/* Every second plane or so, ascending. */
static int *choose(int count, int planes)
{
    int *channel = NEW(int, count);
    for (int k = 0; k < count; k++)
        channel[k] = (int)((long)k * planes / count);
    return channel;
}

static struct layer layer_make(struct conv conv, int images, uint64_t seed)
{
    struct random random = random_open(seed, RANDOM_TEST, 0, 0);
    struct layer layer = {.conv = conv, .images = images, .groups = lanes_groups(images)};
    int height = conv_out_height(&conv), width = conv_out_width(&conv);
    layer.x_planes = conv.in + conv.in / 2;
    layer.y_planes = conv.out + 2;
    layer.x_channel = choose(conv.in, layer.x_planes);
    layer.y_channel = choose(conv.out, layer.y_planes);
    layer.x_group = lanes_group(layer.x_planes, conv.height, conv.width);
    layer.y_group = lanes_group(layer.y_planes, height, width);
    layer.x_floats = layer.x_group * (size_t)layer.groups;
    layer.y_floats = layer.y_group * (size_t)layer.groups;
    layer.weights = (size_t)(conv.in * conv.out * conv.kernel * conv.kernel);
    layer.x = take_normal(layer.x_floats, &random);
    layer.dx = take_normal(layer.x_floats, &random);
    layer.y = take_normal(layer.y_floats, &random);
    layer.dy = take_normal(layer.y_floats, &random);
    layer.weight = take_normal(layer.weights, &random);
    float **in_lists[] = {&layer.scale, &layer.shift, &layer.mean, &layer.al};
    float **out_lists[] = {&layer.m, &layer.be, &layer.de};
    for (int i = 0; i < 4; i++)
        *in_lists[i] = take_normal((size_t)conv.in, &random);
    for (int i = 0; i < 3; i++)
        *out_lists[i] = take_normal((size_t)conv.out, &random);
    return layer;
}

static void layer_free(struct layer *layer)
{
    void *blocks[] = {layer->x_channel, layer->y_channel, layer->x,     layer->y,     layer->dx,
                      layer->dy,        layer->weight,    layer->scale, layer->shift, layer->mean,
                      layer->al,        layer->m,         layer->be,    layer->de};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        free(blocks[i]);
}

static void result_free(struct result *result)
{
    void *blocks[] = {result->y,      result->dx,   result->dweight, result->sum,
                      result->square, result->dsum, result->dproduct};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        free(blocks[i]);
}

static struct result result_make(const struct layer *layer)
{
    int in = layer->conv.in, out = layer->conv.out;
    return (struct result){.y = take_copy(layer->y, layer->y_floats),
                           .dx = take_copy(layer->dx, layer->x_floats),
                           .dweight = take(layer->weights),
                           .sum = NEW(double, out),
                           .square = NEW(double, out),
                           .dsum = NEW(double, in),
                           .dproduct = NEW(double, in)};
}

static struct fast_source read_x(const struct layer *layer)
{
    return (struct fast_source){.x = layer->x,
                                .group = layer->x_group,
                                .channel = layer->x_channel,
                                .scale = layer->scale,
                                .shift = layer->shift};
}

static struct fast_sink write_dx(const struct layer *layer, const struct result *result, bool add)
{
    return (struct fast_sink){.y = result->dx,
                              .group = layer->x_group,
                              .channel = layer->x_channel,
                              .plus = add ? result->dx : NULL,
                              .x = layer->x,
                              .scale = layer->scale,
                              .shift = layer->shift,
                              .al = layer->al,
                              .m = layer->mean,
                              .sum = result->dsum,
                              .product = result->dproduct};
}

static struct result run_fast(const struct layer *layer, bool add)
{
    struct result result = result_make(layer);
    struct fast_space space = fast_conv_space(&layer->conv, layer->images);
    space.shared = take(space.shared_size);
    space.thread = take(space.thread_size * (size_t)task_threads());
    struct fast_source x = read_x(layer);
    struct fast_sink y = {.y = result.y,
                          .group = layer->y_group,
                          .channel = layer->y_channel,
                          .plus = add ? result.y : NULL,
                          .m = layer->m,
                          .sum = result.sum,
                          .product = result.square};
    fast_conv_forward(&layer->conv, layer->images, layer->weight, &x, &y, &space);
    struct fast_source dy = {.x = layer->dy,
                             .group = layer->y_group,
                             .channel = layer->y_channel,
                             .y = layer->y,
                             .be = layer->be,
                             .de = layer->de};
    struct fast_sink dx = write_dx(layer, &result, add);
    fast_conv_backward_data(&layer->conv, layer->images, layer->weight, &dy, &dx, &space);
    fast_conv_backward_weights(&layer->conv, layer->images, result.dweight, &dy, &x, &space);
    free(space.shared);
    free(space.thread);
    return result;
}

/* Backward alone; what is settled is left in `y`. */
static struct result run_backward(const struct layer *layer, bool add, bool at_once)
{
    const struct conv *conv = &layer->conv;
    struct result result = result_make(layer);
    struct fast_space space = fast_conv_space(conv, layer->images);
    space.shared = take(space.shared_size);
    space.thread = take(space.thread_size * (size_t)task_threads());
    memcpy(result.y, layer->dy, layer->y_floats * sizeof(float));
    struct fast_source x = read_x(layer);
    struct fast_source dy = {
        .x = result.y, .group = layer->y_group, .y = layer->y, .be = layer->be, .de = layer->de};
    struct fast_sink dx = write_dx(layer, &result, add);
    if (at_once) {
        fast_conv_backward(conv, layer->images, layer->weight, result.dweight, &dy, &x, &dx,
                           result.y, &space);
    } else {
        fast_settle(conv->out, conv_out_height(conv), conv_out_width(conv), layer->images, result.y,
                    &dy);
        dy.be = dy.de = NULL;
        fast_conv_backward_weights(conv, layer->images, result.dweight, &dy, &x, &space);
        fast_conv_backward_data(conv, layer->images, layer->weight, &dy, &dx, &space);
    }
    free(space.shared);
    free(space.thread);
    return result;
}

/* dy as it is used, packed: dy + be·y + de where there is an image, else 0. */
static float *plain_gradient(const struct layer *layer)
{
    int height = conv_out_height(&layer->conv), width = conv_out_width(&layer->conv);
    size_t plane = lanes_plane(height, width), group = lanes_group(layer->conv.out, height, width);
    float *dy = take(group * (size_t)layer->groups);
    for (int image = 0; image < layer->images; image++)
        for (int k = 0; k < layer->conv.out; k++)
            for (int i = 0; i < height * width; i++) {
                size_t lane = (size_t)i * LANES + (size_t)(image % LANES),
                       g = (size_t)(image / LANES);
                size_t at = g * layer->y_group + (size_t)layer->y_channel[k] * plane + lane;
                dy[g * group + (size_t)k * plane + lane] =
                    (float)((double)layer->dy[at] + (double)layer->be[k] * (double)layer->y[at] +
                            (double)layer->de[k]);
            }
    return dy;
}

/* Into planes channel[] of a map: what is packed in `from`, times by[k], added or not. */
static void unpack(float *to, size_t to_group, const int *channel, const float *from, int planes,
                   size_t plane, int groups, const float *by, bool add)
{
    for (size_t g = 0; g < (size_t)groups; g++)
        for (int k = 0; k < planes; k++)
            for (size_t i = 0; i < plane - LANES; i++) {
                float *at = to + g * to_group + (size_t)channel[k] * plane + i;
                float value = from[(g * (size_t)planes + (size_t)k) * plane + i];
                *at = (add ? *at : 0) + value * (by ? by[k] : 1);
            }
}

static struct gate_planes planes_of(const struct layer *layer)
{
    return (struct gate_planes){.images = layer->images,
                                .kept = layer->conv.in,
                                .channel = layer->x_channel,
                                .height = layer->conv.height,
                                .width = layer->conv.width,
                                .group = layer->x_group};
}

/* da → da where z > 0, else 0. */
static void plain_mask(const float *a, float *da, size_t count)
{
    for (size_t i = 0; i < count; i++)
        da[i] = a[i] > 0 ? da[i] : 0;
}

static struct result run_plain(const struct layer *layer, bool add)
{
    struct result result = result_make(layer);
    const struct conv *conv = &layer->conv;
    int height = conv_out_height(conv), width = conv_out_width(conv);
    size_t in_group = lanes_group(conv->in, conv->height, conv->width);
    size_t out_group = lanes_group(conv->out, height, width);
    float *a = take(in_group * (size_t)layer->groups), *da = take(in_group * (size_t)layer->groups);
    float *y = take(out_group * (size_t)layer->groups), *dy = plain_gradient(layer);
    struct gate_planes planes = planes_of(layer);
    struct gate_affine affine = {layer->scale, layer->shift};

    gate_forward_plain(&planes, &affine, layer->x, a);
    conv_forward_plain(conv, layer->groups, y, out_group, a, in_group, layer->weight);
    unpack(result.y, layer->y_group, layer->y_channel, y, conv->out, lanes_plane(height, width),
           layer->groups, NULL, add);
    struct gate_planes written = {.images = layer->images,
                                  .kept = conv->out,
                                  .channel = layer->y_channel,
                                  .height = height,
                                  .width = width,
                                  .group = layer->y_group};
    gate_statistics_plain(&written, result.y, layer->m, result.sum, result.square);

    conv_backward_data_plain(conv, layer->groups, da, in_group, dy, out_group, layer->weight);
    gate_sums_plain(&planes, &affine, layer->mean, layer->x, da, result.dsum, result.dproduct);
    plain_mask(a, da, in_group * (size_t)layer->groups);
    unpack(result.dx, layer->x_group, layer->x_channel, da, conv->in,
           lanes_plane(conv->height, conv->width), layer->groups, layer->al, add);
    conv_backward_weights_plain(conv, layer->groups, result.dweight, dy, out_group, a, in_group);
    free(a);
    free(da);
    free(y);
    free(dy);
    return result;
}

/* --- comparing -------------------------------------------------------------------------------- */

static void assert_near(const char *what, const struct conv *conv, double off, double largest)
{
    ck_assert_msg(off <= tolerance * largest, "%s: %s of %d→%d %d×%d k%d s%d is off by %g of %g",
                  fast_isa(), what, conv->in, conv->out, conv->height, conv->width, conv->kernel,
                  conv->stride, off, largest);
}

/* A map's pixels where there is an image; all planes, so also those that must stay as they were. */
static void assert_map(const char *what, const struct layer *layer, const float *fast,
                       const float *plain, int planes, size_t plane)
{
    double off = 0, largest = 1;
    for (int image = 0; image < layer->images; image++)
        for (size_t i = 0; i < (size_t)planes * plane; i += LANES) {
            size_t at =
                (size_t)(image / LANES) * (size_t)planes * plane + i + (size_t)(image % LANES);
            ck_assert(isfinite(fast[at]));
            off = fmax(off, fabs((double)fast[at] - (double)plain[at]));
            largest = fmax(largest, fabs((double)plain[at]));
        }
    assert_near(what, &layer->conv, off, largest);
}

static void assert_floats(const char *what, const struct conv *conv, const float *fast,
                          const float *plain, size_t count)
{
    double off = 0, largest = 0;
    for (size_t i = 0; i < count; i++) {
        off = fmax(off, fabs((double)fast[i] - (double)plain[i]));
        largest = fmax(largest, fabs((double)plain[i]));
    }
    assert_near(what, conv, off, largest);
}

static void assert_doubles(const char *what, const struct conv *conv, const double *fast,
                           const double *plain, int count)
{
    double off = 0, largest = 0;
    for (int i = 0; i < count; i++) {
        off = fmax(off, fabs(fast[i] - plain[i]));
        largest = fmax(largest, fabs(plain[i]));
    }
    assert_near(what, conv, off, largest);
}

static void assert_results(const struct layer *layer, const struct result *fast,
                           const struct result *plain)
{
    const struct conv *conv = &layer->conv;
    assert_map("y", layer, fast->y, plain->y, layer->y_planes,
               lanes_plane(conv_out_height(conv), conv_out_width(conv)));
    assert_map("dx", layer, fast->dx, plain->dx, layer->x_planes,
               lanes_plane(conv->height, conv->width));
    assert_floats("dweight", conv, fast->dweight, plain->dweight, layer->weights);
    assert_doubles("sum", conv, fast->sum, plain->sum, conv->out);
    assert_doubles("square", conv, fast->square, plain->square, conv->out);
    assert_doubles("dsum", conv, fast->dsum, plain->dsum, conv->in);
    assert_doubles("dproduct", conv, fast->dproduct, plain->dproduct, conv->in);
}

static void assert_backward_same(const struct layer *layer, const struct result *one,
                                 const struct result *other)
{
    const size_t in = (size_t)layer->conv.in;
    ck_assert_mem_eq(one->y, other->y, layer->y_floats * sizeof(float));
    ck_assert_mem_eq(one->dx, other->dx, layer->x_floats * sizeof(float));
    ck_assert_mem_eq(one->dweight, other->dweight, layer->weights * sizeof(float));
    ck_assert_mem_eq(one->dsum, other->dsum, in * sizeof(double));
    ck_assert_mem_eq(one->dproduct, other->dproduct, in * sizeof(double));
}

/* One shape on all instruction sets, written or added by turns. */
static void check_shape(struct conv conv, int images, uint64_t seed)
{
    struct layer layer = layer_make(conv, images, seed);
    bool add = seed % 2;
    struct result plain = run_plain(&layer, add);
    for (const char *const *isa = fast_isas(); *isa; isa++) {
        if (!fast_use(*isa))
            continue;
        struct result fast = run_fast(&layer, add);
        assert_results(&layer, &fast, &plain);
        result_free(&fast);
    }
    result_free(&plain);
    layer_free(&layer);
}

START_TEST(convolutions_of_chosen_shapes)
{
    static const struct {
        struct conv conv;
        int images;
    } shapes[] = {
        {{1, 1, 4, 4, 3, 1}, 16},     {{3, 7, 32, 32, 3, 1}, 16},   {{5, 3, 33, 31, 3, 1}, 5},
        {{16, 16, 16, 16, 3, 1}, 33}, {{70, 13, 8, 8, 3, 1}, 20},   {{13, 70, 9, 7, 3, 1}, 17},
        {{2, 3, 3, 3, 3, 1}, 1},      {{4, 4, 3, 1, 3, 1}, 16},     {{6, 9, 1, 5, 3, 1}, 18},
        {{5, 6, 2, 2, 3, 1}, 16},     {{7, 5, 1, 1, 3, 1}, 40},     {{3, 4, 1, 2, 3, 1}, 15},
        {{4, 3, 2, 1, 3, 1}, 16},     {{3, 5, 32, 32, 3, 2}, 16},   {{9, 6, 7, 5, 3, 2}, 19},
        {{4, 4, 2, 2, 3, 2}, 16},     {{5, 5, 1, 1, 3, 2}, 3},      {{11, 14, 8, 8, 1, 1}, 30},
        {{9, 5, 33, 3, 1, 1}, 16},    {{6, 7, 16, 16, 1, 2}, 16},   {{5, 6, 5, 7, 1, 2}, 21},
        {{65, 67, 1, 1, 1, 1}, 17},   {{90, 92, 8, 8, 3, 1}, 16},   {{91, 97, 4, 4, 3, 1}, 80},
        {{130, 66, 2, 2, 3, 1}, 37},  {{94, 89, 16, 16, 3, 1}, 16}, {{258, 255, 4, 4, 3, 1}, 16},
    };
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        check_shape(shapes[i].conv, shapes[i].images, i);
}
END_TEST

START_TEST(convolutions_of_any_shape)
{
    struct random random = random_open(1, RANDOM_TEST, 0, 0);
    for (int i = 0; i < 60; i++) {
        struct conv conv = {.in = 1 + (int)random_below(&random, 40),
                            .out = 1 + (int)random_below(&random, 40),
                            .height = 1 + (int)random_below(&random, 13),
                            .width = 1 + (int)random_below(&random, 13),
                            .kernel = random_below(&random, 3) ? 3 : 1,
                            .stride = random_below(&random, 4) ? 1 : 2};
        check_shape(conv, 1 + (int)random_below(&random, 20), (uint64_t)(100 + i));
    }
}
END_TEST

/* --- the same bits for any number of threads -------------------------------------------------- */

START_TEST(threads_change_no_bit)
{
    static const struct conv shapes[] = {
        {16, 20, 16, 16, 3, 1}, {90, 92, 8, 8, 3, 1},  {96, 88, 2, 2, 3, 1},
        {24, 64, 8, 8, 1, 1},   {12, 8, 16, 16, 3, 2}, {100, 96, 16, 16, 3, 1},
    };
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        struct layer layer = layer_make(shapes[i], 60, i);
        task_set_threads(1);
        struct result one = run_fast(&layer, false);
        for (int threads = 2; threads <= 8; threads += threads == 3 ? 5 : 1) {
            task_set_threads(threads);
            struct result many = run_fast(&layer, false);
            ck_assert_mem_eq(many.y, one.y, layer.y_floats * sizeof(float));
            ck_assert_mem_eq(many.dx, one.dx, layer.x_floats * sizeof(float));
            ck_assert_mem_eq(many.dweight, one.dweight, layer.weights * sizeof(float));
            ck_assert_mem_eq(many.sum, one.sum, (size_t)shapes[i].out * sizeof(double));
            ck_assert_mem_eq(many.square, one.square, (size_t)shapes[i].out * sizeof(double));
            ck_assert_mem_eq(many.dsum, one.dsum, (size_t)shapes[i].in * sizeof(double));
            ck_assert_mem_eq(many.dproduct, one.dproduct, (size_t)shapes[i].in * sizeof(double));
            result_free(&many);
        }
        task_set_threads(0);
        result_free(&one);
        layer_free(&layer);
    }
}
END_TEST

/* --- pools ------------------------------------------------------------------------------------ */

/* A gated pool forward and backward, against gate and pool of the plain engine. */
static void check_pool(int channels, int height, int width, int side, bool largest, int images)
{
    struct conv conv = {channels, channels, height, width, 1, 1};
    struct layer layer = layer_make(conv, images, (uint64_t)(height * 64 + width));
    struct result fast = result_make(&layer);
    size_t packed = lanes_group(channels, height, width);
    struct pool pool = {channels, height, width,
                        side,     packed, lanes_group(channels, height / side, width / side)};
    size_t out = pool.y_group * (size_t)layer.groups;
    float *a = take(packed * (size_t)layer.groups), *da = take(packed * (size_t)layer.groups);
    float *y = take(out), *y_plain = take(out);
    struct gate_planes planes = planes_of(&layer);
    struct gate_affine affine = {layer.scale, layer.shift};
    double *sum = NEW(double, channels), *product = NEW(double, channels);
    float *dx = take_copy(layer.dx, layer.x_floats);
    struct fast_space space = fast_pool_space(&pool, images);
    space.shared = take(space.shared_size);
    space.thread = take(space.thread_size * (size_t)task_threads());

    gate_forward_plain(&planes, &affine, layer.x, a);
    for (int g = 0; g < layer.groups; g++) /* lanes without an image are read as 0 */
        for (size_t i = 0; i < packed; i++)
            if (g * LANES + (int)(i % LANES) >= images)
                a[(size_t)g * packed + i] = 0;
    if (largest)
        pool_max_plain(&pool, layer.groups, y_plain, a);
    else
        pool_average_plain(&pool, layer.groups, y_plain, a);
    struct fast_source x = read_x(&layer);
    struct fast_sink to = {.y = y, .group = pool.y_group};
    fast_pool_forward(&pool, largest, images, &x, &to, &space);
    assert_floats("pool y", &conv, y, y_plain, out);

    struct random random = random_open(9, RANDOM_TEST, 0, 0);
    float *dy = take_normal(out, &random);
    for (int g = 0; g < layer.groups; g++)
        for (size_t i = 0; i < pool.y_group; i++)
            if (g * LANES + (int)(i % LANES) >= images)
                dy[(size_t)g * pool.y_group + i] = 0;
    if (largest)
        pool_max_backward_plain(&pool, layer.groups, da, dy, a);
    else
        pool_average_backward_plain(&pool, layer.groups, da, dy);
    gate_sums_plain(&planes, &affine, layer.mean, layer.x, da, sum, product);
    plain_mask(a, da, packed * (size_t)layer.groups);
    unpack(dx, layer.x_group, layer.x_channel, da, channels, lanes_plane(height, width),
           layer.groups, layer.al, true);
    struct fast_source from = {.x = dy, .group = pool.y_group};
    struct fast_sink back = {.y = fast.dx,
                             .group = layer.x_group,
                             .channel = layer.x_channel,
                             .plus = fast.dx,
                             .x = layer.x,
                             .scale = layer.scale,
                             .shift = layer.shift,
                             .al = layer.al,
                             .m = layer.mean,
                             .sum = fast.dsum,
                             .product = fast.dproduct};
    fast_pool_backward(&pool, largest, images, &from, &x, &back, &space);
    assert_map("pool dx", &layer, fast.dx, dx, layer.x_planes, lanes_plane(height, width));
    assert_doubles("pool dsum", &conv, fast.dsum, sum, channels);
    assert_doubles("pool dproduct", &conv, fast.dproduct, product, channels);
    void *blocks[] = {a, da, y, y_plain, sum, product, dx, dy, space.shared, space.thread};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        free(blocks[i]);
    result_free(&fast);
    layer_free(&layer);
}

START_TEST(pools_of_any_shape)
{
    for (const char *const *isa = fast_isas(); *isa; isa++) {
        if (!fast_use(*isa))
            continue;
        for (int largest = 0; largest < 2; largest++) {
            check_pool(3, 8, 8, 2, largest, 16);
            check_pool(9, 5, 7, 2, largest, 21);
            check_pool(6, 8, 8, 8, largest, 7);
            check_pool(5, 3, 3, 3, largest, 33);
            check_pool(1, 2, 2, 2, largest, 1);
        }
    }
}
END_TEST

/* Both backward passes at once, settling on the way, against one after the other. */
START_TEST(backward_at_once_changes_no_bit)
{
    static const struct conv shapes[] = {
        {16, 64, 32, 32, 1, 1}, {61, 17, 8, 8, 1, 1}, {7, 300, 5, 9, 1, 1}, {310, 5, 16, 16, 1, 1},
        {6, 7, 8, 8, 1, 2},     {9, 12, 8, 8, 3, 1},  {90, 92, 4, 4, 3, 1}, {5, 6, 1, 1, 1, 1},
    };
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        const struct conv *conv = &shapes[i];
        struct layer layer = layer_make(*conv, i % 2 ? 37 : 90, i);
        for (int c = 0; c < conv->out; c++)
            layer.y_channel[c] = c;
        for (const char *const *isa = fast_isas(); *isa; isa++) {
            if (!fast_use(*isa))
                continue;
            struct result apart = run_backward(&layer, i % 3, false);
            struct result at_once = run_backward(&layer, i % 3, true);
            assert_backward_same(&layer, &at_once, &apart);
            result_free(&apart);
            result_free(&at_once);
        }
        layer_free(&layer);
    }
}
END_TEST

START_TEST(settling_adds_what_was_deferred)
{
    struct layer layer = layer_make((struct conv){3, 5, 6, 4, 3, 1}, 20, 3);
    float *packed = plain_gradient(&layer), *plain = take_copy(layer.dy, layer.y_floats);
    for (const char *const *isa = fast_isas(); *isa; isa++) {
        if (!fast_use(*isa))
            continue;
        float *dy = take_copy(layer.dy, layer.y_floats);
        struct fast_source source = {.x = dy,
                                     .group = layer.y_group,
                                     .channel = layer.y_channel,
                                     .y = layer.y,
                                     .be = layer.be,
                                     .de = layer.de};
        fast_settle(5, 6, 4, 20, dy, &source);
        unpack(plain, layer.y_group, layer.y_channel, packed, 5, lanes_plane(6, 4), layer.groups,
               NULL, false);
        assert_map("settled", &layer, dy, plain, layer.y_planes, lanes_plane(6, 4));
        free(dy);
    }
    free(packed);
    free(plain);
    layer_free(&layer);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("fast");
    TCase *tests = tcase_create("fast");
    tcase_set_timeout(tests, 900);
    tcase_add_test(tests, convolutions_of_chosen_shapes);
    tcase_add_test(tests, convolutions_of_any_shape);
    tcase_add_test(tests, threads_change_no_bit);
    tcase_add_test(tests, pools_of_any_shape);
    tcase_add_test(tests, backward_at_once_changes_no_bit);
    tcase_add_test(tests, settling_adds_what_was_deferred);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed > 0;
}
