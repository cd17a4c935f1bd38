#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "job/config.h"

static struct jvalue *drops_to_json(const struct config *config)
{
    struct jvalue *array = jvalue_array();
    for (int i = 0; i < config->lr_drop_count; i++)
        jvalue_add_number(array, config->lr_drops[i]);
    return array;
}

static struct jvalue *tags_to_json(const struct config *config)
{
    struct jvalue *array = jvalue_array();
    for (int i = 0; i < config->tags; i++)
        jvalue_add_text(array, config->tag[i]);
    return array;
}

static void field_to_json(const struct config *config, enum config_field field,
                          struct jvalue *object)
{
    const struct config_row *row = config_row(field);
    const void *value = config_value(config, field);
    switch (row->type) {
    case CONFIG_TEXT: jvalue_set_text(object, row->field, *(char *const *)value); break;
    case CONFIG_REAL: jvalue_set_number(object, row->field, *(const double *)value); break;
    case CONFIG_INTEGER: jvalue_set_integer(object, row->field, *(const int64_t *)value); break;
    case CONFIG_FLAG: jvalue_set_bool(object, row->field, *(const bool *)value); break;
    case CONFIG_CHOICE:
        jvalue_set_text(object, row->field, row->choices[*(const int *)value]);
        break;
    case CONFIG_LIST: jvalue_set(object, row->field, drops_to_json(config)); break;
    case CONFIG_TAGS: jvalue_set(object, row->field, tags_to_json(config)); break;
    }
}

struct jvalue *config_to_json(const struct config *config)
{
    struct jvalue *object = jvalue_object();
    for (int i = 0; i < CONFIG_FIELDS; i++) {
        const enum config_field field = (enum config_field)i;
        if (config_acts(config, field))
            field_to_json(config, field, object);
        else
            jvalue_set_null(object, config_row(field)->field);
    }
    return object;
}

/* One JSON value as the text that config_set reads; NULL when it is of no such kind. */
static char *scalar_text(const struct jvalue *value)
{
    int64_t integer;
    double number;
    bool truth;
    char digits[32];
    if (jvalue_read_text(value))
        return memory_copy_text(jvalue_read_text(value));
    if (jvalue_read_integer(value, &integer))
        return memory_print("%lld", (long long)integer);
    if (jvalue_read_number(value, &number))
        return memory_copy_text(text_print_double(number, digits, sizeof digits));
    if (jvalue_read_bool(value, &truth))
        return memory_copy_text(truth ? "yes" : "no");
    return NULL;
}

static char *array_text(const struct jvalue *array, const char *none)
{
    struct text text = {0};
    for (size_t i = 0; i < jvalue_length(array); i++) {
        char *item = scalar_text(jvalue_at(array, i));
        text_add(&text, "%s%s", i ? "," : "", item ? item : "");
        free(item);
    }
    if (jvalue_length(array) == 0)
        text_add(&text, "%s", none);
    return text_take(&text);
}

static int field_from_json(struct config *config, const char *key, const struct jvalue *value,
                           struct error *err)
{
    int field = config_find(key), code = 0;
    if (field < 0)
        return error_set(err, ERROR_DATA, "configuration: unknown key %s", key);
    if (jvalue_is_null(value))
        return 0;
    const enum config_type type = config_row((enum config_field)field)->type;
    char *text = jvalue_is_array(value) ? array_text(value, type == CONFIG_LIST ? "none" : "")
                                        : scalar_text(value);
    if (!text || jvalue_is_array(value) != (type == CONFIG_LIST || type == CONFIG_TAGS) ||
        config_set(config, (enum config_field)field, text, NULL))
        code = error_set(err, ERROR_DATA, "configuration: %s: %s is not a valid value", key,
                         text ? text : "this");
    free(text);
    return code;
}

int config_from_json(const struct jvalue *json, struct config *config, struct error *err)
{
    config_init(config);
    if (!jvalue_is_object(json))
        return error_set(err, ERROR_DATA, "configuration: not a JSON object");
    for (void *at = jvalue_first(json); at; at = jvalue_next(json, at)) {
        int code = field_from_json(config, jvalue_key(at), jvalue_member(at), err);
        if (code)
            return code;
    }
    memset(config->given, 0, sizeof config->given);
    return 0;
}
