/*
 * YAML as a tree whose every node knows its line (a thin face of libyaml): what plans are read
 * from.
 *
 * Strict: one document, no aliases, no tags, scalar keys, no key twice. Values stay texts; what
 * they mean is for the reader to say.
 */
#ifndef JOB_YAML_H
#define JOB_YAML_H

#include <stddef.h>

#include "base/error.h"

enum yaml_kind { YAML_SCALAR, YAML_LIST, YAML_MAP };

struct yaml {
    enum yaml_kind kind;
    int line;          /* from 1; of a member of a map, its key's */
    char *text;        /* of a scalar: "" when there is no value */
    int count;         /* of items */
    struct yaml *item; /* (count) of a list or a map */
    char **key;        /* (count) of a map */
};

/* Parses the text of the file `name`. ERROR_USAGE: "NAME:LINE: why". yaml_done frees. */
int yaml_parse(const char *name, const char *bytes, size_t length, struct yaml *root,
               struct error *err);
void yaml_done(struct yaml *node);

/* The member of a map, or NULL. */
const struct yaml *yaml_get(const struct yaml *map, const char *key);

#endif
