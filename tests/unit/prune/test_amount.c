#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "prune/cost.h"
#include "prune/preview.h"
#include "tests/unit/prune/test_prune.h"

/* What is typed, and the options that it comes to. */
static const struct {
    const char *typed, *options;
} readings[] = {
    {"70%", "--channels 70%"},
    {"0.01", "--threshold 0.01"},
    {"1e-3", "--threshold 0.001"},
    {"0", "--threshold 0"},
    {"50% params", "--parameters 50%"},
    {"params 50%", "--parameters 50%"},
    {"62.5% Parameters", "--parameters 62.5%"},
    {"2M macs", "--macs 2000000"},
    {"MACS 1.5k", "--macs 1500"},
    {"macs 40%", "--macs 40%"},
    {"0.25G macs", "--macs 250000000"},
    {"1234 params", "--parameters 1234"},
    {"1e6 macs", "--macs 1000000"},
    {"50 %", "--channels 50%"},
    {"2  M macs", "--macs 2000000"},
    {"50 % macs", "--macs 50%"},
    {"macs 40 %", "--macs 40%"},
    {"1.9999k params", "--parameters 1999"},
    {"30% channels", "--channels 30%"},
    {"threshold 0.5", "--threshold 0.5"},
    {"0.5 gamma", "--threshold 0.5"},
    {"  70%   fold ", "--channels 70% --fold-beta"},
    {"70% floor 2", "--channels 70% --floor 2"},
    {"70% floor 2,bn=all,feature.4=8 round 4",
     "--channels 70% --floor 2,bn=all,feature.4=8 --round 4"},
    {"floor feature.4=0 5%", "--channels 5% --floor 1,feature.4=0"},
    {"--channels 62.5% --floor 0 --round 8 --as-published --fold-beta",
     "--channels 62.5% --floor 0 --round 8 --as-published --fold-beta"},
};

START_TEST(what_is_typed_comes_to_options)
{
    struct amount amount = {.floor = 1, .round = 1}, again = amount;
    struct error err = {0};
    char *words, *text, *more, *same;
    bool given;
    ck_assert_msg(amount_read(readings[_i].typed, &amount, &given, &words, &err) == 0, "%s",
                  err.text);
    ck_assert(given);
    text = amount_text(&amount);
    ck_assert_str_eq(text, readings[_i].options);
    /* The options come to themselves. */
    ck_assert_int_eq(amount_read(text, &again, &given, &more, &err), 0);
    same = amount_text(&again);
    ck_assert_str_eq(same, text);
    free(words);
    free(more);
    free(text);
    free(same);
}
END_TEST

START_TEST(what_is_not_said_stays)
{
    struct amount amount = {.kind = AMOUNT_MACS, .floor = 3, .round = 8, .fold_beta = true};
    char *words;
    bool given;
    ck_assert_int_eq(amount_read("", &amount, &given, &words, NULL), 0);
    ck_assert(!given);
    free(words);
    ck_assert_int_eq(amount_read("floor bn=2", &amount, &given, &words, NULL), 0);
    ck_assert(!given);
    ck_assert_int_eq(amount.kind, AMOUNT_MACS);
    ck_assert_int_eq(amount.floor, 1);
    ck_assert_str_eq(amount.layers, "bn=2");
    ck_assert_int_eq(amount.round, 8);
    ck_assert(amount.fold_beta);
    free(words);
}
END_TEST

static const struct {
    const char *typed, *part; /* of the message */
} faults[] = {
    {"nonsense", "\"nonsense\": an amount is 70%, 0.01 (a threshold), 50% params, 2M macs"},
    {"50% parms", "\"parms\": an amount is"},
    {"100%", "channels 100%: must be below 100%"},
    {"-5%", "\"-5%\": an amount is"},
    {"channels 70", "channels 70: not a percentage; write 70%"},
    {"2M", "2M of what: write 2M macs, or 2M params"},
    {"50% 30%", "50% and 30%: only one amount can be given"},
    {"macs params 50%", "macs and params: only one amount can be given"},
    {"macs", "macs: how much of it?"},
    {"threshold 70%", "threshold 70%: must be a number, at least 0"},
    {"2Q macs", "macs 2Q: not a percentage"},
    {"99999999999999999999 macs", "not a percentage"},
    {"70% floor", "floor: of how many channels?"},
    {"70% floor x", "floor x: must be a number from 0 to 100000"},
    {"70% floor all", "floor all: must be a number"},
    {"70% floor 1,bn", "floor bn: must be LAYER=N or LAYER=all"},
    {"70% floor 1,=3", "floor =3: must be LAYER=N or LAYER=all"},
    {"70% floor bn=-3", "floor bn=-3: must be LAYER=N or LAYER=all"},
    {"70% round 0", "round 0: must be a number from 1"},
    {"%", "\"%\": an amount is"},
    {"1e16 macs", "not a percentage"},
    {"0x1e macs", "not a percentage"},
};

START_TEST(what_is_no_amount_is_told_in_one_line)
{
    struct amount amount = {.floor = 7, .round = 1};
    struct error err = {0};
    char *words;
    bool given;
    ck_assert_int_eq(amount_read(faults[_i].typed, &amount, &given, &words, &err), ERROR_USAGE);
    ck_assert_msg(strstr(err.text, faults[_i].part) != NULL, "%s", err.text);
    ck_assert_ptr_null(words);
    ck_assert_int_eq(amount.floor, 7); /* nothing was changed */
}
END_TEST

/* --- floors of single gates, against counting by hand ---------------------------------------- */

/* Which channels go, the slow way: of all, the `count` smallest by (|γ|, gate, channel); then each
 * gate takes its largest back until it has its least. */
static void cut_slowly(const struct net *net, float **gamma, int count, const int *least,
                       uint8_t **keep)
{
    for (int g = 0; g < net->gates; g++)
        memset(keep[g], 1, (size_t)net->gate[g].channels);
    for (int n = 0; n < count; n++) {
        int gate = -1, channel = 0;
        for (int g = 0; g < net->gates; g++)
            for (int c = 0; c < net->gate[g].channels; c++)
                if (keep[g][c] && (gate < 0 || gamma[g][c] < gamma[gate][channel])) {
                    gate = g;
                    channel = c;
                }
        keep[gate][channel] = 0;
    }
    for (int g = 0; g < net->gates; g++)
        for (int kept = 0, back = 0; back >= 0;) {
            kept = 0;
            back = -1;
            for (int c = 0; c < net->gate[g].channels; c++) {
                kept += keep[g][c];
                if (!keep[g][c] && (back < 0 || gamma[g][c] >= gamma[g][back]))
                    back = c;
            }
            if (kept >= least[g])
                break;
            if (back >= 0)
                keep[g][back] = 1;
        }
}

static char *layers_of(const struct net *net, const int *least)
{
    char *text = memory_copy_text("");
    for (int g = 0; g < net->gates; g++) {
        char *more =
            least[g] >= net->gate[g].channels
                ? memory_print("%s%s%s=all", text, *text ? "," : "", net->gate[g].name)
                : memory_print("%s%s%s=%d", text, *text ? "," : "", net->gate[g].name, least[g]);
        free(text);
        text = more;
    }
    return text;
}

START_TEST(floors_of_single_gates)
{
    struct net *net = list_vgg(small_widths, 10); /* 6, 9, 5 */
    struct random random = random_open(31, RANDOM_TEST, (uint64_t)_i, 0);
    float **gamma = list_gamma(net, 40 + _i, _i % 2 ? 6 : 0);
    for (int g = 0; g < net->gates; g++) /* so that the slow way need not know signs */
        for (int c = 0; c < net->gate[g].channels; c++)
            gamma[g][c] = gamma[g][c] < 0 ? -gamma[g][c] : gamma[g][c];
    uint8_t memory[3][9], *keep[3] = {memory[0], memory[1], memory[2]};
    struct gammas gammas = gammas_of(net, gamma);
    struct preview *preview;
    ck_assert_int_eq(preview_new(&gammas, (struct limits){1, 1, NULL}, &preview, NULL), 0);
    for (int count = 0; count < 20; count++) {
        int least[3], kept[3], held[3];
        for (int g = 0; g < 3; g++)
            least[g] = 1 + (int)random_below(&random, (uint32_t)net->gate[g].channels);
        char *layers = layers_of(net, least);
        struct amount amount = {.percent = decimal_shortest_percent(count, 20),
                                .floor = 1,
                                .round = 1,
                                .layers = layers};
        struct keep_mask mask = mask_must(net, gamma, amount);
        struct preview_state state;
        cut_slowly(net, gamma, count, least, keep);
        ck_assert_int_eq(preview_set_limits(preview, (struct limits){1, 1, least}, NULL), 0);
        preview_at(preview, count, kept, held, &state);
        for (int g = 0; g < 3; g++) {
            ck_assert_mem_eq(mask.gate[g].keep, keep[g], (size_t)net->gate[g].channels);
            ck_assert_int_eq(kept[g], mask.gate[g].kept);
            ck_assert_int_eq(held[g], mask.gate[g].held);
            ck_assert_int_ge(kept[g], least[g]);
        }
        mask_done(&mask);
        free(layers);
    }
    preview_free(preview);
    list_free_gamma(net, gamma);
    list_free(net);
}
END_TEST

START_TEST(a_floor_of_no_layer_is_refused)
{
    struct error err = {0};
    struct net *net = list_vgg(small_widths, 10);
    float **gamma = list_gamma(net, 3, 0);
    struct amount amount = amount_channels("50");
    amount.layers = "nowhere=3";
    ck_assert_int_eq(mask_refused(net, gamma, amount, &err), ERROR_USAGE);
    ck_assert_str_eq(err.text, "--floor nowhere: the network has no such layer");
    list_free_gamma(net, gamma);
    list_free(net);
}
END_TEST

/* --- budgets --------------------------------------------------------------------------------- */

static int64_t left_at(const struct preview *preview, enum amount_kind kind, int count)
{
    int *kept = NEW(int, preview_gates(preview));
    struct preview_state state;
    preview_at(preview, count, kept, NULL, &state);
    free(kept);
    return kind == AMOUNT_MACS ? state.cost.macs : state.cost.parameters;
}

/* The count that is found leaves no more than the budget, one less leaves more. */
START_TEST(budgets_are_the_least_that_fit)
{
    struct net *net = list_vgg(vgg16_widths, 10);
    float **gamma = list_gamma(net, 21, 0);
    struct gammas gammas = gammas_of(net, gamma);
    struct preview *preview;
    struct error err = {0};
    enum amount_kind kind = _i ? AMOUNT_MACS : AMOUNT_PARAMETERS;
    int count;
    ck_assert_int_eq(preview_new(&gammas, (struct limits){1, 1, NULL}, &preview, NULL), 0);
    int64_t whole = left_at(preview, kind, 0), least = left_at(preview, kind, 4224);
    for (int i = 0; i <= 16; i++) {
        struct amount amount = {.kind = kind,
                                .is_budget = true,
                                .budget = least + (whole - least) * i / 16,
                                .floor = 1,
                                .round = 1};
        ck_assert_int_eq(preview_find(preview, &amount, &count, &err), 0);
        ck_assert_int_le(left_at(preview, kind, count), amount.budget);
        if (count > 0)
            ck_assert_int_gt(left_at(preview, kind, count - 1), amount.budget);
    }
    struct amount amount = {.kind = kind, .is_budget = true, .budget = whole + 5};
    ck_assert_int_eq(preview_find(preview, &amount, &count, &err), 0);
    ck_assert_int_eq(count, 0);
    amount.budget = least - 1;
    ck_assert_int_eq(preview_find(preview, &amount, &count, &err), ERROR_USAGE);
    ck_assert_ptr_nonnull(strstr(err.text, ": cannot be reached: "));
    preview_free(preview);
    list_free_gamma(net, gamma);
    list_free(net);
}
END_TEST

TCase *amount_case(void)
{
    TCase *amount = tcase_create("amount");
    tcase_add_loop_test(amount, what_is_typed_comes_to_options, 0,
                        sizeof readings / sizeof *readings);
    tcase_add_test(amount, what_is_not_said_stays);
    tcase_add_loop_test(amount, what_is_no_amount_is_told_in_one_line, 0,
                        sizeof faults / sizeof *faults);
    tcase_add_loop_test(amount, floors_of_single_gates, 0, 4);
    tcase_add_test(amount, a_floor_of_no_layer_is_refused);
    tcase_add_loop_test(amount, budgets_are_the_least_that_fit, 0, 2);
    return amount;
}
