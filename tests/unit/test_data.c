/* The IDX reader on small files, whole and damaged in every way; and where data is looked for. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "data/reader.h"
#include "tests/unit/reading.h"
#include "tests/unit/scratch.h"

/* --- IDX ------------------------------------------------------------------------------------ */

enum { TRAIN = 5, TEST = 3, IDX_IMAGE = 28 * 28 };

static struct data_reader small_fashion(void)
{
    struct data_reader reader = reader_fashion;
    reader.info.train = 7; /* the files below have fewer: that is allowed */
    reader.info.test = 4;
    return reader;
}

static unsigned char pixel_of(int image, int y, int x)
{
    return (unsigned char)(1 + (image * 31 + y * 7 + x) % 255);
}

static void big_endian(unsigned char *at, unsigned value)
{
    for (int i = 0; i < 4; i++)
        at[i] = (unsigned char)(value >> (24 - 8 * i));
}

struct idx {
    unsigned char bytes[16 + 8 * IDX_IMAGE];
    size_t length;
};

static struct idx idx_images(int count)
{
    struct idx idx = {.length = 16 + (size_t)count * IDX_IMAGE};
    big_endian(idx.bytes, 0x803);
    big_endian(idx.bytes + 4, (unsigned)count);
    big_endian(idx.bytes + 8, 28);
    big_endian(idx.bytes + 12, 28);
    for (int i = 0; i < count; i++)
        for (int k = 0; k < IDX_IMAGE; k++)
            idx.bytes[16 + i * IDX_IMAGE + k] = pixel_of(i, k / 28, k % 28);
    return idx;
}

static struct idx idx_labels(int count)
{
    struct idx idx = {.length = 8 + (size_t)count};
    big_endian(idx.bytes, 0x801);
    big_endian(idx.bytes + 4, (unsigned)count);
    for (int i = 0; i < count; i++)
        idx.bytes[8 + i] = (unsigned char)(9 - i);
    return idx;
}

static const char *const train_images = "train-images-idx3-ubyte";
static const char *const train_labels = "train-labels-idx1-ubyte";

static void put(const char *name, struct idx idx)
{
    scratch_file(name, idx.bytes, idx.length);
}

static void put_in(const char *folder, const char *name, struct idx idx)
{
    char path[300];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    put(path, idx);
}

static void write_idx_in(const char *folder)
{
    put_in(folder, train_images, idx_images(TRAIN));
    put_in(folder, train_labels, idx_labels(TRAIN));
    put_in(folder, "t10k-images-idx3-ubyte", idx_images(TEST));
    put_in(folder, "t10k-labels-idx1-ubyte", idx_labels(TEST));
}

static void write_idx(void)
{
    write_idx_in(".");
}

START_TEST(idx_images_stand_in_the_middle)
{
    write_idx();
    struct data_reader reader = small_fashion();
    struct data_set *set = opened(&reader, scratch_path(""));
    ck_assert_int_eq(set->train.count, TRAIN);
    ck_assert_int_eq(set->test.count, TEST);
    for (int i = 0; i < TRAIN; i++) {
        ck_assert_int_eq(set->train.labels[i], 9 - i);
        for (int y = 0; y < 32; y++)
            for (int x = 0; x < 32; x++) {
                bool inside = y >= 2 && y < 30 && x >= 2 && x < 30;
                ck_assert_int_eq(set->train.pixels[(i * 32 + y) * 32 + x],
                                 inside ? pixel_of(i, y - 2, x - 2) : 0);
            }
    }
    data_close(set);
}
END_TEST

START_TEST(idx_may_be_gzipped)
{
    write_idx();
    struct data_reader reader = small_fashion();
    struct data_set *plain = opened(&reader, scratch_path(""));
    struct idx images = idx_images(TRAIN);
    scratch_remove(train_images);
    scratch_gzip("train-images-idx3-ubyte.gz", images.bytes, images.length);
    struct data_set *packed = opened(&reader, scratch_path(""));
    ck_assert_str_eq(plain->checksum, packed->checksum);
    data_close(packed);

    /* one pixel, one label, or another name: other data */
    images.bytes[20]++;
    scratch_gzip("train-images-idx3-ubyte.gz", images.bytes, images.length);
    struct data_set *other = opened(&reader, scratch_path(""));
    struct data_reader mnist = reader_mnist;
    struct data_set *named = opened(&mnist, scratch_path(""));
    ck_assert_str_ne(plain->checksum, other->checksum);
    ck_assert_str_ne(named->checksum, other->checksum);
    data_close(plain);
    data_close(other);
    data_close(named);
}
END_TEST

START_TEST(idx_damage_is_named)
{
    struct data_reader reader = small_fashion();
    const char *folder = scratch_path("");
    struct idx idx;

    write_idx();
    idx = idx_images(TRAIN), idx.length--;
    put(train_images, idx);
    refused(&reader, folder, train_images, "truncated");
    idx = idx_images(TRAIN), idx.length++;
    put(train_images, idx);
    refused(&reader, folder, train_images, "follows");
    idx = idx_images(TRAIN), idx.length = 7;
    put(train_images, idx);
    refused(&reader, folder, train_images, "header");
    idx.length = 0;
    put(train_images, idx);
    refused(&reader, folder, train_images, "0 bytes");
    put(train_images, idx_labels(TRAIN));
    refused(&reader, folder, train_images, "header");
    idx = idx_images(TRAIN), idx.bytes[3] = 1;
    put(train_images, idx);
    refused(&reader, folder, train_images, "magic number 0x00000801");
    idx = idx_images(TRAIN), big_endian(idx.bytes + 8, 27);
    put(train_images, idx);
    refused(&reader, folder, train_images, "27x28");
    idx = idx_images(TRAIN), big_endian(idx.bytes + 4, 0xffffffff);
    put(train_images, idx);
    refused(&reader, folder, train_images, "4294967295 images");
    idx = idx_images(TRAIN), big_endian(idx.bytes + 4, 0);
    put(train_images, idx);
    refused(&reader, folder, train_images, "0 images");
    put(train_images, idx_images(8));
    refused(&reader, folder, train_images, "more than");

    write_idx();
    idx = idx_labels(TRAIN), idx.bytes[10] = 10;
    put(train_labels, idx);
    refused(&reader, folder, train_labels, "label 10 of image 2");
    put(train_labels, idx_labels(TRAIN - 1));
    refused(&reader, folder, train_labels, "4 labels for 5 images");
    idx = idx_labels(TRAIN), idx.length--;
    put(train_labels, idx);
    refused(&reader, folder, train_labels, "truncated");
    scratch_remove(train_labels);
    refused(&reader, folder, train_labels, "No such file");
    scratch_folder(train_labels);
    refused(&reader, folder, train_labels, "is a folder");
    scratch_remove(train_labels);
    ck_assert_int_eq(mkfifo(scratch_path(train_labels), 0600), 0);
    refused(&reader, folder, train_labels, "not a regular file");
    scratch_remove(train_labels);

    write_idx();
    refused(&reader, scratch_path(train_images), train_images, "is a file");
}
END_TEST

START_TEST(gzip_damage_is_named)
{
    struct data_reader reader = small_fashion();
    const char *name = "train-images-idx3-ubyte.gz";
    struct idx images = idx_images(TRAIN);
    size_t length;
    write_idx();
    scratch_remove(train_images);
    scratch_gzip(name, images.bytes, images.length);
    unsigned char *packed = scratch_read(name, &length);
    for (size_t cut = 2; cut < length; cut++) {
        scratch_file(name, packed, cut);
        refused(&reader, scratch_path(""), name, "");
    }
    scratch_file(name, packed, length - 3);
    refused(&reader, scratch_path(""), name, "truncated");
    packed[length - 6] ^= 1; /* the checksum */
    scratch_file(name, packed, length);
    refused(&reader, scratch_path(""), name, "damaged gzip data");
    free(packed);
}
END_TEST

START_TEST(no_permission_is_named)
{
    struct data_reader reader = small_fashion();
    write_idx();
    ck_assert_int_eq(chmod(scratch_path(train_images), 0), 0);
    if (access(scratch_path(train_images), R_OK) != 0) /* root may read everything */
        refused(&reader, scratch_path(""), train_images, "Permission denied");
}
END_TEST

START_TEST(debians_fashion_mnist)
{
    static const char folder[] = "/usr/share/datasets/fashion-mnist";
    if (access(folder, F_OK) != 0)
        return; /* the package is not installed */
    struct data_set *set = opened(&reader_fashion, folder);
    ck_assert_int_eq(set->train.count, 60000);
    ck_assert_int_eq(set->test.count, 10000);
    double sum = 0, squares = 0;
    int classes[10] = {0};
    for (int i = 0; i < 60000; i++) {
        classes[set->train.labels[i]]++;
        for (int y = 2; y < 30; y++)
            for (int x = 2; x < 30; x++) {
                double value = set->train.pixels[(i * 32 + y) * 32 + x] / 255.0;
                sum += value;
                squares += value * value;
            }
    }
    double mean = sum / (60000.0 * IDX_IMAGE), square = squares / (60000.0 * IDX_IMAGE);
    ck_assert_double_eq_tol(mean, (double)set->mean[0], 5e-5);
    ck_assert_double_eq_tol(square - mean * mean, 0.3530 * 0.3530, 5e-5);
    ck_assert_double_eq_tol((double)set->deviation[0], 0.3530, 1e-7);
    for (int c = 0; c < 10; c++)
        ck_assert_int_eq(classes[c], 6000);
    data_close(set);
}
END_TEST

/* --- SPEC ----------------------------------------------------------------------------------- */

static void spec_fails(const char *spec, int code, const char *text, const char *hint)
{
    struct error err = {0};
    struct data_set *set;
    ck_assert_int_eq(data_open(spec, NULL, &set, &err), code);
    ck_assert_int_eq((int)err.code, code);
    ck_assert_ptr_null(set);
    ck_assert_msg(strstr(err.text, text) && strstr(err.hint, hint), "%s | %s", err.text, err.hint);
}

START_TEST(bad_specs_are_named)
{
    unsetenv("SLIMSCOPE_DATA");
    spec_fails("cifar11:x", ERROR_USAGE, "'cifar11'", "did you mean 'cifar10'");
    spec_fails("/some/where", ERROR_USAGE, "'/some/where'", "cifar10:PATH");
    spec_fails("", ERROR_USAGE, "''", "shapes[:N]");
    spec_fails("cifar10", ERROR_DATA, "no path was given", "cifar10:PATH");
    spec_fails("cifar10:", ERROR_DATA, "no path was given", "cifar10:PATH");
    spec_fails("mnist:/no/such/place", ERROR_DATA, "/no/such/place is not there", "mnist:PATH");
    spec_fails("shapes:12k", ERROR_USAGE, "shapes:12k", "");
    spec_fails("shapes:99", ERROR_USAGE, "100 to 200000", "");
    spec_fails("shapes:-100", ERROR_USAGE, "100 to 200000", "");
    spec_fails("shapes:200001", ERROR_USAGE, "100 to 200000", "");
    spec_fails("shapes:99999999999999999999", ERROR_USAGE, "100 to 200000", "");
}
END_TEST

/* Opens mnist; its first label says which of the folders it came from. */
static void found_at(const char *spec, const char *recorded, const char *folder)
{
    struct error err = {0};
    struct data_set *set;
    char want[5000];
    ck_assert_msg(data_open(spec, recorded, &set, &err) == 0, "%s", err.text);
    snprintf(want, sizeof want, "mnist:%s", scratch_path(folder));
    ck_assert_str_eq(set->spec, want);
    data_close(set);
}

START_TEST(data_is_looked_for_in_order)
{
    static const char *const folders[] = {"given", "shared/mnist", "recorded"};
    char given[5000], recorded[5000];
    scratch_folder("shared");
    for (int i = 0; i < 3; i++) {
        scratch_folder(folders[i]);
        write_idx_in(folders[i]);
    }
    ck_assert_int_eq(chdir(scratch_path("")), 0);
    setenv("SLIMSCOPE_DATA", scratch_path("shared"), 1);
    snprintf(given, sizeof given, "mnist:%s", scratch_path("given"));
    snprintf(recorded, sizeof recorded, "mnist:%s", scratch_path("recorded"));
    log_set_level(LOG_QUIET);
    found_at(given, recorded, "given");
    found_at("mnist:given", recorded, "given"); /* relative to the working folder */
    found_at("mnist", recorded, "shared/mnist");
    found_at(NULL, recorded, "shared/mnist");
    found_at("mnist:/no/such/place", recorded, "shared/mnist");
    unsetenv("SLIMSCOPE_DATA");
    found_at("mnist", recorded, "recorded");
    found_at(NULL, recorded, "recorded");

    /* a place that holds something broken is not passed over */
    scratch_remove("given/train-images-idx3-ubyte");
    struct error err = {0};
    struct data_set *set;
    ck_assert_int_eq(data_open(given, recorded, &set, &err), ERROR_DATA);
    ck_assert_ptr_nonnull(strstr(err.text, "given/train-images-idx3-ubyte"));
    /* another data set's record says nothing */
    ck_assert_int_eq(data_open("mnist", "cifar10:recorded", &set, &err), ERROR_DATA);
}
END_TEST

START_TEST(published_files_are_known)
{
    struct data_reader reader = small_fashion();
    const char *other;
    write_idx();
    struct data_set *set = opened(&reader, scratch_path(""));
    ck_assert_int_eq(data_official(set, &other), -1); /* unpacked: nothing is known of those */
    ck_assert_ptr_null(other);
    struct idx images = idx_images(TEST);
    scratch_gzip("t10k-images-idx3-ubyte.gz", images.bytes, images.length);
    ck_assert_int_eq(data_official(set, &other), 0);
    ck_assert_str_eq(other, "t10k-images-idx3-ubyte.gz");
    data_close(set);
    for (int i = 0; data_known(i); i++)
        ck_assert_ptr_nonnull(strstr(data_known(i)->form, data_known(i)->name));
    ck_assert_ptr_null(data_known(-1));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("data");
    TCase *all = tcase_create("all");
    tcase_add_checked_fixture(all, scratch_open, scratch_close);
    tcase_add_test(all, idx_images_stand_in_the_middle);
    tcase_add_test(all, idx_may_be_gzipped);
    tcase_add_test(all, idx_damage_is_named);
    tcase_add_test(all, gzip_damage_is_named);
    tcase_add_test(all, no_permission_is_named);
    tcase_add_test(all, debians_fashion_mnist);
    tcase_add_test(all, bad_specs_are_named);
    tcase_add_test(all, data_is_looked_for_in_order);
    tcase_add_test(all, published_files_are_known);
    suite_add_tcase(suite, all);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
