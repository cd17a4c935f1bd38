/*
 * What the Compare screen knows: runs in series (those of a series differ in nothing but the seed),
 * their accuracies against what was removed, and each run cut at one budget. Read from the store;
 * no drawing here.
 */
#ifndef UI_COMPARE_MODEL_H
#define UI_COMPARE_MODEL_H

#include <stdbool.h>

#include "base/mean.h"
#include "ui/prune_model.h"
#include "ui/roster.h"

enum compare_axis {
    COMPARE_CHANNELS = COST_CHANNELS,
    COMPARE_PARAMETERS = COST_PARAMETERS,
    COMPARE_MACS = COST_MACS,
    COMPARE_BYTES = COST_BYTES,
    COMPARE_AXES = COST_AXES,
};
const char *compare_axis_name(enum compare_axis axis);

/* Which networks are looked at. */
enum compare_show { COMPARE_BOTH, COMPARE_PRUNED, COMPARE_RETRAINED, COMPARE_SHOWS };
const char *compare_show_name(enum compare_show show); /* " · pruned", as titles end; both: "" */

/* An accuracy, and the per cents that were removed by each axis. */
struct compare_point {
    double removed[COMPARE_AXES];
    double accuracy;
    int64_t run; /* of a retraining: which, and for how many epochs */
    int epochs;
};

/* Where networks of a series lie, one of each run: what went on the average, and their accuracy. */
struct compare_spot {
    struct mean removed, accuracy;
    int series;
};

/* A run cut so that at least the budget goes, by as few channels as that takes. */
struct compare_cut {
    int count;
    struct preview_state state;
    struct prune_accuracy pruned;
    double retrained;    /* of the retraining that removed least, but as much as this; NaN: none */
    double retrained_at; /* what that removed, in per cent */
    int epochs;          /* that it was trained for */
    bool elsewhere;      /* that is more than the cut */
};

struct compare_run {
    int64_t id;
    int series;
    char *stamp;                              /* run_stamp, of when it was read; NULL: not yet */
    bool fresh;                               /* that is how the store stands */
    struct prune_model model;                 /* empty: there is nothing to prune */
    struct compare_point *pruned, *retrained; /* ascending by what was removed */
    int pruneds, retraineds;
    struct compare_cut cut;
    bool is_cut; /* that is at the present budget */
};

struct compare_series {
    int number;                                        /* of its runs, the roster's */
    const struct run_row *row;                         /* of its first run */
    int first, runs;                                   /* which of the model's */
    struct mean channels, parameters, macs, threshold; /* what is left at the budget */
    struct mean pruned, retrained;
    bool guessed;          /* some of `pruned` is interpolated */
    bool elsewhere;        /* some of `retrained` removed more than the cut */
    double least, most;    /* what they removed, in per cent */
    int shortest, longest; /* the epochs that they were trained for; 0: none was */
    int fronts;            /* how many of its spots are on the front */
    bool twin;             /* another series is of the same penalty, network and data */
};

struct compare_model {
    struct roster *roster;
    struct compare_run *run; /* those of a series stand together */
    int runs, ready;         /* how many are read, as the store stands, and cut */
    struct compare_series *series;
    int count;
    enum compare_axis axis;
    enum compare_show show;
    int budget; /* per cent that must go, 0 … 99 */
    /* The Pareto front: the spots looked at that no other beats both in what it removes and in
     * accuracy, ascending by what they remove. */
    struct compare_spot *front;
    int fronts;
    struct error trouble;
};

/* Lists these runs; 0 runs: all trainings that are finished. The model is zero at first, or what
 * was made before: what that knew of a run stands until compare_model_work comes to it. *latest:
 * see roster_hold. compare_model_done frees. */
void compare_model_list(struct compare_model *model, struct roster **latest, struct store *store,
                        const int64_t *run, int runs);
void compare_model_done(struct compare_model *model);

/* Goes on reading what is new or has changed, and cutting, for about so many seconds; false when
 * all is done. The sums of a series change when all of its runs are cut. */
bool compare_model_work(struct compare_model *model, struct store *store, double seconds);

/* Cuts every run at this budget: as many as a frame's time allows, compare_model_work the others.
 */
void compare_model_cut(struct compare_model *model, enum compare_axis axis, int budget);

/* Looks at these networks. */
void compare_model_show(struct compare_model *model, enum compare_show show);

/* Finds the front anew, after anything that it follows from. */
void compare_find_front(struct compare_model *model);

/* "Validation accuracy"; of runs that held no images out "Test accuracy". */
const char *compare_measure(const struct compare_model *model);

/* The mean over a series of the accuracy after pruning or retraining where `removed` per cent are
 * gone, between measured points, of those runs that have any on both sides. */
struct mean compare_series_at(const struct compare_model *model, int series, bool retrained,
                              double removed);

/* The spots of a series, ascending by what went. The k-th points of its runs are one spot where
 * they removed as much, to a per cent; else each point is one. *spots is freed with free(). */
int compare_series_spots(const struct compare_model *model, int series, bool retrained,
                         struct compare_spot **spots);

#endif
