/*
 * The screens on a store: frames as committed text (tests/golden/screen-*.txt), and the app driven
 * by scripts. With UPDATE_GOLDEN set, the goldens are written instead of compared.
 */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "tests/unit/scratch.h"
#include "tests/unit/ui/test_ui.h"
#include "ui/app.h"
#include "ui/prune_model.h"
#include "ui/roster.h"
#include "ui/view_compare.h"
#include "ui/view_gamma.h"
#include "ui/view_jobs.h"
#include "ui/view_prune.h"
#include "ui/view_runs.h"
#include "ui/view_train.h"

static const struct view_ops *const all[] = {&view_runs,    &view_train, &view_gamma, &view_prune,
                                             &view_compare, &view_jobs,  NULL};
struct scene scene;

void open_scene(void)
{
    struct error err = {0};

    scratch_open();
    store_fill();
    scene = (struct scene){.store_path = scratch_path("runs.db"),
                           .store_name = "runs.db",
                           .wake_fd = -1,
                           .still = true};
    ck_assert_msg(store_open(scene.store_path, STORE_READ, &scene.store, &err) == 0, "%s",
                  err.text);
}

void close_scene(void)
{
    roster_release(scene.roster);
    store_close(scene.store);
    scratch_close();
}

/* --- frames ---------------------------------------------------------------------------------- */

static const struct frame {
    const char *golden;
    enum screen screen;
    int64_t run;
    const char *at;
    int rows, cols;
    enum glyph_set glyphs;
} frames[] = {
    {"runs-80x24", SCREEN_RUNS, 0, NULL, 24, 80, GLYPHS_UTF8},
    {"runs-160x40", SCREEN_RUNS, 3, NULL, 40, 160, GLYPHS_UTF8},
    {"train-100x30", SCREEN_TRAIN, 1, NULL, 30, 100, GLYPHS_UTF8},
    {"train-live-80x24", SCREEN_TRAIN, 3, NULL, 24, 80, GLYPHS_UTF8},
    {"train-failed-80x24", SCREEN_TRAIN, 4, NULL, 24, 80, GLYPHS_BLOCK},
    {"prune-100x30", SCREEN_PRUNE, 1, "50%", 30, 100, GLYPHS_UTF8},
    {"prune-118x30", SCREEN_PRUNE, 1, "62.32%", 30, 118, GLYPHS_UTF8},
    {"prune-60x16", SCREEN_PRUNE, 1, "0.01", 16, 60, GLYPHS_UTF8},
    {"prune-200x60", SCREEN_PRUNE, 1, "99%", 60, 200, GLYPHS_BLOCK},
    {"prune-80x24-ascii", SCREEN_PRUNE, 1, "30%", 24, 80, GLYPHS_ASCII},
    {"prune-nothing-80x24", SCREEN_PRUNE, 4, NULL, 24, 80, GLYPHS_UTF8},
    {"compare-80x24", SCREEN_COMPARE, 0, NULL, 24, 80, GLYPHS_UTF8},
    {"compare-140x45", SCREEN_COMPARE, 0, NULL, 45, 140, GLYPHS_UTF8},
    {"compare-60x16", SCREEN_COMPARE, 0, NULL, 16, 60, GLYPHS_ASCII},
    {"gamma-80x24", SCREEN_GAMMA, 1, NULL, 24, 80, GLYPHS_UTF8},
    {"gamma-140x45", SCREEN_GAMMA, 1, NULL, 45, 140, GLYPHS_UTF8},
    {"gamma-60x16", SCREEN_GAMMA, 3, NULL, 16, 60, GLYPHS_ASCII},
    {"gamma-nothing-80x24", SCREEN_GAMMA, 4, NULL, 24, 80, GLYPHS_UTF8},
    {"jobs-80x24", SCREEN_JOBS, 0, NULL, 24, 80, GLYPHS_UTF8},
    {"jobs-140x45", SCREEN_JOBS, 5, NULL, 45, 140, GLYPHS_UTF8},
    {"jobs-60x16", SCREEN_JOBS, 0, NULL, 16, 60, GLYPHS_ASCII},
    {"small-59x24", SCREEN_PRUNE, 1, NULL, 24, 59, GLYPHS_UTF8},
};

static char *golden_path(const char *name)
{
    const char *folder = getenv("srcdir");

    return memory_print("%s/tests/golden/screen-%s.txt", folder ? folder : ".", name);
}

static void check_golden(const char *name, const char *text)
{
    char *path = golden_path(name), *expected = NULL;
    struct error err = {0};
    size_t length;

    if (getenv("UPDATE_GOLDEN")) {
        FILE *file = fopen(path, "w");
        ck_assert_ptr_nonnull(file);
        fputs(text, file);
        ck_assert_int_eq(fclose(file), 0);
    } else {
        ck_assert_msg(file_read(path, 1 << 20, &expected, &length, &err) == 0, "%s", err.text);
        if (strcmp(text, expected) != 0)
            fputs(text, stderr); /* too long for a message */
        ck_assert_msg(strcmp(text, expected) == 0, "%s is not as it was", name);
    }
    free(expected);
    free(path);
}

/* Exactly so many lines, none too wide, and nothing that moves a cursor. */
static void check_shape(const char *text, int rows, int cols)
{
    struct grid grid;
    char *copy = memory_copy_text(text), *rest = copy;
    int lines = 0;

    grid_init(&grid, 1, 1, GLYPHS_UTF8);
    for (char *line; (line = strsep(&rest, "\n")) != NULL && rest; lines++) {
        ck_assert_int_le(grid_text_width(&grid, line), cols);
        for (const char *c = line; *c; c++)
            ck_assert((unsigned char)*c >= ' ' && *c != 0x7F);
    }
    ck_assert_int_eq(lines, rows);
    grid_done(&grid);
    free(copy);
}

START_TEST(frames_are_as_committed)
{
    const struct frame *frame = &frames[_i];
    struct app_views views = {all, frame->screen};
    struct error err = {0};
    char *text;

    scene.run = frame->run;
    scene.at = frame->at;
    ck_assert_msg(app_once(&scene, &views, frame->rows, frame->cols, frame->glyphs, &text, &err) ==
                      0,
                  "%s", err.text);
    check_shape(text, frame->rows, frame->cols);
    check_golden(frame->golden, text);
    free(text);
}
END_TEST

/* Every size from the least on draws inside the grid (sanitizers watch), on each screen. */
START_TEST(every_size_can_be_drawn)
{
    static const enum screen screens[] = {SCREEN_RUNS,  SCREEN_TRAIN,   SCREEN_GAMMA,
                                          SCREEN_PRUNE, SCREEN_COMPARE, SCREEN_JOBS};
    struct error err = {0};
    char *text;

    for (size_t s = 0; s < sizeof screens / sizeof *screens; s++)
        for (int rows = 14; rows < 70; rows += 5)
            for (int cols = 56; cols < 230; cols += 23) {
                struct app_views views = {all, screens[s]};
                scene.run = 1;
                ck_assert_int_eq(app_once(&scene, &views, rows, cols, GLYPHS_UTF8, &text, &err), 0);
                check_shape(text, rows, cols);
                free(text);
            }
}
END_TEST

/* --- scripts --------------------------------------------------------------------------------- */

static void run_script(enum screen first, const char *script, int expected)
{
    struct app_views views = {all, first};
    struct error err = {0};
    struct front *front;

    scratch_file("script", script, strlen(script));
    ck_assert_int_eq(front_open_script(scratch_path("script"), 30, 100, GLYPHS_UTF8, &front, &err),
                     0);
    int code = app_run(front, &scene, &views, &err);
    front->ops->close(front);
    ck_assert_msg(code == expected, "%d: %s", code, err.text);
}

void script_at(enum screen first, int64_t run, const char *format, ...)
{
    char script[2000], whole[3000];
    va_list list;

    va_start(list, format);
    vsnprintf(script, sizeof script, format, list);
    va_end(list);
    scene.run = run;
    snprintf(whole, sizeof whole, "%s:save-screen %s\n", script, scratch_path("frame"));
    run_script(first, whole, 0);
}

void check_frame(const char *text, bool there)
{
    size_t length;
    char *frame = (char *)scratch_read("frame", &length);
    char *copy = memory_print("%.*s", (int)length, frame);

    bool found = strstr(copy, text) != NULL;
    if (found != there)
        fputs(copy, stderr); /* too long for a message */
    ck_assert_msg(found == there, "\"%s\" is %s on the screen", text, there ? "not" : "still");
    free(copy);
    free(frame);
}

START_TEST(keys_move_the_slider)
{
    script_at(SCREEN_PRUNE, 1, "5\n");
    check_frame("channels pruned 50 %  344 of 688", true);
    script_at(SCREEN_PRUNE, 1, "5\nRight Right Left l h\n");
    check_frame("345 of 688", true);
    script_at(SCREEN_PRUNE, 1, "5\nS-Right > L\n");
    check_frame("channels pruned 53 %  364 of 688", true);
    script_at(SCREEN_PRUNE, 1, "5\nS-Left\n");
    check_frame("channels pruned 49 %  337 of 688", true);
    script_at(SCREEN_PRUNE, 1, "Left Left\n");
    check_frame("channels pruned 0 %  0 of 688", true);
    script_at(SCREEN_PRUNE, 1, "End Right\n");
    check_frame("held back", true);
    script_at(SCREEN_PRUNE, 1, "=\n:type 62.32%%\nEnter\n");
    check_frame("428 of 688", true);
    script_at(SCREEN_PRUNE, 1, "=\n:type 0.01\nEnter\n");
    check_frame("|γ| ≤ 0.00", true);
    script_at(SCREEN_PRUNE, 1, "4\n=\n:type 200%%\nEnter\n");
    check_frame("275 of 688", true);
    script_at(SCREEN_PRUNE, 1, "4\n=\n:type nonsense\nEnter\n");
    check_frame("\"nonsense\": an amount is", true);
    script_at(SCREEN_PRUNE, 1, "4\n=\n:type 50%%\nEsc\n");
    check_frame("275 of 688", true);
}
END_TEST

/* Saves the first screen to `name` in the scratch folder, where the test must be: a whole path
 * would not fit into every message. Looks how the file begins. */
static void check_saved(enum screen first, const char *keys, const char *name, const char *start)
{
    size_t length;

    script_at(first, 1, "%s\ns\nC-u\n:type %s\nEnter\n", keys, name);
    unsigned char *bytes = scratch_read(name, &length);
    ck_assert_uint_ge(length, strlen(start));
    ck_assert_mem_eq(bytes, start, strlen(start));
    free(bytes);
    scratch_remove(name);
}

START_TEST(screens_are_saved)
{
    static const enum screen with_figure[] = {SCREEN_TRAIN, SCREEN_GAMMA, SCREEN_PRUNE,
                                              SCREEN_COMPARE};

    ck_assert_int_eq(chdir(scratch_path("")), 0);
    for (size_t i = 0; i < sizeof with_figure / sizeof *with_figure; i++) {
        check_saved(with_figure[i], "", "a.png", "\x89PNG\r\n");
        check_saved(with_figure[i], "", "a.svg", "<?xml");
        check_saved(with_figure[i], "", "a.pdf", "%PDF");
        check_frame("a.pdf: a figure", true);
        check_saved(with_figure[i], "", "a.txt", " slimscope ");
    }
    check_saved(SCREEN_RUNS, "", "runs", " slimscope ");
    script_at(SCREEN_RUNS, 1, "s\nC-u\n:type runs.png\nEnter\n");
    check_frame("this screen has no figure", true);
    script_at(SCREEN_GAMMA, 1, "s\nC-u\n:type no/g.png\nEnter\n");
    check_frame("No such file", true);
}
END_TEST

/* The layers that are saved are those at the slider: at 0 they are whole. */
START_TEST(figure_of_the_slider)
{
    static const char gone[] = "% of the channels pruned";
    size_t length;

    script_at(SCREEN_PRUNE, 1, "5\ns\nC-u\n:type %s\nEnter\n", scratch_path("half.png"));
    unsigned char *bytes = scratch_read("half.png", &length);
    ck_assert_ptr_nonnull(memmem(bytes, length, "; 50\u00a0% of the channels pruned", 30));
    free(bytes);
    script_at(SCREEN_PRUNE, 1, "Home\ns\nC-u\n:type %s\nEnter\n", scratch_path("none.png"));
    bytes = scratch_read("none.png", &length);
    ck_assert_ptr_nonnull(memmem(bytes, length, "; 0\u00a0", 5));
    ck_assert_ptr_nonnull(memmem(bytes, length, gone, strlen(gone)));
    free(bytes);
}
END_TEST

/* What a user can read off: the percentage gives the same count again, at every stop. */
START_TEST(the_percentage_gives_the_count_again)
{
    struct prune_model model;

    prune_model_open(&model, scene.store, 1);
    ck_assert_ptr_nonnull(model.preview);
    for (int count = 0; count <= model.most; count++) {
        prune_model_move(&model, count);
        struct decimal percent = preview_percent(model.preview, count);
        ck_assert_int_eq(decimal_percent_floor(percent, model.channels), count);
        ck_assert_int_eq(model.state.kept - model.state.held, model.channels - count);
    }
    for (int tenths = 0; tenths <= 999; tenths++)
        ck_assert_int_eq(prune_model_count_of(&model, tenths), 688 * tenths / 1000);
    prune_model_done(&model);
}
END_TEST

/* The slider stands in row 4, columns 4 to 95 of 100: its first value in column 5, 99.9 % in 94. */
START_TEST(drags_by_the_mouse)
{
    script_at(SCREEN_PRUNE, 1, ":mouse press 4 5\n:mouse drag 4 50\n");
    check_frame("channels pruned 50.", true);
    script_at(SCREEN_PRUNE, 1, ":mouse press 4 30\n:mouse drag 20 200\n:mouse release 20 200\n");
    check_frame("channels pruned 99.", true);
    script_at(SCREEN_PRUNE, 1, "5\n:mouse press 4 30\n:mouse drag 4 60\nEsc\n");
    check_frame("344 of 688", true); /* Esc takes the drag back, and does nothing else */
    script_at(SCREEN_PRUNE, 1, "5\n:mouse drag 4 60\n:mouse release 4 60\n");
    check_frame("344 of 688", true); /* no press, no drag */
    script_at(SCREEN_PRUNE, 1, "5\n:mouse press 12 30\n:mouse drag 4 60\n");
    check_frame("344 of 688", true); /* what was pressed elsewhere does not move it */
    script_at(SCREEN_PRUNE, 1, "5\n:mouse up 4 60\n:mouse up 4 60\n:mouse down 4 60\n");
    check_frame("channels pruned 51 %", true);
    script_at(SCREEN_PRUNE, 1, ":mouse press 4 30\n:resize 200x60\n:mouse drag 4 195\n");
    check_frame("channels pruned 99.", true);
}
END_TEST

START_TEST(accuracies_say_how_they_are_known)
{
    script_at(SCREEN_PRUNE, 1, "0\n");
    check_frame("84.5 %   before 84.5 %   measured, validation", true);
    script_at(SCREEN_PRUNE, 1, "5\n");
    check_frame("80.1 %   before 84.5 %   measured, validation", true);
    check_frame("62.0 % here (run 2)", true);
    script_at(SCREEN_PRUNE, 1, "=\n:type 40%%\nEnter\n");
    check_frame("   interpolated", true);
    script_at(SCREEN_PRUNE, 1, "=\n:type 69.05%%\nEnter\n"); /* 213 channels left */
    check_frame("62.5 % ± 5.9   before 84.5 %   β folded 75.0 %   measured, 256 validation", true);
    script_at(SCREEN_PRUNE, 1, "=\n:type 69.05%%\nEnter f\n");
    check_frame("pruned, β folded 75.0 % ± 5.3   before 84.5 %   not folded 62.5 %", true);
    check_frame("   measured, 256 validation", true);
    script_at(SCREEN_PRUNE, 1, "End\n");
    check_frame("not measured", true);
    script_at(SCREEN_PRUNE, 1, "5\n[\n");
    check_frame("at epoch 3 of 4", true);
    check_frame("measured, validation", false);
}
END_TEST

START_TEST(runs_are_filtered_sorted_and_opened)
{
    script_at(SCREEN_RUNS, 0, "/\n:type status=failed\nEnter\n");
    check_frame("smooth", false);
    check_frame("failed", true);
    script_at(SCREEN_RUNS, 0, "/\n:type acc>2\nEnter\n");
    check_frame("no run passes the filter", true);
    script_at(SCREEN_RUNS, 0, "/\n:type acc>2\nEnter\nEsc\n");
    check_frame("smooth", true);
    script_at(SCREEN_RUNS, 0, "/\n:type failed\nEsc\n");
    check_frame("smooth", true);
    script_at(SCREEN_RUNS, 0, "/\n:type colour=red\nEnter\n");
    check_frame("colour", true);
    check_frame("; keys: ", true);
    script_at(SCREEN_RUNS, 0, "r\n");
    check_frame("▸     1", true); /* the cursor stays on its run */
    script_at(SCREEN_RUNS, 0, "Space\n");
    check_frame(" ✓    1", true);
    script_at(SCREEN_RUNS, 0, "Home Enter\n");
    check_frame("channels pruned", true);
    script_at(SCREEN_RUNS, 0, "Down Down Enter\n");
    check_frame("epoch 3, batch 120 of 860", true);
    script_at(SCREEN_RUNS, 0, "Enter\nq\n");
    check_frame(" Runs ", true);
    script_at(SCREEN_RUNS, 0, ":mouse press 5 20\n:mouse release 5 20\np\n");
    check_frame("run 2", true);
    script_at(SCREEN_RUNS, 0, "?\n");
    check_frame("Filter: words", true);
    script_at(SCREEN_RUNS, 0, ":resize 80x24\n?\nPgDn PgDn PgDn\n");
    check_frame("The jobs", true); /* the last of its lines */
    script_at(SCREEN_RUNS, 0, "?\nEsc\n");
    check_frame("Filter: words", false);
}
END_TEST

/* Where the store can only be read, what would change it says so. */
START_TEST(nothing_is_changed_without_a_desk)
{
    scene.why_not = "for this reason";
    script_at(SCREEN_PRUNE, 1, "5\nR\n");
    check_frame("for this reason", true);
    script_at(SCREEN_RUNS, 1, "n\n");
    check_frame("for this reason", true);
    script_at(SCREEN_RUNS, 1, "e\n");
    check_frame("for this reason", true);
}
END_TEST

START_TEST(jobs_stand_in_their_order)
{
    script_at(SCREEN_JOBS, 0, "Enter\n");
    check_frame("epoch 3, batch 120 of 860", true);
    script_at(SCREEN_JOBS, 0, "Down Down Enter\n");
    check_frame("run 5", true);
    script_at(SCREEN_JOBS, 6, "p\n");
    check_frame("run 6 has no epoch yet", true);
    script_at(SCREEN_JOBS, 0, "End Up\n");
    check_frame("failed    ", true);
    check_frame("fashion: no such?]0;x?folder", true);
    script_at(SCREEN_JOBS, 0, "q\n");
    check_frame(" Runs ", true);
    scene.why_not = "for this reason";
    script_at(SCREEN_JOBS, 5, "Space\n");
    check_frame("for this reason", true);
    script_at(SCREEN_JOBS, 5, "+\n");
    check_frame("for this reason", true);
    script_at(SCREEN_JOBS, 5, "X\n");
    check_frame("for this reason", true);
}
END_TEST

/* What is said of the chosen job: since its run was begun last, until another is. */
START_TEST(the_log_of_the_chosen_job_is_shown)
{
    static const char log[] = "run 3: begun\nold\nrun 5: begun\nof five\nrun 3: again\nepoch 3/4\n"
                              "run 6: begun\nof six\n";

    scratch_folder("runs.db.d");
    scratch_file("runs.db.d/worker.log", log, strlen(log));
    scene.still = false;
    script_at(SCREEN_JOBS, 3, ":until epoch 3/4\n");
    check_frame("What its worker says of run 3", true);
    check_frame("run 3: again", true);
    check_frame("old", false);
    check_frame("of six", false);
    script_at(SCREEN_JOBS, 1, ":wait 0\n"); /* nothing is said of it: what is stored is shown */
    check_frame("The epochs of run 1", true);
    check_frame("of six", false);
    script_at(SCREEN_JOBS, 4, ":until of six\n"); /* that has none: all that is said */
    check_frame("What the workers say", true);
}
END_TEST

/* Every action can be reached by the mouse: on the foot, the head, and in the help. */
START_TEST(foot_head_and_help_can_be_pressed)
{
    script_at(SCREEN_RUNS, 1, ":mouse press 30 10\n:mouse release 30 10\n"); /* "p prune" */
    check_frame("channels pruned", true);
    script_at(SCREEN_PRUNE, 1, ":mouse press 30 3\n:mouse release 30 3\n"); /* the right arrow */
    check_frame("1 of 688", true);
    script_at(SCREEN_PRUNE, 1, ":mouse press 1 3\n");
    check_frame(" Runs ", true);
    script_at(SCREEN_PRUNE, 1, ":mouse press 1 95\n");
    check_frame("Keys (", true);
    script_at(SCREEN_PRUNE, 1, "?\n:mouse press 3 20\n");
    check_frame("Keys (", false);
}
END_TEST

START_TEST(scripts_say_what_is_wrong)
{
    run_script(SCREEN_RUNS, "Nonsense\n", ERROR_DATA);
    run_script(SCREEN_RUNS, ":nonsense\n", ERROR_DATA);
    run_script(SCREEN_RUNS, ":resize 80\n", ERROR_DATA);
    run_script(SCREEN_RUNS, ":mouse lick 1 1\n", ERROR_DATA);
    run_script(SCREEN_RUNS, ":save-screen /nonexistent/file\n", ERROR_DATA);
    run_script(SCREEN_RUNS, "# a remark\n\nDown\n:wait 0.01\n", 0);
    run_script(SCREEN_RUNS, ":resize 20x5\nDown q\n", 0);
}
END_TEST

TCase *screen_case(void)
{
    TCase *tests = tcase_create("screens");

    tcase_add_checked_fixture(tests, open_scene, close_scene);
    tcase_add_loop_test(tests, frames_are_as_committed, 0, sizeof frames / sizeof *frames);
    tcase_add_test(tests, every_size_can_be_drawn);
    tcase_add_test(tests, keys_move_the_slider);
    tcase_add_test(tests, screens_are_saved);
    tcase_add_test(tests, figure_of_the_slider);
    tcase_add_test(tests, the_percentage_gives_the_count_again);
    tcase_add_test(tests, drags_by_the_mouse);
    tcase_add_test(tests, accuracies_say_how_they_are_known);
    tcase_add_test(tests, runs_are_filtered_sorted_and_opened);
    tcase_add_test(tests, nothing_is_changed_without_a_desk);
    tcase_add_test(tests, jobs_stand_in_their_order);
    tcase_add_test(tests, the_log_of_the_chosen_job_is_shown);
    tcase_add_test(tests, foot_head_and_help_can_be_pressed);
    tcase_add_test(tests, scripts_say_what_is_wrong);
    return tests;
}
