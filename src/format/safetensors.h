/*
 * safetensors (the format of huggingface/safetensors): 8 bytes header length, a JSON header, then
 * the tensors' bytes without holes. Written as the reference writer does (larger element types
 * first, then by name; data on 8 bytes), whole or not at all. Reading refuses overlaps, holes,
 * wrong lengths, huge headers and absurd shapes with ERROR_DATA.
 */
#ifndef FORMAT_SAFETENSORS_H
#define FORMAT_SAFETENSORS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/json.h"
#include "net/tensor.h"

/* Writes `count` tensors and `metadata` (an object of texts, or NULL) to `path`; the size and
 * SHA-256 of the file go to *bytes and `hash` (either may be NULL). The file's bytes depend on the
 * tensors and the metadata alone. */
int safetensors_write(const char *path, const struct tensor_view *views, int count,
                      const struct jvalue *metadata, int64_t *bytes, char hash[HASH_TEXT],
                      struct error *err);

struct safetensors {
    int count;
    struct tensor_view *view; /* (count) in the file's order; data points into the file's bytes, at
                                 any alignment: copy it before reading it as numbers */
    struct jvalue *metadata;  /* an object of texts, or NULL */
    char *bytes;
};

/* Reads a file whole. safetensors_close frees. */
int safetensors_open(const char *path, struct safetensors *file, struct error *err);
void safetensors_close(struct safetensors *file);

const struct tensor_view *safetensors_find(const struct safetensors *file, const char *name);

/* Copies each of `views` (name, type, shape must agree) from the file: all or an error that names
 * the first that is missing or different. Tensors that nobody asked for are an error too when
 * `exact`. */
int safetensors_load(const struct safetensors *file, const struct tensor_view *views, int count,
                     bool exact, struct error *err);

#endif
