/*
 * Method. Each kind of training is measured by a probe (speed.h): the networks that the plan
 * trains, and those that it retrains. What a pruning leaves of a network is known where the plan
 * has been there before; else it is taken to leave the share of multiply-adds that it leaves of the
 * channels, drawn at random. Where the store has runs of the same kind that were trained on this
 * host with as many threads, their seconds an epoch are used. Then the tasks are laid one after the
 * other, in the order of the work, on the process that is free first.
 */
#include "job/batch_estimate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "job/speed.h"
#include "kernel/task.h"
#include "prune/cost.h"
#include "prune/surgery.h"

enum { ALL = -1 /* in place of a pruning: the whole network */ };

/* A kind of training: what its speed depends on, and what was found. */
struct kind {
    struct config config;
    const struct data_set *set;
    int pruning; /* of the plan, that leaves the network; ALL */
    struct cost cost;
    int gates;
    double epoch; /* seconds of a whole one, of like runs in the store; NaN: none */
    struct speed speed;
};

struct sight {
    const struct batch *batch;
    int processes;
    struct kind *kind;
    int kinds;
};

/* --- what the store knows --------------------------------------------------------------------- */

static bool same_kind(const struct config *a, const struct config *b)
{
    return text_equal(a->arch, b->arch) && a->width >= b->width && a->width <= b->width &&
           a->batch == b->batch && a->engine == b->engine && a->val == b->val &&
           a->train_limit == b->train_limit && a->augment == b->augment;
}

/* Whether the run trained such a network. */
static bool is_like(const struct batch *b, const struct kind *kind, const struct run_row *row)
{
    struct config config = {0};
    struct pruning_row pruning = {0};
    char text[AMOUNT_TEXT];
    if (row->kind != (kind->pruning == ALL ? RUN_TRAIN : RUN_RETRAIN) || !row->epoch ||
        !row->data_checksum || !text_equal(row->data_checksum, kind->set->checksum))
        return false;
    bool like = job_run_config(row, &config, NULL) == 0 && same_kind(&config, &kind->config);
    config_done(&config);
    if (!like || kind->pruning == ALL)
        return like;
    amount_print(&b->plan->pruning[kind->pruning].amount, text, sizeof text);
    like = pruning_get(b->store, row->pruning, &pruning, NULL) == 0 &&
           text_equal(pruning.amount, text);
    pruning_row_done(&pruning);
    return like;
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
        double seconds = NAN;
        if (is_like(b, kind, &rows[i]))
            code = run_pace(b->store, rows[i].id, host, task_threads(), &seconds, err);
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

/* --- what a pruning leaves -------------------------------------------------------------------- */

/* The share of multiply-adds, as its amount says. */
static double share_said(const struct amount *amount)
{
    return amount->kind == AMOUNT_THRESHOLD || amount->is_budget
               ? 1
               : 1 - decimal_value(amount->percent) / 100;
}

/* The same, by those of such networks that are done. */
static double share_left(const struct batch *b, const struct config *config, int pruning)
{
    double sum = 0;
    int found = 0;
    for (int t = 0; t < b->tasks; t++) {
        const struct batch_task *task = &b->task[t];
        struct pruning_row row = {0};
        if (task->kind != BATCH_PRUNE || task->part != pruning || task->state != BATCH_DONE ||
            !same_kind(&b->plan->run[task->run].config, config))
            continue;
        if (pruning_get(b->store, task->id, &row, NULL) == 0) {
            sum += (double)row.macs / (double)row.macs_before;
            found++;
        }
        pruning_row_done(&row);
    }
    return found ? sum / found : share_said(&b->plan->pruning[pruning].amount);
}

/* Cuts the network down to that share of its multiply-adds, at random. Where that cannot be, it
 * stays as it is. */
static void cut(struct net_spec *spec, double share)
{
    const struct amount amount = {.kind = AMOUNT_MACS,
                                  .percent = {.digits = lround(1e4 * (1 - share)), .scale = 2},
                                  .floor = 1,
                                  .round = 1};
    struct random random = random_open(1, RANDOM_TEST, 0, 0);
    struct net *net = net_describe(spec);
    float **gamma = NEW(float *, spec->gates);
    for (int g = 0; g < spec->gates; g++) {
        gamma[g] = NEW(float, spec->gate[g].channels);
        for (int c = 0; c < spec->gate[g].channels; c++)
            gamma[g][c] = (float)random_uniform(&random);
    }
    const struct gammas gammas = {.net = net, .gamma = (const float *const *)gamma};
    struct keep_mask mask = {0};
    struct net_spec slim;
    if (mask_make(&gammas, &amount, &mask, NULL) == 0) {
        surgery_spec(spec, &mask, &slim);
        spec_done(spec);
        *spec = slim;
    }
    mask_done(&mask);
    for (int g = 0; g < net->gates; g++)
        free(gamma[g]);
    free(gamma);
    net_free(net);
}

/* --- kinds ------------------------------------------------------------------------------------ */

static int describe(const struct batch *b, struct kind *kind, struct net_spec *spec,
                    struct error *err)
{
    const struct config *config = &kind->config;
    int code =
        spec_make(config->arch, config->width, kind->set->classes, kind->set->channels, spec, err);
    if (code)
        return code;
    if (kind->pruning != ALL)
        cut(spec, share_left(b, config, kind->pruning));
    struct net *net = net_describe(spec);
    cost_count(net, NULL, &kind->cost);
    kind->gates = spec->gates;
    net_free(net);
    return 0;
}

static int measure(const struct sight *s, struct kind *kind, struct error *err)
{
    struct net_spec spec;
    int code = describe(s->batch, kind, &spec, err);
    if (code)
        return code;
    code = read_pace(s->batch, kind, err);
    if (!code)
        code = speed_measure(&spec, kind->set, &kind->config, s->processes, &kind->speed, err);
    spec_done(&spec);
    return code;
}

/* What the task trains, measured where it is new. The configuration becomes the kind's. */
static int find_kind(struct sight *s, const struct config *config, const struct data_set *set,
                     int pruning, const struct kind **found, struct error *err)
{
    for (int i = 0; i < s->kinds; i++) {
        *found = &s->kind[i];
        if ((*found)->set == set && (*found)->pruning == pruning &&
            same_kind(&(*found)->config, config))
            return 0;
    }
    s->kind = memory_grow(s->kind, (size_t)s->kinds + 1, sizeof *s->kind);
    struct kind *kind = &s->kind[s->kinds++];
    *kind = (struct kind){.set = set, .pruning = pruning};
    config_copy(config, &kind->config);
    *found = kind;
    return measure(s, kind, err);
}

static void sight_done(struct sight *s)
{
    for (int i = 0; i < s->kinds; i++)
        config_done(&s->kind[i].config);
    free(s->kind);
}

/* --- one task --------------------------------------------------------------------------------- */

static int64_t train_images(const struct config *config, const struct data_set *set)
{
    int64_t left = set->train.count - config->val;
    return config->train_limit && config->train_limit < left ? config->train_limit : left;
}

static double seconds_of_training(const struct kind *kind, const struct config *config, int done)
{
    double images = (double)train_images(config, kind->set);
    double epoch = images * kind->speed.train + (double)config->val * kind->speed.evaluate;
    if (!isnan(kind->epoch))
        epoch = kind->epoch;
    return (double)(config->epochs - done) * epoch + kind->set->test.count * kind->speed.evaluate;
}

/* The whole network with a mask, and the slim one, on the validation images; that also on the test
 * images. */
static double seconds_of_pruning(const struct kind *kind, double share)
{
    const double val = (double)kind->config.val, test = kind->set->test.count;
    const double images = val > 0 ? val + share * (val + test) : (1 + share) * test;
    return images * kind->speed.evaluate;
}

static int64_t kept_weights(const struct config *config)
{
    int64_t kept = config->val > 0 && !text_equal(config->keep, "last"); /* the best one */
    for (int e = 1; e <= config->epochs; e++)
        kept += config_keeps(config, e, false);
    return kept;
}

static int64_t bytes_of_training(const struct kind *kind, const struct config *config)
{
    enum { HISTOGRAM = 4 * HISTOGRAM_BINS, ROW = 100 };
    int64_t epoch = 4 * kind->cost.channels + kind->gates * (HISTOGRAM + ROW) + ROW;
    return config->epochs * epoch + kept_weights(config) * kind->cost.bytes;
}

/* The seconds of one task; its bytes are added to the sum. */
static int add_task(struct sight *s, const struct batch_task *task, double *seconds,
                    struct batch_estimate *sum, struct error *err)
{
    const struct batch *b = s->batch;
    const struct config *own = &b->plan->run[task->run].config;
    const struct kind *kind;
    struct config config = {0};
    int pruning = ALL, code = 0;
    if (task->kind == BATCH_RETRAIN) {
        pruning = b->plan->retrain[task->part].pruning;
        code = plan_retrain_config(b->plan, task->run, task->part, &config, err);
        own = &config;
    }
    if (!code)
        code = find_kind(s, own, task->set, pruning, &kind, err);
    if (!code && task->kind == BATCH_PRUNE) {
        *seconds = seconds_of_pruning(kind, share_left(b, own, task->part));
    } else if (!code) {
        *seconds = seconds_of_training(kind, own, task->epoch);
        sum->bytes += bytes_of_training(kind, own);
    }
    config_done(&config);
    return code;
}

/* --- all of them ------------------------------------------------------------------------------ */

/* When the last one ends. A pruning is made where its training was, and a retraining waits for its
 * pruning. */
static double end_of_all(const struct batch *b, const double *seconds, int processes)
{
    double *free_at = NEW(double, processes), *end = NEW(double, b->tasks), last = 0;
    int *place = NEW(int, b->tasks);
    for (int t = 0; t < b->tasks; t++) {
        const struct batch_task *task = &b->task[t];
        const double ready = task->parent >= 0 ? end[task->parent] : 0;
        int p = 0;
        for (int i = 1; i < processes; i++)
            p = free_at[i] < free_at[p] ? i : p;
        if (task->kind == BATCH_PRUNE && ready > 0)
            p = place[task->parent];
        if (seconds[t] > 0)
            end[t] = free_at[p] = fmax(free_at[p], ready) + seconds[t];
        place[t] = p;
        last = fmax(last, end[t]);
    }
    free(free_at);
    free(end);
    free(place);
    return last;
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
    struct sight sight = {.batch = batch, .processes = processes};
    double *seconds = NEW(double, batch->tasks + 1);
    int code = 0;
    *estimate = (struct batch_estimate){.room = room_at(path)};
    for (int t = 0; t < batch->tasks && !code; t++) {
        const struct batch_task *task = &batch->task[t];
        if (task->state != BATCH_DONE && task->state != BATCH_FAILED)
            code = add_task(&sight, task, &seconds[t], estimate, err);
    }
    /* each process opens the data, and before them the one that starts them */
    estimate->seconds =
        end_of_all(batch, seconds, processes) + (processes > 1 ? 2 : 1) * batch->opening;
    estimate->probes = sight.kinds;
    sight_done(&sight);
    free(seconds);
    return code;
}

double batch_weight(const struct batch *batch, const struct batch_task *task)
{
    const struct config *config = &batch->plan->run[task->run].config;
    struct kind kind = {.config = *config, .set = task->set, .pruning = ALL};
    struct config retrain;
    struct net_spec spec;
    double share = 1;
    if (describe(batch, &kind, &spec, NULL))
        return 0;
    spec_done(&spec);
    double macs = (double)kind.cost.macs, held_out = (double)config->val;
    if (task->kind == BATCH_PRUNE)
        return macs * (2 * held_out + task->set->test.count);
    double epochs = (double)config->epochs, images = (double)train_images(config, task->set);
    if (task->kind == BATCH_RETRAIN) {
        plan_retrain_config(batch->plan, task->run, task->part, &retrain, NULL);
        share = share_said(&batch->plan->pruning[batch->plan->retrain[task->part].pruning].amount);
        epochs = (double)retrain.epochs;
        images = (double)train_images(&retrain, task->set);
        config_done(&retrain);
    }
    return share * macs * (epochs * (3 * images + held_out) + task->set->test.count);
}
