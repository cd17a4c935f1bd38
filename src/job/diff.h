/* What two runs do not have in common: their configurations, and what came of them. */
#ifndef JOB_DIFF_H
#define JOB_DIFF_H

#include "base/json.h"
#include "db/record.h"

/* {"lambda":[0.001,0.0001],…}: members of the configuration and results that differ, in their
 * order; what one of them has not is null. The caller frees *differs. */
int job_diff(const struct run_row *left, const struct run_row *right, struct jvalue **differs,
             struct error *err);

#endif
