#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "config.h"
#include "db/columns.h"
#include "db/record.h"
#include "db/store_private.h"

#define ROW(member, kind) FIELD(run_row, member, kind),
#define ONE(member, kind) +1
static const struct field fields[] = {ROW(id, OPTIONAL) RUN_COLUMNS(ROW) RUN_GATHERED(ROW)};
static const struct record record = {
    .field = fields,
    .fields = sizeof fields / sizeof *fields,
    .stored = 1 RUN_COLUMNS(ONE),
    .size = sizeof(struct run_row),
};
#undef ROW
#undef ONE

const char *run_status_name(enum run_status status)
{
    return field_name(FIELD_RUN_STATUS, (int)status);
}

const char *run_kind_name(enum run_kind kind)
{
    return field_name(FIELD_RUN_KIND, (int)kind);
}

void run_row_done(struct run_row *row)
{
    record_done(&record, row);
}

void run_rows_free(struct run_row *rows, int count)
{
    record_free(&record, rows, count);
}

int run_insert(struct store *store, struct run_row *row, const char *const *layer_names,
               const int *layer_channels, int layers, struct error *err)
{
    row->id = 0;
    if (!row->created)
        row->created = clock_milliseconds();
    struct statement s = statement_open(store, SQL_RUN_INSERT);
    record_bind(&s, &record, row);
    int code = statement_run(&s, err);
    if (!code)
        row->id = sqlite3_last_insert_rowid(store->db);
    for (int i = 0; !code && i < layers; i++) {
        s = statement_open(store, SQL_LAYER_INSERT);
        bind_integer(&s, row->id);
        bind_integer(&s, i);
        bind_text(&s, layer_names[i]);
        bind_integer(&s, layer_channels[i]);
        code = statement_run(&s, err);
    }
    return code;
}

int run_get(struct store *store, int64_t id, struct run_row *row, struct error *err)
{
    bool found;
    struct statement s = statement_open(store, SQL_RUN_GET);
    bind_integer(&s, id);
    int code = record_get(&s, &record, row, &found, err);
    return code || found ? code : statement_missing("run", id, err);
}

int run_find(struct store *store, const char *hash, bool *found, struct run_row *row,
             struct error *err)
{
    struct statement s = statement_open(store, SQL_RUN_FIND);
    bind_text(&s, hash);
    return record_get(&s, &record, row, found, err);
}

/* "4 to 64 hexadecimal digits, one of them a letter" in lower case; false for anything else. */
static bool read_prefix(const char *text, char prefix[HASH_TEXT])
{
    size_t length = strlen(text);
    bool letter = false;
    if (length < 4 || length >= HASH_TEXT)
        return false;
    for (size_t i = 0; i <= length; i++) {
        char c = text[i] >= 'A' && text[i] <= 'F' ? (char)(text[i] - 'A' + 'a') : text[i];
        if (i < length && !strchr("0123456789abcdef", c))
            return false;
        letter = letter || c >= 'a';
        prefix[i] = c;
    }
    return letter;
}

int hash_find(struct store *store, const char *prefix, char *kind, int64_t *id, struct error *err)
{
    char digits[HASH_TEXT];
    int hits = 0;
    *id = 0;
    if (read_prefix(prefix, digits)) {
        struct statement s = statement_open(store, SQL_HASH_FIND);
        bind_text(&s, digits);
        for (; statement_next(&s); hits++) {
            char *name = column_text(&s);
            *kind = name[0];
            *id = column_integer(&s);
            free(name);
        }
        int code = statement_close(&s, err);
        if (code)
            return code;
    }
    if (hits > 1)
        return error_set(err, ERROR_DATA, "%s: several hashes start so", prefix);
    if (hits == 0)
        return error_set(err, ERROR_DATA, "%s: no such run or pruning", prefix);
    return 0;
}

static int list(struct statement *s, struct run_row **rows, int *count, struct error *err)
{
    void *all;
    int code = record_list(s, &record, &all, count, err);
    *rows = all;
    return code;
}

int run_list(struct store *store, struct run_row **rows, int *count, struct error *err)
{
    struct statement s = statement_open(store, SQL_RUN_LIST);
    return list(&s, rows, count, err);
}

int run_stamp(struct store *store, int64_t id, char **stamp, struct error *err)
{
    struct statement s = statement_open(store, SQL_RUN_STAMP);

    *stamp = NULL;
    bind_integer(&s, id);
    if (statement_next(&s))
        *stamp = column_text(&s);
    return statement_close(&s, err);
}

int run_list_children(struct store *store, int64_t parent, struct run_row **rows, int *count,
                      struct error *err)
{
    struct statement s = statement_open(store, SQL_RUN_LIST_CHILDREN);
    bind_integer(&s, parent);
    return list(&s, rows, count, err);
}

int run_set_status(struct store *store, int64_t id, enum run_status status, const char *message,
                   struct error *err)
{
    struct statement s = statement_open(store, SQL_RUN_SET_STATUS);
    bind_text(&s, run_status_name(status));
    bind_text(&s, message);
    bind_integer(&s, id);
    return statement_change(&s, "run", id, err);
}

int run_set_result(struct store *store, int64_t id, double test_accuracy, double test_loss,
                   const char *weights_sha256, struct error *err)
{
    struct statement s = statement_open(store, SQL_RUN_SET_RESULT);
    bind_real(&s, test_accuracy);
    bind_real(&s, test_loss);
    bind_text(&s, weights_sha256 && *weights_sha256 ? weights_sha256 : NULL);
    bind_integer(&s, clock_milliseconds());
    bind_integer(&s, id);
    return statement_change(&s, "run", id, err);
}

int run_set_data(struct store *store, int64_t id, const char *config, const char *data,
                 const char *spec, const char *checksum, struct error *err)
{
    struct statement s = statement_open(store, SQL_RUN_SET_DATA);
    bind_text(&s, config);
    bind_text(&s, data);
    bind_text(&s, spec);
    bind_text(&s, checksum);
    bind_integer(&s, id);
    return statement_change(&s, "run", id, err);
}

static int set_text(struct store *store, enum sql sql, int64_t id, const char *text,
                    struct error *err)
{
    struct statement s = statement_open(store, sql);
    bind_text(&s, text);
    bind_integer(&s, id);
    return statement_change(&s, "run", id, err);
}

int run_set_note(struct store *store, int64_t id, const char *note, struct error *err)
{
    return set_text(store, SQL_RUN_SET_NOTE, id, note, err);
}

int run_set_name(struct store *store, int64_t id, const char *name, struct error *err)
{
    return set_text(store, SQL_RUN_SET_NAME, id, name, err);
}

int run_add_tag(struct store *store, int64_t id, const char *tag, struct error *err)
{
    struct statement s = statement_open(store, SQL_TAG_INSERT);
    bind_integer(&s, id);
    bind_text(&s, tag);
    return statement_change(&s, "run", id, err);
}

int run_set_tags(struct store *store, int64_t id, const char *tags, struct error *err)
{
    char *copy = memory_copy_text(tags), *rest = copy, *tag;
    struct statement s = statement_open(store, SQL_TAG_CLEAR);
    bind_integer(&s, id);
    int code = statement_run(&s, err);
    while (!code && (tag = strsep(&rest, ",")) != NULL) {
        tag += strspn(tag, " ");
        size_t length = strlen(tag);
        while (length > 0 && tag[length - 1] == ' ')
            tag[--length] = '\0';
        if (length > 0)
            code = run_add_tag(store, id, tag, err);
    }
    free(copy);
    return code;
}

/* The texts of a statement's first column; the caller frees each and the array. */
static int list_texts(struct statement *s, char ***texts, int *count, struct error *err)
{
    char **all = NULL;
    int n = 0;
    while (statement_next(s)) {
        all = memory_grow(all, (size_t)n + 1, sizeof *all);
        all[n++] = column_text(s);
    }
    int code = statement_close(s, err);
    for (int i = 0; code && i < n; i++)
        free(all[i]);
    if (code)
        free(all);
    *texts = code ? NULL : all;
    *count = code ? 0 : n;
    return code;
}

int run_tags(struct store *store, int64_t id, char ***tags, int *count, struct error *err)
{
    struct statement s = statement_open(store, SQL_TAG_LIST);
    bind_integer(&s, id);
    return list_texts(&s, tags, count, err);
}

int run_files(struct store *store, int64_t id, char ***files, int *count, struct error *err)
{
    struct statement s = statement_open(store, SQL_RUN_FILES);
    bind_integer(&s, id);
    return list_texts(&s, files, count, err);
}

int run_remove(struct store *store, int64_t id, struct error *err)
{
    struct statement s = statement_open(store, SQL_RUN_REMOVE);
    bind_integer(&s, id);
    int code = statement_change(&s, "run", id, err);
    return code ? code : checkpoint_pin(store, 0, err);
}

int run_layers(struct store *store, int64_t id, char ***names, int **channels, int *count,
               struct error *err)
{
    int n = 0;
    *names = NULL;
    *channels = NULL;
    struct statement s = statement_open(store, SQL_LAYER_LIST);
    bind_integer(&s, id);
    while (statement_next(&s)) {
        *names = memory_grow(*names, (size_t)n + 1, sizeof **names);
        *channels = memory_grow(*channels, (size_t)n + 1, sizeof **channels);
        (*names)[n] = column_text(&s);
        (*channels)[n++] = column_int(&s);
    }
    *count = n;
    return statement_close(&s, err);
}

int stretch_insert(struct store *store, int64_t run, int epoch, int batch, const char *isa,
                   const char *blas_core, int threads, int64_t *rowid, struct error *err)
{
    char host[256] = "";
    gethostname(host, sizeof host - 1);
    struct statement s = statement_open(store, SQL_STRETCH_INSERT);
    bind_integer(&s, run);
    bind_integer(&s, clock_milliseconds());
    bind_integer(&s, epoch);
    bind_integer(&s, batch);
    bind_text(&s, host);
    bind_text(&s, isa);
    bind_text(&s, blas_core);
    bind_integer(&s, threads);
    bind_text(&s, PACKAGE_VERSION);
    int code = statement_run(&s, err);
    *rowid = code ? 0 : sqlite3_last_insert_rowid(store->db);
    return code;
}

int stretch_end(struct store *store, int64_t rowid, struct error *err)
{
    struct statement s = statement_open(store, SQL_STRETCH_END);
    bind_integer(&s, clock_milliseconds());
    bind_integer(&s, rowid);
    return statement_change(&s, "stretch", rowid, err);
}
