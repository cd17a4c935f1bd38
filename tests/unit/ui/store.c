/*
 * A store for the screens: made up, but whole, and the same everywhere. γ come from a formula of
 * (gate, channel, epoch), whose small ones grow more as training goes on.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "db/record.h"
#include "job/identity.h"
#include "net/spec.h"
#include "prune/preview.h"
#include "tests/unit/scratch.h"
#include "tests/unit/ui/test_ui.h"

enum { EPOCHS = 4, CREATED = 1700000000 };

static struct store *store;
static struct net_spec spec;
static struct error err;

#define MUST(call) ck_assert_msg((call) == 0, "%s", err.text)

static char *network_text(void)
{
    struct jvalue *json = spec_to_json(&spec);
    char *text = jvalue_print(json);

    jvalue_free(json);
    return text;
}

/* Two humps: a share of the channels, larger in later gates, goes towards zero with the epochs. */
static float gamma_of(int gate, int channel, int epoch)
{
    int share = 20 + 8 * gate;
    double spread = 1 + 0.02 * ((channel * 7 + gate * 3) % 23);
    bool shrinks = (channel * 37 + gate * 11) % 100 < share;

    return (float)(shrinks ? 0.3 * spread * pow(0.2, epoch) : 0.4 * spread);
}

static struct run_row a_run(const char *hash, enum run_status status)
{
    struct run_row row = {
        .kind = RUN_TRAIN,
        .status = status,
        .config = memory_copy_text("{}"),
        .network = network_text(),
        .arch = memory_copy_text("vgg11"),
        .data = memory_copy_text("fashion"),
        .width = 0.25,
        .penalty = memory_copy_text("tl1"),
        .lambda = 1e-3,
        .a = 1,
        .p = (double)NAN,
        .seed = 1,
        .epochs = EPOCHS,
        .channels = spec_channels(&spec),
        .parameters = 579066,
        .parameters_published = 579066,
        .macs = 9590000,
        .flops = 19300000,
        .test_accuracy = (double)NAN,
        .test_loss = (double)NAN,
        .created = CREATED * 1000LL,
    };

    memset(row.hash, *hash, HASH_TEXT - 1);
    return row;
}

static int64_t insert_run(struct run_row *row)
{
    const char *names[16];
    int channels[16];

    row->canonical = memory_print("slimscope run\npruning=%d\npenalty=%s\nepochs=%d\nseed=%d\n",
                                  (int)row->pruning, row->penalty, row->epochs, (int)row->seed);
    for (int g = 0; g < spec.gates; g++) {
        names[g] = spec.gate[g].name;
        channels[g] = spec.gate[g].channels;
    }
    MUST(run_insert(store, row, names, channels, spec.gates, &err));
    return row->id;
}

static float **all_gamma(int epoch, int *channels)
{
    float **gamma = NEW(float *, spec.gates);

    for (int g = 0; g < spec.gates; g++) {
        channels[g] = spec.gate[g].channels;
        gamma[g] = NEW(float, channels[g]);
        for (int c = 0; c < channels[g]; c++)
            gamma[g][c] = gamma_of(g, c, epoch);
    }
    return gamma;
}

static void free_gamma(float **gamma)
{
    for (int g = 0; g < spec.gates; g++)
        free(gamma[g]);
    free(gamma);
}

static void insert_epoch(int64_t run, int epoch)
{
    int channels[16];
    float **gamma = all_gamma(epoch, channels);
    struct epoch_row row = {
        .run = run,
        .epoch = epoch,
        .train_loss = 2.0 / epoch,
        .train_accuracy = 0.95 - 0.4 / epoch,
        .val_loss = 1.8 / epoch,
        .val_accuracy = 0.92 - 0.3 / epoch,
        .penalty = 3.0 / epoch,
        .learning_rate = epoch < 3 ? 0.1 : 0.01,
        .seconds = 10,
    };

    MUST(epoch_insert(store, &row, (const float *const *)gamma, channels, spec.gates, &err));
    free_gamma(gamma);
}

static void fill_layers(struct pruning_row *row, const struct keep_mask *mask)
{
    row->layers = mask->gates;
    row->layer = NEW(struct pruning_layer_row, mask->gates);
    for (int g = 0; g < mask->gates; g++) {
        int channels = spec.gate[g].channels;
        row->layer[g] = (struct pruning_layer_row){
            .name = memory_copy_text(spec.gate[g].name),
            .channels = channels,
            .kept = mask->gate[g].kept,
            .held = mask->gate[g].held,
            .mask = memory_copy(mask->gate[g].keep, (size_t)channels),
        };
    }
}

/* Of run 1 at its last epoch. */
static struct preview *open_preview(void)
{
    int channels[16];
    float **gamma = all_gamma(EPOCHS, channels);
    char *network = network_text();
    struct preview *preview;

    MUST(preview_open(network, (const float *const *)gamma, channels, spec.gates,
                      (struct limits){1, 1, NULL}, &preview, &err));
    free_gamma(gamma);
    free(network);
    return preview;
}

/* Prunes a run (`name` is what its hash is made of) that has run 1's γ by `tenths` of a per cent;
 * the accuracy is made up. */
static int64_t insert_pruning(int64_t run, char name, int tenths, double accuracy)
{
    char hash[HASH_TEXT] = ""; /* the run's */
    int count;
    struct preview *preview = open_preview();
    struct preview_state state;
    struct keep_mask mask;
    struct amount amount = {.percent = {tenths, 1}, .floor = 1, .round = 1};
    int *kept = NEW(int, spec.gates);

    MUST(preview_find(preview, &amount, &count, &err));
    MUST(preview_mask(preview, count, &mask, &err));
    preview_at(preview, count, kept, NULL, &state);
    const struct cost *before = preview_before(preview);
    struct pruning_row row = {
        .run = run,
        .epoch = EPOCHS,
        .amount = memory_copy_text("--channels"),
        .network = network_text(),
        .floor = 1,
        .round = 1,
        .threshold = state.threshold,
        .channels = before->channels,
        .channels_kept = state.kept,
        .parameters_before = before->parameters,
        .parameters = state.cost.parameters,
        .parameters_published = state.cost.parameters_published,
        .macs_before = before->macs,
        .macs = state.cost.macs,
        .flops_before = before->flops,
        .flops = state.cost.flops,
        .bytes_before = before->bytes,
        .bytes = state.cost.bytes,
        .val_accuracy_before = 0.845,
        .val_accuracy = accuracy,
        .test_accuracy_before = 0.84,
        .test_accuracy = accuracy - 0.01,
        .masked_val_accuracy = accuracy,
        .max_logit_difference = 1e-6,
        .created = CREATED * 1000LL,
    };
    memset(hash, name, HASH_TEXT - 1);
    identity_pruning(hash, EPOCHS, &mask, &spec, false, false, row.hash);
    fill_layers(&row, &mask);
    MUST(pruning_insert(store, &row, &err));
    int64_t id = row.id;
    pruning_row_done(&row);
    mask_done(&mask);
    preview_free(preview);
    free(kept);
    return id;
}

/* A measurement on 256 images where `count` channels go, none of them held back. */
static void insert_evaluation(int count, bool fold, int correct)
{
    struct evaluation_row row = {.run = 1,
                                 .epoch = EPOCHS,
                                 .split = "val",
                                 .images = 256,
                                 .correct = correct,
                                 .loss = 1,
                                 .channels_kept = spec_channels(&spec) - count};
    struct preview *preview = open_preview();
    struct keep_mask mask;
    char run[HASH_TEXT] = "";

    memset(run, '1', HASH_TEXT - 1);
    MUST(preview_mask(preview, count, &mask, &err));
    identity_pruning(run, EPOCHS, &mask, &spec, fold, false, row.hash);
    MUST(evaluation_insert(store, &row, &err));
    mask_done(&mask);
    preview_free(preview);
}

static void insert_first(void)
{
    struct run_row first = a_run("1", RUN_FINISHED);

    first.name = memory_copy_text("smooth");
    first.test_accuracy = 0.8391;
    insert_run(&first);
    run_row_done(&first);
    for (int epoch = 1; epoch <= EPOCHS; epoch++)
        insert_epoch(1, epoch);
    MUST(run_set_note(store, 1, "the one to prune", &err));
    MUST(run_add_tag(store, 1, "night", &err));
    insert_pruning(1, '1', 300, 0.8442);
    int64_t half = insert_pruning(1, '1', 500, 0.8012);
    insert_pruning(1, '1', 800, 0.1);
    insert_evaluation(475, false, 160);
    insert_evaluation(475, true, 192);

    struct run_row second = a_run("2", RUN_FINISHED);
    second.kind = RUN_RETRAIN;
    second.pruning = half;
    second.epochs = 1;
    insert_run(&second);
    run_row_done(&second);
    insert_epoch(2, 1);
}

static void insert_others(void)
{
    int64_t job, claim;
    struct run_row third = a_run("3", RUN_RUNNING), fourth = a_run("4", RUN_FAILED);

    insert_run(&third);
    insert_epoch(3, 1);
    insert_epoch(3, 2);
    MUST(job_insert(store, 3, 0, &job, &err));
    MUST(job_take(store, job, "desk", 4711, &claim, &err));
    MUST(job_set_progress(store, job, 3, 120, 860, 0.71, 512, 95, &err));
    free(fourth.penalty);
    fourth.penalty = memory_copy_text("l1");
    fourth.a = (double)NAN;
    fourth.name = memory_copy_text("\033[2J中文 and a name that is far too long for its column");
    fourth.message = memory_copy_text("fashion: no such\033]0;x\afolder");
    insert_run(&fourth);
    run_row_done(&third);
    run_row_done(&fourth);
}

static void insert_job(int64_t run, int priority, enum job_state state, const char *message)
{
    int64_t job, claim;

    MUST(job_insert(store, run, priority, &job, &err));
    if (state == JOB_QUEUED)
        return;
    MUST(job_take(store, job, "desk", 4711, &claim, &err));
    if (state != JOB_RUNNING)
        MUST(job_end(store, job, claim, state, message, &err));
}

/* Two runs that wait, the later first; and jobs that have ended. */
static void insert_jobs(void)
{
    struct run_row fifth = a_run("5", RUN_QUEUED), sixth = a_run("6", RUN_QUEUED);

    sixth.seed = 2;
    insert_run(&fifth);
    insert_run(&sixth);
    insert_job(5, 0, JOB_QUEUED, NULL);
    insert_job(6, 1, JOB_QUEUED, NULL);
    insert_job(4, 0, JOB_FAILED, "fashion: no such\033]0;x\afolder");
    insert_job(1, 0, JOB_DONE, NULL);
    run_row_done(&fifth);
    run_row_done(&sixth);
}

void store_fill(void)
{
    MUST(spec_make("vgg11", 0.25, 10, 1, &spec, &err));
    MUST(store_open(scratch_path("runs.db"), STORE_CREATE, &store, &err));
    MUST(store_begin(store, &err));
    insert_first();
    insert_others();
    insert_jobs();
    MUST(store_commit(store, &err));
    store_close(store);
    spec_done(&spec);
}

void store_add_pruning(int64_t run, int tenths, double accuracy)
{
    MUST(spec_make("vgg11", 0.25, 10, 1, &spec, &err));
    MUST(store_open(scratch_path("runs.db"), STORE_WRITE, &store, &err));
    MUST(store_begin(store, &err));
    insert_pruning(run, '9', tenths, accuracy);
    MUST(store_commit(store, &err));
    store_close(store);
    spec_done(&spec);
}

void store_add_retraining(void)
{
    struct run_row again, second = {0};

    MUST(spec_make("vgg11", 0.25, 10, 1, &spec, &err));
    MUST(store_open(scratch_path("runs.db"), STORE_WRITE, &store, &err));
    MUST(run_get(store, 2, &second, &err));
    MUST(store_begin(store, &err));
    again = a_run("a", RUN_FINISHED);
    again.kind = RUN_RETRAIN;
    again.pruning = second.pruning;
    again.epochs = 2;
    int64_t id = insert_run(&again);
    insert_epoch(id, 1);
    insert_epoch(id, 2);
    MUST(store_commit(store, &err));
    run_row_done(&again);
    run_row_done(&second);
    store_close(store);
    spec_done(&spec);
}

int64_t store_add_seed(void)
{
    struct run_row row;

    MUST(spec_make("vgg11", 0.25, 10, 1, &spec, &err));
    MUST(store_open(scratch_path("runs.db"), STORE_WRITE, &store, &err));
    MUST(store_begin(store, &err));
    row = a_run("9", RUN_FINISHED);
    row.seed = 2;
    int64_t id = insert_run(&row);
    run_row_done(&row);
    for (int epoch = 1; epoch <= EPOCHS; epoch++)
        insert_epoch(id, epoch);
    insert_pruning(id, '9', 500, 0.9);
    MUST(store_commit(store, &err));
    store_close(store);
    spec_done(&spec);
    return id;
}
