#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/lanes.h"
#include "base/memory.h"
#include "base/random.h"
#include "prune/cost.h"
#include "prune/surgery.h"
#include "tests/unit/prune/test_prune.h"

enum { IMAGES = 20, CLASSES = 10 };

/* A network in which everything is random: weights, γ, β, statistics, counters. */
static struct net *random_net(const char *arch, double width, uint64_t seed)
{
    struct error err = {0};
    struct net_spec spec;
    struct net *net;
    ck_assert_int_eq(spec_make(arch, width, CLASSES, 3, &spec, &err), 0);
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

static struct keep_mask mask_of(const struct net *net, const char *percent)
{
    return mask_must(net, NULL, amount_channels(percent));
}

/* The logits of IMAGES random images (IMAGES, CLASSES) in evaluation mode. */
static void evaluate(struct net *net, double *logits)
{
    struct error err = {0};
    size_t floats = (size_t)lanes_groups(IMAGES) * lanes_group(3, 32, 32);
    float *x = aligned_alloc(64, floats * sizeof *x), row[CLASSES];
    struct random random = random_open(9, RANDOM_TEST, 4, 0);
    ck_assert_ptr_nonnull(x);
    for (size_t i = 0; i < floats; i++)
        x[i] = (float)random_normal(&random);
    ck_assert_msg(net_prepare(net, IMAGES, false, &err) == 0, "%s", err.text);
    net_forward(net, x, IMAGES, false);
    for (int i = 0; i < IMAGES; i++) {
        net_logits(net, i, row);
        for (int k = 0; k < CLASSES; k++)
            logits[i * CLASSES + k] = (double)row[k];
    }
    free(x);
}

/* max |a − b| / max |a| */
static double difference(struct net *a, struct net *b)
{
    double of_a[IMAGES * CLASSES], of_b[IMAGES * CLASSES], most = 0, largest = 0;
    evaluate(a, of_a);
    evaluate(b, of_b);
    for (int i = 0; i < IMAGES * CLASSES; i++) {
        most = fmax(most, fabs(of_a[i] - of_b[i]));
        largest = fmax(largest, fabs(of_a[i]));
    }
    ck_assert(largest > 0.01);
    return most / largest;
}

/* The masked network and the small one are the same function; the unpruned one is another. */
START_TEST(small_and_masked_networks_agree)
{
    static const char *const arch[] = {"vgg11", "vgg16"};
    struct error err = {0};
    struct net *net = random_net(arch[_i], 0.25, 21), *slim, *masked, *copy;
    struct keep_mask mask = mask_of(net, "60");
    char before[HASH_TEXT], after[HASH_TEXT], of_copy[HASH_TEXT];
    net_hash_weights(net, before);
    ck_assert_msg(surgery_slim(net, &mask, &slim, &err) == 0, "%s", err.text);
    ck_assert_int_eq(surgery_masked(net, &mask, &masked, &err), 0);
    ck_assert_int_eq(surgery_copy(net, &copy, &err), 0);
    net_hash_weights(net, after);
    net_hash_weights(copy, of_copy);
    ck_assert_str_eq(before, after); /* the source was only read */
    ck_assert_str_eq(before, of_copy);
    ck_assert_int_eq(copy->tracked[2], 102);
    ck_assert(difference(masked, slim) < 1e-5);
    ck_assert(difference(net, slim) > 1e-2);
    net_free(copy);
    net_free(masked);
    net_free(slim);
    mask_done(&mask);
    net_free(net);
}
END_TEST

START_TEST(shapes_and_cost_follow_the_mask)
{
    struct error err = {0};
    struct net *net = random_net("vgg13", 0.25, 22), *slim;
    struct keep_mask mask = mask_of(net, "50");
    struct cost counted, real;
    int kept[10];
    ck_assert_int_eq(surgery_slim(net, &mask, &slim, &err), 0);
    ck_assert_int_eq(slim->tensors, net->tensors);
    for (int g = 0; g < net->gates; g++)
        kept[g] = mask.gate[g].kept;
    for (int i = 0; i < net->ops; i++) {
        const struct op *op = &slim->op[i];
        if (op->weight < 0)
            continue;
        const struct tensor *weight = &slim->tensor[op->weight];
        ck_assert_str_eq(weight->name, net->tensor[net->op[i].weight].name);
        ck_assert_int_eq(weight->shape[0], op->shrinks >= 0 ? kept[op->shrinks] : CLASSES);
        ck_assert_int_eq(weight->shape[1], op->reads >= 0 ? kept[op->reads] : 3);
    }
    for (int g = 0; g < net->gates; g++) {
        ck_assert_int_eq(slim->gate[g].channels, kept[g]);
        ck_assert_int_eq(slim->tensor[slim->gate[g].gamma].shape[0], kept[g]);
        ck_assert_int_eq(slim->tracked[g], 100 + g);
    }
    cost_count(net, kept, &counted);
    cost_count(slim, NULL, &real);
    ck_assert_mem_eq(&counted, &real, sizeof real);
    ck_assert_uint_eq((uint64_t)real.parameters, slim->parameter_count);
    net_free(slim);
    mask_done(&mask);
    net_free(net);
}
END_TEST

/* Each weight of the small network is the one of its channels in the full one. */
START_TEST(weights_are_those_of_the_kept_channels)
{
    struct error err = {0};
    struct net *net = random_net("vgg11", 0.125, 23), *slim;
    struct keep_mask mask = mask_of(net, "40");
    ck_assert_int_eq(surgery_slim(net, &mask, &slim, &err), 0);
    int from = net_find_tensor(net, "feature.4.weight"),
        to = net_find_tensor(slim, "feature.4.weight");
    ck_assert_int_ge(from, 0);
    const float *full = net_parameter(net, from), *small = net_parameter(slim, to);
    const uint8_t *in = mask.gate[0].keep, *out = mask.gate[1].keep;
    for (int o = 0; o < net->gate[1].channels; o++)
        for (int i = 0; i < net->gate[0].channels; i++, full += 9)
            if (in[i] && out[o]) {
                ck_assert_mem_eq(full, small, 9 * sizeof *full);
                small += 9;
            }
    ck_assert_ptr_eq(small, net_parameter(slim, to) + slim->tensor[to].count);
    float *variance = net_statistic(slim, slim->gate[1].running_variance);
    for (int c = 0; c < net->gate[1].channels; c++)
        if (out[c]) {
            float want = net_statistic(net, net->gate[1].running_variance)[c];
            ck_assert(*variance == want);
            variance++;
        }
    net_free(slim);
    mask_done(&mask);
    net_free(net);
}
END_TEST

/* A small network is a network: it can be pruned again. */
START_TEST(pruning_works_twice)
{
    struct error err = {0};
    struct net *net = random_net("vgg11", 0.25, 24), *once, *twice, *masked;
    struct keep_mask first = mask_of(net, "30");
    ck_assert_int_eq(surgery_slim(net, &first, &once, &err), 0);
    struct keep_mask second = mask_of(once, "30");
    ck_assert_int_eq(second.channels, first.kept);
    ck_assert_int_eq(surgery_slim(once, &second, &twice, &err), 0);
    ck_assert_int_eq(surgery_masked(once, &second, &masked, &err), 0);
    ck_assert(difference(masked, twice) < 1e-5);

    /* in one step, down to the same channels: the same network */
    struct amount amount = amount_threshold(second.threshold);
    struct keep_mask at_once = mask_must(net, NULL, amount);
    struct net *direct;
    char of_twice[HASH_TEXT], of_direct[HASH_TEXT];
    ck_assert_int_eq(surgery_slim(net, &at_once, &direct, &err), 0);
    net_hash_weights(twice, of_twice);
    net_hash_weights(direct, of_direct);
    ck_assert_str_eq(of_twice, of_direct);

    struct net *none;
    second.gates--; /* a mask of another network */
    ck_assert_int_eq(surgery_slim(net, &second, &none, &err), ERROR_FAILED);
    ck_assert_ptr_null(none);
    second.gates++;
    mask_done(&first);
    mask_done(&second);
    mask_done(&at_once);
    net_free(net);
    net_free(once);
    net_free(twice);
    net_free(masked);
    net_free(direct);
}
END_TEST

START_TEST(nothing_removed_is_a_copy)
{
    struct error err = {0};
    struct net *net = random_net("vgg11", 0.125, 25), *slim;
    struct keep_mask mask = mask_of(net, "0");
    char before[HASH_TEXT], after[HASH_TEXT];
    ck_assert_int_eq(surgery_slim(net, &mask, &slim, &err), 0);
    net_hash_weights(net, before);
    net_hash_weights(slim, after);
    ck_assert_str_eq(before, after);
    net_free(slim);
    mask_done(&mask);
    net_free(net);
}
END_TEST

/* The lists of src/net's own builder cost what the lists written by hand cost. */
START_TEST(built_networks_cost_what_the_reference_counts)
{
    static const struct {
        const char *arch;
        int classes;
        int64_t parameters, flops, macs;
    } known[] = {
        {"vgg19", 10, 20035018, 797304842, 398136320},
        {"vgg19", 100, 20081188, 797397092, 398182400},
        {"vgg16", 10, 14724042, 627355658, 313201664},
        {"vgg16", 100, 14770212, 627447908, 313247744},
    };
    struct error err = {0};
    struct net_spec spec;
    struct cost cost;
    ck_assert_int_eq(spec_make(known[_i].arch, 1, known[_i].classes, 3, &spec, &err), 0);
    struct net *net = net_describe(&spec);
    spec_done(&spec);
    cost_count(net, NULL, &cost);
    ck_assert_int_eq(cost.parameters, known[_i].parameters);
    ck_assert_int_eq(cost.flops, known[_i].flops);
    ck_assert_int_eq(cost.macs, known[_i].macs);
    net_free(net);
}
END_TEST

/* Liu's compact VGG (Liu et al. 2017, table 5) through the builder. */
START_TEST(built_slim_network_costs_what_was_published)
{
    static const int widths[] = {22, 62, 83, 119, 193, 168, 85, 40, 32, 32, 32, 32, 32, 32, 32, 38};
    struct error err = {0};
    struct net_spec spec;
    struct cost cost;
    ck_assert_int_eq(spec_make("vgg19", 1, 10, 3, &spec, &err), 0);
    ck_assert_int_eq(spec_set_widths(&spec, widths, 16, &err), 0);
    struct net *net = net_describe(&spec);
    spec_done(&spec);
    cost_count(net, NULL, &cost);
    ck_assert_int_eq(cost.parameters, 885934);
    ck_assert_int_eq(cost.flops, 181935690);
    ck_assert_ptr_null(net->parameter);
    net_free(net);
}
END_TEST

TCase *surgery_case(void)
{
    TCase *surgery = tcase_create("surgery");
    tcase_add_loop_test(surgery, small_and_masked_networks_agree, 0, 2);
    tcase_add_test(surgery, shapes_and_cost_follow_the_mask);
    tcase_add_test(surgery, weights_are_those_of_the_kept_channels);
    tcase_add_test(surgery, pruning_works_twice);
    tcase_add_test(surgery, nothing_removed_is_a_copy);
    tcase_add_loop_test(surgery, built_networks_cost_what_the_reference_counts, 0, 4);
    tcase_add_test(surgery, built_slim_network_costs_what_was_published);
    return surgery;
}
