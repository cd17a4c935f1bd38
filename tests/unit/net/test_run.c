/* Forward and backward of whole networks against plain loops in double, whose loss is
 * differentiated by central differences. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/lanes.h"
#include "base/memory.h"
#include "base/random.h"
#include "kernel/task.h"
#include "net/work.h"
#include "tests/unit/net/plain.h"
#include "tests/unit/net/small.h"
#include "tests/unit/net/test_net.h"

static const char *engine;

static void use_blas(void)
{
    engine = "blas";
}

static void use_fast(void)
{
    engine = "fast";
}

static void prepare(struct net *net, int batch, bool training)
{
    struct error err = {0};
    ck_assert(net_use_engine(net, engine));
    ck_assert_int_eq(net_prepare(net, batch, training, &err), 0);
}

static void assert_logits(const struct net *net, const struct plain *plain, double tolerance)
{
    double off = 0;
    float logits[SMALL_CLASSES];
    for (int i = 0; i < plain->images; i++) {
        net_logits(net, i, logits);
        for (int k = 0; k < SMALL_CLASSES; k++)
            off = fmax(off, fabs((double)logits[k] - plain_logit(plain, i, k)));
    }
    ck_assert_double_le(off, tolerance);
}

/* Evaluation shares memory between maps, training does not: both give the same logits. */
START_TEST(evaluation_uses_the_running_statistics)
{
    static const int counts[] = {1, 16, 19, 5};
    struct net *net = small_new();
    float *x = small_images(32);
    for (size_t i = 0; i < 2 * sizeof counts / sizeof *counts; i++) {
        int count = counts[i / 2];
        float before[64];
        ck_assert_uint_le(net->statistic_count, 64);
        memcpy(before, net->statistic, net->statistic_count * sizeof(float));
        struct plain plain = plain_open(net, count);
        prepare(net, 32, i % 2);
        plain_input(&plain, x);
        plain_forward(&plain, false);
        net_forward(net, x, count, false);
        assert_logits(net, &plain, 2e-5);
        ck_assert_mem_eq(before, net->statistic, net->statistic_count * sizeof(float));
        ck_assert_int_eq(net->tracked[0], 0);
        plain_close(&plain);
    }
    free(x);
    net_free(net);
}
END_TEST

/* running = 0.9·running + 0.1·batch, the variance unbiased; dropped channels keep what they had. */
static void assert_running(const struct net *net, const struct plain *plain, const float *before)
{
    for (int g = 0; g < net->gates; g++) {
        const struct gate *gate = &net->gate[g];
        const struct map *map = &net->map[gate->map];
        double n = (double)plain->images * map->height * map->width;
        size_t mean = net->tensor[gate->running_mean].offset;
        size_t variance = net->tensor[gate->running_variance].offset;
        for (int c = 0, k = 0; c < gate->channels; c++) {
            double old_mean = (double)before[mean + (size_t)c];
            double old_variance = (double)before[variance + (size_t)c];
            if (k < gate->kept && gate->channel[k] == c) {
                old_mean = 0.9 * old_mean + 0.1 * plain->mean[g][k];
                old_variance = 0.9 * old_variance + 0.1 * plain->variance[g][k] * n / (n - 1);
                k++;
            }
            ck_assert_double_eq_tol((double)net->statistic[mean + (size_t)c], old_mean, 2e-6);
            ck_assert_double_eq_tol((double)net->statistic[variance + (size_t)c], old_variance,
                                    1e-5);
        }
        ck_assert_int_eq(net->tracked[g], 1);
    }
}

/* Every parameter's gradient against (loss(w + h) − loss(w − h)) / 2h. */
static void assert_gradients(struct net *net, struct plain *plain, const uint8_t *labels)
{
    const double h = 1e-6;
    for (int t = 0; t < net->tensors; t++) {
        const struct tensor *tensor = &net->tensor[t];
        if (tensor->role >= ROLE_RUNNING_MEAN)
            continue;
        double off = 0, largest = 0;
        for (size_t i = tensor->offset; i < tensor->offset + tensor->count; i++) {
            double value = plain->parameter[i], loss[2];
            for (int side = 0; side < 2; side++) {
                plain->parameter[i] = value + (side ? h : -h);
                plain_forward(plain, true);
                loss[side] = plain_loss(plain, labels);
            }
            plain->parameter[i] = value;
            double slope = (loss[1] - loss[0]) / (2 * h);
            off = fmax(off, fabs((double)net->gradient[i] - slope));
            largest = fmax(largest, fabs(slope));
        }
        ck_assert_msg(off <= 2e-5 * fmax(largest, 0.01), "%s: off by %g of %g", tensor->name, off,
                      largest);
    }
}

/* 3 and 19 images fill their last group in part, 16 wholly. */
START_TEST(gradients_are_those_of_central_differences)
{
    static const int counts[] = {3, 19, 16};
    int count = counts[_i], right;
    struct net *net = small_new();
    float *x = small_images(count), before[64];
    uint8_t *labels = small_labels(count);
    memcpy(before, net->statistic, net->statistic_count * sizeof(float));
    struct plain plain = plain_open(net, count);
    plain_input(&plain, x);
    plain_forward(&plain, true);
    prepare(net, 32, true);
    net_forward(net, x, count, true);
    assert_logits(net, &plain, 2e-5);
    assert_running(net, &plain, before);
    double loss = net_loss(net, labels, count, true, &right) / count;
    ck_assert_double_eq_tol(loss, plain_loss(&plain, labels), 1e-5);
    net_backward(net, x, count);
    net_loss(net, labels, count, true, &right);
    net_backward(net, x, count); /* twice: gradients are written, not added to */
    assert_gradients(net, &plain, labels);
    plain_close(&plain);
    free(x);
    free(labels);
    net_free(net);
}
END_TEST

/* The same bits for any number of threads, and whatever stands in the lanes without an image. */
START_TEST(results_depend_on_nothing_but_the_images)
{
    char hashes[6][HASH_TEXT], gradients[6][HASH_TEXT];
    for (int i = 0; i < 6; i++) {
        int count = 37, right;
        struct net *net = small_new();
        float *x = small_images(count);
        uint8_t *labels = small_labels(count);
        size_t group = lanes_group(SMALL_CHANNELS, SMALL_SIDE, SMALL_SIDE);
        for (size_t j = 2 * group; j < 3 * group; j++)
            if (j % LANES >= 5)
                x[j] = i % 2 ? 1000 : 0;
        task_set_threads(1 + i / 2);
        prepare(net, 48, true);
        for (int step = 0; step < 2; step++) {
            net_forward(net, x, count, true);
            net_loss(net, labels, count, true, &right);
            net_backward(net, x, count);
        }
        net_hash_weights(net, hashes[i]);
        hash_bytes(net->gradient, net->parameter_count * sizeof(float), gradients[i]);
        ck_assert_str_eq(hashes[i], hashes[0]);
        ck_assert_str_eq(gradients[i], gradients[0]);
        free(x);
        free(labels);
        net_free(net);
    }
}
END_TEST

START_TEST(loss_is_the_cross_entropy)
{
    struct net *net = small_new();
    float *x = small_images(3), logits[SMALL_CLASSES];
    uint8_t labels[3] = {0, 1, 2};
    int right;
    prepare(net, 3, true);
    memset(net->parameter, 0, net->parameter_count * sizeof(float));
    net_forward(net, x, 3, true); /* all logits are 0: every class is as likely, the first wins */
    ck_assert_double_eq_tol(net_loss(net, labels, 3, true, &right), 3 * log(SMALL_CLASSES), 1e-12);
    ck_assert_int_eq(right, 1);
    float *bias = net_parameter(net, net_find_tensor(net, "linear.bias"));
    bias[2] = 200; /* e^200 is beyond float, and must not overflow */
    net_forward(net, x, 3, false);
    net_logits(net, 1, logits);
    ck_assert_float_eq(logits[2], 200);
    ck_assert_double_eq_tol(net_loss(net, labels, 3, false, &right), 400, 1e-9);
    ck_assert_int_eq(right, 1);
    free(x);
    net_free(net);
}
END_TEST

START_TEST(lifetimes_that_overlap_do_not_share_memory)
{
    enum { COUNT = 60 };
    struct lifetime lives[COUNT];
    struct random random = random_open(3, RANDOM_TEST, 0, 0);
    size_t sum = 0, most = 0;
    for (int i = 0; i < COUNT; i++) {
        int first = (int)random_below(&random, 40);
        lives[i] = (struct lifetime){.first = first,
                                     .last = first + (int)random_below(&random, 8),
                                     .size = 64 * (size_t)random_below(&random, 30)};
        sum += lives[i].size;
    }
    size_t total = place_lifetimes(lives, COUNT);
    for (int i = 0; i < COUNT; i++)
        for (int j = 0; j < i; j++) {
            const struct lifetime *a = &lives[i], *b = &lives[j];
            ck_assert(a->last < b->first || b->last < a->first ||
                      a->offset + a->size <= b->offset || b->offset + b->size <= a->offset);
        }
    for (int time = 0; time < 48; time++) { /* no less than what is alive at one time */
        size_t alive = 0;
        for (int i = 0; i < COUNT; i++)
            alive += lives[i].first <= time && time <= lives[i].last ? lives[i].size : 0;
        most = alive > most ? alive : most;
    }
    ck_assert_uint_ge(total, most);
    ck_assert_uint_lt(total, sum / 2);
}
END_TEST

/* Losses of a few steps of gradient descent on noise, and the logits after them. */
static void train_a_little(const char *arch, double width, const char *by, double *losses,
                           float *logits)
{
    enum { IMAGES = 20, STEPS = 4 };
    struct net_spec spec;
    struct net *net;
    struct error err = {0};
    struct random random = random_open(5, RANDOM_TEST, 0, 0);
    size_t floats = 2 * lanes_group(3, NET_SIDE, NET_SIDE);
    float *x = aligned_alloc(64, floats * sizeof *x);
    uint8_t labels[IMAGES];
    int right;
    for (size_t i = 0; i < floats; i++)
        x[i] = (float)random_normal(&random);
    for (int i = 0; i < IMAGES; i++)
        labels[i] = (uint8_t)(i % 10);
    ck_assert_int_eq(spec_make(arch, width, 10, 3, &spec, &err), 0);
    ck_assert_int_eq(net_new(&spec, &net, &err), 0);
    net_initialise(net, 1, 0.5);
    engine = by;
    prepare(net, IMAGES, true);
    for (int step = 0; step < STEPS; step++) {
        net_forward(net, x, IMAGES, true);
        losses[step] = net_loss(net, labels, IMAGES, true, &right) / IMAGES;
        net_backward(net, x, IMAGES);
        for (size_t i = 0; i < net->parameter_count; i++)
            net->parameter[i] -= 0.02f * net->gradient[i];
    }
    net_forward(net, x, IMAGES, false);
    for (int i = 0; i < IMAGES; i++)
        net_logits(net, i, logits + i * 10);
    free(x);
    spec_done(&spec);
    net_free(net);
}

START_TEST(engines_train_alike)
{
    static const struct {
        const char *arch;
        double width;
    } nets[] = {{"vgg11", 0.25}, {"vgg19", 0.125}, {"resnet20", 0.5}, {"densenet10", 1}};
    double fast_loss[4], blas_loss[4], off = 0, largest = 0;
    float fast[200], blas[200];
    train_a_little(nets[_i].arch, nets[_i].width, "fast", fast_loss, fast);
    train_a_little(nets[_i].arch, nets[_i].width, "blas", blas_loss, blas);
    for (int step = 0; step < 4; step++)
        ck_assert_double_eq_tol(fast_loss[step], blas_loss[step], 1e-4);
    ck_assert_double_lt(fast_loss[3], fast_loss[0]);
    for (int i = 0; i < 200; i++) {
        off = fmax(off, fabs((double)fast[i] - (double)blas[i]));
        largest = fmax(largest, fabs((double)blas[i]));
    }
    ck_assert_double_le(off, 2e-3 * largest);
}
END_TEST

/* A ResNet of which every gate that chooses channels drops some. */
static struct net *pruned_resnet(void)
{
    struct error err = {0};
    struct net_spec spec;
    struct net *net = NULL;
    ck_assert_int_eq(spec_make("resnet29", 0.5, 10, 3, &spec, &err), 0);
    for (int g = 0; g < spec.gates; g++) {
        struct gate_spec *gate = &spec.gate[g];
        if (!gate->shared)
            continue;
        gate->select = NEW(uint8_t, gate->channels);
        gate->kept = 0;
        for (int c = 0; c < gate->channels; c++)
            gate->kept += gate->select[c] = (c + g) % 3 > 0;
    }
    ck_assert_int_eq(net_new(&spec, &net, &err), 0);
    net_initialise(net, 3, 0.5);
    spec_done(&spec);
    return net;
}

/* Few threads take chains of residual blocks group by group, many take operator by operator. */
START_TEST(chains_of_blocks_change_no_bit)
{
    enum { COUNT = 37 };
    struct random random = random_open(5, RANDOM_TEST, 0, 0);
    struct net *net = pruned_resnet();
    size_t floats = 3 * lanes_group(3, NET_SIDE, NET_SIDE);
    float *x = aligned_alloc(64, floats * sizeof(float)), few[COUNT][10], many[COUNT][10];
    for (size_t i = 0; i < floats; i++)
        x[i] = (float)random_normal(&random);
    task_set_threads(8);
    prepare(net, COUNT, _i);
    net_forward(net, x, COUNT, false);
    for (int i = 0; i < COUNT; i++)
        net_logits(net, i, many[i]);
    task_set_threads(2);
    net_forward(net, x, COUNT, false);
    for (int i = 0; i < COUNT; i++)
        net_logits(net, i, few[i]);
    ck_assert_mem_eq(few, many, sizeof few);
    ck_assert_mem_ne(few[0], few[1], sizeof few[0]);
    free(x);
    net_free(net);
}
END_TEST

TCase *run_case(bool fast)
{
    TCase *tcase = tcase_create(fast ? "run fast" : "run blas");
    tcase_add_checked_fixture(tcase, fast ? use_fast : use_blas, NULL);
    tcase_add_test(tcase, evaluation_uses_the_running_statistics);
    tcase_add_loop_test(tcase, gradients_are_those_of_central_differences, 0, 3);
    tcase_add_test(tcase, results_depend_on_nothing_but_the_images);
    tcase_add_test(tcase, loss_is_the_cross_entropy);
    if (fast) {
        tcase_add_loop_test(tcase, engines_train_alike, 0, 4);
        tcase_add_loop_test(tcase, chains_of_blocks_change_no_bit, 0, 2);
    } else
        tcase_add_test(tcase, lifetimes_that_overlap_do_not_share_memory);
    return tcase;
}
