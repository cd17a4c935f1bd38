/* The tests of src/report, and what they share. */
#ifndef UNIT_TEST_REPORT_H
#define UNIT_TEST_REPORT_H

#include <check.h>

#include "db/store.h"

TCase *axis_case(void);
TCase *figure_case(void);
TCase *save_case(void);
TCase *statistics_case(void);

/* A made-up study of a network with two layers of 4 and 6 channels, in the scratch folder: what is
 * in it stands at the tables of study.c. The caller closes it. */
struct store *study_open(void);

#endif
