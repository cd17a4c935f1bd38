/*
 * Method. All memory of a network at work is one arena. take_all lists the pieces; it runs twice,
 * first without an arena to count the bytes, then to take them.
 *
 * A map is alive from its first writer to its last reader. Evaluation needs no map after that, so
 * the values of maps that do not live at the same time share memory; training needs all values for
 * the backward pass, but there the gradients share memory in the same way.
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

/* One value a pixel of every map but the input: all at once, or sharing memory; then a residual
 * stream has one place, that of its root. */
static void take_maps(struct net *net, struct arena *arena, int batch, bool share, bool gradient)
{
    const struct map_use *use = net->work->use;
    struct lifetime *lives = NEW(struct lifetime, net->maps);
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
    if (share)
        total = place_lifetimes(lives, net->maps);
    char *block = work_take(arena, total, 1);
    for (int m = 1; m < net->maps && block; m++) {
        size_t offset = lives[share ? use[m].root : m].offset;
        float *at = (float *)(void *)(block + offset);
        *(gradient ? &net->map[m].dx : &net->map[m].x) = at;
    }
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
    take_maps(net, arena, batch, true, true);
    for (int m = 0; m < net->maps; m++) {
        net->map[m].mean = work_take(arena, (size_t)net->map[m].channels, sizeof(double));
        net->map[m].variance = work_take(arena, (size_t)net->map[m].channels, sizeof(double));
    }
    net->gradient = work_take(arena, net->parameter_count, sizeof(float));
    net->momentum = work_take(arena, net->parameter_count, sizeof(float));
}

static void take_all(struct net *net, struct arena *arena, int batch, bool training)
{
    take_maps(net, arena, batch, !training, false);
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
        net->work->takes_statistics = NEW(bool, net->ops);
        net->work->deferred = NEW(struct deferred, net->maps);
        net->work->op = NEW(struct op, net->ops);
        net->work->map = NEW(struct map, net->maps);
        find_uses(net);
        find_statistics(net);
    }
    net->work->threads = task_threads();
    take_all(net, &count, batch, training);
    int code = arena_open(&net->activations, count.used, err);
    if (code)
        return code;
    take_all(net, &net->activations, batch, training);
    net->batch = batch;
    net->training = training;
    net->memory = net->weights.size + net->activations.size;
    return 0;
}
