/*
 * A batch on a cluster: a Slurm job array of which each task works off a slice of the plan on a
 * store of its own, STORE.parts/ARRAY_TASK, so that no file is shared by writers on several nodes.
 * `slimscope merge` joins the parts.
 */
#ifndef JOB_SLURM_H
#define JOB_SLURM_H

#include "job/batch.h"

struct slurm_options {
    int tasks;               /* slices of the plan; 0: one a run */
    int at_once;             /* tasks at the same time at most; 0: as the cluster likes */
    int threads;             /* CPUs a task; 0: the cluster's default */
    const char *const *line; /* (lines) more options of sbatch: "time=4:00:00" */
    int lines;
};

/* One submission: the tasks `list` of the script, called with `offset`, which is added to a task's
 * number. There are several where a cluster's arrays are shorter than the plan (MaxArraySize). */
struct slurm_array {
    int offset;
    char *list; /* as `sbatch --array` takes it: "0-3,7%2" */
    char *job;  /* the number that Slurm gave it; NULL: not submitted */
};

struct slurm {
    char *parts, *script, *plan; /* STORE.parts, and in a folder of it the script and the plan */
    struct slurm_array *array;   /* (arrays); none when nothing is left to do */
    int arrays;
};

/* Writes the script and a copy of the plan, as it is now, into a new folder of STORE.parts. Slices
 * with nothing left to do get no task. slurm_done frees. */
int slurm_write(const struct batch *batch, const char *store_path,
                const struct slurm_options *options, struct slurm *slurm, struct error *err);

/* Hands the arrays to sbatch. ERROR_FAILED with what sbatch said. */
int slurm_submit(struct slurm *slurm, struct error *err);

void slurm_done(struct slurm *slurm);

#endif
