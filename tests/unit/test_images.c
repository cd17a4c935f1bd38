/* Folders of PNG files: whole, of other kinds, damaged, and with odd names. */
#include <check.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "data/reader.h"
#include "tests/unit/reading.h"
#include "tests/unit/scratch.h"

/* --- writing PNG files ------------------------------------------------------------------------ */

struct kind {
    int colour, bits, width, height;
    bool interlaced;
};

static const struct kind rgb = {PNG_COLOR_TYPE_RGB, 8, 32, 32, false};
static const struct kind grey = {PNG_COLOR_TYPE_GRAY, 8, 32, 32, false};

static uint8_t pixel_of(int image, int y, int x, int c)
{
    return (uint8_t)(image * 59 + y * 13 + x * 3 + c * 97);
}

static int channels_of(const struct kind *kind)
{
    return kind->colour == PNG_COLOR_TYPE_RGB         ? 3
           : kind->colour == PNG_COLOR_TYPE_RGB_ALPHA ? 4
           : kind->colour == PNG_COLOR_TYPE_GA        ? 2
                                                      : 1;
}

static int flat_value = -1; /* ≥ 0: what every pixel of the next images is */

static void write_png(const char *name, const struct kind *kind, int image)
{
    FILE *file = fopen(scratch_path(name), "wb");
    ck_assert_ptr_nonnull(file);
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    png_init_io(png, file);
    png_set_IHDR(png, info, (unsigned)kind->width, (unsigned)kind->height, kind->bits, kind->colour,
                 kind->interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    const png_color palette[2] = {{0, 0, 0}, {255, 0, 0}};
    if (kind->colour == PNG_COLOR_TYPE_PALETTE)
        png_set_PLTE(png, info, palette, 2);
    png_write_info(png, info);
    const int passes = kind->interlaced ? png_set_interlace_handling(png) : 1;
    for (int pass = 0; pass < passes; pass++)
        for (int y = 0; y < kind->height; y++) {
            uint8_t row[8 * 100] = {0};
            const int channels = channels_of(kind);
            for (int k = 0; k < kind->width * channels && kind->bits == 8; k++)
                row[k] = flat_value >= 0 ? (uint8_t)flat_value
                                         : pixel_of(image, y, k / channels, k % channels);
            if (kind->colour == PNG_COLOR_TYPE_PALETTE)
                memset(row, 1, sizeof row);
            png_write_row(png, row);
        }
    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);
    ck_assert_int_eq(fclose(file), 0);
}

/* Two classes, "a" with images 0 and 1, "b" with image 2; image 3 and 4 to test. */
static void write_set(const struct kind *kind)
{
    static const char *const folders[] = {"train",   "test",   "train/a",
                                          "train/b", "test/a", "test/b"};
    for (int i = 0; i < 6; i++)
        scratch_folder(folders[i]);
    write_png("train/a/1.png", kind, 0);
    write_png("train/a/2.png", kind, 1);
    write_png("train/b/1.png", kind, 2);
    write_png("test/a/1.png", kind, 3);
    write_png("test/b/1.png", kind, 4);
}

static void refuses(const char *what, const char *why)
{
    refused(&reader_images, scratch_path(""), what, why);
}

/* --- whole ------------------------------------------------------------------------------------ */

static void is_image(const struct data_set *set, const struct data_part *part, int at, int image,
                     const struct kind *kind)
{
    const int top = (32 - kind->height) / 2, left = (32 - kind->width) / 2;
    for (int c = 0; c < set->channels; c++)
        for (int y = 0; y < 32; y++)
            for (int x = 0; x < 32; x++) {
                const bool inside =
                    y >= top && y < top + kind->height && x >= left && x < left + kind->width;
                ck_assert_int_eq(part->pixels[((at * set->channels + c) * 32 + y) * 32 + x],
                                 inside ? pixel_of(image, y - top, x - left, c) : 0);
            }
}

START_TEST(images_are_planes_in_the_order_of_names)
{
    static const struct kind kinds[] = {
        {PNG_COLOR_TYPE_RGB, 8, 32, 32, false}, {PNG_COLOR_TYPE_GRAY, 8, 32, 32, false},
        {PNG_COLOR_TYPE_RGB, 8, 32, 32, true},  {PNG_COLOR_TYPE_GRAY, 8, 28, 28, true},
        {PNG_COLOR_TYPE_RGB, 8, 17, 30, false}, {PNG_COLOR_TYPE_GRAY, 8, 1, 1, false},
    };
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        write_set(&kinds[k]);
        struct data_set *set = opened(&reader_images, scratch_path(""));
        ck_assert_int_eq(set->channels, channels_of(&kinds[k]));
        ck_assert_int_eq(set->classes, 2);
        ck_assert_int_eq(set->train.count, 3);
        ck_assert_int_eq(set->test.count, 2);
        ck_assert_mem_eq(set->train.labels, "\0\0\1", 3);
        ck_assert_mem_eq(set->test.labels, "\0\1", 2);
        for (int i = 0; i < 3; i++)
            is_image(set, &set->train, i, i, &kinds[k]);
        for (int i = 0; i < 2; i++)
            is_image(set, &set->test, i, 3 + i, &kinds[k]);
        data_close(set);
        scratch_remove("train");
        scratch_remove("test");
    }
}
END_TEST

START_TEST(names_may_be_any_bytes)
{
    write_set(&rgb);
    write_png("train/a/ 10.PNG", &rgb, 7); /* a space sorts before every digit */
    write_png("train/a/line\nbreak.png", &rgb, 8);
    write_png("train/a/\xff\xfe.png", &rgb, 9);
    scratch_file("train/a/.hidden.png", "x", 1);
    scratch_file("train/a/notes.txt", "x", 1);
    scratch_file("train/notes.txt", "x", 1);
    scratch_folder("train/.git");
    scratch_folder("train/a\nb");
    scratch_folder("test/a\nb");
    write_png("train/a\nb/1.png", &rgb, 10);
    write_png("test/a\nb/1.png", &rgb, 11);
    struct data_set *set = opened(&reader_images, scratch_path(""));
    ck_assert_int_eq(set->classes, 3);
    ck_assert_int_eq(set->train.count, 7);
    static const int order[] = {7, 0, 1, 8, 9, 10, 2};
    for (int i = 0; i < 7; i++)
        is_image(set, &set->train, i, order[i], &rgb);
    ck_assert_mem_eq(set->train.labels, "\0\0\0\0\0\1\2", 7);
    data_close(set);
    scratch_file("train/a\nb/1.png", "x", 1);
    refuses("a?b/1.png", "is no PNG file");
}
END_TEST

START_TEST(links_are_followed_but_no_circles)
{
    write_set(&rgb);
    struct data_set *plain = opened(&reader_images, scratch_path(""));
    ck_assert_int_eq(rename(scratch_path("train/b"), scratch_path("elsewhere")), 0);
    ck_assert_int_eq(symlink("../elsewhere", scratch_path("train/b")), 0);
    ck_assert_int_eq(symlink("../..", scratch_path("train/a/up")), 0);
    struct data_set *linked = opened(&reader_images, scratch_path(""));
    ck_assert_str_eq(linked->checksum, plain->checksum);
    data_close(linked);
    data_close(plain);

    ck_assert_int_eq(symlink("3.png", scratch_path("train/a/3.png")), 0);
    refuses("train/a/3.png", "Too many levels of symbolic links");
    scratch_remove("train/a/3.png");
    ck_assert_int_eq(symlink("gone", scratch_path("train/a/3.png")), 0);
    refuses("train/a/3.png", "No such file");
    scratch_remove("train/a/3.png");
    ck_assert_int_eq(symlink("../..", scratch_path("train/a/3.png")), 0);
    refuses("train/a/3.png", "not a regular file");
}
END_TEST

START_TEST(one_colour_is_no_division_by_zero)
{
    write_set(&grey);
    static const char *const names[] = {"train/a/1.png", "train/a/2.png", "train/b/1.png"};
    flat_value = 200;
    for (int i = 0; i < 3; i++)
        write_png(names[i], &grey, 0);
    flat_value = -1;
    struct data_set *set = opened(&reader_images, scratch_path(""));
    ck_assert_float_eq(set->mean[0], 200 / 255.0F);
    ck_assert_float_eq(set->deviation[0], 1);
    data_close(set);
}
END_TEST

/* --- other kinds of image --------------------------------------------------------------------- */

START_TEST(other_kinds_are_named)
{
    static const struct {
        struct kind kind;
        const char *why;
    } others[] = {
        {{PNG_COLOR_TYPE_PALETTE, 8, 32, 32, false}, "palette"},
        {{PNG_COLOR_TYPE_RGB_ALPHA, 8, 32, 32, false}, "transparency"},
        {{PNG_COLOR_TYPE_GA, 8, 32, 32, false}, "transparency"},
        {{PNG_COLOR_TYPE_RGB, 16, 32, 32, false}, "16 bits"},
        {{PNG_COLOR_TYPE_GRAY, 16, 32, 32, true}, "16 bits"},
        {{PNG_COLOR_TYPE_GRAY, 1, 32, 32, false}, "1 bits"},
        {{PNG_COLOR_TYPE_GRAY, 8, 32, 32, false}, "is grey, but the first image is RGB"},
        {{PNG_COLOR_TYPE_RGB, 8, 31, 32, false}, "31x32 pixels, but the first image has 32x32"},
        {{PNG_COLOR_TYPE_RGB, 8, 33, 32, false}, "33x32 pixels, more than 32x32"},
        {{PNG_COLOR_TYPE_RGB, 8, 32, 99, true}, "32x99 pixels, more than 32x32"},
    };
    write_set(&rgb);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        write_png("train/b/1.png", &others[i].kind, 2);
        refuses("train/b/1.png", others[i].why);
    }
    write_png("train/b/1.png", &rgb, 2);
    write_png("test/b/1.png", &grey, 2);
    refuses("test/b/1.png", "is grey");
}
END_TEST

/* --- damaged ---------------------------------------------------------------------------------- */

START_TEST(cut_and_changed_files_are_refused)
{
    size_t length;
    write_set(&rgb);
    unsigned char *bytes = scratch_read("train/b/1.png", &length);
    for (size_t cut = 0; cut < length; cut += 1 + length / 60) {
        scratch_file("train/b/1.png", bytes, cut);
        refuses("train/b/1.png", "");
    }
    scratch_file("train/b/1.png", bytes, length - 1);
    refuses("train/b/1.png", "damaged PNG");
    for (size_t at = 0; at < length; at += 1 + length / 100) {
        bytes[at] ^= 0x10;
        scratch_file("train/b/1.png", bytes, length);
        refuses("train/b/1.png", "");
        bytes[at] ^= 0x10;
    }
    scratch_file("train/b/1.png", "GIF89a", 6);
    refuses("train/b/1.png", "is no PNG file");
    free(bytes);
}
END_TEST

START_TEST(odd_folders_are_named)
{
    refuses("train", "No such file");
    write_set(&rgb);
    scratch_remove("train/b/1.png");
    refuses("train/b", "has no .png file");
    scratch_folder("train/b/1.png");
    refuses("train/b/1.png", "not a regular file");
    scratch_remove("train/b/1.png");
    ck_assert_int_eq(mkfifo(scratch_path("train/b/1.png"), 0600), 0);
    refuses("train/b/1.png", "not a regular file");
    scratch_remove("train/b");
    refuses("train", "1 class folders, not 2 to 256");
    scratch_folder("train/b");
    write_png("train/b/1.png", &rgb, 2);
    scratch_folder("test/c");
    write_png("test/c/1.png", &rgb, 2);
    refuses("train: has no class c", "test");
    scratch_remove("test/c");
    scratch_remove("test/a");
    scratch_folder("test/c");
    write_png("test/c/1.png", &rgb, 2);
    refuses("test: has no class a", "train");
    scratch_remove("test");
    scratch_file("test", "x", 1);
    refuses("test", "Not a directory");
    for (int i = 0; i < 257; i++) {
        char name[20];
        snprintf(name, sizeof name, "train/%03d", i);
        scratch_folder(name);
    }
    refuses("train", "259 class folders");
}
END_TEST

START_TEST(no_permission_is_named)
{
    write_set(&rgb);
    ck_assert_int_eq(chmod(scratch_path("train/b/1.png"), 0), 0);
    if (access(scratch_path("train/b/1.png"), R_OK) != 0) /* root may read everything */
        refuses("train/b/1.png", "Permission denied");
    ck_assert_int_eq(chmod(scratch_path("train/b"), 0), 0);
    if (access(scratch_path("train/b"), R_OK) != 0)
        refuses("train/b", "Permission denied");
    ck_assert_int_eq(chmod(scratch_path("train/b"), 0700), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("images");
    TCase *all = tcase_create("all");
    tcase_add_checked_fixture(all, scratch_open, scratch_close);
    tcase_add_test(all, images_are_planes_in_the_order_of_names);
    tcase_add_test(all, names_may_be_any_bytes);
    tcase_add_test(all, links_are_followed_but_no_circles);
    tcase_add_test(all, one_colour_is_no_division_by_zero);
    tcase_add_test(all, other_kinds_are_named);
    tcase_add_test(all, cut_and_changed_files_are_refused);
    tcase_add_test(all, odd_folders_are_named);
    tcase_add_test(all, no_permission_is_named);
    suite_add_tcase(suite, all);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
