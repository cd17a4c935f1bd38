/* The readers, on small instances of each format, whole and damaged in every way. */
#include <archive.h>
#include <archive_entry.h>
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "data/reader.h"
#include "scratch.h"

/* The reader must refuse `path` with ERROR_DATA and one line that has both texts in it. */
static void refused(const struct data_reader *reader, const char *path, const char *what,
                    const char *why)
{
    struct error err = {0};
    struct data_set *set = NULL;
    int code = data_read(reader, path, &set, &err);
    ck_assert_msg(code == ERROR_DATA && err.code == ERROR_DATA && !set, "%s %s: code %d, %s", what,
                  why, code, err.text);
    ck_assert_msg(strstr(err.text, what) && strstr(err.text, why), "\"%s\" lacks \"%s\" or \"%s\"",
                  err.text, what, why);
    ck_assert_ptr_null(strchr(err.text, '\n'));
    ck_assert_ptr_nonnull(strstr(err.text, scratch_path("")));
}

static struct data_set *opened(const struct data_reader *reader, const char *path)
{
    struct error err = {0};
    struct data_set *set = NULL;
    int code = data_read(reader, path, &set, &err);
    ck_assert_msg(code == 0 && set, "%s: %s", path, err.text);
    return set;
}

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

/* --- CIFAR ---------------------------------------------------------------------------------- */

enum { FILES = 6, RECORDS = 2, RECORD = 3073, CIFAR_FILE = RECORDS * RECORD };

static const char *const cifar_files[FILES] = {"data_batch_1.bin", "data_batch_2.bin",
                                               "data_batch_3.bin", "data_batch_4.bin",
                                               "data_batch_5.bin", "test_batch.bin"};

/* Two records in each of the six files. */
static struct data_reader small_cifar(void)
{
    struct data_reader reader = reader_cifar10;
    reader.info.train = 5 * RECORDS;
    reader.info.test = RECORDS;
    return reader;
}

static void cifar_bytes(int file, unsigned char bytes[CIFAR_FILE])
{
    unsigned state = 12345U + (unsigned)file;
    for (int i = 0; i < CIFAR_FILE; i++) {
        state = state * 1103515245U + 12345U;
        bytes[i] = (unsigned char)(i % RECORD ? state >> 16 : (unsigned)(file + i / RECORD) % 10);
    }
}

static void write_cifar(const char *folder)
{
    scratch_folder(folder);
    for (int f = 0; f < FILES; f++) {
        unsigned char bytes[CIFAR_FILE];
        char name[300];
        cifar_bytes(f, bytes);
        snprintf(name, sizeof name, "%s/%s", folder, cifar_files[f]);
        scratch_file(name, bytes, sizeof bytes);
    }
}

/* An archive being written. */
static struct archive *tar_open(const char *name, bool gzip)
{
    struct archive *tar = archive_write_new();
    archive_write_set_format_pax_restricted(tar);
    if (gzip)
        archive_write_add_filter_gzip(tar);
    ck_assert_int_eq(archive_write_open_filename(tar, scratch_path(name)), ARCHIVE_OK);
    return tar;
}

static void tar_add(struct archive *tar, const char *name, unsigned kind, const void *bytes,
                    size_t length)
{
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_pathname(entry, name);
    archive_entry_set_filetype(entry, kind);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, (la_int64_t)length);
    if (kind == AE_IFLNK)
        archive_entry_set_symlink(entry, "elsewhere");
    ck_assert_int_eq(archive_write_header(tar, entry), ARCHIVE_OK);
    if (length)
        ck_assert_int_eq((int)archive_write_data(tar, bytes, length), (int)length);
    archive_entry_free(entry);
}

static void tar_add_cifar(struct archive *tar, int first, int end)
{
    for (int f = first; f < end; f++) {
        unsigned char bytes[CIFAR_FILE];
        char name[100];
        cifar_bytes(f, bytes);
        snprintf(name, sizeof name, "cifar-10-batches-bin/%s", cifar_files[f]);
        tar_add(tar, name, AE_IFREG, bytes, sizeof bytes);
    }
}

static void tar_close(struct archive *tar)
{
    ck_assert_int_eq(archive_write_close(tar), ARCHIVE_OK);
    archive_write_free(tar);
}

/* As published: a folder, then files in no order, and one more that nobody asked for. */
static void write_archive(const char *name, bool gzip)
{
    struct archive *tar = tar_open(name, gzip);
    tar_add(tar, "cifar-10-batches-bin/", AE_IFDIR, NULL, 0);
    tar_add_cifar(tar, 3, 6);
    tar_add(tar, "cifar-10-batches-bin/batches.meta.txt", AE_IFREG, "airplane\n", 9);
    tar_add_cifar(tar, 0, 3);
    tar_close(tar);
}

START_TEST(cifar_records_are_planes)
{
    write_cifar("c");
    struct data_reader reader = small_cifar();
    struct data_set *set = opened(&reader, scratch_path("c"));
    for (int f = 0; f < FILES; f++) {
        unsigned char bytes[CIFAR_FILE];
        cifar_bytes(f, bytes);
        const struct data_part *part = f < 5 ? &set->train : &set->test;
        for (int i = 0; i < RECORDS; i++) {
            int image = f < 5 ? f * RECORDS + i : i;
            ck_assert_int_eq(part->labels[image], (f + i) % 10);
            ck_assert_mem_eq(part->pixels + image * 3072, bytes + i * RECORD + 1, 3072);
        }
    }
    data_close(set);
}
END_TEST

START_TEST(folder_and_archive_are_the_same_data)
{
    struct data_reader reader = small_cifar();
    scratch_folder("outer");
    scratch_folder("download");
    write_cifar("outer/cifar-10-batches-bin");
    write_archive("download/cifar-10-binary.tar.gz", true);
    write_archive("plain.tar", false);
    const char *const places[] = {"outer", "download", "download/cifar-10-binary.tar.gz",
                                  "plain.tar"};
    struct data_set *folder = opened(&reader, scratch_path("outer/cifar-10-batches-bin"));
    for (int i = 0; i < 4; i++) {
        struct data_set *set = opened(&reader, scratch_path(places[i]));
        ck_assert_str_eq(set->checksum, folder->checksum);
        data_close(set);
    }
    data_close(folder);
}
END_TEST

START_TEST(folder_damage_is_named)
{
    struct data_reader reader = small_cifar();
    unsigned char bytes[CIFAR_FILE + 1];
    write_cifar("c");
    cifar_bytes(2, bytes);
    scratch_file("c/data_batch_3.bin", bytes, CIFAR_FILE - 1);
    refused(&reader, scratch_path("c"), "data_batch_3.bin", "6145 bytes, not 6146");
    scratch_file("c/data_batch_3.bin", bytes, CIFAR_FILE + 1);
    refused(&reader, scratch_path("c"), "data_batch_3.bin", "more than");
    scratch_file("c/data_batch_3.bin", bytes, 0);
    refused(&reader, scratch_path("c"), "data_batch_3.bin", "0 bytes");
    bytes[RECORD] = 10;
    scratch_file("c/data_batch_3.bin", bytes, CIFAR_FILE);
    refused(&reader, scratch_path("c"), "data_batch_3.bin", "label 10 in record 1");
    scratch_remove("c/data_batch_3.bin");
    refused(&reader, scratch_path("c"), "data_batch_3.bin", "No such file");
    scratch_folder("empty");
    refused(&reader, scratch_path("empty"), "data_batch_1.bin", "No such file");
}
END_TEST

START_TEST(cut_archive_is_refused)
{
    struct data_reader reader = small_cifar();
    for (int gzip = 0; gzip < 2; gzip++) {
        size_t length;
        write_archive("a.tar.gz", gzip);
        unsigned char *bytes = scratch_read("a.tar.gz", &length);
        size_t end = gzip ? length : length - 10240; /* a plain tar ends in padding */
        for (size_t cut = 0; cut < end; cut += 1 + end / 50) {
            scratch_file("a.tar.gz", bytes, cut);
            refused(&reader, scratch_path("a.tar.gz"), "a.tar.gz", "");
        }
        if (gzip) {
            scratch_file("a.tar.gz", bytes, length - 1);
            refused(&reader, scratch_path("a.tar.gz"), "a.tar.gz", "truncated");
            for (size_t at = 20; at < length - 4; at += 1 + length / 50) {
                bytes[at] ^= 0x10;
                scratch_file("a.tar.gz", bytes, length);
                refused(&reader, scratch_path("a.tar.gz"), "a.tar.gz", "");
                bytes[at] ^= 0x10;
            }
        }
        free(bytes);
    }
}
END_TEST

START_TEST(archive_damage_is_named)
{
    struct data_reader reader = small_cifar();
    unsigned char bytes[CIFAR_FILE + 1] = {0};
    struct archive *tar = tar_open("missing.tar.gz", true);
    tar_add_cifar(tar, 0, 5);
    tar_add(tar, "test_batch.bin", AE_IFLNK, NULL, 0);
    tar_close(tar);
    refused(&reader, scratch_path("missing.tar.gz"), "test_batch.bin", "is missing");

    tar = tar_open("twice.tar.gz", true);
    tar_add_cifar(tar, 0, 6);
    tar_add_cifar(tar, 4, 5);
    tar_close(tar);
    refused(&reader, scratch_path("twice.tar.gz"), "data_batch_5.bin", "there twice");

    tar = tar_open("long.tar.gz", true);
    tar_add(tar, "data_batch_1.bin", AE_IFREG, bytes, sizeof bytes);
    tar_add_cifar(tar, 1, 6);
    tar_close(tar);
    refused(&reader, scratch_path("long.tar.gz"), "data_batch_1.bin", "6147 bytes, not 6146");

    tar = tar_open("label.tar.gz", true);
    bytes[0] = 200;
    tar_add(tar, "data_batch_1.bin", AE_IFREG, bytes, CIFAR_FILE);
    tar_close(tar);
    refused(&reader, scratch_path("label.tar.gz"), "data_batch_1.bin", "label 200 in record 0");

    scratch_file("text.tar.gz", "no archive at all, but some text\n", 33);
    refused(&reader, scratch_path("text.tar.gz"), "text.tar.gz", "not a sound tar archive");
    scratch_gzip("text.tar.gz", "no archive at all, but some text\n", 33);
    refused(&reader, scratch_path("text.tar.gz"), "text.tar.gz", "not a sound tar archive");
    scratch_file("text.tar.gz", "", 0);
    refused(&reader, scratch_path("text.tar.gz"), "text.tar.gz", "");
}
END_TEST

START_TEST(a_small_file_may_not_unpack_without_end)
{
    struct data_reader reader = small_cifar();
    enum { BOMB = 1 << 25 };
    void *zeros = calloc(1, BOMB);
    ck_assert_ptr_nonnull(zeros);
    struct archive *tar = tar_open("bomb.tar.gz", true);
    tar_add(tar, "zeros", AE_IFREG, zeros, BOMB);
    tar_add_cifar(tar, 0, 6);
    tar_close(tar);
    free(zeros);
    refused(&reader, scratch_path("bomb.tar.gz"), "bomb.tar.gz", "holds far more");
}
END_TEST

START_TEST(cifar100_takes_the_fine_label)
{
    struct data_reader reader = reader_cifar100;
    unsigned char bytes[2 * 3074] = {19, 99};
    reader.info.train = 2;
    reader.info.test = 1;
    bytes[2] = 77;
    bytes[3074] = 200; /* the coarse label is not looked at */
    scratch_folder("c");
    scratch_file("c/train.bin", bytes, sizeof bytes);
    scratch_file("c/test.bin", bytes, 3074);
    struct data_set *set = opened(&reader, scratch_path("c"));
    ck_assert_int_eq(set->train.labels[0], 99);
    ck_assert_int_eq(set->train.labels[1], 0);
    ck_assert_int_eq(set->train.pixels[0], 77);
    ck_assert_int_eq(set->classes, 100);
    data_close(set);
    bytes[1] = 100;
    scratch_file("c/test.bin", bytes, 3074);
    refused(&reader, scratch_path("c"), "test.bin", "label 100 in record 0");
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
    scratch_file("cifar-10-binary.tar.gz", "x", 1);
    scratch_file("other.bin", "x", 1);
    ck_assert_int_eq(data_official(scratch_path("cifar-10-binary.tar.gz")), 0);
    ck_assert_int_eq(data_official(scratch_path("other.bin")), -1);
    ck_assert_int_eq(data_official(scratch_path("cifar-100-binary.tar.gz")), -1); /* not there */
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
    tcase_add_test(all, cifar_records_are_planes);
    tcase_add_test(all, folder_and_archive_are_the_same_data);
    tcase_add_test(all, folder_damage_is_named);
    tcase_add_test(all, cut_archive_is_refused);
    tcase_add_test(all, archive_damage_is_named);
    tcase_add_test(all, a_small_file_may_not_unpack_without_end);
    tcase_add_test(all, cifar100_takes_the_fine_label);
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
