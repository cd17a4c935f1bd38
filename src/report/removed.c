#include "report/removed.h"

double removed_by(const struct pruning_row *pruning, enum cost_axis axis)
{
    const struct cost before = {.channels = pruning->channels,
                                .parameters = pruning->parameters_before,
                                .macs = pruning->macs_before,
                                .bytes = pruning->bytes_before};
    const struct cost after = {.channels = pruning->channels_kept,
                               .parameters = pruning->parameters,
                               .macs = pruning->macs,
                               .bytes = pruning->bytes};

    return cost_removed(&before, &after, axis);
}
