/* Runs that differ in nothing but their seed. */
#ifndef UI_SERIES_H
#define UI_SERIES_H

#include <stdbool.h>

#include "db/record.h"

/* As the view seed_summary groups them; what is not finished is put together with its like only. */
bool series_alike(const struct run_row *a, const struct run_row *b);

#endif
