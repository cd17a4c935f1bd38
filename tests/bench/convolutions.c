/*
 * bench_convolutions [NAME…]: every class of convolution that the networks have, forward as in
 * evaluation and as in training, backward to the data and to the weights, by the fast engine and by
 * the plain one, on 64 images and all threads. Nothing asserts the figures.
 *
 * Method. The least time of repeated calls counts: what other processes take is no property of a
 * kernel. GFLOPS are those of the direct sum, 2 operations a product, so Winograd and the 2×2 maps
 * (of whose taps five in nine meet padding) can exceed the peak.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/lanes.h"
#include "base/memory.h"
#include "base/random.h"
#include "kernel/conv.h"
#include "kernel/core.h"
#include "kernel/fast.h"
#include "kernel/gemm.h"
#include "kernel/task.h"

enum { IMAGES = 64, REPEATS = 200 };
static const double seconds = 0.15; /* a pass */

static const struct class
{
    const char *name;
    struct conv conv;
} classes[] = {
    {"vgg-32-first", {3, 64, 32, 32, 3, 1}},
    {"vgg-32", {64, 64, 32, 32, 3, 1}},
    {"vgg-16-first", {64, 128, 16, 16, 3, 1}},
    {"vgg-16", {128, 128, 16, 16, 3, 1}},
    {"vgg-8-first", {128, 256, 8, 8, 3, 1}},
    {"vgg-8", {256, 256, 8, 8, 3, 1}},
    {"vgg-4-first", {256, 512, 4, 4, 3, 1}},
    {"vgg-4", {512, 512, 4, 4, 3, 1}},
    {"vgg-2", {512, 512, 2, 2, 3, 1}},
    {"slim-32", {21, 38, 16, 16, 3, 1}},
    {"slim-8", {77, 113, 8, 8, 3, 1}},
    {"slim-4", {150, 155, 4, 4, 3, 1}},
    {"slim-2", {152, 147, 2, 2, 3, 1}},
    {"resnet-32", {16, 16, 32, 32, 3, 1}},
    {"resnet-32-narrow", {64, 16, 32, 32, 1, 1}},
    {"resnet-32-widen", {16, 64, 32, 32, 1, 1}},
    {"resnet-16-stride", {32, 32, 32, 32, 3, 2}},
    {"resnet-16", {32, 32, 16, 16, 3, 1}},
    {"resnet-8", {64, 64, 8, 8, 3, 1}},
    {"resnet-8-narrow", {256, 64, 8, 8, 1, 1}},
    {"resnet-8-widen", {64, 256, 8, 8, 1, 1}},
    {"densenet-32-early", {24, 12, 32, 32, 3, 1}},
    {"densenet-32-late", {156, 12, 32, 32, 3, 1}},
    {"densenet-16", {300, 12, 16, 16, 3, 1}},
    {"densenet-8", {440, 12, 8, 8, 3, 1}},
};

struct subject {
    struct conv conv;
    size_t x_group, y_group;
    float *x, *y, *dx, *dy, *weight, *dweight;
    float *coefficient; /* of every gate: as long as the widest map */
    double *sum, *product;
    struct fast_space space;
    float *scratch, *partial; /* the plain engine's */
};

/* --- the passes ------------------------------------------------------------------------------- */

static struct fast_source read_x(const struct subject *s)
{
    return (struct fast_source){
        .x = s->x, .group = s->x_group, .scale = s->coefficient, .shift = s->coefficient};
}

static struct fast_source read_dy(const struct subject *s)
{
    return (struct fast_source){
        .x = s->dy, .group = s->y_group, .y = s->y, .be = s->coefficient, .de = s->coefficient};
}

static void fast_evaluate(const struct subject *s)
{
    struct fast_source x = read_x(s);
    struct fast_sink y = {.y = s->y, .group = s->y_group};
    fast_conv_forward(&s->conv, IMAGES, s->weight, &x, &y, &s->space);
}

static void fast_forward(const struct subject *s)
{
    struct fast_source x = read_x(s);
    struct fast_sink y = {
        .y = s->y, .group = s->y_group, .m = s->coefficient, .sum = s->sum, .product = s->product};
    fast_conv_forward(&s->conv, IMAGES, s->weight, &x, &y, &s->space);
}

static void fast_data(const struct subject *s)
{
    struct fast_source dy = read_dy(s);
    struct fast_sink dx = {.y = s->dx,
                           .group = s->x_group,
                           .x = s->x,
                           .scale = s->coefficient,
                           .shift = s->coefficient,
                           .al = s->coefficient,
                           .m = s->coefficient,
                           .sum = s->sum,
                           .product = s->product};
    fast_conv_backward_data(&s->conv, IMAGES, s->weight, &dy, &dx, &s->space);
}

static void fast_weights(const struct subject *s)
{
    struct fast_source dy = read_dy(s), x = read_x(s);
    fast_conv_backward_weights(&s->conv, IMAGES, s->dweight, &dy, &x, &s->space);
}

static void plain_forward(const struct subject *s)
{
    conv_forward(&s->conv, lanes_groups(IMAGES), s->y, s->y_group, s->x, s->x_group, s->weight,
                 false, s->scratch);
}

static void plain_data(const struct subject *s)
{
    conv_backward_data(&s->conv, lanes_groups(IMAGES), s->dx, s->x_group, s->dy, s->y_group,
                       s->weight, false, s->scratch);
}

static void plain_weights(const struct subject *s)
{
    conv_backward_weights(&s->conv, lanes_groups(IMAGES), s->dweight, s->dy, s->y_group, s->x,
                          s->x_group, s->partial, s->scratch);
}

static const struct pass {
    const char *name;
    void (*fast)(const struct subject *subject);
    void (*plain)(const struct subject *subject);
} passes[] = {
    {"evaluation", fast_evaluate, plain_forward},
    {"forward", fast_forward, plain_forward},
    {"data", fast_data, plain_data},
    {"weights", fast_weights, plain_weights},
};

/* --- measuring -------------------------------------------------------------------------------- */

static float *take_normal(struct arena *arena, size_t count)
{
    struct random random = random_open(1, RANDOM_TEST, count, 0);
    float *block = arena_take(arena, count * sizeof(float));
    for (size_t i = 0; i < count; i++)
        block[i] = (float)random_normal(&random);
    return block;
}

/* The arena holds everything, and goes with it. */
static struct subject subject_make(struct conv conv, struct arena *arena)
{
    int out_height = conv_out_height(&conv), out_width = conv_out_width(&conv);
    struct subject s = {.conv = conv,
                        .x_group = lanes_group(conv.in, conv.height, conv.width),
                        .y_group = lanes_group(conv.out, out_height, out_width),
                        .space = fast_conv_space(&conv, IMAGES)};
    size_t groups = (size_t)lanes_groups(IMAGES), threads = (size_t)task_threads();
    size_t weights = (size_t)(conv.in * conv.out * conv.kernel * conv.kernel);
    size_t channels = (size_t)(conv.in > conv.out ? conv.in : conv.out);
    size_t partial = conv_partial(&conv, (int)groups), scratch = conv_scratch(&conv) * threads;
    size_t floats = 2 * groups * (s.x_group + s.y_group) + 2 * weights + 5 * channels + partial +
                    scratch + s.space.shared_size + s.space.thread_size * threads;
    struct error err;
    if (arena_open(arena, floats * sizeof(float) + 4096, &err)) {
        fprintf(stderr, "bench_convolutions: %s\n", err.text);
        exit(EXIT_FAILURE);
    }
    s.x = take_normal(arena, s.x_group * groups);
    s.dx = take_normal(arena, s.x_group * groups);
    s.y = take_normal(arena, s.y_group * groups);
    s.dy = take_normal(arena, s.y_group * groups);
    s.weight = take_normal(arena, weights);
    s.dweight = take_normal(arena, weights);
    s.coefficient = take_normal(arena, channels);
    s.sum = arena_take(arena, channels * sizeof(double));
    s.product = arena_take(arena, channels * sizeof(double));
    s.space.shared = arena_take(arena, s.space.shared_size * sizeof(float));
    s.space.thread = arena_take(arena, s.space.thread_size * threads * sizeof(float));
    s.partial = arena_take(arena, partial * sizeof(float));
    s.scratch = arena_take(arena, scratch * sizeof(float));
    return s;
}

/* The least time of a call, in ms. */
static double least_time(void (*pass)(const struct subject *subject), const struct subject *subject)
{
    double least = INFINITY, start = clock_seconds(), now = start;
    for (int i = 0; i < REPEATS && (i < 3 || now - start < seconds); i++) {
        double before = now;
        pass(subject);
        now = clock_seconds();
        if (now - before < least)
            least = now - before;
    }
    return least * 1e3;
}

static void measure(const struct class *class)
{
    struct arena arena = {0};
    struct subject subject = subject_make(class->conv, &arena);
    const struct conv *conv = &class->conv;
    double products = (double)IMAGES * conv->in * conv->out * conv->kernel * conv->kernel *
                      conv_out_height(conv) * conv_out_width(conv);
    for (size_t i = 0; i < sizeof passes / sizeof *passes; i++) {
        double fast = least_time(passes[i].fast, &subject);
        double plain = least_time(passes[i].plain, &subject);
        printf("%-18s%5d →%4d %3d×%-3d %d×%d/%d  %-11s%9.3f%9.0f%9.3f%9.0f%8.2f\n",
               i ? "" : class->name, conv->in, conv->out, conv->height, conv->width, conv->kernel,
               conv->kernel, conv->stride, passes[i].name, fast, 2e-6 * products / fast, plain,
               2e-6 * products / plain, plain / fast);
    }
    arena_close(&arena);
}

static bool wanted(const char *name, int count, char **names)
{
    for (int i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return count == 0;
}

int main(int argc, char **argv)
{
    core_prepare(argv);
    gemm_start();
    printf("%d threads, %s, OpenBLAS %s\n", task_threads(), fast_isa(), gemm_core());
    printf("%-46s%-11s%9s%9s%9s%9s%8s\n", "class", "pass", "fast ms", "GFLOPS", "plain ms",
           "GFLOPS", "faster");
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        if (wanted(classes[i].name, argc - 1, argv + 1))
            measure(&classes[i]);
    return 0;
}
