/* The run that the probe looks at, and the accuracy of cuts of its network. */
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "job/identity.h"
#include "job/probe_work.h"
#include "prune/fold.h"
#include "prune/surgery.h"

enum { FIRST_IMAGES = 256, NEXT_IMAGES = 1024 };

/* --- the run that is looked at --------------------------------------------------------------- */

void probe_unload(struct probe *probe)
{
    preview_free(probe->preview);
    net_free(probe->full);
    job_images_done(&probe->images);
    config_done(&probe->config);
    run_row_done(&probe->row);
    free(probe->known);
    free(probe->layer_done);
    probe->layer_done = NULL;
    probe->known = NULL;
    probe->knowns = 0;
    probe->preview = NULL;
    probe->full = NULL;
    probe->config = (struct config){0};
    probe->row = (struct run_row){0};
    probe->loaded_run = probe->loaded_epoch = 0;
    probe->points = 0;
}

static void set_reading(struct probe *probe, bool reading)
{
    pthread_mutex_lock(&probe->lock);
    probe->reading = reading;
    pthread_mutex_unlock(&probe->lock);
}

/* The data set is kept from run to run when it is the same. */
static int load_data(struct probe *probe, struct error *err)
{
    if (probe->set && (!probe->row.data_checksum ||
                       strcmp(probe->set->checksum, probe->row.data_checksum) != 0)) {
        data_close(probe->set);
        probe->set = NULL;
    }
    int code = 0;
    if (!probe->set) {
        set_reading(probe, true);
        code = job_open_data(&probe->row, NULL, &probe->set, err);
        set_reading(probe, false);
        if (!code)
            code = probe_stop(probe, 0, err); /* much may have happened meanwhile */
    }
    return code ? code : job_images(probe->set, &probe->config, NULL, &probe->images, err);
}

static int load_run(struct probe *probe, const struct probe_place *place, struct error *err)
{
    if (probe->loaded_run == place->run && probe->loaded_epoch == place->epoch)
        return 0;
    probe_unload(probe);
    int code = run_get(probe->store, place->run, &probe->row, err);
    if (!code)
        code = job_run_config(&probe->row, &probe->config, err);
    if (!code)
        code =
            job_load_run(probe->store, &probe->row, place->epoch, &probe->full, &probe->epoch, err);
    if (!code)
        code = load_data(probe, err);
    if (!code)
        code = evaluation_list(probe->store, place->run, probe->epoch, &probe->known,
                               &probe->knowns, err);
    if (code) {
        probe_unload(probe);
        return code;
    }
    probe->loaded_run = place->run;
    probe->loaded_epoch = place->epoch;
    return 0;
}

static bool same_text(const char *a, const char *b)
{
    return a && b ? text_equal(a, b) : a == b;
}

static int set_limits(struct probe *probe, const struct probe_place *place, struct error *err)
{
    struct amount amount = {.floor = place->floor, .round = place->round, .layers = place->layers};
    int *least = NEW(int, probe->full->gates);
    struct limits limits;
    int code = preview_limits(probe->preview, &amount, least, &limits, err);
    if (!code)
        code = preview_set_limits(probe->preview, limits, err);
    free(least);
    return code;
}

static int make_preview(struct probe *probe, const struct probe_place *place, struct error *err)
{
    const struct probe_place *made = &probe->preview_place;
    if (probe->preview && made->floor == place->floor && made->round == place->round &&
        made->fold_beta == place->fold_beta && same_text(made->layers, place->layers)) {
        probe->preview_place.limits = place->limits;
        return 0;
    }
    char *old = probe->preview_layers; /* which `place` may stand on */
    probe->preview_layers = place->layers ? memory_copy_text(place->layers) : NULL;
    preview_free(probe->preview);
    probe->preview = NULL;
    probe->points = 0;
    probe->preview_place = *place;
    probe->preview_place.layers = probe->preview_layers;
    free(old);
    int code = preview_new(&(struct gammas){.net = probe->full}, (struct limits){1, 1, NULL},
                           &probe->preview, err);
    if (!code)
        code = set_limits(probe, place, err);
    if (code) {
        preview_free(probe->preview);
        probe->preview = NULL;
    }
    return code;
}

int probe_load(struct probe *probe, const struct probe_place *place, struct error *err)
{
    int code = load_run(probe, place, err);
    return code ? code : make_preview(probe, place, err);
}

/* --- measuring ------------------------------------------------------------------------------- */

/* Images first … first + count − 1 of those that are measured. */
static int measure_part(struct probe *probe, struct net *net, int first, int count,
                        struct probe_result *result, struct error *err)
{
    struct evaluation part;
    uint32_t *indices = NEW(uint32_t, count);
    for (int i = 0; i < count; i++)
        indices[i] =
            probe->images.indices ? probe->images.indices[first + i] : (uint32_t)(first + i);
    int code = train_evaluate(net, probe->set, probe->images.part, indices, count, 0, probe_stop,
                              probe, &part, err);
    free(indices);
    if (code)
        return code;
    double sum = result->loss * result->images + part.loss * part.images;
    result->images += part.images;
    result->correct += part.right;
    result->loss = sum / result->images;
    result->seconds_per_image = part.seconds / part.images;
    return 0;
}

static int measure(struct probe *probe, struct net *net, struct probe_result *result,
                   struct error *err)
{
    int step = FIRST_IMAGES;
    while (result->images < result->images_all) {
        int left = result->images_all - result->images;
        int code = measure_part(probe, net, result->images, left < step ? left : step, result, err);
        if (code)
            return code;
        probe_post(probe, result);
        step = NEXT_IMAGES;
    }
    return 0;
}

static void remember(struct probe *probe, int count, double accuracy)
{
    int at = 0;
    while (at < probe->points && probe->point[at].count < count)
        at++;
    bool there = at < probe->points && probe->point[at].count == count;
    if (there || probe->points == CURVE_POINTS)
        return;
    memmove(&probe->point[at + 1], &probe->point[at],
            (size_t)(probe->points - at) * sizeof *probe->point);
    probe->point[at] = (struct point){count, accuracy};
    probe->points++;
}

/* What the store, or this thread, knows of the network with this hash on all the images. */
static const struct evaluation_row *find_known(const struct probe *probe,
                                               const struct probe_result *result)
{
    for (int i = 0; i < probe->knowns; i++)
        if (probe->known[i].images == result->images_all &&
            strcmp(probe->known[i].hash, result->hash) == 0 &&
            strcmp(probe->known[i].split, result->split) == 0)
            return &probe->known[i];
    return NULL;
}

static void add_known(struct probe *probe, const struct probe_result *result)
{
    struct evaluation_row row = {.images = result->images, .correct = result->correct};
    memcpy(row.hash, result->hash, sizeof row.hash);
    memcpy(row.split, result->split, sizeof row.split);
    probe->known = memory_grow(probe->known, (size_t)probe->knowns + 1, sizeof *probe->known);
    probe->known[probe->knowns++] = row;
}

/* Measures the small network of a mask; where all is known, only its time. */
static int measure_network(struct probe *probe, const struct keep_mask *mask,
                           const struct evaluation_row *known, struct probe_result *result,
                           struct error *err)
{
    struct net *small = NULL;
    bool fold = result->place.fold_beta;
    int code = (fold ? fold_slim : surgery_slim)(probe->full, mask, &small, err);
    if (!code)
        code = net_prepare(small, EVALUATE_BATCH, false, err);
    if (!code && known) {
        int images = result->images_all < FIRST_IMAGES ? result->images_all : FIRST_IMAGES;
        code = measure_part(probe, small, 0, images, result, err);
    } else if (!code)
        code = measure(probe, small, result, err);
    net_free(small);
    return code;
}

int probe_measure_mask(struct probe *probe, const struct keep_mask *mask, int images,
                       struct probe_result *result, struct error *err)
{
    bool idle = result->idle || result->layer >= 0;
    identity_pruning(probe->row.hash, probe->epoch, mask, &probe->full->spec,
                     result->place.fold_beta, false, result->hash);
    snprintf(result->split, sizeof result->split, "%s", probe->images.split);
    result->images_all = images < probe->images.count ? images : probe->images.count;
    result->channels_kept = mask->kept;
    result->seconds_per_image = NAN;
    const struct evaluation_row *known = find_known(probe, result);
    int code = 0;
    if (!idle || !known)
        code = measure_network(probe, mask, known, result, err);
    if (!code && known) {
        result->known = true;
        result->images = known->images;
        result->correct = known->correct;
        result->loss = known->loss;
        if (!result->idle)
            probe_post(probe, result);
    } else if (!code)
        add_known(probe, result);
    return code;
}

int probe_measure_place(struct probe *probe, const struct probe_place *place, bool idle,
                        struct error *err)
{
    struct probe_result result = {.place = *place, .layer = -1, .idle = idle};
    struct keep_mask mask = {0};
    int code = preview_mask(probe->preview, place->count, &mask, err);
    if (!code)
        code = probe_measure_mask(probe, &mask, INT_MAX, &result, err);
    if (!code)
        remember(probe, place->count, (double)result.correct / result.images);
    mask_done(&mask);
    return code;
}
