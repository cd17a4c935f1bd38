/* Time: a monotonic clock for durations, wall time for records and for times of day that were asked
 * for. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

double clock_seconds(void);       /* monotonic */
int64_t clock_milliseconds(void); /* since 1970, UTC */

/* When something has to end: at a time of day, or after a duration, which no change of the wall
 * clock makes longer or shorter. All zero: never. */
struct deadline {
    int64_t wall;  /* as clock_milliseconds; 0: none */
    double steady; /* as clock_seconds; 0: none */
};
bool deadline_is_over(const struct deadline *deadline);

/* "48 s", "3 min 20 s", "2 h 05 min", "3 d 04 h" into `text` (at least 24 bytes); returns it. */
char *clock_print_duration(double seconds, char *text, size_t size);

/* "2026-11-22 19:58" in local time into `text`; returns it. */
char *clock_print_time(int64_t milliseconds, char *text, size_t size);

#endif
