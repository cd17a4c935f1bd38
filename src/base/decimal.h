/*
 * Percentages as the decimal numbers they are written as: 70 % of N is ⌊N·70/100⌋ exactly, which
 * ⌊N·0.7⌋ in binary floating point is not.
 */
#ifndef BASE_DECIMAL_H
#define BASE_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct decimal {
    int64_t digits; /* value = digits / 10^scale */
    int scale;      /* 0 … 15 */
};

/* Reads "70", "62.32" (at most 15 digits, no sign, no exponent). False when it is not that. */
bool decimal_parse(const char *text, size_t length, struct decimal *value);

/* ⌊n · value / 100⌋, exactly. */
int64_t decimal_percent_floor(struct decimal percent, int64_t n);

/* The shortest p with ⌊n·p/100⌋ = count (0 ≤ count < n); it has as few decimals as will do. */
struct decimal decimal_shortest_percent(int64_t count, int64_t n);

double decimal_value(struct decimal value);

/* Prints without trailing zeros ("62.5"); returns `text`. */
char *decimal_print(struct decimal value, char *text, size_t size);

#endif
