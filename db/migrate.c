#include "db/migrate.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "db/backup.h"
#include "db/connection.h"

static const char schema[] =
#include "db/schema.inc" /* the text of schema.sql */
    ;
static const char schema_2[] =
#include "db/schema-2.inc"
    ;

/* Appended to, never changed: stores of every version are out there. */
static const struct migration migrations[] = {
    {1, schema},
    {2, schema_2},
};
enum { MIGRATIONS = sizeof migrations / sizeof *migrations };

int migrate_newest(void)
{
    return migrations[MIGRATIONS - 1].version;
}

/* Rows that point at nothing; a step that rebuilds a table could leave some. */
static int check_references(struct sqlite3 *db, const char *path, struct error *err)
{
    int64_t broken;
    if (connection_integer(db, "SELECT count(*) FROM pragma_foreign_key_check", &broken))
        return connection_fail(db, path, err);
    return broken ? error_set(err, ERROR_DATA, "%s: %lld rows point at rows that are missing", path,
                              (long long)broken)
                  : 0;
}

static int run_step(struct sqlite3 *db, const char *path, const struct migration *step,
                    struct error *err)
{
    char version[40]; /* a pragma takes no parameters */
    sqlite3_snprintf(sizeof version, version, "PRAGMA user_version = %d", step->version);
    int code = connection_run(db, path, "BEGIN IMMEDIATE", err);
    if (!code)
        code = connection_run(db, path, step->sql, err);
    if (!code)
        code = check_references(db, path, err);
    if (!code)
        code = connection_run(db, path, version, err);
    if (!code)
        code = connection_run(db, path, "COMMIT", err);
    if (code && !sqlite3_get_autocommit(db))
        sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    return code;
}

static int back_up(struct sqlite3 *db, const char *path, int version, struct error *err)
{
    char *copy = memory_print("%s.v%d.bak", path, version);
    int code = backup_database(db, path, copy, err);
    if (!code)
        log_notice("%s: schema %d is brought up to date; a copy from before is %s", path, version,
                   copy);
    free(copy);
    return code;
}

static int run_steps(struct sqlite3 *db, const char *path, int version,
                     const struct migration *steps, int count, struct error *err)
{
    /* Off while tables are rebuilt; SQLite ignores the pragma inside a transaction. */
    int code = connection_run(db, path, "PRAGMA foreign_keys = OFF", err);
    for (int i = 0; !code && i < count; i++)
        if (steps[i].version > version)
            code = run_step(db, path, &steps[i], err);
    return code;
}

int migrate_steps(struct sqlite3 *db, const char *path, int version, const struct migration *steps,
                  int count, struct error *err)
{
    int code = version > 0 ? back_up(db, path, version, err) : 0;
    return code ? code : run_steps(db, path, version, steps, count, err);
}

int migrate_memory(struct sqlite3 *db, const char *path, int version, struct error *err)
{
    return run_steps(db, path, version, migrations, MIGRATIONS, err);
}

int migrate_all(struct sqlite3 *db, const char *path, int version, struct error *err)
{
    return migrate_steps(db, path, version, migrations, MIGRATIONS, err);
}
