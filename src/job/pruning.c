/*
 * Method. Two networks are made from the run's weights and the keep-mask: the masked one (full
 * shape, γ = β = 0 in dropped channels) and the small one. They compute the same function, so their
 * logits may differ by rounding only. With β folding the masked one keeps its β, and they differ by
 * what padding does to folded constants. The largest difference over the validation images is
 * measured and stored with the accuracies. The network before pruning is measured where the store
 * does not know its accuracy yet.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lanes.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/stop.h"
#include "job/identity.h"
#include "job/job.h"
#include "job/verdict.h"
#include "prune/fold.h"
#include "prune/surgery.h"

enum { SEEDED_IMAGES = 256 };

struct work {
    struct store *store;
    struct run_row run;
    struct config config;
    const struct data_set *set; /* NULL: no data */
    const struct job_watch *watch;
    struct net *full, *masked, *small;
    struct keep_mask mask;
    struct pruning_row row;
    struct verdict_row verdict[4]; /* before and after, of validation and test */
    int verdicts;
    struct job_progress progress;
    double start;
    int images_done, images_all; /* over the whole pruning, for the ETA */
    int images_now;              /* of the evaluation that runs */
};

/* --- measuring -------------------------------------------------------------------------------- */

static int while_evaluating(void *context, int done, struct error *err)
{
    struct work *w = context;
    double elapsed = clock_seconds() - w->start;
    int all = w->images_done + done;
    w->images_now = done;
    w->progress.batch = done;
    w->progress.images_per_second = elapsed > 0 ? all / elapsed : 0;
    w->progress.eta = all ? elapsed / all * (w->images_all - all) : -1;
    if (w->watch && w->watch->progress)
        w->watch->progress(w->watch->context, &w->progress);
    return stop_signal() ? error_set(err, ERROR_STOPPED, "stopped while measuring") : 0;
}

/* With EVALUATE_VERDICTS in `want` they are kept as those of the run's network, or of the pruning.
 */
static int measure(struct work *w, const char *phase, struct net *net, const char *split, int want,
                   struct evaluation *result, struct error *err)
{
    const char *hash = net == w->full ? w->run.hash : w->row.hash;
    struct job_images images;
    int code = job_images(w->set, &w->config, split, &images, err);
    if (!code)
        code = net_prepare(net, EVALUATE_BATCH, false, err);
    w->progress.phase = phase;
    w->progress.batches = images.count;
    if (!code)
        code = train_evaluate(net, w->set, images.part, images.indices, images.count, want,
                              while_evaluating, w, result, err);
    if (!code && want & EVALUATE_VERDICTS)
        verdict_fill(&w->verdict[w->verdicts++], hash, w->run.id, w->row.epoch, w->set, &images,
                     result);
    w->images_done += w->images_now;
    job_images_done(&images);
    return code;
}

/* Σ over images: the largest |difference| and |logit|, and whether the choice changed. */
struct comparison {
    double difference, largest;
    int64_t changed;
};

static int argmax(const float *values, int count)
{
    int best = 0;
    for (int i = 1; i < count; i++)
        if (values[i] > values[best])
            best = i;
    return best;
}

static void compare(const float *a, const float *b, int images, int classes, struct comparison *sum)
{
    for (int i = 0; i < images; i++, a += classes, b += classes) {
        for (int c = 0; c < classes; c++) {
            sum->difference = fmax(sum->difference, fabs((double)a[c] - (double)b[c]));
            sum->largest = fmax(sum->largest, fmax(fabs((double)a[c]), fabs((double)b[c])));
        }
        sum->changed += argmax(a, classes) != argmax(b, classes);
    }
}

static void record_comparison(struct work *w, const struct comparison *sum)
{
    w->row.max_logit_difference = sum->largest > 0 ? sum->difference / sum->largest : 0;
    w->row.changed_predictions = sum->changed;
}

/* A batch of seeded normal images, the first of them number `first`, as lanes. */
static void draw_noise(const struct map *in, int first, float *x)
{
    const size_t plane = lanes_plane(in->height, in->width);
    for (int i = 0; i < EVALUATE_BATCH; i++) {
        struct random random = random_open(1, RANDOM_INPUT, (uint64_t)(first + i), 0);
        float *image = x + (size_t)(i / LANES) * (size_t)in->channels * plane + i % LANES;
        for (int c = 0; c < in->channels; c++)
            for (int p = 0; p < in->height * in->width; p++)
                image[(size_t)c * plane + (size_t)p * LANES] = (float)random_normal(&random);
    }
}

/* The logits (EVALUATE_BATCH, classes) of a batch. */
static void compute_logits(struct net *net, const float *x, float *logits)
{
    net_forward(net, x, EVALUATE_BATCH, false);
    for (int i = 0; i < EVALUATE_BATCH; i++)
        net_logits(net, i, logits + i * net->spec.classes);
}

/* Without data: noise stands in for the comparison. */
static int compare_on_noise(struct work *w, struct error *err)
{
    const struct map *in = &w->full->map[0];
    int groups = lanes_groups(EVALUATE_BATCH), classes = w->full->spec.classes;
    size_t floats = (size_t)groups * lanes_group(in->channels, in->height, in->width);
    struct comparison sum = {0};
    struct arena arena;
    int code = arena_open(&arena, arena_round(floats * sizeof(float)), err);
    if (code)
        return code;
    float *x = arena_take(&arena, floats * sizeof *x);
    float *masked = NEW(float, EVALUATE_BATCH *classes);
    float *small = NEW(float, EVALUATE_BATCH *classes);
    code = net_prepare(w->masked, EVALUATE_BATCH, false, err);
    if (!code)
        code = net_prepare(w->small, EVALUATE_BATCH, false, err);
    for (int first = 0; !code && first < SEEDED_IMAGES; first += EVALUATE_BATCH) {
        draw_noise(in, first, x);
        compute_logits(w->masked, x, masked);
        compute_logits(w->small, x, small);
        compare(masked, small, EVALUATE_BATCH, classes, &sum);
    }
    record_comparison(w, &sum);
    arena_close(&arena);
    free(masked);
    free(small);
    return code;
}

/* The accuracies of the epoch's own network: as stored, or measured. */
static int measure_before(struct work *w, struct error *err)
{
    struct evaluation result;
    struct epoch_row *rows = NULL;
    int count = 0;
    int code = epoch_list(w->store, w->run.id, &rows, &count, err);
    for (int i = 0; i < count; i++)
        if (rows[i].epoch == w->row.epoch)
            w->row.val_accuracy_before = rows[i].val_accuracy;
    free(rows);
    if (!code && w->config.val > 0 && isnan(w->row.val_accuracy_before)) {
        code = measure(w, "before", w->full, "val", EVALUATE_VERDICTS, &result, err);
        w->row.val_accuracy_before = code ? NAN : result.accuracy;
    }
    if (!code && w->row.epoch == w->run.epoch && isfinite(w->run.test_accuracy)) {
        w->row.test_accuracy_before = w->run.test_accuracy;
    } else if (!code) {
        code = measure(w, "before", w->full, "test", EVALUATE_VERDICTS, &result, err);
        w->row.test_accuracy_before = code ? NAN : result.accuracy;
    }
    return code;
}

static int measure_after(struct work *w, struct error *err)
{
    bool has_validation = w->config.val > 0;
    const char *split = has_validation ? "val" : "test";
    struct evaluation masked = {0}, small = {0};
    struct comparison sum = {0};
    int code = measure(w, "masked", w->masked, split, EVALUATE_LOGITS, &masked, err);
    if (!code)
        code =
            measure(w, "small", w->small, split, EVALUATE_LOGITS | EVALUATE_VERDICTS, &small, err);
    if (!code) {
        compare(masked.logits, small.logits, small.images, w->full->spec.classes, &sum);
        record_comparison(w, &sum);
        w->row.masked_val_accuracy = has_validation ? masked.accuracy : NAN;
        w->row.val_accuracy = has_validation ? small.accuracy : NAN;
        w->row.test_accuracy = small.accuracy;
    }
    free(masked.logits);
    free(small.logits);
    if (!code && has_validation) {
        code = measure(w, "test", w->small, "test", EVALUATE_VERDICTS, &small, err);
        w->row.test_accuracy = small.accuracy;
    }
    return code;
}

static int measure_all(struct work *w, struct error *err)
{
    struct pruning_row *row = &w->row;
    row->val_accuracy_before = row->val_accuracy = row->test_accuracy_before = NAN;
    row->test_accuracy = row->masked_val_accuracy = NAN;
    w->start = clock_seconds();
    w->progress.eta = -1;
    if (!w->set)
        return compare_on_noise(w, err);
    w->images_all = 2 * (int)w->config.val + w->set->test.count;
    int code = measure_before(w, err);
    return code ? code : measure_after(w, err);
}

/* --- the row ---------------------------------------------------------------------------------- */

static void fill_layers(struct work *w)
{
    const struct net_spec *spec = &w->full->spec;
    w->row.layers = spec->gates;
    w->row.layer = NEW(struct pruning_layer_row, spec->gates);
    for (int g = 0; g < spec->gates; g++) {
        struct pruning_layer_row *layer = &w->row.layer[g];
        layer->name = memory_copy_text(spec->gate[g].name);
        layer->channels = spec->gate[g].channels;
        layer->kept = w->mask.gate[g].kept;
        layer->held = w->mask.gate[g].held;
        layer->mask = memory_copy(w->mask.gate[g].keep, (size_t)layer->channels);
    }
}

static void fill_cost(struct work *w)
{
    struct pruning_row *row = &w->row;
    struct cost before, after;
    cost_count(w->full, NULL, &before);
    cost_count(w->small, NULL, &after);
    row->channels = w->mask.channels;
    row->channels_kept = w->mask.kept;
    row->threshold = w->mask.threshold;
    row->parameters_before = before.parameters;
    row->parameters = after.parameters;
    row->parameters_published = after.parameters_published;
    row->macs_before = before.macs;
    row->macs = after.macs;
    row->flops_before = before.flops;
    row->flops = after.flops;
    row->bytes_before = before.bytes;
    row->bytes = after.bytes;
}

static int cut(struct work *w, const struct amount *amount, struct error *err)
{
    struct gammas gammas = {.net = w->full};
    int code = mask_make(&gammas, amount, &w->mask, err);
    if (code)
        return code;
    w->row.run = w->run.id;
    w->row.amount = amount_text(amount);
    w->row.as_published = amount->as_published;
    w->row.fold_beta = amount->fold_beta;
    w->row.floor = amount->floor;
    w->row.round = amount->round;
    identity_pruning(w->run.hash, w->row.epoch, &w->mask, &w->full->spec, amount->fold_beta,
                     amount->as_published, w->row.hash);
    return 0;
}

static int operate(struct work *w, struct error *err)
{
    bool fold = w->row.fold_beta;
    int code = (fold ? fold_slim : surgery_slim)(w->full, &w->mask, &w->small, err);
    if (!code)
        code = (fold ? fold_masked : surgery_masked)(w->full, &w->mask, &w->masked, err);
    if (code)
        return code;
    struct jvalue *json = spec_to_json(&w->small->spec);
    w->row.network = jvalue_print(json);
    jvalue_free(json);
    fill_cost(w);
    fill_layers(w);
    return 0;
}

/* The row; or, where one stands there from a time without data, what was measured now. */
static int record(struct work *w, int64_t old, struct error *err)
{
    w->row.created = clock_milliseconds();
    int code = store_begin(w->store, err);
    if (!code && old) {
        w->row.id = old;
        code = pruning_set_accuracy(w->store, &w->row, err);
    } else if (!code) {
        code = pruning_insert(w->store, &w->row, err);
    }
    for (int i = 0; i < w->verdicts && !code; i++)
        code = verdict_insert(w->store, &w->verdict[i], err);
    return store_end(w->store, code, err);
}

/* The run's network, cut as the amount says, and the row of that pruning if there is one. */
static int start(struct work *w, int64_t run, int epoch, const struct amount *amount, bool *found,
                 struct pruning_row *old, struct error *err)
{
    int code = run_get(w->store, run, &w->run, err);
    if (!code)
        code = job_run_config(&w->run, &w->config, err);
    if (!code)
        code = job_load_run(w->store, &w->run, epoch, &w->full, &w->row.epoch, err);
    if (!code && w->set)
        code = job_check_data(&w->full->spec, w->set, err);
    if (!code && w->set && w->run.kind == RUN_IMPORT && !w->run.data_checksum)
        w->config.val = job_import_validation(w->set);
    if (!code)
        code = cut(w, amount, err);
    if (!code)
        code = pruning_find(w->store, w->row.hash, found, old, err);
    return code;
}

static void work_free(struct work *w)
{
    for (int i = 0; i < w->verdicts; i++)
        verdict_row_done(&w->verdict[i]);
    pruning_row_done(&w->row);
    mask_done(&w->mask);
    net_free(w->full);
    net_free(w->masked);
    net_free(w->small);
    config_done(&w->config);
    run_row_done(&w->run);
    free(w);
}

int job_prune(struct store *store, int64_t run, int epoch, const struct amount *amount,
              const struct data_set *set, const struct job_watch *watch, int64_t *pruning,
              bool *fresh, struct error *err)
{
    struct work *w = NEW(struct work, 1);
    struct pruning_row old = {0};
    bool found = false;
    *w = (struct work){.store = store, .set = set, .watch = watch};
    int code = start(w, run, epoch, amount, &found, &old, err);
    bool known = found && (!set || isfinite(old.test_accuracy));
    if (!code && !known)
        code = operate(w, err);
    if (!code && !known)
        code = measure_all(w, err);
    if (!code && !known)
        code = record(w, found ? old.id : 0, err);
    *pruning = code ? 0 : found ? old.id : w->row.id;
    *fresh = !found;
    pruning_row_done(&old);
    work_free(w);
    return code;
}

int job_find_pruning(struct store *store, int64_t run, int epoch, const struct amount *amount,
                     int64_t *pruning, struct error *err)
{
    struct work *w = NEW(struct work, 1);
    struct pruning_row old = {0};
    bool found = false;
    *w = (struct work){.store = store};
    int code = start(w, run, epoch, amount, &found, &old, err);
    *pruning = found ? old.id : 0;
    pruning_row_done(&old);
    work_free(w);
    return code;
}
