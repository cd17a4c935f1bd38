/* Reading one value, one setting, one axis of a plan. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "job/plan_read.h"

int draft_fail(const struct draft *draft, int line, const char *format, ...)
{
    char text[500];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return error_set(draft->err, ERROR_USAGE, "%s:%d: %s", draft->plan->path, line, text);
}

int draft_place(const struct draft *draft, int line)
{
    char *text = memory_copy_text(draft->err->text), *hint = memory_copy_text(draft->err->hint);
    draft_fail(draft, line, "%s", text + (strncmp(text, "--", 2) == 0 ? 2 : 0));
    if (*hint)
        error_hint(draft->err, "%s", hint);
    free(text);
    free(hint);
    return ERROR_USAGE;
}

/* --- keys and values -------------------------------------------------------------------------- */

int draft_unknown(const struct draft *d, const char *where, const char *key, int line,
                  const char *const *known)
{
    draft_fail(d, line, "%s%s%s: no such key", where, *where ? ": " : "", key);
    const char *near = text_nearest(key, known);
    return near ? error_hint(d->err, "did you mean %s?", near) : ERROR_USAGE;
}

/* The field of config.def that a key names; −1 with the error set. */
static int find_field(const struct draft *d, const char *where, const char *key, int line)
{
    const char *known[CONFIG_FIELDS + 1] = {0};
    int field = config_find(key);
    for (int i = 0; i < CONFIG_FIELDS; i++)
        known[i] = config_row((enum config_field)i)->field;
    if (field < 0)
        draft_unknown(d, where, key, line, known);
    return field;
}

int draft_want(const struct draft *d, const struct yaml *node, enum yaml_kind kind,
               const char *what)
{
    static const char *const names[] = {
        [YAML_SCALAR] = "a single value", [YAML_LIST] = "a list", [YAML_MAP] = "keys and values"};
    if (node->kind == kind)
        return 0;
    return draft_fail(d, node->line, "%s: must be %s, not %s", what, names[kind],
                      node->kind == YAML_SCALAR && !*node->text ? "empty" : names[node->kind]);
}

/* true and false are YAML's own words for yes and no. */
static const char *flag_word(const char *text)
{
    if (text_equal(text, "true"))
        return "yes";
    return text_equal(text, "false") ? "no" : text;
}

int draft_flag(const struct draft *d, const struct yaml *node, const char *key, bool *flag)
{
    int code = draft_want(d, node, YAML_SCALAR, key);
    if (code)
        return code;
    const char *word = flag_word(node->text);
    *flag = text_equal(word, "yes");
    return *flag || text_equal(word, "no")
               ? 0
               : draft_fail(d, node->line, "%s %s: must be yes or no", key, node->text);
}

int draft_integer(const struct draft *d, const struct yaml *node, const char *key, int low,
                  int high, int *value)
{
    int64_t number;
    int code = draft_want(d, node, YAML_SCALAR, key);
    if (code)
        return code;
    if (!text_parse_integer(node->text, &number) || number < low || number > high)
        return draft_fail(d, node->line, "%s %s: must be a whole number, %d to %d", key, node->text,
                          low, high);
    *value = (int)number;
    return 0;
}

/* The text of one value of a field, tried on a configuration. A list is one value where the field
 * is one (lr_drops, tag). The caller frees *text. */
static int read_value(const struct draft *d, enum config_field field, const struct yaml *node,
                      char **text)
{
    const struct config_row *row = config_row(field);
    bool list = row->type == CONFIG_LIST || row->type == CONFIG_TAGS;
    struct text joined = {0};
    struct config scratch;
    int code = list && node->kind == YAML_LIST ? 0 : draft_want(d, node, YAML_SCALAR, row->field);
    for (int i = 0; i < node->count && !code; i++) {
        code = draft_want(d, &node->item[i], YAML_SCALAR, row->field);
        if (!code)
            text_add(&joined, "%s%s", i ? "," : "", node->item[i].text);
    }
    if (!code && node->kind == YAML_SCALAR)
        text_add(&joined, "%s", row->type == CONFIG_FLAG ? flag_word(node->text) : node->text);
    if (!code && !joined.length)
        code = draft_fail(d, node->line, "%s: has no value", row->field);
    if (!code) {
        config_init(&scratch);
        code = config_set(&scratch, field, text_get(&joined), d->err);
        code = code ? draft_place(d, node->line) : 0;
        config_done(&scratch);
    }
    *text = text_take(&joined);
    return code;
}

/* --- settings and axes ------------------------------------------------------------------------ */

int draft_setting(const struct draft *d, const char *where, const char *key,
                  const struct yaml *node, struct plan_setting **set, int *sets)
{
    int field = find_field(d, where, key, node->line);
    if (field < 0)
        return ERROR_USAGE;
    for (int i = 0; i < *sets; i++)
        if ((*set)[i].field == (enum config_field)field)
            return draft_fail(d, node->line, "%s: %s: stands here twice", where, key);
    struct plan_setting *setting = PLAN_ADD(*set, *sets);
    setting->field = (enum config_field)field;
    setting->line = node->line;
    return read_value(d, setting->field, node, &setting->text);
}

int draft_settings(const struct draft *d, const char *where, const struct yaml *node,
                   struct plan_setting **set, int *sets)
{
    int code = draft_want(d, node, YAML_MAP, where);
    for (int i = 0; i < node->count && !code; i++)
        code = draft_setting(d, where, node->key[i], &node->item[i], set, sets);
    if (!code && node->count == 0)
        code = draft_fail(d, node->line, "%s: is empty", where);
    return code;
}

/* Adds a value; the same value twice is a mistake. */
static int add_value(const struct draft *d, struct plan_axis *axis, const struct yaml *node)
{
    char *text;
    int code = read_value(d, axis->field, node, &text);
    axis->text = memory_grow(axis->text, (size_t)axis->count + 1, sizeof *axis->text);
    axis->place = memory_grow(axis->place, (size_t)axis->count + 1, sizeof *axis->place);
    axis->place[axis->count] = node->line;
    axis->text[axis->count++] = text;
    return code;
}

/* A list of values, or, where `single`, one value as well. */
static int read_axis(const struct draft *d, const char *where, const char *key,
                     const struct yaml *node, bool single, struct plan_axis *axis)
{
    int field = find_field(d, where, key, node->line), code = 0;
    if (field < 0)
        return ERROR_USAGE;
    axis->field = (enum config_field)field;
    axis->line = node->line;
    if (single && node->kind == YAML_SCALAR)
        return add_value(d, axis, node);
    char *what = memory_print("%s: %s", where, key);
    code = draft_want(d, node, YAML_LIST, what);
    if (!code && node->count == 0)
        code = draft_fail(d, node->line, "%s: has no values", what);
    for (int i = 0; i < node->count && !code; i++)
        code = add_value(d, axis, &node->item[i]);
    free(what);
    return code;
}

int draft_axes(const struct draft *d, const char *where, const struct yaml *node, bool single,
               struct plan_axis **axes, int *count)
{
    int code = draft_want(d, node, YAML_MAP, where);
    for (int i = 0; i < node->count && !code; i++)
        code = read_axis(d, where, node->key[i], &node->item[i], single, PLAN_ADD(*axes, *count));
    if (!code && node->count == 0)
        code = draft_fail(d, node->line, "%s: is empty", where);
    for (int i = 0; i < *count && !code; i++)
        for (int j = 0; j < i && !code; j++)
            if ((*axes)[i].field == (*axes)[j].field)
                code = draft_fail(d, (*axes)[i].line, "%s: %s: stands here twice", where,
                                  config_row((*axes)[i].field)->field);
    return code;
}

void settings_free(struct plan_setting *set, int sets)
{
    for (int i = 0; i < sets; i++)
        free(set[i].text);
    free(set);
}
