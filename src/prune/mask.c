#include "prune/mask.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "prune/cost.h"

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

/* A search for the count that leaves so many parameters or MACs. */
struct search {
    const struct net *net;
    const struct rank *rank;
    enum amount_kind kind;
    struct limits limits;
    int *kept; /* (gates) work */
};

/* What is left of the parameters or the MACs when the first `count` of the order go. */
static int64_t left_over(const struct search *search, int count)
{
    struct cost cost;
    mask_tally(search->net, search->rank, count, search->limits, search->kept, NULL);
    cost_count(search->net, search->kept, &cost);
    return search->kind == AMOUNT_MACS ? cost.macs : cost.parameters;
}

/* The least count that leaves no more than `goal`: what is left never grows with the count. */
static int least_count(const struct search *search, int64_t goal)
{
    int low = 0, high = search->rank->channels;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (left_over(search, middle) <= goal)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* What may be left of `before` when the share goes: the largest number that leaves no less out. */
static int64_t share_goal(int64_t before, struct decimal percent)
{
    __int128 unit = 100;
    for (int i = 0; i < percent.scale; i++)
        unit *= 10;
    __int128 gone = (__int128)before * percent.digits;
    return before - (int64_t)((gone + unit - 1) / unit);
}

static int fail_to_reach(const struct search *search, const struct amount *amount, int64_t before,
                         int64_t least, struct error *err)
{
    const char *name = amount_kind_name(amount->kind);
    if (amount->is_budget)
        return error_set(err, ERROR_USAGE,
                         "--%s: cannot be reached: %lld are left when all goes that may", name,
                         (long long)least);
    double most = 100.0 * (double)(before - least) / (double)before;
    if (search->limits.least)
        return error_set(err, ERROR_USAGE,
                         "--%s: cannot be reached: at most %.4g%% goes with these floors", name,
                         most);
    return error_set(err, ERROR_USAGE,
                     "--%s: cannot be reached: at most %.4g%% goes with %d left in every gate",
                     name, most, search->limits.floor);
}

static int count_cost(const struct net *net, const struct rank *rank, const struct amount *amount,
                      struct limits limits, int *count, struct error *err)
{
    if (!amount->is_budget && (amount->percent.digits < 0 || share_of(amount->percent) > 1))
        return error_set(err, ERROR_USAGE, "--%s: must be 0%% to 100%%",
                         amount_kind_name(amount->kind));
    struct search search = {net, rank, amount->kind, limits, NEW(int, rank->gates)};
    int64_t before = left_over(&search, 0), least = left_over(&search, rank->channels);
    int64_t goal = amount->is_budget ? amount->budget : share_goal(before, amount->percent);
    int code = least > goal ? fail_to_reach(&search, amount, before, least, err) : 0;
    if (!code)
        *count = least_count(&search, goal);
    free(search.kept);
    return code;
}

int mask_count(const struct net *net, const struct rank *rank, const struct amount *amount,
               struct limits limits, int *count, struct error *err)
{
    *count = 0;
    int code = limits_check(limits, err);
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
    return count_cost(net, rank, amount, limits, count, err);
}

static int find_gate(const struct net *net, const struct gate_floor *one)
{
    for (int g = 0; g < net->gates; g++)
        if (strlen(net->gate[g].name) == one->length &&
            memcmp(net->gate[g].name, one->name, one->length) == 0)
            return g;
    return -1;
}

int mask_limits(const struct net *net, const struct amount *amount, int *least,
                struct limits *limits, struct error *err)
{
    const char *list = amount->layers;
    struct gate_floor one;
    *limits = (struct limits){amount->floor, amount->round, list ? least : NULL};
    for (int g = 0; g < net->gates; g++)
        least[g] = amount->floor;
    while (list && amount_next_floor(&list, &one)) {
        int g = find_gate(net, &one);
        if (g < 0)
            return error_set(err, ERROR_USAGE, "--floor %.*s: the network has no such layer",
                             (int)one.length, one.name);
        least[g] = one.least;
    }
    return limits_check(*limits, err);
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
    const struct net *net = gammas->net;
    int *least = NEW(int, net->gates), count = 0;
    struct limits limits;
    struct rank rank = {0};
    *mask = (struct keep_mask){0};
    int code = mask_limits(net, amount, least, &limits, err);
    if (!code)
        code = rank_make(gammas, &rank, err);
    if (!code)
        code = mask_count(net, &rank, amount, limits, &count, err);
    if (!code)
        code = mask_cut(net, &rank, count, limits, mask, err);
    rank_done(&rank);
    free(least);
    return code;
}

void mask_done(struct keep_mask *mask)
{
    for (int g = 0; g < mask->gates; g++)
        free(mask->gate[g].keep);
    free(mask->gate);
    *mask = (struct keep_mask){0};
}
