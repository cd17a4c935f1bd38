#include "job/yaml.h"

#include <stdbool.h>
#include <stdlib.h>
#include <yaml.h>

#include "base/memory.h"
#include "base/text.h"

enum { DEPTH = 16, KEYS = 1000 /* of one map */ };

struct reader {
    yaml_parser_t parser;
    yaml_event_t event; /* the present one */
    const char *name, *bytes;
    struct error *err;
};

static int line_of(const struct reader *r)
{
    return (int)r->event.start_mark.line + 1;
}

/* libyaml's own complaint. A byte that is no UTF-8 has an offset only. */
static int fail_parse(const struct reader *r)
{
    int line = (int)r->parser.problem_mark.line + 1;
    if (r->parser.error == YAML_READER_ERROR) {
        line = 1;
        for (size_t i = 0; i < r->parser.problem_offset; i++)
            line += r->bytes[i] == '\n';
    }
    return error_set(r->err, ERROR_USAGE, "%s:%d: %s", r->name, line,
                     r->parser.problem ? r->parser.problem : "is no YAML");
}

static int next(struct reader *r)
{
    yaml_event_delete(&r->event);
    return yaml_parser_parse(&r->parser, &r->event) ? 0 : fail_parse(r);
}

static int read_node(struct reader *r, struct yaml *node, int depth);

static int check_tag(const struct reader *r, const yaml_char_t *tag)
{
    return tag ? error_set(r->err, ERROR_USAGE, "%s:%d: %s: tags have no meaning here", r->name,
                           line_of(r), (const char *)tag)
               : 0;
}

static int read_scalar(struct reader *r, struct yaml *node)
{
    const yaml_char_t *text = r->event.data.scalar.value;
    node->kind = YAML_SCALAR;
    node->text = memory_copy_text((const char *)text);
    if (strlen(node->text) != r->event.data.scalar.length)
        return error_set(r->err, ERROR_USAGE, "%s:%d: a zero byte in a text", r->name, line_of(r));
    return check_tag(r, r->event.data.scalar.tag);
}

static struct yaml *add_item(struct yaml *node)
{
    node->item = memory_grow(node->item, (size_t)node->count + 1, sizeof *node->item);
    node->item[node->count] = (struct yaml){0};
    return &node->item[node->count++];
}

static int read_list(struct reader *r, struct yaml *node, int depth)
{
    node->kind = YAML_LIST;
    int code = check_tag(r, r->event.data.sequence_start.tag);
    while (!code) {
        code = next(r);
        if (code || r->event.type == YAML_SEQUENCE_END_EVENT)
            break;
        code = read_node(r, add_item(node), depth + 1);
    }
    return code;
}

static int read_member(struct reader *r, struct yaml *node, int depth)
{
    int line = line_of(r);
    if (r->event.type != YAML_SCALAR_EVENT)
        return error_set(r->err, ERROR_USAGE, "%s:%d: a key must be a word", r->name, line);
    if (node->count == KEYS)
        return error_set(r->err, ERROR_USAGE, "%s:%d: more than %d keys", r->name, line, KEYS);
    char *key = memory_copy_text((const char *)r->event.data.scalar.value);
    const struct yaml *before = yaml_get(node, key);
    int code = 0;
    if (before)
        code = error_set(r->err, ERROR_USAGE, "%s:%d: %s: stands here twice, first in line %d",
                         r->name, line, key, before->line);
    node->key = memory_grow(node->key, (size_t)node->count + 1, sizeof *node->key);
    node->key[node->count] = key;
    struct yaml *item = add_item(node);
    if (!code)
        code = next(r);
    if (!code)
        code = read_node(r, item, depth + 1);
    item->line = line;
    return code;
}

static int read_map(struct reader *r, struct yaml *node, int depth)
{
    node->kind = YAML_MAP;
    int code = check_tag(r, r->event.data.mapping_start.tag);
    while (!code) {
        code = next(r);
        if (code || r->event.type == YAML_MAPPING_END_EVENT)
            break;
        code = read_member(r, node, depth);
    }
    return code;
}

static int read_node(struct reader *r, struct yaml *node, int depth)
{
    node->line = line_of(r);
    if (depth > DEPTH)
        return error_set(r->err, ERROR_USAGE, "%s:%d: nested too deeply", r->name, node->line);
    switch (r->event.type) {
    case YAML_SCALAR_EVENT: return read_scalar(r, node);
    case YAML_SEQUENCE_START_EVENT: return read_list(r, node, depth);
    case YAML_MAPPING_START_EVENT: return read_map(r, node, depth);
    default:
        return error_set(r->err, ERROR_USAGE, "%s:%d: aliases (*name) have no meaning here",
                         r->name, node->line);
    }
}

static int read_document(struct reader *r, struct yaml *root)
{
    int code = next(r); /* the stream's start */
    if (!code)
        code = next(r);
    if (!code && r->event.type == YAML_STREAM_END_EVENT)
        return error_set(r->err, ERROR_USAGE, "%s:1: is empty", r->name);
    if (!code)
        code = next(r);
    if (!code)
        code = read_node(r, root, 0);
    if (!code)
        code = next(r); /* the document's end */
    if (!code)
        code = next(r);
    if (!code && r->event.type != YAML_STREAM_END_EVENT)
        code = error_set(r->err, ERROR_USAGE, "%s:%d: a second document", r->name, line_of(r));
    return code;
}

int yaml_parse(const char *name, const char *bytes, size_t length, struct yaml *root,
               struct error *err)
{
    struct reader r = {.name = name, .bytes = bytes, .err = err};
    *root = (struct yaml){0};
    if (!yaml_parser_initialize(&r.parser))
        return error_set(err, ERROR_FAILED, "%s: no memory to read it", name);
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)bytes, length);
    int code = read_document(&r, root);
    yaml_event_delete(&r.event);
    yaml_parser_delete(&r.parser);
    if (code)
        yaml_done(root);
    return code;
}

void yaml_done(struct yaml *node)
{
    for (int i = 0; i < node->count; i++) {
        yaml_done(&node->item[i]);
        if (node->key)
            free(node->key[i]);
    }
    free(node->item);
    free(node->key);
    free(node->text);
    *node = (struct yaml){0};
}

const struct yaml *yaml_get(const struct yaml *map, const char *key)
{
    for (int i = 0; map->key && i < map->count; i++)
        if (text_equal(map->key[i], key))
            return &map->item[i];
    return NULL;
}
