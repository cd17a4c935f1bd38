/* Each kernel against its plain reference over many shapes, and the references against numbers that
 * can be worked out by hand. Residual: the largest |difference| over the largest |value|. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/lanes.h"
#include "base/memory.h"
#include "base/random.h"
#include "kernel/conv.h"
#include "kernel/core.h"
#include "kernel/gate.h"
#include "kernel/gemm.h"
#include "kernel/pool.h"
#include "kernel/task.h"
#include "tests/unit/aligned.h"

/* Sums of a few thousand products of normal numbers in float. */
static const double tolerance = 3e-6;

static float *take_keyed(size_t count, uint64_t key)
{
    struct random random = random_open(key, RANDOM_TEST, 0, 0);
    return take_normal(count, &random);
}

struct residual {
    double off, largest;
    bool broken; /* a NaN or Inf */
};

static void compare(struct residual *residual, double fast, double plain)
{
    residual->broken |= !isfinite(fast);
    residual->off = fmax(residual->off, fabs(fast - plain));
    residual->largest = fmax(residual->largest, fabs(plain));
}

static void assert_residual(const struct residual *residual, double least)
{
    ck_assert(!residual->broken);
    ck_assert_double_le(residual->off, tolerance * fmax(residual->largest, least));
}

/* The first pixels·16 of each plane; the one pixel more a plane is nobody's. */
static void assert_planes(const float *fast, const float *plain, int groups, size_t group,
                          int channels, int height, int width)
{
    struct residual residual = {0};
    for (int g = 0; g < groups; g++)
        for (int c = 0; c < channels; c++)
            for (int i = 0; i < height * width * LANES; i++) {
                size_t at = (size_t)g * group + (size_t)c * lanes_plane(height, width) + (size_t)i;
                compare(&residual, fast[at], plain[at]);
            }
    assert_residual(&residual, 1);
}

static void assert_close(const float *fast, const float *plain, size_t count)
{
    struct residual residual = {0};
    for (size_t i = 0; i < count; i++)
        compare(&residual, fast[i], plain[i]);
    assert_residual(&residual, 0);
}

static void count_task(void *context, int index, int thread)
{
    ck_assert_int_lt(thread, task_threads());
    ((int *)context)[index]++;
}

START_TEST(every_task_runs_once)
{
    for (int threads = 1; threads <= 3; threads++) {
        int runs[100] = {0};
        ck_assert_int_eq(task_set_threads(threads), threads);
        task_run(100, count_task, runs);
        for (int i = 0; i < 100; i++)
            ck_assert_int_eq(runs[i], 1);
    }
    ck_assert_int_ge(task_set_threads(0), 1);
}
END_TEST

START_TEST(products_are_right_on_this_core)
{
    ck_assert_double_lt(gemm_check(), 1e-5);
    ck_assert_double_gt(gemm_measure(0), 0);
    ck_assert_int_gt((int)strlen(gemm_core()), 0);
    ck_assert_int_gt((int)strlen(core_reason()), 0);
    const char *wanted = core_wanted();
    if (strcmp(core_isa(), "baseline") == 0)
        ck_assert_ptr_null(wanted);
}
END_TEST

/* 3×3 ones on a map of ones count the pixels under the kernel: 4 at corners, 6 at edges, 9. */
START_TEST(reference_counts_the_pixels_under_the_kernel)
{
    struct conv conv = {1, 1, 3, 4, 3, 1};
    size_t group = lanes_group(1, 3, 4);
    float ones[9], *x = take(group), *y = take(group);
    for (int i = 0; i < 9; i++)
        ones[i] = 1;
    for (size_t i = 0; i < group; i++)
        x[i] = 1;
    conv_forward_plain(&conv, 1, y, group, x, group, ones);
    static const float counts[] = {4, 6, 6, 4, 6, 9, 9, 6, 4, 6, 6, 4};
    for (int i = 0; i < 12; i++)
        ck_assert_float_eq(y[i * LANES + 5], counts[i]);
    conv_backward_data_plain(&conv, 1, y, group, x, group, ones);
    for (int i = 0; i < 12; i++)
        ck_assert_float_eq(y[i * LANES + 5], counts[i]);
    float sums[9];
    conv_backward_weights_plain(&conv, 1, sums, x, group, x, group); /* overlap of shifted maps */
    static const float overlaps[] = {6, 8, 6, 9, 12, 9, 6, 8, 6};
    for (int i = 0; i < 9; i++)
        ck_assert_float_eq(sums[i], overlaps[i] * LANES);
    conv = (struct conv){1, 1, 3, 4, 3, 2}; /* stride 2 sees rows 0, 2 and columns 0, 2 */
    conv_forward_plain(&conv, 1, y, group, x, group, ones);
    static const float strided[] = {4, 6, 4, 6};
    ck_assert_int_eq(conv_out_height(&conv), 2);
    ck_assert_int_eq(conv_out_width(&conv), 2);
    for (int i = 0; i < 4; i++)
        ck_assert_float_eq(y[i * LANES], strided[i]);
    free(x);
    free(y);
}
END_TEST

/* All three passes, written and added, between maps that hold two channels more. */
static void check_conv(const struct conv *conv, int groups)
{
    int height = conv_out_height(conv), width = conv_out_width(conv);
    size_t x_group = lanes_group(conv->in + 2, conv->height, conv->width);
    size_t y_group = lanes_group(conv->out + 2, height, width);
    size_t xs = (size_t)groups * x_group, ys = (size_t)groups * y_group;
    size_t weights = (size_t)(conv->out * conv->in * conv->kernel * conv->kernel);
    float *x = take_keyed(xs, 1), *dy = take_keyed(ys, 2), *weight = take_keyed(weights, 3);
    float *scratch = take(conv_scratch(conv) * (size_t)task_threads());
    float *partial = take(conv_partial(conv, groups));
    for (int add = 0; add < 2; add++) {
        float *y = take_keyed(ys, 4), *plain = take(ys), *before = take_copy(y, ys);
        conv_forward(conv, groups, y, y_group, x, x_group, weight, add, scratch);
        conv_forward_plain(conv, groups, plain, y_group, x, x_group, weight);
        for (size_t i = 0; i < ys && add; i++)
            plain[i] += before[i];
        assert_planes(y, plain, groups, y_group, conv->out, height, width);
        float *dx = take_keyed(xs, 5), *plain_dx = take(xs), *before_dx = take_copy(dx, xs);
        conv_backward_data(conv, groups, dx, x_group, dy, y_group, weight, add, scratch);
        conv_backward_data_plain(conv, groups, plain_dx, x_group, dy, y_group, weight);
        for (size_t i = 0; i < xs && add; i++)
            plain_dx[i] += before_dx[i];
        assert_planes(dx, plain_dx, groups, x_group, conv->in, conv->height, conv->width);
        size_t own = lanes_group(conv->in, conv->height, conv->width); /* planes of others stay */
        ck_assert_mem_eq(dx + own, before_dx + own, (x_group - own) * sizeof *dx);
        free(y), free(plain), free(before), free(dx), free(plain_dx), free(before_dx);
    }
    float *dw = take_keyed(weights, 6), *plain = take(weights);
    conv_backward_weights(conv, groups, dw, dy, y_group, x, x_group, partial, scratch);
    conv_backward_weights_plain(conv, groups, plain, dy, y_group, x, x_group);
    assert_close(dw, plain, weights);
    free(x), free(dy), free(weight), free(scratch), free(partial), free(dw), free(plain);
}

START_TEST(convolutions_agree_with_the_plain_ones)
{
    static const struct conv shapes[] = {
        {1, 1, 1, 1, 3, 1},    {3, 5, 1, 1, 1, 1},  {2, 3, 2, 2, 3, 1},   {3, 4, 32, 32, 3, 1},
        {20, 3, 33, 33, 3, 1}, {1, 20, 9, 7, 3, 1}, {7, 1, 9, 9, 3, 2},   {4, 6, 16, 16, 3, 2},
        {3, 3, 33, 33, 3, 2},  {2, 3, 1, 1, 3, 2},  {13, 17, 8, 8, 1, 1}, {11, 4, 7, 7, 1, 2},
        {130, 5, 4, 4, 3, 1},  {70, 5, 2, 2, 1, 1}, {65, 66, 3, 5, 3, 1}, {64, 12, 8, 8, 3, 2},
    };
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        check_conv(&shapes[i], i % 3 == 1 ? 3 : 1);
}
END_TEST

START_TEST(convolutions_take_any_channels)
{
    for (int in = 1; in <= 20; in++)
        for (int out = 1 + in % 3; out <= 20; out += 3) {
            struct conv conv = {in, out, 4, 3, in % 2 ? 3 : 1, 1};
            check_conv(&conv, 1);
        }
}
END_TEST

/* A map of which some channels are read, with NaN in the lanes that hold no image. */
struct gated {
    struct gate_planes planes;
    struct gate_affine affine;
    struct gate_slope slope;
    float *x, *da, *m, *partial;
    size_t map, packed; /* floats */
    int *channel;
};

static struct gated gated_new(int images, int channels, int side)
{
    struct gated g = {.channel = NEW(int, channels)};
    int kept = 0, groups = lanes_groups(images);
    for (int c = 0; c < channels; c++)
        if (c % 3 != 1 || channels < 3)
            g.channel[kept++] = c;
    g.planes = (struct gate_planes){images, kept, g.channel,
                                    side,   side, lanes_group(channels, side, side)};
    g.map = (size_t)groups * g.planes.group;
    g.packed = (size_t)groups * lanes_group(kept, side, side);
    g.x = take_keyed(g.map, 11);
    g.da = take_keyed(g.packed, 12);
    float **rows[] = {&g.affine.scale, &g.affine.shift, &g.slope.al,
                      &g.slope.be,     &g.slope.de,     &g.m};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        *rows[i] = take_keyed((size_t)kept, 20 + i);
    for (int image = images; image < groups * LANES; image++) {
        size_t lane = (size_t)(image % LANES), group = (size_t)(image / LANES);
        for (size_t i = lane; i < g.planes.group; i += LANES)
            g.x[group * g.planes.group + i] = NAN;
    }
    g.partial = take(gate_partial(&g.planes));
    return g;
}

static void gated_free(struct gated *g)
{
    free(g->channel), free(g->x), free(g->da), free(g->m), free(g->partial);
    free(g->affine.scale), free(g->affine.shift);
    free(g->slope.al), free(g->slope.be), free(g->slope.de);
}

static void assert_sums(const double *fast, const double *plain, int count, double scale)
{
    struct residual residual = {0};
    for (int k = 0; k < count; k++)
        compare(&residual, fast[k], plain[k]);
    assert_residual(&residual, scale);
}

static void check_gate(int images, int channels, int side)
{
    struct gated g = gated_new(images, channels, side);
    int kept = g.planes.kept, groups = lanes_groups(images);
    size_t group = lanes_group(kept, side, side);
    double *sums = NEW(double, 4 * kept), n = (double)images * side * side;
    float *a = take_keyed(g.packed, 13), *plain = take(g.packed);
    gate_forward(&g.planes, &g.affine, g.x, a);
    gate_forward_plain(&g.planes, &g.affine, g.x, plain); /* leaves 0 where there is no image */
    assert_planes(a, plain, groups, group, kept, side, side);
    gate_statistics(&g.planes, g.x, g.m, g.partial, sums, sums + kept);
    gate_statistics_plain(&g.planes, g.x, g.m, sums + 2 * kept, sums + 3 * kept);
    assert_sums(sums, sums + 2 * kept, 2 * kept, 10 * n);
    gate_sums(&g.planes, &g.affine, g.m, g.x, g.da, g.partial, sums, sums + kept);
    gate_sums_plain(&g.planes, &g.affine, g.m, g.x, g.da, sums + 2 * kept, sums + 3 * kept);
    assert_sums(sums, sums + 2 * kept, 2 * kept, 10 * n);
    free(sums), free(a), free(plain);
    gated_free(&g);
}

START_TEST(gates_agree_with_the_plain_ones)
{
    static const int images[] = {1, 3, 16, 17, 40};
    for (size_t i = 0; i < sizeof images / sizeof *images; i++)
        for (int channels = 1; channels <= 20; channels += channels < 7 ? 1 : 6)
            for (int side = 1; side <= (channels % 6 == 1 ? 33 : 5); side += side < 5 ? 1 : 14)
                check_gate(images[i], channels, side);
}
END_TEST

/* dx, pixel by pixel, from its formula; what is not read or holds no image. */
START_TEST(gate_gradient_adds_or_writes_the_kept_channels)
{
    for (int add = 0; add < 2; add++) {
        struct residual residual = {0};
        struct gated g = gated_new(19, 5, 3);
        float *dx = take_keyed(g.map, 14), *before = take_copy(dx, g.map);
        gate_gradient(&g.planes, &g.affine, &g.slope, g.x, g.da, dx, add);
        for (size_t i = 0; i < g.map; i++) {
            int c = (int)(i % g.planes.group / lanes_plane(3, 3)), k = 0;
            int image = (int)(i / g.planes.group * LANES + i % LANES);
            size_t pixel = i % lanes_plane(3, 3);
            if (pixel / LANES == 9)
                continue;
            while (k < g.planes.kept && g.channel[k] != c)
                k++;
            if (k == g.planes.kept) {
                compare(&residual, dx[i], before[i]);
                continue;
            }
            float da =
                g.da[(i / g.planes.group * (size_t)g.planes.kept + (size_t)k) * lanes_plane(3, 3) +
                     pixel];
            float open = g.x[i] * g.affine.scale[k] + g.affine.shift[k] > 0;
            float want = g.slope.al[k] * da * open + g.slope.be[k] * g.x[i] + g.slope.de[k];
            want = (image < 19 ? want : 0) + (add ? before[i] : 0);
            compare(&residual, dx[i], want);
        }
        assert_residual(&residual, 1);
        free(dx), free(before);
        gated_free(&g);
    }
}
END_TEST

static void check_pool(int channels, int height, int width, int side)
{
    struct pool pool = {channels,
                        height,
                        width,
                        side,
                        lanes_group(channels + 1, height, width),
                        lanes_group(channels + 2, height / side, width / side)};
    size_t xs = 2 * pool.x_group, ys = 2 * pool.y_group;
    float *x = take_keyed(xs, 1), *dy = take_keyed(ys, 2), *y = take(ys), *plain = take(ys);
    float *dx = take_keyed(xs, 3), *plain_dx = take(xs), *added = take_copy(dx, xs);
    for (size_t i = 0; i < xs; i++)
        x[i] = rintf(x[i]); /* so that there are ties */
    pool_max_forward(&pool, 2, y, x);
    pool_max_plain(&pool, 2, plain, x);
    assert_planes(y, plain, 2, pool.y_group, channels, height / side, width / side);
    pool_average_forward(&pool, 2, y, x);
    pool_average_plain(&pool, 2, plain, x);
    assert_planes(y, plain, 2, pool.y_group, channels, height / side, width / side);
    for (int max = 0; max < 2; max++) {
        float *before = take_copy(added, xs);
        if (max) {
            pool_max_backward(&pool, 2, dx, dy, x, false);
            pool_max_backward(&pool, 2, added, dy, x, true);
            pool_max_backward_plain(&pool, 2, plain_dx, dy, x);
        } else {
            pool_average_backward(&pool, 2, dx, dy, false);
            pool_average_backward(&pool, 2, added, dy, true);
            pool_average_backward_plain(&pool, 2, plain_dx, dy);
        }
        assert_planes(dx, plain_dx, 2, pool.x_group, channels, height, width);
        for (size_t i = 0; i < xs; i++)
            plain_dx[i] += before[i];
        assert_planes(added, plain_dx, 2, pool.x_group, channels, height, width);
        free(before);
    }
    free(x), free(dy), free(y), free(plain), free(dx), free(plain_dx), free(added);
}

START_TEST(pools_agree_with_the_plain_ones)
{
    check_pool(1, 2, 2, 2);
    check_pool(5, 32, 32, 2);
    check_pool(7, 8, 8, 8);
    check_pool(20, 5, 7, 2); /* a row and a column fill no window */
    check_pool(3, 33, 33, 3);
    check_pool(40, 4, 4, 4);
    check_pool(2, 6, 6, 1);
}
END_TEST

START_TEST(max_pool_takes_the_first_maximum)
{
    struct pool pool = {1, 2, 2, 2, lanes_group(1, 2, 2), lanes_group(1, 1, 1)};
    float *x = take(pool.x_group), *dx = take(pool.x_group), *dy = take(pool.y_group);
    for (int i = 1; i < 4; i++)
        x[i * LANES] = 7; /* 0 7 / 7 7 */
    dy[0] = 5;
    pool_max_backward(&pool, 1, dx, dy, x, false);
    ck_assert_float_eq(dx[0], 0);
    ck_assert_float_eq(dx[LANES], 5);
    ck_assert_float_eq(dx[2 * LANES], 0);
    ck_assert_float_eq(dx[3 * LANES], 0);
    free(x), free(dx), free(dy);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("kernel");
    TCase *all = tcase_create("all");
    tcase_add_test(all, every_task_runs_once);
    tcase_add_test(all, products_are_right_on_this_core);
    tcase_add_test(all, reference_counts_the_pixels_under_the_kernel);
    tcase_add_test(all, convolutions_agree_with_the_plain_ones);
    tcase_add_test(all, convolutions_take_any_channels);
    tcase_add_test(all, gates_agree_with_the_plain_ones);
    tcase_add_test(all, gate_gradient_adds_or_writes_the_kept_channels);
    tcase_add_test(all, pools_agree_with_the_plain_ones);
    tcase_add_test(all, max_pool_takes_the_first_maximum);
    suite_add_tcase(suite, all);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
