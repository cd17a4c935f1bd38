/* Exporting a network's weights as a model file. Its bytes depend on the network alone: no ids, no
 * times. */
#ifndef JOB_EXPORT_H
#define JOB_EXPORT_H

#include "net/net.h"

/* Writes safetensors with the reference code's tensor names and, in the metadata, the network's
 * description ("slimscope": JSON of spec_to_json). Size and SHA-256 go to *bytes and `hash` (either
 * may be NULL). */
int export_safetensors(struct net *net, const char *path, int64_t *bytes, char hash[HASH_TEXT],
                       struct error *err);

#endif
