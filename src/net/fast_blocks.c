/*
 * Method. Three operators in a row (1×1, 3×3, 1×1 added to what the first one reads) are a residual
 * block that keeps the shape of its stream; a *chain* is as many of them as follow each other. One
 * kernel evaluates a chain (kernel/fast/block.c), to the same bits as operator by operator. Its
 * tasks are groups of 16 images, so where there are more threads than groups the operators run one
 * by one: they are cut finer.
 */
#include "net/fast_blocks.h"

#include <string.h>

#include "base/lanes.h"
#include "kernel/task.h"
#include "net/coefficients.h"
#include "net/work.h"

enum { BLOCK_OPS = 3 };

static bool is_conv(const struct op *op, int kernel)
{
    return op->body == OP_CONV && op->kernel == kernel && op->stride == 1 && op->gate >= 0;
}

/* Whether a block stands at op[0 … 2]. */
static bool is_block(const struct net *net, const struct op *op)
{
    const struct map *stream = &net->work->map[op->in];
    return is_conv(op, 1) && is_conv(op + 1, 3) && is_conv(op + 2, 1) && !op[0].add && !op[1].add &&
           op[2].add && op[2].addend == op->in && op[1].in == op[0].out && op[2].in == op[1].out &&
           op[2].out_count == stream->channels && fast_blocks_fit(stream->height, stream->width);
}

static void find_chains(struct net *net)
{
    struct net_work *work = net->work;
    int stream = -1, *chain = NULL; /* where the chain before ends, and how long it is */
    memset(work->chain, 0, (size_t)net->ops * sizeof *work->chain);
    for (int i = 0; i + BLOCK_OPS <= net->ops; i++) {
        const struct op *op = &work->op[i];
        if (!is_block(net, op))
            continue;
        for (int n = 0; n < BLOCK_OPS; n++)
            work->chain[i + n] = -1;
        if (op->in != stream) {
            chain = &work->chain[i];
            *chain = 0;
        }
        ++*chain;
        stream = op[BLOCK_OPS - 1].out;
        i += BLOCK_OPS - 1;
    }
}

/* Lists the chain at op `first`; the gates' numbers stand one after another in work->affine. */
static void list_chain(struct net *net, int first)
{
    struct net_work *work = net->work;
    float *affine = work->affine;
    for (int i = 0; i < work->chain[first]; i++) {
        const struct op *op = &work->op[first + i * BLOCK_OPS];
        struct fast_block *block = &work->block[i];
        block->narrow = net_parameter(net, op[0].weight);
        block->inner = net_parameter(net, op[1].weight);
        block->widen = net_parameter(net, op[2].weight);
        for (int n = 0; n < BLOCK_OPS; n++) {
            const struct gate *gate = &net->gate[op[n].gate];
            block->gate[n] = (struct fast_gate){.count = gate->kept, .channel = gate->channel};
            if (!affine)
                continue;
            block->gate[n].scale = affine;
            block->gate[n].shift = affine + gate->kept;
            affine += 2 * gate->kept;
        }
    }
}

static void fill_affine(struct net *net, int first)
{
    float *affine = net->work->affine;
    for (int i = 0; i < net->work->chain[first] * BLOCK_OPS; i++) {
        const struct gate *gate = &net->gate[net->work->op[first + i].gate];
        const size_t size = (size_t)gate->kept * sizeof(float);
        struct gate_affine from = coefficients_affine(net, gate, false);
        memcpy(affine, from.scale, size);
        memcpy(affine + gate->kept, from.shift, size);
        affine += 2 * gate->kept;
    }
}

static struct fast_stream stream_of(const struct net *net, int first, int images)
{
    const struct map *map = &net->work->map[net->work->op[first].in];
    return (struct fast_stream){.channels = map->channels,
                                .height = map->height,
                                .width = map->width,
                                .images = images,
                                .x = map->x,
                                .group = lanes_group(map->channels, map->height, map->width)};
}

void fast_blocks_take(struct net *net, struct arena *arena, int batch, struct fast_space *space)
{
    struct net_work *work = net->work;
    size_t numbers = 0;
    find_chains(net);
    for (int g = 0; g < net->gates; g++)
        numbers += 2 * (size_t)net->gate[g].kept;
    work->affine = work_take(arena, numbers, sizeof(float));
    for (int i = 0; i < net->ops; i++) {
        if (work->chain[i] <= 0)
            continue;
        list_chain(net, i);
        struct fast_stream stream = stream_of(net, i, batch);
        struct fast_space need = fast_blocks_space(&stream, work->block, work->chain[i]);
        if (need.thread_size > space->thread_size)
            space->thread_size = need.thread_size;
    }
}

bool fast_blocks_forward_chain(struct net *net, int op, int images)
{
    const struct net_work *work = net->work;
    if (work->chain[op] == 0 || task_threads() > lanes_groups(images))
        return false;
    if (work->chain[op] > 0) {
        struct fast_stream stream = stream_of(net, op, images);
        list_chain(net, op);
        fill_affine(net, op);
        fast_blocks_forward(&stream, work->block, work->chain[op], &work->space);
    }
    return true;
}
