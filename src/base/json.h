/*
 * JSON values (a thin face of jansson): what --json prints, and what model files carry.
 * A value that is put into another belongs to it; only the outermost one is freed.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct jvalue;

struct jvalue *jvalue_object(void);
struct jvalue *jvalue_array(void);
void jvalue_free(struct jvalue *value); /* NULL is fine */

/* Into an object. A NaN or infinite number, a NULL text or value become null. */
void jvalue_set(struct jvalue *object, const char *key, struct jvalue *value);
void jvalue_set_integer(struct jvalue *object, const char *key, int64_t number);
void jvalue_set_number(struct jvalue *object, const char *key, double number);
void jvalue_set_text(struct jvalue *object, const char *key, const char *text);
void jvalue_set_bool(struct jvalue *object, const char *key, bool truth);
void jvalue_set_null(struct jvalue *object, const char *key);

/* Onto the end of an array. */
void jvalue_add(struct jvalue *array, struct jvalue *value);
void jvalue_add_integer(struct jvalue *array, int64_t number);
void jvalue_add_number(struct jvalue *array, double number);
void jvalue_add_text(struct jvalue *array, const char *text);

/* A value as people read it: numbers as short as they may be, texts without quotes, arrays' values
 * between commas, "-" for null. The caller frees. */
char *jvalue_say(const struct jvalue *value);

/* The whole value as one line of text, which the caller frees. Bytes that are no UTF-8 have become
 * U+FFFD when they were set. */
char *jvalue_print(const struct jvalue *value);

/* Parses one value; duplicate keys and deep nesting are errors (ERROR_DATA, naming the place). */
int jvalue_parse(const char *bytes, size_t length, struct jvalue **value, struct error *err);

/* Readers: false or NULL when the thing is not there or not of that kind. */
const struct jvalue *jvalue_get(const struct jvalue *object, const char *key);
bool jvalue_is_null(const struct jvalue *value);
bool jvalue_is_object(const struct jvalue *value);
bool jvalue_is_array(const struct jvalue *value);
size_t jvalue_length(const struct jvalue *value); /* of an array or object; else 0 */
const struct jvalue *jvalue_at(const struct jvalue *array, size_t index);
bool jvalue_read_integer(const struct jvalue *value, int64_t *number);
bool jvalue_read_number(const struct jvalue *value, double *number); /* integer or real */
bool jvalue_read_bool(const struct jvalue *value, bool *truth);
const char *jvalue_read_text(const struct jvalue *value);

/* Members in the order they were written: for (void *at = jvalue_first(o); at; at = …next(o, at))
 */
void *jvalue_first(const struct jvalue *object);
void *jvalue_next(const struct jvalue *object, void *at);
const char *jvalue_key(void *at);
const struct jvalue *jvalue_member(void *at);

#endif
