#include "tests/unit/db/test_db.h"

/* The answer as text, which the caller frees. */
static char *answer(struct store *store, const char *sql)
{
    struct error err = {0};
    struct jvalue *result;
    must(store_query(store, sql, &result, &err));
    char *text = jvalue_print(result);
    jvalue_free(result);
    return text;
}

#define answers(sql, expected)                                                                     \
    do {                                                                                           \
        char *text = answer(store, sql);                                                           \
        ck_assert_str_eq(text, expected);                                                          \
        free(text);                                                                                \
    } while (0)

START_TEST(rows_come_as_json)
{
    struct store *store = must_open(STORE_CREATE);
    insert_run(store, 'a');
    answers("SELECT id, arch AS net, a, p FROM run;",
            "{\"columns\":[\"id\",\"net\",\"a\",\"p\"],\"rows\":[[1,\"vgg11\",1.0,null]]}");
    answers("SELECT x'00ff10' AS b, 'a' || char(10) AS t -- and nothing more\n;\n /* really */ ",
            "{\"columns\":[\"b\",\"t\"],\"rows\":[[\"00ff10\",\"a\\n\"]]}");
    answers("SELECT 1 WHERE 0", "{\"columns\":[\"1\"],\"rows\":[]}");
    answers("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3)"
            " SELECT sum(i) AS s FROM n",
            "{\"columns\":[\"s\"],\"rows\":[[6]]}");
    answers("PRAGMA user_version", "{\"columns\":[\"user_version\"],\"rows\":[[2]]}");
    answers("SELECT count(*) AS n FROM pragma_table_info('tag')",
            "{\"columns\":[\"n\"],\"rows\":[[2]]}");
    answers("SELECT 9e999 AS i, -9e999 AS m", "{\"columns\":[\"i\",\"m\"],\"rows\":[[null,null]]}");
    store_close(store);
}
END_TEST

START_TEST(what_writes_is_refused)
{
    static const char *const writing[] = {
        "INSERT INTO study (name, created) VALUES ('x', 0)",
        "UPDATE run SET name = 'x'",
        "DELETE FROM run",
        "DROP TABLE run",
        "CREATE TABLE x (y)",
        "CREATE TEMP TABLE x (y)",
        "ATTACH 'other.db' AS other",
        "DETACH main",
        "BEGIN",
        "BEGIN IMMEDIATE",
        "SAVEPOINT x",
        "COMMIT",
        "VACUUM",
        "VACUUM INTO 'copy.db'",
        "REINDEX",
        "ANALYZE",
        "PRAGMA journal_mode = DELETE",
        "PRAGMA journal_mode",
        "PRAGMA user_version = 5",
        "PRAGMA application_id = 5",
        "PRAGMA foreign_keys = OFF",
        "PRAGMA wal_checkpoint",
        "PRAGMA writable_schema = ON",
        "EXPLAIN DELETE FROM run",
        "WITH x AS (SELECT 1) DELETE FROM run",
    };
    struct error err = {0};
    struct jvalue *result;
    struct store *store = must_open(STORE_CREATE);
    insert_run(store, 'a');
    for (size_t i = 0; i < sizeof writing / sizeof *writing; i++) {
        int code = store_query(store, writing[i], &result, &err);
        ck_assert_msg(code == ERROR_USAGE, "%s: %d, %s", writing[i], code, err.text);
        ck_assert_msg(strstr(err.text, "only what reads") != NULL, "%s: %s", writing[i], err.text);
        ck_assert_ptr_null(result);
    }
    ck_assert_int_eq(ask(in_folder("runs.db"), "SELECT count(*) FROM run WHERE name IS NULL"), 1);
    ck_assert_int_eq(ask(in_folder("runs.db"), "PRAGMA user_version"), 2);
    store_close(store);
}
END_TEST

START_TEST(what_is_no_query_is_refused)
{
    struct error err = {0};
    struct jvalue *result;
    struct store *store = must_open(STORE_CREATE);
    refused(store_query(store, "SELEC 1", &result, &err), ERROR_USAGE, "syntax error");
    refused(store_query(store, "SELECT 1; SELECT 2", &result, &err), ERROR_USAGE, "one statement");
    refused(store_query(store, "SELECT 1; DROP TABLE run", &result, &err), ERROR_USAGE,
            "one statement");
    refused(store_query(store, "SELECT 1; nonsense", &result, &err), ERROR_USAGE, "one statement");
    refused(store_query(store, "", &result, &err), ERROR_USAGE, "no statement");
    refused(store_query(store, " -- nothing", &result, &err), ERROR_USAGE, "no statement");
    refused(store_query(store, "SELECT missing", &result, &err), ERROR_USAGE, "no such column");
    refused(store_query(store, "UPDATE sqlite_master SET sql = ''", &result, &err), ERROR_USAGE,
            "may not be modified");
    refused(store_query(store, "SELECT load_extension('x')", &result, &err), ERROR_USAGE, "SQL: ");
    refused(store_query(store, "SELECT abs(-9223372036854775807 - 1)", &result, &err), ERROR_USAGE,
            "overflow");
    store_close(store);
}
END_TEST

START_TEST(the_version_tells_of_others_commits)
{
    struct error err = {0};
    struct store *store = must_open(STORE_CREATE);
    int64_t run = insert_run(store, 'a');
    struct store *reader = must_open(STORE_READ);
    int64_t before = store_version(reader);
    ck_assert_int_eq(store_version(reader), before);
    must(insert_epoch(store, run, 1, 0.5f, &err));
    int64_t after = store_version(reader);
    ck_assert_int_ne(after, before);
    ck_assert_int_eq(store_version(reader), after);
    store_close(reader);
    store_close(store);
}
END_TEST

TCase *query_case(void)
{
    TCase *query = tcase_create("query");
    tcase_add_test(query, rows_come_as_json);
    tcase_add_test(query, what_writes_is_refused);
    tcase_add_test(query, what_is_no_query_is_refused);
    tcase_add_test(query, the_version_tells_of_others_commits);
    return query;
}
