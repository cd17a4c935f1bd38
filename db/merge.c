/*
 * Method. Run by run, in the order of their numbers, so that what a retraining starts from is there
 * before it. The source is read in one read transaction a run, which is a moment's picture even
 * while it is written to; a weights' file that has gone since then means that its row has gone too,
 * and the run is read again. Rows go over as they are, value by value, with the run's new number in
 * the first column. Files get names with the beginning of their hash: one that was there before is
 * never written over with anything else.
 */
#include "db/merge.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "db/backup.h"
#include "db/store_private.h"

enum { ATTEMPTS = 20 };

struct merge {
    struct store *to, *from;
    struct merge_count count;
    struct run_row there; /* in the source */
    struct run_row here;  /* the same run as it is here, if it is */
    int64_t run;          /* its number here */
    bool found, takes;    /* it is here; the source's state is taken */
    char **gone, **come;  /* files to be unlinked after the commit, and after a rollback */
    int gones, comes;
    bool stale; /* a file has gone in the meantime */
};

/* --- rows ------------------------------------------------------------------------------------- */

/* Copies the rows that `select` gives for the source's run; the run stands in the first column. */
static int copy_rows(struct merge *m, enum sql select, enum sql insert, struct error *err)
{
    struct statement rows = statement_open(m->from, select);
    int code = 0;
    bind_integer(&rows, m->there.id);
    while (!code && statement_next(&rows)) {
        struct statement row = statement_open(m->to, insert);
        bind_integer(&row, m->run);
        for (int i = 1; i < sqlite3_column_count(rows.handle) && !row.status; i++)
            row.status =
                sqlite3_bind_value(row.handle, i + 1, sqlite3_column_value(rows.handle, i));
        code = statement_run(&row, err);
    }
    int closed = statement_close(&rows, code ? NULL : err);
    return code ? code : closed;
}

static void note(char ***list, int *count, char *path)
{
    *list = memory_grow(*list, (size_t)*count + 1, sizeof **list);
    (*list)[(*count)++] = path;
}

static int remove_run(struct merge *m, enum sql sql, struct error *err)
{
    struct statement s = statement_open(m->to, sql);
    bind_integer(&s, m->run);
    return statement_run(&s, err);
}

/* What the run has here gives way; a process that still works on it loses its claim. */
static int clear(struct merge *m, struct error *err)
{
    static const enum sql removals[] = {SQL_MERGE_CLEAR_EPOCHS, SQL_MERGE_CLEAR_CHECKPOINTS,
                                        SQL_MERGE_CLEAR_STRETCHES, SQL_MERGE_CLEAR_VERDICTS,
                                        SQL_MERGE_CLEAR_JOBS};
    struct checkpoint_row *rows;
    int count;
    int code = checkpoint_list(m->to, m->run, &rows, &count, err);
    if (code)
        return code;
    for (int i = 0; i < count; i++)
        note(&m->gone, &m->gones, memory_print("%s/%s", store_folder(m->to), rows[i].file));
    checkpoint_rows_free(rows, count);
    for (size_t i = 0; i < sizeof removals / sizeof *removals && !code; i++)
        code = remove_run(m, removals[i], err);
    return code;
}

/* --- weights ---------------------------------------------------------------------------------- */

static int copy_file(struct merge *m, const struct checkpoint_row *row, const char *to,
                     struct error *err)
{
    char *from = memory_print("%s/%s", m->from->folder, row->file);
    int code = backup_copy_file(from, to, row->sha256, &m->stale, err);
    free(from);
    return code;
}

static int copy_checkpoint(struct merge *m, struct checkpoint_row *row, struct error *err)
{
    char *path;
    int code = file_make_folder(store_folder(m->to), err);
    if (code)
        return code;
    char *name = memory_print("run-%lld-epoch-%d-batch-%d-%.8s%s.safetensors", (long long)m->run,
                              row->epoch, row->batch, row->sha256, row->state ? ".state" : "");
    path = memory_print("%s/%s", store_folder(m->to), name);
    bool is_new = !file_exists(path);
    code = copy_file(m, row, path, err);
    free(row->file);
    row->file = name;
    row->run = m->run;
    row->id = 0;
    if (!code)
        code = checkpoint_insert(m->to, row, err);
    if (is_new)
        note(&m->come, &m->comes, path);
    else
        free(path);
    return code;
}

static int copy_checkpoints(struct merge *m, struct error *err)
{
    struct checkpoint_row *rows;
    int count;
    int code = checkpoint_list(m->from, m->there.id, &rows, &count, err);
    for (int i = 0; i < count && !code; i++)
        code = copy_checkpoint(m, &rows[i], err);
    checkpoint_rows_free(rows, count);
    return code;
}

/* --- the run ---------------------------------------------------------------------------------- */

static bool is_final(const struct run_row *row)
{
    return row->status == RUN_FINISHED || row->status == RUN_DIVERGED;
}

static bool is_better(const struct run_row *there, const struct run_row *here)
{
    if (is_final(there) || is_final(here))
        return is_final(there) && !is_final(here);
    return here->status != RUN_RUNNING && there->epoch > here->epoch;
}

/* The study of the source's run, by its name. */
static int find_study(struct merge *m, int64_t *study, struct error *err)
{
    *study = 0;
    if (!m->there.study)
        return 0;
    struct statement s = statement_open(m->from, SQL_MERGE_STUDY_GET);
    bind_integer(&s, m->there.study);
    struct statement t = statement_open(m->to, SQL_MERGE_STUDY_MAKE);
    if (statement_next(&s))
        for (int i = 0; i < 3; i++)
            sqlite3_bind_value(t.handle, i + 1, sqlite3_column_value(s.handle, i));
    if (statement_next(&t))
        *study = column_integer(&t);
    int code = statement_close(&s, err), other = statement_close(&t, code ? NULL : err);
    return code ? code : other;
}

/* What it retrains has another number here. */
static int find_pruning(struct merge *m, int64_t *id, struct error *err)
{
    struct pruning_row there = {0}, here = {0};
    bool found = false;
    *id = 0;
    if (!m->there.pruning)
        return 0;
    int code = pruning_get(m->from, m->there.pruning, &there, err);
    if (!code)
        code = pruning_find(m->to, there.hash, &found, &here, err);
    if (!code && !found)
        code = error_set(err, ERROR_DATA, "run %lld: the pruning that it retrains is not there",
                         (long long)m->there.id);
    *id = here.id;
    pruning_row_done(&there);
    pruning_row_done(&here);
    return code;
}

static int insert_run(struct merge *m, struct error *err)
{
    struct run_row row = m->there; /* its texts stay the source's */
    int code = find_study(m, &row.study, err);
    if (!code)
        code = find_pruning(m, &row.pruning, err);
    if (!code)
        code = run_insert(m->to, &row, NULL, NULL, 0, err);
    m->run = row.id;
    return code ? code : copy_rows(m, SQL_MERGE_LAYERS, SQL_LAYER_INSERT, err);
}

/* Nobody works on it here: what was under way, or waited for its turn, is interrupted. */
static int set_state(struct merge *m, struct error *err)
{
    const struct run_row *there = &m->there;
    bool open =
        there->status == RUN_QUEUED || there->status == RUN_RUNNING || there->status == RUN_PAUSED;
    struct statement s = statement_open(m->to, SQL_MERGE_SET_STATE);
    bind_text(&s, run_status_name(open ? RUN_INTERRUPTED : there->status));
    bind_text(&s, there->message);
    bind_real(&s, there->test_accuracy);
    bind_real(&s, there->test_loss);
    bind_text(&s, *there->weights_sha256 ? there->weights_sha256 : NULL);
    bind_optional(&s, there->finished);
    bind_integer(&s, m->run);
    return statement_change(&s, "run", m->run, err);
}

static int take_run(struct merge *m, struct error *err)
{
    int code = m->found ? clear(m, err) : insert_run(m, err);
    if (!code)
        code = set_state(m, err);
    if (!code)
        code = copy_rows(m, SQL_EPOCH_LIST, SQL_EPOCH_INSERT, err);
    if (!code)
        code = copy_rows(m, SQL_MERGE_GAMMA, SQL_GAMMA_INSERT, err);
    if (!code)
        code = copy_rows(m, SQL_MERGE_HISTOGRAMS, SQL_HISTOGRAM_INSERT, err);
    if (!code)
        code = copy_rows(m, SQL_MERGE_STRETCHES, SQL_MERGE_STRETCH_INSERT, err);
    return code ? code : copy_checkpoints(m, err);
}

static int add_prunings(struct merge *m, int *added, struct error *err)
{
    struct pruning_row *rows;
    int count;
    int code = pruning_list(m->from, m->there.id, &rows, &count, err);
    if (code)
        return code;
    for (int i = 0; i < count && !code; i++) {
        struct pruning_row here = {0};
        bool found = false;
        code = pruning_find(m->to, rows[i].hash, &found, &here, err);
        pruning_row_done(&here);
        rows[i].run = m->run;
        if (!code && !found)
            code = pruning_insert(m->to, &rows[i], err);
        *added += !code && !found;
    }
    pruning_rows_free(rows, count);
    return code;
}

/* One picture of the source's run, one transaction here. */
static int merge_inside(struct merge *m, int64_t run, int *prunings, struct error *err)
{
    int code = run_get(m->from, run, &m->there, err);
    if (!code)
        code = run_find(m->to, m->there.hash, &m->found, &m->here, err);
    if (code)
        return code;
    m->run = m->here.id;
    m->takes = !m->found || is_better(&m->there, &m->here);
    if (m->takes)
        code = take_run(m, err);
    if (!code)
        code = copy_rows(m, SQL_MERGE_TAGS, SQL_TAG_INSERT, err);
    if (!code)
        code = add_prunings(m, prunings, err);
    if (!code)
        code = copy_rows(m, SQL_MERGE_EVALUATIONS, SQL_MERGE_EVALUATION_INSERT, err);
    return code ? code : copy_rows(m, SQL_MERGE_VERDICTS, SQL_MERGE_VERDICT_INSERT, err);
}

static void unlink_all(char **list, int count, bool really)
{
    for (int i = 0; i < count; i++) {
        if (really)
            unlink(list[i]);
        free(list[i]);
    }
    free(list);
}

/* Files that went and came again under the same name stay. */
static void keep_what_came(struct merge *m)
{
    struct checkpoint_row *rows;
    int count;
    if (checkpoint_list(m->to, m->run, &rows, &count, NULL)) {
        m->gones = 0; /* rather too many files than one too few */
        return;
    }
    for (int g = 0; g < m->gones; g++)
        for (int i = 0; i < count; i++) {
            char *path = memory_print("%s/%s", m->to->folder, rows[i].file);
            if (m->gone[g] && text_equal(path, m->gone[g])) {
                free(m->gone[g]);
                m->gone[g] = m->gone[--m->gones];
                g--;
                free(path);
                break;
            }
            free(path);
        }
    checkpoint_rows_free(rows, count);
}

static int merge_once(struct merge *m, int64_t run, struct error *err)
{
    int prunings = 0;
    bool reads = sqlite3_exec(m->from->db, "BEGIN", NULL, NULL, NULL) == SQLITE_OK;
    int code = reads ? store_begin(m->to, err) : store_fail(m->from, err);
    if (!code)
        code = merge_inside(m, run, &prunings, err);
    code = store_end(m->to, code, err);
    if (!code)
        keep_what_came(m);
    if (reads)
        sqlite3_exec(m->from->db, "COMMIT", NULL, NULL, NULL);
    if (!code) {
        m->count.added += !m->found;
        m->count.updated += m->found && m->takes;
        m->count.skipped += m->found && !m->takes;
        m->count.prunings += prunings;
    }
    unlink_all(m->gone, m->gones, code == 0);
    unlink_all(m->come, m->comes, code != 0);
    run_row_done(&m->there);
    run_row_done(&m->here);
    return code;
}

int store_merge_run(struct store *to, struct store *from, int64_t run, struct merge_count *count,
                    struct error *err)
{
    int code = 0;
    for (int i = 0; i < ATTEMPTS; i++) {
        struct merge m = {.to = to, .from = from, .count = *count};
        code = merge_once(&m, run, err);
        *count = m.count;
        if (!code || !m.stale)
            break;
        usleep(50000);
    }
    return code;
}

static bool same_store(const struct store *a, const struct store *b)
{
    struct stat one, two;
    return stat(a->path, &one) == 0 && stat(b->path, &two) == 0 && one.st_dev == two.st_dev &&
           one.st_ino == two.st_ino;
}

int store_merge(struct store *to, struct store *from, struct merge_count *count, struct error *err)
{
    struct run_row *rows;
    int runs;
    if (same_store(to, from))
        return error_set(err, ERROR_USAGE, "%s: is the store itself", from->path);
    int code = run_list(from, &rows, &runs, err);
    if (code)
        return code;
    for (int i = 0; i < runs && !code; i++)
        code = store_merge_run(to, from, rows[i].id, count, err);
    run_rows_free(rows, runs);
    return code;
}
