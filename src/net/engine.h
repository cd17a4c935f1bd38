/*
 * Engines: two ways to run an operator, behind one record. What they share, the order of the
 * operators (run.c) and the arithmetic of a gate's few numbers (coefficients.h), is not theirs.
 * Private to src/net.
 */
#ifndef NET_ENGINE_H
#define NET_ENGINE_H

#include "net/net.h"
#include "net/op.h"

struct engine {
    const char *name;
    /* Takes its workspace from the arena, or, where that is not open yet, counts it. */
    void (*take)(struct net *net, struct arena *arena, int batch, bool training);
    /* (optional) before the operators of a backward pass. */
    void (*begin_backward)(struct net *net);
    void (*forward)(struct net *net, int op, const float *input, int images, bool training);
    void (*backward)(struct net *net, int op, const float *input, int images);
};

extern const struct engine engine_blas, engine_fast;

/* The body of an operator at work on whole maps, as op.h's kinds take it. */
struct op_run engine_open_run(struct net *net, const struct op *op, const float *input, int images);

/* Floats of one group of a map. */
size_t engine_group(const struct map *map);

#endif
