#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "prune/cost.h"
#include "tests/unit/prune/closed.h"
#include "tests/unit/prune/test_prune.h"

#define M LIST_POOL

/* Liu et al. 2017, table 5; and the 60 % network of foolwood/pytorch-slimming. */
static const int liu[] = {22, 62, M,  83, 119, M,  193, 168, 85, 40,      M,
                          32, 32, 32, 32, M,   32, 32,  32,  38, LIST_END};
static const int foolwood[] = {51,  64, M,  128, 128, M,  256, 254, 245, 213,     M,
                               165, 85, 92, 153, M,   83, 86,  87,  111, LIST_END};
static void check_cost(struct net *net, int64_t parameters, int64_t published, int64_t flops,
                       int64_t macs)
{
    struct cost cost;
    cost_count(net, NULL, &cost);
    ck_assert_int_eq(cost.parameters, parameters);
    ck_assert_int_eq(cost.parameters_published, published);
    ck_assert_int_eq(cost.flops, flops);
    ck_assert_int_eq(cost.macs, macs);
    list_free(net);
}

/* The authors' own counters on their own models. */
START_TEST(full_networks_cost_what_the_reference_counts)
{
    check_cost(list_vgg(vgg19_widths, 10), 20035018, 20035018, 797304842, 398136320);
    check_cost(list_vgg(vgg19_widths, 100), 20081188, 20081188, 797397092, 398182400);
    check_cost(list_vgg(vgg16_widths, 10), 14724042, 14724042, 627355658, 313201664);
    check_cost(list_vgg(vgg16_widths, 100), 14770212, 14770212, 627447908, 313247744);
    check_cost(list_resnet(18, 10), 1703258, 1711338, 504759306, 247646720);
    check_cost(list_resnet(18, 100), 1726388, 1734468, 504805476, 247669760);
    check_cost(list_densenet(12, 10), 1059298, 1068658, 573052330, 282917328);
    check_cost(list_densenet(12, 100), 1100428, 1109788, 573134500, 282958368);
}
END_TEST

START_TEST(slim_networks_cost_what_was_published)
{
    struct cost cost;
    struct net *net = list_vgg(liu, 10);
    cost_count(net, NULL, &cost);
    ck_assert_int_eq(cost.parameters, 885934);
    ck_assert_int_eq(cost.flops, 181935690);
    list_free(net);
    net = list_vgg(foolwood, 10);
    cost_count(net, NULL, &cost);
    ck_assert_int_eq(cost.channels, 2201);
    ck_assert_int_eq(cost.parameters, 3139700);
    list_free(net);
}
END_TEST

/* Counting the full network with kept channels gives what the slim network's own list gives. */
START_TEST(kept_channels_cost_what_the_slim_list_costs)
{
    int kept[16], count = 0;
    struct cost of_kept, of_slim;
    for (int i = 0; liu[i] != LIST_END; i++)
        if (liu[i] != LIST_POOL)
            kept[count++] = liu[i];
    struct net *full = list_vgg(vgg19_widths, 10), *slim = list_vgg(liu, 10);
    ck_assert_int_eq(count, full->gates);
    cost_count(full, kept, &of_kept);
    cost_count(slim, NULL, &of_slim);
    ck_assert_mem_eq(&of_kept, &of_slim, sizeof of_kept);
    ck_assert_int_eq(of_slim.bytes, 4 * (885934 + 2 * of_slim.channels));
    list_free(full);
    list_free(slim);
}
END_TEST

/* The closed forms of the families with a shared stream: batch norm at full width, ReLU and
 * convolution at the selected channels. */
START_TEST(slim_networks_follow_the_closed_forms)
{
    struct net *net = _i == 0 ? list_resnet(18, 10) : list_densenet(12, 10);
    struct random random = random_open(1, RANDOM_TEST, 2, 0);
    int kept[163];
    ck_assert_int_eq(net->gates, _i == 0 ? 163 : 39);
    for (int g = 0; g < net->gates; g++)
        kept[g] = 1 + (int)random_below(&random, (uint32_t)net->gate[g].channels);
    struct closed closed = _i == 0 ? closed_resnet(18, kept, 10) : closed_densenet(12, kept, 10);
    struct cost cost;
    cost_count(net, kept, &cost);
    ck_assert_int_eq(cost.parameters, closed.parameters);
    ck_assert_int_eq(cost.parameters_published, closed.parameters + closed.selection);
    ck_assert_int_eq(cost.flops, closed.flops);
    list_free(net);
}
END_TEST

/* One channel left in every gate: the fewest parameters there can be. */
START_TEST(fewest_parameters)
{
    struct net *nets[] = {list_vgg(vgg19_widths, 10), list_resnet(18, 10), list_densenet(12, 10)};
    static const int64_t fewest[] = {214, 75496, 33116};
    for (int i = 0; i < 3; i++) {
        struct cost cost;
        int *kept = NEW(int, nets[i]->gates);
        for (int g = 0; g < nets[i]->gates; g++)
            kept[g] = 1;
        cost_count(nets[i], kept, &cost);
        ck_assert_int_eq(cost.parameters_published, fewest[i]);
        free(kept);
        list_free(nets[i]);
    }
}
END_TEST

TCase *cost_case(void)
{
    TCase *cost = tcase_create("cost");
    tcase_add_test(cost, full_networks_cost_what_the_reference_counts);
    tcase_add_test(cost, slim_networks_cost_what_was_published);
    tcase_add_test(cost, kept_channels_cost_what_the_slim_list_costs);
    tcase_add_loop_test(cost, slim_networks_follow_the_closed_forms, 0, 2);
    tcase_add_test(cost, fewest_parameters);
    return cost;
}
