#include <sqlite3.h>
#include <string.h>

#include "base/clock.h"
#include "db/columns.h"
#include "db/record.h"
#include "db/store_private.h"

/* `state` comes last: in the table it is the column `kind`. */
#define ROW(member, kind) FIELD(checkpoint_row, member, kind),
static const struct field fields[] = {ROW(id, OPTIONAL) CHECKPOINT_COLUMNS(ROW) ROW(state, BOOL)};
#undef ROW
static const struct record record = {
    .field = fields,
    .fields = sizeof fields / sizeof *fields,
    .stored = sizeof fields / sizeof *fields,
    .size = sizeof(struct checkpoint_row),
};

void checkpoint_row_done(struct checkpoint_row *row)
{
    record_done(&record, row);
}

void checkpoint_rows_free(struct checkpoint_row *rows, int count)
{
    record_free(&record, rows, count);
}

int checkpoint_insert(struct store *store, struct checkpoint_row *row, struct error *err)
{
    row->id = 0;
    if (!row->created)
        row->created = clock_milliseconds();
    struct statement s = statement_open(store, SQL_CHECKPOINT_INSERT);
    record_bind(&s, &record, row);
    int code = statement_run(&s, err);
    if (!code)
        row->id = sqlite3_last_insert_rowid(store->db);
    return code;
}

int checkpoint_remove(struct store *store, int64_t id, struct error *err)
{
    struct statement s = statement_open(store, SQL_CHECKPOINT_REMOVE);
    bind_integer(&s, id);
    return statement_change(&s, "checkpoint", id, err);
}

int checkpoint_list(struct store *store, int64_t run, struct checkpoint_row **rows, int *count,
                    struct error *err)
{
    void *all;
    struct statement s = statement_open(store, SQL_CHECKPOINT_LIST);
    bind_integer(&s, run);
    int code = record_list(&s, &record, &all, count, err);
    *rows = all;
    for (int i = 0; i < *count; i++)
        if (!(*rows)[i].file || strchr((*rows)[i].file, '/'))
            code = error_set(err, ERROR_DATA, "%s: damaged: a weights' file outside its folder",
                             store->path);
    if (code) {
        checkpoint_rows_free(*rows, *count);
        *rows = NULL;
        *count = 0;
    }
    return code;
}

int checkpoint_pin(struct store *store, int64_t run, struct error *err)
{
    struct statement s = statement_open(store, SQL_CHECKPOINT_PIN);
    bind_integer(&s, run);
    return statement_run(&s, err);
}

bool checkpoint_exists(struct store *store, int64_t id)
{
    struct statement s = statement_open(store, SQL_CHECKPOINT_EXISTS);
    bind_integer(&s, id);
    bool exists = statement_next(&s);
    return statement_close(&s, NULL) || exists;
}
