/* The tests of the screens, and what they share. */
#ifndef UNIT_TEST_UI_H
#define UNIT_TEST_UI_H

#include <check.h>
#include <stdint.h>

#include "db/store.h"
#include "ui/grid.h"

/* The grid as text is just this. */
void check_dump(const struct grid *grid, const char *expected);

TCase *frame_case(void);
TCase *input_case(void);
TCase *screen_case(void);

/* A store in the scratch folder with six runs (store.c): 1 finished and pruned, 2 retrained from
 * it, 3 training, 4 failed, 5 and 6 waiting (6 goes first). Its path is scratch_path("runs.db"). */
void store_fill(void);

/* Adds a run to it that differs from run 1 in its seed, pruned by 50 % at accuracy 0.9; its id. */
int64_t store_add_seed(void);

#endif
