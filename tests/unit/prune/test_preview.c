#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/random.h"
#include "prune/preview.h"
#include "tests/unit/prune/test_prune.h"

/* The preview at a count against mask_make with the percentage that the preview shows for it. */
static void check_preview(const struct net *net, float **gamma, const struct preview *preview,
                          int count, struct limits limits)
{
    int *kept = NEW(int, net->gates), *held = NEW(int, net->gates);
    struct preview_state state;
    struct cost cost;
    preview_at(preview, count, kept, held, &state);
    cost_count(net, kept, &cost);
    ck_assert_mem_eq(&cost, &state.cost, sizeof cost);

    struct amount amount = {.kind = AMOUNT_CHANNELS, .percent = preview_percent(preview, count)};
    amount.floor = limits.floor;
    amount.round = limits.round;
    struct keep_mask mask = mask_must(net, gamma, amount), same;
    int total = 0, all_held = 0;
    for (int g = 0; g < net->gates; g++) {
        ck_assert_int_eq(kept[g], mask.gate[g].kept);
        ck_assert_int_eq(held[g], mask.gate[g].held);
        total += kept[g];
        all_held += held[g];
    }
    ck_assert_int_eq(state.kept, total);
    ck_assert_int_eq(state.kept, mask.kept);
    ck_assert_int_eq(state.held, all_held);
    ck_assert(state.threshold == mask.threshold ||
              (isnan(state.threshold) && isnan(mask.threshold)));
    ck_assert_int_eq(preview_mask(preview, count, &same, NULL), 0);
    for (int g = 0; g < net->gates; g++)
        ck_assert_mem_eq(same.gate[g].keep, mask.gate[g].keep, (size_t)net->gate[g].channels);
    mask_done(&mask);
    mask_done(&same);
    free(kept);
    free(held);
}

START_TEST(preview_is_the_mask_at_every_count)
{
    static const struct limits all_limits[] = {
        {1, 1, NULL}, {3, 1, NULL}, {1, 4, NULL}, {2, 8, NULL}, {100, 1, NULL}};
    struct limits limits = all_limits[_i];
    struct net *net = list_vgg(small_widths, 10);
    for (int steps = 0; steps <= 5; steps += 5) {
        float **gamma = list_gamma(net, 14, steps);
        struct gammas gammas = gammas_of(net, gamma);
        struct preview *preview;
        ck_assert_int_eq(preview_new(&gammas, limits, &preview, NULL), 0);
        ck_assert_int_eq(preview_channels(preview), 20);
        for (int count = 0; count < 20; count++)
            check_preview(net, gamma, preview, count, limits);
        preview_free(preview);
        list_free_gamma(net, gamma);
    }
    list_free(net);
}
END_TEST

/* Against every count below it, with 64-bit integers alone. */
START_TEST(a_budget_is_the_least_count_that_meets_it)
{
    struct net *net = list_vgg(small_widths, 10);
    float **gamma = list_gamma(net, 14, 0);
    struct gammas gammas = gammas_of(net, gamma);
    struct preview *preview;
    int *kept = NEW(int, net->gates), most = 19;
    ck_assert_int_eq(preview_new(&gammas, (struct limits){1, 1, NULL}, &preview, NULL), 0);
    for (int axis = 0; axis < COST_AXES; axis++)
        for (int percent = 0; percent < 100; percent++) {
            int64_t whole = cost_of(preview_before(preview), (enum cost_axis)axis);
            int expected = axis == COST_CHANNELS ? 20 * percent / 100 : 0;
            struct preview_state state;
            preview_at(preview, expected, kept, NULL, &state);
            while (axis != COST_CHANNELS && expected < most &&
                   100 * (whole - cost_of(&state.cost, (enum cost_axis)axis)) < percent * whole)
                preview_at(preview, ++expected, kept, NULL, &state);
            ck_assert_int_eq(preview_budget(preview, (enum cost_axis)axis,
                                            (struct decimal){.digits = percent}, most),
                             expected);
        }
    preview_free(preview);
    free(kept);
    list_free_gamma(net, gamma);
    list_free(net);
}
END_TEST

START_TEST(preview_is_the_mask_on_a_large_network)
{
    struct net *net = list_resnet(18, 10);
    float **gamma = list_gamma(net, 15, 2000);
    struct gammas gammas = gammas_of(net, gamma);
    struct limits limits = {1, 1, NULL};
    struct preview *preview;
    struct random random = random_open(16, RANDOM_TEST, 0, 0);
    ck_assert_int_eq(preview_new(&gammas, limits, &preview, NULL), 0);
    ck_assert_int_eq(preview_channels(preview), 12112);
    ck_assert_int_eq(preview_gates(preview), 163);
    ck_assert_int_eq(preview_before(preview)->parameters_published, 1711338);
    for (int i = 0; i < 25; i++)
        check_preview(net, gamma, preview, (int)random_below(&random, 12112), limits);
    preview_free(preview);
    list_free_gamma(net, gamma);
    list_free(net);
}
END_TEST

START_TEST(ticks_are_where_gates_reach_their_floor)
{
    static const struct limits all_limits[] = {
        {1, 1, NULL}, {5, 1, NULL}, {6, 1, NULL}, {2, 4, NULL}};
    struct limits limits = all_limits[_i];
    struct net *net = list_vgg(small_widths, 10); /* 6, 9, 5 */
    float **gamma = list_gamma(net, 17, 0);
    struct gammas gammas = gammas_of(net, gamma);
    struct preview *preview;
    struct preview_state state;
    int kept[3], last[3];
    ck_assert_int_eq(preview_new(&gammas, limits, &preview, NULL), 0);
    preview_at(preview, 20, last, NULL, &state);
    for (int g = 0; g < 3; g++) {
        int tick = preview_tick(preview, g);
        preview_at(preview, tick, kept, NULL, &state);
        ck_assert_int_eq(kept[g], last[g]);
        if (tick > 0) {
            preview_at(preview, tick - 1, kept, NULL, &state);
            ck_assert_int_gt(kept[g], last[g]);
        } else {
            ck_assert_int_eq(last[g], net->gate[g].channels);
        }
    }
    ck_assert_int_eq(preview_tick(preview, 2) == 0, limits.floor >= 5);
    preview_free(preview);
    list_free_gamma(net, gamma);
    list_free(net);
}
END_TEST

START_TEST(preview_finds_counts)
{
    struct error err = {0};
    struct net *net = list_vgg(vgg16_widths, 10);
    float **gamma = list_gamma(net, 18, 0);
    struct gammas gammas = gammas_of(net, gamma);
    struct preview *preview;
    int count, kept[13];
    ck_assert_int_eq(preview_new(&gammas, (struct limits){1, 1, NULL}, &preview, &err), 0);
    for (int k = 0; k < 4224; k += 7) {
        struct amount amount = {.percent = preview_percent(preview, k)};
        ck_assert_int_eq(preview_find(preview, &amount, &count, &err), 0);
        ck_assert_int_eq(count, k);
        if (k == 0) {
            ck_assert(isnan(preview_threshold(preview, k)));
            continue;
        }
        amount = amount_threshold(preview_threshold(preview, k));
        ck_assert_int_eq(preview_find(preview, &amount, &count, &err), 0);
        ck_assert_int_eq(count, k);
    }
    struct amount amount = amount_share(AMOUNT_PARAMETERS, "60");
    struct preview_state state;
    ck_assert_int_eq(preview_find(preview, &amount, &count, &err), 0);
    preview_at(preview, count, kept, NULL, &state);
    ck_assert_int_le(state.cost.parameters, 14724042 * 2 / 5);
    amount = amount_channels("100");
    ck_assert_int_eq(preview_find(preview, &amount, &count, &err), ERROR_USAGE);
    preview_at(preview, -5, kept, NULL, &state);
    ck_assert_int_eq(state.count, 0);
    preview_at(preview, 99999, kept, NULL, &state);
    ck_assert_int_eq(state.count, 4224);
    ck_assert_int_eq(state.kept, 13);
    preview_free(preview);

    ck_assert_int_eq(preview_new(&gammas, (struct limits){-1, 1, NULL}, &preview, &err),
                     ERROR_USAGE);
    ck_assert_int_eq(preview_new(&gammas, (struct limits){1, 0, NULL}, &preview, &err),
                     ERROR_USAGE);
    gamma[12][511] = NAN;
    ck_assert_int_eq(preview_new(&gammas, (struct limits){1, 1, NULL}, &preview, &err), ERROR_DATA);
    ck_assert_ptr_null(preview);
    list_free_gamma(net, gamma);
    list_free(net);
}
END_TEST

/* What the screen has: the network as the store keeps it, and γ of each gate. */
START_TEST(preview_opens_what_the_store_holds)
{
    struct error err = {0};
    struct net_spec spec;
    struct preview *preview;
    float values[512] = {0.5f};
    const float *gamma[8] = {values, values, values, values, values, values, values, values};
    int lengths[8];
    struct limits limits = {1, 1, NULL};
    ck_assert_int_eq(spec_make("vgg11", 1, 10, 3, &spec, &err), 0);
    for (int g = 0; g < 8; g++)
        lengths[g] = spec.gate[g].channels;
    struct jvalue *json = spec_to_json(&spec);
    char *text = jvalue_print(json);
    ck_assert_int_eq(preview_open(text, gamma, lengths, 8, limits, &preview, &err), 0);
    ck_assert_int_eq(preview_channels(preview), 2752);
    ck_assert_str_eq(preview_gate_name(preview, 1), "feature.5");
    ck_assert_int_eq(preview_gate_channels(preview, 1), 128);
    preview_free(preview);

    ck_assert_int_eq(preview_open(text, gamma, lengths, 7, limits, &preview, &err), ERROR_DATA);
    lengths[3]--;
    ck_assert_int_eq(preview_open(text, gamma, lengths, 8, limits, &preview, &err), ERROR_DATA);
    ck_assert_str_eq(err.text, "γ of feature.12: 255 values, the gate has 256 channels");
    ck_assert_int_eq(preview_open("{}", gamma, lengths, 8, limits, &preview, &err), ERROR_DATA);
    ck_assert_int_eq(preview_open("{", gamma, lengths, 8, limits, &preview, &err), ERROR_DATA);
    ck_assert_ptr_null(preview);
    jvalue_free(json);
    free(text);
    spec_done(&spec);
}
END_TEST

TCase *preview_case(void)
{
    TCase *preview = tcase_create("preview");
    tcase_add_loop_test(preview, preview_is_the_mask_at_every_count, 0, 5);
    tcase_add_test(preview, preview_is_the_mask_on_a_large_network);
    tcase_add_test(preview, a_budget_is_the_least_count_that_meets_it);
    tcase_add_loop_test(preview, ticks_are_where_gates_reach_their_floor, 0, 4);
    tcase_add_test(preview, preview_finds_counts);
    tcase_add_test(preview, preview_opens_what_the_store_holds);
    return preview;
}
