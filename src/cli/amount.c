#include "cli/amount.h"

#include <stdio.h>

/* The one of the four that was given. */
static int find_kind(const struct arguments *arguments, int *kind, struct error *err)
{
    *kind = -1;
    for (int k = 0; k < AMOUNT_KINDS; k++) {
        if (!option_given(arguments, amount_kind_name(k)))
            continue;
        if (*kind >= 0)
            return error_set(err, ERROR_USAGE, "--%s and --%s: only one amount can be given",
                             amount_kind_name(*kind), amount_kind_name(k));
        *kind = k;
    }
    if (*kind >= 0)
        return 0;
    error_set(err, ERROR_USAGE, "how much: no amount was given");
    return error_hint(err,
                      "one of --channels 70%%, --threshold 0.01, --parameters 50%%, --macs 50%%");
}

int amount_parse(const struct arguments *arguments, struct amount *amount, struct error *err)
{
    int kind;
    int64_t round = 1;
    char what[16];
    int code = find_kind(arguments, &kind, err);
    if (code)
        return code;
    *amount = (struct amount){.floor = 1,
                              .as_published = option_given(arguments, "as-published"),
                              .fold_beta = option_given(arguments, "fold-beta")};
    const char *name = amount_kind_name((enum amount_kind)kind);
    snprintf(what, sizeof what, "--%s", name);
    code = amount_set(amount, (enum amount_kind)kind, what, option_text(arguments, name), err);
    if (!code && amount->as_published && kind != AMOUNT_CHANNELS)
        code = error_set(err, ERROR_USAGE, "--as-published: goes with --channels only");
    if (!code && option_given(arguments, "floor"))
        code = amount_set_floor(amount, "--floor", option_text(arguments, "floor"), err);
    if (!code)
        code = option_integer(arguments, "round", 1, 100000, &round, err);
    amount->round = (int)round;
    return code;
}
