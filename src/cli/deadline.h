/* When to stop: the options --until and --for. */
#ifndef CLI_DEADLINE_H
#define CLI_DEADLINE_H

#include "base/clock.h"
#include "cli/option.h"

/* The next time the clock shows --until HH:MM; *until stays where it is not given. ERROR_USAGE when
 * it is no time of day. */
int deadline_until(const struct arguments *arguments, struct deadline *until, struct error *err);

/* The same for --for 8h, 90m, 1h30m, 45s, from now. */
int deadline_for(const struct arguments *arguments, struct deadline *until, struct error *err);

#endif
