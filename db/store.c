/*
 * Opening, in this order: what the path is; whose file it is, without touching it; the connection;
 * for a writer, under the lock, its identity again and the migrations; foreign keys. The journal
 * mode is chosen at the first write, so that opening changes no byte of a current store.
 */
#include "db/store.h"

#include <errno.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/memory.h"
#include "db/connection.h"
#include "db/lock.h"
#include "db/migrate.h"
#include "db/store_private.h"

/* The path's folder, absolute and made if need be, and its last part. The caller frees. */
static int resolve_missing(const char *path, char **resolved, struct error *err)
{
    char *folder = memory_copy_text(path), *slash = strrchr(folder, '/');
    const char *name = slash ? path + (slash - folder) + 1 : path;
    if (slash)
        slash[slash == folder] = '\0';
    int code = *name ? file_make_folder(slash ? folder : ".", err)
                     : error_set(err, ERROR_DATA, "%s: is a folder, no store", path);
    char *real = code ? NULL : realpath(slash ? folder : ".", NULL);
    if (!code && !real)
        code = error_set_errno(err, ERROR_FAILED, "%s", path);
    if (!code)
        *resolved = memory_print("%s/%s", strcmp(real, "/") == 0 ? "" : real, name);
    free(real);
    free(folder);
    return code;
}

/* Makes the path absolute, so that every process uses the same lock, and refuses what is no file.
 */
static int resolve(const char *path, enum store_mode mode, char **resolved, struct error *err)
{
    struct stat status;
    *resolved = NULL;
    if (!*path)
        return error_set(err, ERROR_USAGE, "the store's name is empty");
    if (stat(path, &status) != 0) {
        if (errno == ENOENT && mode == STORE_CREATE)
            return resolve_missing(path, resolved, err);
        if (mode == STORE_CREATE || (errno != ENOENT && errno != ENOTDIR))
            return error_set_errno(err, ERROR_FAILED, "%s", path);
        error_set(err, ERROR_DATA, "%s: no such store", path);
        return error_hint(err, "`slimscope train` makes one; --store says which it is");
    }
    if (S_ISDIR(status.st_mode))
        return error_set(err, ERROR_DATA, "%s: is a folder, no store", path);
    if (!S_ISREG(status.st_mode))
        return error_set(err, ERROR_DATA, "%s: is no ordinary file, so no store", path);
    *resolved = realpath(path, NULL);
    return *resolved ? 0 : error_set_errno(err, ERROR_FAILED, "%s", path);
}

static int open_reader(struct store *store, struct error *err)
{
    int version;
    int code = connection_open_reader(store->path, &store->db, err);
    if (code)
        return code;
    code = connection_identify(store->db, store->path, migrate_newest(), &version, err);
    if (code || version == migrate_newest())
        return code;
    if (version == 0)
        return error_set(err, ERROR_DATA, "%s: is empty, no store yet", store->path);
    code = connection_copy_to_memory(&store->db, store->path, err);
    return code ? code : migrate_memory(store->db, store->path, version, err);
}

static int open_writer(struct store *store, enum store_mode mode, struct error *err)
{
    int version;
    int code = lock_take(store->lock_path, store->patience, &store->lock, err);
    if (code)
        return code;
    code = connection_open_writer(store->path, &store->db, err);
    if (!code)
        code = connection_identify(store->db, store->path, migrate_newest(), &version, err);
    if (!code && version == 0 && mode != STORE_CREATE)
        code = error_set(err, ERROR_DATA, "%s: is empty, no store yet", store->path);
    if (!code && version < migrate_newest())
        code = migrate_all(store->db, store->path, version, err);
    if (!code)
        code = connection_run(store->db, store->path, "PRAGMA foreign_keys = ON", err);
    lock_release(&store->lock);
    return code;
}

int store_open(const char *path, enum store_mode mode, struct store **store, struct error *err)
{
    char *resolved;
    *store = NULL;
    int code = resolve(path, mode, &resolved, err);
    if (!code)
        code = connection_inspect(resolved, migrate_newest(), err);
    if (code) {
        free(resolved);
        return code;
    }
    struct store *opened = NEW(struct store, 1);
    *opened = (struct store){
        .path = resolved,
        .folder = memory_print("%s.d", resolved),
        .lock_path = memory_print("%s.lock", resolved),
        .write = mode != STORE_READ,
        .patience = CONNECTION_PATIENCE,
        .lock = -1,
    };
    code = opened->write ? open_writer(opened, mode, err) : open_reader(opened, err);
    if (code)
        store_close(opened);
    else
        *store = opened;
    return code;
}

void store_close(struct store *store)
{
    if (!store)
        return;
    store_rollback(store);
    for (int i = 0; i < SQL_COUNT; i++)
        sqlite3_finalize(store->statement[i]);
    /* The last to close moves the log into the store, which others must not do at the same time. */
    if (store->write && store->db &&
        lock_take(store->lock_path, store->patience, &store->lock, NULL) != 0)
        sqlite3_db_config(store->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    sqlite3_close(store->db);
    lock_release(&store->lock);
    free(store->path);
    free(store->folder);
    free(store->lock_path);
    free(store);
}

const char *store_path(const struct store *store)
{
    return store->path;
}

const char *store_folder(const struct store *store)
{
    if (store->write)
        file_make_folder(store->folder, NULL); /* who writes into it meets the reason */
    return store->folder;
}

bool store_can_write(const struct store *store)
{
    return store->write;
}

/* In SQLite's milliseconds: an endless patience is as long as an int can say. */
static int busy_timeout(double seconds)
{
    return seconds < INT_MAX / 1000 ? (int)(seconds * 1000) : INT_MAX;
}

void store_set_patience(struct store *store, double seconds)
{
    store->patience = seconds;
    sqlite3_busy_timeout(store->db, busy_timeout(seconds));
}

int store_fail(struct store *store, struct error *err)
{
    return connection_fail(store->db, store->path, err);
}

/* Only the start waits no longer than `patience`: a commit may have to wait for readers, who are
 * quick. */
static int begin(struct store *store, double patience, struct error *err)
{
    if (!store->write)
        return error_set(err, ERROR_FAILED, "%s: opened for reading only", store->path);
    if (store->lock >= 0)
        return error_set(err, ERROR_FAILED, "%s: a transaction within a transaction", store->path);
    int code = lock_take(store->lock_path, patience, &store->lock, err);
    if (code)
        return code;
    if (!store->journal_set)
        code = connection_set_journal(store->db, store->path, err);
    store->journal_set = code == 0;
    sqlite3_busy_timeout(store->db, busy_timeout(patience));
    if (!code)
        code = connection_run(store->db, store->path, "BEGIN IMMEDIATE", err);
    sqlite3_busy_timeout(store->db, busy_timeout(store->patience));
    if (code)
        lock_release(&store->lock);
    return code;
}

int store_begin(struct store *store, struct error *err)
{
    return begin(store, store->patience, err);
}

int store_try_begin(struct store *store, struct error *err)
{
    return begin(store, 0, err);
}

int store_commit(struct store *store, struct error *err)
{
    int code = connection_run(store->db, store->path, "COMMIT", err);
    if (!code)
        lock_release(&store->lock);
    return code;
}

void store_rollback(struct store *store)
{
    if (store->db && !sqlite3_get_autocommit(store->db))
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    lock_release(&store->lock);
}

int store_end(struct store *store, int code, struct error *err)
{
    if (!code)
        code = store_commit(store, err);
    if (code)
        store_rollback(store);
    return code;
}

int64_t store_version(struct store *store)
{
    struct statement s = statement_open(store, SQL_DATA_VERSION);
    int64_t version = statement_next(&s) ? column_integer(&s) : 0;
    statement_close(&s, NULL);
    return version;
}

const char *store_sqlite_version(void)
{
    return sqlite3_libversion();
}
