/*
 * The bodies of the operator. An op_kind knows one body: it reads an input that is already gated,
 * writes its planes of a map, and takes gradients back. Gates, statistics and who adds to what are
 * the driver's (run.c). Private to src/net.
 */
#ifndef NET_OP_H
#define NET_OP_H

#include "net/net.h"

/* One operator at work on `groups` groups of 16 images. */
struct op_run {
    const struct net *net;
    const struct op *op;
    int groups;
    const float *x; /* (groups, in_count, H·W + 1, 16): what the gate left, or the map itself */
    size_t x_group; /* floats from one group to the next */
    float *y;       /* (groups, out_count, …): its planes of `out` */
    const float *dy;
    size_t y_group;
    float *dx; /* shaped as x; NULL: nobody asks for it */
    size_t dx_group;
    bool add; /* to dx, instead of writing it */
    float *partial, *scratch;
};

struct op_kind {
    void (*forward)(const struct op_run *run);
    void (*backward)(const struct op_run *run);
    /* (optional) floats of scratch a thread, and of partial sums. */
    size_t (*scratch)(const struct net *net, const struct op *op);
    size_t (*partial)(const struct net *net, const struct op *op, int groups);
};

extern const struct op_kind op_kinds[OP_BODIES];

/* Whether the body has work: it is never run without channels to read or to write. */
static inline bool op_works(const struct op *op)
{
    return op->in_count > 0 && op->out_count > 0;
}

#endif
