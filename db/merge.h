/*
 * Merging: copying the runs of one store into another. A run is what its hash says, so merging
 * again changes nothing, and the order of the sources does not matter.
 */
#ifndef DB_MERGE_H
#define DB_MERGE_H

#include "db/record.h"

struct merge_count {
    int added;    /* runs that were not there */
    int updated;  /* runs that were there, but had not come as far */
    int skipped;  /* runs that were there and stay as they are */
    int prunings; /* prunings that were not there */
};

/*
 * Copies every run with its layers, epochs, γ, stretches, tags, checkpoints and their files,
 * prunings and measured accuracies. A finished run beats an unfinished one, and of two unfinished
 * ones that which has more epochs, unless a process works on it; prunings, tags and accuracies are
 * added in any case. What was not finished is interrupted here: it goes on when it is wanted. Both
 * stores may be in use: each run is one transaction. *count is right also after an error.
 */
int store_merge(struct store *to, struct store *from, struct merge_count *count, struct error *err);

/* The same of one run, by its number in `from`; what it retrains must be there already. */
int store_merge_run(struct store *to, struct store *from, int64_t run, struct merge_count *count,
                    struct error *err);

#endif
