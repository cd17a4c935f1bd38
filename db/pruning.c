#include <sqlite3.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "db/columns.h"
#include "db/record.h"
#include "db/store_private.h"

#define ROW(member, kind) FIELD(pruning_row, member, kind),
static const struct field fields[] = {ROW(id, OPTIONAL) PRUNING_COLUMNS(ROW)};
#undef ROW
static const struct record record = {
    .field = fields,
    .fields = sizeof fields / sizeof *fields,
    .stored = sizeof fields / sizeof *fields,
    .size = sizeof(struct pruning_row),
};

#define ROW(member, kind) FIELD(evaluation_row, member, kind),
static const struct field evaluation_fields[] = {ROW(hash, CHARS) EVALUATION_COLUMNS(ROW)};
#undef ROW
static const struct record evaluation_record = {
    .field = evaluation_fields,
    .fields = sizeof evaluation_fields / sizeof *evaluation_fields,
    .stored = sizeof evaluation_fields / sizeof *evaluation_fields,
    .size = sizeof(struct evaluation_row),
};

void pruning_row_done(struct pruning_row *row)
{
    for (int i = 0; i < row->layers; i++) {
        free(row->layer[i].name);
        free(row->layer[i].mask);
    }
    free(row->layer);
    row->layer = NULL;
    row->layers = 0;
    record_done(&record, row);
}

void pruning_rows_free(struct pruning_row *rows, int count)
{
    for (int i = 0; i < count; i++)
        pruning_row_done(&rows[i]);
    free(rows);
}

int pruning_insert(struct store *store, struct pruning_row *row, struct error *err)
{
    row->id = 0;
    if (!row->created)
        row->created = clock_milliseconds();
    struct statement s = statement_open(store, SQL_PRUNING_INSERT);
    record_bind(&s, &record, row);
    int code = statement_run(&s, err);
    if (!code)
        row->id = sqlite3_last_insert_rowid(store->db);
    for (int i = 0; !code && i < row->layers; i++) {
        const struct pruning_layer_row *layer = &row->layer[i];
        s = statement_open(store, SQL_PRUNING_LAYER_INSERT);
        bind_integer(&s, row->id);
        bind_integer(&s, i);
        bind_text(&s, layer->name);
        bind_integer(&s, layer->channels);
        bind_integer(&s, layer->kept);
        bind_integer(&s, layer->held);
        bind_bytes(&s, layer->mask, (size_t)layer->channels);
        code = statement_run(&s, err);
    }
    return code;
}

int pruning_set_accuracy(struct store *store, const struct pruning_row *row, struct error *err)
{
    struct statement s = statement_open(store, SQL_PRUNING_SET_ACCURACY);
    bind_real(&s, row->val_accuracy_before);
    bind_real(&s, row->val_accuracy);
    bind_real(&s, row->test_accuracy_before);
    bind_real(&s, row->test_accuracy);
    bind_real(&s, row->masked_val_accuracy);
    bind_real(&s, row->max_logit_difference);
    bind_integer(&s, row->changed_predictions);
    bind_integer(&s, row->id);
    return statement_change(&s, "pruning", row->id, err);
}

static int read_layers(struct store *store, struct pruning_row *row, struct error *err)
{
    struct statement s = statement_open(store, SQL_PRUNING_LAYER_LIST);
    bind_integer(&s, row->id);
    while (statement_next(&s)) {
        row->layer = memory_grow(row->layer, (size_t)row->layers + 1, sizeof *row->layer);
        struct pruning_layer_row *layer = &row->layer[row->layers++];
        layer->name = column_text(&s);
        layer->channels = column_int(&s);
        layer->kept = column_int(&s);
        layer->held = column_int(&s);
        layer->mask = column_bytes(&s, (size_t)layer->channels);
    }
    return statement_close(&s, err);
}

/* The only row of a statement, with its layers. */
static int get(struct statement *s, struct pruning_row *row, bool *found, struct error *err)
{
    struct store *store = s->store;
    int code = record_get(s, &record, row, found, err);
    if (!code && *found)
        code = read_layers(store, row, err);
    if (code && *found)
        pruning_row_done(row);
    return code;
}

int pruning_get(struct store *store, int64_t id, struct pruning_row *row, struct error *err)
{
    bool found;
    struct statement s = statement_open(store, SQL_PRUNING_GET);
    bind_integer(&s, id);
    int code = get(&s, row, &found, err);
    return code || found ? code : statement_missing("pruning", id, err);
}

int pruning_find(struct store *store, const char *hash, bool *found, struct pruning_row *row,
                 struct error *err)
{
    struct statement s = statement_open(store, SQL_PRUNING_FIND);
    bind_text(&s, hash);
    return get(&s, row, found, err);
}

int pruning_list(struct store *store, int64_t run, struct pruning_row **rows, int *count,
                 struct error *err)
{
    void *all;
    struct statement s = statement_open(store, SQL_PRUNING_LIST);
    bind_integer(&s, run);
    int code = record_list(&s, &record, &all, count, err);
    *rows = all;
    for (int i = 0; !code && i < *count; i++)
        code = read_layers(store, &(*rows)[i], err);
    if (code) {
        pruning_rows_free(*rows, *count);
        *rows = NULL;
        *count = 0;
    }
    return code;
}

int evaluation_insert(struct store *store, const struct evaluation_row *row, struct error *err)
{
    struct statement s = statement_open(store, SQL_EVALUATION_INSERT);
    record_bind(&s, &evaluation_record, row);
    bind_integer(&s, clock_milliseconds());
    return statement_run(&s, err);
}

int evaluation_list(struct store *store, int64_t run, int epoch, struct evaluation_row **rows,
                    int *count, struct error *err)
{
    void *all;
    struct statement s = statement_open(store, SQL_EVALUATION_LIST);
    bind_integer(&s, run);
    bind_integer(&s, epoch);
    int code = record_list(&s, &evaluation_record, &all, count, err);
    *rows = all;
    return code;
}
