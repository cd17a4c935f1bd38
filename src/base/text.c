#include "base/text.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static void reserve(struct text *text, size_t more)
{
    if (text->length + more + 1 <= text->room)
        return;
    text->room = 2 * text->room + more + 64;
    text->data = memory_grow(text->data, text->room, 1);
}

void text_add_bytes(struct text *text, const char *bytes, size_t length)
{
    reserve(text, length);
    memcpy(text->data + text->length, bytes, length);
    text->length += length;
    text->data[text->length] = '\0';
}

void text_add(struct text *text, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (length > 0) {
        reserve(text, (size_t)length);
        vsnprintf(text->data + text->length, (size_t)length + 1, format, again);
        text->length += (size_t)length;
    }
    va_end(again);
}

const char *text_get(const struct text *text)
{
    return text->data ? text->data : "";
}

char *text_take(struct text *text)
{
    char *data = text->data ? text->data : memory_copy_text("");
    *text = (struct text){0};
    return data;
}

void text_done(struct text *text)
{
    free(text->data);
    *text = (struct text){0};
}

void text_clean(char *text)
{
    for (unsigned char *at = (unsigned char *)text; *at; at++) {
        if (*at < 0x20 || *at == 0x7f)
            *at = '?';
        else if (at[0] == 0xc2 && at[1] >= 0x80 && at[1] < 0xa0)
            at[0] = at[1] = '?';
    }
}

bool text_parse_integer(const char *text, int64_t *value)
{
    char *end;
    if (!((*text >= '0' && *text <= '9') || *text == '-' || *text == '+'))
        return false;
    errno = 0;
    long long parsed = strtoll(text, &end, 10);
    if (errno || end == text || *end)
        return false;
    *value = parsed;
    return true;
}

bool text_parse_double(const char *text, double *value)
{
    char *end;
    if (!((*text >= '0' && *text <= '9') || *text == '-' || *text == '+' || *text == '.'))
        return false;
    errno = 0;
    double parsed = strtod(text, &end);
    if (end == text || *end || !isfinite(parsed))
        return false;
    *value = parsed;
    return true;
}

char *text_print_double(double value, char *text, size_t size)
{
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(text, size, "%.*g", digits, value);
        if (strtod(text, NULL) == value || isnan(value))
            break;
    }
    return text;
}

char *text_print_count(double count, char *text, size_t size)
{
    static const char *const units[] = {"", " k", " M", " G", " T"};
    int unit = 0;
    while (fabs(count) >= 999.5 && unit < 4) {
        count /= 1000;
        unit++;
    }
    int decimals = unit == 0 ? 0 : count < 9.995 ? 2 : count < 99.95 ? 1 : 0;
    snprintf(text, size, "%.*f%s", decimals, count, units[unit]);
    return text;
}

/* Levenshtein distance of two short words. */
static int distance(const char *a, const char *b)
{
    int row[64];
    int n = (int)strlen(b);
    if (n > 62 || strlen(a) > 62)
        return 99;
    for (int j = 0; j <= n; j++)
        row[j] = j;
    for (int i = 1; a[i - 1]; i++) {
        int corner = row[0];
        row[0] = i;
        for (int j = 1; j <= n; j++) {
            int cost = corner + (a[i - 1] != b[j - 1]);
            corner = row[j];
            int least = row[j] < row[j - 1] ? row[j] + 1 : row[j - 1] + 1;
            row[j] = cost < least ? cost : least;
        }
    }
    return row[n];
}

const char *text_nearest(const char *word, const char *const *names)
{
    const char *best = NULL;
    int least = 3;
    for (; *names; names++) {
        int d = distance(word, *names);
        if (d < least && d < (int)strlen(*names)) {
            least = d;
            best = *names;
        }
    }
    return best;
}

bool text_equal(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}
