/* What the Prune screen keeps beside the slider: floors, undo, marks, a second run, sensitivities.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "tests/unit/scratch.h"
#include "tests/unit/ui/test_ui.h"
#include "ui/prune_history.h"
#include "ui/prune_marks.h"
#include "ui/prune_pair.h"
#include "ui/prune_sense.h"

static struct store *store;
static struct prune_model model;
static struct error err;

static void setup(void)
{
    scratch_open();
    store_fill();
    setenv("XDG_STATE_HOME", scratch_path("state"), 1);
    ck_assert_int_eq(store_open(scratch_path("runs.db"), STORE_READ, &store, &err), 0);
    prune_model_open(&model, store, 1);
    ck_assert_ptr_nonnull(model.preview);
}

static void teardown(void)
{
    prune_model_done(&model);
    store_close(store);
    scratch_close();
}

static char *text_of(const struct prune_model *of)
{
    char *layers;
    struct amount amount = prune_model_amount(of, &layers);
    char *options = amount_text(&amount);
    char *text = memory_print("%d %s", of->epoch[of->at].epoch, options);

    free(options);
    free(layers);
    return text;
}

/* Something that a user may do. */
static void do_anything(struct random *random)
{
    int gate = (int)random_below(random, (uint32_t)model.gates);
    int all = preview_gate_channels(model.preview, gate);

    switch (random_below(random, 6)) {
    case 0:
        prune_model_set_floor(&model, gate, 1 + (int)random_below(random, (uint32_t)all));
        break;
    case 1: prune_model_set_floor(&model, gate, PRUNE_LOCKED); break;
    case 2: prune_model_set_floor(&model, gate, PRUNE_NO_FLOOR); break;
    case 3: model.fold = !model.fold; break;
    case 4: prune_model_epoch(&model, store, (int)random_below(random, 4)); break;
    default: prune_model_move(&model, (int)random_below(random, 688)); break;
    }
}

/* What stands on the screen is what its amount, as text, comes to elsewhere. */
START_TEST(the_amount_says_it_all)
{
    struct random random = random_open(7, RANDOM_TEST, 1, 0);
    struct prune_model other;

    prune_model_open(&other, store, 1);
    for (int i = 0; i < 200; i++) {
        do_anything(&random);
        char *text = text_of(&model), *again;
        prune_model_epoch(&other, store, model.at);
        ck_assert_msg(prune_model_set(&other, strchr(text, ' ') + 1, &err) == 0, "%s", err.text);
        again = text_of(&other);
        ck_assert_str_eq(again, text);
        ck_assert_mem_eq(other.kept, model.kept, (size_t)model.gates * sizeof *model.kept);
        ck_assert_int_eq(other.state.held, model.state.held);
        for (int g = 0; g < model.gates; g++)
            ck_assert_int_ge(model.kept[g], prune_model_floor(&model, g));
        free(text);
        free(again);
    }
    prune_model_done(&other);
}
END_TEST

/* Undo and redo over a random sequence, against a list of what stood there. */
START_TEST(undo_and_redo_go_through_what_was)
{
    enum { STEPS = 400 };
    struct random random = random_open(8, RANDOM_TEST, (uint64_t)_i, 0);
    struct prune_history history = {0};
    char *was[STEPS + 2];
    int at = 0, last = 0;

    was[0] = text_of(&model);
    prune_history_note(&history, &model);
    for (int i = 0; i < STEPS; i++) {
        int step = (int)random_below(&random, 3) - 1;
        if (step == 0) {
            do_anything(&random);
            prune_history_note(&history, &model);
            char *now = text_of(&model);
            if (strcmp(now, was[at]) != 0) {
                while (last > at)
                    free(was[last--]);
                was[++at] = now;
                last = at;
            } else
                free(now);
        } else {
            bool possible = at + step >= 0 && at + step <= last;
            ck_assert_int_eq(prune_history_go(&history, &model, store, step), possible);
            at += possible ? step : 0;
        }
        char *now = text_of(&model);
        ck_assert_str_eq(now, was[at]);
        free(now);
    }
    while (last >= 0)
        free(was[last--]);
    prune_history_done(&history);
}
END_TEST

/* A drag is noted at its end: one step. What moved without being noted goes back with step 0. */
START_TEST(a_drag_is_one_step)
{
    struct prune_history history = {0};

    prune_history_note(&history, &model);
    for (int count = 0; count < 300; count += 7)
        prune_model_move(&model, count);
    prune_history_note(&history, &model);
    ck_assert_int_eq(history.places, 2);
    prune_model_move(&model, 500);
    ck_assert(prune_history_go(&history, &model, store, 0));
    ck_assert_int_eq(model.count, 294);
    ck_assert(prune_history_go(&history, &model, store, -1));
    ck_assert_int_eq(model.count, 0);
    prune_history_done(&history);
}
END_TEST

/* The count at which the second has lost at least the first's share, by looking at each. */
static int follow_slowly(const struct prune_model *second, enum prune_basis basis)
{
    int *kept = NEW(int, second->gates), found = second->most + 1;
    const struct cost *one = preview_before(model.preview), *two = preview_before(second->preview);

    for (int count = second->most; count >= 0; count--) {
        struct preview_state state;
        preview_at(second->preview, count, kept, NULL, &state);
        bool macs = basis == PRUNE_SAME_MACS;
        double mine = macs ? (double)model.state.cost.macs / (double)one->macs
                           : (double)model.state.cost.parameters / (double)one->parameters;
        double its = macs ? (double)state.cost.macs / (double)two->macs
                          : (double)state.cost.parameters / (double)two->parameters;
        if (its <= mine + 1e-12)
            found = count;
    }
    free(kept);
    return found;
}

START_TEST(a_second_run_follows_the_first)
{
    static const int counts[] = {0, 1, 200, 344, 500, 640, 687};
    struct prune_model second;

    prune_model_open(&second, store, 3); /* it has γ of an earlier epoch */
    prune_model_set_floor(&model, 2, 40);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        for (int basis = PRUNE_SAME_CHANNELS; basis < PRUNE_BASES; basis++) {
            prune_model_move(&model, counts[i]);
            bool reached = prune_pair_follow(&second, &model, (enum prune_basis)basis);
            int count = second.count;
            ck_assert_int_eq(second.own[2], 40);
            if (model.count == 0 || basis == PRUNE_SAME_CHANNELS)
                ck_assert_int_eq(count, model.count);
            else if (basis == PRUNE_SAME_THRESHOLD) {
                double threshold = preview_threshold(model.preview, model.count);
                ck_assert(count == 0 || preview_threshold(second.preview, count) <= threshold);
                ck_assert(count == second.most ||
                          preview_threshold(second.preview, count + 1) > threshold);
            } else {
                int expected = follow_slowly(&second, (enum prune_basis)basis);
                ck_assert_int_eq(reached, expected <= second.most);
                ck_assert_int_eq(count, reached ? expected : second.most);
            }
        }
    prune_model_done(&second);
}
END_TEST

START_TEST(marks_are_kept_by_run)
{
    struct prune_marks marks, other = {0};

    ck_assert_int_eq(prune_marks_read(&marks, "one", &err), 0);
    ck_assert_int_eq(marks.marks, 0);
    prune_marks_add(&marks, "knee", 4, "--channels 62.3% --floor 1,feature.1=all");
    prune_marks_add(&marks, "a\033[2J\"x\"", 3, "--channels 5%");
    prune_marks_add(&other, "knee", 1, "--channels 1%");
    ck_assert_int_eq(prune_marks_write(&marks, "one", &err), 0);
    ck_assert_int_eq(prune_marks_write(&other, "two", &err), 0);
    prune_marks_done(&marks);
    ck_assert_int_eq(prune_marks_read(&marks, "one", &err), 0);
    ck_assert_int_eq(marks.marks, 2);
    ck_assert_str_eq(marks.mark[0].amount, "--channels 62.3% --floor 1,feature.1=all");
    ck_assert_int_eq(marks.mark[0].epoch, 4);
    ck_assert_str_eq(marks.mark[1].name, "a?[2J\"x\"");
    prune_marks_add(&marks, "knee", 2, "--channels 60%"); /* the same name: in its place */
    ck_assert_int_eq(marks.marks, 2);
    ck_assert_str_eq(marks.mark[0].amount, "--channels 60%");
    prune_marks_remove(&marks, 0);
    ck_assert_int_eq(prune_marks_write(&marks, "one", &err), 0);
    prune_marks_done(&marks);
    prune_marks_done(&other);
    ck_assert_int_eq(prune_marks_read(&other, "two", &err), 0);
    ck_assert_int_eq(other.marks, 1);
    prune_marks_done(&other);
    scratch_file("state/slimscope/marks.json", "{", 1);
    ck_assert_int_eq(prune_marks_read(&marks, "one", &err), ERROR_DATA);
    ck_assert_ptr_nonnull(strstr(err.text, "marks.json"));
    ck_assert_int_ne(prune_marks_write(&other, "two", &err), 0); /* what cannot be read stays */
}
END_TEST

START_TEST(sensitivities_are_of_one_network)
{
    struct prune_sense sense = {0};
    struct probe_result result = {.place = {.run = 1, .epoch = 4},
                                  .layer = 1,
                                  .share = 2,
                                  .images = 100,
                                  .images_all = 100,
                                  .correct = 80};

    prune_sense_open(&sense, 2, 1, 4, false);
    sense.on = true;
    prune_sense_take(&sense, &result);
    prune_sense_take(&sense, &result); /* once more is no more */
    ck_assert_int_eq(sense.done, 1);
    ck_assert_double_eq(sense.accuracy[1 * PROBE_SHARES + 2], 0.8);
    result.images = 50; /* not all of them yet */
    result.share = 0;
    prune_sense_take(&sense, &result);
    result.images = 100;
    result.place.fold_beta = true; /* of another network */
    prune_sense_take(&sense, &result);
    result.place.fold_beta = false;
    result.layer = 2; /* no such layer */
    prune_sense_take(&sense, &result);
    ck_assert_int_eq(sense.done, 1);
    for (result.layer = 0; result.layer < 2; result.layer++)
        for (result.share = 0; result.share < PROBE_SHARES; result.share++)
            prune_sense_take(&sense, &result);
    ck_assert_int_eq(sense.done, 2 * PROBE_SHARES);
    ck_assert(!sense.on);
    prune_sense_done(&sense);
}
END_TEST

/* --- on the screen --------------------------------------------------------------------------- */

static void open_screen(void)
{
    open_scene();
    setenv("XDG_STATE_HOME", scratch_path("state"), 1);
}

/* At 100×30 the first layer stands in row 17: its bar in columns 15 to 27, its lock from 39 on. */
START_TEST(floors_by_mouse_and_keys)
{
    script_at(SCREEN_PRUNE, 1, "8\n:mouse press 21 21\n:mouse release 21 21\n");
    check_frame("≥7", true);
    check_frame("1 floor of its own", true);
    script_at(
        SCREEN_PRUNE, 1,
        "8\n:mouse press 22 18\n:mouse drag 24 24\n:mouse drag 22 99\n:mouse release 22 99\n");
    check_frame("32 / 32 lock", true);
    script_at(
        SCREEN_PRUNE, 1,
        "8\n:mouse press 22 18\n:mouse drag 22 24\n:mouse drag 22 99\n:mouse release 22 99\nu\n");
    check_frame("lock", false); /* a drag is one step */
    check_frame("channels pruned 80 %", true);
    script_at(SCREEN_PRUNE, 1, "8\n:mouse press 22 18\n:mouse drag 22 24\nEsc\n");
    check_frame("≥", false); /* Esc takes the drag back */
    check_frame("channels pruned 80 %", true);
    script_at(SCREEN_PRUNE, 1, ":mouse press 21 41\n:mouse release 21 41\n");
    check_frame("lock", true);
    script_at(SCREEN_PRUNE, 1, "Down Down + + + -\n");
    check_frame("≥3", true);
    script_at(SCREEN_PRUNE, 1, "Space\n");
    check_frame("1 locked", true);
    script_at(SCREEN_PRUNE, 1, "Space Space\n");
    check_frame("locked", false);
    script_at(SCREEN_PRUNE, 1, "Enter\n:type 5\nEnter\n");
    check_frame("≥5", true);
    script_at(SCREEN_PRUNE, 1, "Enter\n:type 5\nEnter\nd\n");
    check_frame("≥5", false);
    script_at(SCREEN_PRUNE, 1, "Enter\n:type none\nEnter\n");
    check_frame("\"none\": must be a number from 0 on, or all", true);
    script_at(SCREEN_PRUNE, 1, "=\n:type 80%% floor 2,feature.26=all round 4\nEnter\n");
    check_frame("128 / 128 lock", true);
    check_frame("floor 2   1 locked   by 4", true);
    script_at(SCREEN_PRUNE, 1, "8 Space\n=\n:type floor 2\nEnter\n"); /* locks go: it says so */
    check_frame("locks and floors of single ones are gone", true);
    script_at(SCREEN_PRUNE, 1, "8 Space\n=\n:type 70%%\nEnter\n");
    check_frame("are gone", false);
    check_frame("1 locked", true);
    script_at(SCREEN_PRUNE, 1, "=\n:type 80%% floor nowhere=3\nEnter\n");
    check_frame("the network has no such layer", true);
    check_frame("channels pruned 0 %", true);
}
END_TEST

/* The numbers stand for what they say: removed shares, left budgets (the whole has 579 066). */
START_TEST(amounts_are_typed)
{
    script_at(SCREEN_PRUNE, 1, "=\n:type 50%% params\nEnter\n");
    check_frame("−50.", true);
    script_at(SCREEN_PRUNE, 1, "=\n:type 2M macs\nEnter\n");
    check_frame("MACs       9.59 M → 2.00 M", true);
    script_at(SCREEN_PRUNE, 1, "=\n:type 30%% channels\nEnter\n");
    check_frame("206 of 688", true);
    script_at(SCREEN_PRUNE, 1, "=\n:type 10 macs\nEnter\n");
    check_frame("cannot be reached", true);
}
END_TEST

START_TEST(marks_by_key_and_mouse)
{
    script_at(SCREEN_PRUNE, 1, "5 Space\nm\n:type knee\nEnter\n0\nTab Enter\n");
    check_frame("▸knee  ", true);
    check_frame("16 / 16", false); /* the list is that of the marks */
    check_frame("channels pruned 50 %", true);
    script_at(SCREEN_PRUNE, 1, "Tab\n:mouse press 21 5\n"); /* they are kept */
    check_frame("channels pruned 50 %", true);
    check_frame("1 locked", true);
    script_at(SCREEN_PRUNE, 1, "Tab d\n");
    check_frame("none; m marks this place", true);
    script_at(SCREEN_PRUNE, 1, "5 m\nEnter\n"); /* without a name */
    check_frame("marked as 50 %: --channels 50%", true);
    script_at(SCREEN_PRUNE, 1, "Tab d\n");
    script_at(SCREEN_PRUNE, 1, ":mouse press 20 14\n"); /* the word Marks */
    check_frame("none; m marks this place", true);
    script_at(SCREEN_PRUNE, 1, "5 3 u u U\n");
    check_frame("channels pruned 50 %", true);
    script_at(SCREEN_PRUNE, 1, "u\n");
    check_frame("nothing to undo", true);
}
END_TEST

START_TEST(two_runs_under_one_slider)
{
    script_at(SCREEN_PRUNE, 1, "5\nc\n:type 3\nEnter\n");
    check_frame("● run 1    50 %  344 of 688", true);
    check_frame("■ run 3    50 %  344 of 688", true);
    check_frame("at the same share of channels", true);
    check_frame("after retraining ● 62.0 % here", true);
    script_at(SCREEN_PRUNE, 1, "6\nc\n:type 3\nEnter\n");
    check_frame("after retraining ● 62.0 % at 50.0 %", true);
    script_at(SCREEN_PRUNE, 1, "5\nc\n:type 3\nEnter\nb b\n");
    check_frame("at the same share of parameters", true);
    script_at(SCREEN_PRUNE, 1, "5\nc\n:type 3\nEnter\nc\n");
    check_frame("run 3 ", false);
    script_at(SCREEN_PRUNE, 1, "c\n:type 1\nEnter\n");
    check_frame("run 1 is under the slider already", true);
    script_at(SCREEN_PRUNE, 1, "c\n:type 4\nEnter\n");
    check_frame("run 4 has no epoch yet", true);
    script_at(SCREEN_PRUNE, 1, "c\n:type 3\nEnter\n:resize 60x16\n");
    check_frame("■ run 3", true);
    script_at(SCREEN_PRUNE, 1, "i\n");
    check_frame("each layer pruned alone", true);
    check_frame("−90%", true);
}
END_TEST

TCase *prune_screen_case(void)
{
    TCase *prune = tcase_create("prune screen");
    tcase_add_checked_fixture(prune, open_screen, close_scene);
    tcase_set_timeout(prune, 300);
    tcase_add_test(prune, floors_by_mouse_and_keys);
    tcase_add_test(prune, amounts_are_typed);
    tcase_add_test(prune, marks_by_key_and_mouse);
    tcase_add_test(prune, two_runs_under_one_slider);
    return prune;
}

TCase *prune_case(void)
{
    TCase *prune = tcase_create("prune");
    tcase_add_checked_fixture(prune, setup, teardown);
    tcase_set_timeout(prune, 300);
    tcase_add_test(prune, the_amount_says_it_all);
    tcase_add_loop_test(prune, undo_and_redo_go_through_what_was, 0, 3);
    tcase_add_test(prune, a_drag_is_one_step);
    tcase_add_test(prune, a_second_run_follows_the_first);
    tcase_add_test(prune, marks_are_kept_by_run);
    tcase_add_test(prune, sensitivities_are_of_one_network);
    return prune;
}
