#include "db/statement.h"

#include <endian.h>
#include <math.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "db/columns.h"
#include "db/store_private.h"

static const char *const texts[SQL_COUNT] = {
#define SQL(name, text) [SQL_##name] = text,
#include "db/sql.def"
#undef SQL
};

/* By enum in record.h, ended by an empty text; NULL is NULL. */
static const char *const *const names[] = {
    [FIELD_RUN_KIND] = (const char *const[]){"train", "retrain", "import", ""},
    [FIELD_RUN_STATUS] = (const char *const[]){"queued", "running", "paused", "interrupted",
                                               "finished", "diverged", "failed", ""},
    [FIELD_JOB_STATE] =
        (const char *const[]){"queued", "running", "paused", "done", "failed", "cancelled", ""},
    [FIELD_JOB_REQUEST] = (const char *const[]){NULL, "pause", "cancel", ""},
};

const char *field_name(enum field_kind kind, int value)
{
    return names[kind][value];
}

int field_value(enum field_kind kind, const char *name)
{
    const char *const *known = names[kind];
    for (int i = 0; !known[i] || *known[i]; i++)
        if (known[i] && name ? text_equal(known[i], name) : known[i] == name)
            return i;
    return 0; /* the schema's CHECK lets nothing else in */
}

/* --- statements ----------------------------------------------------------------------------- */

struct statement statement_open(struct store *store, enum sql sql)
{
    struct sqlite3_stmt **slot = &store->statement[sql];
    struct statement s = {.store = store};
    if (!*slot)
        s.status =
            sqlite3_prepare_v3(store->db, texts[sql], -1, SQLITE_PREPARE_PERSISTENT, slot, NULL);
    s.handle = *slot;
    return s;
}

bool statement_next(struct statement *s)
{
    if (s->status)
        return false;
    /* A failed statement may have ended the transaction: what follows must not write without. */
    if (!sqlite3_stmt_readonly(s->handle) && sqlite3_get_autocommit(s->store->db)) {
        s->status = SQLITE_MISUSE;
        return false;
    }
    s->at = 0;
    int status = sqlite3_step(s->handle);
    if (status != SQLITE_ROW && status != SQLITE_DONE)
        s->status = status;
    return status == SQLITE_ROW;
}

int statement_close(struct statement *s, struct error *err)
{
    int code = 0;
    if (s->status == SQLITE_MISUSE)
        code = error_set(err, ERROR_FAILED, "%s: written to outside a transaction", s->store->path);
    else if (s->status == SQLITE_CORRUPT)
        code = error_set(err, ERROR_DATA, "%s: the store is damaged", s->store->path);
    else if (s->status)
        code = store_fail(s->store, err);
    if (s->handle) {
        sqlite3_reset(s->handle);
        sqlite3_clear_bindings(s->handle);
    }
    s->handle = NULL;
    return code;
}

int statement_run(struct statement *s, struct error *err)
{
    while (statement_next(s))
        ;
    return statement_close(s, err);
}

int statement_missing(const char *what, int64_t id, struct error *err)
{
    return error_set(err, ERROR_DATA, "no such %s: %lld", what, (long long)id);
}

int statement_change(struct statement *s, const char *what, int64_t id, struct error *err)
{
    struct store *store = s->store;
    int code = statement_run(s, err);
    if (!code && sqlite3_changes(store->db) != 1)
        code = statement_missing(what, id, err);
    return code;
}

/* --- one value ------------------------------------------------------------------------------ */

static void keep(struct statement *s, int status)
{
    if (!s->status)
        s->status = status;
}

void bind_integer(struct statement *s, int64_t value)
{
    keep(s, sqlite3_bind_int64(s->handle, ++s->at, value));
}

static void bind_null(struct statement *s)
{
    keep(s, sqlite3_bind_null(s->handle, ++s->at));
}

void bind_optional(struct statement *s, int64_t value)
{
    if (value)
        bind_integer(s, value);
    else
        bind_null(s);
}

void bind_real(struct statement *s, double value)
{
    keep(s, sqlite3_bind_double(s->handle, ++s->at, value)); /* SQLite stores NaN as NULL */
}

void bind_text(struct statement *s, const char *text)
{
    keep(s, sqlite3_bind_text(s->handle, ++s->at, text, -1, SQLITE_TRANSIENT));
}

void bind_bytes(struct statement *s, const void *bytes, size_t count)
{
    keep(s, sqlite3_bind_blob64(s->handle, ++s->at, count ? bytes : "", count, SQLITE_TRANSIENT));
}

void bind_words(struct statement *s, const void *words, int count)
{
    uint32_t *little = NEW(uint32_t, count + 1); /* a blob of no bytes is no NULL */
    memcpy(little, words, (size_t)count * sizeof *little);
    for (int i = 0; i < count; i++)
        little[i] = htole32(little[i]);
    keep(s, sqlite3_bind_blob64(s->handle, ++s->at, little, (size_t)count * sizeof *little, free));
}

int64_t column_integer(struct statement *s)
{
    return sqlite3_column_int64(s->handle, s->at++);
}

int column_int(struct statement *s)
{
    return (int)column_integer(s);
}

double column_real(struct statement *s)
{
    int at = s->at++;
    bool null = sqlite3_column_type(s->handle, at) == SQLITE_NULL;
    return null ? (double)NAN : sqlite3_column_double(s->handle, at);
}

char *column_text(struct statement *s)
{
    const unsigned char *text = sqlite3_column_text(s->handle, s->at++);
    return text ? memory_copy_text((const char *)text) : NULL;
}

void *column_bytes(struct statement *s, size_t size)
{
    int at = s->at++;
    const void *blob = sqlite3_column_blob(s->handle, at);
    if ((size_t)sqlite3_column_bytes(s->handle, at) != size) {
        keep(s, SQLITE_CORRUPT);
        return NULL;
    }
    return memory_copy(size ? blob : "", size);
}

void *column_words(struct statement *s, int *count)
{
    int at = s->at++;
    const void *blob = sqlite3_column_blob(s->handle, at);
    int bytes = sqlite3_column_bytes(s->handle, at);
    *count = bytes / 4;
    uint32_t *words = NEW(uint32_t, *count + 1);
    if (bytes)
        memcpy(words, blob, (size_t)*count * sizeof *words);
    for (int i = 0; i < *count; i++)
        words[i] = le32toh(words[i]);
    return words;
}

/* --- a row as a struct ---------------------------------------------------------------------- */

static void bind_count(struct statement *s, int64_t count)
{
    if (count < 0)
        bind_null(s);
    else
        bind_integer(s, count);
}

static int64_t column_count(struct statement *s)
{
    bool null = sqlite3_column_type(s->handle, s->at) == SQLITE_NULL;
    int64_t count = column_integer(s);
    return null ? -1 : count;
}

static void bind_field(struct statement *s, const struct field *field, const void *member)
{
    switch (field->kind) {
    case FIELD_INTEGER: bind_integer(s, *(const int64_t *)member); break;
    case FIELD_OPTIONAL: bind_optional(s, *(const int64_t *)member); break;
    case FIELD_COUNT: bind_count(s, *(const int64_t *)member); break;
    case FIELD_INT: bind_integer(s, *(const int *)member); break;
    case FIELD_BOOL: bind_integer(s, *(const bool *)member); break;
    case FIELD_REAL: bind_real(s, *(const double *)member); break;
    case FIELD_TEXT: bind_text(s, *(char *const *)member); break;
    case FIELD_CHARS: bind_text(s, *(const char *)member ? member : NULL); break;
    default: bind_text(s, field_name(field->kind, *(const int *)member)); break;
    }
}

static void read_chars(struct statement *s, char *chars, size_t size)
{
    const unsigned char *text = sqlite3_column_text(s->handle, s->at++);
    sqlite3_snprintf((int)size, chars, "%s", text ? (const char *)text : "");
}

static void read_field(struct statement *s, const struct field *field, void *member)
{
    switch (field->kind) {
    case FIELD_INTEGER:
    case FIELD_OPTIONAL: *(int64_t *)member = column_integer(s); break;
    case FIELD_COUNT: *(int64_t *)member = column_count(s); break;
    case FIELD_INT: *(int *)member = column_int(s); break;
    case FIELD_BOOL: *(bool *)member = column_integer(s) != 0; break;
    case FIELD_REAL: *(double *)member = column_real(s); break;
    case FIELD_TEXT: *(char **)member = column_text(s); break;
    case FIELD_CHARS: read_chars(s, member, field->size); break;
    default: {
        const unsigned char *name = sqlite3_column_text(s->handle, s->at++);
        *(int *)member = field_value(field->kind, (const char *)name);
        break;
    }
    }
}

void record_bind(struct statement *s, const struct record *record, const void *row)
{
    for (int i = 0; i < record->stored; i++)
        bind_field(s, &record->field[i], (const char *)row + record->field[i].offset);
}

void record_read(struct statement *s, const struct record *record, void *row)
{
    memset(row, 0, record->size);
    for (int i = 0; i < record->fields; i++)
        read_field(s, &record->field[i], (char *)row + record->field[i].offset);
}

void record_done(const struct record *record, void *row)
{
    for (int i = 0; i < record->fields; i++)
        if (record->field[i].kind == FIELD_TEXT) {
            char **text = (void *)((char *)row + record->field[i].offset);
            free(*text);
            *text = NULL;
        }
}

void record_free(const struct record *record, void *rows, int count)
{
    for (int i = 0; i < count; i++)
        record_done(record, (char *)rows + (size_t)i * record->size);
    free(rows);
}

int record_get(struct statement *s, const struct record *record, void *row, bool *found,
               struct error *err)
{
    *found = statement_next(s);
    if (*found)
        record_read(s, record, row);
    return statement_close(s, err);
}

int record_list(struct statement *s, const struct record *record, void **rows, int *count,
                struct error *err)
{
    char *list = NULL;
    int room = 0;
    *count = 0;
    while (statement_next(s)) {
        if (*count == room) {
            room = room ? 2 * room : 16;
            list = memory_grow(list, (size_t)room, record->size);
        }
        record_read(s, record, list + (size_t)*count * record->size);
        ++*count;
    }
    int code = statement_close(s, err);
    if (code) {
        record_free(record, list, *count);
        list = NULL;
        *count = 0;
    }
    *rows = list;
    return code;
}
