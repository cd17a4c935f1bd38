/* The CIFAR reader on two records a file, from folders and archives, whole and damaged. */
#include <archive.h>
#include <archive_entry.h>
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/reader.h"
#include "tests/unit/reading.h"
#include "tests/unit/scratch.h"

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

int main(void)
{
    Suite *suite = suite_create("cifar");
    TCase *all = tcase_create("all");
    tcase_add_checked_fixture(all, scratch_open, scratch_close);
    tcase_add_test(all, cifar_records_are_planes);
    tcase_add_test(all, folder_and_archive_are_the_same_data);
    tcase_add_test(all, folder_damage_is_named);
    tcase_add_test(all, cut_archive_is_refused);
    tcase_add_test(all, archive_damage_is_named);
    tcase_add_test(all, a_small_file_may_not_unpack_without_end);
    tcase_add_test(all, cifar100_takes_the_fine_label);
    suite_add_tcase(suite, all);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
