#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "prune/cost.h"
#include "prune/mask.h"
#include "tests/unit/prune/test_prune.h"

/* What the authors' vggprune, resprune and denseprune remove, all |γ| different. */
START_TEST(as_published_counts)
{
    static const struct {
        int channels, pruned[9];
    } table[] = {
        {5504, {551, 1101, 1652, 2202, 2753, 3303, 3853, 4404, 4954}},
        {12112, {1212, 2423, 3634, 4845, 6057, 7268, 8479, 9690, 10901}},
        {9360, {937, 1873, 2809, 3745, 4681, 5617, 6553, 7489, 8425}},
    };
    struct net *nets[] = {list_vgg(vgg19_widths, 10), list_resnet(18, 10), list_densenet(12, 10)};
    for (int i = 0; i < 3; i++) {
        float **gamma = list_gamma(nets[i], 3, 0);
        for (int tenth = 1; tenth <= 9; tenth++) {
            struct amount amount = amount_channels((char[]){(char)('0' + tenth), '0', '\0'});
            amount.as_published = true;
            struct keep_mask mask = mask_must(nets[i], gamma, amount);
            int held = 0;
            for (int g = 0; g < mask.gates; g++)
                held += mask.gate[g].held;
            ck_assert_int_eq(mask.channels, table[i].channels);
            ck_assert_int_eq(mask.channels - mask.kept + held, table[i].pruned[tenth - 1]);
            mask_done(&mask);
        }
        list_free_gamma(nets[i], gamma);
        list_free(nets[i]);
    }
}
END_TEST

/* N = 100: 29 % and 57 % of it are not 29 and 57 in binary, where the authors' int() cuts. */
START_TEST(percentages_are_decimal_and_published_ones_double)
{
    static const int hundred[] = {40, LIST_POOL, 60, LIST_END};
    static const struct {
        const char *percent;
        int ours, published;
    } cases[] = {{"29", 29, 29}, {"57", 57, 57},   {"70", 70, 71},
                 {"0", 0, 1},    {"29.5", 29, 30}, {"99.9", 98, 98}};
    struct net *net = list_vgg(hundred, 10);
    float **gamma = list_gamma(net, 4, 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct amount amount = amount_channels(cases[i].percent);
        struct keep_mask mask = mask_must(net, gamma, amount);
        ck_assert_int_eq(mask.channels - mask.kept, cases[i].ours);
        mask_done(&mask);
        amount.as_published = true;
        mask = mask_must(net, gamma, amount);
        ck_assert_int_eq(mask.channels - mask.kept, cases[i].published);
        mask_done(&mask);
    }
    list_free_gamma(net, gamma);
    list_free(net);
}
END_TEST

/* The rule in its plainest form: walk the order, take a channel unless its gate is at its floor. */
static void walk(const struct net *net, float **gamma, int count, int floor, int *kept, int *held,
                 double *largest)
{
    int total = 0;
    bool *gone[8];
    *largest = (double)NAN;
    for (int g = 0; g < net->gates; g++) {
        gone[g] = NEW(bool, net->gate[g].channels);
        kept[g] = net->gate[g].channels;
        held[g] = 0;
        total += kept[g];
    }
    for (int k = 0; k < count && k < total; k++) {
        int gate = -1, channel = -1; /* the least that is not yet seen; the first of equals */
        for (int g = 0; g < net->gates; g++)
            for (int c = 0; c < net->gate[g].channels; c++)
                if (!gone[g][c] && (gate < 0 || fabsf(gamma[g][c]) < fabsf(gamma[gate][channel]))) {
                    gate = g;
                    channel = c;
                }
        gone[gate][channel] = true;
        if (kept[gate] > floor) {
            kept[gate]--;
            *largest = (double)fabsf(gamma[gate][channel]);
        } else {
            held[gate]++;
        }
    }
    for (int g = 0; g < net->gates; g++)
        free(gone[g]);
}

START_TEST(floors_hold_back_the_largest)
{
    static const int floors[] = {0, 1, 3, 7, 100};
    struct net *net = list_vgg(small_widths, 10);
    float **gamma = list_gamma(net, 5, _i ? 4 : 0); /* without and with ties */
    struct gammas gammas = gammas_of(net, gamma);
    struct rank rank;
    ck_assert_int_eq(rank_make(&gammas, &rank, NULL), 0);
    for (size_t f = 0; f < sizeof floors / sizeof *floors; f++)
        for (int count = 0; count <= 20; count++) {
            int kept[8], held[8], here[8];
            double largest;
            walk(net, gamma, count, floors[f], kept, held, &largest);
            for (int g = 0; g < net->gates; g++) {
                struct limits limits = {floors[f], 1, NULL};
                ck_assert_int_eq(rank_kept(&rank, g, count, limits, &here[g]), kept[g]);
                ck_assert_int_eq(here[g], held[g]);
            }
            double found = rank_threshold(&rank, kept);
            ck_assert(found == largest || (isnan(found) && isnan(largest)));
        }
    rank_done(&rank);
    list_free_gamma(net, gamma);
    list_free(net);
}
END_TEST

START_TEST(what_stays_is_larger_than_what_goes)
{
    struct net *net = list_vgg(vgg16_widths, 10);
    float **gamma = list_gamma(net, 6, 0);
    struct keep_mask mask = mask_must(net, gamma, amount_channels("95"));
    int kept = 0, held = 0;
    for (int g = 0; g < mask.gates; g++) {
        float least = INFINITY, largest = 0;
        int here = 0;
        for (int c = 0; c < net->gate[g].channels; c++) {
            float x = fabsf(gamma[g][c]);
            here += mask.gate[g].keep[c];
            if (mask.gate[g].keep[c])
                least = fminf(least, x);
            else
                largest = fmaxf(largest, x);
        }
        ck_assert(largest < least);
        ck_assert((double)largest <= mask.threshold);
        ck_assert_int_eq(here, mask.gate[g].kept);
        kept += here;
        held += mask.gate[g].held;
    }
    ck_assert_int_eq(kept, mask.kept);
    ck_assert_int_eq(mask.channels - mask.kept + held, 4224 * 95 / 100);
    mask_done(&mask);
    list_free_gamma(net, gamma);
    list_free(net);
}
END_TEST

START_TEST(ties_go_by_gate_then_channel)
{
    struct net *net = list_vgg(small_widths, 10); /* 6, 9, 5 */
    float **gamma = list_gamma(net, 7, 0);
    for (int g = 0; g < net->gates; g++)
        for (int c = 0; c < net->gate[g].channels; c++)
            gamma[g][c] = c % 2 ? 0.5f : -0.5f;
    struct keep_mask mask = mask_must(net, gamma, amount_channels("40")); /* 8 of 20 */
    static const uint8_t first[] = {0, 0, 0, 0, 0, 1}, second[] = {0, 0, 1, 1, 1, 1, 1, 1, 1};
    ck_assert_mem_eq(mask.gate[0].keep, first, sizeof first);
    ck_assert_mem_eq(mask.gate[1].keep, second, sizeof second);
    ck_assert_int_eq(mask.gate[0].held, 1);
    ck_assert_int_eq(mask.gate[2].kept, 5);
    ck_assert_int_eq(mask.kept, 13);
    mask_done(&mask);

    struct amount amount =
        amount_channels("10"); /* the authors' rule removes all ties: floors stay */
    amount.as_published = true;
    mask = mask_must(net, gamma, amount);
    ck_assert_int_eq(mask.kept, 3);
    mask_done(&mask);
    list_free_gamma(net, gamma);
    list_free(net);
}
END_TEST

START_TEST(a_threshold_removes_its_equals)
{
    struct net *net = list_vgg(small_widths, 10);
    float **gamma = list_gamma(net, 8, 0); /* 1/20 … 1 */
    gamma[1][4] = 0;
    gamma[2][2] = -0.0f;
    int below = 0;
    for (int g = 0; g < net->gates; g++)
        for (int c = 0; c < net->gate[g].channels; c++)
            below += fabsf(gamma[g][c]) <= 0.25f;
    struct keep_mask mask = mask_must(net, gamma, amount_threshold(0));
    ck_assert_int_eq(mask.kept, 18);
    ck_assert_int_eq(mask.gate[1].keep[4], 0);
    ck_assert_int_eq(mask.gate[2].keep[2], 0);
    ck_assert(mask.threshold == 0);
    mask_done(&mask);
    mask = mask_must(net, gamma, amount_threshold(0.25));
    ck_assert_int_eq(mask.kept, 20 - below);
    ck_assert(mask.threshold == 0.25);
    mask_done(&mask);
    mask = mask_must(net, gamma, amount_threshold(nextafter(0.25, 0)));
    ck_assert_int_eq(mask.kept, 21 - below);
    mask_done(&mask);
    mask = mask_must(net, gamma, amount_threshold(1e300)); /* all gates at their floor */
    ck_assert_int_eq(mask.kept, 3);
    for (int g = 0; g < 3; g++)
        ck_assert_int_eq(mask.gate[g].held, 1);
    mask_done(&mask);
    mask = mask_must(net, gamma, amount_channels("0"));
    ck_assert_int_eq(mask.kept, 20);
    ck_assert(isnan(mask.threshold));
    mask_done(&mask);
    list_free_gamma(net, gamma);
    list_free(net);
}
END_TEST

/* The share of the parameters or MACs that goes with the first `count` of the order. */
static double gone(const struct net *net, const struct rank *rank, int count, enum amount_kind kind)
{
    struct cost before, after;
    int *kept = NEW(int, rank->gates);
    for (int g = 0; g < rank->gates; g++)
        kept[g] = rank_kept(rank, g, count, (struct limits){1, 1, NULL}, NULL);
    cost_count(net, NULL, &before);
    cost_count(net, kept, &after);
    free(kept);
    return kind == AMOUNT_MACS ? 1 - (double)after.macs / (double)before.macs
                               : 1 - (double)after.parameters / (double)before.parameters;
}

/* At the count that is found the share is gone, at one less it is not; it is refused only where all
 * that can go is less (a small ResNet is half shortcuts). */
START_TEST(shares_of_cost_are_the_least_that_do)
{
    static const char *const percents[] = {"0.001", "12.5", "50", "80", "93.6", "100"};
    static const int reached[] = {5, 3};
    struct net *net = _i == 0 ? list_vgg(vgg16_widths, 10) : list_resnet(2, 10);
    float **gamma = list_gamma(net, 9, 0);
    struct gammas gammas = gammas_of(net, gamma);
    struct limits usual = {1, 1, NULL};
    struct rank rank;
    ck_assert_int_eq(rank_make(&gammas, &rank, NULL), 0);
    for (enum amount_kind kind = AMOUNT_PARAMETERS; kind <= AMOUNT_MACS; kind++)
        for (int i = 0; i < 6; i++) {
            struct amount amount = amount_share(kind, percents[i]);
            double part = atof(percents[i]) / 100;
            int count, code = mask_count(net, &rank, &amount, usual, &count, NULL);
            ck_assert_int_eq(code, gone(net, &rank, rank.channels, kind) < part ? ERROR_USAGE : 0);
            if (i < reached[_i])
                ck_assert_int_eq(code, 0);
            if (code)
                continue;
            ck_assert(gone(net, &rank, count, kind) >= part);
            ck_assert(gone(net, &rank, count - 1, kind) < part);
        }
    rank_done(&rank);
    list_free_gamma(net, gamma);
    list_free(net);
}
END_TEST

START_TEST(bad_amounts_are_refused)
{
    struct error err = {0};
    struct net *net = list_vgg(small_widths, 10);
    float **gamma = list_gamma(net, 10, 0);
    ck_assert_int_eq(mask_refused(net, gamma, amount_channels("100"), &err), ERROR_USAGE);
    ck_assert_int_eq(mask_refused(net, gamma, amount_channels("250"), &err), ERROR_USAGE);
    ck_assert_int_eq(mask_refused(net, gamma, amount_threshold(-1e-9), &err), ERROR_USAGE);
    ck_assert_int_eq(mask_refused(net, gamma, amount_threshold((double)NAN), &err), ERROR_USAGE);
    ck_assert_int_eq(mask_refused(net, gamma, amount_share(AMOUNT_MACS, "100.5"), &err),
                     ERROR_USAGE);
    ck_assert_int_eq(mask_refused(net, gamma, amount_share(AMOUNT_PARAMETERS, "99.9"), &err),
                     ERROR_USAGE);
    ck_assert_ptr_nonnull(strstr(err.text, "--parameters: cannot be reached: at most "));
    struct amount amount = amount_channels("50");
    amount.floor = -1;
    ck_assert_int_eq(mask_refused(net, gamma, amount, &err), ERROR_USAGE);
    amount.floor = 1;
    amount.round = 0;
    ck_assert_int_eq(mask_refused(net, gamma, amount, &err), ERROR_USAGE);
    amount = amount_share(AMOUNT_MACS, "50");
    amount.as_published = true;
    ck_assert_int_eq(mask_refused(net, gamma, amount, &err), ERROR_USAGE);
    gamma[1][3] = NAN;
    ck_assert_int_eq(mask_refused(net, gamma, amount_channels("50"), &err), ERROR_DATA);
    ck_assert_str_eq(err.text, "γ of gate.1: channel 3 is not a number");
    list_free_gamma(net, gamma);
    list_free(net);
}
END_TEST

/* Rounding brings the largest of those that would go back, and is no floor: nothing is "held". */
START_TEST(kept_channels_round_up)
{
    struct net *net = list_vgg(vgg16_widths, 10);
    float **gamma = list_gamma(net, 11, 0);
    struct amount amount = amount_channels("70");
    struct keep_mask plain = mask_must(net, gamma, amount);
    amount.round = 24;
    struct keep_mask rounded = mask_must(net, gamma, amount);
    for (int g = 0; g < net->gates; g++) {
        int all = net->gate[g].channels, kept = plain.gate[g].kept;
        int want = (kept + 23) / 24 * 24 < all ? (kept + 23) / 24 * 24 : all;
        float least = INFINITY, largest = 0;
        for (int c = 0; c < all; c++) {
            ck_assert_int_ge(rounded.gate[g].keep[c], plain.gate[g].keep[c]);
            if (rounded.gate[g].keep[c])
                least = fminf(least, fabsf(gamma[g][c]));
            else
                largest = fmaxf(largest, fabsf(gamma[g][c]));
        }
        ck_assert_int_eq(rounded.gate[g].kept, want);
        ck_assert_int_eq(rounded.gate[g].held, plain.gate[g].held);
        ck_assert(largest < least);
    }
    mask_done(&plain);
    mask_done(&rounded);
    list_free_gamma(net, gamma);
    list_free(net);
}
END_TEST

/* Floor 0: VGG needs every gate; of a ResNet all but the head's may go, of a DenseNet all but the
 * transitions' and the head's. */
START_TEST(only_branches_may_be_empty)
{
    struct error err = {0};
    struct net *nets[] = {list_vgg(small_widths, 10), list_resnet(1, 10), list_densenet(2, 10)};
    static const bool may[][16] = {{false, false, false},
                                   {true, true, true, true, true, true, true, true, true, false},
                                   {true, true, false, true, true, false, true, true, false}};
    for (int i = 0; i < 3; i++)
        for (int empty = 0; empty < nets[i]->gates; empty++) {
            float **gamma = list_gamma(nets[i], 12, 0);
            for (int c = 0; c < nets[i]->gate[empty].channels; c++)
                gamma[empty][c] = 0;
            struct amount amount = amount_threshold(0);
            amount.floor = 0;
            if (may[i][empty]) {
                struct keep_mask mask = mask_must(nets[i], gamma, amount);
                ck_assert_int_eq(mask.gate[empty].kept, 0);
                mask_done(&mask);
            } else {
                ck_assert_int_eq(mask_refused(nets[i], gamma, amount, &err), ERROR_USAGE);
                ck_assert_ptr_nonnull(strstr(err.text, nets[i]->gate[empty].name));
            }
            list_free_gamma(nets[i], gamma);
        }
    for (int i = 0; i < 3; i++)
        list_free(nets[i]);
}
END_TEST

/* What a shared gate has dropped before is neither ranked nor counted in N, and stays dropped. */
START_TEST(dropped_channels_are_not_ranked_again)
{
    struct net *net = list_densenet(1, 10);
    float **gamma = list_gamma(net, 13, 0);
    static int few[] = {3, 7, 20};
    int *all = net->gate[0].channel;
    net->gate[0].channel = few;
    net->gate[0].kept = 3;
    int channels_left = 0;
    for (int g = 0; g < net->gates; g++) {
        channels_left += net->gate[g].kept;
        for (int c = 0; c < net->gate[g].channels; c++)
            gamma[g][c] = g ? 1.0f : 0.0f;
    }
    gamma[0][7] = 0.5f;
    struct amount amount = amount_threshold(0.75);
    amount.floor = 2;
    struct keep_mask mask = mask_must(net, gamma, amount);
    ck_assert_int_eq(mask.channels, channels_left);
    ck_assert_int_eq(mask.kept, channels_left - 1);
    ck_assert_int_eq(mask.gate[0].kept, 2);
    ck_assert_int_eq(mask.gate[0].held, 2);
    for (int c = 0; c < net->gate[0].channels; c++)
        ck_assert_int_eq(mask.gate[0].keep[c], c == 7 || c == 20); /* of equals the first goes */
    mask_done(&mask);
    net->gate[0].channel = all;
    list_free_gamma(net, gamma);
    list_free(net);
}
END_TEST

START_TEST(amounts_print_as_they_are_typed)
{
    char text[AMOUNT_TEXT];
    struct amount amount = amount_channels("62.50");
    ck_assert_str_eq(amount_print(&amount, text, sizeof text), "--channels 62.5%");
    amount.as_published = true;
    amount.floor = 0;
    amount.round = 8;
    ck_assert_str_eq(amount_print(&amount, text, sizeof text),
                     "--channels 62.5% --floor 0 --round 8 --as-published");
    amount = amount_threshold(0.01);
    ck_assert_str_eq(amount_print(&amount, text, sizeof text), "--threshold 0.01");
    amount = amount_share(AMOUNT_MACS, "50");
    ck_assert_str_eq(amount_print(&amount, text, sizeof text), "--macs 50%");
    amount = amount_share(AMOUNT_PARAMETERS, "7");
    ck_assert_str_eq(amount_print(&amount, text, sizeof text), "--parameters 7%");
}
END_TEST

TCase *mask_case(void)
{
    TCase *mask = tcase_create("mask");
    tcase_add_test(mask, as_published_counts);
    tcase_add_test(mask, percentages_are_decimal_and_published_ones_double);
    tcase_add_loop_test(mask, floors_hold_back_the_largest, 0, 2);
    tcase_add_test(mask, what_stays_is_larger_than_what_goes);
    tcase_add_test(mask, ties_go_by_gate_then_channel);
    tcase_add_test(mask, a_threshold_removes_its_equals);
    tcase_add_loop_test(mask, shares_of_cost_are_the_least_that_do, 0, 2);
    tcase_add_test(mask, bad_amounts_are_refused);
    tcase_add_test(mask, kept_channels_round_up);
    tcase_add_test(mask, only_branches_may_be_empty);
    tcase_add_test(mask, dropped_channels_are_not_ranked_again);
    tcase_add_test(mask, amounts_print_as_they_are_typed);
    return mask;
}
