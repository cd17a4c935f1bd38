#include <sqlite3.h>
#include <stdlib.h>

#include "base/memory.h"
#include "db/columns.h"
#include "db/record.h"
#include "db/store_private.h"

#define ROW(member, kind) FIELD(verdict_row, member, kind),
static const struct field fields[] = {ROW(hash, CHARS) VERDICT_COLUMNS(ROW)};
#undef ROW
static const struct record record = {
    .field = fields,
    .fields = sizeof fields / sizeof *fields,
    .stored = sizeof fields / sizeof *fields,
    .size = sizeof(struct verdict_row),
};

void verdict_row_done(struct verdict_row *row)
{
    free(row->verdicts);
    row->verdicts = NULL;
}

int verdict_insert(struct store *store, const struct verdict_row *row, struct error *err)
{
    struct statement s = statement_open(store, SQL_VERDICT_INSERT);
    record_bind(&s, &record, row);
    bind_bytes(&s, row->verdicts, verdict_bytes(row->images));
    return statement_run(&s, err);
}

static void read_row(struct statement *s, struct verdict_row *row)
{
    record_read(s, &record, row);
    row->verdicts = column_bytes(s, verdict_bytes(row->images));
}

int verdict_find(struct store *store, const char *hash, int epoch, const char *split, bool *found,
                 struct verdict_row *row, struct error *err)
{
    *row = (struct verdict_row){0};
    struct statement s = statement_open(store, SQL_VERDICT_FIND);
    bind_text(&s, hash);
    bind_integer(&s, epoch);
    bind_text(&s, split);
    *found = statement_next(&s);
    if (*found)
        read_row(&s, row);
    int code = statement_close(&s, err);
    if (code)
        verdict_row_done(row);
    return code;
}

int verdict_list(struct store *store, struct verdict_row **rows, int *count, struct error *err)
{
    *rows = NULL;
    *count = 0;
    struct statement s = statement_open(store, SQL_VERDICT_LIST);
    while (statement_next(&s)) {
        *rows = memory_grow(*rows, (size_t)*count + 1, sizeof **rows);
        read_row(&s, &(*rows)[(*count)++]);
    }
    int code = statement_close(&s, err);
    if (code) {
        verdict_rows_free(*rows, *count);
        *rows = NULL;
        *count = 0;
    }
    return code;
}

void verdict_rows_free(struct verdict_row *rows, int count)
{
    for (int i = 0; i < count; i++)
        verdict_row_done(&rows[i]);
    free(rows);
}
