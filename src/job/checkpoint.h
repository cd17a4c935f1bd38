/*
 * Checkpoints: training states and weights as safetensors files in STORE.d/, and their rows.
 *
 * A file is written whole, under its final name, before its row; its row goes with the epoch's rows
 * in one transaction; files whose rows went are removed after the commit. So a row always has its
 * file, and a file without a row is rubbish that the next stretch of the run sweeps away.
 */
#ifndef JOB_CHECKPOINT_H
#define JOB_CHECKPOINT_H

#include "base/error.h"
#include "db/record.h"
#include "job/config.h"
#include "net/net.h"
#include "train/train.h"

/* Writes a training state (with momentum) or the network's weights alone. *row is ready for
 * checkpoint_insert; checkpoint_row_done frees it. Also right outside a transaction only. */
int checkpoint_write_state(struct store *store, int64_t run, struct trainer *trainer,
                           struct checkpoint_row *row, struct error *err);
int checkpoint_write_weights(struct store *store, int64_t run, int epoch, struct net *net,
                             struct checkpoint_row *row, struct error *err);

/* Brings the trainer to the newest state of the run that can be read; *found says whether there was
 * one. States that are damaged are dropped, with a notice. */
int checkpoint_restore(struct store *store, int64_t run, struct trainer *trainer, bool *found,
                       struct error *err);

/* Weights of `row` into a network of the same spec. */
int checkpoint_load_weights(struct store *store, const struct checkpoint_row *row, struct net *net,
                            struct error *err);

/* Removes the rows (inside a transaction) of what `--keep` does not want now that `epoch` is done:
 * other states, and weights that are neither pinned, nor the last, nor wanted. `best` is the best
 * epoch by validation so far (0: none). The files go with checkpoint_sweep after the commit. */
int checkpoint_retire(struct store *store, int64_t run, const struct config *config, int epoch,
                      int batch, int best, struct error *err);

/* Removes files of the run in STORE.d/ that no row names. */
void checkpoint_sweep(struct store *store, int64_t run);

#endif
