/*
 * The board of a batch, on stderr: on a terminal a line for each running job and one for the whole,
 * drawn again in place; elsewhere plain lines with the time of day; nothing with -q.
 */
#ifndef CLI_BOARD_H
#define CLI_BOARD_H

#include "cli/progress.h"
#include "job/batch.h"

struct board_line {
    const struct batch_task *task;
    struct job_progress progress;
};

struct board {
    struct progress progress; /* the terminal and its ways */
    const struct batch *batch;
    double *weight;          /* (tasks) multiply-adds of each */
    double done_before;      /* weight that was done when it began */
    double start, drawn;     /* seconds */
    struct board_line *line; /* (lines) what runs */
    int lines;
    bool shown; /* it stands on the terminal now */
};

void board_open(struct board *board, const struct session *session, const struct batch *batch);

/* What batch_work and crew_work tell it by; valid as long as `board`. Messages (log.h) go above
 * it. */
struct batch_watch board_watch(struct board *board);

/* Takes it away. */
void board_close(struct board *board);

#endif
