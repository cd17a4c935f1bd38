/*
 * The log of the chosen job: what its worker said of its run; of a run that no worker of the
 * screens trained, its epochs as the store has them.
 */
#ifndef UI_JOB_LOG_H
#define UI_JOB_LOG_H

#include "db/record.h"
#include "ui/grid.h"
#include "ui/tail.h"

struct job_log {
    struct tail workers;
    struct store *store;
    int64_t run, version; /* whose epochs these are, and how the store stood then */
    struct epoch_row *epoch;
    int epochs;
    bool still; /* only what the store holds, no clock */
};

/* `still`: the workers' log is left alone. job_log_done frees. */
void job_log_open(struct job_log *log, struct store *store, bool still);
void job_log_done(struct job_log *log);

/* Looks whether workers have said more; true if so. */
bool job_log_refresh(struct job_log *log);

/* The frame with its title, and the last lines that have room. `run`: 0, none is chosen. */
void job_log_draw(struct job_log *log, int64_t run, struct grid *grid, struct rect frame);

#endif
