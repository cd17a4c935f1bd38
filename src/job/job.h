/*
 * The story: train → prune → retrain, each recorded in the store. Commands, the worker and the
 * screen all come through here.
 */
#ifndef JOB_JOB_H
#define JOB_JOB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "data/data.h"
#include "db/record.h"
#include "job/config.h"
#include "net/net.h"
#include "prune/cost.h"
#include "prune/mask.h"

/* The version of our numbers: raised when the same configuration would give other bits. */
enum { JOB_NUMERICS = 1 };

/* What a long piece of work tells its caller, a few times a second. */
struct job_progress {
    const char *phase; /* "train", "validate", "test", "masked", "small" */
    int epoch, epochs;
    int batch, batches;
    double loss;              /* running mean of the epoch */
    double images_per_second; /* of this process */
    double eta;               /* seconds to the end of the whole, < 0: unknown */
};
/* After each finished epoch, with its stored row. */
struct job_watch {
    void (*progress)(void *context, const struct job_progress *progress);
    void (*epoch)(void *context, const struct epoch_row *row, int epochs);
    void *context;
};

/* --- runs (run.c) ---------------------------------------------------------------------------- */

/*
 * Makes the run that `config` describes, or finds it by its hash: *run is its id, *fresh whether
 * the row is new. Its job row stands in the queue (unless the run is finished). The data set must
 * be open: its checksum is part of the identity. ERROR_USAGE where no such network or split can be
 * made.
 */
int job_make_run(struct store *store, const struct config *config, const struct data_set *set,
                 int64_t *run, bool *fresh, struct error *err);

/* Makes the run that retrains a pruning, pinning the weights it starts from (unless `scratch`). */
int job_make_retrain(struct store *store, const struct config *config, const struct data_set *set,
                     int64_t pruning, bool scratch, int64_t *run, bool *fresh, struct error *err);

/* The configuration that a retraining of this run has unless told otherwise: the parent's, without
 * penalty. config_done frees. */
int job_retrain_config(const struct run_row *parent, struct config *config, struct error *err);

/*
 * Takes the run's job and trains it to its end from where it stands: a checkpoint each epoch, every
 * 60 s and on a signal. On ERROR_STOPPED the run is interrupted (or paused, or its job cancelled,
 * as was asked) and goes on from there next time; ERROR_DIVERGED and ERROR_SPACE keep what was
 * stored. ERROR_BUSY when another process trains it, naming it.
 */
int job_train(struct store *store, int64_t run, const struct data_set *set,
              const struct job_watch *watch, struct error *err);

/* Whether a training with this value could begin, as far as that can be told without reading the
 * data: of `arch` whether there is such a network, of `data` whether something is there.
 * ERROR_USAGE, ERROR_DATA; other fields are always fine (config_set has checked them). */
int job_check_field(const struct config *config, enum config_field field, struct error *err);

/* The configuration of a stored run; config_done frees. */
int job_run_config(const struct run_row *row, struct config *config, struct error *err);

/* Marks runs "interrupted" whose process is gone; returns how many. Needs a writable store. */
int job_bury_dead(struct store *store, int *count, struct error *err);

/* --- networks (weights.c) -------------------------------------------------------------------- */

/* The network of a run at `epoch` (0: its last), with weights, not prepared. ERROR_DATA naming the
 * epochs that have weights when this one has none. The caller frees. */
int job_load_run(struct store *store, const struct run_row *row, int epoch, struct net **net,
                 int *found_epoch, struct error *err);

/* The row of the weights of a run's epoch; checkpoint_row_done frees it. Errors as job_load_run. */
int job_find_weights(struct store *store, const struct run_row *row, int epoch,
                     struct checkpoint_row *found, struct error *err);

/* The small network of a pruning, made from its run's weights. The caller frees. */
int job_load_pruning(struct store *store, const struct pruning_row *row, struct net **net,
                     struct error *err);

/* --- imports (import.c) ---------------------------------------------------------------------- */

/*
 * A model file (format/model.h) becomes a finished run of kind import: epoch 0 with its γ and
 * weights, the identity over network and weights. With `set` (may be NULL) its accuracy is measured
 * and the data recorded. A network that is there already is the same run: it takes the name (NULL:
 * none), and the data if it has none; ERROR_DATA if it has another.
 */
int job_import(struct store *store, const char *path, const struct data_set *set, const char *name,
               const struct job_watch *watch, int64_t *run, bool *fresh, struct error *err);

/* --- pruning (pruning.c) --------------------------------------------------------------------- */

/*
 * Prunes run `run` at `epoch` (0: its last): mask, surgery (and β folding where the amount says
 * so), accuracy of the masked and of the small network, their largest logit difference; recorded.
 * The same pruning asked for twice is the same row: *fresh says whether it is new. `set` may be
 * NULL (no data): then only counts and the logit difference on 256 seeded normal images.
 */
int job_prune(struct store *store, int64_t run, int epoch, const struct amount *amount,
              const struct data_set *set, const struct job_watch *watch, int64_t *pruning,
              bool *fresh, struct error *err);

/* The pruning that job_prune would come to, if the store has it; else *pruning is 0. */
int job_find_pruning(struct store *store, int64_t run, int epoch, const struct amount *amount,
                     int64_t *pruning, struct error *err);

/* --- data (source.c) ------------------------------------------------------------------------- */

/* Opens the data of a stored run: at `spec` if given, else $SLIMSCOPE_DATA, else where it was; and
 * checks that it is the same data (ERROR_DATA if not). */
int job_open_data(const struct run_row *row, const char *spec, struct data_set **set,
                  struct error *err);

/* Classes and input channels of the data must be the network's. */
int job_check_data(const struct net_spec *spec, const struct data_set *set, struct error *err);

/* The images that an import of unknown training holds out of a set: --val's default, or none where
 * there are no more. */
int64_t job_import_validation(const struct data_set *set);

/* Validation images when the run has any, else the test images. */
struct job_images {
    const struct data_part *part;
    uint32_t *indices; /* NULL: the first `count`; freed by job_images_done */
    int count;
    const char *split; /* "val", "test" or "train" */
};
int job_images(const struct data_set *set, const struct config *config, const char *split,
               struct job_images *images, struct error *err);
void job_images_done(struct job_images *images);

#endif
