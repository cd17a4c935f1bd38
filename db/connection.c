#include "db/connection.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"

/* SQLite knows a full disk, but not a quota or a limit on the file's size, and it seldom keeps the
 * system's number. What failed last in the system is still in errno. */
static bool is_space(int number)
{
    return number == ENOSPC || number == EDQUOT || number == EFBIG;
}

int connection_fail(struct sqlite3 *db, const char *path, struct error *err)
{
    int last = errno, number = sqlite3_system_errno(db);
    int status = sqlite3_extended_errcode(db);
    if ((status & 0xff) == SQLITE_IOERR && number == 0 && is_space(last))
        number = last;
    switch (status & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return error_set(err, ERROR_BUSY, "%s: locked by another process", path);
    case SQLITE_FULL: return error_set(err, ERROR_SPACE, "%s: no space left on the disk", path);
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
        if (number == 0)
            return error_set(err, ERROR_FAILED, "%s: %s", path, sqlite3_errstr(status));
        errno = number;
        return error_set_errno(err, ERROR_FAILED, "%s", path);
    case SQLITE_READONLY:
    case SQLITE_PERM: return error_set(err, ERROR_FAILED, "%s: cannot be written", path);
    case SQLITE_NOTADB:
        return error_set(err, ERROR_DATA, "%s: is no SQLite file, so no store", path);
    case SQLITE_CORRUPT: return error_set(err, ERROR_DATA, "%s: the store is damaged", path);
    default: return error_set(err, ERROR_FAILED, "%s: %s", path, sqlite3_errmsg(db));
    }
}

int connection_run(struct sqlite3 *db, const char *path, const char *sql, struct error *err)
{
    return sqlite3_exec(db, sql, NULL, NULL, NULL) ? connection_fail(db, path, err) : 0;
}

int connection_integer(struct sqlite3 *db, const char *sql, int64_t *value)
{
    sqlite3_stmt *statement = NULL;
    *value = 0;
    int status = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
    if (!status && (status = sqlite3_step(statement)) == SQLITE_ROW)
        *value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return status == SQLITE_ROW || status == SQLITE_DONE ? SQLITE_OK : status;
}

/* SQLite's URI of a file; the caller frees. */
static char *print_uri(const char *path, const char *query)
{
    struct text uri = {0};
    text_add(&uri, path[0] == '/' ? "file://" : "file:");
    for (const char *at = path; *at; at++)
        if (strchr("?#%", *at))
            text_add(&uri, "%%%02X", (unsigned)*at);
        else
            text_add_bytes(&uri, at, 1);
    text_add(&uri, "?%s", query);
    return text_take(&uri);
}

/* Settings that every connection has; `query` is the URI's. */
static int open_uri(const char *path, const char *query, int flags, struct sqlite3 **db,
                    struct error *err)
{
    char *uri = print_uri(path, query);
    int status = sqlite3_open_v2(uri, db, flags | SQLITE_OPEN_URI, NULL);
    free(uri);
    if (!status) {
        sqlite3_extended_result_codes(*db, 1);
        sqlite3_busy_timeout(*db, CONNECTION_PATIENCE * 1000);
        sqlite3_db_config(*db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
        sqlite3_db_config(*db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    }
    return status ? connection_fail(*db, path, err) : 0;
}

static void close_failed(struct sqlite3 **db)
{
    sqlite3_close(*db);
    *db = NULL;
}

int connection_open_writer(const char *path, struct sqlite3 **db, struct error *err)
{
    int code = open_uri(path, "mode=rwc", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, db, err);
    /* SQLite falls back to reading without a word. */
    if (!code && sqlite3_db_readonly(*db, "main"))
        code = error_set(err, ERROR_FAILED, "%s: cannot be written", path);
    if (!code)
        code = connection_run(*db, path, "PRAGMA synchronous = FULL", err);
    if (code)
        close_failed(db);
    return code;
}

static int probe(struct sqlite3 *db)
{
    int64_t tables;
    return connection_integer(db, "SELECT count(*) FROM sqlite_schema", &tables);
}

/* The store as it lies there: no locks, and nothing written beside it. */
static int open_immutable(const char *path, struct sqlite3 **db, struct error *err)
{
    int code = open_uri(path, "mode=ro&immutable=1", SQLITE_OPEN_READONLY, db, err);
    if (!code && probe(*db))
        code = connection_fail(*db, path, err);
    if (code)
        close_failed(db);
    return code;
}

/* Whether a write-ahead log or a rollback journal lies beside the store: part of it. */
static bool has_journal(const char *path)
{
    char *log = memory_print("%s-wal", path), *journal = memory_print("%s-journal", path);
    struct stat status;
    bool has = (stat(log, &status) == 0 && status.st_size > 0) ||
               (stat(journal, &status) == 0 && status.st_size > 0);
    free(log);
    free(journal);
    return has;
}

int connection_open_reader(const char *path, struct sqlite3 **db, struct error *err)
{
    struct error failure;
    int status = 0, code = open_uri(path, "mode=ro", SQLITE_OPEN_READONLY, db, &failure);
    if (!code && (status = probe(*db)) != 0)
        code = connection_fail(*db, path, &failure);
    if (!code)
        return 0;
    close_failed(db);
    bool trouble = ((status & 0xff) == SQLITE_CANTOPEN || (status & 0xff) == SQLITE_READONLY) &&
                   access(path, R_OK) == 0;
    /* No room for the index of a log: so nobody has one open, and nobody writes. */
    const bool full = failure.code == ERROR_SPACE;
    if ((trouble || full) && !has_journal(path))
        return open_immutable(path, db, err);
    if (trouble) {
        error_set(&failure, ERROR_FAILED,
                  "%s: needs its journal (%s-wal or -journal), but its folder cannot be written",
                  path, path);
        error_hint(&failure, "let its owner run `slimscope store backup` and read the copy");
    }
    if (err)
        *err = failure;
    return (int)failure.code;
}

int connection_copy_to_memory(struct sqlite3 **db, const char *path, struct error *err)
{
    struct sqlite3 *copy = NULL;
    int code = open_uri("", "mode=memory", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &copy, err);
    sqlite3_backup *backup = code ? NULL : sqlite3_backup_init(copy, "main", *db, "main");
    if (backup) {
        sqlite3_backup_step(backup, -1);
        sqlite3_backup_finish(backup);
    }
    if (!code && sqlite3_errcode(copy) != SQLITE_OK)
        code = connection_fail(copy, path, err);
    if (code) {
        sqlite3_close(copy);
        return code;
    }
    sqlite3_close(*db);
    *db = copy;
    return 0;
}

int connection_identify(struct sqlite3 *db, const char *path, int newest, int *version,
                        struct error *err)
{
    int64_t application = 0, user_version = 0, tables = 0;
    if (connection_integer(db, "PRAGMA application_id", &application) ||
        connection_integer(db, "PRAGMA user_version", &user_version) ||
        connection_integer(db, "SELECT count(*) FROM sqlite_schema", &tables))
        return connection_fail(db, path, err);
    if (application != STORE_APPLICATION_ID && (application != 0 || tables > 0))
        return error_set(err, ERROR_DATA, "%s: is another program's database, no store", path);
    if (user_version > newest)
        return error_set(err, ERROR_DATA,
                         "%s: made by a newer slimscope (schema %lld; this one knows %d)", path,
                         (long long)user_version, newest);
    *version = application == 0 ? 0 : (int)user_version;
    return 0;
}

int connection_inspect(const char *path, int newest, struct error *err)
{
    struct sqlite3 *db = NULL;
    struct error found = {0};
    int version;
    int code = open_uri(path, "mode=ro&immutable=1", SQLITE_OPEN_READONLY, &db, &found);
    if (!code)
        code = connection_identify(db, path, newest, &version, &found);
    /* Not sure: a file that a checkpoint is growing right now looks damaged. */
    int status = sqlite3_errcode(db);
    bool sure = code == ERROR_DATA && (status == SQLITE_OK || status == SQLITE_NOTADB);
    sqlite3_close(db);
    if (sure && err)
        *err = found;
    return sure ? code : 0;
}

/* Asks for a journal mode; *changed is whether the store is in it now. */
static int ask_journal(struct sqlite3 *db, const char *sql, const char *mode, bool *changed)
{
    sqlite3_stmt *statement = NULL;
    int status = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
    if (!status && (status = sqlite3_step(statement)) == SQLITE_ROW)
        *changed = text_equal((const char *)sqlite3_column_text(statement, 0), mode);
    sqlite3_finalize(statement);
    return status == SQLITE_ROW ? SQLITE_OK : status;
}

int connection_set_journal(struct sqlite3 *db, const char *path, struct error *err)
{
    const char *wish = getenv("SLIMSCOPE_JOURNAL");
    bool network = file_on_network(path), changed = false;
    if (wish && !text_equal(wish, "wal") && !text_equal(wish, "delete") && *wish)
        return error_set(err, ERROR_USAGE, "SLIMSCOPE_JOURNAL: '%s' is neither wal nor delete",
                         wish);
    bool log = wish && *wish ? text_equal(wish, "wal") : !network;
    if (log) {
        /* Readers of a store in rollback-journal mode may be in the way; then it stays so. */
        sqlite3_busy_timeout(db, 0);
        int status = ask_journal(db, "PRAGMA journal_mode = WAL", "wal", &changed);
        if (status && (status & 0xff) != SQLITE_BUSY)
            return connection_fail(db, path, err);
        if (!changed)
            log_detail("%s: stays in rollback-journal mode", path);
        return 0;
    }
    if (ask_journal(db, "PRAGMA journal_mode = DELETE", "delete", &changed))
        return connection_fail(db, path, err);
    if (!changed)
        return error_set(err, ERROR_BUSY, "%s: in use, cannot leave write-ahead-log mode", path);
    log_detail("%s: in rollback-journal mode%s", path, network ? ": on a network disk" : "");
    return 0;
}
