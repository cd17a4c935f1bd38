/* Making the row of a run: what training and retraining share. */
#ifndef JOB_RUN_H
#define JOB_RUN_H

#include "job/job.h"

/* Makes the run, its layers, tags and job, or finds it by its hash (then it only takes over a new
 * name and tags). `pruning` (NULL for a training from random weights) is what it retrains; its
 * weights stay until the run has its own. */
int run_make(struct store *store, const struct config *config, const struct data_set *set,
             const struct net_spec *spec, const struct pruning_row *pruning, bool scratch,
             int64_t *run, bool *fresh, struct error *err);

/* Fills what a row says of its network: JSON, architecture, width and cost. */
void run_fill_network(const struct net_spec *spec, struct run_row *row);

/* Inserts a row and its layers. */
int run_insert_row(struct store *store, struct run_row *row, const struct net_spec *spec,
                   struct error *err);

/* Inserts (or replaces) an epoch with the γ that the network has now. */
int run_insert_epoch(struct store *store, struct net *net, struct epoch_row *row,
                     struct error *err);

#endif
