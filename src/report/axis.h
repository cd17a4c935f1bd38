/* Axes: what they span, ticks at round numbers, and where a value lies. */
#ifndef REPORT_AXIS_H
#define REPORT_AXIS_H

#include <stdbool.h>
#include <stddef.h>

enum { AXIS_TICKS_MAX = 16 };

struct axis {
    double low, high; /* of a logarithmic axis both above 0 */
    bool log;
    bool powers;         /* labels are powers of ten */
    int ticks, decimals; /* decimals that a tick's label needs */
    double tick[AXIS_TICKS_MAX];
};

/* About `most` ticks (one more where both ends are round) at multiples of 1, 2 or 5 times a power
 * of ten inside low … high. An empty or unordered range is widened to one around `low`. */
void axis_make(struct axis *axis, double low, double high, int most);

/* The same on a logarithmic axis, 0 < low < high: ticks at powers of ten, some left out where they
 * are too many; at 1, 2 and 5 times such where at most two powers of ten lie inside. */
void axis_make_log(struct axis *axis, double low, double high, int most);

/* 0 at low, 1 at high. */
double axis_place(const struct axis *axis, double value);

/* What stands at a tick: "0.25", and on a logarithmic axis "10⁻³". Returns `text`. */
char *axis_print(const struct axis *axis, double tick, char *text, size_t size);

#endif
