#include "prune/preview.h"

#include <math.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/memory.h"

struct preview {
    const struct net *net;
    struct net *own; /* the same where preview_open made it */
    struct rank rank;
    struct limits limits;
    int *least; /* (gates) its own copy of limits.least, or NULL */
    struct cost before;
};

int preview_set_limits(struct preview *preview, struct limits limits, struct error *err)
{
    int code = limits_check(limits, err);
    if (code)
        return code;
    int *least = NULL;
    if (limits.least)
        least = memory_copy(limits.least, (size_t)preview->net->gates * sizeof *least);
    free(preview->least);
    preview->limits = limits;
    preview->limits.least = preview->least = least;
    return 0;
}

int preview_limits(const struct preview *preview, const struct amount *amount, int *least,
                   struct limits *limits, struct error *err)
{
    return mask_limits(preview->net, amount, least, limits, err);
}

int preview_new(const struct gammas *gammas, struct limits limits, struct preview **preview,
                struct error *err)
{
    *preview = NULL;
    struct preview *made = NEW(struct preview, 1);
    made->net = gammas->net;
    int code = preview_set_limits(made, limits, err);
    if (!code)
        code = rank_make(gammas, &made->rank, err);
    if (code) {
        preview_free(made);
        return code;
    }
    cost_count(made->net, NULL, &made->before);
    *preview = made;
    return 0;
}

static int check_lengths(const struct net *net, const int *lengths, int gates, struct error *err)
{
    if (gates != net->gates)
        return error_set(err, ERROR_DATA, "γ: of %d gates, the network has %d", gates, net->gates);
    for (int g = 0; g < gates; g++)
        if (lengths[g] != net->gate[g].channels)
            return error_set(err, ERROR_DATA, "γ of %s: %d values, the gate has %d channels",
                             net->gate[g].name, lengths[g], net->gate[g].channels);
    return 0;
}

int preview_open(const char *network, const float *const *gamma, const int *lengths, int gates,
                 struct limits limits, struct preview **preview, struct error *err)
{
    struct net_spec spec;
    struct net *net = NULL;
    *preview = NULL;
    int code = spec_parse(network, &spec, err);
    if (!code) {
        net = net_describe(&spec);
        code = check_lengths(net, lengths, gates, err);
    }
    if (!code)
        code = preview_new(&(struct gammas){net, gamma}, limits, preview, err);
    if (!code)
        (*preview)->own = net;
    else
        net_free(net);
    spec_done(&spec);
    return code;
}

void preview_free(struct preview *preview)
{
    if (!preview)
        return;
    net_free(preview->own);
    rank_done(&preview->rank);
    free(preview->least);
    free(preview);
}

const struct net_spec *preview_spec(const struct preview *preview)
{
    return &preview->net->spec;
}

int preview_channels(const struct preview *preview)
{
    return preview->rank.channels;
}

int preview_gates(const struct preview *preview)
{
    return preview->rank.gates;
}

const char *preview_gate_name(const struct preview *preview, int gate)
{
    return preview->net->gate[gate].name;
}

int preview_gate_channels(const struct preview *preview, int gate)
{
    return rank_gate_channels(&preview->rank, gate);
}

const struct cost *preview_before(const struct preview *preview)
{
    return &preview->before;
}

int preview_tick(const struct preview *preview, int gate)
{
    const struct rank *rank = &preview->rank;
    int least = rank_kept(rank, gate, rank->channels, preview->limits, NULL);
    int lost = rank_gate_channels(rank, gate) - least;
    return lost > 0 ? rank->place[rank->first[gate] + lost - 1] + 1 : 0;
}

static int clamp_count(const struct preview *preview, int count)
{
    return count < 0 ? 0 : count > preview->rank.channels ? preview->rank.channels : count;
}

void preview_at(const struct preview *preview, int count, int *kept, int *held,
                struct preview_state *state)
{
    const struct rank *rank = &preview->rank;
    *state = (struct preview_state){.count = clamp_count(preview, count)};
    struct tally tally = mask_tally(preview->net, rank, state->count, preview->limits, kept, held);
    state->kept = tally.kept;
    state->held = tally.held;
    state->threshold = tally.threshold;
    cost_count(preview->net, kept, &state->cost);
}

struct decimal preview_percent(const struct preview *preview, int count)
{
    return decimal_shortest_percent(clamp_count(preview, count), preview->rank.channels);
}

double preview_threshold(const struct preview *preview, int count)
{
    count = clamp_count(preview, count);
    return count ? (double)preview->rank.order[count - 1].gamma : (double)NAN;
}

int preview_find(const struct preview *preview, const struct amount *amount, int *count,
                 struct error *err)
{
    return mask_count(preview->net, &preview->rank, amount, preview->limits, count, err);
}

int preview_budget(const struct preview *preview, enum cost_axis axis, struct decimal percent,
                   int most)
{
    if (axis == COST_CHANNELS) {
        int64_t count = decimal_percent_floor(percent, preview->rank.channels);
        return count < most ? (int)count : most;
    }
    int low = 0, high = most, *kept = NEW(int, preview->rank.gates);
    while (low < high) {
        int middle = (low + high) / 2;
        struct preview_state state;
        preview_at(preview, middle, kept, NULL, &state);
        if (cost_removed(&preview->before, &state.cost, axis) >= decimal_value(percent))
            high = middle;
        else
            low = middle + 1;
    }
    free(kept);
    return low;
}

int preview_mask(const struct preview *preview, int count, struct keep_mask *mask,
                 struct error *err)
{
    return mask_cut(preview->net, &preview->rank, clamp_count(preview, count), preview->limits,
                    mask, err);
}
