/*
 * The probe on a trained small network: what it measures is what a pruning of the same amount
 * stores.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "job/job.h"
#include "job/probe.h"
#include "tests/unit/scratch.h"

static const char *path;
static struct store *store;
static struct data_set *set;
static struct error err;
static int64_t run;

#define OK(call) ck_assert_msg((call) == 0, "%s: %s", #call, err.text)

static void train(void)
{
    static const char *const settings[][2] = {
        {"data", "shapes:600"}, {"arch", "vgg11"}, {"width", "0.0625"},
        {"epochs", "2"},        {"val", "100"},    {"lambda", "1e-3"},
    };
    struct config config;
    bool fresh;

    config_init(&config);
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        OK(config_set(&config, (enum config_field)config_find(settings[i][0]), settings[i][1],
                      &err));
    OK(config_resolve(&config, &err));
    OK(job_make_run(store, &config, set, &run, &fresh, &err));
    OK(job_train(store, run, set, NULL, &err));
    config_done(&config);
}

static void setup(void)
{
    scratch_open();
    path = scratch_path("runs.db");
    OK(store_open(path, STORE_CREATE, &store, &err));
    OK(data_open("shapes:600", NULL, &set, &err));
    train();
}

static void teardown(void)
{
    store_close(store);
    data_close(set);
    scratch_close();
}

/* The next result; the test's own time limit ends the waiting. */
static void next_result(struct probe *probe, struct probe_result *result)
{
    while (!probe_result(probe, result))
        usleep(1000);
    ck_assert_msg(result->code == 0, "%s", result->text);
}

START_TEST(the_probe_measures_what_prune_stores)
{
    struct probe *probe;
    struct probe_result result = {0};
    struct pruning_row row;
    struct amount amount = {.kind = AMOUNT_CHANNELS, .percent = {60, 0}, .floor = 1, .round = 1};
    int64_t pruning;
    bool fresh;
    amount.fold_beta = _i == 1;
    OK(job_prune(store, run, 0, &amount, set, NULL, &pruning, &fresh, &err));
    OK(pruning_get(store, pruning, &row, &err));
    OK(probe_open(path, -1, &probe, &err));
    struct probe_place place = {
        .run = run, .count = (int)(row.channels * 60 / 100), .floor = 1, .round = 1};
    place.fold_beta = amount.fold_beta;
    probe_ask(probe, &place);
    while (result.images < 100)
        next_result(probe, &result);
    ck_assert_int_eq(result.images, 100);
    ck_assert_str_eq(result.hash, row.hash);
    ck_assert_str_eq(result.split, "val");
    ck_assert_double_eq_tol(result.correct / 100.0, row.val_accuracy, 1e-12);
    ck_assert_int_eq(result.channels_kept, row.channels_kept);
    probe_close(probe);
    pruning_row_done(&row);
}
END_TEST

/* The next one of a layer on all its images. */
static void next_layer(struct probe *probe, struct probe_result *result)
{
    do
        next_result(probe, result);
    while (result->layer < 0 || result->images < result->images_all);
}

/* Each layer alone is the pruning in which all others keep everything. */
START_TEST(a_layers_sensitivity_is_its_pruning_alone)
{
    int64_t pruning;
    struct probe *probe;
    struct probe_result result = {0};
    struct pruning_row row;
    bool fresh, seen[64][PROBE_SHARES] = {0};
    struct amount whole = {.percent = {0, 0}, .floor = 1, .round = 1};
    OK(job_prune(store, run, 0, &whole, set, NULL, &pruning, &fresh, &err));
    OK(pruning_get(store, pruning, &row, &err));
    int layers = row.layers;
    ck_assert_int_le(layers, 64);
    OK(probe_open(path, -1, &probe, &err));
    probe_ask(probe, &(struct probe_place){.run = run, .floor = 1, .round = 1, .limits = 5});
    probe_measure_layers(probe, true);
    for (int n = 0; n < layers * PROBE_SHARES; n++) {
        next_layer(probe, &result);
        ck_assert(!seen[result.layer][result.share]);
        seen[result.layer][result.share] = true;
        ck_assert_int_eq(result.place.limits, 5);
        const struct pruning_layer_row *layer = &row.layer[result.layer];
        int lost = layer->channels * probe_share[result.share] / 100;
        ck_assert_int_eq(result.channels_kept, row.channels - lost);
        if (n % 7)
            continue; /* prunings take their time */
        char floors[64];
        struct pruning_row alone;
        snprintf(floors, sizeof floors, "%s=%d", layer->name, layer->channels - lost);
        struct amount amount = {.kind = AMOUNT_THRESHOLD,
                                .threshold = 1e6,
                                .floor = 100000,
                                .round = 1,
                                .layers = floors};
        OK(job_prune(store, run, 0, &amount, set, NULL, &pruning, &fresh, &err));
        OK(pruning_get(store, pruning, &alone, &err));
        ck_assert_str_eq(result.hash, alone.hash);
        ck_assert_double_eq_tol((double)result.correct / result.images, alone.val_accuracy, 1e-12);
        pruning_row_done(&alone);
    }
    probe_measure_layers(probe, false);
    probe_close(probe);
    pruning_row_done(&row);
}
END_TEST

/* Floors of single layers and folding reach the probe, and a change of them is another network. */
START_TEST(the_probe_keeps_floors)
{
    int64_t pruning;
    struct probe *probe;
    struct probe_result result = {0};
    struct pruning_row row;
    bool fresh;
    char layers[] = "feature.1=all";
    struct amount amount = {.percent = {80, 0}, .floor = 2, .round = 1, .layers = layers};
    OK(job_prune(store, run, 0, &amount, set, NULL, &pruning, &fresh, &err));
    OK(pruning_get(store, pruning, &row, &err));
    ck_assert_int_eq(row.layer[0].kept, row.layer[0].channels);
    OK(probe_open(path, -1, &probe, &err));
    struct probe_place place = {.run = run,
                                .count = (int)(row.channels * 80 / 100),
                                .floor = 2,
                                .round = 1,
                                .layers = layers,
                                .limits = 9};
    probe_ask(probe, &place);
    memset(layers, 'x', sizeof layers - 1); /* it has its own copy */
    while (result.images < 100)
        next_result(probe, &result);
    ck_assert_str_eq(result.hash, row.hash);
    ck_assert_int_eq(result.place.limits, 9);
    ck_assert_ptr_null(result.place.layers);
    probe_close(probe);
    pruning_row_done(&row);
}
END_TEST

START_TEST(wilsons_interval_is_the_textbooks)
{
    /* Wilson 1927 for 8 of 10: 0.4902 … 0.9433, so half the width is 0.2266 */
    ck_assert_double_eq_tol(probe_half_width(8, 10), 0.22657, 1e-4);
    ck_assert_double_eq(probe_half_width(0, 0), 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("probe");
    TCase *all = tcase_create("all");
    tcase_add_checked_fixture(all, setup, teardown);
    tcase_set_timeout(all, 300);
    tcase_add_loop_test(all, the_probe_measures_what_prune_stores, 0, 2);
    tcase_add_test(all, a_layers_sensitivity_is_its_pruning_alone);
    tcase_add_test(all, the_probe_keeps_floors);
    tcase_add_test(all, wilsons_interval_is_the_textbooks);
    suite_add_tcase(suite, all);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
