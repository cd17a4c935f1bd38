/*
 * Rows of the store as structs, and the functions that read and write them, one file a table group.
 *
 * Texts in a row that was read belong to the row: row_done functions free them. Functions that
 * write must run between store_begin and store_commit. Finders return ERROR_DATA with "no such …"
 * when there is nothing; list functions return arrays that the caller frees with their _free
 * function.
 */
#ifndef DB_RECORD_H
#define DB_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/hash.h"
#include "db/store.h"

/* --- run.c --------------------------------------------------------------------------------- */

enum run_kind { RUN_TRAIN, RUN_RETRAIN, RUN_IMPORT };

enum run_status {
    RUN_QUEUED,
    RUN_RUNNING,
    RUN_PAUSED,
    RUN_INTERRUPTED,
    RUN_FINISHED,
    RUN_DIVERGED,
    RUN_FAILED,
};
const char *run_status_name(enum run_status status);
const char *run_kind_name(enum run_kind kind);

struct run_row {
    int64_t id;
    char hash[HASH_TEXT];
    enum run_kind kind;
    enum run_status status;
    char *canonical, *config, *network; /* config, network: JSON */
    int64_t study, pruning;             /* 0: none */
    bool scratch;
    char *arch, *data, *data_spec, *data_checksum; /* the last two may be NULL */
    double width;
    char *penalty;
    double lambda, a, p; /* NaN: has none */
    int64_t seed;        /* −1: none (an import) */
    int epochs;
    char *name, *note, *message; /* may be NULL */
    int64_t channels, parameters, parameters_published, macs, flops;
    double test_accuracy, test_loss; /* NaN: unknown */
    char weights_sha256[HASH_TEXT];  /* "": unknown */
    int64_t created, finished;       /* 0: not yet */
    /* of the last epoch that is stored (run_get, run_find, run_list fill these) */
    int epoch;                                           /* 0: none */
    double train_loss, val_accuracy, near_zero, seconds; /* seconds: the sum over epochs */
    /* of other tables (filled by the same) */
    int64_t parent;   /* of a retraining: the run of its pruning; 0: none */
    char *amount;     /* and what went of that ("--channels 60%"); NULL: none */
    int amount_epoch; /* at which of its epochs */
    int prunings;     /* how many the run has */
    char *tags;       /* "a, b"; NULL: none */
};

void run_row_done(struct run_row *row);
void run_rows_free(struct run_row *rows, int count);

/* Inserts a row and its layers; row->id is set. */
int run_insert(struct store *store, struct run_row *row, const char *const *layer_names,
               const int *layer_channels, int layers, struct error *err);
int run_get(struct store *store, int64_t id, struct run_row *row, struct error *err);
/* By hash: *found says whether; the row is filled if so. */
int run_find(struct store *store, const char *hash, bool *found, struct run_row *row,
             struct error *err);
/* The run or pruning whose hash starts with `prefix` (unique; at least 4 hexadecimal digits, one of
 * them a letter): *kind 'r' or 'p'. ERROR_DATA: none, or several. */
int hash_find(struct store *store, const char *prefix, char *kind, int64_t *id, struct error *err);
int run_list(struct store *store, struct run_row **rows, int *count, struct error *err);

/* A text that changes whenever a run's status, epochs, prunings, measurements or retrainings do, so
 * that who has read all of that knows when to read it again. The caller frees it; NULL: no such
 * run. */
int run_stamp(struct store *store, int64_t id, char **stamp, struct error *err);

/* Retrain runs of any pruning of run `parent`. */
int run_list_children(struct store *store, int64_t parent, struct run_row **rows, int *count,
                      struct error *err);
int run_set_status(struct store *store, int64_t id, enum run_status status, const char *message,
                   struct error *err);
/* The end of a training: status finished, test figures, weights' hash, time. */
int run_set_result(struct store *store, int64_t id, double test_accuracy, double test_loss,
                   const char *weights_sha256, struct error *err);
/* What data an import is measured on: name, SPEC, checksum, and the configuration that says so. */
int run_set_data(struct store *store, int64_t id, const char *config, const char *data,
                 const char *spec, const char *checksum, struct error *err);
int run_set_note(struct store *store, int64_t id, const char *note, struct error *err);
int run_set_name(struct store *store, int64_t id, const char *name, struct error *err);
int run_add_tag(struct store *store, int64_t id, const char *tag, struct error *err);
/* "night, best": these and no others; blanks round a tag and empty ones do not count. */
int run_set_tags(struct store *store, int64_t id, const char *tags, struct error *err);
int run_tags(struct store *store, int64_t id, char ***tags, int *count, struct error *err);
/* The files of a run and of all that goes with it when it is removed (retrain runs of its prunings,
 * and so on): names in STORE.d/, to be unlinked after the commit. The caller frees each and the
 * array. */
int run_files(struct store *store, int64_t id, char ***files, int *count, struct error *err);
/* Removes a run with its epochs, prunings, jobs and the retrain runs of its prunings; their files
 * are the caller's. */
int run_remove(struct store *store, int64_t id, struct error *err);
int run_layers(struct store *store, int64_t id, char ***names, int **channels, int *count,
               struct error *err);
int stretch_insert(struct store *store, int64_t run, int epoch, int batch, const char *isa,
                   const char *blas_core, int threads, int64_t *rowid, struct error *err);
int stretch_end(struct store *store, int64_t rowid, struct error *err);

/* --- series.c ------------------------------------------------------------------------------ */

/* Puts runs into series, whose runs differ in nothing but the seed: trainings by their canonical
 * text; retrainings, where the parents are among the rows, when those are of one series and were
 * cut by the same amount. series (count) gets the number of each row's, from 0 in the order in
 * which they come; returns how many there are. */
int run_series(const struct run_row *row, int count, int *series);

/* --- study.c ------------------------------------------------------------------------------- */

/* The study of that name, made where it is missing; `plan` is its text from now on. */
int study_make(struct store *store, const char *name, const char *plan, int64_t *id,
               struct error *err);
/* The study of that name. ERROR_DATA where there is none, with those that there are. */
int study_find(struct store *store, const char *name, int64_t *id, struct error *err);
int run_set_study(struct store *store, int64_t id, int64_t study, struct error *err);

/* Seconds an epoch of the run took on `host` with so many threads, NaN when it was not trained
 * there alone. */
int run_pace(struct store *store, int64_t id, const char *host, int threads, double *seconds,
             struct error *err);

/* --- epoch.c ------------------------------------------------------------------------------- */

enum { HISTOGRAM_BINS = 103 };

struct epoch_row {
    int64_t run;
    int epoch;
    double train_loss, train_accuracy, val_loss, val_accuracy, penalty, learning_rate, seconds;
    double near_zero;
    int dropped; /* for epoch_insert: channels of shared gates that a pruning has dropped, whose γ
                    is 0 for good; not stored */
};

/* The bin of one |γ| (see gamma_histogram in schema.sql; NaN counts in the last), and the lower
 * edge of bins 2 … 102 (those of bins 0 and 1 are 0). A bin holds edge(bin) ≤ |γ| < edge(bin + 1),
 * compared in double. */
int histogram_bin(float gamma);
double histogram_edge(int bin);

/* Inserts (or replaces) an epoch with all its γ and their histograms; near_zero is counted here.
 * gamma[l] has channels[l] values. */
int epoch_insert(struct store *store, struct epoch_row *row, const float *const *gamma,
                 const int *channels, int layers, struct error *err);
/* Ascending by epoch; *rows is freed with free(). */
int epoch_list(struct store *store, int64_t run, struct epoch_row **rows, int *count,
               struct error *err);
/* The run's last epoch up to `most`; −1: there is none, or the store cannot say. */
int epoch_before(struct store *store, int64_t run, int most);
/* One gate's γ; *gamma is freed with free(). */
int gamma_get(struct store *store, int64_t run, int epoch, int layer, float **gamma, int *channels,
              struct error *err);
/* The sum of the histograms of one layer (−1: all) at an epoch. */
int histogram_get(struct store *store, int64_t run, int epoch, int layer,
                  int64_t counts[HISTOGRAM_BINS], struct error *err);
/* The histograms of all epochs up to `last`: counts (epochs, layers, HISTOGRAM_BINS), ascending by
 * both. ERROR_DATA when there are not as many. */
int histogram_read(struct store *store, int64_t run, int last, int epochs, int layers,
                   int32_t *counts, struct error *err);

/* --- pruning.c ----------------------------------------------------------------------------- */

struct pruning_layer_row {
    char *name;
    int channels, kept, held;
    uint8_t *mask; /* (channels) */
};

struct pruning_row {
    int64_t id;
    char hash[HASH_TEXT];
    int64_t run;
    int epoch;
    char *amount, *network;
    bool fold_beta, as_published;
    int floor, round;
    double threshold; /* NaN: nothing removed */
    int64_t channels, channels_kept;
    int64_t parameters_before, parameters, parameters_published;
    int64_t macs_before, macs, flops_before, flops, bytes_before, bytes;
    double val_accuracy_before, val_accuracy, test_accuracy_before, test_accuracy;
    double masked_val_accuracy, max_logit_difference;
    int64_t changed_predictions; /* −1: unknown */
    int64_t created;
    int layers;
    struct pruning_layer_row *layer; /* (layers) */
};

void pruning_row_done(struct pruning_row *row);
void pruning_rows_free(struct pruning_row *rows, int count);
int pruning_insert(struct store *store, struct pruning_row *row, struct error *err);
int pruning_get(struct store *store, int64_t id, struct pruning_row *row, struct error *err);
int pruning_find(struct store *store, const char *hash, bool *found, struct pruning_row *row,
                 struct error *err);
/* Accuracies and logit difference of a row that was recorded without data. */
int pruning_set_accuracy(struct store *store, const struct pruning_row *row, struct error *err);
/* Of one run (0: of all), with their layers. */
int pruning_list(struct store *store, int64_t run, struct pruning_row **rows, int *count,
                 struct error *err);

struct evaluation_row {
    char hash[HASH_TEXT];
    int64_t run;
    int epoch;
    char split[8]; /* "val", "test", "train" */
    int images, correct;
    double loss;
    int64_t channels_kept;
};
int evaluation_insert(struct store *store, const struct evaluation_row *row, struct error *err);
int evaluation_list(struct store *store, int64_t run, int epoch, struct evaluation_row **rows,
                    int *count, struct error *err); /* free() */

/* --- verdict.c ----------------------------------------------------------------------------- */

/* Which images of a split a network got right. */
struct verdict_row {
    char hash[HASH_TEXT]; /* of the pruning; of the run for its own network */
    int64_t run;
    int epoch;
    char split[8];        /* "val", "test" */
    char data[HASH_TEXT]; /* over which images, in their order: equal ones can be compared */
    int images, correct;
    uint8_t *verdicts; /* a bit an image, from the lowest */
};

static inline size_t verdict_bytes(int images)
{
    return ((size_t)images + 7) / 8;
}

/* Whether image i was right. */
static inline bool verdict_of(const struct verdict_row *row, int i)
{
    return row->verdicts[i / 8] >> i % 8 & 1;
}

void verdict_row_done(struct verdict_row *row);
/* Replaces what was stored of this network and split. */
int verdict_insert(struct store *store, const struct verdict_row *row, struct error *err);
int verdict_find(struct store *store, const char *hash, int epoch, const char *split, bool *found,
                 struct verdict_row *row, struct error *err);
/* All whose verdicts are as long as they must be. */
int verdict_list(struct store *store, struct verdict_row **rows, int *count, struct error *err);
void verdict_rows_free(struct verdict_row *rows, int count);

/* --- checkpoint.c -------------------------------------------------------------------------- */

struct checkpoint_row {
    int64_t id, run;
    int epoch, batch;
    bool state; /* a training state (with momentum) rather than weights alone */
    char *file; /* in STORE.d/ */
    int64_t bytes;
    char sha256[HASH_TEXT];
    bool pinned;
    int64_t created;
};

void checkpoint_row_done(struct checkpoint_row *row);
void checkpoint_rows_free(struct checkpoint_row *rows, int count);
int checkpoint_insert(struct store *store, struct checkpoint_row *row, struct error *err);
int checkpoint_remove(struct store *store, int64_t id, struct error *err); /* the row only */
int checkpoint_list(struct store *store, int64_t run, struct checkpoint_row **rows, int *count,
                    struct error *err); /* of a run (0: of all), ascending by epoch, batch */
/* Whether the row is (still) there; true also when the store cannot say. */
bool checkpoint_exists(struct store *store, int64_t id);
/* Pins of a run's checkpoints (0: of all) those that a retraining starts from which has none of its
 * own yet, and lets go of the others. To be called when such a retraining comes, starts or goes. */
int checkpoint_pin(struct store *store, int64_t run, struct error *err);

/* --- queue.c ------------------------------------------------------------------------------- */

enum job_state { JOB_QUEUED, JOB_RUNNING, JOB_PAUSED, JOB_DONE, JOB_FAILED, JOB_CANCELLED };
enum job_request { JOB_NOTHING, JOB_PAUSE, JOB_CANCEL };
const char *job_state_name(enum job_state state);

struct job_row {
    int64_t id, run;
    enum job_state state;
    int64_t claim;
    enum job_request request;
    int priority;
    char *host, *message; /* may be NULL */
    int64_t pid, heartbeat, created, started, finished;
    /* progress; updated 0: none yet */
    int epoch, batch, batches;
    double loss, images_per_second, eta;
    int64_t updated;
};

void job_row_done(struct job_row *row);
void job_rows_free(struct job_row *rows, int count);
int job_insert(struct store *store, int64_t run, int priority, int64_t *id, struct error *err);
int job_get(struct store *store, int64_t id, struct job_row *row, struct error *err);
int job_find_run(struct store *store, int64_t run, bool *found, struct job_row *row,
                 struct error *err); /* the newest job of a run */
int job_list(struct store *store, struct job_row **rows, int *count, struct error *err);
/* The queued job that goes first: highest priority, then lowest id; *id 0 when there is none. */
int job_next(struct store *store, int64_t *id, struct error *err);
/* Takes a job, also one that another process holds: state running, claim + 1, host, pid, heartbeat;
 * *claim is the new one. Whether its holder is dead is for the caller to know. ERROR_BUSY when it
 * is done. */
int job_take(struct store *store, int64_t id, const char *host, int64_t pid, int64_t *claim,
             struct error *err);
/* A worker's writes: ERROR_BUSY "lost its claim" when the claim is not the present one. */
int job_check_claim(struct store *store, int64_t id, int64_t claim, struct error *err);
int job_end(struct store *store, int64_t id, int64_t claim, enum job_state state,
            const char *message, struct error *err);
int job_beat(struct store *store, int64_t id, int64_t claim, enum job_request *request,
             struct error *err); /* heartbeat now; what is asked of the worker */
int job_set_progress(struct store *store, int64_t id, int epoch, int batch, int batches,
                     double loss, double images_per_second, double eta, struct error *err);
int job_set_request(struct store *store, int64_t id, enum job_request request, struct error *err);
int job_set_state(struct store *store, int64_t id, enum job_state state, struct error *err);
int job_set_priority(struct store *store, int64_t id, int priority, struct error *err);

#endif
