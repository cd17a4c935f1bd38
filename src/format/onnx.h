/*
 * ONNX out (IR 7, opset 13): the network as it evaluates, for any runtime. Input "input" (N, C, 32,
 * 32), normalised; output "logits" (N, classes). Channels that a gate chooses are gathered in front
 * of its batch norm, which holds only these.
 */
#ifndef FORMAT_ONNX_H
#define FORMAT_ONNX_H

#include "net/net.h"

/* Writes the network. The bytes depend on it alone. Size and SHA-256 of the file go to *bytes and
 * `hash` (either may be NULL). */
int onnx_write(const struct net *net, const char *path, int64_t *bytes, char hash[HASH_TEXT],
               struct error *err);

#endif
