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
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/stop.h"
#include "job/stretch.h"
#include "job/verdict.h"
#include "kernel/core.h"
#include "kernel/gemm.h"
#include "kernel/task.h"

static const double state_interval = 60, beat_interval = 10, progress_interval = 0.5,
                    watch_interval = 0.2;

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
    int code = job_set_progress(s->store, s->claim.job, p->epoch, p->batch, p->batches, p->loss,
                                p->images_per_second, p->eta, NULL);
    store_end(s->store, code, NULL);
}

/* --- requests and the heartbeat --------------------------------------------------------------- */

/* Says that this process lives and reads what is asked of it; a lost claim is an error. */
static int beat(struct stretch *s, double now, struct error *err)
{
    if (now - s->last_beat < beat_interval && store_version(s->store) == s->version)
        return 0;
    int code = store_try_begin(s->store, err);
    if (code)
        return code == ERROR_BUSY ? 0 : code;
    code = job_beat(s->store, s->claim.job, s->claim.number, &s->request, err);
    code = store_end(s->store, code, err);
    s->last_beat = now;
    s->version = store_version(s->store);
    return code;
}

/* --- checkpoints ------------------------------------------------------------------------------ */

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
        code = stretch_save_state(s, err);
    if (!code && stop && !epoch_ends)
        code = error_set(err, ERROR_STOPPED, "run %lld: stopped in epoch %d of %d",
                         (long long)s->row.id, state->epoch, s->options.epochs);
    return code;
}

/* --- an epoch's end --------------------------------------------------------------------------- */

static int while_evaluating(void *context, int done, struct error *err)
{
    struct stretch *s = context;
    double now = clock_seconds();
    (void)done;
    update_progress(s, EVALUATE_BATCH / 3.0);
    s->progress.epoch = trainer_state(s->trainer)->epoch - 1; /* the state is in the next one */
    s->progress.batch = s->progress.batches;
    show_progress(s, s->evaluates, now);
    return beat(s, now, err);
}

static int validate(struct stretch *s, struct epoch_row *row, struct error *err)
{
    struct evaluation result;
    row->val_loss = row->val_accuracy = NAN;
    s->evaluates = "validate";
    if (s->split.validation_count == 0)
        return 0;
    const struct job_images images = {.part = &s->set->train,
                                      .indices = s->split.validation,
                                      .count = s->split.validation_count,
                                      .split = "val"};
    int want = row->epoch == s->options.epochs ? EVALUATE_VERDICTS : 0;
    int code = train_evaluate(s->net, s->set, images.part, images.indices, images.count, want,
                              while_evaluating, s, &result, err);
    if (code)
        return code;
    row->val_loss = result.loss;
    row->val_accuracy = result.accuracy;
    if (want)
        verdict_fill(&s->validated, s->row.hash, s->row.id, row->epoch, s->set, &images, &result);
    return 0;
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
    code = stretch_save_epoch(s, &row, err);
    if (!code && s->watch && s->watch->epoch)
        s->watch->epoch(s->watch->context, &row, s->options.epochs);
    if (!code && row.epoch < s->options.epochs && (stop_signal() || s->request != JOB_NOTHING))
        code = error_set(err, ERROR_STOPPED, "run %lld: stopped after epoch %d of %d",
                         (long long)s->row.id, row.epoch, s->options.epochs);
    return code;
}

/* --- start and end ---------------------------------------------------------------------------- */

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
    return store_end(s->store, code, err);
}

static int finish(struct stretch *s, struct error *err)
{
    const struct job_images images = {
        .part = &s->set->test, .count = s->set->test.count, .split = "test"};
    struct verdict_row verdict = {0};
    struct evaluation test;
    char hash[HASH_TEXT];
    s->evaluates = "test";
    int code = train_evaluate(s->net, s->set, images.part, NULL, images.count, EVALUATE_VERDICTS,
                              while_evaluating, s, &test, err);
    if (code)
        return code;
    net_hash_weights(s->net, hash);
    verdict_fill(&verdict, s->row.hash, s->row.id, s->options.epochs, s->set, &images, &test);
    code = store_begin(s->store, err);
    if (!code)
        code = verdict_insert(s->store, &verdict, err);
    if (!code)
        code = run_set_result(s->store, s->row.id, test.accuracy, test.loss, hash, err);
    if (!code)
        code = job_end(s->store, s->claim.job, s->claim.number, JOB_DONE, NULL, err);
    if (!code)
        code = stretch_end(s->store, s->record, err);
    code = store_end(s->store, code, err);
    verdict_row_done(&verdict);
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
    /* full or locked: the next start finds the job without its process */
    int failed = store_begin(s->store, NULL);
    if (!failed)
        failed = job_end(s->store, s->claim.job, s->claim.number, job, why->text, NULL);
    if (!failed)
        failed = run_set_status(s->store, s->row.id, status, why->text, NULL);
    if (!failed && s->record)
        failed = stretch_end(s->store, s->record, NULL);
    store_end(s->store, failed, NULL);
}

int job_train(struct store *store, int64_t run, const struct data_set *set,
              const struct job_watch *watch, struct error *err)
{
    struct stretch *s = NEW(struct stretch, 1);
    *s = (struct stretch){.store = store, .set = set, .watch = watch, .claim.fd = -1};
    int code = stretch_open(s, run, err);
    if (code || s->row.status == RUN_FINISHED)
        goto done;
    code = stretch_restore(s, err);
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
    verdict_row_done(&s->validated);
    config_done(&s->config);
    run_row_done(&s->row);
    free(s);
    return code;
}
