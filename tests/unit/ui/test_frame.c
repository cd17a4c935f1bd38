/* Text, grid, canvas and plots. */
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/ui/test_ui.h"
#include "ui/canvas.h"
#include "ui/plot.h"
#include "ui/utf8.h"

/* --- text ------------------------------------------------------------------------------------ */

static void check_runes(const char *text, const uint32_t *runes)
{
    const char *at = text;

    for (; *runes; runes++)
        ck_assert_uint_eq(utf8_next(&at), *runes);
    ck_assert_uint_eq(utf8_next(&at), 0);
}

START_TEST(utf8_reads_what_is_sound)
{
    check_runes("aé€😀", (uint32_t[]){'a', 0xE9, 0x20AC, 0x1F600, 0});
    check_runes("\xF4\x8F\xBF\xBF", (uint32_t[]){0x10FFFF, 0});
    check_runes("", (uint32_t[]){0});
}
END_TEST

START_TEST(utf8_replaces_what_is_not)
{
    check_runes("a\x80z", (uint32_t[]){'a', UTF8_BAD, 'z', 0});
    check_runes("\xE2\x82", (uint32_t[]){UTF8_BAD, 0});           /* cut off */
    check_runes("\xE2\x82z", (uint32_t[]){UTF8_BAD, 'z', 0});     /* cut off by a letter */
    check_runes("\xC0\xAF", (uint32_t[]){UTF8_BAD, UTF8_BAD, 0}); /* overlong */
    check_runes("\xE0\x80\xAF", (uint32_t[]){UTF8_BAD, 0});       /* overlong */
    check_runes("\xED\xA0\x80", (uint32_t[]){UTF8_BAD, 0});       /* surrogate */
    check_runes("\xF4\x90\x80\x80", (uint32_t[]){UTF8_BAD, 0});   /* above U+10FFFF */
    check_runes("\xFF\xFE", (uint32_t[]){UTF8_BAD, UTF8_BAD, 0});
}
END_TEST

START_TEST(widths_do_not_depend_on_the_locale)
{
    static const struct {
        uint32_t rune;
        int width;
    } cases[] = {
        {'a', 1},   {0x3B3, 1}, {0x2588, 1}, {0x28FF, 1},  {0x301, 0},   {0x4E2D, 2},
        {0x1B, -1}, {0x9B, -1}, {0x7F, -1},  {0x202E, -1}, {0x200B, -1}, {0x2066, -1},
    };
    static const char *const locales[] = {"C", "C.UTF-8"};

    for (int l = 0; l < 2; l++) {
        ck_assert_ptr_nonnull(setlocale(LC_ALL, locales[l]));
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
            ck_assert_int_eq(utf8_width(cases[i].rune), cases[i].width);
    }
}
END_TEST

/* --- grid ------------------------------------------------------------------------------------ */

START_TEST(text_is_clipped_and_harmless)
{
    struct grid grid;

    grid_init(&grid, 7, 8, GLYPHS_UTF8);
    ck_assert_int_eq(grid_text(&grid, 0, 0, 8, STYLE_TEXT, "12345678"), 8);
    ck_assert_int_eq(grid_text(&grid, 1, 0, 8, STYLE_TEXT, "123456789"), 8);
    grid_text(&grid, 2, 0, 8, STYLE_TEXT, "\033[2J\033]0;x\a");
    grid_text(&grid, 3, 1, 4, STYLE_TEXT, "a\xFFz");
    grid_text(&grid, 4, 0, 4, STYLE_TEXT, "中中中"); /* two fit beside nothing: one and … */
    grid_text(&grid, 5, 6, 8, STYLE_TEXT, "a中");    /* its right half would be off the grid */
    ck_assert_int_eq(grid_text(&grid, 6, 0, 0, STYLE_TEXT, "none"), 0);
    grid_text(&grid, 99, 99, 8, STYLE_TEXT, "outside");
    grid_text(&grid, -1, -1, 8, STYLE_TEXT, "outside");
    check_dump(&grid, "12345678\n1234567…\n?[2J?]0…\n a\xEF\xBF\xBDz\n中…\n      a\n\n");
    grid_done(&grid);
}
END_TEST

START_TEST(paragraphs_break_at_blanks)
{
    struct grid grid;

    grid_init(&grid, 7, 10, GLYPHS_UTF8);
    grid_paragraph(&grid, (struct rect){0, 1, 2, 8}, STYLE_TEXT, "one two three four five");
    grid_paragraph(&grid, (struct rect){2, 0, 2, 8}, STYLE_TEXT, "unbreakable");
    grid_paragraph(&grid, (struct rect){4, 0, 2, 5}, STYLE_TEXT, "中文 名前");
    grid_paragraph(&grid, (struct rect){6, 0, 1, 1}, STYLE_TEXT, "中"); /* no room for any of it */
    check_dump(&grid, " one two\n three f…\nunbreaka\nble\n中文\n名前\n…\n");
    grid_done(&grid);
}
END_TEST

START_TEST(wide_characters_are_never_halved)
{
    struct grid grid;

    grid_init(&grid, 2, 6, GLYPHS_UTF8);
    grid_text(&grid, 0, 0, 6, STYLE_TEXT, "中文");
    grid_put(&grid, 0, 1, 'x', STYLE_TEXT); /* the right half of the first */
    grid_put(&grid, 0, 2, 'y', STYLE_TEXT); /* the left half of the second */
    grid_text(&grid, 1, 0, 6, STYLE_TEXT, "e\xCC\x81t");
    check_dump(&grid, " xy\ne\xCC\x81t\n");
    grid_done(&grid);
}
END_TEST

START_TEST(ascii_spells_our_signs_out)
{
    struct grid grid;

    grid_init(&grid, 3, 24, GLYPHS_ASCII);
    grid_text(&grid, 0, 0, 24, STYLE_TEXT, "|γ| ≤ 0.01 × λ");
    grid_text(&grid, 1, 0, 24, STYLE_TEXT, "Müller 中 \xFF");
    grid_text(&grid, 2, 0, 6, STYLE_TEXT, "a ≤ ≤ b");
    for (int i = 0; i < grid.rows * grid.cols; i++)
        ck_assert_uint_lt(grid.cell[i].rune, 0x7F);
    check_dump(&grid, "|gamma| <= 0.01 x lambda\nM?ller ? ?\na <= ~\n");
    grid_done(&grid);
}
END_TEST

START_TEST(frames_that_share_borders_are_joined)
{
    struct grid grid;

    grid_init(&grid, 5, 12, GLYPHS_UTF8);
    grid_frame(&grid, (struct rect){0, 0, 3, 12}, "Top");
    grid_frame(&grid, (struct rect){2, 0, 3, 6}, "");
    grid_frame(&grid, (struct rect){2, 5, 3, 7}, "");
    check_dump(&grid, "┌ Top ─────┐\n"
                      "│          │\n"
                      "├────┬─────┤\n"
                      "│    │     │\n"
                      "└────┴─────┘\n");
    char *styles = grid_dump_styles(&grid);
    ck_assert_int_eq(strncmp(styles, "bTTTTTbbbbbb\n", 13), 0);
    free(styles);
    grid_done(&grid);
}
END_TEST

/* --- canvas and plots ------------------------------------------------------------------------ */

START_TEST(braille_dots_stand_where_unicode_puts_them)
{
    static const uint32_t bits[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};

    for (int y = 0; y < 4; y++)
        for (int x = 0; x < 2; x++) {
            struct canvas canvas;
            struct grid grid;
            grid_init(&grid, 1, 1, GLYPHS_UTF8);
            canvas_init(&canvas, 1, 1, GLYPHS_UTF8);
            canvas_dot(&canvas, x, y, STYLE_SERIES_1);
            canvas_draw(&canvas, &grid, 0, 0);
            ck_assert_uint_eq(grid.cell[0].rune, 0x2800 + bits[y][x]);
            canvas_done(&canvas);
            grid_done(&grid);
        }
}
END_TEST

START_TEST(lines_reach_both_ends_and_stay_inside)
{
    struct canvas canvas;

    for (int set = 0; set < GLYPH_SETS; set++) {
        canvas_init(&canvas, 3, 5, (enum glyph_set)set);
        canvas_line(&canvas, 0, canvas.height - 1, canvas.width - 1, 0, STYLE_TEXT);
        ck_assert_uint_ne(canvas.dots[2 * 5 + 0], 0);
        ck_assert_uint_ne(canvas.dots[0 * 5 + 4], 0);
        ck_assert_uint_eq(canvas.dots[0 * 5 + 0], 0);
        canvas_line(&canvas, -50, -50, 1000, 700, STYLE_TEXT); /* clipped, not crashed */
        canvas_done(&canvas);
    }
}
END_TEST

START_TEST(ticks_are_round_and_inside)
{
    static const struct {
        double low, high;
        int most;
        double first, step;
    } cases[] = {
        {0, 100, 10, 0, 10},     {0, 100, 6, 0, 20},    {0.871, 0.934, 5, 0.88, 0.02},
        {-9, 1, 5, -8, 2},       {0, 1e-4, 5, 0, 2e-5}, {3, 3, 4, 2.8, 0.2},
        {1e6, 4e6, 3, 1e6, 1e6},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct axis axis;
        axis_make(&axis, cases[i].low, cases[i].high, cases[i].most);
        ck_assert_int_ge(axis.ticks, 2);
        ck_assert_double_eq_tol(axis.tick[0], cases[i].first, 1e-9 * fabs(cases[i].high));
        ck_assert_double_eq_tol(axis.tick[1] - axis.tick[0], cases[i].step,
                                1e-9 * fabs(cases[i].high));
        ck_assert_double_le(axis.tick[axis.ticks - 1], axis.high * (1 + 1e-9));
    }
    struct axis axis;
    axis_make(&axis, (double)NAN, (double)INFINITY, 5);
    ck_assert(isfinite(axis.low) && isfinite(axis.high) && axis.low < axis.high);
}
END_TEST

START_TEST(a_plot_in_text)
{
    static const double x[] = {0, 50, 100}, y[] = {0, 10, 0};
    struct plot plot;
    struct grid grid;

    grid_init(&grid, 6, 26, GLYPHS_ASCII);
    plot_open(&plot, &grid, (struct rect){0, 0, 6, 26}, 0, 100, 0, 10);
    plot_line(&plot, x, y, 3, STYLE_SERIES_1);
    plot_lay(&plot);
    plot_marker(&plot, 50, 10, GLYPH_MARKER_1, STYLE_SERIES_2);
    plot_vertical(&plot, 75, STYLE_THRESHOLD);
    plot_done(&plot);
    check_dump(&grid, "10|          .o.    |\n"
                      "  |       .''   ''. |\n"
                      " 5|     .'         '.\n"
                      "  |  ..'            |'..\n"
                      " 0|.'               |   '.\n"
                      "   0         50        100\n");
    grid_done(&grid);
}
END_TEST

START_TEST(bars_never_hide_a_little)
{
    struct grid grid;

    grid_init(&grid, 4, 10, GLYPHS_ASCII);
    bar_draw(&grid, 0, 0, 10, 0.5, STYLE_KEPT, STYLE_PRUNED);
    bar_draw(&grid, 1, 0, 10, 0.0001, STYLE_KEPT, STYLE_PRUNED);
    bar_draw(&grid, 2, 0, 10, 0.9999, STYLE_KEPT, STYLE_PRUNED);
    bar_draw(&grid, 3, 0, 10, 1, STYLE_KEPT, STYLE_PRUNED);
    check_dump(&grid, "#####.....\n#.........\n#########.\n##########\n");
    grid_done(&grid);
}
END_TEST

TCase *frame_case(void)
{
    TCase *tests = tcase_create("text, grid, plots");

    tcase_add_test(tests, utf8_reads_what_is_sound);
    tcase_add_test(tests, utf8_replaces_what_is_not);
    tcase_add_test(tests, widths_do_not_depend_on_the_locale);
    tcase_add_test(tests, text_is_clipped_and_harmless);
    tcase_add_test(tests, wide_characters_are_never_halved);
    tcase_add_test(tests, paragraphs_break_at_blanks);
    tcase_add_test(tests, ascii_spells_our_signs_out);
    tcase_add_test(tests, frames_that_share_borders_are_joined);
    tcase_add_test(tests, braille_dots_stand_where_unicode_puts_them);
    tcase_add_test(tests, lines_reach_both_ends_and_stay_inside);
    tcase_add_test(tests, ticks_are_round_and_inside);
    tcase_add_test(tests, a_plot_in_text);
    tcase_add_test(tests, bars_never_hide_a_little);
    return tests;
}
