/* Runs that differ in nothing but their seed. */
#ifndef UI_SERIES_H
#define UI_SERIES_H

#include "db/record.h"

/* A number for each run, the same for those of one series (run_series); of which the finished and
 * the others stand apart, for means are of what is finished. The caller frees. */
int *series_of(const struct run_row *row, int count);

#endif
