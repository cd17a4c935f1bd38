#include "ui/prune_side.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "job/request.h"

void prune_side_start(struct prune_side *side, struct scene *scene)
{
    struct error why = {0};

    if (side->probe || scene->still)
        return;
    if (probe_open(scene->store_path, scene->wake_fd, &side->probe, &why)) {
        side->probe = NULL;
        scene_tell(scene, STYLE_WARN, "nothing will be measured: %.200s", why.text);
    }
}

void prune_side_done(struct prune_side *side)
{
    probe_close(side->probe);
    prune_model_done(&side->model);
    *side = (struct prune_side){0};
}

void prune_side_open(struct prune_side *side, struct scene *scene, int64_t run)
{
    if (run == side->model.run.id && side->model.preview)
        return;
    prune_model_done(&side->model);
    prune_model_open(&side->model, scene->store, run);
    side->time_before = (double)NAN;
}

void prune_side_ask(struct prune_side *side)
{
    const struct prune_model *model = &side->model;
    char *layers;

    if (!side->probe || !model->preview)
        return;
    struct amount amount = prune_model_amount(model, &layers);
    struct probe_place place = {
        .run = model->run.id,
        .epoch = model->epoch[model->at].epoch,
        .count = model->count,
        .floor = amount.floor,
        .round = amount.round,
        .layers = layers,
        .limits = model->limits,
        .fold_beta = model->fold,
    };
    probe_ask(side->probe, &place);
    free(layers);
}

/* What was measured for good goes into the store. */
static void keep_result(struct scene *scene, const struct probe_result *result)
{
    struct request request = {.kind = REQUEST_EVALUATION};
    struct evaluation_row *row = &request.evaluation;

    if (!scene->desk || result->code || result->known || result->images == 0 ||
        result->images < result->images_all)
        return;
    row->run = result->place.run;
    row->epoch = result->place.epoch;
    row->images = result->images;
    row->correct = result->correct;
    row->loss = result->loss;
    row->channels_kept = result->channels_kept;
    memcpy(row->hash, result->hash, sizeof row->hash);
    memcpy(row->split, result->split, sizeof row->split);
    desk_send(scene->desk, &request);
}

bool prune_side_take(struct prune_side *side, struct scene *scene, struct prune_sense *sense)
{
    struct probe_result result;
    bool any = false;

    while (side->probe && probe_result(side->probe, &result)) {
        any = true;
        if (result.layer >= 0) { /* asked for here and now, and not kept */
            if (sense)
                prune_sense_take(sense, &result);
            continue;
        }
        prune_model_probe(&side->model, &result);
        keep_result(scene, &result);
        if (!result.code && result.images && result.channels_kept == side->model.channels)
            side->time_before = result.seconds_per_image;
    }
    return any;
}

bool prune_side_refresh(struct prune_side *side, struct scene *scene)
{
    struct prune_model *model = &side->model;

    if (store_version(scene->store) == model->version && !model->stale)
        return false;
    prune_model_refresh(model, scene->store);
    return true;
}
