#include "job/control.h"

#include <stdlib.h>

#include "job/claim.h"

static const char *verb(enum job_request request)
{
    return request == JOB_PAUSE ? "pause" : "cancel";
}

/* Inside a transaction. A job that nobody works on changes at once. */
static int ask(struct store *store, const struct job_row *job, enum job_request request,
               struct error *err)
{
    if (job->state == JOB_RUNNING && claim_alive(store, job))
        return job_set_request(store, job->id, request, err);
    bool pause = request == JOB_PAUSE;
    int code = job_set_state(store, job->id, pause ? JOB_PAUSED : JOB_CANCELLED, err);
    return code ? code
                : run_set_status(store, job->run, pause ? RUN_PAUSED : RUN_INTERRUPTED,
                                 pause ? NULL : "cancelled", err);
}

static int request(struct store *store, int64_t run, enum job_request what, struct error *err)
{
    struct job_row job = {0};
    bool found = false;
    int code = store_begin(store, err);
    if (!code)
        code = job_find_run(store, run, &found, &job, err);
    bool open = found && (job.state == JOB_QUEUED || job.state == JOB_RUNNING ||
                          (job.state == JOB_PAUSED && what == JOB_CANCEL));
    if (!code && !open)
        code = error_set(err, ERROR_USAGE, "run %lld: nothing to %s: its job is %s", (long long)run,
                         verb(what), found ? job_state_name(job.state) : "not there");
    if (!code)
        code = ask(store, &job, what, err);
    code = store_end(store, code, err);
    job_row_done(&job);
    return code;
}

int control_pause(struct store *store, int64_t run, struct error *err)
{
    return request(store, run, JOB_PAUSE, err);
}

int control_cancel(struct store *store, int64_t run, struct error *err)
{
    return request(store, run, JOB_CANCEL, err);
}

/* Inside a transaction. */
static int requeue(struct store *store, int64_t run, struct error *err)
{
    struct run_row row = {0};
    struct job_row job = {0};
    bool found = false;
    int64_t id;
    int code = run_get(store, run, &row, err);
    if (!code && (row.status == RUN_FINISHED || row.status == RUN_DIVERGED))
        code = error_set(err, ERROR_USAGE, "run %lld: is %s", (long long)run,
                         run_status_name(row.status));
    if (!code)
        code = job_find_run(store, run, &found, &job, err);
    if (!code && found && job.state == JOB_RUNNING && claim_alive(store, &job))
        code = error_set(err, ERROR_USAGE, "run %lld: is running", (long long)run);
    if (!code && found && job.state != JOB_DONE)
        code = job_set_state(store, job.id, JOB_QUEUED, err);
    else if (!code)
        code = job_insert(store, run, 0, &id, err);
    if (!code)
        code = run_set_status(store, run, RUN_QUEUED, NULL, err);
    job_row_done(&job);
    run_row_done(&row);
    return code;
}

int control_resume(struct store *store, int64_t run, struct error *err)
{
    int code = store_begin(store, err);
    if (!code)
        code = requeue(store, run, err);
    return store_end(store, code, err);
}

/* --- the order of the queue ------------------------------------------------------------------ */

static int compare_queued(const void *a, const void *b)
{
    const struct job_row *x = a, *y = b;
    if (x->priority != y->priority)
        return x->priority > y->priority ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

/* The jobs that wait, in the order in which they go; job_rows_free frees. */
static int list_queued(struct store *store, struct job_row **jobs, int *count, struct error *err)
{
    struct job_row *all;
    int total, queued = 0;
    int code = job_list(store, &all, &total, err);
    if (code)
        return code;
    for (int i = 0; i < total; i++)
        if (all[i].state == JOB_QUEUED) {
            struct job_row job = all[i];
            all[i] = all[queued];
            all[queued++] = job;
        }
    for (int i = queued; i < total; i++)
        job_row_done(&all[i]);
    qsort(all, (size_t)queued, sizeof *all, compare_queued);
    *jobs = all;
    *count = queued;
    return 0;
}

/* Gives the jobs the order of the list: from the end on each must go before the one behind it. */
static int set_order(struct store *store, struct job_row *jobs, int count, struct error *err)
{
    int code = 0;
    for (int i = count - 2; i >= 0 && !code; i--) {
        const struct job_row *behind = &jobs[i + 1];
        int least = behind->priority + (jobs[i].id > behind->id);
        if (jobs[i].priority >= least)
            continue;
        jobs[i].priority = least;
        code = job_set_priority(store, jobs[i].id, least, err);
    }
    return code;
}

/* Inside a transaction. */
static int move(struct store *store, int64_t run, int by, struct error *err)
{
    struct job_row *jobs;
    int count, at = 0;
    int code = list_queued(store, &jobs, &count, err);
    if (code)
        return code;
    while (at < count && jobs[at].run != run)
        at++;
    int to = at + by < 0 ? 0 : at + by >= count ? count - 1 : at + by;
    if (at == count)
        code = error_set(err, ERROR_USAGE, "run %lld: does not wait in the queue", (long long)run);
    else {
        struct job_row job = jobs[at];
        int step = to < at ? -1 : 1;
        for (int i = at; i != to; i += step)
            jobs[i] = jobs[i + step];
        jobs[to] = job;
        code = set_order(store, jobs, count, err);
    }
    job_rows_free(jobs, count);
    return code;
}

int control_move(struct store *store, int64_t run, int by, struct error *err)
{
    int code = store_begin(store, err);
    if (!code)
        code = move(store, run, by, err);
    return store_end(store, code, err);
}
