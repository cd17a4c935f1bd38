#include "cli/output.h"

#include <langinfo.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/memory.h"
#include "base/text.h"

void output_json(struct jvalue *value)
{
    char *line = jvalue_print(value);
    puts(line);
    free(line);
    jvalue_free(value);
}

static char *print_clean(const char *format, va_list args) __attribute__((format(printf, 1, 0)));

static char *print_clean(const char *format, va_list args)
{
    char *text = NULL;
    if (vasprintf(&text, format, args) < 0)
        text = memory_copy_text("");
    text_clean(text);
    return text;
}

void output_field(const char *label, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *value = print_clean(format, args);
    va_end(args);
    printf("  %-22s %s\n", label, value);
    free(value);
}

char *output_percent(double share, char *text, size_t size)
{
    if (isnan(share))
        snprintf(text, size, "-");
    else
        snprintf(text, size, "%.2f %%", 100 * share);
    return text;
}

char *output_change(double before, double after, char *text, size_t size)
{
    char left[24], right[24];
    snprintf(text, size, "%s -> %s  (%+.1f %%)", text_print_count(before, left, sizeof left),
             text_print_count(after, right, sizeof right),
             before > 0 ? 100 * (after / before - 1) : 0.0);
    return text;
}

char *output_number(double value, char *text, size_t size)
{
    if (isnan(value))
        snprintf(text, size, "-");
    else
        snprintf(text, size, "%.4g", value);
    return text;
}

char *output_bytes(double bytes, char *text, size_t size)
{
    char count[24];
    text_print_count(bytes, count, sizeof count);
    snprintf(text, size, "%s%sB", count, strchr(count, ' ') ? "" : " ");
    return text;
}

bool output_is_unicode(void)
{
    return text_equal(nl_langinfo(CODESET), "UTF-8");
}

int output_width(const char *text)
{
    int width = 0;
    mbstate_t state = {0};
    for (size_t left = strlen(text); left > 0;) {
        wchar_t wide;
        size_t length = mbrtowc(&wide, text, left, &state);
        int columns = 1;
        if (length == 0 || length > left) { /* not of this locale: a byte is a column */
            length = 1;
            state = (mbstate_t){0};
        } else if (wcwidth(wide) >= 0) {
            columns = wcwidth(wide);
        }
        width += columns;
        text += length;
        left -= length;
    }
    return width;
}

void table_open(struct table *table, const char *const *heads)
{
    *table = (struct table){.heads = heads};
    while (heads[table->columns])
        table->columns++;
}

void table_add(struct table *table, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    table->cell = memory_grow(table->cell, (size_t)table->cells + 1, sizeof *table->cell);
    table->cell[table->cells++] = print_clean(format, args);
    va_end(args);
}

static void print_row(const struct table *table, char *const *cell, const int *widths)
{
    struct text line = {0};
    for (int c = 0; c < table->columns; c++) {
        const char *text = cell ? cell[c] : table->heads[c] + 1;
        const int pad = widths[c] - output_width(text);
        const bool right = table->heads[c][0] == '>';
        text_add(&line, "%s%*s%s%*s", c ? "  " : "", right ? pad : 0, "", text, right ? 0 : pad,
                 "");
    }
    size_t length = line.length;
    while (length > 0 && line.data[length - 1] == ' ')
        length--;
    printf("%.*s", (int)length, text_get(&line));
    text_done(&line);
}

void table_print(const struct table *table, bool bold_heads)
{
    int *widths = NEW(int, table->columns);
    for (int c = 0; c < table->columns; c++)
        widths[c] = output_width(table->heads[c] + 1);
    for (int i = 0; i < table->cells; i++) {
        int width = output_width(table->cell[i]), *column = &widths[i % table->columns];
        *column = width > *column ? width : *column;
    }
    fputs(bold_heads ? "\033[1m" : "", stdout);
    print_row(table, NULL, widths);
    puts(bold_heads ? "\033[0m" : "");
    for (int i = 0; i < table->cells; i += table->columns) {
        print_row(table, table->cell + i, widths);
        putchar('\n');
    }
    free(widths);
}

void table_close(struct table *table)
{
    for (int i = 0; i < table->cells; i++)
        free(table->cell[i]);
    free(table->cell);
    *table = (struct table){0};
}
