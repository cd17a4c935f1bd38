#include <math.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "config.h"
#include "report/save.h"
#include "report/theme.h"
#include "tests/unit/report/test_report.h"
#include "tests/unit/scratch.h"

static struct error err;

/* A figure of bars: 25, 50, 100. */
static void make_bars(struct figure *figure)
{
    static const double heights[] = {25, 50, 100};
    char hash[HASH_TEXT];

    *figure = (struct figure){
        .panels = 1, .title = memory_copy_text("Größe γ"), .note = memory_copy_text("a note")};
    struct panel *panel = &figure->panel[0];
    struct series *series = figure_add(panel, MARK_BARS, 3);
    for (int i = 0; i < 3; i++) {
        series->x[i] = i + 1;
        series->y[i] = heights[i];
    }
    panel->x = (struct side){.label = "x", .low = 0.4, .high = 3.6};
    panel->y = (struct side){.label = "y", .low = 0, .high = 104};
    memset(hash, 'a', HASH_TEXT - 1);
    hash[HASH_TEXT - 1] = '\0';
    figure_add_source(figure, 7, hash);
    hash[0] = 'b';
    figure_add_source(figure, 12, hash);
    figure_add_source(figure, 7, hash); /* once is enough */
}

static int save(const struct figure *figure, const struct figure_paper *paper, const char *name)
{
    const struct figure_format *format;
    int64_t bytes;
    char hash[HASH_TEXT];

    ck_assert_int_eq(figure_format_of(name, &format, &err), 0);
    return figure_save(figure, paper, format, scratch_path(name), &bytes, hash, &err);
}

static void must_save(const struct figure_paper *paper, const char *name)
{
    struct figure figure;

    make_bars(&figure);
    ck_assert_msg(save(&figure, paper, name) == 0, "%s", err.text);
    figure_done(&figure);
}

/* A PNG that is read; picture_close frees. */
struct picture {
    png_structp png;
    png_infop info;
    FILE *file;
    int width, height;
    png_bytep *row;
};

static void picture_open(struct picture *picture, const char *name)
{
    picture->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    picture->info = png_create_info_struct(picture->png);
    picture->file = fopen(scratch_path(name), "rb");
    ck_assert_ptr_nonnull(picture->file);
    png_init_io(picture->png, picture->file);
    png_read_png(picture->png, picture->info, PNG_TRANSFORM_IDENTITY, NULL);
    picture->width = (int)png_get_image_width(picture->png, picture->info);
    picture->height = (int)png_get_image_height(picture->png, picture->info);
    picture->row = png_get_rows(picture->png, picture->info);
}

static void picture_close(struct picture *picture)
{
    png_destroy_read_struct(&picture->png, &picture->info, NULL);
    fclose(picture->file);
}

static void check_text(const struct picture *picture, const char *key, const char *expected)
{
    png_textp text;
    int count = png_get_text(picture->png, picture->info, &text, NULL);

    for (int i = 0; i < count; i++)
        if (strcmp(text[i].key, key) == 0) {
            ck_assert_str_eq(text[i].text, expected);
            return;
        }
    ck_abort_msg("no text %s", key);
}

START_TEST(test_png_text)
{
    struct picture picture;
    char *runs = memory_print("7 %064d, 12 b%063d", 0, 0);

    for (char *at = runs; *at; at++)
        *at = *at == '0' ? 'a' : *at;
    must_save(&figure_paper_usual, "bars.png");
    picture_open(&picture, "bars.png");
    check_text(&picture, "Software", "slimscope " PACKAGE_VERSION);
    check_text(&picture, "Title", "Größe γ");
    check_text(&picture, "Description", "a note");
    check_text(&picture, "Runs", runs);
    picture_close(&picture);
    free(runs);
}
END_TEST

/* 9 × 6 cm at 300 dots per inch are 1063 × 709; 300 dpi are 11811 dots per metre. */
START_TEST(test_png_size)
{
    struct figure_paper paper = figure_paper_usual;
    struct picture picture;

    must_save(&paper, "bars.png");
    picture_open(&picture, "bars.png");
    ck_assert_int_eq(picture.width, 1063);
    ck_assert_int_eq(picture.height, 709);
    ck_assert_int_eq(png_get_x_pixels_per_meter(picture.png, picture.info), 11811);
    picture_close(&picture);
    paper.dpi = 72;
    ck_assert_int_eq(figure_paper_parse("10x2in", &paper, &err), 0);
    must_save(&paper, "wide.png");
    picture_open(&picture, "wide.png");
    ck_assert_int_eq(picture.width, 720);
    ck_assert_int_eq(picture.height, 144);
    picture_close(&picture);
}
END_TEST

/* Pixels of the first series' colour in a column. */
static int coloured(const struct picture *picture, int column)
{
    struct colour colour = theme_series(theme_of(false), 0);
    int count = 0;

    for (int y = 0; y < picture->height; y++) {
        const png_byte *pixel = picture->row[y] + 3 * column;
        count += pixel[0] == lround(255 * colour.red) && pixel[1] == lround(255 * colour.green) &&
                 pixel[2] == lround(255 * colour.blue);
    }
    return count;
}

/* As drawn, bars of 25, 50 and 100 are as 1 to 2 to 4, equally wide and equally far apart. */
START_TEST(test_drawn_to_scale)
{
    struct picture picture;
    int bars = 0, before = 0, height[3] = {0}, start[3] = {0}, width[3] = {0};

    must_save(&figure_paper_usual, "bars.png");
    picture_open(&picture, "bars.png");
    for (int x = 0; x < picture.width; x++) {
        int here = coloured(&picture, x);
        if (here > 0 && before == 0) {
            ck_assert_int_lt(bars, 3);
            start[bars] = x;
            height[bars++] = here;
        }
        width[bars ? bars - 1 : 0] += here > 0;
        before = here;
    }
    picture_close(&picture);
    ck_assert_int_eq(bars, 3);
    ck_assert_int_gt(height[0], 60);
    /* The x axis covers a little of their feet. */
    ck_assert_int_le(abs((height[2] - height[1]) - 2 * (height[1] - height[0])), 3);
    ck_assert_int_le(abs((height[1] - height[0]) - height[0]), 4);
    ck_assert_int_le(abs(width[1] - width[0]), 1);
    ck_assert_int_le(abs((start[2] - start[1]) - (start[1] - start[0])), 1);
    /* 0.8 of the distance */
    ck_assert_int_le(abs(10 * width[0] - 8 * (start[1] - start[0])), 30);
}
END_TEST

static bool has(const unsigned char *bytes, size_t length, const char *what)
{
    return memmem(bytes, length, what, strlen(what)) != NULL;
}

START_TEST(test_vector)
{
    size_t length;

    must_save(&figure_paper_usual, "bars.svg");
    unsigned char *bytes = scratch_read("bars.svg", &length);
    ck_assert(has(bytes, length, "<svg") && has(bytes, length, "<path"));
    ck_assert(!has(bytes, length, "<image"));
    ck_assert(has(bytes, length, "<!-- slimscope " PACKAGE_VERSION "; runs 7 aaaa"));
    free(bytes);
    must_save(&figure_paper_usual, "bars.pdf");
    bytes = scratch_read("bars.pdf", &length);
    ck_assert(has(bytes, length, "%PDF-") && has(bytes, length, "/Font"));
    ck_assert(!has(bytes, length, "/Image"));
    ck_assert(!has(bytes, length, "CreationDate"));
    ck_assert(has(bytes, length, "(runs 7 aaaa"));
    free(bytes);
}
END_TEST

START_TEST(test_same_bytes)
{
    static const char *const names[][2] = {
        {"a.png", "b.png"}, {"a.svg", "b.svg"}, {"a.pdf", "b.pdf"}};

    for (int i = 0; i < 3; i++) {
        size_t first_length, second_length;
        must_save(&figure_paper_usual, names[i][0]);
        must_save(&figure_paper_usual, names[i][1]);
        unsigned char *first = scratch_read(names[i][0], &first_length);
        unsigned char *second = scratch_read(names[i][1], &second_length);
        ck_assert_uint_eq(first_length, second_length);
        ck_assert_mem_eq(first, second, first_length);
        free(first);
        free(second);
    }
}
END_TEST

START_TEST(test_paper)
{
    static const struct {
        const char *text;
        double width, height;
    } good[] = {{"9x6cm", 9, 6},
                {"12x8", 12, 8},
                {"90x60mm", 9, 6},
                {"3.5x2in", 8.89, 5.08},
                {"360x288pt", 12.7, 10.16},
                {"60x60cm", 60, 60}};
    static const char *const bad[] = {"",       "9",     "9x",    "x6",      "9x6km",
                                      "9x6cmm", "4x6cm", "9x3cm", "61x6cm",  "9x61cm",
                                      "nanx6",  "infx6", "-9x6",  "9 x 6cm", "9x6 cm"};
    struct figure_paper paper = figure_paper_usual;

    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        ck_assert_int_eq(figure_paper_parse(good[i].text, &paper, &err), 0);
        ck_assert_double_eq_tol(paper.width, good[i].width, 1e-9);
        ck_assert_double_eq_tol(paper.height, good[i].height, 1e-9);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_msg(figure_paper_parse(bad[i], &paper, &err) == ERROR_USAGE, "%s", bad[i]);
    ck_assert_double_eq_tol(paper.width, 60, 1e-12); /* as it was */
}
END_TEST

START_TEST(test_refused)
{
    const struct figure_format *format;
    struct figure_paper huge = {.width = 60, .height = 60, .dpi = 1200};
    struct figure figure;
    size_t length;

    ck_assert_int_eq(figure_format_of("figure.jpg", &format, &err), ERROR_USAGE);
    ck_assert_int_eq(figure_format_of("figure", &format, &err), ERROR_USAGE);
    ck_assert_int_eq(figure_format_of("my.png/figure", &format, &err), ERROR_USAGE);
    ck_assert_int_eq(figure_format_of("figure.PNG", &format, &err), 0);
    make_bars(&figure);
    scratch_file("old.png", "old", 3);
    ck_assert_int_eq(save(&figure, &huge, "old.png"), ERROR_USAGE);
    unsigned char *old = scratch_read("old.png", &length);
    ck_assert_mem_eq(old, "old", 3);
    free(old);
    ck_assert_int_eq(save(&figure, &figure_paper_usual, "no/folder.png"), ERROR_FAILED);
    ck_assert_ptr_nonnull(strstr(err.text, "no/folder.png"));
    figure_done(&figure);
}
END_TEST

TCase *save_case(void)
{
    TCase *tcase = tcase_create("save");
    tcase_add_checked_fixture(tcase, scratch_open, scratch_close);
    tcase_add_test(tcase, test_png_text);
    tcase_add_test(tcase, test_png_size);
    tcase_add_test(tcase, test_drawn_to_scale);
    tcase_add_test(tcase, test_vector);
    tcase_add_test(tcase, test_same_bytes);
    tcase_add_test(tcase, test_paper);
    tcase_add_test(tcase, test_refused);
    return tcase;
}
