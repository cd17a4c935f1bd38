/*
 * Method. A network's speed is measured by training it for some steps with the plan's own data,
 * batch and options, through the trainer itself, so that loading and augmentation count; and by an
 * evaluation. Each kind of run is tried once. Where the store has a run of the same kind that was
 * trained on this host with as many threads, its seconds an epoch are used instead. A retraining is
 * as much quicker as its pruning leaves fewer multiply-adds; where that is not known yet, as its
 * amount says: a share of channels for a share of multiply-adds, which is too high rather than too
 * low.
 */
#include "job/batch_estimate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/stop.h"
#include "base/text.h"
#include "kernel/task.h"

static const double probe_seconds = 0.8;
enum { PROBE_STEPS = 6, PROBE_WARM_UP = 2 };

/* A kind of run: what its speed depends on, and what was found. */
struct kind {
    const struct config *config;
    const struct data_set *set;
    struct cost cost;
    int gates;
    double train, evaluate; /* seconds an image */
    double epoch;           /* seconds of a whole one, of like runs in the store; NaN: none */
};

struct kinds {
    struct kind *kind;
    int count;
};

/* --- the probe -------------------------------------------------------------------------------- */

struct stopwatch {
    double start, last;
    int steps, first; /* those done, and those not counted */
};

static int tick(struct stopwatch *watch)
{
    watch->last = clock_seconds();
    if (++watch->steps == watch->first)
        watch->start = watch->last;
    bool enough = watch->steps >= PROBE_STEPS && watch->last - watch->start > probe_seconds;
    return enough || stop_signal() ? ERROR_STOPPED : 0;
}

static int after_batch(void *context, const struct train_state *state, double loss,
                       struct error *err)
{
    (void)state, (void)loss, (void)err;
    return tick(context);
}

static int after_images(void *context, int done, struct error *err)
{
    (void)done, (void)err;
    return tick(context);
}

/* Seconds a step, by the steps after the first ones; by all of them where there were few. */
static double seconds_of(const struct stopwatch *watch)
{
    int counted = watch->steps - watch->first;
    return counted > 0 ? (watch->last - watch->start) / counted : 0;
}

static int time_network(struct kind *kind, struct net *net, const struct data_split *split,
                        struct error *err)
{
    struct stopwatch training = {.first = PROBE_WARM_UP}, evaluating = {.first = 1};
    struct train_options options;
    struct train_result result;
    struct evaluation evaluation;
    struct trainer *trainer;
    config_train_options(kind->config, &options);
    int code = trainer_new(net, kind->set, split, &options, &trainer, err);
    if (code)
        return code;
    if (split->train_count <= options.batch * PROBE_WARM_UP) /* then the first ones count too */
        training = (struct stopwatch){.start = clock_seconds()};
    code = train_epoch(trainer, after_batch, &training, &result, err);
    if (!code || code == ERROR_STOPPED || code == ERROR_DIVERGED)
        code = train_evaluate(net, kind->set, &kind->set->test, NULL, kind->set->test.count, 0,
                              after_images, &evaluating, &evaluation, err);
    trainer_free(trainer);
    kind->train = seconds_of(&training) / options.batch;
    kind->evaluate = seconds_of(&evaluating) / EVALUATE_BATCH;
    if (stop_signal())
        return error_set(err, ERROR_STOPPED, "stopped");
    return code == ERROR_STOPPED ? 0 : code;
}

static int probe(struct kind *kind, const struct net_spec *spec, struct error *err)
{
    struct data_split split;
    struct net *net = NULL;
    int code =
        split_make(kind->set, (int)kind->config->val, (int)kind->config->train_limit, &split, err);
    if (code)
        return code;
    code = net_new(spec, &net, err);
    if (!code) {
        net_initialise(net, 1, kind->config->gamma_init);
        code = time_network(kind, net, &split, err);
    }
    net_free(net);
    split_done(&split);
    return code;
}

/* --- what the store knows --------------------------------------------------------------------- */

static bool same_kind(const struct config *a, const struct config *b)
{
    return text_equal(a->arch, b->arch) && a->width >= b->width && a->width <= b->width &&
           a->batch == b->batch && a->engine == b->engine && a->val == b->val &&
           a->train_limit == b->train_limit && a->augment == b->augment;
}

/* The mean over like runs. */
static int read_pace(const struct batch *b, struct kind *kind, struct error *err)
{
    struct run_row *rows;
    int count, found = 0;
    char host[256] = "";
    double sum = 0;
    kind->epoch = NAN;
    int code = b->store ? run_list(b->store, &rows, &count, err) : ERROR_NONE;
    if (code || !b->store)
        return code;
    gethostname(host, sizeof host - 1);
    for (int i = 0; i < count && !code; i++) {
        struct config config = {0};
        double seconds = NAN;
        if (rows[i].kind != RUN_TRAIN || !rows[i].epoch || !rows[i].data_checksum ||
            !text_equal(rows[i].data_checksum, kind->set->checksum))
            continue;
        if (job_run_config(&rows[i], &config, NULL) == 0 && same_kind(&config, kind->config))
            code = run_pace(b->store, rows[i].id, host, task_threads(), &seconds, err);
        config_done(&config);
        if (!isnan(seconds)) {
            sum += seconds;
            found++;
        }
    }
    run_rows_free(rows, count);
    if (found)
        kind->epoch = sum / found;
    return code;
}

/* --- kinds ------------------------------------------------------------------------------------ */

static int describe(struct kind *kind, struct net_spec *spec, struct error *err)
{
    int code = spec_make(kind->config->arch, kind->config->width, kind->set->classes,
                         kind->set->channels, spec, err);
    if (code)
        return code;
    struct net *net = net_describe(spec);
    cost_count(net, NULL, &kind->cost);
    kind->gates = spec->gates;
    net_free(net);
    return 0;
}

/* The kind of the task's run; it is tried where it is new. */
static int find_kind(const struct batch *b, const struct batch_task *task, struct kinds *kinds,
                     const struct kind **found, struct error *err)
{
    const struct config *config = &b->plan->run[task->run].config;
    struct net_spec spec;
    for (int i = 0; i < kinds->count; i++)
        if (kinds->kind[i].set == task->set && same_kind(kinds->kind[i].config, config)) {
            *found = &kinds->kind[i];
            return 0;
        }
    struct kind kind = {.config = config, .set = task->set};
    int code = describe(&kind, &spec, err);
    if (code)
        return code;
    code = read_pace(b, &kind, err);
    if (!code)
        code = probe(&kind, &spec, err);
    spec_done(&spec);
    kinds->kind = memory_grow(kinds->kind, (size_t)kinds->count + 1, sizeof *kinds->kind);
    kinds->kind[kinds->count] = kind;
    *found = &kinds->kind[kinds->count++];
    return code;
}

/* --- one task --------------------------------------------------------------------------------- */

static int64_t train_images(const struct config *config, const struct data_set *set)
{
    int64_t left = set->train.count - config->val;
    return config->train_limit && config->train_limit < left ? config->train_limit : left;
}

/* The share of multiply-adds that a pruning leaves, as its amount says. */
static double share_left(const struct amount *amount)
{
    return amount->kind == AMOUNT_THRESHOLD || amount->is_budget
               ? 1
               : 1 - decimal_value(amount->percent) / 100;
}

static double seconds_of_training(const struct kind *kind, const struct config *config, int done)
{
    double images = (double)train_images(config, kind->set);
    double epoch = images * kind->train + (double)config->val * kind->evaluate;
    if (!isnan(kind->epoch))
        epoch = kind->epoch;
    return (double)(config->epochs - done) * epoch + kind->set->test.count * kind->evaluate;
}

static int64_t kept_weights(const struct config *config)
{
    int64_t kept = config->val > 0 && !text_equal(config->keep, "last"); /* the best one */
    for (int e = 1; e <= config->epochs; e++)
        kept += config_keeps(config, e, false);
    return kept;
}

static int64_t bytes_of_training(const struct kind *kind, const struct config *config, double share)
{
    enum { HISTOGRAM = 4 * HISTOGRAM_BINS, ROW = 100 };
    int64_t epoch = 4 * kind->cost.channels + kind->gates * (HISTOGRAM + ROW) + ROW;
    return config->epochs * epoch +
           (int64_t)(share * (double)(kept_weights(config) * kind->cost.bytes));
}

static int add_task(const struct batch *b, const struct batch_task *task, const struct kind *kind,
                    struct batch_estimate *sum, struct error *err)
{
    struct config config;
    int code = 0;
    switch (task->kind) {
    case BATCH_TRAIN:
        config_copy(&b->plan->run[task->run].config, &config);
        sum->seconds += seconds_of_training(kind, &config, task->epoch);
        sum->bytes += bytes_of_training(kind, &config, 1);
        config_done(&config);
        break;
    case BATCH_PRUNE:
        sum->seconds += kind->evaluate *
                        (double)(2 * b->plan->run[task->run].config.val + task->set->test.count);
        break;
    case BATCH_RETRAIN: {
        double share = share_left(&b->plan->pruning[b->plan->retrain[task->part].pruning].amount);
        code = batch_retrain_config(b, task, &config, err);
        sum->seconds += share * seconds_of_training(kind, &config, task->epoch);
        sum->bytes += bytes_of_training(kind, &config, share);
        config_done(&config);
        break;
    }
    }
    return code;
}

static int64_t room_at(const char *path)
{
    struct statvfs status;
    char *folder = memory_copy_text(path), *slash = strrchr(folder, '/');
    if (slash)
        slash[slash == folder] = '\0';
    int failed = statvfs(slash ? folder : ".", &status);
    free(folder);
    return failed ? -1 : (int64_t)(status.f_bavail * status.f_frsize);
}

int batch_estimate(const struct batch *batch, const char *path, int processes,
                   struct batch_estimate *estimate, struct error *err)
{
    struct kinds kinds = {0};
    const struct kind *kind;
    int code = 0;
    *estimate = (struct batch_estimate){.room = room_at(path)};
    for (int t = 0; t < batch->tasks && !code; t++) {
        const struct batch_task *task = &batch->task[t];
        if (task->state == BATCH_DONE || task->state == BATCH_FAILED)
            continue;
        code = find_kind(batch, task, &kinds, &kind, err);
        if (!code)
            code = add_task(batch, task, kind, estimate, err);
    }
    estimate->seconds /= processes;
    estimate->probes = kinds.count;
    free(kinds.kind);
    return code;
}

double batch_weight(const struct batch *batch, const struct batch_task *task)
{
    const struct config *config = &batch->plan->run[task->run].config;
    struct kind kind = {.config = config, .set = task->set};
    struct config retrain;
    struct net_spec spec;
    double share = 1;
    if (describe(&kind, &spec, NULL))
        return 0;
    spec_done(&spec);
    double macs = (double)kind.cost.macs, held_out = (double)config->val;
    if (task->kind == BATCH_PRUNE)
        return macs * (2 * held_out + task->set->test.count);
    double epochs = (double)config->epochs, images = (double)train_images(config, task->set);
    if (task->kind == BATCH_RETRAIN && batch_retrain_config(batch, task, &retrain, NULL) == 0) {
        share = share_left(&batch->plan->pruning[batch->plan->retrain[task->part].pruning].amount);
        epochs = (double)retrain.epochs;
        images = (double)train_images(&retrain, task->set);
        config_done(&retrain);
    }
    return share * macs * (epochs * (3 * images + held_out) + task->set->test.count);
}
