/* The command line, series of seeds, differences, the clipboard, and what is remembered. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/json.h"
#include "base/mean.h"
#include "job/request.h"
#include "tests/unit/scratch.h"
#include "tests/unit/ui/test_ui.h"
#include "ui/clipboard.h"
#include "ui/remember.h"

START_TEST(commands_do_what_has_no_key)
{
    script_at(SCREEN_RUNS, 0, ":\n:type run 3\nEnter\n");
    check_frame("▸     3", true);
    script_at(SCREEN_RUNS, 0, ":\n:type run 77\nEnter\n");
    check_frame("no such run: 77", true);
    script_at(SCREEN_RUNS, 0, ":\n:type screen jobs\nEnter\n");
    check_frame("The epochs of run", true);
    script_at(SCREEN_RUNS, 0, ":\n:type sort lambda\nEnter\n");
    check_frame("λ▲", true);
    script_at(SCREEN_RUNS, 0, ":\n:type mark status=finished\nEnter\n");
    check_frame("2 more marked", true);
    check_frame("✓    2", true);
    script_at(SCREEN_RUNS, 0, ":\n:type unmark\nEnter\n");
    check_frame("✓", false);
    script_at(SCREEN_GAMMA, 1, ":\n:type epoch 2\nEnter\n");
    check_frame("epoch 2 of 4", true);
    script_at(SCREEN_GAMMA, 1, ":\n:type layer feature.9\nEnter\n");
    check_frame("γ of feature.9", true);
    script_at(SCREEN_COMPARE, 0, ":\n:type budget 30 macs\nEnter\n");
    check_frame("With 30 % of the MACs removed", true);
    script_at(SCREEN_COMPARE, 0, ":\n:type budget 30 params\nEnter\n");
    check_frame("With 30 % of the parameters removed", true);
    script_at(SCREEN_RUNS, 0, ":\n:type epoch 2\nEnter\n");
    check_frame("no command of this screen", true);
    script_at(SCREEN_RUNS, 0, ":\n:type signs ascii\nEnter\n");
    check_frame("+ Runs ---", true);
    script_at(SCREEN_RUNS, 0, ":\nEnter\n");
    check_frame(" Runs ", true);
}
END_TEST

START_TEST(commands_are_completed)
{
    script_at(SCREEN_RUNS, 0, ":\n");
    check_frame("run  screen  mark  unmark  diff  sort", true); /* what there is */
    check_frame("budget", false);                               /* of another screen */
    script_at(SCREEN_RUNS, 0, ":\n:type scr\nTab\n:type pru\nTab Enter\n");
    check_frame("channels pruned", true);
    script_at(SCREEN_RUNS, 0, ":\n:type s\nTab\n:type o\nTab\n:type near\nTab Enter\n");
    check_frame("|γ|<.01▲", true);
    script_at(SCREEN_GAMMA, 1, ":\n:type la\nTab\n:type fea\nTab\n:type 1\nTab\n");
    check_frame(": layer feature.1", true);
    check_frame("feature.12  feature.16", true); /* several: no further than all agree */
    script_at(SCREEN_RUNS, 0, ":\n:type sort nothing\nTab Enter\n");
    check_frame("\"nothing\": no column", true);
}
END_TEST

/* Runs 1 and 7 differ in their seed alone: 84.5 % both, tests 83.9 % and unknown. */
START_TEST(seeds_become_one_line)
{
    int64_t second = store_add_seed();

    ck_assert_int_eq(second, 7);
    script_at(SCREEN_RUNS, 0, "z\n:resize 160x40\n");
    check_frame("×2", true);
    check_frame("84.5±0.0", true);
    check_frame("2 runs of Tℓ1 a=1 λ=0.001", true);
    check_frame("validation 84.50 ± 0.00 % (2)", true);
    script_at(SCREEN_RUNS, 0, "z\n:resize 160x40\nHome Right\n");
    check_frame("     7 ", true);
    script_at(SCREEN_RUNS, 0, "z\n:resize 160x40\nHome Right Down Left\n");
    check_frame("     7 ", false);
    script_at(SCREEN_RUNS, 0, "z\n:resize 160x40\nHome Space\n");
    check_frame(", 2 marked", true);
    script_at(SCREEN_RUNS, 0, "z z\n:resize 160x40\n");
    check_frame("×2", false);
}
END_TEST

/* 1, 2 and 4: mean 7/3, deviation √(7/3); what is not known takes no part. */
START_TEST(means_are_those_of_the_textbook)
{
    static const double values[] = {1, 2, (double)NAN, 4};
    struct mean mean = {0}, one = {0};

    for (int i = 0; i < 4; i++)
        mean_add(&mean, values[i]);
    ck_assert_int_eq(mean.n, 3);
    ck_assert_double_eq_tol(mean.mean, 7.0 / 3, 1e-15);
    ck_assert_double_eq_tol(mean_deviation(&mean) * mean_deviation(&mean), 7.0 / 3, 1e-14);
    mean_add(&one, 5);
    ck_assert_double_nan(mean_deviation(&one));
}
END_TEST

START_TEST(differences_of_two_runs_are_shown)
{
    script_at(SCREEN_RUNS, 1, "d\n");
    check_frame("mark one run", true);
    script_at(SCREEN_RUNS, 1, "Home Space d\n");
    check_frame("What differs", true);
    check_frame("kind             train", true);
    check_frame("retrain", true);
    check_frame("macs", false); /* they have them in common */
    script_at(SCREEN_RUNS, 1, "Home Space d\nx\n");
    check_frame("What differs", false);
    script_at(SCREEN_RUNS, 1, ":\n:type diff 1 4\nEnter\n");
    check_frame("failed", true);
    script_at(SCREEN_RUNS, 1, ":\n:type diff 1 9\nEnter\n");
    check_frame("no such run: 9", true);
}
END_TEST

START_TEST(what_is_seen_is_saved_and_copied)
{
    char *copied;
    size_t length;

    script_at(SCREEN_RUNS, 1, "s\nC-u\n:type %s\nEnter\n", scratch_path("seen"));
    check_frame("the screen as text", true);
    char *seen = (char *)scratch_read("seen", &length);
    ck_assert_uint_gt(length, 1000);
    ck_assert_ptr_nonnull(memmem(seen, length, "smooth", 6));
    ck_assert_ptr_null(memmem(seen, length, "save the screen", 15));
    free(seen);
    /* what is there stays, unless Enter comes again with nothing between */
    script_at(SCREEN_TRAIN, 1, "s\nC-u\n:type %s\nEnter\n", scratch_path("seen"));
    check_frame("Enter again replaces ", true);
    script_at(SCREEN_TRAIN, 1, "s\nC-u\n:type %s\nEnter Left Enter\n", scratch_path("seen"));
    check_frame("Enter again replaces ", true);
    script_at(SCREEN_TRAIN, 1, "s\nC-u\n:type %s\nEnter Esc\n", scratch_path("seen"));
    seen = (char *)scratch_read("seen", &length);
    ck_assert_ptr_nonnull(memmem(seen, length, " Runs ", 6));
    free(seen);
    script_at(SCREEN_TRAIN, 1, "s\nC-u\n:type %s\nEnter Enter\n", scratch_path("seen"));
    seen = (char *)scratch_read("seen", &length);
    ck_assert_ptr_null(memmem(seen, length, " Runs ", 6));
    free(seen);
    script_at(SCREEN_RUNS, 1, "s\nC-u\n:type /nonexistent/file\nEnter\n");
    check_frame("/nonexistent/file", true);
    script_at(SCREEN_PRUNE, 1, "5 y\n:save-copied %s\n", scratch_path("copied"));
    copied = (char *)scratch_read("copied", &length);
    ck_assert_int_eq((int)length, (int)strlen("slimscope prune 1 --epoch 4 --channels 50%"));
    ck_assert_int_eq(memcmp(copied, "slimscope prune 1 --epoch 4 --channels 50%", length), 0);
    free(copied);
}
END_TEST

/* Base 64 by the examples of RFC 4648; in tmux plain and passed through, its escapes doubled. */
START_TEST(clipboards_are_told_by_osc_52)
{
    static const char *const pairs[][2] = {{"f", "Zg=="},
                                           {"fo", "Zm8="},
                                           {"foo", "Zm9v"},
                                           {"foob", "Zm9vYg=="},
                                           {"foobar", "Zm9vYmFy"}};
    char expected[200];

    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        char *bytes = clipboard_sequence(pairs[i][0], false, false);
        snprintf(expected, sizeof expected, "\033]52;c;%s\a", pairs[i][1]);
        ck_assert_str_eq(bytes, expected);
        free(bytes);
    }
    char *bytes = clipboard_sequence("f", true, false);
    ck_assert_str_eq(bytes, "\033]52;c;Zg==\a\033Ptmux;\033\033]52;c;Zg==\a\033\\");
    free(bytes);
    bytes = clipboard_sequence("f", false, true);
    ck_assert_str_eq(bytes, "\033P\033]52;c;Zg==\a\033\\");
    free(bytes);
}
END_TEST

/* --- what is remembered ---------------------------------------------------------------------- */

static struct jvalue *read_settings(int expected)
{
    struct error err = {0};
    struct jvalue *settings;

    ck_assert_int_eq(remember_read(REMEMBER_SCREENS, &settings, &err), expected);
    ck_assert(jvalue_is_object(settings));
    return settings;
}

/* What cannot be taken stays in the field, with the reason above it. */
START_TEST(refused_answers_stay_to_be_mended)
{
    script_at(SCREEN_RUNS, 0, "/\n:type lambda<foo\nEnter\n");
    check_frame("filter: lambda<foo", true); /* in the field */
    check_frame("'foo' is not a number", true);
    script_at(SCREEN_RUNS, 0,
              "/\n:type lambda<foo\nEnter\nBackspace Backspace Backspace\n"
              ":type 1\nEnter\n");
    check_frame("Runs · filter: lambda<1", true);
    script_at(SCREEN_RUNS, 0, "/\n:type lambda<foo\nEnter Esc\n");
    check_frame("Runs · filter", false);
    script_at(SCREEN_RUNS, 0, "/\n:type status=finished\nEnter\n");
    check_frame("2 of 6 runs", true);
    script_at(SCREEN_PRUNE, 1, "=\n:type nonsense\nEnter\n");
    check_frame("2M macs): nonsense", true);
    script_at(SCREEN_PRUNE, 1, "=\n:type 70\nEnter\n"); /* a threshold that leaves nothing */
    check_frame("70: every |γ| is smaller; 70% is a share of the channels", true);
    check_frame("0 of 688", true);
    script_at(SCREEN_RUNS, 0, ":\n:type nonsense\nEnter\n");
    check_frame(": nonsense", true);
    script_at(SCREEN_RUNS, 0, "s C-u\n:type no/such/folder\nEnter\n");
    check_frame("no/such/folder", true);
    script_at(SCREEN_RUNS, 0, ":\n:type diff 1 1\nEnter\n");
    check_frame("run 1 with itself", true);
}
END_TEST

static void open_desk(void)
{
    struct error err = {0};

    ck_assert_msg(desk_open(scene.store_path, -1, &scene.desk, &err) == 0, "%s", err.text);
}

/* What cannot be is said while it is typed, and Enter goes there; Esc goes back to who asked. */
START_TEST(the_form_checks_what_is_typed)
{
    open_desk();
    script_at(SCREEN_RUNS, 1, "n\n");
    check_frame("A new run", true);
    check_frame("vgg11", true);
    script_at(SCREEN_RUNS, 2, "n\n"); /* a retraining's: those of the run that it goes back to */
    check_frame("vgg11", true);
    script_at(SCREEN_RUNS, 1, "n Down C-u\n:type zz\nDown Down\n");
    check_frame("network 'zz': no such network", true);
    check_frame("all is well", false);
    script_at(SCREEN_RUNS, 1, "n Down C-u\n:type zz\nDown Down Enter\n");
    check_frame("▸ arch", true);
    script_at(SCREEN_RUNS, 1, "n C-u\n:type cifar10:nowhere\n");
    check_frame("nowhere is not there", true);
    script_at(SCREEN_RUNS, 1, "n Esc\n");
    check_frame(" Runs ", true);
    script_at(SCREEN_JOBS, 1, "n Esc\n");
    check_frame(" Jobs ", true);
    desk_close(scene.desk);
    scene.desk = NULL;
}
END_TEST

START_TEST(stopping_is_asked_for)
{
    int64_t second = store_add_seed();

    ck_assert_int_eq(second, 7);
    open_desk();
    script_at(SCREEN_JOBS, 5, "X\n:type x\nEnter\n");
    check_frame("nothing was changed", true);
    script_at(SCREEN_JOBS, 5, "X\n:type y\nEnter\n:until cancelled\n");
    check_frame("cancelled", true);
    script_at(SCREEN_TRAIN, 1, "X\n");
    check_frame("the run is finished", true);
    script_at(SCREEN_RUNS, 0, "z\n:resize 160x40\nHome e\n"); /* a note is of one run */
    check_frame("several runs stand in this line", true);
    desk_close(scene.desk);
    scene.desk = NULL;
}
END_TEST

START_TEST(order_and_filter_are_remembered)
{
    setenv("XDG_STATE_HOME", scratch_path("state"), 1);
    scene.settings = read_settings(0);
    ck_assert_uint_eq(jvalue_length(scene.settings), 0);
    script_at(SCREEN_RUNS, 1, ":\n:type sort epoch\nEnter\nr\n/\n:type status=finished\nEnter\n");
    remember_write(REMEMBER_SCREENS, scene.settings, NULL);
    jvalue_free(scene.settings);

    scene.settings = read_settings(0);
    script_at(SCREEN_RUNS, 1, "Home\n");
    check_frame("filter: status=finished", true);
    check_frame("epoch▼", true);
    scene.store_path = "another"; /* whose runs that filter would hide */
    script_at(SCREEN_RUNS, 1, "Home\n");
    check_frame("filter: status=finished", false);
    check_frame("epoch▼", true);
    jvalue_free(scene.settings);
    scene.settings = NULL;
}
END_TEST

/* Whatever stands in the file: it is ignored, or what is none of ours in it. */
START_TEST(hostile_settings_are_ignored)
{
    static const char *const hostile[] = {"",        "[]", "{", "nonsense", "{\"a\":1,\"a\":2}",
                                          "\xff\xfe"};
    static const char odd[] =
        "{\"runs\":{\"sort\":7,\"reverse\":\"yes\",\"grouped\":null,\"filter\":"
        "\"colour=red\"},\"compare\":{\"axis\":-3,\"budget\":1e9},\"gamma\":[]}";

    setenv("XDG_STATE_HOME", scratch_path("state"), 1);
    mkdir(scratch_path("state"), 0755);
    mkdir(scratch_path("state/slimscope"), 0755);
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
        scratch_file("state/slimscope/screens.json", hostile[i], strlen(hostile[i]));
        jvalue_free(read_settings(ERROR_DATA));
    }
    scratch_file("state/slimscope/screens.json", odd, strlen(odd));
    scene.settings = read_settings(0);
    script_at(SCREEN_RUNS, 1, "F6 F4 F2\n");
    check_frame("run▲", true);
    check_frame("filter:", false);
    jvalue_free(scene.settings);
    scene.settings = NULL;
    remove(scratch_path("state/slimscope/screens.json"));
    ck_assert_int_eq(mkfifo(scratch_path("state/slimscope/screens.json"), 0600), 0);
    jvalue_free(read_settings(ERROR_DATA)); /* and it does not wait */
}
END_TEST

TCase *command_case(void)
{
    TCase *tests = tcase_create("commands");

    tcase_add_checked_fixture(tests, open_scene, close_scene);
    tcase_add_test(tests, commands_do_what_has_no_key);
    tcase_add_test(tests, commands_are_completed);
    tcase_add_test(tests, seeds_become_one_line);
    tcase_add_test(tests, means_are_those_of_the_textbook);
    tcase_add_test(tests, differences_of_two_runs_are_shown);
    tcase_add_test(tests, what_is_seen_is_saved_and_copied);
    tcase_add_test(tests, clipboards_are_told_by_osc_52);
    tcase_add_test(tests, refused_answers_stay_to_be_mended);
    tcase_add_test(tests, the_form_checks_what_is_typed);
    tcase_add_test(tests, stopping_is_asked_for);
    tcase_add_test(tests, order_and_filter_are_remembered);
    tcase_add_test(tests, hostile_settings_are_ignored);
    return tests;
}
