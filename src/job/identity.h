/*
 * Identity: the canonical text of a run and of a pruning, whose SHA-256 is their name in the world.
 *
 * Two runs with one text are one run: nothing is overwritten, finished work is skipped, merging
 * stores is idempotent. In it stands every value that changes the numbers, resolved; what cannot
 * act is left out, and so are paths, threads, names, tags and what is kept.
 */
#ifndef JOB_IDENTITY_H
#define JOB_IDENTITY_H

#include "base/hash.h"
#include "data/data.h"
#include "job/config.h"
#include "prune/mask.h"

/* The canonical text of a training with a resolved configuration; the caller frees. `parent` is the
 * hash of the pruning that is retrained, or NULL. */
char *identity_run(const struct config *config, const struct data_set *set, const char *parent,
                   bool scratch);

/* The canonical text of an import: its network as names and shapes tell it, weights and counters,
 * and no data. The caller frees. */
char *identity_import(const struct net *net);

/* A pruning's hash, over its run's hash, epoch, keep-mask, folding and manner of selection. */
void identity_pruning(const char *run_hash, int epoch, const struct keep_mask *mask,
                      const struct net_spec *spec, bool fold_beta, bool as_published,
                      char hash[HASH_TEXT]);

#endif
