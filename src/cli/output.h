/*
 * What commands print on stdout: tables, named values, one line of JSON. Text that came from
 * outside (names, paths) is made harmless to the terminal here.
 */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/json.h"

/* Prints the value on one line, and frees it. */
void output_json(struct jvalue *value);

/* "  label                 value" */
void output_field(const char *label, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* "90.02 %" of 0.9002; "-" when it is unknown (NaN). Returns `text` (16 bytes). */
char *output_percent(double share, char *text, size_t size);

/* "920 k -> 110 k  (-88.0 %)" into `text` (64 bytes); returns it. */
char *output_change(double before, double after, char *text, size_t size);

/* A number as %.4g would print it, "-" for NaN, into `text` (24 bytes); returns it. */
char *output_number(double value, char *text, size_t size);

/* "3.7 MB" into `text` (24 bytes); returns it. */
char *output_bytes(double bytes, char *text, size_t size);

/* Whether the locale's characters are UTF-8. */
bool output_is_unicode(void);

/* `text` without control characters, its width in columns, for padding. */
int output_width(const char *text);

/* A table: open with the columns' heads ("<name" left, ">run" right aligned; NULL ends), add the
 * cells row by row, print. Columns are as wide as they need to be. */
struct table {
    const char *const *heads;
    int columns;
    char **cell;
    int cells;
};
void table_open(struct table *table, const char *const *heads);
void table_add(struct table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));
void table_print(const struct table *table, bool bold_heads);
void table_close(struct table *table);

#endif
