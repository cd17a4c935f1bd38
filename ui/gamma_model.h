/*
 * What the γ screen knows: the histograms of γ of every epoch of a run, of the whole network or of
 * one gate, and of the marked runs; and how much a keep-mask still changes from epoch to epoch.
 * Read from the store; no drawing here.
 */
#ifndef UI_GAMMA_MODEL_H
#define UI_GAMMA_MODEL_H

#include <stdbool.h>

#include "base/error.h"
#include "db/record.h"
#include "train/penalty.h"

struct gamma_counts {
    int64_t bin[HISTOGRAM_BINS];
};

/* A marked run at the epoch that is shown (or its last before that), in the layer of that name. */
struct gamma_other {
    int64_t run;
    char penalty[48]; /* what trained it, for people */
    struct gamma_counts counts;
};

/* The channels in all bins of a histogram. */
int64_t gamma_channels(const int64_t *counts);

struct gamma_model {
    struct run_row run;
    struct epoch_row *epoch;
    int epochs, at; /* the epoch that is shown */
    char **layer_name;
    int *layer_channels;
    int layers, layer;           /* layer −1: the whole network */
    int32_t *histogram;          /* (epochs, layers, HISTOGRAM_BINS) */
    struct gamma_counts *counts; /* (epochs) of `layer` */
    struct penalty penalty;      /* kind none: there is none */
    double gamma_init;
    struct gamma_other *other;
    int others;

    int cut;           /* the share of channels that would go, in per cent */
    float **magnitude; /* (epochs) all |γ|, NULL: not read yet */
    int channels;      /* in each */
    double *changed;   /* (epochs) share of channels whose fate differs from the epoch before at
                          `cut`; NaN: not known */
    int known;         /* epochs of `changed` that are done, from the first */

    struct error trouble; /* why nothing can be shown */
    int64_t version;
};

/* Reads run `run` at its last epoch; trouble is kept in the model, which is then empty. */
void gamma_model_open(struct gamma_model *model, struct store *store, int64_t run);
void gamma_model_done(struct gamma_model *model);

/* Reads what epochs have come; stays at its place, or at the end where it was there. */
void gamma_model_refresh(struct gamma_model *model, struct store *store);

void gamma_model_epoch(struct gamma_model *model, int at);
void gamma_model_layer(struct gamma_model *model, int layer);
void gamma_model_cut(struct gamma_model *model, int percent); /* 1 … 99 */

/* Reads the marked runs at the epoch and of the layer that are shown. */
void gamma_model_others(struct gamma_model *model, struct store *store, const int64_t *run,
                        int runs);

/* Goes on with `changed`, for about so many seconds; false when all is known. */
bool gamma_model_work(struct gamma_model *model, struct store *store, double seconds);

#endif
