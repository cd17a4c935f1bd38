/*
 * A batch: the trainings, prunings and retrainings of a plan, as tasks on a store.
 *
 * Nothing of a batch but its study's name is kept beyond what the store holds anyway: a task is
 * done when its run is finished, or its pruning is there. So any number of processes may work on
 * the same plan at the same time, each looks for itself what is next, and one that is started again
 * goes on. A task is taken under its job's claim (claim.h); prunings, which have no job, under a
 * lock of their run.
 */
#ifndef JOB_BATCH_H
#define JOB_BATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "job/plan.h"
#include "job/worker.h"

enum batch_kind { BATCH_TRAIN, BATCH_PRUNE, BATCH_RETRAIN };

enum batch_state {
    BATCH_WAITING, /* for its parent */
    BATCH_READY,
    BATCH_RUNNING, /* in a process that lives */
    BATCH_HELD,    /* somebody has paused or cancelled it */
    BATCH_DONE,
    BATCH_FAILED, /* or diverged */
};

struct batch_task {
    enum batch_kind kind;
    enum batch_state state;
    bool before;  /* it was done when the batch began */
    bool refused; /* a pruning that cannot be made */
    int parent;   /* of a pruning its training, of a retraining its pruning; else −1 */
    int run;      /* index into the plan's runs … */
    int part;     /* … and prunings or retrainings */
    const struct data_set *set;
    char hash[HASH_TEXT]; /* of its run; "" while it is not known */
    int64_t id;           /* of its run or pruning; 0: none yet */
    int64_t study;        /* that its run belongs to */
    int64_t job;          /* the newest job of its run; 0: none */
    int priority;         /* of that job */
    int epoch, epochs;    /* of its run: stored, planned */
    double accuracy;      /* its validation accuracy, else that of the test; NaN: none yet */
    char message[200];    /* why it failed */
};

struct batch {
    struct store *store; /* NULL: there is none yet, so nothing is done */
    const struct plan *plan;
    int64_t study;         /* 0: not looked up yet */
    struct data_set **set; /* (sets) what the plan's data were opened as */
    char **spec;           /* (sets) */
    int sets;
    double opening;          /* seconds that it took */
    struct batch_task *task; /* (tasks) in the order of the work: each run with its prunings, then
                                the retrainings */
    int tasks;
};

/* Opens the plan's data and lists the tasks of the `slice`-th of `slices` parts of its runs (0 of
 * 1: all). Store, plan and data errors name the plan's line. batch_close frees. */
int batch_open(struct store *store, const struct plan *plan, int slice, int slices,
               struct batch *batch, struct error *err);
void batch_close(struct batch *batch);

/* Reads from the store how the tasks stand. `thorough`: prunings that were asked for in other words
 * are found by their masks. */
int batch_look(struct batch *batch, bool thorough, struct error *err);

/* Puts into the store's queue what the plan wants and is not done: new runs, those that were
 * interrupted, paused or cancelled, and with `retry` those that failed. */
int batch_queue(struct batch *batch, bool retry, struct error *err);

/* Sees that the task's run is in the store and in the study; nothing for one that waits. */
int batch_enter(struct batch *batch, struct batch_task *task, struct error *err);

struct batch_count {
    int jobs, done, skipped, failed, running, left;
};
void batch_count(const struct batch *batch, struct batch_count *count);

/* What a process tells of its work. */
struct batch_watch {
    void (*starts)(void *context, const struct batch_task *task);
    void (*progress)(void *context, const struct batch_task *task,
                     const struct job_progress *progress);
    void (*epoch)(void *context, const struct batch_task *task, const struct epoch_row *row);
    void (*ends)(void *context, const struct batch_task *task);
    void *context;
};

struct batch_options {
    struct deadline until; /* stop at checkpoints then */
    bool fail_fast;
    const struct batch_watch *watch; /* may be NULL */
};

/* Takes task after task until none is left that this or another process could do.
 * ERROR_STOPPED after a signal; a checkpoint is saved. Tasks that fail are no error. */
int batch_work(struct batch *batch, const struct batch_options *options, struct error *err);

/* "run 3", "run 3, channels 50%", into `text` (64 bytes); returns it. */
char *batch_task_name(const struct batch *batch, const struct batch_task *task, char *text);

/* The training that a task goes back to. */
const struct batch_task *batch_training(const struct batch *batch, const struct batch_task *task);

#endif
