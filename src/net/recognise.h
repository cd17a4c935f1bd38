/*
 * Which network a table of tensors holds, read from the reference code's names and from shapes:
 * family, depth, width factor, classes, input channels, and what is left in every gate.
 */
#ifndef NET_RECOGNISE_H
#define NET_RECOGNISE_H

#include "net/spec.h"
#include "net/tensor.h"

/*
 * The spec of a full network, or of one in the reference code's pruned form: a shrinking gate is as
 * long as its batch norm; a gate on a shared stream reads what "….select.indexes" (F32, 1 or 0 a
 * channel) says, or all channels. The width factor is the simplest that gives the fixed widths; a
 * VGG whose widths no factor gives counts as cut from the full one. `data` of the views is read at
 * selections only, at any alignment.
 *
 * Shapes are believed as far as the spec needs them: that every tensor is there and fits is for the
 * loader to check. ERROR_DATA: no network that is known. spec_done frees.
 */
int recognise_spec(const struct tensor_view *views, int count, struct net_spec *spec,
                   struct error *err);

/* The name of a gate's selection: "layer1.0.bn1" has "layer1.0.select.indexes", "bn" has
 * "select.indexes". Returns `name`. */
char *recognise_select_name(const char *gate, char name[TENSOR_NAME]);

#endif
