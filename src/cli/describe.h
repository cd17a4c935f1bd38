/*
 * Rows of the store as the JSON that the contract promises (keys are never renamed), and as lines
 * for people.
 */
#ifndef CLI_DESCRIBE_H
#define CLI_DESCRIBE_H

#include <stdbool.h>

#include "base/json.h"
#include "cli/command.h"
#include "data/data.h"

/* What `train` prints of a run. Some data sets' sizes are known of their files alone, without which
 * (`set` NULL) the speed of a training on them is not. */
struct jvalue *describe_run(const struct run_row *row, const struct data_set *set);

/* What `runs` prints of each: as describe_run, plus name, tags, parent, configuration and times. */
int describe_run_fully(struct store *store, const struct run_row *row, struct jvalue **json,
                       struct error *err);

/* What `prune` prints. */
struct jvalue *describe_pruning(const struct pruning_row *row);

struct jvalue *describe_checkpoint(const struct checkpoint_row *row);

/* "vgg11 x0.25", and "tl1 a=1 lambda=0.001", into `text` (80 bytes); returns it. */
char *describe_network(const struct run_row *row, char *text, size_t size);
char *describe_penalty(const struct run_row *row, char *text, size_t size);

/* For people, on stdout. */
void describe_print_run(const struct run_row *row, const struct data_set *set);
void describe_print_pruning(const struct pruning_row *row, bool colour);

#endif
