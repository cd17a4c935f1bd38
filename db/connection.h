/*
 * One connection to SQLite: opened, made safe, identified, and its errors put into our words.
 */
#ifndef DB_CONNECTION_H
#define DB_CONNECTION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct sqlite3;

/* Seconds that a connection waits for another one, unless it is told otherwise. */
enum { CONNECTION_PATIENCE = 60 };

/* "SLIM": how file(1) and other programs know a store. */
enum { STORE_APPLICATION_ID = 0x534c494d };

/* Opens for writing; the file is made where it is missing. */
int connection_open_writer(const char *path, struct sqlite3 **db, struct error *err);

/* Opens for reading, with a first SELECT as a probe: a WAL store can open well and fail at its
 * first read. Where its folder cannot be written or has no room, it is opened as an immutable file
 * if no journal lies beside it, and refused (ERROR_FAILED, ERROR_SPACE) if one does. */
int connection_open_reader(const char *path, struct sqlite3 **db, struct error *err);

/* Puts a copy in memory in the place of a reader's connection, for what must change to be read. */
int connection_copy_to_memory(struct sqlite3 **db, const char *path, struct error *err);

/* Whose database it is: *version is our schema's number, 0 for an empty file. ERROR_DATA: no SQLite
 * file, another program's, damaged, or of a schema newer than `newest`. */
int connection_identify(struct sqlite3 *db, const char *path, int newest, int *version,
                        struct error *err);

/* As connection_identify, but looks at the file alone: it takes no lock, runs no recovery and
 * leaves no trace. Anything that it cannot tell for sure is left to the real opening. */
int connection_inspect(const char *path, int newest, struct error *err);

/* Chooses the journal: write-ahead log on a local disk, rollback journal on a network disk (no
 * shared memory there), or what $SLIMSCOPE_JOURNAL says. Not inside a transaction. The busy timeout
 * is the caller's to set again. */
int connection_set_journal(struct sqlite3 *db, const char *path, struct error *err);

/* Runs SQL without results. */
int connection_run(struct sqlite3 *db, const char *path, const char *sql, struct error *err);

/* The first column of the first row, 0 when there is none; returns SQLite's status. */
int connection_integer(struct sqlite3 *db, const char *sql, int64_t *value);

/* SQLite's last error on this connection as one line that names the store; returns its code. */
int connection_fail(struct sqlite3 *db, const char *path, struct error *err);

#endif
