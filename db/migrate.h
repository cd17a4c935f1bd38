/*
 * The schema's versions: steps that are only ever appended, each in one transaction with its
 * user_version, so that an interrupted migration goes on where it stopped.
 */
#ifndef DB_MIGRATE_H
#define DB_MIGRATE_H

#include "base/error.h"

struct sqlite3;

/* What makes version `version` of the version before it. */
struct migration {
    int version;
    const char *sql;
};

/* The version that this program reads and writes. */
int migrate_newest(void);

/* Brings a store from `version` (0: an empty file) to the newest, under the writers' lock. An
 * existing store is copied to PATH.vN.bak first. */
int migrate_all(struct sqlite3 *db, const char *path, int version, struct error *err);

/* The same for a copy in memory, of which no copy is made. */
int migrate_memory(struct sqlite3 *db, const char *path, int version, struct error *err);

/* As migrate_all, with other steps: for tests. */
int migrate_steps(struct sqlite3 *db, const char *path, int version, const struct migration *steps,
                  int count, struct error *err);

#endif
