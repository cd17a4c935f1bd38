#include "tests/unit/prune/test_prune.h"

#include <string.h>

#define M LIST_POOL

const int vgg16_widths[] = {64, 64,  M,   128, 128, M,   256, 256, 256,
                            M,  512, 512, 512, M,   512, 512, 512, LIST_END};
const int vgg19_widths[] = {64,  64,  M,   128, 128, M,   256, 256, 256, 256,     M,
                            512, 512, 512, 512, M,   512, 512, 512, 512, LIST_END};
const int small_widths[] = {6, 9, M, 5, LIST_END};

struct amount amount_channels(const char *percent)
{
    struct amount amount = {.kind = AMOUNT_CHANNELS, .floor = 1, .round = 1};
    ck_assert(decimal_parse(percent, strlen(percent), &amount.percent));
    return amount;
}

struct amount amount_threshold(double value)
{
    return (struct amount){.kind = AMOUNT_THRESHOLD, .threshold = value, .floor = 1, .round = 1};
}

struct amount amount_share(enum amount_kind kind, const char *percent)
{
    struct amount amount = amount_channels(percent);
    amount.kind = kind;
    return amount;
}

struct gammas gammas_of(const struct net *net, float **gamma)
{
    return (struct gammas){net, (const float *const *)gamma};
}

struct keep_mask mask_must(const struct net *net, float **gamma, struct amount amount)
{
    struct error err = {0};
    struct keep_mask mask;
    struct gammas gammas = gammas_of(net, gamma);
    ck_assert_msg(mask_make(&gammas, &amount, &mask, &err) == 0, "%s", err.text);
    return mask;
}

int mask_refused(const struct net *net, float **gamma, struct amount amount, struct error *err)
{
    struct keep_mask mask;
    struct gammas gammas = gammas_of(net, gamma);
    int code = mask_make(&gammas, &amount, &mask, err);
    ck_assert_ptr_null(mask.gate);
    return code;
}

int main(void)
{
    Suite *suite = suite_create("prune");
    suite_add_tcase(suite, amount_case());
    suite_add_tcase(suite, cost_case());
    suite_add_tcase(suite, built_case());
    suite_add_tcase(suite, mask_case());
    suite_add_tcase(suite, preview_case());
    suite_add_tcase(suite, surgery_case());
    suite_add_tcase(suite, fold_case());
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
