#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"
#include "tests/unit/db/test_db.h"

/* A weights' file in runs.db.d/ with its row. */
static void insert_weights(struct store *store, int64_t run, int epoch, const char *name)
{
    struct error err = {0};
    char file[100], path[400];
    struct checkpoint_row row = {.run = run, .epoch = epoch, .file = file, .bytes = 7};
    snprintf(file, sizeof file, "%s", name);
    snprintf(path, sizeof path, "%s/%s", store_folder(store), name);
    write_bytes(path, "weights", 7);
    hash_bytes("weights", 7, row.sha256);
    must(store_begin(store, &err));
    must(checkpoint_insert(store, &row, &err));
    must(store_commit(store, &err));
}

/* A store with a run, an epoch and two files. */
static struct store *make_store(void)
{
    struct error err = {0};
    struct store *store = must_open(STORE_CREATE);
    int64_t run = insert_run(store, 'a');
    must(insert_epoch(store, run, 1, 0.5f, &err));
    insert_weights(store, run, 1, "one.safetensors");
    insert_weights(store, run, 2, "two.safetensors");
    return store;
}

static void is_fine(struct store *store)
{
    char *problems = problems_of(store);
    ck_assert_str_eq(problems, "[]");
    free(problems);
}

START_TEST(a_backup_is_the_store)
{
    struct error err = {0};
    char *copy = in_folder("copy.db");
    struct store *store = make_store(), *reader = must_open(STORE_READ);
    must(store_backup(store, copy, &err));
    must(store_backup(reader, in_folder("again.db"), &err)); /* a reader can, too */
    store_close(reader);
    store_close(store);
    ck_assert_int_eq(ask(copy, "SELECT journal_mode = 'delete' FROM pragma_journal_mode"), 1);
    ck_assert_int_eq(ask(copy, "PRAGMA application_id"), 0x534c494d);
    ck_assert_int_eq(ask(copy, "PRAGMA user_version"), 2);
    char sql[700];
    static const char *const tables[] = {"run", "layer", "epoch", "gamma", "checkpoint"};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        snprintf(sql, sizeof sql,
                 "ATTACH '%s' AS copy; CREATE TEMP TABLE same (x CHECK (x = 0));"
                 "INSERT INTO same SELECT count(*) FROM (SELECT * FROM main.%s EXCEPT"
                 " SELECT * FROM copy.%s);"
                 "INSERT INTO same SELECT count(*) = 0 FROM copy.%s",
                 copy, tables[i], tables[i], tables[i]);
        run_sql(in_folder("runs.db"), sql);
    }
    store = must_open_path(copy, STORE_READ);
    is_fine(store);
    ck_assert(file_exists(in_folder("copy.db.d/two.safetensors")));
    store_close(store);
    ck_assert(!file_exists(in_folder("copy.db.lock")));
}
END_TEST

START_TEST(a_backup_overwrites_nothing)
{
    struct error err = {0};
    struct store *store = make_store();
    refused(store_backup(store, in_folder("runs.db"), &err), ERROR_USAGE, "is the store itself");
    ck_assert_int_eq(link(in_folder("runs.db"), in_folder("hard.db")), 0);
    refused(store_backup(store, in_folder("hard.db"), &err), ERROR_USAGE, "is the store itself");
    write_bytes(in_folder("there.db"), "mine", 4);
    refused(store_backup(store, in_folder("there.db"), &err), ERROR_USAGE, "exists already");
    ck_assert_int_eq(mkdir(in_folder("free.db.d"), 0777), 0);
    refused(store_backup(store, in_folder("free.db"), &err), ERROR_USAGE, "exists already");
    refused(store_backup(store, in_folder("no/where.db"), &err), ERROR_FAILED, "where.db");
    store_close(store);
}
END_TEST

START_TEST(a_backup_is_whole_or_not_there)
{
    struct error err = {0};
    struct store *store = make_store();
    write_bytes(in_folder("runs.db.d/two.safetensors"), "weightS", 7);
    refused(store_backup(store, in_folder("copy.db"), &err), ERROR_DATA, "not the SHA-256");
    unlink(in_folder("runs.db.d/two.safetensors"));
    refused(store_backup(store, in_folder("copy.db"), &err), ERROR_DATA, "two.safetensors");
    store_close(store);
    ck_assert(!file_exists(in_folder("copy.db")) && !file_exists(in_folder("copy.db.d")));
    unlink(in_folder("runs.db"));
    unlink(in_folder("runs.db.lock"));
    unlink(in_folder("runs.db.d/one.safetensors"));
    ck_assert_int_eq(rmdir(in_folder("runs.db.d")), 0);
    ck_assert_int_eq(rmdir(in_folder("")), 0); /* nothing else was left in it */
}
END_TEST

static void must_find(struct store *store, const char *part)
{
    char *problems = problems_of(store);
    ck_assert_msg(strstr(problems, part) != NULL, "'%s' is not in %s", part, problems);
    free(problems);
}

START_TEST(check_finds_what_is_wrong)
{
    char *path = in_folder("runs.db");
    struct store *store = make_store();
    is_fine(store);
    write_bytes(in_folder("runs.db.d/two.safetensors"), "weightS", 7);
    must_find(store, "two.safetensors: not the SHA-256");
    write_bytes(in_folder("runs.db.d/two.safetensors"), "weight", 6);
    must_find(store, "two.safetensors: 6 bytes instead of 7");
    unlink(in_folder("runs.db.d/two.safetensors"));
    must_find(store, "two.safetensors: No such file");
    write_bytes(in_folder("runs.db.d/two.safetensors"), "weights", 7);
    write_bytes(in_folder("runs.db.d/job-1.lock"), "", 0);
    write_bytes(in_folder("runs.db.d/stray"), "?", 1);
    is_fine(store); /* so young that its row may be under way */
    struct timespec old[2] = {{.tv_sec = 1000000000}, {.tv_sec = 1000000000}};
    ck_assert_int_eq(utimensat(AT_FDCWD, in_folder("runs.db.d/stray"), old, 0), 0);
    ck_assert_int_eq(utimensat(AT_FDCWD, in_folder("runs.db.d/job-1.lock"), old, 0), 0);
    must_find(store, "stray: no row names this file");
    unlink(in_folder("runs.db.d/stray"));
    is_fine(store);
    run_sql(path, "UPDATE gamma SET gamma = x'00000000' WHERE layer = 1");
    must_find(store, "run 1 epoch 1 layer 1: gamma is not of its layer's length");
    run_sql(path, "DELETE FROM gamma WHERE layer = 1");
    must_find(store, "run 1 epoch 1: not every layer has gamma and histogram");
    run_sql(path, "PRAGMA foreign_keys = OFF; INSERT INTO job (run, state, created)"
                  " VALUES (77, 'queued', 0)");
    must_find(store, "points at a missing row of run");
    run_sql(path, "UPDATE checkpoint SET file = '../runs.db' WHERE epoch = 1");
    must_find(store, "outside its folder");
    store_close(store);
}
END_TEST

START_TEST(check_finds_a_damaged_index)
{
    struct error err = {0};
    struct store *store = must_open(STORE_CREATE);
    int64_t run = insert_run(store, 'a');
    for (int i = 1; i < 50; i++)
        must(insert_epoch(store, run, i, 0.5f, &err));
    store_close(store);
    run_sql(in_folder("runs.db"), "PRAGMA journal_mode = DELETE");
    size_t length;
    char *bytes = read_bytes(in_folder("runs.db"), &length);
    int64_t root = ask(in_folder("runs.db"), "SELECT rootpage FROM sqlite_schema"
                                             " WHERE name = 'sqlite_autoindex_gamma_1'");
    memset(bytes + (root - 1) * 4096 + 3000, 0x55, 900);
    write_bytes(in_folder("runs.db"), bytes, length);
    free(bytes);
    store = must_open(STORE_READ);
    char *problems = problems_of(store);
    ck_assert_str_ne(problems, "[]");
    free(problems);
    store_close(store);
}
END_TEST

TCase *backup_case(void)
{
    TCase *backup = tcase_create("backup");
    tcase_add_test(backup, a_backup_is_the_store);
    tcase_add_test(backup, a_backup_overwrites_nothing);
    tcase_add_test(backup, a_backup_is_whole_or_not_there);
    tcase_add_test(backup, check_finds_what_is_wrong);
    tcase_add_test(backup, check_finds_a_damaged_index);
    return backup;
}
