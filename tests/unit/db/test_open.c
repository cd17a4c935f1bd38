#include <sqlite3.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "db/migrate.h"
#include "tests/unit/db/test_db.h"

static int try_open(const char *path, enum store_mode mode, struct error *err)
{
    struct store *store;
    int code = store_open(path, mode, &store, err);
    ck_assert(code == 0 || store == NULL);
    store_close(store);
    return code;
}

START_TEST(a_new_store_is_whole)
{
    struct error err = {0};
    char *path = in_folder("deep/er/runs.db");
    struct store *store = must_open_path(path, STORE_CREATE);
    ck_assert_str_eq(store_path(store), path);
    ck_assert(store_can_write(store));
    store_close(store);
    ck_assert_int_eq(ask(path, "PRAGMA application_id"), 0x534c494d);
    ck_assert_int_eq(ask(path, "PRAGMA user_version"), 2);
    ck_assert_int_eq(ask(path, "SELECT count(*) FROM sqlite_schema WHERE type = 'table'"), 15);
    ck_assert_int_eq(ask(path, "SELECT count(*) FROM sqlite_schema WHERE type = 'view'"), 3);
    ck_assert_int_eq(ask(path, "SELECT count(*) FROM pragma_table_list"
                               " WHERE schema = 'main' AND type = 'table' AND NOT strict"
                               " AND name NOT LIKE 'sqlite_%'"),
                     0);
    must(try_open(path, STORE_READ, &err));
    must(try_open(path, STORE_WRITE, &err));
}
END_TEST

START_TEST(opening_changes_no_byte)
{
    size_t before, after;
    store_close(must_open(STORE_CREATE));
    char *first = read_bytes(in_folder("runs.db"), &before);
    store_close(must_open(STORE_WRITE));
    store_close(must_open(STORE_CREATE));
    store_close(must_open(STORE_READ));
    char *second = read_bytes(in_folder("runs.db"), &after);
    ck_assert_uint_eq(before, after);
    ck_assert_mem_eq(first, second, before);
    ck_assert(!file_exists(in_folder("runs.db-wal")));
    free(first);
    free(second);
}
END_TEST

START_TEST(what_is_no_store_is_refused)
{
    struct error err = {0};
    char *path = in_folder("x.db");
    refused(try_open(path, STORE_READ, &err), ERROR_DATA, "no such store");
    refused(try_open(path, STORE_WRITE, &err), ERROR_DATA, "no such store");
    ck_assert(!file_exists(path));
    refused(try_open("", STORE_CREATE, &err), ERROR_USAGE, "empty");
    refused(try_open(in_folder(""), STORE_CREATE, &err), ERROR_DATA, "is a folder");
    refused(try_open(in_folder("new/"), STORE_CREATE, &err), ERROR_DATA, "is a folder");
    ck_assert_int_eq(mkfifo(path, 0666), 0);
    refused(try_open(path, STORE_READ, &err), ERROR_DATA, "no ordinary file");
    unlink(path);
    write_bytes(path, "", 0);
    refused(try_open(path, STORE_READ, &err), ERROR_DATA, "is empty");
    refused(try_open(path, STORE_WRITE, &err), ERROR_DATA, "is empty");
    refused(try_open(in_folder("x.db/y.db"), STORE_CREATE, &err), ERROR_FAILED, "x.db");
    must(
        try_open(path, STORE_CREATE, &err)); /* left by a process that was killed while making it */
}
END_TEST

/* Refused in every mode, with this message, and not a byte of it or beside it changes. */
static void refused_untouched(const char *path, const char *part)
{
    struct error err = {0};
    size_t before, after;
    char *first = read_bytes(path, &before);
    for (int mode = STORE_READ; mode <= STORE_CREATE; mode++)
        refused(try_open(path, (enum store_mode)mode, &err), ERROR_DATA, part);
    char *second = read_bytes(path, &after);
    ck_assert_uint_eq(before, after);
    ck_assert_mem_eq(first, second, before);
    static const char *const beside[] = {"-wal", "-shm", "-journal", ".lock", ".d"};
    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
        char other[400];
        snprintf(other, sizeof other, "%s%s", path, beside[i]);
        ck_assert_msg(!file_exists(other), "%s was made", other);
    }
    free(first);
    free(second);
}

START_TEST(others_files_are_left_alone)
{
    char noise[5000];
    for (size_t i = 0; i < sizeof noise; i++)
        noise[i] = (char)(i * 37 + 11);
    write_bytes(in_folder("noise"), noise, sizeof noise);
    refused_untouched(in_folder("noise"), "is no SQLite file");
    write_bytes(in_folder("short"), "text\n", 5);
    refused_untouched(in_folder("short"), "is no SQLite file");
    run_sql(in_folder("other"), "CREATE TABLE song (name)");
    refused_untouched(in_folder("other"), "another program's");
    run_sql(in_folder("marked"), "PRAGMA application_id = 7; PRAGMA journal_mode = WAL;"
                                 "CREATE TABLE song (name)");
    refused_untouched(in_folder("marked"), "another program's");
}
END_TEST

START_TEST(a_newer_schema_is_left_alone)
{
    store_close(must_open(STORE_CREATE));
    run_sql(in_folder("runs.db"), "PRAGMA user_version = 99");
    unlink(in_folder("runs.db.lock"));
    refused_untouched(in_folder("runs.db"), "newer slimscope (schema 99");
}
END_TEST

START_TEST(a_cut_off_store_is_damaged)
{
    struct error err = {0};
    size_t length;
    store_close(must_open(STORE_CREATE));
    char *bytes = read_bytes(in_folder("runs.db"), &length);
    write_bytes(in_folder("runs.db"), bytes, length / 2);
    refused(try_open(in_folder("runs.db"), STORE_READ, &err), ERROR_DATA, "damaged");
    refused(try_open(in_folder("runs.db"), STORE_WRITE, &err), ERROR_DATA, "damaged");
    free(bytes);
}
END_TEST

START_TEST(odd_names_are_names)
{
    struct error err = {0};
    char *path = in_folder("a?mode=memory&x#50%25 \xc3\xa9.db");
    struct store *store = must_open_path(path, STORE_CREATE);
    insert_run(store, 'a');
    store_close(store);
    ck_assert(file_exists(path));
    must(try_open(path, STORE_READ, &err));
    ck_assert_int_eq(symlink(path, in_folder("link.db")), 0);
    store = must_open_path(in_folder("link.db"), STORE_READ);
    ck_assert_str_eq(store_path(store), path); /* so that all take the same lock */
    store_close(store);
}
END_TEST

/* The part of a manual page that begins with this line, up to the next heading. */
static char *section_of(const char *page, const char *heading)
{
    const char *start = strstr(page, heading);
    ck_assert_msg(start != NULL, "the manual has no %s", heading);
    const char *end = strstr(start + 1, "\n.S");
    while (end && end[3] == 'x') /* .Sx refers to a section, .Ss and .Sh begin one */
        end = strstr(end + 1, "\n.S");
    return end ? strndup(start, (size_t)(end - start)) : strdup(start);
}

START_TEST(the_manual_names_every_column)
{
    char page[300], heading[100], item[100];
    size_t length;
    struct jvalue *result;
    struct error err = {0};
    const char *source = getenv("srcdir");
    snprintf(page, sizeof page, "%s/man/slimscope-store.5", source ? source : ".");
    char *manual = read_bytes(page, &length);
    struct store *store = must_open(STORE_CREATE);
    must(store_query(store,
                     "SELECT m.name, c.name FROM sqlite_schema m, pragma_table_info(m.name) c"
                     " WHERE m.type IN ('table', 'view')",
                     &result, &err));
    const struct jvalue *rows = jvalue_get(result, "rows");
    ck_assert_uint_gt(jvalue_length(rows), 100);
    for (size_t i = 0; i < jvalue_length(rows); i++) {
        const struct jvalue *row = jvalue_at(rows, i);
        snprintf(heading, sizeof heading, "\n.Ss %s\n", jvalue_read_text(jvalue_at(row, 0)));
        snprintf(item, sizeof item, "\n.It Va %s\n", jvalue_read_text(jvalue_at(row, 1)));
        char *section = section_of(manual, heading);
        ck_assert_msg(strstr(section, item) != NULL, "%s has no %s", heading, item);
        free(section);
    }
    jvalue_free(result);
    free(manual);
    store_close(store);
}
END_TEST

/* --- journals ------------------------------------------------------------------------------- */

START_TEST(the_journal_is_as_asked_for)
{
    struct error err = {0};
    char *path = in_folder("runs.db");
    struct store *store = must_open(STORE_CREATE);
    insert_run(store, 'a');
    ck_assert(file_exists(in_folder("runs.db-wal")));
    store_close(store);
    ck_assert(!file_exists(in_folder("runs.db-wal"))); /* the last to leave clears up */
    ck_assert_int_eq(setenv("SLIMSCOPE_JOURNAL", "delete", 1), 0);
    store = must_open(STORE_WRITE);
    insert_run(store, 'b');
    ck_assert(!file_exists(in_folder("runs.db-wal")));
    ck_assert_int_eq(ask(path, "SELECT journal_mode = 'delete' FROM pragma_journal_mode"), 1);
    store_close(store);
    ck_assert_int_eq(setenv("SLIMSCOPE_JOURNAL", "tape", 1), 0);
    store = must_open(STORE_WRITE);
    refused(store_begin(store, &err), ERROR_USAGE, "neither wal nor delete");
    store_close(store);
}
END_TEST

/* --- permissions ---------------------------------------------------------------------------- */

/* Exit status of a child: what store_open gave; 50 + that if the message is another one. */
struct attempt {
    const char *path, *part;
    enum store_mode mode;
};

static int attempt_open(void *context)
{
    struct attempt *attempt = context;
    struct error err = {0};
    struct store *store;
    struct run_row row;
    int code = store_open(attempt->path, attempt->mode, &store, &err);
    if (!code) {
        code = run_get(store, 1, &row, &err);
        if (!code)
            run_row_done(&row);
    }
    store_close(store);
    return strstr(err.text, attempt->part) ? code : 50 + code;
}

START_TEST(a_folder_that_cannot_be_written)
{
    char *path = in_folder("runs.db");
    struct store *store = must_open(STORE_CREATE);
    insert_run(store, 'a');
    store_close(store);
    unlink(in_folder("runs.db.lock"));
    chmod(path, 0666);
    chmod(in_folder("."), 0555);
    struct attempt attempt = {path, "", STORE_READ};
    ck_assert_int_eq(as_nobody(attempt_open, &attempt), 0); /* as an immutable file */
    attempt = (struct attempt){path, "ermission denied", STORE_WRITE};
    ck_assert_int_eq(as_nobody(attempt_open, &attempt), ERROR_FAILED);
    attempt = (struct attempt){in_folder("new.db"), "ermission denied", STORE_CREATE};
    ck_assert_int_eq(as_nobody(attempt_open, &attempt), ERROR_FAILED);
}
END_TEST

START_TEST(a_journal_in_a_folder_that_cannot_be_written)
{
    char *path = in_folder("runs.db");
    store_close(must_open(STORE_CREATE));
    run_sql(path, "PRAGMA journal_mode = WAL");
    write_bytes(in_folder("runs.db-wal"), "a log", 5);
    chmod(in_folder("."), 0555);
    struct attempt attempt = {path, "needs its journal", STORE_READ};
    ck_assert_int_eq(as_nobody(attempt_open, &attempt), ERROR_FAILED);
    chmod(in_folder("."), 0755);
    unlink(in_folder("runs.db-wal"));
    run_sql(path, "PRAGMA journal_mode = DELETE");
    write_bytes(in_folder("runs.db-journal"), "a transaction to be undone", 26);
    chmod(in_folder("."), 0555);
    ck_assert_int_eq(as_nobody(attempt_open, &attempt), ERROR_FAILED);
}
END_TEST

START_TEST(a_file_that_may_not_be_used)
{
    char *path = in_folder("runs.db");
    store_close(must_open(STORE_CREATE));
    unlink(in_folder("runs.db.lock"));
    chmod(in_folder("."), 0777);
    chmod(path, 0444);
    struct attempt attempt = {path, "cannot be written", STORE_WRITE};
    ck_assert_int_eq(as_nobody(attempt_open, &attempt), ERROR_FAILED);
    chmod(path, 0);
    attempt = (struct attempt){path, "ermission denied", STORE_READ};
    ck_assert_int_eq(as_nobody(attempt_open, &attempt), ERROR_FAILED);
}
END_TEST

/* --- migrations ----------------------------------------------------------------------------- */

static const struct migration steps[] = {
    {1, "never run: the store has it"},
    {2,
     "ALTER TABLE study ADD COLUMN colour TEXT; INSERT INTO study VALUES (5, 'x', '', 0, 'red')"},
    {3, "CREATE TABLE extra (study INTEGER NOT NULL REFERENCES study (id)) STRICT"},
    {4, "INSERT INTO extra VALUES (5); INSERT INTO extra VALUES (6)"},
};

START_TEST(migrations_go_step_by_step)
{
    struct error err = {0};
    char *path = in_folder("runs.db");
    struct store *store = must_open(STORE_CREATE);
    insert_run(store, 'a');
    store_close(store);
    run_sql(path, "PRAGMA user_version = 1"); /* the steps are made up, from there on */
    sqlite3 *db;
    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    must(migrate_steps(db, path, 1, steps, 3, &err));
    ck_assert_int_eq(ask(path, "PRAGMA user_version"), 3);
    ck_assert_int_eq(ask(path, "SELECT count(*) FROM study WHERE colour = 'red'"), 1);
    ck_assert_int_eq(ask(path, "SELECT count(*) FROM run"), 1);
    char *copy = in_folder("runs.db.v1.bak");
    ck_assert_int_eq(ask(copy, "PRAGMA user_version"), 1);
    ck_assert_int_eq(ask(copy, "SELECT count(*) FROM run"), 1);
    ck_assert_int_eq(ask(copy, "SELECT count(*) FROM study"), 0);
    /* A step that leaves a row pointing at nothing is undone, with its version. */
    refused(migrate_steps(db, path, 3, steps, 4, &err), ERROR_DATA, "1 rows point at rows");
    ck_assert_int_eq(ask(path, "PRAGMA user_version"), 3);
    ck_assert_int_eq(ask(path, "SELECT count(*) FROM extra"), 0);
    sqlite3_close(db);
}
END_TEST

START_TEST(a_store_of_version_1_is_read_and_brought_up_to_date)
{
    struct error err = {0};
    struct verdict_row verdict;
    struct run_row run;
    bool found;
    size_t before, after;
    char *path = in_folder("runs.db"), hash[HASH_TEXT];
    struct store *store = must_open(STORE_CREATE);
    int64_t id = insert_run(store, 'a');
    store_close(store);
    run_sql(path, "DROP TABLE verdict; PRAGMA user_version = 1; PRAGMA journal_mode = DELETE");
    char *old = read_bytes(path, &before);

    store = must_open(STORE_READ);
    must(run_get(store, id, &run, &err));
    memcpy(hash, run.hash, sizeof hash);
    run_row_done(&run);
    must(verdict_find(store, hash, 1, "val", &found, &verdict, &err));
    ck_assert(!found);
    ck_assert(!store_can_write(store));
    store_close(store);
    char *now = read_bytes(path, &after);
    ck_assert_uint_eq(before, after);
    ck_assert_mem_eq(old, now, before);
    free(old);
    free(now);

    store = must_open(STORE_WRITE);
    must(run_get(store, id, &run, &err));
    ck_assert_str_eq(run.hash, hash);
    run_row_done(&run);
    store_close(store);
    ck_assert_int_eq(ask(path, "PRAGMA user_version"), 2);
    ck_assert_int_eq(ask(path, "SELECT count(*) FROM verdict"), 0);
    ck_assert_int_eq(ask(in_folder("runs.db.v1.bak"), "PRAGMA user_version"), 1);
}
END_TEST

TCase *open_case(void)
{
    TCase *open = tcase_create("open");
    tcase_add_test(open, a_new_store_is_whole);
    tcase_add_test(open, opening_changes_no_byte);
    tcase_add_test(open, what_is_no_store_is_refused);
    tcase_add_test(open, others_files_are_left_alone);
    tcase_add_test(open, a_newer_schema_is_left_alone);
    tcase_add_test(open, a_cut_off_store_is_damaged);
    tcase_add_test(open, odd_names_are_names);
    tcase_add_test(open, the_manual_names_every_column);
    tcase_add_test(open, the_journal_is_as_asked_for);
    tcase_add_test(open, a_folder_that_cannot_be_written);
    tcase_add_test(open, a_journal_in_a_folder_that_cannot_be_written);
    tcase_add_test(open, a_file_that_may_not_be_used);
    tcase_add_test(open, migrations_go_step_by_step);
    tcase_add_test(open, a_store_of_version_1_is_read_and_brought_up_to_date);
    return open;
}
