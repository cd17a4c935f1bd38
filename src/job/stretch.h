/*
 * One stretch of a run's training, from its claim to its end: the state that train.c, train_start.c
 * and train_save.c share.
 */
#ifndef JOB_STRETCH_H
#define JOB_STRETCH_H

#include "job/claim.h"
#include "job/job.h"

struct stretch {
    struct store *store;
    struct run_row row;
    struct config config;
    struct train_options options;
    const struct data_set *set;
    struct data_split split;
    struct net *net;
    struct trainer *trainer;
    struct claim claim;
    int64_t record;               /* its row in `stretch` */
    struct verdict_row validated; /* after the last epoch; no verdicts: not yet */
    const struct job_watch *watch;
    enum job_request request;
    int64_t version; /* of the store when requests were last read */
    double epoch_start, last_state, last_beat, last_progress, last_watch;
    double work_done, work_start; /* image passes and the time since this process began */
    const char *evaluates;        /* the phase that progress shows while it evaluates */
    struct job_progress progress;
};

/* Opens the run, claims its job and reads its configuration and split; a run that is finished is
 * left alone (no claim). ERROR_BUSY, ERROR_DIVERGED as job_train. */
int stretch_open(struct stretch *stretch, int64_t run, struct error *err);

/* Makes the network and the trainer and brings them to the newest checkpoint, or to the start, or,
 * when only the test was left, to the end. */
int stretch_restore(struct stretch *stretch, struct error *err);

/* Writes a training state now. */
int stretch_save_state(struct stretch *stretch, struct error *err);

/* Stores a finished epoch: its row, γ, histograms and checkpoints, in one transaction; sets the
 * row's checkpoint files free that `--keep` does not want. */
int stretch_save_epoch(struct stretch *stretch, struct epoch_row *row, struct error *err);

#endif
