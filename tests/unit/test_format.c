#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/random.h"
#include "format/safetensors.h"

static const char path[] = "test_format.safetensors";

/* Writes a file of `header` (its length field says `claimed`, or the truth when that is 0) and
 * `data` bytes 0, 1, 2 …; and opens it. */
static int open_raw(const char *header, uint64_t claimed, size_t data, struct safetensors *file,
                    struct error *err)
{
    struct file_writer writer;
    uint64_t length = claimed ? claimed : strlen(header);
    ck_assert_int_eq(file_create(&writer, path, err), 0);
    ck_assert_int_eq(file_write(&writer, &length, sizeof length, err), 0);
    ck_assert_int_eq(file_write(&writer, header, strlen(header), err), 0);
    for (size_t i = 0; i < data; i++)
        ck_assert_int_eq(file_write(&writer, &(uint8_t){(uint8_t)i}, 1, err), 0);
    ck_assert_int_eq(file_commit(&writer, err), 0);
    return safetensors_open(path, file, err);
}

static void write_small(struct jvalue *metadata, int64_t *bytes, char hash[HASH_TEXT])
{
    struct error err = {0};
    float b[2] = {1, -2};
    int64_t n = 7;
    uint8_t a[3] = {1, 2, 3};
    double d = 0.5;
    struct tensor_view views[] = {
        {.name = "b", .type = TENSOR_F32, .dims = 1, .shape = {2}, .data = b},
        {.name = "a", .type = TENSOR_U8, .dims = 2, .shape = {3, 1}, .data = a},
        {.name = "n", .type = TENSOR_I64, .dims = 0, .data = &n},
        {.name = "d", .type = TENSOR_F64, .dims = 1, .shape = {1}, .data = &d},
        {.name = "e", .type = TENSOR_F32, .dims = 2, .shape = {0, 5}, .data = NULL},
    };
    ck_assert_int_eq(safetensors_write(path, views, 5, metadata, bytes, hash, &err), 0);
}

/* The bytes that the reference writer gives; the digest is Python's hashlib over them. */
START_TEST(a_small_file_is_the_reference_writers)
{
    static const char header[] =
        "{\"__metadata__\":{\"format\":\"pt\"},"
        "\"n\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[0,8]},"
        "\"d\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[8,16]},"
        "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[16,24]},"
        "\"e\":{\"dtype\":\"F32\",\"shape\":[0,5],\"data_offsets\":[24,24]},"
        "\"a\":{\"dtype\":\"U8\",\"shape\":[3,1],\"data_offsets\":[24,27]}}      ";
    static const char data[] = "\7\0\0\0\0\0\0\0"
                               "\0\0\0\0\0\0\xe0\x3f"
                               "\0\0\x80\x3f\0\0\0\xc0"
                               "\1\2\3";
    struct error err = {0};
    struct jvalue *metadata = jvalue_object();
    jvalue_set_text(metadata, "format", "pt");
    int64_t bytes;
    char hash[HASH_TEXT], *read;
    size_t length;
    write_small(metadata, &bytes, hash);
    jvalue_free(metadata);
    ck_assert_int_eq(file_read(path, 1000, &read, &length, &err), 0);
    ck_assert_uint_eq((sizeof header - 1) % 8, 0);
    ck_assert_uint_eq(length, 8 + sizeof header - 1 + 27);
    ck_assert_int_eq(bytes, (int64_t)length);
    ck_assert_mem_eq(read, "\x38\1\0\0\0\0\0\0", 8);
    ck_assert_mem_eq(read + 8, header, sizeof header - 1);
    ck_assert_mem_eq(read + 8 + sizeof header - 1, data, 27);
    ck_assert_str_eq(hash, "52723e412b1d68238d351b47084b1d48832f01df2d69c111ace30a6efe20f75b");
    free(read);
}
END_TEST

START_TEST(what_was_written_is_read)
{
    struct error err = {0};
    struct safetensors file;
    write_small(NULL, NULL, NULL);
    ck_assert_int_eq(safetensors_open(path, &file, &err), 0);
    ck_assert_int_eq(file.count, 5);
    ck_assert_ptr_null(file.metadata);
    ck_assert_str_eq(file.view[0].name, "n");
    ck_assert_int_eq(file.view[0].dims, 0);
    const struct tensor_view *a = safetensors_find(&file, "a");
    ck_assert_int_eq(a->type, TENSOR_U8);
    ck_assert_int_eq(a->shape[0], 3);
    ck_assert_ptr_null(safetensors_find(&file, "x"));

    float b[2] = {0};
    int64_t n = 0;
    struct tensor_view want[] = {
        {.name = "b", .type = TENSOR_F32, .dims = 1, .shape = {2}, .data = b},
        {.name = "n", .type = TENSOR_I64, .dims = 0, .data = &n},
    };
    ck_assert_int_eq(safetensors_load(&file, want, 2, false, &err), 0);
    ck_assert(b[0] == 1);
    ck_assert(b[1] == -2);
    ck_assert_int_eq(n, 7);
    ck_assert_int_eq(safetensors_load(&file, want, 2, true, &err), ERROR_DATA);
    ck_assert_ptr_nonnull(strstr(err.text, "tensor d: has no place"));
    safetensors_close(&file);
}
END_TEST

START_TEST(loading_is_all_or_nothing)
{
    struct error err = {0};
    struct safetensors file;
    write_small(NULL, NULL, NULL);
    ck_assert_int_eq(safetensors_open(path, &file, &err), 0);
    int64_t n = 99;
    float b[4] = {9, 9, 9, 9};
    struct tensor_view want[] = {
        {.name = "n", .type = TENSOR_I64, .dims = 0, .data = &n},
        {.name = "b", .type = TENSOR_F32, .dims = 2, .shape = {2, 2}, .data = b},
    };
    ck_assert_int_eq(safetensors_load(&file, want, 2, false, &err), ERROR_DATA);
    ck_assert_str_eq(err.text, "tensor b: is of shape (2), not (2, 2)");
    want[1].type = TENSOR_F64;
    ck_assert_int_eq(safetensors_load(&file, want, 2, false, &err), ERROR_DATA);
    ck_assert_str_eq(err.text, "tensor b: is F32, not F64");
    strcpy(want[1].name, "bb");
    ck_assert_int_eq(safetensors_load(&file, want, 2, false, &err), ERROR_DATA);
    ck_assert_str_eq(err.text, "tensor bb: is missing");
    ck_assert_int_eq(n, 99);
    ck_assert(b[0] == 9);
    safetensors_close(&file);
}
END_TEST

START_TEST(many_tensors_come_back_bit_for_bit)
{
    enum { COUNT = 200 };
    static float values[COUNT][64], back[COUNT][64];
    struct tensor_view views[COUNT];
    struct error err = {0};
    struct safetensors file;
    struct random random = random_open(5, RANDOM_TEST, 0, 0);
    for (int t = 0; t < COUNT; t++) {
        views[t] = (struct tensor_view){.type = TENSOR_F32, .dims = 2, .data = values[t]};
        snprintf(views[t].name, TENSOR_NAME, "layer.%d.weight", (t * 37) % COUNT);
        views[t].shape[0] = 1 + random_below(&random, 8);
        views[t].shape[1] = 1 + random_below(&random, 8);
        for (int i = 0; i < 64; i++)
            values[t][i] = (float)random_normal(&random);
    }
    values[3][0] = NAN; /* a diverged network is saved too */
    ck_assert_int_eq(safetensors_write(path, views, COUNT, NULL, NULL, NULL, &err), 0);
    ck_assert_int_eq(safetensors_open(path, &file, &err), 0);
    for (int t = 0; t < COUNT; t++)
        views[t].data = back[t];
    ck_assert_int_eq(safetensors_load(&file, views, COUNT, true, &err), 0);
    for (int t = 0; t < COUNT; t++)
        ck_assert_mem_eq(values[t], back[t], tensor_view_bytes(&views[t]));
    safetensors_close(&file);
}
END_TEST

START_TEST(writing_refuses_what_could_not_be_read)
{
    struct error err = {0};
    float x = 0;
    struct tensor_view twice[] = {
        {.name = "x", .type = TENSOR_F32, .dims = 0, .data = &x},
        {.name = "y", .type = TENSOR_F32, .dims = 0, .data = &x},
        {.name = "x", .type = TENSOR_F32, .dims = 0, .data = &x},
    };
    unlink(path);
    ck_assert_int_eq(safetensors_write(path, twice, 3, NULL, NULL, NULL, &err), ERROR_FAILED);
    ck_assert(!file_exists(path));
    strcpy(twice[0].name, "__metadata__");
    ck_assert_int_eq(safetensors_write(path, twice, 1, NULL, NULL, NULL, &err), ERROR_FAILED);
    struct jvalue *metadata = jvalue_object();
    jvalue_set_integer(metadata, "epoch", 3);
    ck_assert_int_eq(safetensors_write(path, twice + 1, 1, metadata, NULL, NULL, &err),
                     ERROR_FAILED);
    jvalue_free(metadata);
    ck_assert_int_eq(safetensors_write("no/such/folder/x", twice + 1, 1, NULL, NULL, NULL, &err),
                     ERROR_FAILED);
}
END_TEST

/* Headers that other writers make and that are right: odd padding, any order, one empty tensor
 * between two, no tensors, metadata last. */
START_TEST(other_writers_files_are_read)
{
    static const struct {
        const char *header;
        size_t data;
        int count;
    } good[] = {
        {"{}", 0, 0},
        {"{\"__metadata__\":{}}    ", 0, 0},
        {"{\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[1,3]},"
         "\"a\":{\"shape\":[],\"data_offsets\":[0,1],\"dtype\":\"U8\"},\"__metadata__\":{\"k\":"
         "\"v\"}}",
         3, 2},
        {"{\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]},"
         "\"z\":{\"dtype\":\"F64\",\"shape\":[0],\"data_offsets\":[2,2]},"
         "\"c\":{\"dtype\":\"U8\",\"shape\":[1,1,1,1],\"data_offsets\":[2,3]}}",
         3, 3},
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct error err = {0};
        struct safetensors file;
        ck_assert_msg(open_raw(good[i].header, 0, good[i].data, &file, &err) == 0, "%s", err.text);
        ck_assert_int_eq(file.count, good[i].count);
        for (int t = 0, at = 0; t < file.count; t++) /* in the file's order */
            for (size_t b = 0; b < tensor_view_bytes(&file.view[t]); b++)
                ck_assert_int_eq(((const uint8_t *)file.view[t].data)[b], at++);
        safetensors_close(&file);
    }
}
END_TEST

#define ONE(dtype, shape, offsets)                                                                 \
    "{\"t\":{\"dtype\":\"" dtype "\",\"shape\":" shape ",\"data_offsets\":" offsets "}}"
#define LONG "0123456789012345678901234567890123456789012345678901234567890123"

static const struct {
    const char *header;
    uint64_t claimed; /* 0: the truth */
    size_t data;
    const char *why;
} damage[] = {
    {"", 0, 0, "header is no object"},
    {"{}", 3, 0, "cut off in its header"},
    {"{}", 100000001, 0, "a header of 100000001 bytes"},
    {"{}", UINT64_MAX, 0, "a header of"},
    {" {}", 0, 0, "header is no object"},
    {"[]", 0, 0, "header is no object"},
    {"{", 0, 0, "JSON"},
    {"{}x", 0, 0, "JSON"},
    {"{\"t\":{\"a\xff\":1}}", 0, 0, "JSON"},
    {ONE("F32", "[2]", "[0,8]") "{}", 0, 8, "JSON"},
    {"{\"t\":1}", 0, 0, "tensor t: is no object"},
    {"{\"t\":{}}", 0, 0, "dtype is missing"},
    {"{\"t\":{\"dtype\":7}}", 0, 0, "dtype is missing"},
    {"{\"t\":{\"dtype\":\"F32\"}}", 0, 0, "shape is missing"},
    {"{\"t\":{\"dtype\":\"F32\",\"shape\":[]}}", 0, 0, "no pair"},
    {ONE("F16", "[2]", "[0,4]"), 0, 4, "dtype F16 is none of"},
    {ONE("f32", "[2]", "[0,8]"), 0, 8, "dtype f32 is none of"},
    {ONE("\\u001b[31mred", "[2]", "[0,8]"), 0, 8, "dtype ?[31mred"},
    {ONE("F32", "[-1]", "[0,8]"), 0, 8, "no count"},
    {ONE("F32", "[2.0]", "[0,8]"), 0, 8, "no count"},
    {ONE("F32", "[\"2\"]", "[0,8]"), 0, 8, "no count"},
    {ONE("F32", "2", "[0,8]"), 0, 8, "shape is missing"},
    {ONE("F32", "[1,1,1,1,2]", "[0,8]"), 0, 8, "5 dimensions"},
    {ONE("F32", "[4294967296,4294967296]", "[0,0]"), 0, 0, "absurd shape"},
    {ONE("F32", "[9223372036854775807]", "[0,8]"), 0, 8, "absurd shape"},
    {ONE("F32", "[1152921504606846976,16]", "[0,0]"), 0, 0, "absurd shape"},
    {ONE("F32", "[99999999999999999999]", "[0,8]"), 0, 8, "JSON"},
    {ONE("F32", "[2]", "[0]"), 0, 8, "no pair"},
    {ONE("F32", "[2]", "[0,8,8]"), 0, 8, "no pair"},
    {ONE("F32", "[2]", "[0,8.0]"), 0, 8, "no pair"},
    {ONE("F32", "[2]", "[-8,0]"), 0, 8, "bytes -8 to 0"},
    {ONE("F32", "[2]", "[8,0]"), 0, 8, "bytes 8 to 0"},
    {ONE("F32", "[2]", "[0,8]"), 0, 7, "bytes 0 to 8, but the data has 7 (cut off?)"},
    {ONE("F32", "[2]", "[0,4]"), 0, 4, "4 bytes do not fit"},
    {ONE("I64", "[]", "[0,4]"), 0, 4, "4 bytes do not fit"},
    {ONE("F32", "[2]", "[0,8]"), 0, 9, "1 bytes at the end belong to no tensor"},
    {"{}", 0, 4, "4 bytes at the end"},
    {ONE("F32", "[1]", "[4,8]"), 0, 8, "a hole in front of it"},
    {"{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},"
     "\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[3,7]}}",
     0, 7, "tensor b: overlaps"},
    {"{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},"
     "\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}",
     0, 4, "overlaps"},
    {"{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},"
     "\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[5,7]}}",
     0, 7, "tensor b: a hole"},
    {"{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},"
     "\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,2]}}",
     0, 2, "duplicate"},
    {"{\"" LONG "\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[0,1]}}", 0, 1,
     "name of 64 bytes"},
    {"{\"a\\u001b[2Jb\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[0,1]}}", 0, 1,
     "tensor a?[2Jb: control characters"},
    {"{\"a\\u009bb\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[0,1]}}", 0, 1,
     "control characters"},
    {"{\"a\\u0000b\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[0,1]}}", 0, 1, "JSON"},
    {"{\"__metadata__\":[]}", 0, 0, "__metadata__: is no object"},
    {"{\"__metadata__\":{\"epoch\":3}}", 0, 0, "no text"},
};

START_TEST(damage_is_refused_in_one_line)
{
    struct error err = {0};
    struct safetensors file;
    int code = open_raw(damage[_i].header, damage[_i].claimed, damage[_i].data, &file, &err);
    ck_assert_msg(code == ERROR_DATA, "%s", damage[_i].header);
    ck_assert_msg(strstr(err.text, damage[_i].why) != NULL, "%s", err.text);
    ck_assert_msg(strncmp(err.text, path, strlen(path)) == 0, "%s", err.text);
    for (const char *at = err.text; *at; at++)
        ck_assert((unsigned char)*at >= 0x20 && *at != 0x7f);
    ck_assert_ptr_null(file.bytes);
}
END_TEST

/* Every shorter file is refused, and every flipped byte is refused or changes what is read. */
START_TEST(cuts_and_flips_are_seen)
{
    struct error err = {0};
    struct safetensors file;
    char *bytes;
    size_t length;
    write_small(NULL, NULL, NULL);
    ck_assert_int_eq(file_read(path, 1000, &bytes, &length, &err), 0);
    for (size_t cut = 0; cut < length; cut++) {
        struct file_writer writer;
        ck_assert_int_eq(file_create(&writer, path, &err), 0);
        ck_assert_int_eq(file_write(&writer, bytes, cut, &err), 0);
        ck_assert_int_eq(file_commit(&writer, &err), 0);
        ck_assert_int_eq(safetensors_open(path, &file, &err), ERROR_DATA);
    }
    for (size_t at = 0; at < length; at++) {
        struct file_writer writer;
        bytes[at] = (char)(bytes[at] ^ 4);
        ck_assert_int_eq(file_create(&writer, path, &err), 0);
        ck_assert_int_eq(file_write(&writer, bytes, length, &err), 0);
        ck_assert_int_eq(file_commit(&writer, &err), 0);
        bytes[at] = (char)(bytes[at] ^ 4);
        if (safetensors_open(path, &file, &err) != 0) {
            ck_assert_int_eq(err.code, ERROR_DATA);
            continue;
        }
        size_t sum = 0;
        for (int t = 0; t < file.count; t++)
            sum += tensor_view_bytes(&file.view[t]);
        ck_assert_uint_eq(sum, 27);
        safetensors_close(&file);
    }
    free(bytes);
}
END_TEST

START_TEST(what_is_no_file_is_refused)
{
    struct error err = {0};
    struct safetensors file;
    ck_assert_int_eq(safetensors_open("no-such-file", &file, &err), ERROR_DATA);
    ck_assert_int_eq(safetensors_open(".", &file, &err), ERROR_DATA);
    ck_assert_int_eq(safetensors_open("/dev/null", &file, &err), ERROR_DATA);
}
END_TEST

static void remove_file(void)
{
    unlink(path);
}

int main(void)
{
    Suite *suite = suite_create("format");
    TCase *all = tcase_create("safetensors");
    tcase_add_checked_fixture(all, NULL, remove_file);
    tcase_add_test(all, a_small_file_is_the_reference_writers);
    tcase_add_test(all, what_was_written_is_read);
    tcase_add_test(all, loading_is_all_or_nothing);
    tcase_add_test(all, many_tensors_come_back_bit_for_bit);
    tcase_add_test(all, writing_refuses_what_could_not_be_read);
    tcase_add_test(all, other_writers_files_are_read);
    tcase_add_loop_test(all, damage_is_refused_in_one_line, 0,
                        (int)(sizeof damage / sizeof *damage));
    tcase_add_test(all, cuts_and_flips_are_seen);
    tcase_add_test(all, what_is_no_file_is_refused);
    suite_add_tcase(suite, all);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
