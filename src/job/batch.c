#include "job/batch.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/stop.h"
#include "base/text.h"
#include "data/split.h"
#include "job/claim.h"
#include "job/control.h"
#include "job/identity.h"

/* --- the tasks -------------------------------------------------------------------------------- */

/* The data set of a run of the plan; each is opened once. */
static int open_set(struct batch *b, const struct plan_run *run, const struct data_set **set,
                    struct error *err)
{
    for (int i = 0; i < b->sets; i++)
        if (text_equal(b->spec[i], run->config.data)) {
            *set = b->set[i];
            return 0;
        }
    struct data_set *opened;
    const double start = clock_seconds();
    int code = data_open(run->config.data, NULL, &opened, err);
    if (code) {
        error_prefix(err, "%s:%d", b->plan->path, run->line[CONFIG_FIELD_data]);
        return code;
    }
    b->set = memory_grow(b->set, (size_t)b->sets + 1, sizeof(struct data_set *));
    b->spec = memory_grow(b->spec, (size_t)b->sets + 1, sizeof(char *));
    b->spec[b->sets] = memory_copy_text(run->config.data);
    b->set[b->sets++] = opened;
    b->opening += clock_seconds() - start;
    *set = opened;
    return 0;
}

/* Whether the data has as many images as the run holds out. Runs beside each other mostly ask the
 * same. */
static int check_split(const struct batch *b, const struct plan_run *run,
                       const struct data_set *set, struct error *err)
{
    struct data_split split;
    int code = split_make(set, (int)run->config.val, (int)run->config.train_limit, &split, err);
    if (code)
        error_prefix(err, "%s:%d", b->plan->path,
                     run->line[CONFIG_FIELD_val] ? run->line[CONFIG_FIELD_val]
                                                 : run->line[CONFIG_FIELD_data]);
    else
        split_done(&split);
    return code;
}

static bool same_split(const struct plan_run *a, const struct plan_run *b)
{
    return a->config.val == b->config.val && a->config.train_limit == b->config.train_limit &&
           text_equal(a->config.data, b->config.data);
}

static void hash_run(const struct config *config, const struct data_set *set, const char *parent,
                     bool scratch, char hash[HASH_TEXT])
{
    char *text = identity_run(config, set, parent, scratch);
    hash_bytes(text, strlen(text), hash);
    free(text);
}

static struct batch_task *add_task(struct batch *b, struct batch_task task)
{
    b->task = memory_grow(b->task, (size_t)b->tasks + 1, sizeof *b->task);
    b->task[b->tasks] = task;
    return &b->task[b->tasks++];
}

static bool has_hash(const struct batch *b, const char *hash)
{
    for (int i = 0; i < b->tasks; i++)
        if (text_equal(b->task[i].hash, hash))
            return true;
    return false;
}

/* A run with its prunings. The same data under two names makes no second run. */
static int add_run(struct batch *b, int run, struct error *err)
{
    const struct plan_run *row = &b->plan->run[run];
    const struct data_set *set;
    struct batch_task task = {.kind = BATCH_TRAIN, .parent = -1, .run = run, .accuracy = NAN};
    int code = open_set(b, row, &set, err);
    if (!code && (run == 0 || !same_split(row, row - 1)))
        code = check_split(b, row, set, err);
    if (code)
        return code;
    hash_run(&row->config, set, NULL, false, task.hash);
    if (has_hash(b, task.hash))
        return 0;
    task.set = set;
    task.epochs = (int)row->config.epochs;
    int parent = b->tasks;
    add_task(b, task);
    for (int p = 0; p < b->plan->prunings; p++)
        add_task(b, (struct batch_task){.kind = BATCH_PRUNE,
                                        .parent = parent,
                                        .run = run,
                                        .part = p,
                                        .set = set,
                                        .accuracy = NAN});
    return 0;
}

static void add_retrainings(struct batch *b)
{
    const int before = b->tasks;
    for (int t = 0; t < before; t++)
        for (int r = 0; b->task[t].kind == BATCH_PRUNE && r < b->plan->retrains; r++)
            if (b->plan->retrain[r].pruning == b->task[t].part)
                add_task(b, (struct batch_task){.kind = BATCH_RETRAIN,
                                                .parent = t,
                                                .run = b->task[t].run,
                                                .part = r,
                                                .set = b->task[t].set,
                                                .accuracy = NAN});
    for (int t = before; t < b->tasks; t++) {
        struct config config;
        plan_retrain_config(b->plan, b->task[t].run, b->task[t].part, &config, NULL);
        b->task[t].epochs = (int)config.epochs;
        config_done(&config);
    }
}

int batch_open(struct store *store, const struct plan *plan, int slice, int slices,
               struct batch *batch, struct error *err)
{
    *batch = (struct batch){.store = store, .plan = plan};
    int code = 0;
    for (int r = slice; r < plan->runs && !code; r += slices)
        code = add_run(batch, r, err);
    add_retrainings(batch);
    if (!code)
        code = batch_look(batch, true, err);
    for (int t = 0; t < batch->tasks; t++)
        batch->task[t].before = batch->task[t].state == BATCH_DONE;
    if (code)
        batch_close(batch);
    return code;
}

void batch_close(struct batch *batch)
{
    for (int i = 0; i < batch->sets; i++) {
        data_close(batch->set[i]);
        free(batch->spec[i]);
    }
    free(batch->set);
    free(batch->spec);
    free(batch->task);
    *batch = (struct batch){0};
}

const struct batch_task *batch_training(const struct batch *batch, const struct batch_task *task)
{
    while (task->parent >= 0)
        task = &batch->task[task->parent];
    return task;
}

char *batch_task_name(const struct batch *batch, const struct batch_task *task, char *text)
{
    char amount[AMOUNT_TEXT];
    const struct batch_task *training = batch_training(batch, task);
    if (task->kind == BATCH_PRUNE)
        snprintf(text, 64, "run %lld, %.48s", (long long)training->id,
                 amount_print(&batch->plan->pruning[task->part].amount, amount, sizeof amount) + 2);
    else
        snprintf(text, 64, "run %lld", (long long)task->id);
    return text;
}

/* --- how they stand --------------------------------------------------------------------------- */

static enum batch_state state_of_job(struct store *store, const struct run_row *run,
                                     const struct job_row *job)
{
    switch (job->state) {
    case JOB_RUNNING: return claim_alive(store, job) ? BATCH_RUNNING : BATCH_READY;
    case JOB_PAUSED: return run->status == RUN_PAUSED ? BATCH_HELD : BATCH_READY;
    case JOB_CANCELLED: return BATCH_HELD;
    default: return BATCH_READY;
    }
}

static int look_at_job(struct batch *b, struct batch_task *task, const struct run_row *run,
                       struct error *err)
{
    struct job_row job = {0};
    bool found;
    int code = job_find_run(b->store, run->id, &found, &job, err);
    if (!code && found) {
        task->job = job.id;
        task->priority = job.priority;
        task->state = state_of_job(b->store, run, &job);
    }
    job_row_done(&job);
    return code;
}

static int look_at_run(struct batch *b, struct batch_task *task, struct error *err)
{
    struct run_row run = {0};
    bool found;
    int code = run_find(b->store, task->hash, &found, &run, err);
    task->state = BATCH_READY;
    task->id = 0;
    if (!code && found) {
        task->id = run.id;
        task->study = run.study;
        task->epoch = run.epoch;
        task->epochs = run.epochs;
        task->accuracy = isnan(run.val_accuracy) ? run.test_accuracy : run.val_accuracy;
        snprintf(task->message, sizeof task->message, "%s", run.message ? run.message : "");
        if (run.status == RUN_FINISHED)
            task->state = BATCH_DONE;
        else if (run.status == RUN_FAILED || run.status == RUN_DIVERGED)
            task->state = BATCH_FAILED;
        else
            code = look_at_job(b, task, &run, err);
    }
    if (task->refused && task->state == BATCH_READY)
        task->state = BATCH_FAILED;
    run_row_done(&run);
    return code;
}

/* Whether it is the pruning that was asked for, in the same words. */
static bool is_asked(const struct pruning_row *row, const struct amount *amount, int epoch)
{
    char *text = amount_text(amount);
    bool same = row->epoch == epoch && text_equal(row->amount, text);
    free(text);
    return same;
}

static int look_at_pruning(struct batch *b, struct batch_task *task, bool thorough,
                           struct error *err)
{
    const struct amount *amount = &b->plan->pruning[task->part].amount;
    const struct batch_task *parent = &b->task[task->parent];
    struct pruning_row *rows;
    int count, chosen = -1;
    int64_t id = 0;
    int code = pruning_list(b->store, parent->id, &rows, &count, err);
    if (code)
        return code;
    for (int i = 0; i < count && chosen < 0; i++)
        if (is_asked(&rows[i], amount, parent->epoch))
            chosen = i;
    /* The same mask may have been asked for in other words. What cannot be made is found out when
     * it is to be made. */
    if (chosen < 0 && count > 0 && thorough &&
        job_find_pruning(b->store, parent->id, 0, amount, &id, NULL) == 0)
        for (int i = 0; i < count; i++)
            if (rows[i].id == id)
                chosen = i;
    if (chosen >= 0) {
        task->state = BATCH_DONE;
        task->id = rows[chosen].id;
        task->accuracy = isnan(rows[chosen].val_accuracy) ? rows[chosen].test_accuracy
                                                          : rows[chosen].val_accuracy;
        snprintf(task->hash, sizeof task->hash, "%s", rows[chosen].hash);
    } else {
        task->state = task->refused ? BATCH_FAILED : BATCH_READY;
    }
    pruning_rows_free(rows, count);
    return 0;
}

static int name_retraining(struct batch *b, struct batch_task *task, struct error *err)
{
    struct config config;
    int code = plan_retrain_config(b->plan, task->run, task->part, &config, err);
    if (!code)
        hash_run(&config, task->set, b->task[task->parent].hash,
                 b->plan->retrain[task->part].scratch, task->hash);
    task->epochs = (int)config.epochs;
    config_done(&config);
    return code;
}

static int look_at(struct batch *b, struct batch_task *task, bool thorough, struct error *err)
{
    if (task->parent >= 0 && b->task[task->parent].state != BATCH_DONE) {
        task->state = BATCH_WAITING;
        return 0;
    }
    if (task->kind == BATCH_PRUNE)
        return look_at_pruning(b, task, thorough, err);
    int code = task->kind == BATCH_RETRAIN && !*task->hash ? name_retraining(b, task, err) : 0;
    return code ? code : look_at_run(b, task, err);
}

int batch_look(struct batch *batch, bool thorough, struct error *err)
{
    int code = 0;
    for (int t = 0; t < batch->tasks && !code; t++) {
        struct batch_task *task = &batch->task[t];
        if (!batch->store)
            task->state = task->parent < 0 ? BATCH_READY : BATCH_WAITING;
        else if (task->state != BATCH_DONE)
            code = look_at(batch, task, thorough, err);
    }
    return code;
}

void batch_count(const struct batch *batch, struct batch_count *count)
{
    *count = (struct batch_count){.jobs = batch->tasks};
    for (int t = 0; t < batch->tasks; t++) {
        const struct batch_task *task = &batch->task[t];
        count->skipped += task->state == BATCH_DONE && task->before;
        count->done += task->state == BATCH_DONE && !task->before;
        count->failed += task->state == BATCH_FAILED;
        count->running += task->state == BATCH_RUNNING;
    }
    count->left = count->jobs - count->skipped - count->done - count->failed;
}

/* --- the queue -------------------------------------------------------------------------------- */

/* Inside a transaction. */
static int join_study(struct batch *b, int64_t run, struct error *err)
{
    int code = b->study ? 0 : study_make(b->store, b->plan->name, b->plan->text, &b->study, err);
    return code ? code : run_set_study(b->store, run, b->study, err);
}

static int join(struct batch *b, struct batch_task *task, struct error *err)
{
    int code = store_begin(b->store, err);
    if (!code)
        code = join_study(b, task->id, err);
    code = store_end(b->store, code, err);
    if (code)
        b->study = 0;
    task->study = b->study;
    return code;
}

static int make_run(struct batch *b, struct batch_task *task, struct error *err)
{
    struct config config;
    bool fresh;
    if (task->kind == BATCH_TRAIN)
        return job_make_run(b->store, &b->plan->run[task->run].config, task->set, &task->id, &fresh,
                            err);
    int code = plan_retrain_config(b->plan, task->run, task->part, &config, err);
    if (!code)
        code = job_make_retrain(b->store, &config, task->set, b->task[task->parent].id,
                                b->plan->retrain[task->part].scratch, &task->id, &fresh, err);
    config_done(&config);
    return code;
}

int batch_enter(struct batch *batch, struct batch_task *task, struct error *err)
{
    if (task->kind == BATCH_PRUNE || task->state == BATCH_WAITING)
        return 0;
    int code = task->id ? 0 : make_run(batch, task, err);
    if (!code && (!batch->study || task->study != batch->study))
        code = join(batch, task, err);
    return code;
}

/* What a new start wants to go on; a run that lives goes on by itself. */
static bool wants_resume(const struct batch_task *task, bool retry)
{
    if (task->kind == BATCH_PRUNE)
        return false;
    return task->state == BATCH_HELD || (task->state == BATCH_READY && task->job) ||
           (task->state == BATCH_FAILED && retry);
}

int batch_queue(struct batch *batch, bool retry, struct error *err)
{
    int code = 0;
    for (int t = 0; t < batch->tasks && !code; t++) {
        struct batch_task *task = &batch->task[t];
        code = stop_signal() ? error_set(err, ERROR_STOPPED, "stopped") : 0;
        if (!code)
            code = batch_enter(batch, task, err);
        if (!code && wants_resume(task, retry))
            control_resume(batch->store, task->id, NULL); /* not what diverged or was just taken */
    }
    return code ? code : batch_look(batch, false, err);
}
