/*
 * Method. One stretch of a run's training: claim the job, bring the trainer to the newest
 * checkpoint (or to the start), run epoch after epoch, and leave a store that is right at every
 * moment.
 *
 * After each epoch its rows, its checkpoint's rows and the removal of old ones are one transaction;
 * files are written before it and removed after it. Between epochs' ends a state is written every
 * 60 s and when the work is asked to stop. The hook that train_epoch calls after each batch does
 * all of this; it touches the store only when a clock says so.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/stop.h"
#include "job/checkpoint.h"
#include "job/claim.h"
#include "job/job.h"
#include "kernel/core.h"
#include "kernel/gemm.h"
#include "kernel/task.h"
#include "prune/surgery.h"

static const double state_interval = 60, beat_interval = 10, progress_interval = 0.5,
                    watch_interval = 0.2;

struct stretch {
    struct store *store;
    struct run_row row;
    struct config config;
    struct train_options options;
    const struct data_set *set;
    struct data_split split;
    struct net *net;
    struct trainer *trainer;
    struct claim claim;
    int64_t record; /* its row in `stretch` */
    const struct job_watch *watch;
    enum job_request request;
    int64_t version; /* of the store when requests were last read */
    double epoch_start, last_state, last_beat, last_progress, last_watch;
    double work_done, work_start; /* image passes and the time since this process began */
    struct job_progress progress;
};

/* --- what is left to do, in passes of a training image ---------------------------------------- */

/* An evaluated image costs about a third of a trained one: it has no backward pass. */
static double epoch_work(const struct stretch *s)
{
    return s->split.train_count + s->split.validation_count / 3.0;
}

static void update_progress(struct stretch *s, double work)
{
    const struct train_state *state = trainer_state(s->trainer);
    double elapsed = clock_seconds() - s->work_start;
    s->work_done += work;
    double rate = elapsed > 0.5 ? s->work_done / elapsed : 0;
    double in_epoch = (double)state->batch * s->options.batch;
    double left = (s->options.epochs - state->epoch + 1) * epoch_work(s) - in_epoch +
                  s->set->test.count / 3.0;
    s->progress.epoch = state->epoch;
    s->progress.epochs = s->options.epochs;
    s->progress.batch = state->batch;
    s->progress.batches = state->batches;
    s->progress.images_per_second = rate;
    s->progress.eta = rate > 0 ? left / rate : -1;
    if (state->images)
        s->progress.loss = state->loss_sum / (double)state->images;
}

static void show_progress(struct stretch *s, const char *phase, double now)
{
    s->progress.phase = phase;
    if (s->watch && s->watch->progress && now - s->last_watch >= watch_interval) {
        s->last_watch = now;
        s->watch->progress(s->watch->context, &s->progress);
    }
    if (now - s->last_progress < progress_interval)
        return;
    s->last_progress = now;
    if (store_try_begin(s->store, NULL) != 0)
        return; /* somebody writes: nothing depends on progress */
    const struct job_progress *p = &s->progress;
    if (job_set_progress(s->store, s->claim.job, p->epoch, p->batch, p->batches, p->loss,
                         p->images_per_second, p->eta, NULL) != 0 ||
        store_commit(s->store, NULL) != 0)
        store_rollback(s->store);
}

/* --- requests and the heartbeat ----------------------------------------------------------------
 */

/* Says that this process lives and reads what is asked of it; a lost claim is an error. */
static int beat(struct stretch *s, double now, struct error *err)
{
    if (now - s->last_beat < beat_interval && store_version(s->store) == s->version)
        return 0;
    int code = store_try_begin(s->store, err);
    if (code)
        return code == ERROR_BUSY ? 0 : code;
    code = job_beat(s->store, s->claim.job, s->claim.number, &s->request, err);
    if (!code)
        code = store_commit(s->store, err);
    if (code)
        store_rollback(s->store);
    s->last_beat = now;
    s->version = store_version(s->store);
    return code;
}

/* --- checkpoints --------------------------------------------------------------------------------
 */

static int best_epoch(struct stretch *s, const struct epoch_row *now, int *best, struct error *err)
{
    struct epoch_row *rows;
    int count;
    double highest = -1;
    *best = 0;
    int code = epoch_list(s->store, s->row.id, &rows, &count, err);
    if (code)
        return code;
    for (int i = 0; i < count; i++)
        if (rows[i].val_accuracy > highest && (!now || rows[i].epoch < now->epoch)) {
            highest = rows[i].val_accuracy;
            *best = rows[i].epoch;
        }
    if (now && now->val_accuracy > highest)
        *best = now->epoch;
    free(rows);
    return 0;
}

/* Inside a transaction: the claim must still be ours. */
static int insert_checkpoint(struct stretch *s, struct checkpoint_row *row, struct error *err)
{
    return row->file ? checkpoint_insert(s->store, row, err) : 0;
}

static int save_state(struct stretch *s, struct error *err)
{
    struct checkpoint_row row = {0};
    const struct train_state *state = trainer_state(s->trainer);
    int best = 0;
    int code = best_epoch(s, NULL, &best, err);
    if (!code)
        code = checkpoint_write_state(s->store, s->row.id, s->trainer, &row, err);
    if (!code)
        code = store_begin(s->store, err);
    if (!code)
        code = job_check_claim(s->store, s->claim.job, s->claim.number, err);
    if (!code)
        code = insert_checkpoint(s, &row, err);
    if (!code)
        code = checkpoint_retire(s->store, s->row.id, &s->config, state->epoch - 1, state->batch,
                                 best, err);
    if (!code)
        code = store_commit(s->store, err);
    if (code)
        store_rollback(s->store);
    else
        checkpoint_sweep(s->store, s->row.id);
    checkpoint_row_done(&row);
    s->last_state = clock_seconds();
    return code;
}

static int after_batch(void *context, const struct train_state *state, double batch_loss,
                       struct error *err)
{
    struct stretch *s = context;
    double now = clock_seconds();
    (void)batch_loss;
    update_progress(s, s->options.batch);
    show_progress(s, "train", now);
    int code = beat(s, now, err);
    if (code)
        return code;
    bool stop = stop_signal() || s->request != JOB_NOTHING;
    bool epoch_ends = state->batch == state->batches;
    if (!epoch_ends && (stop || now - s->last_state >= state_interval))
        code = save_state(s, err);
    if (!code && stop && !epoch_ends)
        code = error_set(err, ERROR_STOPPED, "run %lld: stopped in epoch %d of %d",
                         (long long)s->row.id, state->epoch, s->options.epochs);
    return code;
}

/* --- an epoch's end ------------------------------------------------------------------------------
 */

static int while_evaluating(void *context, int done, struct error *err)
{
    struct stretch *s = context;
    double now = clock_seconds();
    (void)done;
    update_progress(s, 64 / 3.0);
    show_progress(s, "validate", now);
    return beat(s, now, err);
}

static int validate(struct stretch *s, struct epoch_row *row, struct error *err)
{
    struct evaluation result;
    row->val_loss = row->val_accuracy = NAN;
    if (s->split.validation_count == 0)
        return 0;
    int code = train_evaluate(s->net, s->set, &s->set->train, s->split.validation,
                              s->split.validation_count, 0, while_evaluating, s, &result, err);
    if (!code) {
        row->val_loss = result.loss;
        row->val_accuracy = result.accuracy;
    }
    return code;
}

static int insert_epoch(struct stretch *s, struct epoch_row *row, struct error *err)
{
    const float **gamma = NEW(const float *, s->net->gates);
    int *channels = NEW(int, s->net->gates);
    for (int g = 0; g < s->net->gates; g++) {
        gamma[g] = net_parameter(s->net, s->net->gate[g].gamma);
        channels[g] = s->net->gate[g].channels;
    }
    int code = epoch_insert(s->store, row, gamma, channels, s->net->gates, err);
    free(gamma);
    free(channels);
    return code;
}

/* Rows of the epoch and of its checkpoints, together or not at all. */
static int store_epoch(struct stretch *s, struct epoch_row *row, struct error *err)
{
    struct checkpoint_row state = {0}, weights = {0};
    int best = 0;
    bool last = row->epoch == s->options.epochs;
    int code = best_epoch(s, row, &best, err);
    if (!code && !last)
        code = checkpoint_write_state(s->store, s->row.id, s->trainer, &state, err);
    if (!code && (last || config_keeps(&s->config, row->epoch, best == row->epoch)))
        code = checkpoint_write_weights(s->store, s->row.id, row->epoch, s->net, &weights, err);
    if (!code)
        code = store_begin(s->store, err);
    if (!code)
        code = job_check_claim(s->store, s->claim.job, s->claim.number, err);
    if (!code)
        code = insert_epoch(s, row, err);
    if (!code)
        code = insert_checkpoint(s, &state, err);
    if (!code)
        code = insert_checkpoint(s, &weights, err);
    if (!code)
        code = checkpoint_retire(s->store, s->row.id, &s->config, row->epoch, 0, best, err);
    if (!code)
        code = store_commit(s->store, err);
    if (code)
        store_rollback(s->store);
    else
        checkpoint_sweep(s->store, s->row.id);
    checkpoint_row_done(&state);
    checkpoint_row_done(&weights);
    s->last_state = clock_seconds();
    return code;
}

static int run_epoch(struct stretch *s, struct error *err)
{
    struct train_result result;
    struct epoch_row row = {.run = s->row.id, .epoch = trainer_state(s->trainer)->epoch};
    s->epoch_start = clock_seconds();
    int code = train_epoch(s->trainer, after_batch, s, &result, err);
    if (!code)
        code = validate(s, &row, err);
    if (code)
        return code;
    row.train_loss = result.loss;
    row.train_accuracy = result.accuracy;
    row.penalty = result.penalty;
    row.learning_rate = result.rate;
    row.seconds = clock_seconds() - s->epoch_start;
    code = store_epoch(s, &row, err);
    if (!code && s->watch && s->watch->epoch)
        s->watch->epoch(s->watch->context, &row, s->options.epochs);
    if (!code && row.epoch < s->options.epochs && (stop_signal() || s->request != JOB_NOTHING))
        code = error_set(err, ERROR_STOPPED, "run %lld: stopped after epoch %d of %d",
                         (long long)s->row.id, row.epoch, s->options.epochs);
    return code;
}

/* --- start and end
 * --------------------------------------------------------------------------------- */

static int claim_job(struct stretch *s, struct error *err)
{
    struct job_row job = {0};
    bool found;
    int code = job_find_run(s->store, s->row.id, &found, &job, err);
    if (!code && (!found || job.state == JOB_DONE || job.state == JOB_FAILED ||
                  job.state == JOB_CANCELLED)) {
        int64_t id = 0;
        code = store_begin(s->store, err);
        if (!code)
            code = job_insert(s->store, s->row.id, 0, &id, err);
        if (!code)
            code = store_commit(s->store, err);
        if (code)
            store_rollback(s->store);
        job_row_done(&job);
        if (!code)
            code = job_get(s->store, id, &job, err);
    }
    if (!code)
        code = claim_take(s->store, &job, &s->claim, err);
    job_row_done(&job);
    return code;
}

/* Both have one spec, so their blocks are alike. */
static void copy_weights(const struct net *from, struct net *to)
{
    memcpy(to->parameter, from->parameter, from->parameter_count * sizeof *to->parameter);
    memcpy(to->statistic, from->statistic, from->statistic_count * sizeof *to->statistic);
    memcpy(to->tracked, from->tracked, (size_t)from->gates * sizeof *to->tracked);
}

/* A retraining starts from its pruning's small network. */
static int start_from_pruning(struct stretch *s, struct error *err)
{
    struct pruning_row pruning = {0};
    struct net *small = NULL;
    int code = pruning_get(s->store, s->row.pruning, &pruning, err);
    if (!code)
        code = job_load_pruning(s->store, &pruning, &small, err);
    if (!code)
        copy_weights(small, s->net);
    net_free(small);
    pruning_row_done(&pruning);
    return code;
}

/* The first checkpoint of a retraining sets its parent's weights free. */
static int unpin_parent(struct stretch *s, struct error *err)
{
    struct pruning_row pruning = {0};
    struct run_row parent = {0};
    struct checkpoint_row weights = {0};
    int code = pruning_get(s->store, s->row.pruning, &pruning, err);
    if (!code)
        code = run_get(s->store, pruning.run, &parent, err);
    if (!code && job_find_weights(s->store, &parent, pruning.epoch, &weights, NULL) == 0) {
        code = store_begin(s->store, err);
        if (!code)
            code = checkpoint_pin(s->store, weights.id, false, err);
        if (!code)
            code = store_commit(s->store, err);
        if (code)
            store_rollback(s->store);
    }
    checkpoint_row_done(&weights);
    run_row_done(&parent);
    pruning_row_done(&pruning);
    return code;
}

static int start_fresh(struct stretch *s, struct error *err)
{
    int code = 0;
    if (s->row.kind == RUN_RETRAIN && !s->row.scratch)
        code = start_from_pruning(s, err);
    else
        net_initialise(s->net, (uint64_t)s->config.seed, s->config.gamma_init);
    if (!code && s->row.kind == RUN_RETRAIN)
        code = save_state(s, err);
    if (!code && s->row.kind == RUN_RETRAIN && !s->row.scratch)
        code = unpin_parent(s, err);
    return code;
}

static int make_net(struct stretch *s, struct error *err)
{
    struct jvalue *json;
    struct net_spec spec;
    int code = jvalue_parse(s->row.network, strlen(s->row.network), &json, err);
    if (code)
        return code;
    code = spec_from_json(json, &spec, err);
    jvalue_free(json);
    if (code)
        return code;
    code = net_new(&spec, &s->net, err);
    spec_done(&spec);
    if (!code)
        code = net_prepare(s->net, s->options.batch < 64 ? 64 : s->options.batch, true, err);
    return code;
}

/* Where the newest checkpoint stands; or the start; or, when only the test was left, the end. */
static int restore(struct stretch *s, struct error *err)
{
    bool found = false;
    struct checkpoint_row weights = {0};
    checkpoint_sweep(s->store, s->row.id);
    if (s->row.epoch == s->options.epochs &&
        job_find_weights(s->store, &s->row, s->row.epoch, &weights, NULL) == 0) {
        int code = checkpoint_load_weights(s->store, &weights, s->net, err);
        checkpoint_row_done(&weights);
        trainer_state(s->trainer)->epoch = s->options.epochs + 1;
        return code;
    }
    int code = checkpoint_restore(s->store, s->row.id, s->trainer, &found, err);
    return code || found ? code : start_fresh(s, err);
}

static int begin(struct stretch *s, struct error *err)
{
    const struct train_state *state = trainer_state(s->trainer);
    s->work_start = s->last_state = s->last_beat = clock_seconds();
    s->version = store_version(s->store);
    int code = store_begin(s->store, err);
    if (!code)
        code = run_set_status(s->store, s->row.id, RUN_RUNNING, NULL, err);
    if (!code)
        code = stretch_insert(s->store, s->row.id, state->epoch, state->batch, core_isa(),
                              gemm_core(), task_threads(), &s->record, err);
    if (!code)
        code = store_commit(s->store, err);
    if (code)
        store_rollback(s->store);
    return code;
}

static int finish(struct stretch *s, struct error *err)
{
    struct evaluation test;
    char hash[HASH_TEXT];
    int code = train_evaluate(s->net, s->set, &s->set->test, NULL, s->set->test.count, 0,
                              while_evaluating, s, &test, err);
    net_hash_weights(s->net, hash);
    if (!code)
        code = store_begin(s->store, err);
    if (!code)
        code = run_set_result(s->store, s->row.id, test.accuracy, test.loss, hash, err);
    if (!code)
        code = job_end(s->store, s->claim.job, s->claim.number, JOB_DONE, NULL, err);
    if (!code)
        code = stretch_end(s->store, s->record, err);
    if (!code)
        code = store_commit(s->store, err);
    if (code)
        store_rollback(s->store);
    return code;
}

/* What the run and its job are after a stretch that did not reach the end. */
static void record_end(struct stretch *s, int code, const struct error *why)
{
    enum run_status status = RUN_FAILED;
    enum job_state job = JOB_FAILED;
    if (code == ERROR_DIVERGED)
        status = RUN_DIVERGED;
    if (code == ERROR_STOPPED || code == ERROR_SPACE || code == ERROR_BUSY) {
        status = s->request == JOB_PAUSE ? RUN_PAUSED : RUN_INTERRUPTED;
        job = s->request == JOB_CANCEL ? JOB_CANCELLED : JOB_PAUSED;
    }
    if (store_begin(s->store, NULL) != 0)
        return; /* full or locked: the next start finds the job without its process */
    if (job_end(s->store, s->claim.job, s->claim.number, job, why->text, NULL) != 0 ||
        run_set_status(s->store, s->row.id, status, why->text, NULL) != 0 ||
        (s->record && stretch_end(s->store, s->record, NULL) != 0) ||
        store_commit(s->store, NULL) != 0)
        store_rollback(s->store);
}

/* The run as it stands once it is ours: another process may just have brought it further. */
static int open_stretch(struct stretch *s, int64_t run, struct error *err)
{
    int code = run_get(s->store, run, &s->row, err);
    if (code || s->row.status == RUN_FINISHED)
        return code;
    if (s->row.status == RUN_DIVERGED) {
        error_set(err, ERROR_DIVERGED, "run %lld: diverged before: %s", (long long)run,
                  s->row.message ? s->row.message : "NaN or Inf");
        return error_hint(err, "the same configuration would diverge again; try a lower --lr");
    }
    code = claim_job(s, err);
    if (code)
        return code;
    run_row_done(&s->row);
    code = run_get(s->store, run, &s->row, err);
    if (!code)
        code = job_run_config(&s->row, &s->config, err);
    if (code)
        return code;
    config_train_options(&s->config, &s->options);
    return split_make(s->set, (int)s->config.val, (int)s->config.train_limit, &s->split, err);
}

int job_train(struct store *store, int64_t run, const struct data_set *set,
              const struct job_watch *watch, struct error *err)
{
    struct stretch *s = NEW(struct stretch, 1);
    *s = (struct stretch){.store = store, .set = set, .watch = watch, .claim.fd = -1};
    int code = open_stretch(s, run, err);
    if (code || s->row.status == RUN_FINISHED)
        goto done;
    code = make_net(s, err);
    if (!code)
        code = trainer_new(s->net, set, &s->split, &s->options, &s->trainer, err);
    if (!code)
        code = restore(s, err);
    if (!code)
        code = begin(s, err);
    while (!code && trainer_state(s->trainer)->epoch <= s->options.epochs)
        code = run_epoch(s, err);
    if (!code)
        code = finish(s, err);
    if (code)
        record_end(s, code, err);
done:
    claim_release(&s->claim);
    trainer_free(s->trainer);
    net_free(s->net);
    split_done(&s->split);
    config_done(&s->config);
    run_row_done(&s->row);
    free(s);
    return code;
}
