/* Copies of the database file alone. */
#ifndef DB_BACKUP_H
#define DB_BACKUP_H

#include "base/error.h"

struct sqlite3;

/* The database as it is now, one whole file in rollback-journal mode at `copy`, replacing what is
 * there. `path` names the source in messages. */
int backup_database(struct sqlite3 *db, const char *path, const char *copy, struct error *err);

#endif
