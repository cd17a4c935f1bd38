/*
 * SQL of the user: on a connection of its own that is opened read-only, with an authorizer that
 * lets through reading alone. SQLite calls ATTACH, BEGIN and most pragmas "read-only" too, so the
 * connection by itself would not be enough.
 */
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "base/stop.h"
#include "base/text.h"
#include "db/connection.h"
#include "db/store_private.h"

static bool pragma_reads(const char *name)
{
    static const char *const names[] = {
        "application_id", "foreign_key_check", "foreign_key_list", "index_info",
        "index_list",     "index_xinfo",       "integrity_check",  "quick_check",
        "table_info",     "table_list",        "table_xinfo",      "user_version",
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (sqlite3_stricmp(names[i], name) == 0)
            return true;
    return false;
}

static int authorize(void *context, int action, const char *first, const char *second,
                     const char *database, const char *trigger)
{
    (void)context, (void)second, (void)database, (void)trigger;
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_FUNCTION:
    case SQLITE_RECURSIVE: return SQLITE_OK;
    case SQLITE_PRAGMA: return pragma_reads(first) ? SQLITE_OK : SQLITE_DENY;
    /* How SQLite declares pragma_table_info() and the like; that of a user is no reading statement.
     */
    case SQLITE_UPDATE: return text_equal(first, "sqlite_master") ? SQLITE_OK : SQLITE_DENY;
    default: return SQLITE_DENY;
    }
}

static int stop_asked(void *context)
{
    (void)context;
    return stop_signal() != 0;
}

static int refuse(struct sqlite3 *db, const char *path, int status, struct error *err)
{
    switch (status & 0xff) {
    case SQLITE_AUTH:
    case SQLITE_READONLY: return error_set(err, ERROR_USAGE, "SQL: only what reads is allowed");
    case SQLITE_ERROR:
    case SQLITE_RANGE:
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG: return error_set(err, ERROR_USAGE, "SQL: %s", sqlite3_errmsg(db));
    case SQLITE_INTERRUPT: return error_set(err, ERROR_STOPPED, "SQL: interrupted");
    default: return connection_fail(db, path, err);
    }
}

/* Prepares one statement; more than one, or none, is refused. */
static int prepare(struct sqlite3 *db, const char *path, const char *sql, sqlite3_stmt **statement,
                   struct error *err)
{
    const char *rest;
    sqlite3_stmt *second = NULL;
    int status = sqlite3_prepare_v2(db, sql, -1, statement, &rest);
    if (status)
        return refuse(db, path, status, err);
    if (!*statement)
        return error_set(err, ERROR_USAGE, "SQL: there is no statement");
    if (!sqlite3_stmt_readonly(*statement))
        return refuse(db, path, SQLITE_READONLY, err);
    while (!status && !second && *rest) /* comments and blanks are no statement */
        status = sqlite3_prepare_v2(db, rest, -1, &second, &rest);
    sqlite3_finalize(second);
    return status || second ? error_set(err, ERROR_USAGE, "SQL: one statement at a time") : 0;
}

static void add_blob(struct jvalue *row, const unsigned char *bytes, int count)
{
    struct text text = {0};
    for (int i = 0; i < count; i++)
        text_add(&text, "%02x", bytes[i]);
    jvalue_add_text(row, text_get(&text));
    text_done(&text);
}

static struct jvalue *read_row(sqlite3_stmt *statement)
{
    struct jvalue *row = jvalue_array();
    for (int i = 0; i < sqlite3_column_count(statement); i++)
        switch (sqlite3_column_type(statement, i)) {
        case SQLITE_INTEGER: jvalue_add_integer(row, sqlite3_column_int64(statement, i)); break;
        case SQLITE_FLOAT: jvalue_add_number(row, sqlite3_column_double(statement, i)); break;
        case SQLITE_TEXT:
            jvalue_add_text(row, (const char *)sqlite3_column_text(statement, i));
            break;
        case SQLITE_BLOB:
            add_blob(row, sqlite3_column_blob(statement, i), sqlite3_column_bytes(statement, i));
            break;
        default: jvalue_add_text(row, NULL); break;
        }
    return row;
}

static int run(struct sqlite3 *db, const char *path, sqlite3_stmt *statement,
               struct jvalue **result, struct error *err)
{
    struct jvalue *columns = jvalue_array(), *rows = jvalue_array();
    int status;
    for (int i = 0; i < sqlite3_column_count(statement); i++)
        jvalue_add_text(columns, sqlite3_column_name(statement, i));
    while ((status = sqlite3_step(statement)) == SQLITE_ROW)
        jvalue_add(rows, read_row(statement));
    *result = jvalue_object();
    jvalue_set(*result, "columns", columns);
    jvalue_set(*result, "rows", rows);
    return status == SQLITE_DONE ? 0 : refuse(db, path, status, err);
}

int store_query(struct store *store, const char *sql, struct jvalue **result, struct error *err)
{
    struct sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    *result = NULL;
    int code = connection_open_reader(store->path, &db, err);
    if (code)
        return code;
    sqlite3_set_authorizer(db, authorize, NULL);
    sqlite3_progress_handler(db, 100000, stop_asked, NULL);
    code = prepare(db, store->path, sql, &statement, err);
    if (!code)
        code = run(db, store->path, statement, result, err);
    if (code) {
        jvalue_free(*result);
        *result = NULL;
    }
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return code;
}
