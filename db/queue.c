#include <sqlite3.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/text.h"
#include "db/columns.h"
#include "db/record.h"
#include "db/store_private.h"

#define ROW(member, kind) FIELD(job_row, member, kind),
static const struct field fields[] = {ROW(id, INTEGER) JOB_COLUMNS(ROW) PROGRESS_COLUMNS(ROW)};
#undef ROW
static const struct record record = {
    .field = fields,
    .fields = sizeof fields / sizeof *fields,
    .size = sizeof(struct job_row),
};

const char *job_state_name(enum job_state state)
{
    return field_name(FIELD_JOB_STATE, (int)state);
}

void job_row_done(struct job_row *row)
{
    record_done(&record, row);
}

void job_rows_free(struct job_row *rows, int count)
{
    record_free(&record, rows, count);
}

int job_insert(struct store *store, int64_t run, int priority, int64_t *id, struct error *err)
{
    struct statement s = statement_open(store, SQL_JOB_INSERT);
    bind_integer(&s, run);
    bind_integer(&s, priority);
    bind_integer(&s, clock_milliseconds());
    int code = statement_run(&s, err);
    *id = code ? 0 : sqlite3_last_insert_rowid(store->db);
    return code;
}

int job_get(struct store *store, int64_t id, struct job_row *row, struct error *err)
{
    bool found;
    struct statement s = statement_open(store, SQL_JOB_GET);
    bind_integer(&s, id);
    int code = record_get(&s, &record, row, &found, err);
    return code || found ? code : statement_missing("job", id, err);
}

int job_find_run(struct store *store, int64_t run, bool *found, struct job_row *row,
                 struct error *err)
{
    struct statement s = statement_open(store, SQL_JOB_FIND_RUN);
    bind_integer(&s, run);
    return record_get(&s, &record, row, found, err);
}

int job_list(struct store *store, struct job_row **rows, int *count, struct error *err)
{
    void *all;
    struct statement s = statement_open(store, SQL_JOB_LIST);
    int code = record_list(&s, &record, &all, count, err);
    *rows = all;
    return code;
}

int job_next(struct store *store, int64_t *id, struct error *err)
{
    struct statement s = statement_open(store, SQL_JOB_NEXT);
    *id = statement_next(&s) ? column_integer(&s) : 0;
    return statement_close(&s, err);
}

/* --- what a worker writes -------------------------------------------------------------------- */

static int lost_claim(int64_t id, struct error *err)
{
    return error_set(err, ERROR_BUSY, "job %lld: lost its claim: another process has taken it over",
                     (long long)id);
}

int job_take(struct store *store, int64_t id, const char *host, int64_t pid, int64_t *claim,
             struct error *err)
{
    struct statement s = statement_open(store, SQL_JOB_TAKE);
    bind_text(&s, host);
    bind_integer(&s, pid);
    bind_integer(&s, clock_milliseconds());
    bind_integer(&s, id);
    bool taken = statement_next(&s);
    *claim = taken ? column_integer(&s) : 0;
    int code = statement_close(&s, err);
    if (code || taken)
        return code;
    struct job_row row;
    code = job_get(store, id, &row, err);
    if (code)
        return code;
    job_row_done(&row);
    return error_set(err, ERROR_BUSY, "job %lld: is done", (long long)id);
}

int job_check_claim(struct store *store, int64_t id, int64_t claim, struct error *err)
{
    struct statement s = statement_open(store, SQL_JOB_CHECK_CLAIM);
    bind_integer(&s, id);
    bind_integer(&s, claim);
    bool mine = statement_next(&s);
    int code = statement_close(&s, err);
    return code || mine ? code : lost_claim(id, err);
}

int job_end(struct store *store, int64_t id, int64_t claim, enum job_state state,
            const char *message, struct error *err)
{
    struct statement s = statement_open(store, SQL_JOB_END);
    bind_text(&s, job_state_name(state));
    bind_text(&s, message);
    bind_integer(&s, clock_milliseconds());
    bind_integer(&s, id);
    bind_integer(&s, claim);
    int code = statement_run(&s, err);
    return code || sqlite3_changes(store->db) == 1 ? code : lost_claim(id, err);
}

int job_beat(struct store *store, int64_t id, int64_t claim, enum job_request *request,
             struct error *err)
{
    struct statement s = statement_open(store, SQL_JOB_BEAT);
    bind_integer(&s, clock_milliseconds());
    bind_integer(&s, id);
    bind_integer(&s, claim);
    bool mine = statement_next(&s);
    char *name = mine ? column_text(&s) : NULL;
    *request = (enum job_request)field_value(FIELD_JOB_REQUEST, name);
    free(name);
    int code = statement_close(&s, err);
    return code || mine ? code : lost_claim(id, err);
}

int job_set_progress(struct store *store, int64_t id, int epoch, int batch, int batches,
                     double loss, double images_per_second, double eta, struct error *err)
{
    struct statement s = statement_open(store, SQL_PROGRESS_SET);
    bind_integer(&s, id);
    bind_integer(&s, epoch);
    bind_integer(&s, batch);
    bind_integer(&s, batches);
    bind_real(&s, loss);
    bind_real(&s, images_per_second);
    bind_real(&s, eta);
    bind_integer(&s, clock_milliseconds());
    return statement_run(&s, err);
}

/* --- what others ask ------------------------------------------------------------------------- */

int job_set_request(struct store *store, int64_t id, enum job_request request, struct error *err)
{
    struct statement s = statement_open(store, SQL_JOB_SET_REQUEST);
    bind_text(&s, field_name(FIELD_JOB_REQUEST, (int)request));
    bind_integer(&s, id);
    return statement_change(&s, "job", id, err);
}

int job_set_state(struct store *store, int64_t id, enum job_state state, struct error *err)
{
    struct statement s = statement_open(store, SQL_JOB_SET_STATE);
    bind_text(&s, job_state_name(state));
    bind_integer(&s, id);
    return statement_change(&s, "job", id, err);
}

int job_set_priority(struct store *store, int64_t id, int priority, struct error *err)
{
    struct statement s = statement_open(store, SQL_JOB_SET_PRIORITY);
    bind_integer(&s, priority);
    bind_integer(&s, id);
    return statement_change(&s, "job", id, err);
}
