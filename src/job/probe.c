#include "job/probe.h"

#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/stop.h"
#include "job/identity.h"
#include "job/job.h"
#include "prune/fold.h"
#include "prune/preview.h"
#include "prune/surgery.h"

enum { FIRST_IMAGES = 256, NEXT_IMAGES = 1024, RESULTS_ROOM = 32, CURVE_POINTS = 33 };

/* A point of the curve that the idle thread fills. */
struct point {
    int count;
    double accuracy;
};

struct probe {
    char *store_path;
    int wake_fd;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;

    /* under the lock */
    struct probe_place wanted;
    int64_t asked; /* raised with each place that is asked for */
    bool fill, closing;
    bool reading;  /* the data set: nothing can interrupt that */
    bool orphaned; /* the thread frees all when it is done */
    struct probe_result result[RESULTS_ROOM];
    int results;

    /* the thread's own */
    struct store *store;
    struct run_row row;
    struct config config;
    int loaded_epoch; /* as it was asked for, 0 for the last */
    int epoch;        /* that it is */
    int64_t loaded_run;
    struct net *full;
    struct data_set *set;
    struct job_images images;
    struct evaluation_row *known; /* of this run and epoch: what need not be measured again */
    int knowns;
    struct preview *preview;
    struct probe_place preview_place;
    struct point point[CURVE_POINTS];
    int points;
    int64_t serving; /* the value of `asked` that is being served */
};

double probe_half_width(int correct, int images)
{
    if (images == 0)
        return 1;
    const double z = 1.959963984540054;
    double n = images, p = correct / n;
    return z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n));
}

/* --- what the two threads share ------------------------------------------------------------------
 */

static bool superseded(struct probe *probe)
{
    pthread_mutex_lock(&probe->lock);
    bool newer = probe->closing || probe->asked != probe->serving;
    pthread_mutex_unlock(&probe->lock);
    return newer;
}

/* ERROR_STOPPED when what is being done is of no use any more. */
static int stop_if_superseded(void *context, int done, struct error *err)
{
    (void)done;
    return superseded(context) ? error_set(err, ERROR_STOPPED, "another place was asked for") : 0;
}

/* Results nobody fetched are dropped from the front: the newest counts. */
static void post(struct probe *probe, const struct probe_result *result)
{
    pthread_mutex_lock(&probe->lock);
    if (probe->results == RESULTS_ROOM)
        memmove(probe->result, probe->result + 1, --probe->results * sizeof *probe->result);
    probe->result[probe->results++] = *result;
    pthread_mutex_unlock(&probe->lock);
    if (probe->wake_fd >= 0 && write(probe->wake_fd, "p", 1) < 0) {
        /* full: it is awake already */
    }
}

/* --- the run that is looked at
 * --------------------------------------------------------------------- */

static void unload(struct probe *probe)
{
    preview_free(probe->preview);
    net_free(probe->full);
    job_images_done(&probe->images);
    config_done(&probe->config);
    run_row_done(&probe->row);
    free(probe->known);
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
            code = stop_if_superseded(probe, 0, err); /* much may have happened meanwhile */
    }
    return code ? code : job_images(probe->set, &probe->config, NULL, &probe->images, err);
}

static int load(struct probe *probe, const struct probe_place *place, struct error *err)
{
    if (probe->loaded_run == place->run && probe->loaded_epoch == place->epoch)
        return 0;
    unload(probe);
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
        unload(probe);
        return code;
    }
    probe->loaded_run = place->run;
    probe->loaded_epoch = place->epoch;
    return 0;
}

static int make_preview(struct probe *probe, const struct probe_place *place, struct error *err)
{
    if (probe->preview && probe->preview_place.floor == place->floor &&
        probe->preview_place.round == place->round &&
        probe->preview_place.fold_beta == place->fold_beta)
        return 0;
    preview_free(probe->preview);
    probe->preview = NULL;
    probe->points = 0;
    probe->preview_place = *place;
    return preview_new(&(struct gammas){.net = probe->full},
                       (struct limits){place->floor, place->round, NULL}, &probe->preview, err);
}

/* --- measuring
 * --------------------------------------------------------------------------------------- */

/* Images first … first + count − 1 of those that are measured. */
static int measure_part(struct probe *probe, struct net *net, int first, int count,
                        struct probe_result *result, struct error *err)
{
    struct evaluation part;
    uint32_t *indices = NEW(uint32_t, count);
    for (int i = 0; i < count; i++)
        indices[i] =
            probe->images.indices ? probe->images.indices[first + i] : (uint32_t)(first + i);
    int code = train_evaluate(net, probe->set, probe->images.part, indices, count, 0,
                              stop_if_superseded, probe, &part, err);
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
        post(probe, result);
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
        code = net_prepare(small, 64, false, err);
    if (!code && known) {
        int images = result->images_all < FIRST_IMAGES ? result->images_all : FIRST_IMAGES;
        code = measure_part(probe, small, 0, images, result, err);
    } else if (!code)
        code = measure(probe, small, result, err);
    net_free(small);
    return code;
}

static int measure_place(struct probe *probe, const struct probe_place *place, bool idle,
                         struct error *err)
{
    struct probe_result result = {.place = *place, .idle = idle, .seconds_per_image = NAN};
    struct keep_mask mask = {0};
    int code = preview_mask(probe->preview, place->count, &mask, err);
    if (code)
        return code;
    identity_pruning(probe->row.hash, probe->epoch, &mask, &probe->full->spec, place->fold_beta,
                     false, result.hash);
    snprintf(result.split, sizeof result.split, "%s", probe->images.split);
    result.images_all = probe->images.count;
    result.channels_kept = mask.kept;
    const struct evaluation_row *known = find_known(probe, &result);
    if (!idle || !known)
        code = measure_network(probe, &mask, known, &result, err);
    if (!code && known) {
        result.known = true;
        result.images = known->images;
        result.correct = known->correct;
        result.loss = known->loss;
        if (!idle)
            post(probe, &result);
    } else if (!code)
        add_known(probe, &result);
    if (!code)
        remember(probe, place->count, (double)result.correct / result.images);
    mask_done(&mask);
    return code;
}

/* --- filling the curve
 * -------------------------------------------------------------------------------- */

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
    while (!superseded(probe)) {
        struct probe_place place = probe->preview_place;
        place.count = next_point(probe);
        if (place.count < 0 || measure_place(probe, &place, true, &err) != 0)
            return;
    }
}

/* --- the thread
 * ------------------------------------------------------------------------------------------ */

/* Waits until a place is asked for that is not served yet; false when the probe closes. */
static bool next_place(struct probe *probe, struct probe_place *place, bool *fill)
{
    pthread_mutex_lock(&probe->lock);
    while (!probe->closing && probe->asked == probe->serving)
        pthread_cond_wait(&probe->changed, &probe->lock);
    *place = probe->wanted;
    *fill = probe->fill;
    probe->serving = probe->asked;
    bool open = !probe->closing;
    pthread_mutex_unlock(&probe->lock);
    return open;
}

static void serve(struct probe *probe, struct probe_place *place, bool fill)
{
    struct error err = {0};
    int code = 0;
    if (!probe->store)
        code = store_open(probe->store_path, STORE_READ, &probe->store, &err);
    if (!code)
        code = load(probe, place, &err);
    if (!code)
        code = make_preview(probe, place, &err);
    if (!code)
        code = measure_place(probe, place, false, &err);
    if (!code && fill)
        fill_curve(probe);
    if (code && code != ERROR_STOPPED && !superseded(probe)) {
        struct probe_result result = {.place = *place, .code = code};
        snprintf(result.text, sizeof result.text, "%.380s", err.text);
        post(probe, &result);
    }
}

static void probe_free(struct probe *probe)
{
    pthread_mutex_destroy(&probe->lock);
    pthread_cond_destroy(&probe->changed);
    free(probe->store_path);
    free(probe);
}

static void *run_probe(void *context)
{
    struct probe *probe = context;
    struct probe_place place;
    bool fill;
    setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), 5);
    while (next_place(probe, &place, &fill))
        serve(probe, &place, fill);
    unload(probe);
    data_close(probe->set);
    store_close(probe->store);
    pthread_mutex_lock(&probe->lock);
    bool orphaned = probe->orphaned;
    pthread_mutex_unlock(&probe->lock);
    if (orphaned)
        probe_free(probe);
    return NULL;
}

int probe_open(const char *store_path, int wake_fd, struct probe **probe, struct error *err)
{
    struct probe *p = NEW(struct probe, 1);
    p->store_path = memory_copy_text(store_path);
    p->wake_fd = wake_fd;
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->changed, NULL);
    sigset_t all, old;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &old);
    int failed = pthread_create(&p->thread, NULL, run_probe, p);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    if (failed) {
        free(p->store_path);
        free(p);
        *probe = NULL;
        return error_set(err, ERROR_FAILED, "%s: no thread for measuring", store_path);
    }
    *probe = p;
    return 0;
}

void probe_close(struct probe *probe)
{
    if (!probe)
        return;
    pthread_mutex_lock(&probe->lock);
    pthread_t thread = probe->thread;
    bool orphaned = probe->orphaned = probe->reading || stop_signal();
    probe->closing = true;
    pthread_cond_signal(&probe->changed);
    pthread_mutex_unlock(&probe->lock);
    if (orphaned) {
        pthread_detach(thread);
        return;
    }
    pthread_join(thread, NULL);
    probe_free(probe);
}

void probe_ask(struct probe *probe, const struct probe_place *place)
{
    pthread_mutex_lock(&probe->lock);
    probe->wanted = *place;
    probe->asked++;
    pthread_cond_signal(&probe->changed);
    pthread_mutex_unlock(&probe->lock);
}

void probe_set_idle(struct probe *probe, bool fill)
{
    pthread_mutex_lock(&probe->lock);
    probe->fill = fill;
    pthread_mutex_unlock(&probe->lock);
}

bool probe_result(struct probe *probe, struct probe_result *result)
{
    pthread_mutex_lock(&probe->lock);
    bool any = probe->results > 0;
    if (any) {
        *result = probe->result[0];
        memmove(probe->result, probe->result + 1, (size_t)--probe->results * sizeof *probe->result);
    }
    pthread_mutex_unlock(&probe->lock);
    return any;
}
