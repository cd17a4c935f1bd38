/*
 * Filters on lists of runs: words and comparisons, all of which must hold.
 *
 *   tl1 vgg                 words that stand in the name, note, network, data, penalty, kind,
 *                           status or a tag (case does not matter)
 *   penalty=tl1 status!=failed tag=night
 *   lambda<1e-3 acc>=90% epoch>5
 */
#ifndef JOB_FILTER_H
#define JOB_FILTER_H

#include <stdbool.h>

#include "base/error.h"
#include "db/record.h"

struct filter; /* opaque; NULL lets everything through */

/* Reads a filter. ERROR_USAGE for a key that is none, or a number that is none. */
int filter_parse(const char *text, struct filter **filter, struct error *err);
void filter_free(struct filter *filter);

/* An unknown number (NaN) fulfils no comparison. */
bool filter_match(const struct filter *filter, const struct run_row *row);

/* The keys, NULL-terminated, for help and completion. */
const char *const *filter_keys(void);

#endif
