/*
 * Verdicts: which images an evaluation got right, as a row of the store. Two networks can be
 * compared image by image where their rows are over the same images, which `data` says.
 */
#ifndef JOB_VERDICT_H
#define JOB_VERDICT_H

#include "db/record.h"
#include "job/job.h"
#include "train/train.h"

/* The row of what `result` (EVALUATE_VERDICTS) found on `images`, whose verdicts become the row's;
 * verdict_row_done frees. `hash` is the pruning's, or the run's for its own network. */
void verdict_fill(struct verdict_row *row, const char *hash, int64_t run, int epoch,
                  const struct data_set *set, const struct job_images *images,
                  struct evaluation *result);

#endif
