/* Penalties, optimiser steps and the epoch loop against numbers made independently. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/lanes.h"
#include "base/memory.h"
#include "base/random.h"
#include "kernel/task.h"
#include "tests/unit/net/small.h"
#include "train/train.h"

static struct penalty penalty(enum penalty_kind kind, double lambda, double a)
{
    return (struct penalty){.kind = kind, .lambda = lambda, .a = a, .p = 0.5};
}

/* Slopes relative to λ at γ = 1, 0.5 and 1e-3, as the method's table has them. */
START_TEST(slopes_are_those_of_the_table)
{
    static const struct {
        enum penalty_kind kind;
        double a, p, slope[3];
    } rows[] = {
        {PENALTY_L1, 0, 0, {1, 1, 1}},
        {PENALTY_LP, 0, 0.75, {0.75, 0.89, 4.2}},
        {PENALTY_LP, 0, 0.5, {0.5, 0.71, 15.8}},
        {PENALTY_LP, 0, 0.25, {0.25, 0.42, 44.5}},
        {PENALTY_TL1, 10, 0, {0.91, 0.998, 1.1}},
        {PENALTY_TL1, 1, 0, {0.5, 0.89, 2.0}},
        {PENALTY_TL1, 0.5, 0, {0.333, 0.75, 2.99}},
        {PENALTY_MCP, 5000, 0, {0, 0, 1}},
        {PENALTY_MCP, 10000, 0, {0, 0.5, 1}},
        {PENALTY_MCP, 15000, 0, {0.33, 0.67, 1}},
    };
    static const double gammas[] = {1, 0.5, 1e-3};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int j = 0; j < 3; j++) {
            struct penalty one = penalty(rows[i].kind, 1e-4, rows[i].a);
            double want = rows[i].slope[j];
            one.p = rows[i].p;
            ck_assert_double_eq_tol(penalty_slope(&one, gammas[j]) / 1e-4, want,
                                    0.006 * fmax(want, 1));
            ck_assert_double_eq(penalty_slope(&one, -gammas[j]), -penalty_slope(&one, gammas[j]));
            ck_assert_double_eq(penalty_slope(&one, 0), 0);
        }
}
END_TEST

/* By hand: λ = 0.1. */
START_TEST(values_are_right_by_hand)
{
    struct penalty l1 = penalty(PENALTY_L1, 0.1, 0), lp = penalty(PENALTY_LP, 0.1, 0);
    struct penalty tl1 = penalty(PENALTY_TL1, 0.1, 1), mcp = penalty(PENALTY_MCP, 0.1, 5);
    struct penalty scad = penalty(PENALTY_SCAD, 0.1, 5), none = penalty(PENALTY_NONE, 0.1, 1);
    ck_assert_double_eq_tol(penalty_value(&l1, -0.25), 0.025, 1e-15);
    ck_assert_double_eq_tol(penalty_value(&lp, -0.25), 0.05, 1e-15);
    ck_assert_double_eq_tol(penalty_value(&tl1, -0.25), 0.04, 1e-15); /* 0.1·2·0.25/1.25 */
    ck_assert_double_eq_tol(penalty_value(&mcp, -0.2), 0.016, 1e-15); /* 0.02 − 0.04/10 */
    ck_assert_double_eq_tol(penalty_value(&mcp, 9), 0.025, 1e-15);    /* 5·0.01/2 */
    ck_assert_double_eq_tol(penalty_value(&scad, 0.05), 0.005, 1e-15);
    ck_assert_double_eq_tol(penalty_value(&scad, -0.3), 0.025, 1e-15); /* (0.3−0.09−0.01)/8 */
    ck_assert_double_eq_tol(penalty_value(&scad, 9), 0.03, 1e-15);     /* 6·0.01/2 */
    ck_assert_double_eq_tol(penalty_slope(&scad, -0.3), -0.05, 1e-15); /* (0.5−0.3)/4 */
    ck_assert_double_eq(penalty_value(&none, 3), 0);
    ck_assert_double_eq(penalty_slope(&none, 3), 0);
}
END_TEST

START_TEST(slopes_are_derivatives_of_values)
{
    static const double gammas[] = {-2, -0.7, -0.26, -0.04, 0.013, 0.17, 0.55, 1.3};
    for (int kind = PENALTY_L1; kind < PENALTY_KINDS; kind++)
        for (size_t i = 0; i < sizeof gammas / sizeof *gammas; i++) {
            struct penalty one = penalty((enum penalty_kind)kind, 0.1, 5);
            const double h = 1e-6;
            double slope =
                (penalty_value(&one, gammas[i] + h) - penalty_value(&one, gammas[i] - h)) / (2 * h);
            ck_assert_double_eq_tol(penalty_slope(&one, gammas[i]), slope, 1e-8);
        }
}
END_TEST

START_TEST(lp_slope_is_capped_near_zero)
{
    struct penalty lp = penalty(PENALTY_LP, 1e-4, 0);
    lp.epsilon = 1e-3;
    double cap = 1e-4 * 0.5 / sqrt(1e-3);
    ck_assert_double_eq_tol(penalty_slope(&lp, 1e-3), cap, 1e-15);
    ck_assert_double_eq_tol(penalty_slope(&lp, -1e-30), -cap, 1e-15);
    ck_assert_double_eq(penalty_slope(&lp, 0), 0);
    ck_assert_double_lt(penalty_slope(&lp, 2e-3), cap);
    lp.epsilon = 0;
    ck_assert_double_gt(penalty_slope(&lp, 1e-30), 1e10);
    ck_assert_double_eq(penalty_slope(&lp, 0), 0);
}
END_TEST

START_TEST(names_and_defaults)
{
    char text[60];
    struct penalty tl1 = penalty(PENALTY_TL1, 1e-3, 1), mcp = penalty(PENALTY_MCP, 1e-4, 5000);
    for (int kind = 0; kind < PENALTY_KINDS; kind++)
        ck_assert_int_eq(penalty_find(penalty_name((enum penalty_kind)kind)), kind);
    ck_assert_int_eq(penalty_find("L1"), -1);
    ck_assert_str_eq(penalty_print(&tl1, text, sizeof text), "Tℓ1 a=1 λ=0.001");
    ck_assert(penalty_uses_a(PENALTY_SCAD) && !penalty_uses_a(PENALTY_L1));
    ck_assert(penalty_uses_p(PENALTY_LP) && !penalty_uses_p(PENALTY_TL1));
    ck_assert_double_eq(penalty_default_a(PENALTY_TL1, 1e-4), 1);
    ck_assert_double_eq_tol(penalty_default_a(PENALTY_MCP, 1e-4), 1e4, 1e-9);
    ck_assert_double_eq_tol(penalty_idle(&mcp, 0.5), 10000, 1e-6); /* aλ = 0.5 reaches nothing */
    mcp.a = 5001;
    ck_assert_double_eq(penalty_idle(&mcp, 0.5), 0);
    ck_assert_double_eq(penalty_idle(&tl1, 0.5), 0);
}
END_TEST

START_TEST(rates_drop_where_they_should)
{
    struct train_options options = {
        .epochs = 160, .learning_rate = 0.1, .drop_count = 2, .drops = {0.5, 0.75}};
    int before[TRAIN_DROPS_MAX];
    ck_assert_double_eq(train_rate(&options, 1), 0.1);
    ck_assert_double_eq(train_rate(&options, 80), 0.1);
    ck_assert_double_eq_tol(train_rate(&options, 81), 0.01, 1e-15);
    ck_assert_double_eq_tol(train_rate(&options, 120), 0.01, 1e-15);
    ck_assert_double_eq_tol(train_rate(&options, 121), 0.001, 1e-15);
    ck_assert_int_eq(train_before_drops(&options, before), 2);
    ck_assert_int_eq(before[0], 80);
    ck_assert_int_eq(before[1], 120);
    options.epochs = 5; /* from epoch 2.5 and 3.75, counted from 0: epochs 4 and 5 */
    ck_assert_double_eq(train_rate(&options, 3), 0.1);
    ck_assert_double_eq_tol(train_rate(&options, 4), 0.01, 1e-15);
    ck_assert_double_eq_tol(train_rate(&options, 5), 0.001, 1e-15);
    options.epochs = 100;
    options.drops[0] = 0.55; /* 0.55·100 is above 55 in binary */
    ck_assert_double_eq_tol(train_rate(&options, 56), 0.01, 1e-15);
    options.epochs = 1;
    ck_assert_int_eq(train_before_drops(&options, before), 0);
}
END_TEST

/* d = g + slope (γ alone) + wd·w; m = momentum·m + d; w −= rate·m, number by number in double, over
 * steps with made-up gradients. Channels that a gate has dropped stay 0. */
START_TEST(steps_are_those_of_a_scalar_simulation)
{
    struct train_options options = {
        .momentum = 0.9, .weight_decay = 5e-4, .penalty = penalty(PENALTY_TL1, 1e-2, 0.5)};
    struct error err = {0};
    struct net *net = small_new();
    size_t count = net->parameter_count;
    bool *scaling = NEW(bool, count), *dropped = NEW(bool, count);
    double *w = NEW(double, count), *m = NEW(double, count);
    ck_assert_int_eq(net_prepare(net, 1, true, &err), 0);
    net_initialise(net, 4, 0.5);
    for (int g = 0; g < net->gates; g++)
        for (int c = 0, k = 0; c < net->gate[g].channels; c++) {
            size_t at = net->tensor[net->gate[g].gamma].offset + (size_t)c;
            scaling[at] = true;
            if (k < net->gate[g].kept && net->gate[g].channel[k] == c)
                k++;
            else
                dropped[at] = dropped[net->tensor[net->gate[g].beta].offset + (size_t)c] = true;
        }
    for (size_t i = 0; i < count; i++)
        w[i] = (double)net->parameter[i];
    for (int step = 0; step < 10; step++) {
        struct random random = random_open(1, RANDOM_TEST, (uint64_t)step, 0);
        for (size_t i = 0; i < count; i++) {
            double g = dropped[i] ? 0 : random_normal(&random), a = 0.5;
            net->gradient[i] = (float)g;
            if (scaling[i] && w[i] != 0)
                g += 1e-2 * a * (a + 1) / pow(a + fabs(w[i]), 2) * (w[i] > 0 ? 1 : -1);
            m[i] = 0.9 * m[i] + g + 5e-4 * w[i];
            w[i] -= 0.05 * m[i];
        }
        train_step(net, &options, 0.05);
    }
    double off = 0;
    for (size_t i = 0; i < count; i++) {
        off = fmax(off, fabs((double)net->parameter[i] - w[i]));
        if (dropped[i])
            ck_assert_float_eq(net->parameter[i], 0);
    }
    ck_assert_double_le(off, 2e-6);
    free(scaling), free(dropped), free(w), free(m);
    net_free(net);
}
END_TEST

/* --- the epoch loop, on images whose class is their brightness ------------------------------- */

enum { TRAIN_IMAGES = 100, TEST_IMAGES = 70 };

struct bench {
    struct data_set set;
    struct data_split split;
    struct net *net;
    struct trainer *trainer;
};

static struct data_part make_part(int count, uint64_t key)
{
    struct data_part part = {
        .count = count, .pixels = NEW(uint8_t, count * 1024), .labels = NEW(uint8_t, count)};
    struct random random = random_open(key, RANDOM_TEST, 0, 0);
    for (int i = 0; i < count; i++) {
        part.labels[i] = (uint8_t)(i % 4);
        for (int j = 0; j < 1024; j++)
            part.pixels[i * 1024 + j] = (uint8_t)(50 * part.labels[i] + random_below(&random, 60));
    }
    return part;
}

static const struct train_options standard = {
    .epochs = 2,
    .batch = 24, /* 5 batches, the last of 4 */
    .learning_rate = 0.05,
    .momentum = 0.9,
    .weight_decay = 1e-4,
    .penalty = {.kind = PENALTY_L1, .lambda = 1e-3},
    .seed = 3,
    .augment = true,
};

/* Data, network and trainer; weights from seed 3. */
static struct bench *bench_open(const struct train_options *options)
{
    struct bench *bench = NEW(struct bench, 1);
    struct net_spec spec;
    struct error err = {0};
    bench->set = (struct data_set){.name = "bench",
                                   .classes = 4,
                                   .channels = 1,
                                   .height = 32,
                                   .width = 32,
                                   .train = make_part(TRAIN_IMAGES, 1),
                                   .test = make_part(TEST_IMAGES, 2),
                                   .mean = {0.4F},
                                   .deviation = {0.25F},
                                   .crop = true,
                                   .flip = true};
    bench->split.train = NEW(uint32_t, TRAIN_IMAGES);
    bench->split.train_count = TRAIN_IMAGES;
    for (uint32_t i = 0; i < TRAIN_IMAGES; i++)
        bench->split.train[i] = i;
    ck_assert_int_eq(spec_make("vgg11", 0.01, 4, 1, &spec, &err), 0);
    ck_assert_int_eq(net_new(&spec, &bench->net, &err), 0);
    spec_done(&spec);
    net_initialise(bench->net, 3, 0.5);
    ck_assert_int_eq(
        trainer_new(bench->net, &bench->set, &bench->split, options, &bench->trainer, &err), 0);
    return bench;
}

static void bench_close(struct bench *bench)
{
    trainer_free(bench->trainer);
    net_free(bench->net);
    free(bench->set.train.pixels), free(bench->set.train.labels);
    free(bench->set.test.pixels), free(bench->set.test.labels);
    free(bench->split.train);
    free(bench);
}

static struct train_result run_epoch(struct bench *bench)
{
    struct train_result result;
    struct error err = {0};
    ck_assert_int_eq(train_epoch(bench->trainer, NULL, NULL, &result, &err), 0);
    return result;
}

START_TEST(training_learns_with_the_same_bits_for_any_threads)
{
    char hash[3][HASH_TEXT];
    for (int threads = 1; threads <= 3; threads++) {
        task_set_threads(threads);
        struct bench *bench = bench_open(&standard);
        struct train_result first = run_epoch(bench), second = run_epoch(bench);
        const struct train_state *state = trainer_state(bench->trainer);
        ck_assert_double_lt(second.loss, first.loss);
        ck_assert_double_gt(second.accuracy, first.accuracy);
        ck_assert_double_gt(first.penalty, 0);
        ck_assert_int_eq(state->epoch, 3);
        ck_assert_int_eq(state->batch, 0);
        ck_assert_int_eq(state->batches, 5);
        ck_assert_int_eq(bench->net->tracked[0], 10);
        net_hash_weights(bench->net, hash[threads - 1]);
        ck_assert_str_eq(hash[threads - 1], hash[0]);
        bench_close(bench);
    }
}
END_TEST

/* Stops before the batch that it counts down to. */
static int stop_after(void *context, const struct train_state *state, double loss,
                      struct error *err)
{
    int *left = context;
    ck_assert(isfinite(loss) && state->images > 0);
    return --*left == 0 ? error_set(err, ERROR_STOPPED, "stop") : 0;
}

/* Copies a trainer's whole checkpoint into another one. */
static void restore(struct bench *from, struct bench *to)
{
    struct tensor_view *source, *target;
    struct error err = {0};
    int count = trainer_views(from->trainer, &source);
    ck_assert_int_eq(trainer_views(to->trainer, &target), count);
    for (int i = 0; i < count; i++) {
        ck_assert_str_eq(source[i].name, target[i].name);
        memcpy(target[i].data, source[i].data, tensor_view_bytes(&source[i]));
    }
    ck_assert_int_eq(trainer_restored(to->trainer, &err), 0);
}

/* Stopped after every number of batches and gone on with from its checkpoint, in a fresh network:
 * the run that was never stopped. */
START_TEST(a_resumed_run_is_the_run_that_was_never_stopped)
{
    char whole[HASH_TEXT], parts[HASH_TEXT];
    struct train_result want, result;
    struct error err = {0};
    struct bench *bench = bench_open(&standard);
    run_epoch(bench);
    want = run_epoch(bench);
    net_hash_weights(bench->net, whole);
    bench_close(bench);
    for (int stop = 1; stop <= 5; stop += 2) {
        int left = stop;
        struct bench *first = bench_open(&standard), *second = bench_open(&standard);
        run_epoch(first);
        ck_assert_int_eq(train_epoch(first->trainer, stop_after, &left, &result, &err),
                         ERROR_STOPPED);
        ck_assert_int_eq(trainer_state(first->trainer)->batch, stop);
        net_initialise(second->net, 99, 1);
        restore(first, second);
        bench_close(first);
        result = run_epoch(second);
        ck_assert_double_eq(result.loss, want.loss);
        ck_assert_double_eq(result.accuracy, want.accuracy);
        net_hash_weights(second->net, parts);
        ck_assert_str_eq(parts, whole);
        bench_close(second);
    }
}
END_TEST

START_TEST(a_state_that_does_not_fit_is_refused)
{
    static const struct {
        int field;
        double value;
    } faults[] = {{0, 0}, {0, 4}, {0, 1.5}, {1, 6}, {1, -1}, {2, NAN}, {3, 101}, {4, 1e9}};
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        struct bench *bench = bench_open(&standard);
        struct tensor_view *views;
        struct error err = {0};
        int count = trainer_views(bench->trainer, &views);
        ck_assert_str_eq(views[count - 1].name, "train.state");
        ck_assert_int_eq(trainer_restored(bench->trainer, &err), 0);
        ((double *)views[count - 1].data)[faults[i].field] = faults[i].value;
        ck_assert_int_eq(trainer_restored(bench->trainer, &err), ERROR_DATA);
        bench_close(bench);
    }
}
END_TEST

/* Leaves the last `kept` channels of a gate. */
static void cut_gate(struct gate_spec *gate, int kept)
{
    gate->kept = kept;
    if (!gate->shared) {
        gate->channels = kept;
        return;
    }
    gate->select = NEW(uint8_t, gate->channels);
    memset(gate->select + gate->channels - kept, 1, (size_t)kept);
}

/* A network cut down to one channel in every gate, or, with `empty`, to none in some branches. */
static struct net *cut_net(const char *arch, bool empty)
{
    struct error err = {0};
    struct net_spec spec;
    struct net *net;
    ck_assert_int_eq(spec_make(arch, 0.5, 10, 3, &spec, &err), 0);
    for (int g = 0; g < spec.gates; g++) {
        const char *name = spec.gate[g].name;
        bool gone = strstr(name, "layer1.0.") || strstr(name, "layer2.1.") ||
                    strcmp(name, "dense1.1.bn1") == 0 || strcmp(name, "dense3.0.bn1") == 0;
        cut_gate(&spec.gate[g], empty && gone ? 0 : 1);
    }
    ck_assert_msg(net_new(&spec, &net, &err) == 0, "%s", err.text);
    spec_done(&spec);
    net_initialise(net, 3, 0.5);
    ck_assert_int_eq(net_prepare(net, 16, true, &err), 0);
    return net;
}

/* What a gate has dropped: γ and β 0 and without momentum, running statistics as they were. */
static void check_dropped(struct net *net, const struct gate *gate)
{
    const float *gamma = net_parameter(net, gate->gamma), *beta = net_parameter(net, gate->beta);
    for (int c = 0; c < gate->channels - gate->kept; c++) {
        ck_assert(gamma[c] == 0 && beta[c] == 0);
        ck_assert(net->momentum[(gamma - net->parameter) + c] == 0);
        ck_assert(net->momentum[(beta - net->parameter) + c] == 0);
        ck_assert(net_statistic(net, gate->running_mean)[c] == 7);
        ck_assert(net_statistic(net, gate->running_variance)[c] == 1);
    }
}

START_TEST(networks_cut_to_the_bone_still_train)
{
    static const char *const archs[] = {"resnet20", "densenet22"};
    struct train_options options = {.momentum = 0.9, .weight_decay = 1e-2, .nesterov = true};
    options.penalty = penalty(PENALTY_L1, 1e-3, 0);
    struct net *net = cut_net(archs[_i / 2], _i % 2);
    size_t floats = lanes_group(3, NET_SIDE, NET_SIDE);
    float *x = aligned_alloc(64, floats * sizeof *x);
    uint8_t labels[16];
    struct random random = random_open(4, RANDOM_TEST, 0, 0);
    for (size_t i = 0; i < floats; i++)
        x[i] = (float)random_normal(&random);
    for (int i = 0; i < 16; i++)
        labels[i] = (uint8_t)(i % 3);
    for (int g = 0; g < net->gates; g++)
        for (int c = 0; c < net->gate[g].channels; c++)
            net_statistic(net, net->gate[g].running_mean)[c] = 7;
    double first = 0, last = 0;
    for (int step = 0; step < 6; step++) {
        int right;
        net_forward(net, x, 16, true);
        last = net_loss(net, labels, 16, true, &right);
        first = step ? first : last;
        net_backward(net, x, 16);
        train_step(net, &options, 0.05);
    }
    ck_assert(isfinite(first) && last < first);
    for (size_t i = 0; i < net->parameter_count; i++)
        ck_assert(isfinite(net->parameter[i]) && isfinite(net->gradient[i]));
    for (int g = 0; g < net->gates; g++)
        check_dropped(net, &net->gate[g]);
    free(x);
    net_free(net);
}
END_TEST

START_TEST(diverging_is_seen)
{
    struct train_options options = standard;
    struct train_result result;
    struct error err = {0};
    options.learning_rate = 1e30;
    struct bench *bench = bench_open(&options);
    ck_assert_int_eq(train_epoch(bench->trainer, NULL, NULL, &result, &err), ERROR_DIVERGED);
    ck_assert_ptr_nonnull(strstr(err.text, "epoch 1"));
    bench_close(bench);
}
END_TEST

static int stop_at_once(void *context, int done, struct error *err)
{
    *(int *)context = done;
    return error_set(err, ERROR_STOPPED, "stop");
}

/* What is counted agrees with the logits that are handed out, for all and for chosen images. */
START_TEST(evaluation_counts_what_the_logits_say)
{
    static const uint32_t chosen[] = {66, 3, 3, 41, 9};
    struct bench *bench = bench_open(&standard);
    const struct data_part *test = &bench->set.test;
    struct evaluation all, some;
    struct error err = {0};
    int right = 0, done = 0;
    double loss = 0;
    run_epoch(bench);
    ck_assert_int_eq(train_evaluate(bench->net, &bench->set, test, NULL, TEST_IMAGES,
                                    EVALUATE_LOGITS | EVALUATE_PREDICTIONS | EVALUATE_VERDICTS,
                                    NULL, NULL, &all, &err),
                     0);
    for (int i = 0; i < TEST_IMAGES; i++) {
        const float *x = all.logits + (ptrdiff_t)i * 4;
        double sum = 0;
        int best = 0;
        for (int k = 0; k < 4; k++) {
            sum += exp((double)x[k]);
            best = x[k] > x[best] ? k : best;
        }
        ck_assert_int_eq(all.predictions[i], best);
        ck_assert_int_eq(all.verdicts[i / 8] >> i % 8 & 1, best == test->labels[i]);
        right += best == test->labels[i];
        loss += log(sum) - (double)x[test->labels[i]];
    }
    ck_assert_int_eq(all.images, TEST_IMAGES);
    ck_assert_int_eq(all.right, right);
    ck_assert_double_eq_tol(all.accuracy, right / (double)TEST_IMAGES, 1e-15);
    ck_assert_double_eq_tol(all.loss, loss / TEST_IMAGES, 1e-9);
    ck_assert_int_eq(train_evaluate(bench->net, &bench->set, test, chosen, 5, EVALUATE_LOGITS, NULL,
                                    NULL, &some, &err),
                     0);
    for (int i = 0; i < 20; i++) /* other neighbours in the batch, the same logits */
        ck_assert_float_eq_tol(some.logits[i], all.logits[chosen[i / 4] * 4 + (uint32_t)i % 4],
                               1e-5F);
    free(all.logits), free(all.predictions), free(all.verdicts), free(some.logits);
    ck_assert_int_eq(train_evaluate(bench->net, &bench->set, test, NULL, TEST_IMAGES, 0,
                                    stop_at_once, &done, &some, &err),
                     ERROR_STOPPED);
    ck_assert_int_eq(done, EVALUATE_BATCH);
    ck_assert_int_eq(
        train_evaluate(bench->net, &bench->set, test, NULL, 0, 0, NULL, NULL, &some, &err), 0);
    ck_assert(isnan(some.loss) && isnan(some.accuracy) && some.images == 0);
    bench_close(bench);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("train");
    TCase *all = tcase_create("all");
    tcase_add_test(all, slopes_are_those_of_the_table);
    tcase_add_test(all, values_are_right_by_hand);
    tcase_add_test(all, slopes_are_derivatives_of_values);
    tcase_add_test(all, lp_slope_is_capped_near_zero);
    tcase_add_test(all, names_and_defaults);
    tcase_add_test(all, rates_drop_where_they_should);
    tcase_add_test(all, steps_are_those_of_a_scalar_simulation);
    tcase_add_test(all, training_learns_with_the_same_bits_for_any_threads);
    tcase_add_test(all, a_resumed_run_is_the_run_that_was_never_stopped);
    tcase_add_test(all, a_state_that_does_not_fit_is_refused);
    tcase_add_loop_test(all, networks_cut_to_the_bone_still_train, 0, 4);
    tcase_add_test(all, diverging_is_seen);
    tcase_add_test(all, evaluation_counts_what_the_logits_say);
    suite_add_tcase(suite, all);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
