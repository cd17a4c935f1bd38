/* What db/'s own files know of a store. */
#ifndef DB_STORE_PRIVATE_H
#define DB_STORE_PRIVATE_H

#include <stdbool.h>

#include "base/error.h"
#include "db/statement.h"
#include "db/store.h"

struct sqlite3;
struct sqlite3_stmt;

struct store {
    struct sqlite3 *db;
    struct sqlite3_stmt *statement[SQL_COUNT]; /* prepared when first used */
    char *path;                                /* absolute, no symbolic links */
    char *folder, *lock_path;
    bool write;
    bool journal_set; /* the journal mode was chosen: at the first write */
    double patience;  /* seconds */
    int lock;         /* descriptor while held, else −1 */
};

/* SQLite's last error on this store as one line; returns its code. */
int store_fail(struct store *store, struct error *err);

#endif
