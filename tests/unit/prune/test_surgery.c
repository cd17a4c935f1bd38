#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "prune/cost.h"
#include "prune/surgery.h"
#include "tests/unit/prune/subject.h"
#include "tests/unit/prune/test_prune.h"

/* One of each family, and another depth of VGG. */
static const struct {
    const char *arch;
    double width;
} subjects[] = {{"resnet20", 0.5}, {"densenet22", 0.67}, {"vgg11", 0.25}, {"vgg16", 0.25}};
enum { SUBJECTS = sizeof subjects / sizeof *subjects };

static struct net *subject(int i, uint64_t seed)
{
    return subject_new(subjects[i].arch, subjects[i].width, seed);
}

/* The masked network and the small one are the same function, and so is the small one at full
 * width; the unpruned one is another. All run on the engine of the one they were made from. */
START_TEST(small_and_masked_networks_agree)
{
    static const char *const percents[] = {"40", "80"};
    struct error err = {0};
    struct net *net = subject(_i / 2, 21), *slim, *masked, *copy, *wide;
    struct keep_mask mask = subject_mask(net, percents[_i % 2]);
    char before[HASH_TEXT], after[HASH_TEXT], of_copy[HASH_TEXT];
    ck_assert(net_use_engine(net, net_engines()[_i % 2]));
    net_hash_weights(net, before);
    ck_assert_msg(surgery_slim(net, &mask, &slim, &err) == 0, "%s", err.text);
    ck_assert_int_eq(surgery_masked(net, &mask, &masked, &err), 0);
    ck_assert_int_eq(surgery_copy(net, &copy, &err), 0);
    ck_assert_int_eq(surgery_widen(slim, &wide, &err), 0);
    net_hash_weights(net, after);
    net_hash_weights(copy, of_copy);
    ck_assert_str_eq(before, after); /* the source was only read */
    ck_assert_str_eq(before, of_copy);
    ck_assert_int_eq(copy->tracked[2], 102);
    ck_assert(slim->engine == net->engine && masked->engine == net->engine);
    ck_assert(copy->engine == net->engine && wide->engine == net->engine);
    for (int g = 0; g < wide->gates; g++)
        ck_assert_int_eq(wide->gate[g].kept, slim->gate[g].channels);
    ck_assert_double_lt(subject_difference(masked, slim), 1e-5);
    ck_assert_double_lt(subject_difference(wide, slim), 1e-5);
    ck_assert(subject_difference(net, slim) > 1e-2);
    net_free(copy);
    net_free(wide);
    net_free(masked);
    net_free(slim);
    mask_done(&mask);
    net_free(net);
}
END_TEST

START_TEST(shapes_and_cost_follow_the_mask)
{
    struct error err = {0};
    struct net *net = subject_new("vgg13", 0.25, 22), *slim;
    struct keep_mask mask = subject_mask(net, "50");
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
        ck_assert_int_eq(weight->shape[0], op->shrinks >= 0 ? kept[op->shrinks] : SUBJECT_CLASSES);
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
    struct net *net = subject_new("vgg11", 0.125, 23), *slim;
    struct keep_mask mask = subject_mask(net, "40");
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

static double statistic(const struct net *net, int tensor, int channel)
{
    return (double)net->statistic[net->tensor[tensor].offset + (size_t)channel];
}

/* A gate on a shared stream keeps its length: dropped γ and β are 0, running statistics stay, and
 * the convolution behind it loses inputs alone. */
START_TEST(shared_gates_keep_their_length)
{
    struct error err = {0};
    struct net *net = subject(_i, 26), *slim;
    struct keep_mask mask = subject_mask(net, "60");
    int dropped = 0, shared = 0;
    ck_assert_int_eq(surgery_slim(net, &mask, &slim, &err), 0);
    for (int g = 0; g < net->gates; g++) {
        const struct gate *from = &net->gate[g], *to = &slim->gate[g];
        ck_assert_int_eq(to->kept, mask.gate[g].kept);
        ck_assert_int_eq(to->channels, from->shared ? from->channels : to->kept);
        shared += from->shared;
        for (int c = 0, k = 0; from->shared && c < from->channels; c++) {
            bool keep = mask.gate[g].keep[c];
            float gamma = net_parameter(slim, to->gamma)[c];
            float beta = net_parameter(slim, to->beta)[c];
            ck_assert(gamma == (keep ? net_parameter(net, from->gamma)[c] : 0));
            ck_assert(beta == (keep ? net_parameter(net, from->beta)[c] : 0));
            ck_assert(statistic(slim, to->running_mean, c) ==
                      statistic(net, from->running_mean, c));
            ck_assert(statistic(slim, to->running_variance, c) ==
                      statistic(net, from->running_variance, c));
            if (keep)
                ck_assert_int_eq(to->channel[k++], c);
            dropped += !keep;
        }
    }
    for (int i = 0; i < net->ops; i++)
        if (net->op[i].shrinks < 0)
            ck_assert_int_eq(slim->op[i].out_count, slim->op[i].weight < 0 && slim->op[i].reads >= 0
                                                        ? slim->op[i].in_count
                                                        : net->op[i].out_count);
    ck_assert_int_gt(dropped, 50);
    ck_assert_int_eq(shared, _i == 0 ? 7 : 21);
    net_free(slim);
    mask_done(&mask);
    net_free(net);
}
END_TEST

/* A small network is a network: it can be pruned again. */
START_TEST(pruning_works_twice)
{
    struct error err = {0};
    struct net *net = subject(_i, 24), *once, *twice, *masked;
    struct keep_mask first = subject_mask(net, "30");
    ck_assert_int_eq(surgery_slim(net, &first, &once, &err), 0);
    struct keep_mask second = subject_mask(once, "30");
    ck_assert_int_eq(second.channels, first.kept);
    ck_assert_int_eq(second.channels, spec_channels(&once->spec));
    ck_assert_int_eq(surgery_slim(once, &second, &twice, &err), 0);
    ck_assert_int_eq(surgery_masked(once, &second, &masked, &err), 0);
    ck_assert(subject_difference(masked, twice) < 1e-5);

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
    struct net *net = subject(_i, 25), *slim;
    struct keep_mask mask = subject_mask(net, "0");
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

/* An empty gate takes its branch along. A third gate's branch gave nothing, so nothing is missed;
 * of the others the constant is lost. A dense layer without inputs writes zeros. */
START_TEST(an_empty_gate_takes_its_branch)
{
    static const struct {
        int subject;
        const char *gate;
        int gates; /* that are empty then */
        bool same;
    } rows[] = {{0, "layer2.1.bn3", 3, true},  {0, "layer1.0.bn3", 3, true},
                {0, "layer2.1.bn2", 3, false}, {0, "layer3.0.bn1", 3, false},
                {1, "dense2.1.bn1", 1, true},  {1, "dense1.0.bn1", 1, true}};
    struct error err = {0};
    struct net *net = subject(rows[_i].subject, 27), *slim, *masked;
    struct keep_mask mask = subject_empty(net, rows[_i].gate);
    struct net_spec spec;
    int empty = 0;
    ck_assert_int_eq(surgery_slim(net, &mask, &slim, &err), 0);
    ck_assert_int_eq(surgery_masked(net, &mask, &masked, &err), 0);
    for (int g = 0; g < slim->gates; g++)
        empty += slim->gate[g].kept == 0;
    ck_assert_int_eq(empty, rows[_i].gates);
    ck_assert_int_eq(spec_channels(&slim->spec), mask.kept);
    double difference = subject_difference(masked, slim);
    ck_assert(rows[_i].same ? difference < 1e-5 : difference > 1e-3);

    struct jvalue *json = spec_to_json(&slim->spec); /* as the store and model files have it */
    ck_assert_msg(spec_from_json(json, &spec, &err) == 0, "%s", err.text);
    ck_assert_int_eq(spec_channels(&spec), mask.kept);
    jvalue_free(json);
    spec_done(&spec);

    struct keep_mask more = subject_mask(slim, "40"); /* and it can be pruned again */
    struct net *again;
    ck_assert_int_eq(surgery_slim(slim, &more, &again, &err), 0);
    net_free(masked);
    ck_assert_int_eq(surgery_masked(slim, &more, &masked, &err), 0);
    ck_assert_double_lt(subject_difference(masked, again), 1e-5);
    mask_done(&more);
    net_free(again);
    net_free(masked);
    net_free(slim);
    mask_done(&mask);
    net_free(net);
}
END_TEST

TCase *surgery_case(void)
{
    TCase *surgery = tcase_create("surgery");
    tcase_set_timeout(surgery, 300);
    tcase_add_loop_test(surgery, small_and_masked_networks_agree, 0, 2 * SUBJECTS);
    tcase_add_test(surgery, shapes_and_cost_follow_the_mask);
    tcase_add_test(surgery, weights_are_those_of_the_kept_channels);
    tcase_add_loop_test(surgery, shared_gates_keep_their_length, 0, 2);
    tcase_add_loop_test(surgery, pruning_works_twice, 0, SUBJECTS);
    tcase_add_loop_test(surgery, nothing_removed_is_a_copy, 0, SUBJECTS);
    tcase_add_loop_test(surgery, an_empty_gate_takes_its_branch, 0, 6);
    return surgery;
}
