/* Exporting a network as a model file. Its bytes depend on the network alone: no ids, no times. */
#ifndef JOB_EXPORT_H
#define JOB_EXPORT_H

#include "net/net.h"

enum export_format { EXPORT_SAFETENSORS, EXPORT_ONNX, EXPORT_NPZ };

/* Which "….select.indexes" a safetensors file has: where a channel is dropped or the file that was
 * imported had one; for every gate on a shared stream; none, the weights at full input width with
 * zeros (see format/model.h, surgery_widen). */
enum export_select { EXPORT_SELECT_NEEDED, EXPORT_SELECT_ALWAYS, EXPORT_SELECT_NEVER };

/* By name ("onnx", "always"); −1: none. NULL-terminated lists of the names. */
int export_find_format(const char *name);
int export_find_select(const char *name);
extern const char *const export_formats[], *const export_selects[];

/* The format of a file's suffix (.safetensors, .onnx, .npz); −1: none. */
int export_suffix_format(const char *path);

/* Writes the network; `select` acts on safetensors only. Size and SHA-256 of the file go to *bytes
 * and `hash` (either may be NULL). */
int export_network(struct net *net, enum export_format format, enum export_select select,
                   const char *path, int64_t *bytes, char hash[HASH_TEXT], struct error *err);

#endif
