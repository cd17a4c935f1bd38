/* Copies of the database file alone. */
#ifndef DB_BACKUP_H
#define DB_BACKUP_H

#include <stdbool.h>

#include "base/error.h"

struct sqlite3;

/* The database as it is now, one whole file in rollback-journal mode at `copy`, replacing what is
 * there. `path` names the source in messages. */
int backup_database(struct sqlite3 *db, const char *path, const char *copy, struct error *err);

/* Copies the weights' file `from` to `to`, which is whole then, or as it was before. ERROR_DATA:
 * *missing, or not of the hash that it was stored with. */
int backup_copy_file(const char *from, const char *to, const char *sha256, bool *missing,
                     struct error *err);

#endif
