#include "tests/unit/prune/subject.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/lanes.h"
#include "base/random.h"
#include "tests/unit/prune/test_prune.h"

struct net *subject_new(const char *arch, double width, uint64_t seed)
{
    struct error err = {0};
    struct net_spec spec;
    struct net *net;
    ck_assert_int_eq(spec_make(arch, width, SUBJECT_CLASSES, 3, &spec, &err), 0);
    ck_assert_msg(net_new(&spec, &net, &err) == 0, "%s", err.text);
    spec_done(&spec);
    net_initialise(net, seed, 0.5);
    struct random random = random_open(seed, RANDOM_TEST, 3, 0);
    for (int g = 0; g < net->gates; g++) {
        const struct gate *gate = &net->gate[g];
        for (int c = 0; c < gate->channels; c++) {
            net_parameter(net, gate->gamma)[c] = (float)random_normal(&random);
            net_parameter(net, gate->beta)[c] = (float)(0.3 * random_normal(&random));
            net_statistic(net, gate->running_mean)[c] = (float)(0.2 * random_normal(&random));
            net_statistic(net, gate->running_variance)[c] = (float)(0.5 + random_uniform(&random));
        }
        net->tracked[net->tensor[gate->tracked].offset] = 100 + g;
    }
    return net;
}

float *subject_images(void)
{
    size_t floats = (size_t)lanes_groups(SUBJECT_IMAGES) * lanes_group(3, NET_SIDE, NET_SIDE);
    float *x = aligned_alloc(64, floats * sizeof *x);
    struct random random = random_open(9, RANDOM_TEST, 4, 0);
    ck_assert_ptr_nonnull(x);
    for (size_t i = 0; i < floats; i++)
        x[i] = (float)random_normal(&random);
    return x;
}

static void evaluate(struct net *net, double *logits)
{
    struct error err = {0};
    float *x = subject_images(), row[SUBJECT_CLASSES];
    ck_assert_msg(net_prepare(net, SUBJECT_IMAGES, false, &err) == 0, "%s", err.text);
    net_forward(net, x, SUBJECT_IMAGES, false);
    for (int i = 0; i < SUBJECT_IMAGES; i++) {
        net_logits(net, i, row);
        for (int k = 0; k < SUBJECT_CLASSES; k++)
            logits[i * SUBJECT_CLASSES + k] = (double)row[k];
    }
    free(x);
}

double subject_difference(struct net *a, struct net *b)
{
    enum { LOGITS = SUBJECT_IMAGES * SUBJECT_CLASSES };
    double of_a[LOGITS], of_b[LOGITS], most = 0, largest = 0;
    evaluate(a, of_a);
    evaluate(b, of_b);
    for (int i = 0; i < LOGITS; i++) {
        ck_assert(isfinite(of_a[i]) && isfinite(of_b[i]));
        most = fmax(most, fabs(of_a[i] - of_b[i]));
        largest = fmax(largest, fabs(of_a[i]));
    }
    ck_assert(largest > 0.01);
    return most / largest;
}

struct keep_mask subject_mask(const struct net *net, const char *percent)
{
    return mask_must(net, NULL, amount_channels(percent));
}

struct keep_mask subject_empty(struct net *net, const char *gate)
{
    int g = 0;
    while (g < net->gates && strcmp(net->gate[g].name, gate) != 0)
        g++;
    ck_assert_int_lt(g, net->gates);
    float *gamma = net_parameter(net, net->gate[g].gamma);
    for (int c = 0; c < net->gate[g].channels; c++)
        gamma[c] = 0;
    struct amount amount = amount_threshold(0);
    amount.floor = 0;
    struct keep_mask mask = mask_must(net, NULL, amount);
    ck_assert_int_eq(mask.gate[g].kept, 0);
    return mask;
}
