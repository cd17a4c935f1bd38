/* `batch` on a cluster: the options --slurm, --submit, --tasks, --sbatch and --from. */
#ifndef CLI_CLUSTER_H
#define CLI_CLUSTER_H

#include "cli/command.h"
#include "job/batch.h"

/* Whether the batch is to be sent away rather than worked off here. */
bool cluster_wanted(const struct session *session);

/* Writes the job array's script, submits it where that was asked for, and prints what was done. */
int cluster_send(struct session *session, const struct batch *batch, struct error *err);

/* With --from: brings what that store has of the batch's runs into the session's. A store that is
 * not there has nothing. */
int cluster_fetch(struct session *session, struct batch *batch, struct error *err);

#endif
