/*
 * The network: a list of one operator over maps.
 *
 *     gate (optional)                      body                          leaves behind
 *     choose channels → batch norm → ReLU → conv | pool | linear → raw output, added or appended to
 *                                                                  a map, and its batch statistics
 *
 * VGG, pre-activation ResNet and DenseNet are all chains of it. Only raw outputs are kept; what
 * reads a map applies its own gate. `struct net` is made in two steps: net_new lists operators,
 * maps, gates and tensors and takes the parameters (enough for surgery, export and counting);
 * net_prepare takes the maps and workspace, once, for a batch size. Training allocates nothing.
 *
 * A network is never edited in place: pruning reads one and a keep-mask and makes a smaller one.
 */
#ifndef NET_NET_H
#define NET_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/hash.h"
#include "net/spec.h"

/* Every network sees square images of this side. */
enum { NET_SIDE = 32 };

/* Batch norm's constants (PyTorch's defaults, which the reference code uses). */
#define NET_BN_EPSILON  1e-5
#define NET_BN_MOMENTUM 0.1

/* An activation tensor (⌈N/16⌉, channels, height·width + 1, 16). Map 0 is the input: the caller's,
 * with no x of its own. */
struct map {
    int channels, height, width;
    bool activated;          /* a pool left it: what reads it has no gate and needs no statistics */
    float *x;                /* raw values; NULL before net_prepare. Maps that are not alive at the
                                same time share memory: x while evaluating, dx */
    float *dx;               /* gradient of the loss; NULL when not training, and of the input */
    double *mean, *variance; /* (channels) of the batch, biased: taken by the last operator that
                                writes the map */
};

struct gate {
    char name[TENSOR_NAME];
    int map;      /* the map it reads; its channels are the map's first `channels` */
    int channels; /* the length of γ */
    int kept;
    int *channel; /* (kept) channels that are read, ascending */
    bool shared;  /* γ keeps its length when pruned (see spec.h) */
    int gamma, beta, running_mean, running_variance, tracked; /* tensors */
    const float *gamma_values; /* where γ is read (another method may put a sample there) */
};

enum op_body { OP_CONV, OP_MAX_POOL, OP_AVERAGE_POOL, OP_LINEAR, OP_BODIES };

struct op {
    enum op_body body;
    int gate;         /* −1: none */
    int in, out;      /* maps */
    int in_count;     /* channels it reads */
    int out_count;    /* channels it writes … */
    int out_first;    /* … from this one of `out` on (a dense layer appends) */
    bool add;         /* a residual branch: it writes its result plus … */
    int addend;       /* … this map: `out` itself where a shortcut wrote it first, or the block's
                         input */
    int weight, bias; /* tensors; −1: none */
    int kernel, stride; /* of a convolution (padding kernel/2) or pool */
    int reads;   /* the gate whose kept channels are its inputs: its own, or the one in front of the
                    pool before it; −1: all channels of the map */
    int shrinks; /* the gate that its outputs shrink with; −1: its outputs are fixed */
};

/* What a tensor is; parameters come first in the table, then running statistics, then counters. */
enum tensor_role {
    ROLE_WEIGHT, /* convolution (O, I, k, k) or linear (O, I) */
    ROLE_BIAS,
    ROLE_GAMMA,
    ROLE_BETA,
    ROLE_RUNNING_MEAN,
    ROLE_RUNNING_VARIANCE,
    ROLE_TRACKED, /* num_batches_tracked, I64 */
};

struct tensor {
    char name[TENSOR_NAME]; /* as in the reference code's state_dict */
    enum tensor_role role;
    int dims;
    int shape[TENSOR_DIMS];
    size_t offset; /* in parameters[], statistics[] or tracked[], by role */
    size_t count;
};

/* Seconds that each operator took, added up (ops). */
struct net_times {
    double *forward, *backward; /* of training */
    double *evaluation;
};

struct engine;
struct net_work; /* workspace, private to src/net */

struct net {
    struct net_spec spec;
    int maps, gates, ops, tensors;
    struct map *map;
    struct gate *gate;
    struct op *op;
    struct tensor *tensor;

    /* Three equal blocks, described by the table of tensors, and the running statistics. */
    size_t parameter_count, statistic_count;
    float *parameter;
    float *gradient; /* NULL unless prepared for training */
    float *momentum; /* NULL unless prepared for training */
    float *statistic;
    int64_t *tracked; /* (gates) */

    const struct engine *engine; /* what runs it: net_use_engine */
    int batch;                   /* images it is prepared for; 0: not prepared */
    bool training;
    size_t memory; /* bytes of maps, parameters and workspace */
    struct arena weights, activations;
    struct net_work *work;
    struct net_times *times; /* the caller's; NULL: nobody wants to know */
};

/* Lists and allocates a network of that spec; parameters 0, running variance 1. */
int net_new(const struct net_spec *spec, struct net **net, struct error *err);

/* The lists of a network alone, without weights (parameter and statistic are NULL): enough for
 * counting and previews. net_free frees. */
struct net *net_describe(const struct net_spec *spec);
void net_free(struct net *net);

/* The engines by name, the fastest first, NULL-terminated. */
const char *const *net_engines(void);

/* Which engine runs it, from the next net_prepare on; false: there is none of that name. All of
 * them compute the same network, but not to the last bit. A new network has "blas". */
bool net_use_engine(struct net *net, const char *name);

/* Takes maps and workspace for up to `batch` images and the threads that are set (task.h), for
 * evaluation only or for training too; gradients and momentum are 0 then. Calling it again gives
 * back what was taken before. ERROR_FAILED when there is not enough memory. */
int net_prepare(struct net *net, int batch, bool training, struct error *err);

/* Initial weights: γ = gamma_init, β 0, convolutions N(0, √(2/(k·k·out))), VGG's linear N(0, 0.01),
 * others' linear U(±1/√in), biases 0 or U(±1/√in) alike (method of the reference code). A function
 * of the seed. Running statistics start anew. */
void net_initialise(struct net *net, uint64_t seed, double gamma_init);

/* Where a tensor starts: a parameter, its gradient (only in a network prepared for training), a
 * running statistic. */
float *net_parameter(const struct net *net, int tensor);
float *net_gradient(const struct net *net, int tensor);
float *net_statistic(const struct net *net, int tensor);
int net_find_tensor(const struct net *net, const char *name); /* −1: none */

/* All tensors of a network of the same spec. */
void net_copy_weights(const struct net *from, struct net *to);

/* Whether a gate may lose all its channels: when all that it leads to, gate by gate, is added to a
 * map or appended to one that others have written. A residual branch then adds nothing, a dense
 * layer writes zeros. */
bool net_gate_may_be_empty(const struct net *net, int gate);

/*
 * Forward through all operators. `x` is (⌈count/16⌉, C, H·W + 1, 16), count ≤ batch, on 64 bytes;
 * lanes past `count` hold finite numbers, which change nothing. When training (which needs a
 * network prepared for it), batch statistics are used and the running ones move; otherwise the
 * running ones are used and nothing moves.
 */
void net_forward(struct net *net, const float *x, int count, bool training);

/* The logits of image i < count after net_forward, into `logits` (classes). */
void net_logits(const struct net *net, int image, float *logits);

/* The sum over the images of the cross-entropy of each, and how many are right (the first of equal
 * logits counts). With `gradient`, the gradient of the batch *mean* is left for net_backward. */
double net_loss(struct net *net, const uint8_t *labels, int count, bool gradient, int *right);

/* Fills gradient[] after net_forward(…, true) and net_loss(…, true, …). */
void net_backward(struct net *net, const float *x, int count);

/* Parameters, then running statistics, as float32 little-endian in the table's order. */
void net_hash_weights(const struct net *net, char text[HASH_TEXT]);

/* Views of every tensor (with the counters), in the table's order, into `views` (tensors). */
void net_views(struct net *net, struct tensor_view *views);

#endif
