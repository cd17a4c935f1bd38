/*
 * The store: one SQLite file in which every process meets.
 *
 * One writing connection a process; readers open read-only. Every write transaction runs between
 * store_begin and store_commit, under flock on STORE.lock (never on the store itself: closing any
 * descriptor of it would drop SQLite's own locks); so does closing, since it may checkpoint. The
 * weights' files live in STORE.d/. The schema stands in db/schema.sql.
 *
 * A struct store belongs to one thread, and must not be used on both sides of a fork.
 */
#ifndef DB_STORE_H
#define DB_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/json.h"

enum store_mode {
    STORE_READ,   /* must exist; ERROR_DATA when it does not */
    STORE_WRITE,  /* must exist */
    STORE_CREATE, /* made where it is missing, with its folder */
};

struct store;

/* Opens a store, migrating an older one (after a backup beside it, STORE.vN.bak) when writing; a
 * reader of one migrates a copy in memory, which does not follow what others write to it.
 * A current one keeps every byte until the first transaction, which chooses the journal.
 * ERROR_DATA: missing, no SQLite file, another program's, damaged, or of a newer schema;
 * ERROR_FAILED: no permission; ERROR_BUSY: locked for longer than the deadline. */
int store_open(const char *path, enum store_mode mode, struct store **store, struct error *err);
void store_close(struct store *store); /* NULL is fine */

const char *store_path(const struct store *store);
const char *store_folder(const struct store *store); /* "STORE.d"; made when first asked to write */
bool store_can_write(const struct store *store);

/* Seconds that writers wait for the lock before ERROR_BUSY (default 60). */
void store_set_patience(struct store *store, double seconds);

/* A write transaction (BEGIN IMMEDIATE under the lock). They do not nest. After an error from a
 * write, call store_rollback; it is fine to call it when there is no transaction. */
int store_begin(struct store *store, struct error *err);
int store_commit(struct store *store, struct error *err);
void store_rollback(struct store *store);

/* The end of what store_begin began: commits when `code`, of the begin and the writes after it, is
 * 0, else rolls back. Returns `code`, or what the commit came to. */
int store_end(struct store *store, int code, struct error *err);

/* As store_begin, but gives up at once when the lock is taken: for progress, which nothing depends
 * on. Returns ERROR_BUSY then, quietly. */
int store_try_begin(struct store *store, struct error *err);

/* Runs read-only SQL of the user: {"columns":[…],"rows":[[…]]}; blobs as hexadecimal text.
 * ERROR_USAGE for a syntax error or a statement that would write. */
int store_query(struct store *store, const char *sql, struct jvalue **result, struct error *err);

/* integrity_check, foreign_key_check, every checkpoint's file present with its size and SHA-256,
 * files in STORE.d that no row names, γ blobs of their layers' lengths, verdicts as many as their
 * images and as right as the stored accuracies. `problems` is an array of texts, empty when all is
 * well. */
int store_check(struct store *store, struct jvalue **problems, struct error *err);

/* An online copy in rollback-journal mode at `path`, whole or not at all; also the weights' files,
 * into path.d. ERROR_USAGE when it is the store itself, or the file exists. */
int store_backup(struct store *store, const char *path, struct error *err);

/* A number that changes whenever another connection has committed: for who shows the store. */
int64_t store_version(struct store *store);

/* The version of SQLite that is in use, "3.40.1". */
const char *store_sqlite_version(void);

#endif
