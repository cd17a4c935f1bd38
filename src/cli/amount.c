#include "cli/amount.h"

#include <string.h>

/* By enum amount_kind. */
static const char *const kinds[] = {
    [AMOUNT_CHANNELS] = "channels",
    [AMOUNT_THRESHOLD] = "threshold",
    [AMOUNT_PARAMETERS] = "parameters",
    [AMOUNT_MACS] = "macs",
};
enum { KINDS = sizeof kinds / sizeof *kinds };

static int parse_percent(const char *name, const char *text, struct decimal *percent,
                         struct error *err)
{
    size_t length = strlen(text);
    if (length == 0 || text[length - 1] != '%' || !decimal_parse(text, length - 1, percent)) {
        error_set(err, ERROR_USAGE, "--%s %s: not a percentage", name, text);
        return error_hint(err, "write --%s 70%%", name);
    }
    if (decimal_value(*percent) >= 100)
        return error_set(err, ERROR_USAGE, "--%s %s: must be below 100%%", name, text);
    return 0;
}

/* The one of the four that was given. */
static int find_kind(const struct arguments *arguments, int *kind, struct error *err)
{
    *kind = -1;
    for (int k = 0; k < KINDS; k++) {
        if (!option_given(arguments, kinds[k]))
            continue;
        if (*kind >= 0)
            return error_set(err, ERROR_USAGE, "--%s and --%s: only one amount can be given",
                             kinds[*kind], kinds[k]);
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
    int64_t least = 1, round = 1;
    int code = find_kind(arguments, &kind, err);
    if (code)
        return code;
    *amount = (struct amount){.kind = (enum amount_kind)kind,
                              .as_published = option_given(arguments, "as-published"),
                              .fold_beta = option_given(arguments, "fold-beta")};
    if (kind == AMOUNT_THRESHOLD)
        code = option_real(arguments, "threshold", 0, 1e6, &amount->threshold, err);
    else
        code =
            parse_percent(kinds[kind], option_text(arguments, kinds[kind]), &amount->percent, err);
    if (!code && amount->as_published && kind != AMOUNT_CHANNELS)
        code = error_set(err, ERROR_USAGE, "--as-published: goes with --channels only");
    if (!code)
        code = option_integer(arguments, "floor", 0, 100000, &least, err);
    if (!code)
        code = option_integer(arguments, "round", 1, 100000, &round, err);
    amount->floor = (int)least;
    amount->round = (int)round;
    return code;
}
