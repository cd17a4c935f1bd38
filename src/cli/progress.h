/*
 * Progress on stderr: a bar with the time left on a terminal, one plain line an epoch elsewhere,
 * nothing with -q.
 */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>

#include "base/text.h"
#include "cli/command.h"
#include "job/job.h"

struct progress {
    bool quiet, terminal, colour, unicode;
    bool shown; /* a bar stands on the last line */
};

void progress_open(struct progress *progress, const struct session *session);

/* What job_train and job_prune tell it by; valid as long as `progress`. */
struct job_watch progress_watch(struct progress *progress);

/* Columns of the terminal that stderr is. */
int progress_width(void);

/* Adds a bar of `width` columns, `share` (0..1) of them full. */
void progress_add_bar(const struct progress *progress, struct text *line, double share, int width);

/* Takes the bar away. */
void progress_close(struct progress *progress);

#endif
