/* Mouse, keys, layout and widgets. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "tests/unit/ui/test_ui.h"
#include "ui/command.h"
#include "ui/field.h"
#include "ui/keymap.h"
#include "ui/layout.h"
#include "ui/mouse.h"
#include "ui/slider.h"
#include "ui/table.h"

/* --- mouse ----------------------------------------------------------------------------------- */

static void check_mouse(const char *bytes, enum mouse_kind kind, int button, int row, int col)
{
    struct mouse_event event;

    ck_assert_int_eq(mouse_decode(bytes, strlen(bytes), &event), (int)strlen(bytes));
    ck_assert_int_eq(event.kind, kind);
    ck_assert_int_eq(event.row, row);
    ck_assert_int_eq(event.col, col);
    if (kind != MOUSE_NONE)
        ck_assert_int_eq(event.button, button);
}

START_TEST(mouse_reports)
{
    struct mouse_event event;

    check_mouse("0;20;5M", MOUSE_PRESS, 0, 4, 19);
    check_mouse("0;20;5m", MOUSE_RELEASE, 0, 4, 19);
    check_mouse("32;21;5M", MOUSE_DRAG, 0, 4, 20);
    check_mouse("2;1;1M", MOUSE_PRESS, 2, 0, 0);
    check_mouse("64;1;1M", MOUSE_WHEEL_UP, 0, 0, 0);
    check_mouse("65;1;1M", MOUSE_WHEEL_DOWN, 1, 0, 0);
    check_mouse("66;1;1M", MOUSE_NONE, 0, 0, 0);  /* wheel to the side */
    check_mouse("35;7;8M", MOUSE_NONE, 0, 7, 6);  /* motion without a button */
    check_mouse("128;1;1M", MOUSE_NONE, 0, 0, 0); /* a button we do not know */
    check_mouse("0;99999999999;5M", MOUSE_PRESS, 0, 4, 32766);
    ck_assert_int_eq(mouse_decode("28;3;4M", 7, &event), 7);
    ck_assert(event.shift && event.alt && event.control);
}
END_TEST

START_TEST(mouse_reports_cut_off_or_garbled)
{
    static const char *const garbage[] = {"x",     "0;;5M",  "0;1M",   "0;1;1X",   "-1;1;1M",
                                          ";1;1M", "0;0;1M", "0;1;0M", "0;1;1;1M", "\033[<0;1;1M"};
    static const char whole[] = "32;121;45M";
    struct mouse_event event;

    for (size_t length = 0; length < sizeof whole - 1; length++)
        ck_assert_int_eq(mouse_decode(whole, length, &event), 0);
    for (size_t i = 0; i < sizeof garbage / sizeof *garbage; i++)
        ck_assert_int_eq(mouse_decode(garbage[i], strlen(garbage[i]), &event), -1);
    char endless[100];
    memset(endless, '7', sizeof endless);
    ck_assert_int_eq(mouse_decode(endless, sizeof endless, &event), -1);
}
END_TEST

static bool feed(struct drag *drag, const char *bytes, struct mouse_event *event)
{
    ck_assert_int_gt(mouse_decode(bytes, strlen(bytes), event), 0);
    return drag_take(drag, event);
}

START_TEST(drags)
{
    struct drag drag = {0};
    struct mouse_event event;

    ck_assert(!feed(&drag, "32;5;5M", &event)); /* motion without a press */
    ck_assert(!feed(&drag, "0;5;5m", &event));  /* release without a press */
    ck_assert(feed(&drag, "0;10;3M", &event));
    ck_assert(!feed(&drag, "2;11;3M", &event));  /* another button meanwhile */
    ck_assert(!feed(&drag, "34;11;3M", &event)); /* and its motion */
    ck_assert(feed(&drag, "32;80;9M", &event));
    ck_assert_int_eq(event.from_row, 2);
    ck_assert_int_eq(event.from_col, 9);
    ck_assert(feed(&drag, "0;80;9m", &event));
    ck_assert_int_eq(event.from_col, 9);
    ck_assert(!feed(&drag, "32;5;5M", &event));
    ck_assert(feed(&drag, "64;5;5M", &event)); /* the wheel needs no press */
    ck_assert(feed(&drag, "0;1;1M", &event));
    ck_assert(feed(&drag, "0;9;1M", &event)); /* its release was lost: begins anew */
    ck_assert_int_eq(event.from_col, 8);
    ck_assert(drag_cancel(&drag));
    ck_assert(!drag_cancel(&drag));
    ck_assert(!feed(&drag, "32;5;5M", &event));
}
END_TEST

/* --- keys ------------------------------------------------------------------------------------ */

START_TEST(key_names_are_found_again)
{
    static const char *const names[] = {"a", "R", "?", "Space", "C-c", "Up", "S-Left", "F12", "é"};
    char text[16];

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        int key = key_find(names[i]);
        ck_assert_int_ne(key, K_NONE);
        ck_assert_str_eq(key_print(key, text, sizeof text), names[i]);
    }
    ck_assert_int_eq(key_find("C-c"), 3);
    ck_assert_int_eq(key_find("Nonsense"), K_NONE);
    ck_assert_int_eq(key_find("\033"), K_NONE);
    ck_assert_int_eq(key_find(""), K_NONE);
}
END_TEST

/* Every action has keys, each of them known, and on no screen does a key mean two things. */
START_TEST(no_key_means_two_things)
{
    static const struct {
        const char *name, *keys, *help;
        unsigned screens;
    } all[] = {
#define IN(screen)                              (1U << SCREEN_##screen)
#define EVERYWHERE                              ((1U << SCREENS) - 1)
#define ACTION(name, keys, screens, foot, help) {#name, keys, help, screens},
#include "ui/actions.def"
#undef ACTION
    };

    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        char keys[64];
        int count = 0;
        snprintf(keys, sizeof keys, "%s", all[i].keys);
        for (char *name = strtok(keys, " "); name; name = strtok(NULL, " "), count++) {
            int key = key_find(name);
            ck_assert_msg(key != K_NONE, "%s: no key \"%s\"", all[i].name, name);
            for (int screen = 0; screen < SCREENS; screen++)
                if (all[i].screens & 1U << screen)
                    ck_assert_msg(keymap_find((enum screen)screen, key) == (enum action)(i + 1),
                                  "%s on %s: %s means something else", name,
                                  screen_name((enum screen)screen), all[i].name);
        }
        ck_assert_msg(count > 0 && *all[i].help && all[i].screens, "%s is empty", all[i].name);
    }
}
END_TEST

START_TEST(the_foot_fits_and_joins_neighbours)
{
    char text[600];

    for (int width = 10; width < 240; width++)
        for (int screen = 0; screen < SCREENS; screen++) {
            struct grid grid;
            grid_init(&grid, 1, 1, GLYPHS_UTF8);
            keymap_foot((enum screen)screen, GLYPHS_UTF8, width, text, sizeof text);
            ck_assert_int_le(grid_text_width(&grid, text), width);
            grid_done(&grid);
        }
    keymap_foot(SCREEN_PRUNE, GLYPHS_UTF8, 200, text, sizeof text);
    ck_assert_ptr_nonnull(strstr(text, "←→ one channel"));
    ck_assert_ptr_nonnull(strstr(text, "[] epoch"));
    /* "←→ one channel  ⇧←⇧→ 1 %": each arrow is its key's, the word the last one's */
    ck_assert_int_eq(keymap_foot_at(SCREEN_PRUNE, GLYPHS_UTF8, 200, 0), ACTION_FEWER);
    ck_assert_int_eq(keymap_foot_at(SCREEN_PRUNE, GLYPHS_UTF8, 200, 1), ACTION_MORE);
    ck_assert_int_eq(keymap_foot_at(SCREEN_PRUNE, GLYPHS_UTF8, 200, 13), ACTION_MORE);
    ck_assert_int_eq(keymap_foot_at(SCREEN_PRUNE, GLYPHS_UTF8, 200, 14), ACTION_NONE);
    ck_assert_int_eq(keymap_foot_at(SCREEN_PRUNE, GLYPHS_UTF8, 200, 17), ACTION_MUCH_FEWER);
    ck_assert_int_eq(keymap_foot_at(SCREEN_PRUNE, GLYPHS_UTF8, 20, 17), ACTION_NONE);
    ck_assert_int_eq(keymap_foot_at(SCREEN_PRUNE, GLYPHS_UTF8, 200, 199), ACTION_NONE);
    ck_assert_int_eq(keymap_foot_at(SCREEN_PRUNE, GLYPHS_ASCII, 200, 3), ACTION_MORE);
}
END_TEST

static void check_page(const char *page, const char *part)
{
    if (!strstr(page, part))
        fputs(part, stderr); /* too long for a message */
    ck_assert_msg(strstr(page, part) != NULL, "the man page does not read as above");
}

START_TEST(the_manual_has_every_key)
{
    const char *folder = getenv("srcdir");
    char path[4096], *page, *keys = keymap_manual();
    size_t length;
    struct error err = {0};

    snprintf(path, sizeof path, "%s/man/slimscope.1", folder ? folder : ".");
    ck_assert_msg(file_read(path, 1 << 20, &page, &length, &err) == 0, "%s", err.text);
    check_page(page, keys);
    char *commands = command_manual();
    check_page(page, commands);
    free(page);
    free(keys);
    free(commands);
}
END_TEST

/* --- layout ---------------------------------------------------------------------------------- */

static bool apart(struct rect a, struct rect b)
{
    return a.row + a.rows <= b.row || b.row + b.rows <= a.row || a.col + a.cols <= b.col ||
           b.col + b.cols <= a.col;
}

static void check_layout(enum screen screen, int rows, int cols, int lines)
{
    struct layout layout;
    int present = 0;

    ck_assert(layout_make(screen, rows, cols, lines, &layout));
    for (int a = 0; a < PARTS; a++) {
        struct rect frame = layout.frame[a], in = layout.inside[a];
        if (!layout_has(&layout, (enum part)a))
            continue;
        present++;
        ck_assert_msg(in.rows >= 1 && in.cols >= 20, "%s %dx%d: part %d is empty",
                      screen_name(screen), cols, rows, a);
        ck_assert_msg(frame.row >= 0 && frame.col >= 0 && frame.row + frame.rows <= rows &&
                          frame.col + frame.cols <= cols,
                      "%s %dx%d: part %d is off the screen", screen_name(screen), cols, rows, a);
        for (int b = 0; b < PARTS; b++)
            if (b != a && layout_has(&layout, (enum part)b))
                ck_assert_msg(apart(in, layout.frame[b]), "%s %dx%d: parts %d and %d overlap",
                              screen_name(screen), cols, rows, a, b);
        ck_assert_int_eq(layout_find(&layout, in.row, in.col), a);
    }
    ck_assert_int_ge(present, 3);
}

START_TEST(layouts_overlap_nowhere_and_leave_nothing_empty)
{
    static const int lines[] = {0, 1, 5, 16, 163, 1000000};

    for (int screen = 0; screen < SCREENS; screen++)
        for (int rows = LAYOUT_MIN_ROWS; rows <= 80; rows++)
            for (int cols = LAYOUT_MIN_COLS; cols <= 250; cols += 1 + cols % 7)
                for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
                    check_layout((enum screen)screen, rows, cols, lines[i]);
}
END_TEST

START_TEST(small_terminals_have_no_layout)
{
    struct layout layout;

    ck_assert(!layout_make(SCREEN_PRUNE, 15, 100, 8, &layout));
    ck_assert(!layout_make(SCREEN_PRUNE, 30, 59, 8, &layout));
    ck_assert(!layout_has(&layout, PART_HEAD));
}
END_TEST

/* --- widgets --------------------------------------------------------------------------------- */

START_TEST(every_count_can_be_reached_and_columns_agree)
{
    struct slider slider = {.most = 1056};

    for (int width = 5; width < 200; width += 7) {
        ck_assert_int_eq(slider_value_at(&slider, width, -5), 0);
        ck_assert_int_eq(slider_value_at(&slider, width, width + 5), 1056);
        int before = -1;
        for (int column = 1; column < width - 1; column++) {
            int value = slider_value_at(&slider, width, column);
            ck_assert_int_gt(value, before);
            ck_assert_int_eq(slider_column(&slider, width, value), column);
            before = value;
        }
    }
}
END_TEST

START_TEST(a_slider_in_text)
{
    static const int ticks[] = {30, 80};
    struct slider slider = {.value = 50, .most = 100, .ticks = ticks, .tick_count = 2};
    struct grid grid;

    grid_init(&grid, 1, 23, GLYPHS_UTF8);
    slider_draw(&slider, &grid, 0, 0, 23);
    check_dump(&grid, "┝━━━━━━┯━━━●─────┬────┥\n");
    slider.most = slider.value = 0; /* nothing to prune */
    slider_draw(&slider, &grid, 0, 0, 23);
    grid_done(&grid);
}
END_TEST

static void type(struct field *field, const char *keys)
{
    char copy[200];

    snprintf(copy, sizeof copy, "%s", keys);
    for (char *name = strtok(copy, " "); name; name = strtok(NULL, " "))
        ck_assert(field_key(field, key_find(name)));
}

START_TEST(typing)
{
    struct field field;

    field_set(&field, "");
    type(&field, "a é z Left Left Backspace");
    ck_assert_str_eq(field.text, "éz");
    type(&field, "Delete");
    ck_assert_str_eq(field.text, "z");
    type(&field, "End Delete Backspace Backspace");
    ck_assert_str_eq(field.text, "");
    ck_assert(!field_key(&field, K_UP));
    ck_assert(!field_key(&field, 27));
    for (int i = 0; i < 2000; i++)
        field_key(&field, 0x20AC);
    ck_assert_uint_lt(strlen(field.text), sizeof field.text);
    type(&field, "C-u x");
    ck_assert_str_eq(field.text, "x");
}
END_TEST

static void number_cell(void *context, int row, int column, char *text, size_t size,
                        enum style *style)
{
    (void)context;
    (void)style;
    snprintf(text, size, "%d.%d", row, column);
}

static bool is_fourth(void *context, int row)
{
    (void)context;
    return row == 3;
}

static const struct table_column number_columns[] = {{"one", "first", 6, 0, false, true},
                                                     {"two", "second", 7, 2, true, false},
                                                     {"three", "third", 6, 1, true, false}};
static const struct table_ops number_ops = {.cell = number_cell, .marked = is_fourth};

START_TEST(a_table_in_text)
{
    struct table table = {number_columns, 3, &number_ops, NULL, 9, 0, 0, 2, true, 0};
    struct grid grid;

    grid_init(&grid, 4, 24, GLYPHS_ASCII);
    ck_assert(table_act(&table, ACTION_PAGE_DOWN, 3));
    table_draw(&table, &grid, (struct rect){0, 0, 4, 24});
    check_dump(&grid, "  first   second thirdv\n"
                      "  1.0        1.1    1.2#\n"
                      "  2.0        2.1    2.2#\n"
                      ">*3.0        3.1    3.2\n");
    grid_done(&grid);
}
END_TEST

START_TEST(columns_give_way_by_rank)
{
    struct table table = {number_columns, 3, &number_ops, NULL, 2, 0, 0, -1, false, 0};
    struct grid grid;

    grid_init(&grid, 2, 17, GLYPHS_ASCII);
    table_draw(&table, &grid, (struct rect){0, 0, 2, 17});
    check_dump(&grid, "  first    third\n> 0.0        0.2#\n");
    grid_done(&grid);
}
END_TEST

START_TEST(a_table_keeps_its_cursor_in_sight)
{
    struct table table = {number_columns, 3, &number_ops, NULL, 100, 0, 0, -1, false, 0};
    struct rect rect = {5, 0, 11, 40};
    struct mouse_event wheel = {.kind = MOUSE_WHEEL_DOWN, .row = 8, .col = 3};
    struct mouse_event press = {.kind = MOUSE_PRESS, .row = 8, .col = 3};
    int column;

    table_act(&table, ACTION_LAST, 10);
    ck_assert_int_eq(table.cursor, 99);
    ck_assert_int_eq(table.top, 90);
    table_act(&table, ACTION_DOWN, 10);
    ck_assert_int_eq(table.cursor, 99);
    ck_assert(table_mouse(&table, &press, rect, &column));
    ck_assert_int_eq(table.cursor, 92);
    ck_assert_int_eq(column, -1);
    ck_assert(table_mouse(&table, &wheel, rect, &column));
    ck_assert_int_eq(table.cursor, 93);
    press.row = 5;
    ck_assert(table_mouse(&table, &press, rect, &column));
    ck_assert_int_eq(column, 0);
    press.row = 40;
    ck_assert(!table_mouse(&table, &press, rect, &column));
    table.rows = 0; /* everything was filtered away */
    table_act(&table, ACTION_DOWN, 10);
    ck_assert_int_eq(table.cursor, 0);
}
END_TEST

TCase *input_case(void)
{
    TCase *tests = tcase_create("mouse, keys, layout, widgets");

    tcase_add_test(tests, mouse_reports);
    tcase_add_test(tests, mouse_reports_cut_off_or_garbled);
    tcase_add_test(tests, drags);
    tcase_add_test(tests, key_names_are_found_again);
    tcase_add_test(tests, no_key_means_two_things);
    tcase_add_test(tests, the_foot_fits_and_joins_neighbours);
    tcase_add_test(tests, the_manual_has_every_key);
    tcase_add_test(tests, layouts_overlap_nowhere_and_leave_nothing_empty);
    tcase_add_test(tests, small_terminals_have_no_layout);
    tcase_add_test(tests, every_count_can_be_reached_and_columns_agree);
    tcase_add_test(tests, a_slider_in_text);
    tcase_add_test(tests, typing);
    tcase_add_test(tests, a_table_in_text);
    tcase_add_test(tests, columns_give_way_by_rank);
    tcase_add_test(tests, a_table_keeps_its_cursor_in_sight);
    return tests;
}
