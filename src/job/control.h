/* Asking something of a run's job: rows that its worker reads, or, where no worker has it, the new
 * state at once. */
#ifndef JOB_CONTROL_H
#define JOB_CONTROL_H

#include "db/record.h"

/* Stops it at a checkpoint, to go on when resumed. ERROR_USAGE when there is nothing to pause. */
int control_pause(struct store *store, int64_t run, struct error *err);

/* Stops it and takes it from the queue; what was trained stays. */
int control_cancel(struct store *store, int64_t run, struct error *err);

/* Puts a paused, interrupted, cancelled or failed run back into the queue. */
int control_resume(struct store *store, int64_t run, struct error *err);

/* Moves a queued run `by` places towards the end of the queue (below 0: towards its front), as far
 * as there are any. Priorities of the jobs before it are raised where that takes it. */
int control_move(struct store *store, int64_t run, int by, struct error *err);

#endif
