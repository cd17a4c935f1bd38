/*
 * What the Prune screen knows: a run at one epoch, the place of the slider, what would be left
 * there, and every accuracy that is known along the way. Read from the store; no drawing here.
 */
#ifndef UI_PRUNE_MODEL_H
#define UI_PRUNE_MODEL_H

#include <stdbool.h>

#include "base/error.h"
#include "db/record.h"
#include "prune/preview.h"
#include "ui/prune_known.h"

struct prune_model {
    struct run_row run;
    struct epoch_row *epoch;
    int epochs, at; /* which of them the screen shows */
    int64_t histogram[HISTOGRAM_BINS];

    struct preview *preview;   /* NULL: there is nothing to prune, see `trouble` */
    int channels, gates, most; /* most: the count at the slider's right end, 99.9 % */
    int count;                 /* the place of the slider */
    int *kept, *held;          /* (gates) */
    struct preview_state state;
    int *tick, *tick_gate; /* (gates) counts at which gates reach their floors, ascending */

    bool fold; /* the β of dropped channels are carried along */
    struct prune_known known;

    struct error trouble; /* why nothing can be shown */
    int64_t version;      /* of the store when it was read */
};

/* Reads run `run` at its last epoch. Trouble is kept in the model, which is then empty. */
void prune_model_open(struct prune_model *model, struct store *store, int64_t run);
void prune_model_done(struct prune_model *model);

/* Reads again what may have changed: accuracies, retrainings, and, of a run that lives, epochs. */
void prune_model_refresh(struct prune_model *model, struct store *store);

/* Goes to another of the epochs, keeping the percentage. */
void prune_model_epoch(struct prune_model *model, struct store *store, int at);

/* Moves the slider, clamped to what it reaches. */
void prune_model_move(struct prune_model *model, int count);

/* The count of a percentage in tenths (0 … 999). */
int prune_model_count_of(const struct prune_model *model, int tenths);

/* Moves to what was typed: "70%", a threshold "0.01", "parameters 50%", "macs 50%". */
int prune_model_type(struct prune_model *model, const char *text, struct error *err);

/* Takes a result of the probe in. */
void prune_model_probe(struct prune_model *model, const struct probe_result *result);

/* What is known of the accuracy after pruning here, and of the whole network. */
struct prune_accuracy prune_model_accuracy(const struct prune_model *model, bool fold);
double prune_model_before(const struct prune_model *model);

/* The share of channels that go when `kept` stay, in per cent. */
double prune_model_percent(const struct prune_model *model, int kept);

#endif
