/* The tests of the screens, and what they share. */
#ifndef UNIT_TEST_UI_H
#define UNIT_TEST_UI_H

#include <check.h>
#include <stdint.h>

#include "db/store.h"
#include "ui/grid.h"
#include "ui/view.h"

/* The grid as text is just this. */
void check_dump(const struct grid *grid, const char *expected);

TCase *frame_case(void);
TCase *input_case(void);
TCase *screen_case(void);
TCase *command_case(void);
TCase *compare_case(void);
TCase *prune_case(void);
TCase *prune_screen_case(void);

/* A store in the scratch folder with six runs (store.c): 1 finished and pruned, 2 retrained from
 * it, 3 training, 4 failed, 5 and 6 waiting (6 goes first). Its path is scratch_path("runs.db"). */
void store_fill(void);

/* Adds a run to it that differs from run 1 in its seed, pruned by 50 % at accuracy 0.9; its id. */
int64_t store_add_seed(void);

/* Prunes that run by so many tenths of a per cent; the accuracy is made up. */
void store_add_pruning(int64_t run, int tenths, double accuracy);

/* Retrains what run 2 retrains once more, for two epochs. */
void store_add_retraining(void);

/* All screens on that store, opened to be read (test_screens.c). */
extern struct scene scene;
void open_scene(void);
void close_scene(void);

/* Runs a script, then saves the screen as "frame" in the scratch folder. */
void script_at(enum screen first, int64_t run, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Whether a text stands in that frame. */
void check_frame(const char *text, bool there);

#endif
