/*
 * What the probe does while nobody waits: the curve of accuracy against the count, and, where it
 * was asked for, the accuracy as each layer alone loses a share of its channels.
 */
#include <limits.h>
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "job/probe_work.h"

/* --- the curve ------------------------------------------------------------------------------- */

/* The next count worth measuring: the ends, then the middle of the gap over which accuracy changes
 * most (a gap without change counts a little, by its width). −1: the curve is full. */
static int next_point(const struct probe *probe)
{
    int last = preview_channels(probe->preview) * 999 / 1000, best = -1;
    double most = 0;
    if (probe->points == 0 || probe->point[0].count > 0)
        return 0;
    if (probe->point[probe->points - 1].count < last)
        return last;
    if (probe->points == CURVE_POINTS)
        return -1;
    for (int i = 1; i < probe->points; i++) {
        const struct point *a = &probe->point[i - 1], *b = &probe->point[i];
        double gap = (double)(b->count - a->count) / (last ? last : 1);
        double worth = gap * (fabs(a->accuracy - b->accuracy) + 0.05);
        if (b->count - a->count > last / 200 + 1 && worth > most) {
            most = worth;
            best = (a->count + b->count) / 2;
        }
    }
    return best;
}

static void fill_curve(struct probe *probe)
{
    struct error err;
    while (!probe_superseded(probe)) {
        struct probe_place place = probe->preview_place;
        place.count = next_point(probe);
        if (place.count < 0 || probe_measure_place(probe, &place, true, &err) != 0)
            return;
    }
}

/* --- single layers --------------------------------------------------------------------------- */

/* The mask that takes the smallest channels of one gate and no others: all go, except that every
 * other gate keeps what it has. */
static int mask_layer(struct preview *preview, int gate, int lost, struct keep_mask *mask,
                      struct error *err)
{
    int gates = preview_gates(preview), *least = NEW(int, gates);
    for (int g = 0; g < gates; g++)
        least[g] = INT_MAX;
    least[gate] = preview_gate_channels(preview, gate) - lost;
    int code = preview_set_limits(preview, (struct limits){1, 1, least}, err);
    if (!code)
        code = preview_mask(preview, preview_channels(preview), mask, err);
    free(least);
    return code;
}

static int measure_layer(struct probe *probe, struct preview *preview, int gate, int share,
                         struct error *err)
{
    struct probe_result result = {.place = probe->preview_place, .layer = gate, .share = share};
    struct keep_mask mask = {0};
    int lost = preview_gate_channels(preview, gate) * probe_share[share] / 100;
    int code = mask_layer(preview, gate, lost, &mask, err);
    if (!code)
        code = probe_measure_mask(probe, &mask, PROBE_LAYER_IMAGES, &result, err);
    mask_done(&mask);
    return code;
}

/* The value of `layers` to be served, 0: none; what was measured for an earlier one is forgotten.
 */
static int64_t layers_wanted(struct probe *probe)
{
    pthread_mutex_lock(&probe->lock);
    int64_t wanted = probe->layers;
    pthread_mutex_unlock(&probe->lock);
    if (wanted != probe->layers_serving || !probe->layer_done) {
        free(probe->layer_done);
        probe->layer_done = NEW(bool, preview_gates(probe->preview) * PROBE_SHARES);
        probe->layers_serving = wanted;
    }
    return wanted;
}

/* Every layer at one share before the next, the telling shares first. */
static void measure_layers(struct probe *probe)
{
    static const int order[PROBE_SHARES] = {2, 4, 3, 1, 0};
    struct preview *preview = NULL;
    struct error err;
    if (!layers_wanted(probe) || preview_new(&(struct gammas){.net = probe->full},
                                             (struct limits){1, 1, NULL}, &preview, &err))
        return;
    int gates = preview_gates(preview);
    for (int i = 0; i < gates * PROBE_SHARES && !probe_superseded(probe); i++) {
        int gate = i % gates, share = order[i / gates];
        bool *done = &probe->layer_done[gate * PROBE_SHARES + share];
        if (!*done)
            *done = measure_layer(probe, preview, gate, share, &err) == 0;
    }
    preview_free(preview);
}

void probe_idle(struct probe *probe, bool fill)
{
    measure_layers(probe);
    if (fill)
        fill_curve(probe);
}
