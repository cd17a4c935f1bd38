/* A study's table in the formats that people and programs take. */
#ifndef REPORT_FORMAT_H
#define REPORT_FORMAT_H

#include "report/columns.h"

struct report_format {
    const char *name;
    void (*write)(const struct results *results, struct text *out);
};

/* Ended by NULL; the first is the one for a terminal. */
extern const struct report_format *const report_formats[];
const struct report_format *report_format_find(const char *name); /* NULL: none */

/* One file each. */
extern const struct report_format format_text, format_csv, format_latex, format_markdown,
    format_json;

/* The values that tell a row's runs from others, as CSV and JSON have them. */
struct result_values {
    const char *network, *data, *penalty, *axis;
    double width, lambda, a, p, share; /* NaN: has none */
    int seeds;
};
struct result_values result_values(const struct results *results, const struct result_row *row);

#endif
