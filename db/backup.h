/* Copies of the database file alone. */
#ifndef DB_BACKUP_H
#define DB_BACKUP_H

#include "base/error.h"
#include "base/hash.h"

struct sqlite3;

/* The database as it is now, one whole file in rollback-journal mode at `copy`, replacing what is
 * there. `path` names the source in messages. */
int backup_database(struct sqlite3 *db, const char *path, const char *copy, struct error *err);

/* Copies what is read from `fd`, the file `from`, to a file that is whole or not there; the hash of
 * it is `sha256`. */
int backup_copy_file(int fd, const char *from, const char *to, char sha256[HASH_TEXT],
                     struct error *err);

#endif
