/* Text: a growing string, strict number parsing, and making foreign text harmless. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A string that grows. {0} is an empty one; `data` is NULL until something was added. */
struct text {
    char *data;
    size_t length, room;
};

void text_add(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_add_bytes(struct text *text, const char *bytes, size_t length);
/* The string ("" if nothing was added), owned by `text`. */
const char *text_get(const struct text *text);
/* The string itself, which the caller frees; `text` is empty again. */
char *text_take(struct text *text);
void text_done(struct text *text);

/* Control characters (C0, DEL, and C1 as UTF-8) become '?', in place. */
void text_clean(char *text);

/* The whole of `text` as a number in the C locale; false for anything else (empty, trailing
 * characters, out of range, NaN, Inf). */
bool text_parse_integer(const char *text, int64_t *value);
bool text_parse_double(const char *text, double *value);

/* Shortest text that reads back as the same double ("0.1", "1e-04" as "0.0001"). Returns `text`,
 * which needs 32 bytes. */
char *text_print_double(double value, char *text, size_t size);

/* A count with SI suffix: "885.9 k", "20.0 M", "797 M" in `text`; returns it. */
char *text_print_count(double count, char *text, size_t size);

/* The nearest of `names` (NULL-terminated) to a mistyped word, or NULL if none is near. */
const char *text_nearest(const char *word, const char *const *names);

bool text_equal(const char *a, const char *b);

#endif
