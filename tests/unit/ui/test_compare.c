/*
 * γ and Compare: what their models make of a store, and that their keys answer.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/scratch.h"
#include "tests/unit/ui/test_ui.h"
#include "ui/compare_model.h"
#include "ui/gamma_model.h"

/* A run of five channels, whose γ are chosen so that what changes can be counted by hand. */
static void insert_small_run(void)
{
    static const float gamma[3][5] = {
        {0.1F, -0.2F, 0.3F, 0.4F, 0.5F}, /* the two smallest: 0, 1 */
        {0.9F, 0.2F, -0.1F, 0.4F, 0},    /* 2, 4 */
        {0.3F, 0.3F, 0.3F, 0.3F, 0.3F},  /* all the same: the first two */
    };
    static const char *const names[] = {"one", "two"};
    static const int channels[] = {3, 2};
    static char empty[] = "", network[] = "{}", arch[] = "vgg11", data[] = "fashion";
    static char penalty[] = "mcp", config[] = "{\"gamma_init\":0.5}";
    struct run_row row = {
        .kind = RUN_TRAIN,
        .status = RUN_FINISHED,
        .canonical = empty,
        .config = config,
        .network = network,
        .arch = arch,
        .data = data,
        .width = 1,
        .penalty = penalty,
        .lambda = 0.001,
        .a = 2,
        .p = (double)NAN,
        .seed = 1,
        .epochs = 3,
        .channels = 5,
        .test_accuracy = (double)NAN,
        .test_loss = (double)NAN,
        .created = 1,
    };
    struct store *store;
    struct error err = {0};

    memset(row.hash, '7', HASH_TEXT - 1);
    ck_assert_msg(store_open(store_path(scene.store), STORE_WRITE, &store, &err) == 0, "%s",
                  err.text);
    ck_assert_int_eq(store_begin(store, &err), 0);
    ck_assert_msg(run_insert(store, &row, names, channels, 2, &err) == 0, "%s", err.text);
    ck_assert_int_eq(row.id, 7);
    for (int e = 0; e < 3; e++) {
        const float *layers[] = {gamma[e], gamma[e] + 3};
        struct epoch_row epoch = {.run = 7, .epoch = e + 1};
        ck_assert_int_eq(epoch_insert(store, &epoch, layers, channels, 2, &err), 0);
    }
    ck_assert_int_eq(store_commit(store, &err), 0);
    store_close(store);
}

START_TEST(masks_are_compared_from_epoch_to_epoch)
{
    struct gamma_model model;

    insert_small_run();
    gamma_model_open(&model, scene.store, 7);
    ck_assert_int_eq(model.epochs, 3);
    gamma_model_cut(&model, 40);
    while (gamma_model_work(&model, scene.store, 0))
        ;
    ck_assert_double_nan(model.changed[0]);
    ck_assert_double_eq_tol(model.changed[1], 0.8, 1e-12); /* 0, 1 → 2, 4 */
    ck_assert_double_eq_tol(model.changed[2], 0.8, 1e-12);
    gamma_model_cut(&model, 60); /* 0 1 2 → 1 2 4 → 0 1 2 */
    while (gamma_model_work(&model, scene.store, 0))
        ;
    ck_assert_double_eq_tol(model.changed[1], 0.4, 1e-12);
    gamma_model_epoch(&model, 1);
    ck_assert_int_eq(model.counts[1].bin[0], 1); /* one exact zero */
    gamma_model_done(&model);
}
END_TEST

START_TEST(gamma_is_scrubbed_and_compared)
{
    script_at(SCREEN_GAMMA, 1, "Left\n");
    check_frame("epoch 3 of 4", true);
    script_at(SCREEN_GAMMA, 1, "Home Left\n");
    check_frame("no epoch before this", true);
    script_at(SCREEN_GAMMA, 1, "Down Down Up\n");
    check_frame("γ of feature.1", true);
    script_at(SCREEN_GAMMA, 1, ":mouse press 7 20\n:mouse drag 9 20\n");
    check_frame("epoch 2 of 4", true);
    script_at(SCREEN_GAMMA, 1, "Home Space\n:until epoch 4 of 4\n");
    check_frame("playing", false);
    script_at(SCREEN_RUNS, 0, "Down Down Space Home F4\n"); /* a ridge each, with number and sign */
    check_frame("│  1●  │", true);
    check_frame("│  3■  │", true);
    check_frame("tl1 a=1", true);             /* what trained the other */
    script_at(SCREEN_RUNS, 0, "Home F4 v\n"); /* lines: one ridge an epoch */
    check_frame("│  3■  │", false);
    check_frame("● 1 this  ■ 3 tl1 a=1 ─", true);
    check_frame("│  4▸", true);
    script_at(SCREEN_GAMMA, 1, "v\n:mouse press 9 20\n"); /* a press on the second ridge */
    check_frame("epoch 2 of 4", true);
    script_at(SCREEN_PRUNE, 1, "7 F4\n:until changed sides\n"); /* the threshold goes along */
    check_frame("keep-mask at 70 % pruned", true);
    insert_small_run();
    script_at(SCREEN_GAMMA, 7, "Left\n");
    check_frame("does nothing: flat from |γ| = a·λ = 0.002, γ begins at 0.5; try a = 1000", true);
    check_frame("exact zeros 1", true);
    check_frame("░░░░░░", true); /* the dead region */
    script_at(SCREEN_GAMMA, 7, "Left < < < < < < < < < <\n:until of the channels\n");
    check_frame("keep-mask at 40 % pruned: 80.0 % of the channels changed", true);
}
END_TEST

static void cut_at(struct compare_model *model, enum compare_axis axis, int budget)
{
    compare_model_cut(model, axis, budget);
    while (compare_model_work(model, scene.store, 0))
        ;
}

START_TEST(runs_are_compared_at_one_budget)
{
    struct compare_model model = {0};
    struct preview_state state;
    int kept[16];
    int64_t second = store_add_seed();

    compare_model_list(&model, &scene.roster, scene.store, NULL, 0);
    while (compare_model_work(&model, scene.store, 0))
        ;
    ck_assert_int_eq(model.count, 1); /* of the trainings 1 and `second` alone are finished */
    ck_assert_int_eq(model.runs, 2);
    ck_assert_int_eq(model.run[1].id, second);
    cut_at(&model, COMPARE_CHANNELS, 50);
    ck_assert_int_eq(model.run[0].cut.count, 344);
    ck_assert_int_eq(model.series[0].pruned.n, 2);
    ck_assert_double_eq_tol(model.series[0].pruned.mean, (0.8012 + 0.9) / 2, 1e-12);
    ck_assert_double_eq_tol(mean_deviation(&model.series[0].pruned), (0.9 - 0.8012) / sqrt(2),
                            1e-12);
    ck_assert_double_eq_tol(model.series[0].retrained.mean, 0.62, 1e-9);
    ck_assert_int_eq(model.series[0].retrained.n, 1);
    ck_assert(!model.series[0].elsewhere); /* it is of just this network */
    /* half way between 206 (84.42 %) and 344 (80.12 %) channels; the other between 0 and 344 */
    struct mean at = compare_series_at(&model, 0, false, 100 * 275 / 688.0);
    double first = 0.8442 - 0.043 * (275 - 206) / (344 - 206.0);
    double other = 0.845 + (0.9 - 0.845) * 275 / 344;
    ck_assert_double_eq_tol(at.mean, (first + other) / 2, 1e-9);
    /* 0.9 at 50 % beats what removes less */
    compare_model_show(&model, COMPARE_PRUNED);
    ck_assert_int_eq(model.fronts, 3);
    ck_assert_double_eq_tol(model.front[0].accuracy.mean, 0.9, 1e-12);
    ck_assert_double_eq_tol(model.front[1].accuracy.mean, 160 / 256.0, 1e-12);
    ck_assert_double_eq_tol(model.front[2].removed.mean, 100 * 550 / 688.0, 1e-9);
    ck_assert_int_eq(model.series[0].fronts, 3);
    for (int budget = 5; budget < 95; budget += 10) { /* the least that removes as much */
        cut_at(&model, COMPARE_MACS, budget);
        const struct compare_run *run = &model.run[0];
        double whole = (double)preview_before(run->model.preview)->macs;
        ck_assert_double_ge(100 - 100 * (double)run->cut.state.cost.macs / whole, budget);
        preview_at(run->model.preview, run->cut.count - 1, kept, NULL, &state);
        ck_assert_double_lt(100 - 100 * (double)state.cost.macs / whole, budget);
    }
    compare_model_done(&model);
}
END_TEST

/* The store changes while Compare is open: what was read stands until it is read again. */
START_TEST(a_changed_store_is_read_again)
{
    struct compare_model model = {0};
    char *before, *after;
    struct error err = {0};

    compare_model_list(&model, &scene.roster, scene.store, NULL, 0);
    cut_at(&model, COMPARE_CHANNELS, 50);
    ck_assert_int_eq(model.runs, 1);
    int points = model.run[0].pruneds;
    ck_assert_int_eq(run_stamp(scene.store, 1, &before, &err), 0);

    int64_t second = store_add_seed(); /* of the same series */
    ck_assert_int_eq(run_stamp(scene.store, 1, &after, &err), 0);
    ck_assert_str_eq(after, before); /* nothing of run 1 has changed */
    compare_model_list(&model, &scene.roster, scene.store, NULL, 0);
    ck_assert_int_eq(model.count, 1);
    ck_assert_int_eq(model.runs, 2);
    ck_assert_int_eq(model.run[0].pruneds, points);
    ck_assert_int_eq(model.run[1].id, second);
    ck_assert_int_eq(model.run[1].pruneds, 0); /* not yet */
    while (compare_model_work(&model, scene.store, 0))
        ;
    ck_assert_int_eq(model.run[0].pruneds, points);
    ck_assert_int_eq(model.run[1].pruneds, 2); /* the whole network, and one pruning */
    ck_assert_int_eq(model.series[0].pruned.n, 2);

    free(before);
    free(after);
    ck_assert_int_eq(run_stamp(scene.store, second, &before, &err), 0);
    store_add_pruning(second, 400, 0.85);
    ck_assert_int_eq(run_stamp(scene.store, second, &after, &err), 0);
    ck_assert_str_ne(after, before);
    compare_model_list(&model, &scene.roster, scene.store, NULL, 0);
    ck_assert_int_eq(model.run[1].pruneds, 2);
    while (compare_model_work(&model, scene.store, 0))
        ;
    ck_assert_int_eq(model.run[0].pruneds, points);
    ck_assert_int_eq(model.run[1].pruneds, 3);

    /* Of several retrainings of one network the first counts, everywhere. */
    ck_assert_int_eq(model.run[0].retraineds, 1);
    double first = model.run[0].retrained[0].accuracy;
    store_add_retraining();
    compare_model_list(&model, &scene.roster, scene.store, NULL, 0);
    while (compare_model_work(&model, scene.store, 0))
        ;
    ck_assert_int_eq(model.run[0].model.known.retrains, 2);
    ck_assert_int_eq(model.run[0].retraineds, 1);
    ck_assert_double_eq_tol(model.run[0].retrained[0].accuracy, first, 1e-12);
    free(before);
    free(after);
    compare_model_done(&model);
}
END_TEST

START_TEST(compare_answers_its_keys)
{
    int64_t second = store_add_seed();

    script_at(SCREEN_COMPARE, 0, ":until 85.1 ± 7.0\n");
    /* one of the two is retrained, where 50 % went: at 49 % it is another network's accuracy */
    script_at(SCREEN_COMPARE, 0, ":until ± \n");
    check_frame(" 62.0 (1) │", true);
    script_at(SCREEN_COMPARE, 0, ":until ± \nLeft Left l\n");
    check_frame("With 49 % of the channels removed (51 % left)", true);
    check_frame(" 62.0 (1) at 50 │", true);
    script_at(SCREEN_COMPARE, 0, ":resize 140x30\n:until ± \nv\n"); /* the front has three */
    check_frame("85.1 ± 7.0              62.0 (1)      3 │", true);
    check_frame("runs 1 7  retrained for 1 epoch ─", true);
    script_at(SCREEN_COMPARE, 0, ":until ± \n+ + + + + + +\n\n");
    check_frame("89.0│", true);
    script_at(SCREEN_COMPARE, 0, "7 a\n");
    check_frame("With 70 % of the parameters removed", true);
    script_at(SCREEN_COMPARE, 0, "a a a v\n");
    check_frame("by bytes removed, % · pruned ─", true);
    script_at(SCREEN_COMPARE, 0, "o r\n"); /* the next in sight */
    check_frame("runs▼", true);
    script_at(SCREEN_COMPARE, 0, ":until ± \nEnter\n");
    check_frame("channels pruned 50 %", true);
    script_at(SCREEN_COMPARE, 0, ":mouse press 6 60\n:mouse drag 6 80\n");
    check_frame("With 50 % of", false);
    script_at(SCREEN_RUNS, second, "End Space Home Space F6\n:until ± \n");
    check_frame("2 marked runs in 1 series", true);
    scene.why_not = "for this reason";
    script_at(SCREEN_COMPARE, 0, ":until 1 series\nm\n");
    check_frame("for this reason", true);
}
END_TEST

/* What was chosen on a screen is what the next one looks at; what was not stays. */
START_TEST(screens_keep_to_the_chosen_run)
{
    int64_t second = store_add_seed();
    char head[32];

    script_at(SCREEN_JOBS, 3, "F3\n");
    check_frame("run 3 ·", true);
    script_at(SCREEN_JOBS, 3, "Home Down F3\n");
    check_frame("run 6 ·", true);                /* it goes next */
    script_at(SCREEN_JOBS, 3, "Home Down F7\n"); /* here already: the cursor stays */
    check_frame("▸    1     6", true);
    script_at(SCREEN_JOBS, 3, ":\n:type run 5\nEnter\n"); /* a command moves it */
    check_frame("▸    2     5", true);
    script_at(SCREEN_JOBS, 0, ":\n:type run 5\nEnter\n");
    check_frame("▸    2     5", true);
    script_at(SCREEN_JOBS, 0, "Home F3\n");
    check_frame("run 3 ·", true);                         /* at work, so it stands first */
    script_at(SCREEN_COMPARE, second, ":until ± \nF5\n"); /* the series has run 1, too */
    snprintf(head, sizeof head, "run %d ·", (int)second);
    check_frame(head, true);
    script_at(SCREEN_COMPARE, 3, ":until ± \nF5\n"); /* run 3 is in no series there */
    check_frame("run 3 ·", true);
    script_at(SCREEN_COMPARE, 0, ":until ± \nF5\n"); /* none was looked at */
    check_frame("run 1 smooth ·", true);
}
END_TEST

TCase *compare_case(void)
{
    TCase *tests = tcase_create("γ and Compare");

    tcase_add_checked_fixture(tests, open_scene, close_scene);
    tcase_set_timeout(tests, 300);
    tcase_add_test(tests, masks_are_compared_from_epoch_to_epoch);
    tcase_add_test(tests, gamma_is_scrubbed_and_compared);
    tcase_add_test(tests, runs_are_compared_at_one_budget);
    tcase_add_test(tests, a_changed_store_is_read_again);
    tcase_add_test(tests, compare_answers_its_keys);
    tcase_add_test(tests, screens_keep_to_the_chosen_run);
    return tests;
}
