#include "job/control.h"

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
    if (!code)
        code = store_commit(store, err);
    if (code)
        store_rollback(store);
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
    if (!code)
        code = store_commit(store, err);
    if (code)
        store_rollback(store);
    return code;
}
