/*
 * What a network is, before it has any weights: family, depth, width and, gate by gate, which
 * channels are left. A *gate* is one batch-norm layer with its prunable channels.
 *
 * A gate between two convolutions (all of VGG's) shrinks: `channels` is what is left and `select`
 * is NULL. A gate on a shared stream (ResNet's first of a block, all of DenseNet's, both heads)
 * keeps its full length and reads only the channels in `select`. Gates of a residual branch or a
 * dense layer may have nothing left (net_gate_may_be_empty).
 */
#ifndef NET_SPEC_H
#define NET_SPEC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/json.h"
#include "net/tensor.h"

enum net_family { NET_VGG, NET_RESNET, NET_DENSENET };

struct gate_spec {
    char name[TENSOR_NAME]; /* as its batch norm in the reference code: "feature.1" */
    int channels;           /* the length of γ */
    int kept;               /* channels that are read: N counts these; = channels where no select */
    uint8_t *select;        /* (channels) 1 = read; NULL: all */
    bool shared;            /* on a shared stream */
    int full;               /* of a gate that shrank: how long it was before any pruning … */
    uint8_t *keep;          /* … (full) 1 = left; NULL: nothing was cut, or nobody knows what */
};

/* The form of num_batches_tracked in model files: (), as PyTorch has it, (1), or none, as files of
 * old. A network that was read writes what it read. */
enum net_counters { COUNTERS_SCALAR, COUNTERS_VECTOR, COUNTERS_NONE };

struct net_spec {
    enum net_family family;
    int depth;
    double width; /* the width factor that the full network was made with */
    int classes;
    int channels; /* of the input: 1 or 3 */
    enum net_counters counters;
    int gates;
    struct gate_spec *gate; /* (gates) in network order */
};

/* The longest that a gate may be: every size of a network stays within an int. */
enum { GATE_CHANNELS_MAX = 8192 };

/* Makes the full network's spec from "vgg16" and the like. ERROR_USAGE for what is no network, or
 * too wide. spec_done frees what it holds. */
int spec_make(const char *arch, double width, int classes, int channels, struct net_spec *spec,
              struct error *err);
void spec_copy(const struct net_spec *from, struct net_spec *to);
void spec_done(struct net_spec *spec);

/* Replaces the gates' channel counts (VGG only), as `bench --widths 22,62,…` does. */
int spec_set_widths(struct net_spec *spec, const int *widths, int count, struct error *err);

/* wide(c) = max(8, c·width rounded half to even); c when width is 1. */
int spec_wide(int channels, double width);

/* "vgg16" into `text` (16 bytes); returns it. */
char *spec_print_arch(const struct net_spec *spec, char *text);

/* The networks that are known, "vgg11" …, NULL-terminated, for help and completion. */
const char *const *spec_known(void);

/* Only some gates may have no channel left (net_gate_may_be_empty): ERROR_DATA naming another. */
int spec_check_empty(const struct net_spec *spec, struct error *err);

/* N, the prunable channels that are left. */
int spec_channels(const struct net_spec *spec);

/* To and from JSON: {"family":"vgg","depth":16,"width":0.25,"classes":10,"channels":3,
 * "gates":[{"name":"feature.1","channels":16,"keep":"1011…"},…]}, "select" in place of "keep" in
 * gates on shared streams: what the store, checkpoints and model files carry. Reading checks every
 * number (ERROR_DATA); spec_parse reads the text. */
struct jvalue *spec_to_json(const struct net_spec *spec);
int spec_from_json(const struct jvalue *json, struct net_spec *spec, struct error *err);
int spec_parse(const char *json, struct net_spec *spec, struct error *err);

#endif
