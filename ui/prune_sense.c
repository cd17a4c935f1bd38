#include "ui/prune_sense.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

void prune_sense_open(struct prune_sense *sense, int gates, int64_t run, int epoch, bool fold)
{
    prune_sense_done(sense);
    *sense = (struct prune_sense){.gates = gates, .run = run, .epoch = epoch, .fold = fold};
    sense->accuracy = NEW(double, gates *PROBE_SHARES);
    for (int i = 0; i < gates * PROBE_SHARES; i++)
        sense->accuracy[i] = (double)NAN;
}

void prune_sense_done(struct prune_sense *sense)
{
    free(sense->accuracy);
    *sense = (struct prune_sense){0};
}

bool prune_sense_is_of(const struct prune_sense *sense, int64_t run, int epoch, bool fold)
{
    return sense->accuracy && sense->run == run && sense->epoch == epoch && sense->fold == fold;
}

void prune_sense_take(struct prune_sense *sense, const struct probe_result *result)
{
    const struct probe_place *place = &result->place;

    if (result->layer < 0 || result->layer >= sense->gates || result->code ||
        result->images < result->images_all ||
        !prune_sense_is_of(sense, place->run, place->epoch, place->fold_beta))
        return;
    double *at = &sense->accuracy[result->layer * PROBE_SHARES + result->share];
    sense->done += isnan(*at) != 0;
    sense->images = result->images;
    *at = (double)result->correct / result->images;
    if (sense->done == sense->gates * PROBE_SHARES)
        sense->on = false;
}
