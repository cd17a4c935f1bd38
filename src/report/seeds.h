/*
 * Runs in groups: those of a group differ in nothing but the seed. What a group is called says what
 * tells it from the others; what all have in common is said once.
 */
#ifndef REPORT_SEEDS_H
#define REPORT_SEEDS_H

#include "db/record.h"
#include "train/penalty.h"

struct seed_group {
    struct run_row *run; /* (runs), by seed */
    int runs;
    char *label; /* "Tℓ1 a=1" */
};

struct seeds {
    struct seed_group *group; /* by penalty, its values, then network and data */
    int groups;
    char *common; /* "vgg11 ×0.25, fashion, λ=0.002, 5 epochs" */
};

/* Reads these runs. seeds_done frees, also after an error. ERROR_DATA: there is no such run, or one
 * has no epoch yet; ERROR_USAGE: more than `most` groups. */
int seeds_open(struct seeds *seeds, struct store *store, const int64_t *run, int runs, int most,
               struct error *err);
void seeds_done(struct seeds *seeds);

/* "mean ± SD of 3 seeds", "of 2 to 3 seeds" into `text`; "" for one each. */
char *seeds_print_number(const struct seeds *seeds, char *text, size_t size);

/* The penalty that trained a run: kind none of a retraining and an import. */
void seeds_penalty(const struct run_row *run, struct penalty *penalty);

#endif
