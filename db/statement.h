/*
 * Statements: prepared once a connection, bound and read from left to right.
 *
 *     struct statement s = statement_open(store, SQL_TAG_LIST);
 *     bind_integer(&s, run);
 *     while (statement_next(&s))
 *         use(column_text(&s));
 *     return statement_close(&s, err);
 *
 * Whatever goes wrong on the way is kept and reported by statement_close, which also resets the
 * statement, so there is nothing to check in between.
 */
#ifndef DB_STATEMENT_H
#define DB_STATEMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct sqlite3_stmt;
struct store;

/* SQL_RUN_GET …: the rows of sql.def. */
enum sql {
#define SQL(name, text) SQL_##name,
#include "db/sql.def"
#undef SQL
    SQL_COUNT,
};

struct statement {
    struct store *store;
    struct sqlite3_stmt *handle;
    int at;     /* parameters bound, then columns read, so far */
    int status; /* SQLite's, of the first thing that failed */
};

struct statement statement_open(struct store *store, enum sql sql);
/* The next row: false at the end and after an error. */
bool statement_next(struct statement *s);
int statement_close(struct statement *s, struct error *err);

/* A statement without results, run and closed. */
int statement_run(struct statement *s, struct error *err);
/* The same, where exactly one row must change: else ERROR_DATA "no such WHAT: ID". */
int statement_change(struct statement *s, const char *what, int64_t id, struct error *err);
/* "no such WHAT: ID" (ERROR_DATA). */
int statement_missing(const char *what, int64_t id, struct error *err);

/* --- one value ------------------------------------------------------------------------------ */

void bind_integer(struct statement *s, int64_t value);
void bind_optional(struct statement *s, int64_t value); /* 0: NULL */
void bind_real(struct statement *s, double value);      /* NaN: NULL */
void bind_text(struct statement *s, const char *text);  /* NULL: NULL; "" is kept */
void bind_bytes(struct statement *s, const void *bytes, size_t count);
/* `count` values of 4 bytes (float, int32_t) as a little-endian blob. */
void bind_words(struct statement *s, const void *words, int count);

int64_t column_integer(struct statement *s); /* NULL: 0 */
int column_int(struct statement *s);
double column_real(struct statement *s); /* NULL: NaN */
/* A copy that the caller frees; NULL: NULL. */
char *column_text(struct statement *s);
/* A copy of a blob, which the caller frees; one that has not exactly `size` bytes counts as damage
 * and is NULL. */
void *column_bytes(struct statement *s, size_t size);
/* `*count` values of 4 bytes from a little-endian blob, which the caller frees. */
void *column_words(struct statement *s, int *count);

/* --- a row as a struct ---------------------------------------------------------------------- */

enum field_kind {
    FIELD_INTEGER,  /* int64_t */
    FIELD_OPTIONAL, /* int64_t; 0 is NULL */
    FIELD_COUNT,    /* int64_t; −1 is NULL */
    FIELD_INT,      /* int; NULL is read as 0 */
    FIELD_BOOL,
    FIELD_REAL,     /* double; NaN is NULL */
    FIELD_TEXT,     /* char *, the row's own */
    FIELD_CHARS,    /* char [size]; "" is NULL */
    FIELD_RUN_KIND, /* enums by their names */
    FIELD_RUN_STATUS,
    FIELD_JOB_STATE,
    FIELD_JOB_REQUEST,
};

struct field {
    enum field_kind kind;
    unsigned short offset, size;
};
#define FIELD(type, member, kind)                                                                  \
    {                                                                                              \
        FIELD_##kind, offsetof(struct type, member), sizeof(((struct type *)0)->member)            \
    }

/* How a struct maps to columns, in their order. */
struct record {
    const struct field *field;
    int fields;
    int stored; /* the first of them, which an INSERT binds; the rest is only read */
    size_t size;
};

void record_bind(struct statement *s, const struct record *record, const void *row);
void record_read(struct statement *s, const struct record *record, void *row);
void record_done(const struct record *record, void *row); /* frees its texts */
void record_free(const struct record *record, void *rows, int count);

/* The only row of a statement, closing it; *found says whether there was one. */
int record_get(struct statement *s, const struct record *record, void *row, bool *found,
               struct error *err);
/* All rows as an array, for record_free; NULL when there are none. Closes the statement. */
int record_list(struct statement *s, const struct record *record, void **rows, int *count,
                struct error *err);

/* The names that enums have in the store. */
const char *field_name(enum field_kind kind, int value);
int field_value(enum field_kind kind, const char *name);

#endif
