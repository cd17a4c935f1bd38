/* For programs: a row each, fractions in full precision, nothing where nothing is known. */
#include <math.h>
#include <string.h>

#include "report/format.h"

static void write_number(struct text *out, double value)
{
    char number[32];
    text_add(out, ",%s", isnan(value) ? "" : text_print_double(value, number, sizeof number));
}

/* Quoted where it must be (RFC 4180). */
static void write_quoted(struct text *out, const char *text)
{
    if (!strpbrk(text, ",\"\n\r")) {
        text_add(out, "%s", text);
        return;
    }
    text_add(out, "\"");
    for (; *text; text++)
        text_add(out, *text == '"' ? "\"%c" : "%c", *text);
    text_add(out, "\"");
}

static void write_row(const struct results *results, const struct result_row *row, struct text *out)
{
    struct result_values values = result_values(results, row);
    const double numbers[] = {values.width, values.lambda, values.a, values.p};
    write_quoted(out, values.network);
    text_add(out, ",");
    write_quoted(out, values.data);
    text_add(out, ",%s", values.penalty);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        write_number(out, numbers[i]);
    text_add(out, ",%d,%s", values.seeds, values.axis);
    write_number(out, values.share);
    for (int c = 0; c < COLUMNS; c++) {
        if (!columns[c].mean)
            continue;
        const struct mean *mean = column_mean(&columns[c], row);
        write_number(out, mean->n ? mean->mean : (double)NAN);
        write_number(out, mean_deviation(mean));
        text_add(out, ",%d", mean->n);
    }
    text_add(out, ",%d\n", row->guessed);
}

static void write_csv(const struct results *results, struct text *out)
{
    text_add(out, "network,data,penalty,width,lambda,a,p,seeds,axis,share");
    for (int c = 0; c < COLUMNS; c++)
        if (columns[c].mean)
            text_add(out, ",%s,%s_std,%s_n", columns[c].key, columns[c].key, columns[c].key);
    text_add(out, ",pruned_interpolated\n");
    for (int i = 0; i < results->rows; i++)
        write_row(results, &results->row[i], out);
}

const struct report_format format_csv = {.name = "csv", .write = write_csv};
