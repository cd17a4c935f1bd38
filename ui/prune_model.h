/*
 * What the Prune screen knows: a run at one epoch, the place of the slider, what would be left
 * there, and every accuracy that is known along the way. Read from the store; no drawing here.
 */
#ifndef UI_PRUNE_MODEL_H
#define UI_PRUNE_MODEL_H

#include <limits.h>
#include <stdbool.h>

#include "base/error.h"
#include "db/record.h"
#include "prune/preview.h"
#include "ui/prune_known.h"

enum { PRUNE_NO_FLOOR = -1, PRUNE_LOCKED = INT_MAX };

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
    int floor, round;      /* of the mask: what gates keep (1), and a multiple (1) */
    int *own;              /* (gates) floors of their own; PRUNE_NO_FLOOR, PRUNE_LOCKED */
    int64_t limits;        /* raised with every change of these three */
    bool stale;            /* what is known was of other limits: it is to be read again */
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

/* Goes to another of the epochs, keeping the percentage and the floors. */
void prune_model_epoch(struct prune_model *model, struct store *store, int at);

/* Moves the slider, clamped to what it reaches. */
void prune_model_move(struct prune_model *model, int count);

/* The count of a percentage in tenths (0 … 999). */
int prune_model_count_of(const struct prune_model *model, int tenths);

/* Moves to what was typed, with the rules of the mask that it names (amount_read). */
int prune_model_type(struct prune_model *model, const char *text, struct error *err);

/* The same of an amount as amount_text prints it, all of whose rules count. */
int prune_model_set(struct prune_model *model, const char *text, struct error *err);

/* Gives a gate a floor of its own: what it keeps at least, PRUNE_LOCKED for all it has,
 * PRUNE_NO_FLOOR for that of the others. */
void prune_model_set_floor(struct prune_model *model, int gate, int floor);

/* The least that a gate keeps, by its own floor or that of all. */
int prune_model_floor(const struct prune_model *model, int gate);

/* The amount that prunes just as the screen stands; *layers, which it stands on, is freed by the
 * caller (NULL: no gate has a floor of its own). */
struct amount prune_model_amount(const struct prune_model *model, char **layers);

/* What can be undone: a place of the slider with its rules. */
struct prune_place {
    int epoch, count, floor, round;
    bool fold;
    int *own; /* (gates); the place's */
};
struct prune_place prune_model_place(const struct prune_model *model);
bool prune_model_is_at(const struct prune_model *model, const struct prune_place *place);
void prune_model_go(struct prune_model *model, struct store *store,
                    const struct prune_place *place);

/* Takes a result of the probe in. */
void prune_model_probe(struct prune_model *model, const struct probe_result *result);

/* What is known of the accuracy after pruning here, and of the whole network. */
struct prune_accuracy prune_model_accuracy(const struct prune_model *model, bool fold);
double prune_model_before(const struct prune_model *model);

/* The retraining whose network is nearest to the one that the slider stands at, of those that have
 * an accuracy, if any has; NULL: there is none. */
const struct prune_retrained *prune_model_retrained(const struct prune_model *model);
bool prune_model_is_here(const struct prune_model *model, const struct prune_retrained *one);

/* The share of channels that go when `kept` stay, in per cent. */
double prune_model_percent(const struct prune_model *model, int kept);

#endif
