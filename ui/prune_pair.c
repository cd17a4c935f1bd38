#include "ui/prune_pair.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"

const char *prune_basis_name(enum prune_basis basis)
{
    static const char *const names[PRUNE_BASES] = {
        [PRUNE_SAME_CHANNELS] = "share of channels",
        [PRUNE_SAME_THRESHOLD] = "threshold",
        [PRUNE_SAME_PARAMETERS] = "share of parameters",
        [PRUNE_SAME_MACS] = "share of MACs",
    };

    return names[basis];
}

/* The first's rules for the second: floors go to the layers of the same name. */
static struct prune_place borrow_rules(const struct prune_model *second,
                                       const struct prune_model *first)
{
    struct prune_place place = prune_model_place(second);

    place.floor = first->floor;
    place.round = first->round;
    place.fold = first->fold;
    for (int g = 0; g < second->gates; g++) {
        place.own[g] = PRUNE_NO_FLOOR;
        for (int f = 0; f < first->gates; f++)
            if (text_equal(preview_gate_name(first->preview, f),
                           preview_gate_name(second->preview, g)))
                place.own[g] = first->own[f];
    }
    return place;
}

static int64_t basis_cost(const struct cost *cost, enum prune_basis basis)
{
    return basis == PRUNE_SAME_MACS ? cost->macs : cost->parameters;
}

/* The least count of the second that leaves no larger share of its cost than the first has left;
 * its most + 1 where there is none. */
static int find_cost(const struct prune_model *second, const struct prune_model *first,
                     enum prune_basis basis)
{
    int64_t left = basis_cost(&first->state.cost, basis);
    int64_t whole = basis_cost(preview_before(first->preview), basis);
    int64_t before = basis_cost(preview_before(second->preview), basis);
    int low = 0, high = second->most + 1, *kept = NEW(int, second->gates);

    while (low < high) {
        struct preview_state state;
        int middle = (low + high) / 2;
        preview_at(second->preview, middle, kept, NULL, &state);
        if ((__int128)basis_cost(&state.cost, basis) * whole <= (__int128)left * before)
            high = middle;
        else
            low = middle + 1;
    }
    free(kept);
    return low;
}

static int find_count(const struct prune_model *second, const struct prune_model *first,
                      enum prune_basis basis)
{
    struct amount amount = {.kind = AMOUNT_CHANNELS,
                            .percent = preview_percent(first->preview, first->count)};
    int count = 0;

    if (first->count == 0)
        return 0;
    if (basis >= PRUNE_SAME_PARAMETERS)
        return find_cost(second, first, basis);
    if (basis == PRUNE_SAME_THRESHOLD) {
        amount.kind = AMOUNT_THRESHOLD;
        amount.threshold = preview_threshold(first->preview, first->count);
    }
    preview_find(second->preview, &amount, &count, NULL);
    return count;
}

bool prune_pair_follow(struct prune_model *second, const struct prune_model *first,
                       enum prune_basis basis)
{
    struct prune_place rules = borrow_rules(second, first);

    if (!prune_model_is_at(second, &rules))
        prune_model_go(second, NULL, &rules); /* its epoch stays: nothing is read */
    free(rules.own);
    int count = find_count(second, first, basis);
    prune_model_move(second, count);
    return count <= second->most;
}
