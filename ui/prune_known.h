/*
 * The accuracies that are known along the slider of the Prune screen: measured after pruning, with
 * the β of dropped channels folded or without, and of what was retrained.
 *
 * Keep-masks are nested, so how many channels are kept tells masks of the same limits apart: a
 * measured accuracy belongs to a number of kept channels. Which limits a stored one is of, its hash
 * tells.
 */
#ifndef UI_PRUNE_KNOWN_H
#define UI_PRUNE_KNOWN_H

#include <stdbool.h>

#include "base/error.h"
#include "db/record.h"
#include "job/probe.h"
#include "prune/preview.h"

enum { PRUNE_ALL_IMAGES = INT32_MAX };

/* An accuracy that was measured after pruning. */
struct prune_point {
    int kept;
    double accuracy;
    int correct, images; /* images: PRUNE_ALL_IMAGES where the store does not say */
};

struct prune_curve {
    struct prune_point *point; /* ascending by kept */
    int points;
    struct probe_result probe; /* the last that came; images 0: none */
};

/* A retraining of a pruning of this run and epoch. */
struct prune_retrained {
    int64_t run;
    int kept;
    bool fold;
    bool other;      /* its mask keeps other floors than those that are looked at */
    double accuracy; /* NaN: none yet */
    enum run_status status;
    int epoch, epochs;
    double share, eta; /* of the epoch at work, and seconds to the end; NaN: not known */
};

enum prune_state { PRUNE_UNKNOWN, PRUNE_INTERPOLATED, PRUNE_MEASURING, PRUNE_MEASURED };

struct prune_accuracy {
    enum prune_state state;
    double accuracy, half_width; /* half_width NaN: not known */
    int images, images_all;      /* images_all 0: not known */
};

struct prune_known {
    struct prune_curve curve[2]; /* without and with folding */
    struct prune_retrained *retrained;
    int retrains;
    char split[8]; /* "val", or "test" where nothing was held out */
};

/* Reads what the store knows of run `run` at `epoch`; `whole`: the accuracy of the whole network.
 * The split must be set. */
int prune_known_read(struct prune_known *known, struct store *store, const struct run_row *run,
                     int epoch, double whole, const struct preview *preview, struct error *err);

/* Forgets what belongs to other limits, as when floors change; the whole network stays. */
void prune_known_forget(struct prune_known *known, int channels);

/* Forgets the measurements, as when another epoch is shown; frees. */
void prune_known_done(struct prune_known *known);

/* Takes a result of the probe in. */
void prune_known_probe(struct prune_known *known, const struct probe_result *result);

/* What is known where `kept` channels are kept. */
struct prune_accuracy prune_known_at(const struct prune_known *known, bool fold, int kept);

/* The least count at which `kept` channels are kept; −1 when there is none. */
int prune_known_count(const struct preview *preview, int kept);

#endif
