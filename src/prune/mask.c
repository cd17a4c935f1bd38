#include "prune/mask.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"
#include "prune/cost.h"

static const char *const option[] = {
    [AMOUNT_CHANNELS] = "--channels",
    [AMOUNT_THRESHOLD] = "--threshold",
    [AMOUNT_PARAMETERS] = "--parameters",
    [AMOUNT_MACS] = "--macs",
};

char *amount_print(const struct amount *amount, char *text, size_t size)
{
    char number[32], floor[32] = "", round[32] = "";
    bool share = amount->kind != AMOUNT_THRESHOLD;
    if (share)
        decimal_print(amount->percent, number, sizeof number);
    else
        text_print_double(amount->threshold, number, sizeof number);
    if (amount->floor != 1)
        snprintf(floor, sizeof floor, " --floor %d", amount->floor);
    if (amount->round != 1)
        snprintf(round, sizeof round, " --round %d", amount->round);
    snprintf(text, size, "%s %s%s%s%s%s%s", option[amount->kind], number, share ? "%" : "", floor,
             round, amount->as_published ? " --as-published" : "",
             amount->fold_beta ? " --fold-beta" : "");
    return text;
}

/* percent / 100 as the double nearest to it: both powers and digits are exact. */
static double share_of(struct decimal percent)
{
    return (double)percent.digits / pow(10, percent.scale + 2);
}

static int count_channels(const struct rank *rank, const struct amount *amount, int *count,
                          struct error *err)
{
    struct decimal p = amount->percent;
    if (p.digits < 0 || share_of(p) >= 1)
        return error_set(err, ERROR_USAGE, "--channels: must be at least 0%% and below 100%%");
    *count = (int)decimal_percent_floor(p, rank->channels);
    if (amount->as_published && rank->channels > 0) {
        int index = (int)(rank->channels * share_of(p));
        *count = rank_count_below(rank, (double)rank->order[index].gamma);
    }
    return 0;
}

/* Empties the gates that stand in one branch with an empty one; whether there were any. */
static bool spread_empty(const struct net *net, int *kept)
{
    bool more = false;
    for (int i = 0; i < net->ops; i++) {
        int before = net->op[i].reads, after = net->op[i].shrinks;
        if (before < 0 || after < 0 || (kept[before] > 0) == (kept[after] > 0) ||
            !net_gate_may_be_empty(net, before))
            continue;
        kept[before] = kept[after] = 0;
        more = true;
    }
    return more;
}

struct tally mask_tally(const struct net *net, const struct rank *rank, int count,
                        struct limits limits, int *kept, int *held)
{
    struct tally tally = {0};
    bool empty = false;
    for (int g = 0; g < rank->gates; g++) {
        int here;
        kept[g] = rank_kept(rank, g, count, limits, &here);
        empty |= kept[g] == 0;
        tally.held += here;
        if (held)
            held[g] = here;
    }
    tally.threshold = rank_threshold(rank, kept);
    while (empty)
        empty = spread_empty(net, kept);
    for (int g = 0; g < rank->gates; g++)
        tally.kept += kept[g];
    return tally;
}

/* What is left of the parameters or the MACs when the first `count` of the order go. */
static int64_t left_over(const struct net *net, const struct rank *rank,
                         const struct amount *amount, int count, int *kept)
{
    struct limits limits = {amount->floor, amount->round};
    struct cost cost;
    mask_tally(net, rank, count, limits, kept, NULL);
    cost_count(net, kept, &cost);
    return amount->kind == AMOUNT_MACS ? cost.macs : cost.parameters;
}

/* The least count that removes the share: what is left never grows with the count. */
static int count_share(const struct net *net, const struct rank *rank, const struct amount *amount,
                       int *count, struct error *err)
{
    if (amount->percent.digits < 0 || share_of(amount->percent) > 1)
        return error_set(err, ERROR_USAGE, "%s: must be 0%% to 100%%", option[amount->kind]);
    int *kept = NEW(int, rank->gates);
    int64_t before = left_over(net, rank, amount, 0, kept);
    int64_t least = left_over(net, rank, amount, rank->channels, kept);
    __int128 unit = 100;
    for (int i = 0; i < amount->percent.scale; i++)
        unit *= 10;
    __int128 goal = (__int128)before * amount->percent.digits;
    int low = 0, high = rank->channels, code = 0;
    if ((before - least) * unit < goal)
        code = error_set(err, ERROR_USAGE,
                         "%s: cannot be reached: at most %.4g%% goes with %d left in every gate",
                         option[amount->kind], 100.0 * (double)(before - least) / (double)before,
                         amount->floor);
    while (!code && low < high) {
        int middle = low + (high - low) / 2;
        if ((before - left_over(net, rank, amount, middle, kept)) * unit >= goal)
            high = middle;
        else
            low = middle + 1;
    }
    *count = low;
    free(kept);
    return code;
}

int mask_count(const struct net *net, const struct rank *rank, const struct amount *amount,
               int *count, struct error *err)
{
    *count = 0;
    int code = limits_check((struct limits){amount->floor, amount->round}, err);
    if (code)
        return code;
    switch (amount->kind) {
    case AMOUNT_CHANNELS: return count_channels(rank, amount, count, err);
    case AMOUNT_THRESHOLD:
        if (!(amount->threshold >= 0))
            return error_set(err, ERROR_USAGE, "--threshold: must be 0 or more");
        *count = rank_count_below(rank, amount->threshold);
        return 0;
    case AMOUNT_PARAMETERS:
    case AMOUNT_MACS: break;
    }
    if (amount->as_published)
        return error_set(err, ERROR_USAGE, "--as-published: goes with --channels only");
    return count_share(net, rank, amount, count, err);
}

/* Marks the `kept` largest of a gate's channels. */
static void mark_kept(const struct rank *rank, int gate, int kept, uint8_t *keep)
{
    int end = rank->first[gate + 1];
    for (int i = end - kept; i < end; i++)
        keep[rank->order[rank->place[i]].channel] = 1;
}

int mask_cut(const struct net *net, const struct rank *rank, int count, struct limits limits,
             struct keep_mask *mask, struct error *err)
{
    *mask = (struct keep_mask){.gates = rank->gates, .channels = rank->channels};
    mask->gate = NEW(struct keep_gate, rank->gates);
    int *kept = NEW(int, rank->gates), code = 0;
    struct tally tally = mask_tally(net, rank, count, limits, kept, NULL);
    mask->kept = tally.kept;
    mask->threshold = tally.threshold;
    for (int g = 0; g < rank->gates; g++) {
        struct keep_gate *keep = &mask->gate[g];
        keep->keep = NEW(uint8_t, net->gate[g].channels);
        keep->kept = kept[g];
        mark_kept(rank, g, rank_kept(rank, g, count, limits, &keep->held), keep->keep);
        if (!code && keep->kept == 0 && !net_gate_may_be_empty(net, g))
            code = error_set(err, ERROR_USAGE, "%s: would lose all its channels: it needs a floor",
                             net->gate[g].name);
    }
    free(kept);
    if (code)
        mask_done(mask);
    return code;
}

int mask_make(const struct gammas *gammas, const struct amount *amount, struct keep_mask *mask,
              struct error *err)
{
    struct rank rank;
    int count = 0;
    *mask = (struct keep_mask){0};
    int code = rank_make(gammas, &rank, err);
    if (code)
        return code;
    code = mask_count(gammas->net, &rank, amount, &count, err);
    if (!code)
        code = mask_cut(gammas->net, &rank, count, (struct limits){amount->floor, amount->round},
                        mask, err);
    rank_done(&rank);
    return code;
}

void mask_done(struct keep_mask *mask)
{
    for (int g = 0; g < mask->gates; g++)
        free(mask->gate[g].keep);
    free(mask->gate);
    *mask = (struct keep_mask){0};
}
