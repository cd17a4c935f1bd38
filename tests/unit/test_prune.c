#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "prune/cost.h"
#include "prune/mask.h"
#include "prune/preview.h"
#include "tests/unit/lists.h"

#define M LIST_POOL

static const int vgg16[] = {64, 64,  M,   128, 128, M,   256, 256, 256,
                            M,  512, 512, 512, M,   512, 512, 512, LIST_END};
static const int vgg19[] = {64,  64,  M,   128, 128, M,   256, 256, 256, 256,     M,
                            512, 512, 512, 512, M,   512, 512, 512, 512, LIST_END};
/* Liu et al. 2017, table 5; and the 60 % network of foolwood/pytorch-slimming. */
static const int liu[] = {22, 62, M,  83, 119, M,  193, 168, 85, 40,      M,
                          32, 32, 32, 32, M,   32, 32,  32,  38, LIST_END};
static const int foolwood[] = {51,  64, M,  128, 128, M,  256, 254, 245, 213,     M,
                               165, 85, 92, 153, M,   83, 86,  87,  111, LIST_END};
static const int small[] = {6, 9, M, 5, LIST_END};

static struct amount channels(const char *percent)
{
    struct amount amount = {.kind = AMOUNT_CHANNELS, .floor = 1, .round = 1};
    ck_assert(decimal_parse(percent, strlen(percent), &amount.percent));
    return amount;
}

static struct amount threshold(double value)
{
    return (struct amount){.kind = AMOUNT_THRESHOLD, .threshold = value, .floor = 1, .round = 1};
}

static struct amount share(enum amount_kind kind, const char *percent)
{
    struct amount amount = channels(percent);
    amount.kind = kind;
    return amount;
}

static struct gammas gammas_of(const struct net *net, float **gamma)
{
    return (struct gammas){net, (const float *const *)gamma};
}

/* The mask of an amount that must succeed. */
static struct keep_mask make(const struct net *net, float **gamma, struct amount amount)
{
    struct error err = {0};
    struct keep_mask mask;
    struct gammas gammas = gammas_of(net, gamma);
    ck_assert_msg(mask_make(&gammas, &amount, &mask, &err) == 0, "%s", err.text);
    return mask;
}

static int refuse(const struct net *net, float **gamma, struct amount amount, struct error *err)
{
    struct keep_mask mask;
    struct gammas gammas = gammas_of(net, gamma);
    int code = mask_make(&gammas, &amount, &mask, err);
    ck_assert_ptr_null(mask.gate);
    return code;
}

/* --- cost ------------------------------------------------------------------------------------ */

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
    check_cost(list_vgg(vgg19, 10), 20035018, 20035018, 797304842, 398136320);
    check_cost(list_vgg(vgg19, 100), 20081188, 20081188, 797397092, 398182400);
    check_cost(list_vgg(vgg16, 10), 14724042, 14724042, 627355658, 313201664);
    check_cost(list_vgg(vgg16, 100), 14770212, 14770212, 627447908, 313247744);
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
    struct net *full = list_vgg(vgg19, 10), *slim = list_vgg(liu, 10);
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
START_TEST(slim_resnet_follows_the_closed_form)
{
    struct net *net = list_resnet(18, 10);
    struct random random = random_open(1, RANDOM_TEST, 2, 0);
    int kept[163];
    ck_assert_int_eq(net->gates, 163);
    for (int g = 0; g < net->gates; g++)
        kept[g] = 1 + (int)random_below(&random, (uint32_t)net->gate[g].channels);
    int64_t parameters = 432, selection = 0, flops = 54LL * 16 * 1024;
    int w = 16, side = 32, *c = kept;
    for (int stage = 0; stage < 3; stage++)
        for (int b = 0, q = 16 << stage; b < 18; b++, c += 3) {
            int64_t in = side * side, out = (stage > 0 && b == 0) ? in / 4 : in;
            parameters += 2 * w + c[0] * c[1] + 2 * c[1] + 9 * c[1] * c[2] + 2 * c[2] +
                          4 * q * c[2] + (b == 0 ? 4 * q * w : 0);
            selection += w;
            flops += (2 * w + c[0] + 2 * c[0] * c[1] + 3 * c[1]) * in +
                     (18 * c[1] * c[2] + 3 * c[2] + 8 * q * c[2] + (b == 0 ? 8 * w * q : 0)) * out;
            w = 4 * q;
            side = out == in ? side : side / 2;
        }
    parameters += 2 * 256 + c[0] * 10 + 10;
    selection += 256;
    flops += (2 * 256 + c[0]) * 64 + 64 * c[0] + 2 * c[0] * 10 + 10;
    struct cost cost;
    cost_count(net, kept, &cost);
    ck_assert_int_eq(cost.parameters, parameters);
    ck_assert_int_eq(cost.parameters_published, parameters + selection);
    ck_assert_int_eq(cost.flops, flops);
    list_free(net);
}
END_TEST

START_TEST(slim_densenet_follows_the_closed_form)
{
    struct net *net = list_densenet(12, 10);
    struct random random = random_open(2, RANDOM_TEST, 2, 0);
    int kept[39];
    ck_assert_int_eq(net->gates, 39);
    for (int g = 0; g < net->gates; g++)
        kept[g] = 1 + (int)random_below(&random, (uint32_t)net->gate[g].channels);
    int64_t parameters = 648, selection = 0, flops = 54LL * 24 * 1024;
    int w = 24, *c = kept;
    for (int stage = 0; stage < 3; stage++)
        for (int l = 0; l < 13; l++, c++) {
            int64_t area = 1024 >> (2 * stage);
            selection += w;
            parameters += 2 * w;
            flops += (2 * w + *c) * area;
            if (l < 12) {
                parameters += 108 * *c;
                flops += 216 * *c * area;
                w += 12;
            } else if (stage < 2) {
                parameters += *c * w;
                flops += 2 * *c * w * area;
            } else {
                parameters += *c * 10 + 10;
                flops += 64 * *c + 2 * *c * 10 + 10;
            }
        }
    struct cost cost;
    cost_count(net, kept, &cost);
    ck_assert_int_eq(cost.parameters, parameters);
    ck_assert_int_eq(cost.parameters_published, parameters + selection);
    ck_assert_int_eq(cost.flops, flops);
    list_free(net);
}
END_TEST

/* One channel left in every gate: the fewest parameters there can be. */
START_TEST(fewest_parameters)
{
    struct net *nets[] = {list_vgg(vgg19, 10), list_resnet(18, 10), list_densenet(12, 10)};
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

/* --- mask ------------------------------------------------------------------------------------ */

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
    struct net *nets[] = {list_vgg(vgg19, 10), list_resnet(18, 10), list_densenet(12, 10)};
    for (int i = 0; i < 3; i++) {
        float **gamma = list_gamma(nets[i], 3, 0);
        for (int tenth = 1; tenth <= 9; tenth++) {
            struct amount amount = channels((char[]){(char)('0' + tenth), '0', '\0'});
            amount.as_published = true;
            struct keep_mask mask = make(nets[i], gamma, amount);
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
    static const int hundred[] = {40, M, 60, LIST_END};
    static const struct {
        const char *percent;
        int ours, published;
    } cases[] = {{"29", 29, 29}, {"57", 57, 57},   {"70", 70, 71},
                 {"0", 0, 1},    {"29.5", 29, 30}, {"99.9", 98, 98}};
    struct net *net = list_vgg(hundred, 10);
    float **gamma = list_gamma(net, 4, 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct amount amount = channels(cases[i].percent);
        struct keep_mask mask = make(net, gamma, amount);
        ck_assert_int_eq(mask.channels - mask.kept, cases[i].ours);
        mask_done(&mask);
        amount.as_published = true;
        mask = make(net, gamma, amount);
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
    *largest = NAN;
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
    struct net *net = list_vgg(small, 10);
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
                struct limits limits = {floors[f], 1};
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
    struct net *net = list_vgg(vgg16, 10);
    float **gamma = list_gamma(net, 6, 0);
    struct keep_mask mask = make(net, gamma, channels("95"));
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
    struct net *net = list_vgg(small, 10); /* 6, 9, 5 */
    float **gamma = list_gamma(net, 7, 0);
    for (int g = 0; g < net->gates; g++)
        for (int c = 0; c < net->gate[g].channels; c++)
            gamma[g][c] = c % 2 ? 0.5f : -0.5f;
    struct keep_mask mask = make(net, gamma, channels("40")); /* 8 of 20 */
    static const uint8_t first[] = {0, 0, 0, 0, 0, 1}, second[] = {0, 0, 1, 1, 1, 1, 1, 1, 1};
    ck_assert_mem_eq(mask.gate[0].keep, first, sizeof first);
    ck_assert_mem_eq(mask.gate[1].keep, second, sizeof second);
    ck_assert_int_eq(mask.gate[0].held, 1);
    ck_assert_int_eq(mask.gate[2].kept, 5);
    ck_assert_int_eq(mask.kept, 13);
    mask_done(&mask);

    struct amount amount = channels("10"); /* the authors' rule removes all ties: floors stay */
    amount.as_published = true;
    mask = make(net, gamma, amount);
    ck_assert_int_eq(mask.kept, 3);
    mask_done(&mask);
    list_free_gamma(net, gamma);
    list_free(net);
}
END_TEST

START_TEST(a_threshold_removes_its_equals)
{
    struct net *net = list_vgg(small, 10);
    float **gamma = list_gamma(net, 8, 0); /* 1/20 … 1 */
    gamma[1][4] = 0;
    gamma[2][2] = -0.0f;
    int below = 0;
    for (int g = 0; g < net->gates; g++)
        for (int c = 0; c < net->gate[g].channels; c++)
            below += fabsf(gamma[g][c]) <= 0.25f;
    struct keep_mask mask = make(net, gamma, threshold(0));
    ck_assert_int_eq(mask.kept, 18);
    ck_assert_int_eq(mask.gate[1].keep[4], 0);
    ck_assert_int_eq(mask.gate[2].keep[2], 0);
    ck_assert(mask.threshold == 0);
    mask_done(&mask);
    mask = make(net, gamma, threshold(0.25));
    ck_assert_int_eq(mask.kept, 20 - below);
    ck_assert(mask.threshold == 0.25);
    mask_done(&mask);
    mask = make(net, gamma, threshold(nextafter(0.25, 0)));
    ck_assert_int_eq(mask.kept, 21 - below);
    mask_done(&mask);
    mask = make(net, gamma, threshold(1e300)); /* all gates at their floor */
    ck_assert_int_eq(mask.kept, 3);
    for (int g = 0; g < 3; g++)
        ck_assert_int_eq(mask.gate[g].held, 1);
    mask_done(&mask);
    mask = make(net, gamma, channels("0"));
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
        kept[g] = rank_kept(rank, g, count, (struct limits){1, 1}, NULL);
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
    struct net *net = _i == 0 ? list_vgg(vgg16, 10) : list_resnet(2, 10);
    float **gamma = list_gamma(net, 9, 0);
    struct gammas gammas = gammas_of(net, gamma);
    struct rank rank;
    ck_assert_int_eq(rank_make(&gammas, &rank, NULL), 0);
    for (enum amount_kind kind = AMOUNT_PARAMETERS; kind <= AMOUNT_MACS; kind++)
        for (int i = 0; i < 6; i++) {
            struct amount amount = share(kind, percents[i]);
            double part = atof(percents[i]) / 100;
            int count, code = mask_count(net, &rank, &amount, &count, NULL);
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
    struct net *net = list_vgg(small, 10);
    float **gamma = list_gamma(net, 10, 0);
    ck_assert_int_eq(refuse(net, gamma, channels("100"), &err), ERROR_USAGE);
    ck_assert_int_eq(refuse(net, gamma, channels("250"), &err), ERROR_USAGE);
    ck_assert_int_eq(refuse(net, gamma, threshold(-1e-9), &err), ERROR_USAGE);
    ck_assert_int_eq(refuse(net, gamma, threshold(NAN), &err), ERROR_USAGE);
    ck_assert_int_eq(refuse(net, gamma, share(AMOUNT_MACS, "100.5"), &err), ERROR_USAGE);
    ck_assert_int_eq(refuse(net, gamma, share(AMOUNT_PARAMETERS, "99.9"), &err), ERROR_USAGE);
    ck_assert_ptr_nonnull(strstr(err.text, "--parameters: cannot be reached: at most "));
    struct amount amount = channels("50");
    amount.floor = -1;
    ck_assert_int_eq(refuse(net, gamma, amount, &err), ERROR_USAGE);
    amount.floor = 1;
    amount.round = 0;
    ck_assert_int_eq(refuse(net, gamma, amount, &err), ERROR_USAGE);
    amount = share(AMOUNT_MACS, "50");
    amount.as_published = true;
    ck_assert_int_eq(refuse(net, gamma, amount, &err), ERROR_USAGE);
    gamma[1][3] = NAN;
    ck_assert_int_eq(refuse(net, gamma, channels("50"), &err), ERROR_DATA);
    ck_assert_str_eq(err.text, "γ of gate.1: channel 3 is not a number");
    list_free_gamma(net, gamma);
    list_free(net);
}
END_TEST

/* Rounding brings the largest of those that would go back, and is no floor: nothing is "held". */
START_TEST(kept_channels_round_up)
{
    struct net *net = list_vgg(vgg16, 10);
    float **gamma = list_gamma(net, 11, 0);
    struct amount amount = channels("70");
    struct keep_mask plain = make(net, gamma, amount);
    amount.round = 24;
    struct keep_mask rounded = make(net, gamma, amount);
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
    struct net *nets[] = {list_vgg(small, 10), list_resnet(1, 10), list_densenet(2, 10)};
    static const bool may[][16] = {{false, false, false},
                                   {true, true, true, true, true, true, true, true, true, false},
                                   {true, true, false, true, true, false, true, true, false}};
    for (int i = 0; i < 3; i++)
        for (int empty = 0; empty < nets[i]->gates; empty++) {
            float **gamma = list_gamma(nets[i], 12, 0);
            for (int c = 0; c < nets[i]->gate[empty].channels; c++)
                gamma[empty][c] = 0;
            struct amount amount = threshold(0);
            amount.floor = 0;
            if (may[i][empty]) {
                struct keep_mask mask = make(nets[i], gamma, amount);
                ck_assert_int_eq(mask.gate[empty].kept, 0);
                mask_done(&mask);
            } else {
                ck_assert_int_eq(refuse(nets[i], gamma, amount, &err), ERROR_USAGE);
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
    static const int few[] = {3, 7, 20};
    const int *all = net->gate[0].channel;
    net->gate[0].channel = few;
    net->gate[0].kept = 3;
    int channels_left = 0;
    for (int g = 0; g < net->gates; g++) {
        channels_left += net->gate[g].kept;
        for (int c = 0; c < net->gate[g].channels; c++)
            gamma[g][c] = g ? 1.0f : 0.0f;
    }
    gamma[0][7] = 0.5f;
    struct amount amount = threshold(0.75);
    amount.floor = 2;
    struct keep_mask mask = make(net, gamma, amount);
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
    struct amount amount = channels("62.50");
    ck_assert_str_eq(amount_print(&amount, text, sizeof text), "--channels 62.5%");
    amount.as_published = true;
    amount.floor = 0;
    amount.round = 8;
    ck_assert_str_eq(amount_print(&amount, text, sizeof text),
                     "--channels 62.5% --floor 0 --round 8 --as-published");
    amount = threshold(0.01);
    ck_assert_str_eq(amount_print(&amount, text, sizeof text), "--threshold 0.01");
    amount = share(AMOUNT_MACS, "50");
    ck_assert_str_eq(amount_print(&amount, text, sizeof text), "--macs 50%");
    amount = share(AMOUNT_PARAMETERS, "7");
    ck_assert_str_eq(amount_print(&amount, text, sizeof text), "--parameters 7%");
}
END_TEST

/* --- preview --------------------------------------------------------------------------------- */

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
    struct keep_mask mask = make(net, gamma, amount), same;
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
    static const struct limits all_limits[] = {{1, 1}, {3, 1}, {1, 4}, {2, 8}, {100, 1}};
    struct limits limits = all_limits[_i];
    struct net *net = list_vgg(small, 10);
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

START_TEST(preview_is_the_mask_on_a_large_network)
{
    struct net *net = list_resnet(18, 10);
    float **gamma = list_gamma(net, 15, 2000);
    struct gammas gammas = gammas_of(net, gamma);
    struct limits limits = {1, 1};
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
    static const struct limits all_limits[] = {{1, 1}, {5, 1}, {6, 1}, {2, 4}};
    struct limits limits = all_limits[_i];
    struct net *net = list_vgg(small, 10); /* 6, 9, 5 */
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
    struct net *net = list_vgg(vgg16, 10);
    float **gamma = list_gamma(net, 18, 0);
    struct gammas gammas = gammas_of(net, gamma);
    struct preview *preview;
    int count, kept[13];
    ck_assert_int_eq(preview_new(&gammas, (struct limits){1, 1}, &preview, &err), 0);
    for (int k = 0; k < 4224; k += 7) {
        struct amount amount = {.percent = preview_percent(preview, k)};
        ck_assert_int_eq(preview_find(preview, &amount, &count, &err), 0);
        ck_assert_int_eq(count, k);
        if (k == 0) {
            ck_assert(isnan(preview_threshold(preview, k)));
            continue;
        }
        amount = threshold(preview_threshold(preview, k));
        ck_assert_int_eq(preview_find(preview, &amount, &count, &err), 0);
        ck_assert_int_eq(count, k);
    }
    struct amount amount = share(AMOUNT_PARAMETERS, "60");
    struct preview_state state;
    ck_assert_int_eq(preview_find(preview, &amount, &count, &err), 0);
    preview_at(preview, count, kept, NULL, &state);
    ck_assert_int_le(state.cost.parameters, 14724042 * 2 / 5);
    amount = channels("100");
    ck_assert_int_eq(preview_find(preview, &amount, &count, &err), ERROR_USAGE);
    preview_at(preview, -5, kept, NULL, &state);
    ck_assert_int_eq(state.count, 0);
    preview_at(preview, 99999, kept, NULL, &state);
    ck_assert_int_eq(state.count, 4224);
    ck_assert_int_eq(state.kept, 13);
    preview_free(preview);

    ck_assert_int_eq(preview_new(&gammas, (struct limits){-1, 1}, &preview, &err), ERROR_USAGE);
    ck_assert_int_eq(preview_new(&gammas, (struct limits){1, 0}, &preview, &err), ERROR_USAGE);
    gamma[12][511] = NAN;
    ck_assert_int_eq(preview_new(&gammas, (struct limits){1, 1}, &preview, &err), ERROR_DATA);
    ck_assert_ptr_null(preview);
    list_free_gamma(net, gamma);
    list_free(net);
}
END_TEST

static TCase *cost_case(void)
{
    TCase *cost = tcase_create("cost");
    tcase_add_test(cost, full_networks_cost_what_the_reference_counts);
    tcase_add_test(cost, slim_networks_cost_what_was_published);
    tcase_add_test(cost, kept_channels_cost_what_the_slim_list_costs);
    tcase_add_test(cost, slim_resnet_follows_the_closed_form);
    tcase_add_test(cost, slim_densenet_follows_the_closed_form);
    tcase_add_test(cost, fewest_parameters);
    return cost;
}

static TCase *mask_case(void)
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

static TCase *preview_case(void)
{
    TCase *preview = tcase_create("preview");
    tcase_add_loop_test(preview, preview_is_the_mask_at_every_count, 0, 5);
    tcase_add_test(preview, preview_is_the_mask_on_a_large_network);
    tcase_add_loop_test(preview, ticks_are_where_gates_reach_their_floor, 0, 4);
    tcase_add_test(preview, preview_finds_counts);
    return preview;
}

int main(void)
{
    Suite *suite = suite_create("prune");
    suite_add_tcase(suite, cost_case());
    suite_add_tcase(suite, mask_case());
    suite_add_tcase(suite, preview_case());
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
