/*
 * Plans: a YAML file that describes a study, and the trainings, prunings and retrainings that it
 * expands to. The format stands in man/slimscope-plan.5.
 *
 * Reading is strict: whatever is unknown, of the wrong type, out of range or without effect is an
 * error that names its line. The same plan always expands to the same list in the same order.
 */
#ifndef JOB_PLAN_H
#define JOB_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/hash.h"
#include "job/config.h"
#include "prune/mask.h"

enum { PLAN_RUNS = 10000 }; /* the most that a plan may expand to */

/* One value for one field, as it was written. */
struct plan_setting {
    enum config_field field;
    char *text;
    int line;
};

struct plan_run {
    struct config config;    /* resolved */
    int line[CONFIG_FIELDS]; /* where the plan set a field; 0: it did not */
    char key[HASH_TEXT];     /* the same of two combinations that come to the same run */
};

/* A pruning that every run of the plan gets, at its last epoch. */
struct plan_pruning {
    struct amount amount;
    int line;
};

/* A retraining that every run gets of one of its prunings. */
struct plan_retrain {
    int pruning; /* index into the plan's prunings */
    bool scratch;
    struct plan_setting *set; /* (sets) over the run's own configuration without its penalty */
    int sets;
    int line;
};

struct plan {
    char *path, *name, *text; /* name: of the study */
    struct plan_run *run;     /* (runs) in order, none twice */
    int runs;
    struct plan_pruning *pruning;
    int prunings;
    struct plan_retrain *retrain;
    int retrains;
};

/* Reads and expands a plan. ERROR_USAGE: "PATH:LINE: what: why"; ERROR_DATA: no such file.
 * plan_done frees. */
int plan_read(const char *path, struct plan *plan, struct error *err);
/* The same from a text. */
int plan_parse(const char *path, const char *text, size_t length, struct plan *plan,
               struct error *err);
void plan_done(struct plan *plan);

/* What retraining `retrain` of run `run` is to be: the run's own configuration without its penalty
 * and name, and the retraining's settings over it. config_done frees, also after an error, which no
 * plan that was read gives. */
int plan_retrain_config(const struct plan *plan, int run, int retrain, struct config *config,
                        struct error *err);

#endif
