/*
 * Small networks of the three families, full and slim, against PyTorch: the fixtures that
 * tests/parity/make-fixtures.py made, in double precision.
 *
 * Tolerances are shares of the largest answer of a tensor. One pass in float over some 20 layers
 * leaves a few 1e-6 of it (a sum of n terms errs by about √n · 6e-8, and layers add up): 1e-5.
 * Gradients go through twice as many sums, and batch norm makes them small differences of these:
 * 5e-5 (PyTorch's own float comes to 2e-5 of its double). Five steps feed that back into the
 * weights, and by then some ReLU of two million has an input so near to 0 that it goes the other
 * way for one pixel: 1e-3 for what was trained, 1e-4 for losses, which are means over images.
 */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/lanes.h"
#include "base/memory.h"
#include "base/text.h"
#include "format/model.h"
#include "format/safetensors.h"
#include "kernel/fast.h"
#include "train/train.h"

enum { IMAGES = 20, CLASSES = 10, CHANNELS = 3, STEPS = 5, PIXELS = NET_SIDE * NET_SIDE };

static const double pass_tolerance = 1e-5, gradient_tolerance = 5e-5;
static const double steps_tolerance = 1e-3, losses_tolerance = 1e-4;

static const char *const networks[] = {"vgg11", "resnet20", "resnet20-slim", "densenet10",
                                       "densenet10-slim"};
enum { NETWORKS = sizeof networks / sizeof *networks };

/* As slope() of make-fixtures.py. */
static const struct {
    const char *name;
    struct penalty penalty;
    bool nesterov;
} trainings[] = {
    {"none", {.kind = PENALTY_NONE}, false},
    {"l1", {.kind = PENALTY_L1, .lambda = 1e-2}, false},
    {"lp", {.kind = PENALTY_LP, .lambda = 1e-2, .p = 0.5, .epsilon = 1e-2}, false},
    {"tl1", {.kind = PENALTY_TL1, .lambda = 1e-2, .a = 0.5}, false},
    {"mcp", {.kind = PENALTY_MCP, .lambda = 1e-2, .a = 50}, false},
    {"scad", {.kind = PENALTY_SCAD, .lambda = 1e-2, .a = 50}, false},
    {"nesterov", {.kind = PENALTY_L1, .lambda = 1e-2}, true},
};
enum { TRAININGS = sizeof trainings / sizeof *trainings };

/* A network with PyTorch's state, prepared for training, and PyTorch's answers. */
struct fixture {
    struct net *net;
    struct safetensors answers;
    float *x;
    uint8_t labels[IMAGES];
};

/* noise() of make-fixtures.py */
static float noise(uint32_t i)
{
    return (float)((double)(((i * 2654435761U + 977) >> 7) % 2003) / 1000 - 1);
}

static char *path_of(const char *name, const char *suffix)
{
    const char *folder = getenv("srcdir");
    return memory_print("%s/tests/parity/%s%s", folder ? folder : ".", name, suffix);
}

static float *make_images(void)
{
    size_t group = lanes_group(CHANNELS, NET_SIDE, NET_SIDE);
    size_t plane = lanes_plane(NET_SIDE, NET_SIDE);
    size_t bytes = (size_t)lanes_groups(IMAGES) * group * sizeof(float);
    float *x = aligned_alloc(64, bytes);
    ck_assert_ptr_nonnull(x);
    memset(x, 0, bytes);
    for (uint32_t i = 0; i < IMAGES * CHANNELS * PIXELS; i++) {
        uint32_t image = i / PIXELS / CHANNELS, channel = i / PIXELS % CHANNELS;
        x[image / LANES * group + channel * plane + i % PIXELS * LANES + image % LANES] = noise(i);
    }
    return x;
}

static const char *engine;

/* Winograd rounds more than a direct sum. Where a z near 0 then has the other sign, one dz of many
 * is another, and so is a little of all gradients before that gate (on resnet20: 7e-4). */
static double slack;

static void use_fast(void)
{
    engine = "fast";
    slack = 20;
}

static void use_blas(void)
{
    engine = "blas";
    slack = 1;
}

static struct fixture fixture_open(const char *name)
{
    struct fixture fixture = {.x = make_images()};
    struct error err = {0};
    char *state = path_of(name, ".safetensors"), *answers = path_of(name, ".answers.safetensors");
    ck_assert_msg(model_read(state, &fixture.net, &err) == 0, "%s", err.text);
    ck_assert(net_use_engine(fixture.net, engine));
    ck_assert_msg(net_prepare(fixture.net, IMAGES, true, &err) == 0, "%s", err.text);
    ck_assert_msg(safetensors_open(answers, &fixture.answers, &err) == 0, "%s", err.text);
    for (int i = 0; i < IMAGES; i++)
        fixture.labels[i] = (uint8_t)(i * 7 % CLASSES);
    free(state);
    free(answers);
    return fixture;
}

static void fixture_close(struct fixture *fixture)
{
    safetensors_close(&fixture->answers);
    net_free(fixture->net);
    free(fixture->x);
}

/* `values` against the answer of that name: the largest |difference| over the largest |answer|. */
static void compare(const struct fixture *fixture, const char *name, const float *values,
                    size_t count, double tolerance)
{
    double off = 0, largest = 0;
    const struct tensor_view *answer = safetensors_find(&fixture->answers, name);
    ck_assert_msg(answer != NULL, "no answer %s", name);
    ck_assert_int_eq(answer->type, TENSOR_F32);
    ck_assert_uint_eq(tensor_view_count(answer), count);
    for (size_t i = 0; i < count; i++) {
        float want;
        memcpy(&want, (const char *)answer->data + i * sizeof want, sizeof want);
        ck_assert_msg(isfinite(values[i]), "%s", name);
        off = fmax(off, fabs((double)values[i] - (double)want));
        largest = fmax(largest, fabs((double)want));
    }
    ck_assert_msg(off <= tolerance * largest, "%s: off by %g of %g", name, off, largest);
}

static void compare_logits(const struct fixture *fixture, const char *name, double tolerance)
{
    float logits[IMAGES * CLASSES];
    for (int i = 0; i < IMAGES; i++)
        net_logits(fixture->net, i, logits + (ptrdiff_t)i * CLASSES);
    compare(fixture, name, logits, IMAGES * CLASSES, tolerance);
}

/* The baseline has no fused multiply-add, so Winograd's transforms round more often there (vgg11's
 * logits: 1.3e-5): the residual of the kernels counts. */
static double logits_tolerance(void)
{
    bool rounds_more = strcmp(engine, "fast") == 0 && strcmp(fast_isa(), "baseline") == 0;
    return rounds_more ? 3e-5 : pass_tolerance;
}

START_TEST(evaluation_is_pytorchs)
{
    struct fixture fixture = fixture_open(networks[_i]);
    net_forward(fixture.net, fixture.x, IMAGES, false);
    compare_logits(&fixture, "eval.logits", logits_tolerance());
    fixture_close(&fixture);
}
END_TEST

/* Forward and backward once: the mean loss, and the gradient in net->gradient. */
static float pass(struct fixture *fixture)
{
    int right;
    net_forward(fixture->net, fixture->x, IMAGES, true);
    double loss = net_loss(fixture->net, fixture->labels, IMAGES, true, &right);
    net_backward(fixture->net, fixture->x, IMAGES);
    return (float)(loss / IMAGES);
}

START_TEST(first_step_is_pytorchs)
{
    struct fixture fixture = fixture_open(networks[_i]);
    struct net *net = fixture.net;
    float loss = pass(&fixture);
    compare_logits(&fixture, "logits", logits_tolerance());
    compare(&fixture, "loss", &loss, 1, pass_tolerance);
    for (int t = 0; net->tensor[t].role < ROLE_RUNNING_MEAN; t++) {
        char name[TENSOR_NAME + 16];
        snprintf(name, sizeof name, "gradient.%s", net->tensor[t].name);
        compare(&fixture, name, net->gradient + net->tensor[t].offset, net->tensor[t].count,
                slack * gradient_tolerance);
    }
    fixture_close(&fixture);
}
END_TEST

static void compare_gammas(const struct fixture *fixture, const char *training)
{
    const struct net *net = fixture->net;
    float *gammas = NEW(float, net->parameter_count);
    size_t count = 0;
    char name[TENSOR_NAME];
    for (int g = 0; g < net->gates; g++) {
        size_t channels = (size_t)net->gate[g].channels;
        memcpy(gammas + count, net->gate[g].gamma_values, channels * sizeof *gammas);
        count += channels;
    }
    snprintf(name, sizeof name, "%s.gamma", training);
    compare(fixture, name, gammas, count, slack * steps_tolerance);
    free(gammas);
}

/* All that the training made, where the fixture has it; returns how many tensors that was. */
static int compare_state(const struct fixture *fixture, const char *training)
{
    struct net *net = fixture->net;
    int compared = 0;
    for (int t = 0; t < net->tensors; t++) {
        const struct tensor *tensor = &net->tensor[t];
        char name[TENSOR_NAME + 16];
        snprintf(name, sizeof name, "%s.%s", training, tensor->name);
        if (tensor->role == ROLE_TRACKED || !safetensors_find(&fixture->answers, name))
            continue;
        compare(fixture, name,
                tensor->role < ROLE_RUNNING_MEAN ? net_parameter(net, t) : net_statistic(net, t),
                tensor->count, slack * steps_tolerance);
        compared++;
    }
    return compared;
}

static void check_five_steps(const char *network, int run)
{
    const char *training = trainings[run].name;
    struct fixture fixture = fixture_open(network);
    struct train_options options = {.epochs = 1,
                                    .learning_rate = 0.05,
                                    .momentum = 0.9,
                                    .weight_decay = 1e-3,
                                    .nesterov = trainings[run].nesterov,
                                    .penalty = trainings[run].penalty};
    float losses[STEPS];
    char name[TENSOR_NAME];
    for (int step = 0; step < STEPS; step++) {
        losses[step] = pass(&fixture);
        train_step(fixture.net, &options, options.learning_rate);
    }
    snprintf(name, sizeof name, "%s.losses", training);
    compare(&fixture, name, losses, STEPS, slack * losses_tolerance);
    compare_gammas(&fixture, training);
    int compared = compare_state(&fixture, training);
    bool all = text_equal(training, "tl1") && !strstr(network, "slim");
    ck_assert_int_eq(compared, all ? fixture.net->tensors - fixture.net->gates : 0);
    for (int g = 0; g < fixture.net->gates; g++)
        ck_assert_int_eq(fixture.net->tracked[g], 7 + STEPS);
    net_forward(fixture.net, fixture.x, IMAGES, false);
    snprintf(name, sizeof name, "%s.logits", training);
    compare_logits(&fixture, name, slack * steps_tolerance);
    fixture_close(&fixture);
}

START_TEST(five_steps_with_every_penalty_are_pytorchs)
{
    static const char *const tried[] = {"vgg11", "resnet20-slim", "densenet10-slim"};
    check_five_steps(tried[_i / TRAININGS], _i % TRAININGS);
}
END_TEST

START_TEST(five_steps_with_tl1_are_pytorchs_in_every_tensor)
{
    static const char *const tried[] = {"resnet20", "densenet10"};
    check_five_steps(tried[_i], 3);
}
END_TEST

static TCase *engine_case(const char *name, void (*use)(void))
{
    TCase *tcase = tcase_create(name);
    tcase_add_checked_fixture(tcase, use, NULL);
    tcase_add_loop_test(tcase, evaluation_is_pytorchs, 0, NETWORKS);
    tcase_add_loop_test(tcase, first_step_is_pytorchs, 0, NETWORKS);
    tcase_add_loop_test(tcase, five_steps_with_every_penalty_are_pytorchs, 0, 3 * TRAININGS);
    tcase_add_loop_test(tcase, five_steps_with_tl1_are_pytorchs_in_every_tensor, 0, 2);
    return tcase;
}

int main(void)
{
    Suite *suite = suite_create("parity");
    suite_add_tcase(suite, engine_case("fast", use_fast));
    suite_add_tcase(suite, engine_case("blas", use_blas));
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
