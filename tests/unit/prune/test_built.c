#include "prune/cost.h"
#include "prune/surgery.h"
#include "tests/unit/prune/closed.h"
#include "tests/unit/prune/test_prune.h"

static struct net *describe(const char *arch, int classes)
{
    struct error err = {0};
    struct net_spec spec;
    ck_assert_int_eq(spec_make(arch, 1, classes, 3, &spec, &err), 0);
    struct net *net = net_describe(&spec);
    spec_done(&spec);
    return net;
}

/* The lists of src/net's own builders cost what the authors' counters count on their models. */
START_TEST(built_networks_cost_what_the_reference_counts)
{
    static const struct {
        const char *arch;
        int classes;
        int64_t parameters, published, flops, macs;
    } known[] = {
        {"vgg19", 10, 20035018, 20035018, 797304842, 398136320},
        {"vgg19", 100, 20081188, 20081188, 797397092, 398182400},
        {"vgg16", 10, 14724042, 14724042, 627355658, 313201664},
        {"vgg16", 100, 14770212, 14770212, 627447908, 313247744},
        {"resnet164", 10, 1703258, 1711338, 504759306, 247646720},
        {"resnet164", 100, 1726388, 1734468, 504805476, 247669760},
        {"densenet40", 10, 1059298, 1068658, 573052330, 282917328},
        {"densenet40", 100, 1100428, 1109788, 573134500, 282958368},
    };
    struct cost cost;
    struct net *net = describe(known[_i].arch, known[_i].classes);
    cost_count(net, NULL, &cost);
    ck_assert_int_eq(cost.parameters, known[_i].parameters);
    ck_assert_int_eq(cost.parameters_published, known[_i].published);
    ck_assert_int_eq(cost.flops, known[_i].flops);
    ck_assert_int_eq(cost.macs, known[_i].macs);
    ck_assert_uint_eq(net->parameter_count, (uint64_t)known[_i].parameters);
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

static const struct family_row {
    const char *arch;
    int channels; /* N */
} rows[] = {{"vgg19", 5504}, {"resnet164", 12112}, {"densenet40", 9360}};

static struct closed closed_of(int family, const int *kept, int classes)
{
    return family == 0   ? closed_vgg(vgg19_widths, kept, classes)
           : family == 1 ? closed_resnet(18, kept, classes)
                         : closed_densenet(12, kept, classes);
}

static void check_cost(const struct net *net, const int *kept, const struct closed *closed)
{
    struct cost cost;
    cost_count(net, kept, &cost);
    ck_assert_int_eq(cost.parameters, closed->parameters);
    ck_assert_int_eq(cost.parameters_published, closed->parameters + closed->selection);
    ck_assert_int_eq(cost.flops, closed->flops);
}

/* Pruned at 40, 60 and 70 %: the full network counted with the kept channels, and the builder's own
 * list of the slim one, with what its tensors really hold. */
START_TEST(pruned_networks_cost_what_the_closed_forms_say)
{
    static const char *const percents[] = {"0", "40", "60", "70"};
    int family = _i / 2, classes = _i % 2 ? 100 : 10, kept[163];
    struct net *net = describe(rows[family].arch, classes);
    float **gamma = list_gamma(net, 31, 0);
    for (int p = 0; p < 4; p++) {
        struct amount amount = amount_channels(percents[p]);
        struct keep_mask mask = mask_must(net, gamma, amount);
        struct net_spec spec;
        ck_assert_int_eq(mask.channels, rows[family].channels);
        for (int g = 0; g < net->gates; g++)
            kept[g] = mask.gate[g].kept;
        struct closed closed = closed_of(family, kept, classes);
        check_cost(net, kept, &closed);
        surgery_spec(&net->spec, &mask, &spec);
        struct net *slim = net_describe(&spec);
        check_cost(slim, NULL, &closed);
        ck_assert_uint_eq(slim->parameter_count, (uint64_t)closed.parameters);
        ck_assert_int_eq(spec_channels(&spec), mask.kept);
        net_free(slim);
        spec_done(&spec);
        mask_done(&mask);
    }
    list_free_gamma(net, gamma);
    net_free(net);
}
END_TEST

/* With one channel left in every gate. */
START_TEST(the_smallest_networks_cost_what_is_known)
{
    static const int64_t least[] = {214, 75496, 33116}; /* with selection vectors */
    int kept[163];
    struct cost cost;
    struct net *net = describe(rows[_i].arch, 10);
    for (int g = 0; g < net->gates; g++)
        kept[g] = 1;
    cost_count(net, kept, &cost);
    ck_assert_int_eq(cost.parameters_published, least[_i]);
    net_free(net);
}
END_TEST

TCase *built_case(void)
{
    TCase *built = tcase_create("built");
    tcase_add_loop_test(built, built_networks_cost_what_the_reference_counts, 0, 8);
    tcase_add_test(built, built_slim_network_costs_what_was_published);
    tcase_add_loop_test(built, pruned_networks_cost_what_the_closed_forms_say, 0, 6);
    tcase_add_loop_test(built, the_smallest_networks_cost_what_is_known, 0, 3);
    return built;
}
