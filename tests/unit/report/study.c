/* The made-up study: numbers that a hand can average. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "db/record.h"
#include "tests/unit/report/test_report.h"
#include "tests/unit/scratch.h"

#define MUST(call) ck_assert_msg((call) == 0, "%s", err.text)

static const char *const layer_names[] = {"feature.1", "feature.4"};
static const int layer_channels[] = {4, 6};
enum { LAYERS = 2, CHANNELS = 10 };

static struct error err;

/* Runs 1 … 5: three seeds of ℓ1, one of Tℓ1, and one whose settings differ in the rate alone. */
static const struct {
    const char *penalty, *settings;
    double a;
    int64_t seed;
    double val, test;
} runs[] = {
    {"l1", "lr=0.1", NAN, 1, 0.80, 0.78}, {"l1", "lr=0.1", NAN, 3, 0.86, 0.84},
    {"l1", "lr=0.1", NAN, 2, 0.83, 0.81}, {"tl1", "lr=0.1", 1, 1, 0.90, 0.88},
    {"l1", "lr=0.2", NAN, 1, 0.70, 0.68},
};

/* γ at the end of epoch 1 and of epoch 2. */
static const float gamma_1[CHANNELS] = {0.5F, 0.5F, 0.5F, 0.5F, 0.5F, 0.5F, 0.5F, 0.5F, 0.5F, 0.5F};
static const float gamma_2[CHANNELS] = {0, 0.5F, -0.5F, 2e-3F, 0, 0, 0.5F, 0.5F, -2e-3F, 0.5F};

/* Prunings of the last epoch but for the fourth; the eighth only one seed has. */
static const struct {
    int64_t run;
    int epoch;
    const char *amount;
    bool fold;
    int kept;
    int64_t parameters;
    double test;
} prunings[] = {
    {1, 2, "--channels 30%", false, 7, 500, 0.60}, {2, 2, "--channels 30%", false, 7, 520, 0.66},
    {3, 2, "--channels 30%", false, 7, 480, 0.63}, {1, 1, "--channels 30%", false, 7, 500, 0.11},
    {1, 2, "--channels 60%", false, 4, 200, 0.30}, {2, 2, "--channels 60%", false, 4, 200, 0.50},
    {3, 2, "--channels 60%", false, 4, 200, 0.40}, {1, 2, "--channels 90%", false, 2, 90, 0.10},
    {4, 2, "--channels 60%", true, 4, 210, 0.80},
};

/* Retrained from the 60 % of the three seeds; once from scratch. */
static const struct {
    int64_t pruning;
    bool scratch;
    double test;
} retrainings[] = {{5, false, 0.70}, {6, false, 0.74}, {7, false, 0.72}, {5, true, 0.64}};

static struct run_row a_run(char hash, const char *penalty, int64_t seed)
{
    struct run_row row = {
        .kind = RUN_TRAIN,
        .status = RUN_FINISHED,
        .config = memory_copy_text("{\"lp_eps\":0.001}"),
        .network = memory_copy_text("{}"),
        .arch = memory_copy_text("vgg11"),
        .data = memory_copy_text("fashion"),
        .width = 0.25,
        .penalty = memory_copy_text(penalty),
        .lambda = 0.002,
        .a = (double)NAN,
        .p = (double)NAN,
        .seed = seed,
        .epochs = 2,
        .channels = CHANNELS,
        .parameters = 1000,
        .test_loss = (double)NAN,
        .created = 1,
    };

    memset(row.hash, hash, HASH_TEXT - 1);
    return row;
}

static void add_epoch(struct store *store, int64_t run, int epoch, const float *gamma, double val)
{
    const float *const by_layer[] = {gamma, gamma + layer_channels[0]};
    struct epoch_row row = {.run = run,
                            .epoch = epoch,
                            .train_loss = 1.0 / epoch,
                            .train_accuracy = val - 0.1,
                            .val_loss = 2.0 / epoch,
                            .val_accuracy = val};

    MUST(epoch_insert(store, &row, by_layer, layer_channels, LAYERS, &err));
}

static void add_run(struct store *store, int index)
{
    struct run_row row = a_run((char)('a' + index), runs[index].penalty, runs[index].seed);

    row.canonical = memory_print("slimscope run\n%s\nseed=%d\npenalty=%s\n", runs[index].settings,
                                 (int)runs[index].seed, runs[index].penalty);
    row.a = runs[index].a;
    row.test_accuracy = runs[index].test;
    MUST(run_insert(store, &row, layer_names, layer_channels, LAYERS, &err));
    add_epoch(store, row.id, 1, gamma_1, runs[index].val - 0.2);
    add_epoch(store, row.id, 2, gamma_2, runs[index].val);
    run_row_done(&row);
}

static void add_pruning(struct store *store, int index)
{
    struct pruning_row row = {
        .run = prunings[index].run,
        .epoch = prunings[index].epoch,
        .amount = memory_copy_text(prunings[index].amount),
        .network = memory_copy_text("{}"),
        .fold_beta = prunings[index].fold,
        .floor = 1,
        .round = 1,
        .threshold = 0.1,
        .channels = CHANNELS,
        .channels_kept = prunings[index].kept,
        .parameters_before = 1000,
        .parameters = prunings[index].parameters,
        .macs_before = 400,
        .macs = 300,
        .bytes_before = 4000,
        .bytes = 1000,
        .val_accuracy = prunings[index].test + 0.02,
        .test_accuracy = prunings[index].test,
        .created = 1,
        .layers = LAYERS,
        .layer = NEW(struct pruning_layer_row, LAYERS),
    };

    memset(row.hash, '0' + index, HASH_TEXT - 1);
    for (int l = 0; l < LAYERS; l++)
        row.layer[l] = (struct pruning_layer_row){.name = memory_copy_text(layer_names[l]),
                                                  .channels = layer_channels[l],
                                                  .kept = prunings[index].kept / 2,
                                                  .mask = NEW(uint8_t, layer_channels[l])};
    MUST(pruning_insert(store, &row, &err));
    pruning_row_done(&row);
}

static void add_retraining(struct store *store, int index)
{
    struct run_row row = a_run((char)('A' + index), "none", 1);

    row.canonical = memory_print("retrained %d", index);
    row.kind = RUN_RETRAIN;
    row.lambda = (double)NAN;
    row.pruning = retrainings[index].pruning;
    row.scratch = retrainings[index].scratch;
    row.test_accuracy = retrainings[index].test;
    MUST(run_insert(store, &row, layer_names, layer_channels, LAYERS, &err));
    run_row_done(&row);
}

struct store *study_open(void)
{
    struct store *store;

    MUST(store_open(scratch_path("study.db"), STORE_CREATE, &store, &err));
    MUST(store_begin(store, &err));
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++)
        add_run(store, (int)i);
    for (size_t i = 0; i < sizeof prunings / sizeof *prunings; i++)
        add_pruning(store, (int)i);
    for (size_t i = 0; i < sizeof retrainings / sizeof *retrainings; i++)
        add_retraining(store, (int)i);
    MUST(store_commit(store, &err));
    return store;
}
