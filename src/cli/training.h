/* What `train` and `retrain` share: training a run to its end under a bar, and its result. */
#ifndef CLI_TRAINING_H
#define CLI_TRAINING_H

#include "cli/command.h"
#include "data/data.h"

/* Says on stderr when the penalty cannot act on the initial scaling factors. */
void training_warn(const struct config *config);

/* Trains run `id`, unless it is finished, and prints it. */
int training_run(struct session *session, int64_t id, const struct data_set *set,
                 struct error *err);

#endif
