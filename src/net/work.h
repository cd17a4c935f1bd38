/* What a prepared network works with. Private to src/net. */
#ifndef NET_WORK_H
#define NET_WORK_H

#include "kernel/fast.h"
#include "net/net.h"

/*
 * When a map is alive, in operators. Backward goes the same way from the other end.
 *
 * The maps of a residual stream, each the one before plus a branch, have one gradient: what reaches
 * a map from behind is the start of what its block's input gets. So they are one life, kept by the
 * stream's first map, the root; a map that belongs to no stream is its own root.
 */
struct map_use {
    int root;
    /* of roots: */
    int first_writer, last_reader; /* a map that nobody reads: its last writer */
    bool one_reader; /* one operator reads all of it: its dx is written once, else it is cleared
                        and added to */
};

/* The part of a map's gradient that is still to be added: be·x + de, each (channels). */
struct deferred {
    double *be, *de;
};

struct net_work {
    int threads;            /* that the scratch is taken for */
    struct map_use *use;    /* (maps) */
    float **evaluating;     /* (maps) where their values are then … */
    float **training;       /* … and there; NULL unless prepared for it */
    bool *takes_statistics; /* (ops) no later operator writes its channels, and a gate reads them */

    float *partial; /* partial sums over groups of the operator at work */
    float *scratch; /* of the threads */

    /* The plain engine's: what the gate of the operator at work leaves, (groups, kept, …), and the
     * gradient of it (NULL unless training). */
    float *activation, *gradient;

    /* The fast engine's. */
    struct op *op;   /* (ops) the list as it runs it … */
    struct map *map; /* (maps) … and the maps as that list sees them */
    int *chain;      /* (ops) residual blocks of the chain that begins here; −1: inside one */
    struct fast_block *block; /* (ops) the blocks of the chain at work … */
    float *affine;            /* … and the numbers of its gates */
    struct fast_space space;
    struct deferred *deferred; /* (maps) */
    float *aside;              /* a map's gradient, where an operator reads and writes one stream */

    /* The coefficients of the gate at work (kernel/gate.h), each as long as the widest map. */
    float *scale, *shift, *al, *be, *de, *mean, *out_be, *out_de;
    double *sum, *product;
};

/* The use of a map, or of the residual stream that it belongs to. */
const struct map_use *work_use(const struct net *net, int map);

/* Points every map at where its values are while training, or while evaluating. */
void work_place_maps(struct net *net, bool training);

/* The next piece of the arena, or, where it is not open yet, only its size. */
void *work_take(struct arena *arena, size_t count, size_t size);

/* A lifetime of `size` bytes from operator `first` to `last`, both included. */
struct lifetime {
    int first, last;
    size_t size;
    size_t offset; /* found by place_lifetimes */
};

/* Gives each lifetime an offset so that no two that overlap in time overlap in memory; returns the
 * bytes of the whole (greedy, the largest first; every size a multiple of 64). */
size_t place_lifetimes(struct lifetime *lives, int count);

/* Floats of a map for `batch` images. */
size_t map_floats(const struct map *map, int batch);

#endif
