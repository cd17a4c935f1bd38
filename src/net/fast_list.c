/*
 * Method. A 1×1 convolution mixes channels and an average pool mixes pixels; both are linear, so
 *
 *     pool(W · relu(z)) = W · pool(relu(z))
 *
 * and pooling first (a DenseNet's transition) leaves the convolution a quarter of its products. The
 * two operators change places in a copy of the list: the first becomes the pool, with the gate, and
 * the map between them becomes the small one, with the channels that the gate keeps, in the memory
 * of the large one.
 */
#include "net/fast_list.h"

#include <string.h>

#include "net/work.h"

/* Whether `pool` is an average of all that `conv`, a plain 1×1, writes, and its only reader. */
static bool can_swap(const struct net *net, const struct op *conv, const struct op *pool)
{
    if (conv->body != OP_CONV || conv->kernel != 1 || conv->stride != 1 || conv->add)
        return false;
    if (pool->body != OP_AVERAGE_POOL || pool->gate >= 0 || pool->in != conv->out)
        return false;
    const struct map_use *use = work_use(net, conv->out);
    return conv->out_count == net->map[conv->out].channels && use->first_writer == conv - net->op &&
           use->last_reader == pool - net->op;
}

static void swap(struct net *net, int index)
{
    const struct op conv = net->op[index], pool = net->op[index + 1];
    struct op *first = &net->work->op[index], *second = first + 1;
    struct map *between = &net->work->map[conv.out];
    *first = pool;
    first->gate = conv.gate;
    first->in = conv.in, first->out = conv.out;
    first->in_count = first->out_count = conv.in_count;
    first->out_first = 0;
    *second = conv;
    second->gate = -1;
    second->in = conv.out, second->out = pool.out;
    second->out_first = pool.out_first;
    between->channels = conv.in_count;
    between->height /= pool.kernel;
    between->width /= pool.kernel;
    between->activated = true;
}

void fast_list_fill(struct net *net)
{
    memcpy(net->work->map, net->map, (size_t)net->maps * sizeof *net->map);
    memcpy(net->work->op, net->op, (size_t)net->ops * sizeof *net->op);
    for (int i = 0; i + 1 < net->ops; i++)
        if (can_swap(net, &net->op[i], &net->op[i + 1]))
            swap(net, i);
}
