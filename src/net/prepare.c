/*
 * Method. All memory of a network at work is one arena. take_all lists the pieces; it runs twice,
 * first without an arena to count the bytes, then to take them.
 *
 * A map is alive from its first writer to its last reader. Evaluation needs no map after that, so
 * the values of maps that do not live at the same time share memory, also in a network prepared for
 * training, for what is small stays in the caches; training needs all values for the backward pass,
 * but there the gradients share memory in the same way.
 */
#include <stdlib.h>

#include "base/lanes.h"
#include "base/memory.h"
#include "kernel/gemm.h"
#include "kernel/task.h"
#include "net/engine.h"
#include "net/work.h"

size_t map_floats(const struct map *map, int batch)
{
    return (size_t)lanes_groups(batch) * lanes_group(map->channels, map->height, map->width);
}

/* Whether an operator reads every channel of its map. */
static bool reads_all(const struct net *net, const struct op *op)
{
    return op->in_count == net->map[op->in].channels;
}

static void find_uses(struct net *net)
{
    struct map_use *use = net->work->use;
    for (int m = 0; m < net->maps; m++)
        use[m] = (struct map_use){.root = m, .first_writer = -1, .last_reader = -1};
    for (int i = 0; i < net->ops; i++) {
        const struct op *op = &net->op[i];
        if (op->add)
            use[op->out].root = use[op->addend].root;
        struct map_use *in = &use[use[op->in].root], *out = &use[use[op->out].root];
        in->one_reader = in->last_reader < 0 && reads_all(net, op);
        in->last_reader = i;
        if (out->first_writer < 0)
            out->first_writer = i;
    }
    for (int i = 0; i < net->ops; i++) {
        struct map_use *out = &use[use[net->op[i].out].root];
        if (out->last_reader < i)
            out->last_reader = i;
    }
    use[net->op[net->ops - 1].out].one_reader = true; /* the loss */
}

static bool gate_reads(const struct net *net, int map)
{
    for (int g = 0; g < net->gates; g++)
        if (net->gate[g].map == map)
            return true;
    return false;
}

static void find_statistics(struct net *net)
{
    for (int i = 0; i < net->ops; i++) {
        const struct op *op = &net->op[i];
        bool last = gate_reads(net, op->out);
        for (int j = i + 1; j < net->ops; j++)
            if (net->op[j].out == op->out && net->op[j].out_first < op->out_first + op->out_count &&
                op->out_first < net->op[j].out_first + net->op[j].out_count)
                last = false;
        net->work->takes_statistics[i] = last;
    }
}

const struct map_use *work_use(const struct net *net, int map)
{
    const struct map_use *use = net->work->use;
    return &use[use[map].root];
}

void *work_take(struct arena *arena, size_t count, size_t size)
{
    if (arena->base)
        return arena_take(arena, count * size);
    arena->used += arena_round(count * size);
    return NULL;
}

/* Gives every map but the input a place for one value a pixel: all at once, or sharing memory; then
 * a residual stream has one place, that of its root. Returns the bytes of the whole. */
static size_t place_maps(const struct net *net, int batch, bool share, struct lifetime *lives)
{
    const struct map_use *use = net->work->use;
    size_t total = 0;
    for (int m = 1; m < net->maps; m++) {
        if (share && use[m].root != m)
            continue;
        lives[m] = (struct lifetime){.first = use[m].first_writer,
                                     .last = use[m].last_reader,
                                     .size = map_floats(&net->map[m], batch) * sizeof(float),
                                     .offset = total};
        total += lives[m].size;
    }
    return share ? place_lifetimes(lives, net->maps) : total;
}

static float *place_of(char *block, const struct lifetime *lives, int map)
{
    return (float *)(void *)(block + lives[map].offset);
}

/* The values of all maps: where they are while training, and, in the same block, while evaluating.
 */
static void take_values(struct net *net, struct arena *arena, int batch, bool training)
{
    const struct map_use *use = net->work->use;
    struct lifetime *alone = NEW(struct lifetime, net->maps);
    struct lifetime *shared = NEW(struct lifetime, net->maps);
    size_t total = training ? place_maps(net, batch, false, alone) : 0;
    size_t least = place_maps(net, batch, true, shared);
    char *block = work_take(arena, total > least ? total : least, 1);
    for (int m = 1; m < net->maps && block; m++) {
        net->work->evaluating[m] = place_of(block, shared, use[m].root);
        net->work->training[m] = training ? place_of(block, alone, m) : NULL;
    }
    free(alone);
    free(shared);
}

void work_place_maps(struct net *net, bool training)
{
    struct net_work *work = net->work;
    for (int m = 1; m < net->maps; m++)
        net->map[m].x = work->map[m].x = (training ? work->training : work->evaluating)[m];
}

static void take_gradients(struct net *net, struct arena *arena, int batch)
{
    struct lifetime *lives = NEW(struct lifetime, net->maps);
    char *block = work_take(arena, place_maps(net, batch, true, lives), 1);
    for (int m = 1; m < net->maps && block; m++)
        net->map[m].dx = place_of(block, lives, net->work->use[m].root);
    free(lives);
}

/* Coefficients of one gate, as long as the widest map. */
static void take_coefficients(struct net *net, struct arena *arena)
{
    struct net_work *work = net->work;
    size_t channels = 0;
    for (int m = 0; m < net->maps; m++)
        if ((size_t)net->map[m].channels > channels)
            channels = (size_t)net->map[m].channels;
    float **lists[] = {&work->scale, &work->shift, &work->al,     &work->be,
                       &work->de,    &work->mean,  &work->out_be, &work->out_de};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        *lists[i] = work_take(arena, channels, sizeof(float));
    work->sum = work_take(arena, channels, sizeof(double));
    work->product = work_take(arena, channels, sizeof(double));
}

static void take_training(struct net *net, struct arena *arena, int batch)
{
    take_gradients(net, arena, batch);
    for (int m = 0; m < net->maps; m++) {
        net->map[m].mean = work_take(arena, (size_t)net->map[m].channels, sizeof(double));
        net->map[m].variance = work_take(arena, (size_t)net->map[m].channels, sizeof(double));
    }
    net->gradient = work_take(arena, net->parameter_count, sizeof(float));
    net->momentum = work_take(arena, net->parameter_count, sizeof(float));
}

static void take_all(struct net *net, struct arena *arena, int batch, bool training)
{
    take_values(net, arena, batch, training);
    take_coefficients(net, arena);
    if (training)
        take_training(net, arena, batch);
    net->engine->take(net, arena, batch, training);
}

static void give_back(struct net *net)
{
    arena_close(&net->activations);
    for (int m = 0; m < net->maps; m++) {
        struct map *map = &net->map[m];
        map->x = map->dx = NULL;
        map->mean = map->variance = NULL;
    }
    net->gradient = net->momentum = NULL;
    net->batch = 0;
    net->training = false;
    net->memory = net->weights.size;
}

int net_prepare(struct net *net, int batch, bool training, struct error *err)
{
    struct arena count = {0};
    gemm_start();
    give_back(net);
    if (!net->work) {
        net->work = NEW(struct net_work, 1);
        net->work->use = NEW(struct map_use, net->maps);
        net->work->evaluating = NEW(float *, net->maps);
        net->work->training = NEW(float *, net->maps);
        net->work->takes_statistics = NEW(bool, net->ops);
        net->work->deferred = NEW(struct deferred, net->maps);
        net->work->op = NEW(struct op, net->ops);
        net->work->map = NEW(struct map, net->maps);
        net->work->chain = NEW(int, net->ops);
        net->work->block = NEW(struct fast_block, net->ops);
        find_uses(net);
        find_statistics(net);
    }
    net->work->threads = task_threads();
    take_all(net, &count, batch, training);
    int code = arena_open(&net->activations, count.used, err);
    if (code)
        return code;
    take_all(net, &net->activations, batch, training);
    work_place_maps(net, training);
    net->batch = batch;
    net->training = training;
    net->memory = net->weights.size + net->activations.size;
    return 0;
}
