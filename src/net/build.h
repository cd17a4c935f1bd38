/*
 * Listing a network: the builders of the families (and of small networks in tests) call these in
 * network order between build_begin and build_finish. Private to src/net.
 */
#ifndef NET_BUILD_H
#define NET_BUILD_H

#include "net/net.h"

/* An empty network with a copy of the spec. */
struct net *build_begin(const struct net_spec *spec);

/* Adds a map; returns its index. Map 0 is the input. */
int build_map(struct net *net, int channels, int height, int width, bool activated);

/* Adds the spec's next gate, reading `map`, with γ and β; returns its index. */
int build_gate(struct net *net, int map);

/*
 * Add an operator and its parameters NAME.weight (and NAME.bias). `op` gives gate, in, out, kernel,
 * stride, reads, shrinks and, where they are not 0, in_count (else the gate's kept channels or all
 * of the map's), out_count (else all of the map's) and out_first, add and addend.
 */
void build_conv(struct net *net, const char *name, struct op op);
void build_linear(struct net *net, const char *name, struct op op);
void build_pool(struct net *net, enum op_body body, struct op op);

/* The head of ResNet and DenseNet: the last gate of the spec, an average pool over the whole of
 * `map`, and the linear layer "fc". */
void build_head(struct net *net, int map);

/* Ends the table of tensors: running statistics and counters of all gates, and every offset. */
void build_tensors(struct net *net);

/* build_tensors, and takes the blocks. On an error the network is freed. */
int build_finish(struct net *net, struct error *err);

#endif
