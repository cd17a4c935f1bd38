#include "net/net.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "net/build.h"
#include "net/engine.h"
#include "net/family.h"
#include "net/work.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "files and hashes are little-endian");

static const struct engine *const engines[] = {&engine_fast, &engine_blas};
enum { ENGINES = sizeof engines / sizeof *engines };

static struct net *list(const struct net_spec *spec)
{
    struct net *net = build_begin(spec);
    family_of(spec->family)->build(net);
    return net;
}

struct net *net_describe(const struct net_spec *spec)
{
    struct net *net = list(spec);
    build_tensors(net);
    return net;
}

int net_new(const struct net_spec *spec, struct net **net, struct error *err)
{
    *net = NULL;
    struct net *new = list(spec);
    int code = build_finish(new, err);
    if (!code)
        *net = new;
    return code;
}

void net_free(struct net *net)
{
    if (!net)
        return;
    for (int g = 0; g < net->gates; g++)
        free(net->gate[g].channel);
    if (net->work) {
        free(net->work->use);
        free(net->work->evaluating);
        free(net->work->training);
        free(net->work->takes_statistics);
        free(net->work->deferred);
        free(net->work->op);
        free(net->work->map);
        free(net->work->chain);
        free(net->work->block);
        free(net->work);
    }
    arena_close(&net->weights);
    arena_close(&net->activations);
    spec_done(&net->spec);
    free(net->map);
    free(net->gate);
    free(net->op);
    free(net->tensor);
    free(net);
}

const char *const *net_engines(void)
{
    static const char *names[ENGINES + 1];
    for (int i = 0; i < ENGINES; i++)
        names[i] = engines[i]->name;
    return names;
}

bool net_use_engine(struct net *net, const char *name)
{
    for (int i = 0; i < ENGINES; i++)
        if (strcmp(engines[i]->name, name) == 0) {
            net->engine = engines[i];
            return true;
        }
    return false;
}

float *net_parameter(const struct net *net, int tensor)
{
    return net->parameter + net->tensor[tensor].offset;
}

float *net_gradient(const struct net *net, int tensor)
{
    return net->gradient + net->tensor[tensor].offset;
}

float *net_statistic(const struct net *net, int tensor)
{
    return net->statistic + net->tensor[tensor].offset;
}

void net_copy_weights(const struct net *from, struct net *to)
{
    memcpy(to->parameter, from->parameter, from->parameter_count * sizeof *to->parameter);
    memcpy(to->statistic, from->statistic, from->statistic_count * sizeof *to->statistic);
    memcpy(to->tracked, from->tracked, (size_t)from->gates * sizeof *to->tracked);
}

int net_find_tensor(const struct net *net, const char *name)
{
    for (int t = 0; t < net->tensors; t++)
        if (strcmp(net->tensor[t].name, name) == 0)
            return t;
    return -1;
}

bool net_gate_may_be_empty(const struct net *net, int gate)
{
    for (int i = 0; i < net->ops; i++) {
        const struct op *op = &net->op[i];
        if (op->reads == gate && op->weight >= 0)
            return op->shrinks >= 0 ? net_gate_may_be_empty(net, op->shrinks)
                                    : op->add || op->out_first > 0;
    }
    return false;
}

static void fill(float *values, size_t count, double value)
{
    for (size_t i = 0; i < count; i++)
        values[i] = (float)value;
}

static void fill_normal(struct net *net, int tensor, uint64_t seed, double deviation)
{
    struct random random = random_open(seed, RANDOM_WEIGHTS, (uint64_t)tensor, 0);
    float *values = net_parameter(net, tensor);
    for (size_t i = 0; i < net->tensor[tensor].count; i++)
        values[i] = (float)(deviation * random_normal(&random));
}

static void fill_uniform(struct net *net, int tensor, uint64_t seed, double bound)
{
    struct random random = random_open(seed, RANDOM_WEIGHTS, (uint64_t)tensor, 0);
    float *values = net_parameter(net, tensor);
    for (size_t i = 0; i < net->tensor[tensor].count; i++)
        values[i] = (float)(bound * (2 * random_uniform(&random) - 1));
}

static void initialise_op(struct net *net, const struct op *op, uint64_t seed)
{
    if (op->body == OP_CONV)
        fill_normal(net, op->weight, seed, sqrt(2.0 / (op->kernel * op->kernel * op->out_count)));
    if (op->body != OP_LINEAR)
        return;
    if (net->spec.family == NET_VGG) {
        fill_normal(net, op->weight, seed, 0.01);
        fill(net_parameter(net, op->bias), net->tensor[op->bias].count, 0);
    } else {
        fill_uniform(net, op->weight, seed, 1 / sqrt(op->in_count));
        fill_uniform(net, op->bias, seed, 1 / sqrt(op->in_count));
    }
}

void net_initialise(struct net *net, uint64_t seed, double gamma_init)
{
    for (int i = 0; i < net->ops; i++)
        initialise_op(net, &net->op[i], seed);
    for (int g = 0; g < net->gates; g++) {
        const struct gate *gate = &net->gate[g];
        size_t count = (size_t)gate->channels;
        float *gamma = net_parameter(net, gate->gamma);
        fill(gamma, count, 0); /* dropped channels stay 0 */
        for (int k = 0; k < gate->kept; k++)
            gamma[gate->channel[k]] = (float)gamma_init;
        fill(net_parameter(net, gate->beta), count, 0);
        fill(net_statistic(net, gate->running_mean), count, 0);
        fill(net_statistic(net, gate->running_variance), count, 1);
        net->tracked[g] = 0;
    }
}

void net_hash_weights(const struct net *net, char text[HASH_TEXT])
{
    struct hash *hash = hash_new();
    hash_add(hash, net->parameter, net->parameter_count * sizeof(float));
    hash_add(hash, net->statistic, net->statistic_count * sizeof(float));
    hash_finish(hash, text);
}

void net_views(struct net *net, struct tensor_view *views)
{
    for (int t = 0; t < net->tensors; t++) {
        const struct tensor *tensor = &net->tensor[t];
        struct tensor_view *view = &views[t];
        *view = (struct tensor_view){.type = TENSOR_F32, .dims = tensor->dims};
        memcpy(view->name, tensor->name, sizeof view->name);
        for (int i = 0; i < tensor->dims; i++)
            view->shape[i] = tensor->shape[i];
        if (tensor->role == ROLE_TRACKED) {
            view->type = TENSOR_I64;
            view->data = &net->tracked[tensor->offset];
        } else {
            view->data =
                tensor->role < ROLE_RUNNING_MEAN ? net_parameter(net, t) : net_statistic(net, t);
        }
    }
}
