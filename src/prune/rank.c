#include "prune/rank.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

int limits_check(struct limits limits, struct error *err)
{
    if (limits.floor < 0)
        return error_set(err, ERROR_USAGE, "--floor: must be 0 or more");
    if (limits.round < 1)
        return error_set(err, ERROR_USAGE, "--round: must be 1 or more");
    return 0;
}

static int compare(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->gamma != y->gamma)
        return x->gamma < y->gamma ? -1 : 1;
    if (x->gate != y->gate)
        return x->gate < y->gate ? -1 : 1;
    return (x->channel > y->channel) - (x->channel < y->channel);
}

int rank_make(const struct gammas *gammas, struct rank *rank, struct error *err)
{
    const struct net *net = gammas->net;
    *rank = (struct rank){.gates = net->gates, .first = NEW(int, net->gates + 1)};
    for (int g = 0; g < net->gates; g++)
        rank->first[g + 1] = rank->first[g] + net->gate[g].kept;
    rank->channels = rank->first[net->gates];
    rank->order = NEW(struct ranked, rank->channels);
    rank->place = NEW(int, rank->channels);

    struct ranked *to = rank->order;
    for (int g = 0; g < net->gates; g++) {
        const struct gate *gate = &net->gate[g];
        const float *gamma = gammas->gamma ? gammas->gamma[g] : gate->gamma_values;
        for (int i = 0; i < gate->kept; i++, to++) {
            *to = (struct ranked){fabsf(gamma[gate->channel[i]]), g, gate->channel[i]};
            if (isnan(to->gamma)) {
                rank_done(rank);
                return error_set(err, ERROR_DATA, "γ of %s: channel %d is not a number", gate->name,
                                 gate->channel[i]);
            }
        }
    }
    qsort(rank->order, (size_t)rank->channels, sizeof *rank->order, compare);

    int *filled = NEW(int, net->gates);
    for (int i = 0; i < rank->channels; i++) {
        int g = rank->order[i].gate;
        rank->place[rank->first[g] + filled[g]++] = i;
    }
    free(filled);
    return 0;
}

void rank_done(struct rank *rank)
{
    free(rank->order);
    free(rank->first);
    free(rank->place);
    *rank = (struct rank){0};
}

int rank_gate_channels(const struct rank *rank, int gate)
{
    return rank->first[gate + 1] - rank->first[gate];
}

/* The number of the gate's places that are below `count`. */
static int gone(const struct rank *rank, int gate, int count)
{
    const int *place = rank->place + rank->first[gate];
    int low = 0, high = rank_gate_channels(rank, gate);
    while (low < high) {
        int middle = (low + high) / 2;
        if (place[middle] < count)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

int rank_kept(const struct rank *rank, int gate, int count, struct limits limits, int *held)
{
    int all = rank_gate_channels(rank, gate);
    int floor = limits.least ? limits.least[gate] : limits.floor;
    int least = floor < all ? floor : all;
    int kept = all - gone(rank, gate, count);
    if (held)
        *held = kept < least ? least - kept : 0;
    if (kept < least)
        kept = least;
    int missing = (limits.round - kept % limits.round) % limits.round;
    return missing < all - kept ? kept + missing : all;
}

int rank_count_below(const struct rank *rank, double threshold)
{
    int low = 0, high = rank->channels;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if ((double)rank->order[middle].gamma <= threshold)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

double rank_threshold(const struct rank *rank, const int *kept)
{
    int last = -1; /* the place of the last channel that goes */
    for (int g = 0; g < rank->gates; g++) {
        int lost = rank_gate_channels(rank, g) - kept[g];
        if (lost > 0 && rank->place[rank->first[g] + lost - 1] > last)
            last = rank->place[rank->first[g] + lost - 1];
    }
    return last < 0 ? (double)NAN : (double)rank->order[last].gamma;
}
