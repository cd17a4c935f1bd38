#include "base/json.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

/* struct jvalue is jansson's json_t under a name of ours: only this file knows. */
static json_t *inner(struct jvalue *value)
{
    return (json_t *)value;
}

static const json_t *inner_const(const struct jvalue *value)
{
    return (const json_t *)value;
}

static struct jvalue *outer(json_t *value)
{
    if (!value)
        abort(); /* jansson out of memory */
    return (struct jvalue *)value;
}

/* A JSON string of any bytes: what is no UTF-8 becomes U+FFFD. */
static json_t *text_value(const char *text)
{
    if (!text)
        return json_null();
    json_t *value = json_string(text);
    if (value)
        return value;
    char *fixed = NEW(char, 3 * strlen(text) + 1), *to = fixed;
    for (const char *at = text; *at;) {
        size_t length = 1;
        json_t *good = NULL;
        for (; length <= 4 && !good && strnlen(at, length) == length; length++)
            good = json_stringn(at, length);
        if (good) {
            memcpy(to, at, --length);
            to += length;
            at += length;
            json_decref(good);
        } else {
            memcpy(to, "\xef\xbf\xbd", 3);
            to += 3;
            at++;
        }
    }
    value = json_string(fixed);
    free(fixed);
    return value;
}

static json_t *number_value(double number)
{
    return isfinite(number) ? json_real(number) : json_null();
}

struct jvalue *jvalue_object(void)
{
    return outer(json_object());
}

struct jvalue *jvalue_array(void)
{
    return outer(json_array());
}

void jvalue_free(struct jvalue *value)
{
    json_decref(inner(value));
}

void jvalue_set(struct jvalue *object, const char *key, struct jvalue *value)
{
    json_object_set_new(inner(object), key, value ? inner(value) : json_null());
}

void jvalue_set_integer(struct jvalue *object, const char *key, int64_t number)
{
    json_object_set_new(inner(object), key, json_integer(number));
}

void jvalue_set_number(struct jvalue *object, const char *key, double number)
{
    json_object_set_new(inner(object), key, number_value(number));
}

void jvalue_set_text(struct jvalue *object, const char *key, const char *text)
{
    json_object_set_new(inner(object), key, text_value(text));
}

void jvalue_set_bool(struct jvalue *object, const char *key, bool truth)
{
    json_object_set_new(inner(object), key, json_boolean(truth));
}

void jvalue_set_null(struct jvalue *object, const char *key)
{
    json_object_set_new(inner(object), key, json_null());
}

void jvalue_add(struct jvalue *array, struct jvalue *value)
{
    json_array_append_new(inner(array), value ? inner(value) : json_null());
}

void jvalue_add_integer(struct jvalue *array, int64_t number)
{
    json_array_append_new(inner(array), json_integer(number));
}

void jvalue_add_number(struct jvalue *array, double number)
{
    json_array_append_new(inner(array), number_value(number));
}

void jvalue_add_text(struct jvalue *array, const char *text)
{
    json_array_append_new(inner(array), text_value(text));
}

char *jvalue_print(const struct jvalue *value)
{
    char *text = json_dumps(inner_const(value), JSON_COMPACT | JSON_ENCODE_ANY);
    if (!text)
        abort();
    return text;
}

int jvalue_parse(const char *bytes, size_t length, struct jvalue **value, struct error *err)
{
    json_error_t why;
    json_t *parsed = json_loadb(bytes, length, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &why);
    *value = (struct jvalue *)parsed;
    if (parsed)
        return 0;
    return error_set(err, ERROR_DATA, "JSON: line %d, column %d: %s", why.line, why.column,
                     why.text);
}

const struct jvalue *jvalue_get(const struct jvalue *object, const char *key)
{
    return (const struct jvalue *)json_object_get(inner_const(object), key);
}

bool jvalue_is_null(const struct jvalue *value)
{
    return json_is_null(inner_const(value));
}

bool jvalue_is_object(const struct jvalue *value)
{
    return json_is_object(inner_const(value));
}

bool jvalue_is_array(const struct jvalue *value)
{
    return json_is_array(inner_const(value));
}

size_t jvalue_length(const struct jvalue *value)
{
    const json_t *v = inner_const(value);
    return json_is_array(v) ? json_array_size(v) : json_is_object(v) ? json_object_size(v) : 0;
}

const struct jvalue *jvalue_at(const struct jvalue *array, size_t index)
{
    return (const struct jvalue *)json_array_get(inner_const(array), index);
}

bool jvalue_read_integer(const struct jvalue *value, int64_t *number)
{
    if (!json_is_integer(inner_const(value)))
        return false;
    *number = json_integer_value(inner_const(value));
    return true;
}

bool jvalue_read_number(const struct jvalue *value, double *number)
{
    if (!json_is_number(inner_const(value)))
        return false;
    *number = json_number_value(inner_const(value));
    return true;
}

bool jvalue_read_bool(const struct jvalue *value, bool *truth)
{
    if (!json_is_boolean(inner_const(value)))
        return false;
    *truth = json_is_true(inner_const(value));
    return true;
}

const char *jvalue_read_text(const struct jvalue *value)
{
    return json_string_value(inner_const(value));
}

/* jansson's iterators take a json_t that is not const, but only read it */
static json_t *without_const(const struct jvalue *object)
{
    union {
        const struct jvalue *from;
        json_t *to;
    } cast = {.from = object};
    return cast.to;
}

void *jvalue_first(const struct jvalue *object)
{
    return json_object_iter(without_const(object));
}

void *jvalue_next(const struct jvalue *object, void *at)
{
    return json_object_iter_next(without_const(object), at);
}

const char *jvalue_key(void *at)
{
    return json_object_iter_key(at);
}

const struct jvalue *jvalue_member(void *at)
{
    return (const struct jvalue *)json_object_iter_value(at);
}

char *jvalue_say(const struct jvalue *value)
{
    char digits[32];
    double number;
    int64_t integer;
    if (jvalue_is_null(value))
        return memory_copy_text("-");
    if (jvalue_read_text(value))
        return memory_copy_text(jvalue_read_text(value));
    if (!jvalue_read_integer(value, &integer) && jvalue_read_number(value, &number))
        return memory_copy_text(text_print_double(number, digits, sizeof digits));
    if (!jvalue_is_array(value))
        return jvalue_print(value);
    struct text list = {0};
    for (size_t i = 0; i < jvalue_length(value); i++) {
        char *item = jvalue_say(jvalue_at(value, i));
        text_add(&list, "%s%s", i ? ", " : "", item);
        free(item);
    }
    return text_take(&list);
}
