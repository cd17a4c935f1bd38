/* The SVHN reader on small MAT files, written here after MathWorks' description: whole, cut, and
 * with every number of a header changed. */
#include <check.h>
#include <endian.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

#include "data/reader.h"
#include "tests/unit/reading.h"
#include "tests/unit/scratch.h"

enum { IMAGES = 12, IMAGE = 3072 };
enum { INT8 = 1, UINT8 = 2, INT32 = 5, UINT32 = 6, DOUBLE = 9, MATRIX = 14, COMPRESSED = 15 };
enum { CLASS_DOUBLE = 6, CLASS_UINT8 = 9 };

static struct data_reader small_svhn(void)
{
    struct data_reader reader = reader_svhn;
    reader.info.train = 20;
    reader.info.test = 20;
    return reader;
}

/* --- writing MAT files ------------------------------------------------------------------------ */

struct bytes {
    uint8_t data[1 << 17];
    size_t length;
};

static void put(struct bytes *bytes, const void *data, size_t length)
{
    ck_assert_uint_le(bytes->length + length, sizeof bytes->data);
    memcpy(bytes->data + bytes->length, data, length);
    bytes->length += length;
}

static void put32(struct bytes *bytes, uint32_t value)
{
    value = htole32(value);
    put(bytes, &value, sizeof value);
}

static void put_header(struct bytes *bytes)
{
    char text[124];
    memset(text, ' ', sizeof text);
    memcpy(text, "MATLAB 5.0 MAT-file", 19);
    put(bytes, text, sizeof text);
    put32(bytes, 0x4d490100);
}

/* A part of an array: at most 4 bytes stand in the tag itself. */
static void put_part(struct bytes *bytes, unsigned type, const void *data, size_t length)
{
    static const char zeros[8];
    if (length <= 4) {
        put32(bytes, (uint32_t)length << 16 | type);
        put(bytes, data, length);
        put(bytes, zeros, 4 - length);
        return;
    }
    put32(bytes, type);
    put32(bytes, (uint32_t)length);
    put(bytes, data, length);
    put(bytes, zeros, (8 - length % 8) % 8);
}

struct array {
    const char *name;
    unsigned class, type; /* of the numbers, and of how they are stored */
    int rank;
    int32_t size[4];
    const void *data;
    size_t length; /* bytes */
};

static void put_array(struct bytes *bytes, const struct array *array, bool packed)
{
    static struct bytes inner;
    const uint32_t flags[2] = {htole32(array->class), 0};
    inner.length = 0;
    put32(&inner, MATRIX);
    put32(&inner, 0);
    put_part(&inner, UINT32, flags, sizeof flags);
    put_part(&inner, INT32, array->size, 4 * (size_t)array->rank);
    put_part(&inner, INT8, array->name, strlen(array->name));
    put_part(&inner, array->type, array->data, array->length);
    const uint32_t length = htole32((uint32_t)inner.length - 8);
    memcpy(inner.data + 4, &length, 4);
    if (packed) {
        static uint8_t stream[1 << 17];
        uLongf size = sizeof stream;
        ck_assert_int_eq(compress(stream, &size, inner.data, inner.length), Z_OK);
        put32(bytes, COMPRESSED);
        put32(bytes, (uint32_t)size);
        put(bytes, stream, size);
    } else {
        put(bytes, inner.data, inner.length);
    }
}

/* Channel c, row y, column x of image i. Nothing regular: Adler-32 misses some changes of what is.
 */
static uint8_t pixel_of(int i, int c, int y, int x)
{
    return (uint8_t)((unsigned)(((i * 3 + c) * 32 + y) * 32 + x + 1) * 2654435761U >> 21);
}

/* MATLAB's X(y, x, c, i): rows fastest. */
static struct array images(int count)
{
    static uint8_t pixels[20 * IMAGE];
    for (int i = 0; i < count; i++)
        for (int c = 0; c < 3; c++)
            for (int x = 0; x < 32; x++)
                for (int y = 0; y < 32; y++)
                    pixels[y + 32 * (x + 32 * (c + 3 * i))] = pixel_of(i, c, y, x);
    return (struct array){"X",    CLASS_UINT8,          UINT8, 4, {32, 32, 3, count},
                          pixels, (size_t)count * IMAGE};
}

/* 1, 2 … 10, 1 … */
static struct array labels(int count)
{
    static uint8_t values[20];
    for (int i = 0; i < count; i++)
        values[i] = (uint8_t)(i % 10 + 1);
    return (struct array){"y", CLASS_UINT8, UINT8, 2, {count, 1}, values, (size_t)count};
}

static struct bytes file; /* the one that is being made */

static void make(const struct array *x, const struct array *y, bool packed)
{
    file.length = 0;
    put_header(&file);
    put_array(&file, x, packed);
    put_array(&file, y, packed);
}

static void save(const char *name)
{
    scratch_file(name, file.data, file.length);
}

static void make_usual(int count, bool packed)
{
    const struct array x = images(count), y = labels(count);
    make(&x, &y, packed);
}

static void write_set(bool packed)
{
    make_usual(IMAGES, packed);
    save("train_32x32.mat");
    make_usual(3, packed);
    save("test_32x32.mat");
}

/* --- whole ------------------------------------------------------------------------------------ */

static void is_right(const struct data_part *part, int first, int count)
{
    for (int i = 0; i < count; i++) {
        ck_assert_int_eq(part->labels[first + i], (i + 1) % 10);
        for (int c = 0; c < 3; c++)
            for (int y = 0; y < 32; y++)
                for (int x = 0; x < 32; x++)
                    ck_assert_int_eq(part->pixels[(((first + i) * 3 + c) * 32 + y) * 32 + x],
                                     pixel_of(i, c, y, x));
    }
}

START_TEST(rows_are_rows_and_ten_is_zero)
{
    struct data_reader reader = small_svhn();
    for (int packed = 0; packed < 2; packed++) {
        write_set(packed);
        struct data_set *set = opened(&reader, scratch_path(""));
        ck_assert_int_eq(set->train.count, IMAGES);
        ck_assert_int_eq(set->test.count, 3);
        ck_assert(!set->crop && !set->flip);
        is_right(&set->train, 0, IMAGES);
        is_right(&set->test, 0, 3);
        data_close(set);
    }
}
END_TEST

START_TEST(extra_images_follow)
{
    struct data_reader reader = small_svhn();
    write_set(true);
    make_usual(7, false);
    save("extra_32x32.mat");
    struct data_set *set = opened(&reader, scratch_path(""));
    ck_assert_int_eq(set->train.count, IMAGES + 7);
    is_right(&set->train, 0, IMAGES);
    is_right(&set->train, IMAGES, 7);
    data_close(set);
}
END_TEST

START_TEST(labels_may_be_doubles)
{
    struct data_reader reader = small_svhn();
    const struct array x = images(4);
    struct array y = labels(4);
    write_set(true);
    y.class = CLASS_DOUBLE; /* stored as bytes, as MATLAB does with small whole numbers */
    make(&x, &y, true);
    save("test_32x32.mat");
    struct data_set *set = opened(&reader, scratch_path(""));
    is_right(&set->test, 0, 4);
    data_close(set);

    double wide[4] = {1, 2, 3, 4};
    y.type = DOUBLE, y.data = wide, y.length = sizeof wide;
    make(&x, &y, false);
    save("test_32x32.mat");
    set = opened(&reader, scratch_path(""));
    is_right(&set->test, 0, 4);
    data_close(set);

    static const struct {
        double value;
        const char *text;
    } bad[] = {{2.5, "2.5"}, {-1, "-1"}, {256, "256"}, {(double)NAN, "nan"}, {1e300, "1e+300"}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        wide[2] = bad[i].value;
        make(&x, &y, i % 2);
        save("test_32x32.mat");
        refused(&reader, scratch_path(""), "test_32x32.mat: y has", bad[i].text);
    }
}
END_TEST

START_TEST(one_image_has_three_dimensions)
{
    struct data_reader reader = small_svhn();
    struct array x = images(1);
    const struct array y = labels(1);
    write_set(true);
    x.rank = 3; /* MATLAB drops a last dimension of 1 */
    make(&x, &y, true);
    save("test_32x32.mat");
    struct data_set *set = opened(&reader, scratch_path(""));
    is_right(&set->test, 0, 1);
    data_close(set);
}
END_TEST

/* --- damaged ---------------------------------------------------------------------------------- */

START_TEST(cut_files_are_refused)
{
    struct data_reader reader = small_svhn();
    for (int packed = 0; packed < 2; packed++) {
        write_set(packed);
        make_usual(IMAGES, packed);
        for (size_t cut = 0; cut < file.length; cut += 1 + file.length / 60) {
            scratch_file("train_32x32.mat", file.data, cut);
            refused(&reader, scratch_path(""), "train_32x32.mat", "");
        }
        scratch_file("train_32x32.mat", file.data, file.length - 1);
        refused(&reader, scratch_path(""), "train_32x32.mat", "truncated");
        file.data[file.length] = 0;
        scratch_file("train_32x32.mat", file.data, file.length + 1);
        refused(&reader, scratch_path(""), "train_32x32.mat", "");
    }
}
END_TEST

/* A changed bit is seen, or it unpacks into the very same bytes (a copy from another place). */
START_TEST(changed_bits_are_seen)
{
    struct data_reader reader = small_svhn();
    int seen = 0, tried = 0;
    write_set(true);
    make_usual(IMAGES, true);
    for (size_t at = 128; at < file.length; at += 1 + file.length / 200, tried++) {
        struct data_set *set;
        struct error err = {0};
        file.data[at] ^= 0x10;
        save("train_32x32.mat");
        if (data_read(&reader, scratch_path(""), &set, &err) == 0)
            is_right(&set->train, 0, IMAGES);
        else
            seen++;
        ck_assert(err.code == 0 || err.code == ERROR_DATA);
        data_close(set);
        file.data[at] ^= 0x10;
    }
    ck_assert_int_gt(seen, tried * 9 / 10);
}
END_TEST

/* A 32-bit number of the plain file is changed. X's element begins at 128: its tag, the flags at
 * 136, the dimensions at 152, the name at 176, the tag of the pixels at 184. */
START_TEST(every_number_of_a_header_is_checked)
{
    static const struct {
        size_t at;
        uint32_t value;
        const char *why;
    } changes[] = {
        {124, 0x4d490200, "7.3 (HDF5)"},
        {124, 0x4d490300, "MAT version 0x0300"},
        {124, 0x494d0100, "big-endian"},
        {124, 0, "no MAT file"},
        {128, COMPRESSED, "damaged compressed data"},
        {128, 7, "type 7"},
        {132, 0xffffffff, "truncated"},
        {132, 0x7fffffff, "truncated"},
        {132, 0, "without flags"},
        {132, 16, "dimensions"},
        {132, IMAGES * IMAGE + 48, ""},
        {136, INT8, "without flags"},
        {140, 16, "without flags"},
        {144, 0, "nothing"},
        {144, 1, "a cell array"},
        {144, 2, "a struct"},
        {144, 3, "an object"},
        {144, 4, "text"},
        {144, 5, "a sparse array"},
        {144, 16, "a function"},
        {144, 255, "a function"},
        {144, 7, "not of class uint8"},
        {144, CLASS_UINT8 | 0x800, "not of class uint8"}, /* complex */
        {144, CLASS_DOUBLE, "not uint8 of 32x32x3xN"},
        {152, UINT32, "dimensions"},
        {156, 4, "dimensions"},
        {156, 20, "dimensions"},
        {156, 0x7ffffff0, "dimensions"},
        {156, 12, "does not have"},
        {160, 31, "does not have"},
        {160, 0, "does not have"},
        {172, 0xffffffff, "negative"},
        {172, 0x80000000, "negative"},
        {172, 0x7fffffff, "too many"},
        {172, IMAGES + 1, "does not have"},
        {172, IMAGES - 1, "does not have"},
        {172, 0, "does not have"},
        {180, 'Z', "no array is called X"},
        {176, INT8, "more or less"},
        {176, 0x00050001, "without a name"},
        {176, 0x00010002, "without a name"},
        {184, DOUBLE, "does not have"},
        {184, COMPRESSED, "does not have"},
        {184, 0x00040002, "more or less"},
        {188, 0, "more or less"},
        {188, IMAGES * IMAGE + 1, "more or less"},
        {188, 0xffffffff, "more or less"},
    };
    struct data_reader reader = small_svhn();
    write_set(false);
    make_usual(IMAGES, false);
    ck_assert_int_eq(file.data[192], pixel_of(0, 0, 0, 0));
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        const uint32_t value = htole32(changes[i].value);
        uint8_t kept[4];
        memcpy(kept, file.data + changes[i].at, 4);
        memcpy(file.data + changes[i].at, &value, 4);
        save("train_32x32.mat");
        refused(&reader, scratch_path(""), "train_32x32.mat", changes[i].why);
        memcpy(file.data + changes[i].at, kept, 4);
    }
}
END_TEST

START_TEST(what_does_not_fit_is_named)
{
    struct data_reader reader = small_svhn();
    struct array x = images(4), y = labels(4);
    const char *folder = scratch_path("");
    write_set(true);
    x.size[0] = 16, x.size[3] = 8;
    make(&x, &y, true);
    save("test_32x32.mat");
    refused(&reader, folder, "test_32x32.mat", "X is 16x32x3x8");
    x = images(4), y = labels(3);
    make(&x, &y, true);
    save("test_32x32.mat");
    refused(&reader, folder, "test_32x32.mat", "3 labels for 4 images");
    uint8_t values[4] = {1, 2, 0, 4};
    y = labels(4), y.data = values;
    make(&x, &y, true);
    save("test_32x32.mat");
    refused(&reader, folder, "test_32x32.mat", "label 0 of image 2");
    values[2] = 11;
    make(&x, &y, true);
    save("test_32x32.mat");
    refused(&reader, folder, "test_32x32.mat", "label 11 of image 2");
    reader.info.test = 3;
    refused(&reader, folder, "test_32x32.mat", "4 images, not 1 to 3");
    make(&x, &x, true);
    save("test_32x32.mat");
    refused(&reader, folder, "test_32x32.mat", "no array is called y");
    file.length = 128;
    for (int i = 0; i < 100; i++)
        put_array(&file, &y, false);
    save("test_32x32.mat");
    refused(&reader, folder, "test_32x32.mat", "more than 64 arrays");
}
END_TEST

START_TEST(what_is_no_file_is_named)
{
    struct data_reader reader = small_svhn();
    write_set(true);
    refused(&reader, scratch_path("train_32x32.mat"), "train_32x32.mat", "is a file");
    scratch_remove("test_32x32.mat");
    refused(&reader, scratch_path(""), "test_32x32.mat", "No such file");
    scratch_folder("test_32x32.mat");
    refused(&reader, scratch_path(""), "test_32x32.mat", "not a regular file");
    scratch_remove("test_32x32.mat");
    ck_assert_int_eq(mkfifo(scratch_path("test_32x32.mat"), 0600), 0);
    refused(&reader, scratch_path(""), "test_32x32.mat", "not a regular file");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("svhn");
    TCase *all = tcase_create("all");
    tcase_add_checked_fixture(all, scratch_open, scratch_close);
    tcase_add_test(all, rows_are_rows_and_ten_is_zero);
    tcase_add_test(all, extra_images_follow);
    tcase_add_test(all, labels_may_be_doubles);
    tcase_add_test(all, one_image_has_three_dimensions);
    tcase_add_test(all, cut_files_are_refused);
    tcase_add_test(all, changed_bits_are_seen);
    tcase_add_test(all, every_number_of_a_header_is_checked);
    tcase_add_test(all, what_does_not_fit_is_named);
    tcase_add_test(all, what_is_no_file_is_named);
    suite_add_tcase(suite, all);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
