/* What a recorded pruning removed. */
#ifndef REPORT_REMOVED_H
#define REPORT_REMOVED_H

#include "db/record.h"
#include "prune/cost.h"

/* By an axis, in per cent (cost_removed). */
double removed_by(const struct pruning_row *pruning, enum cost_axis axis);

#endif
