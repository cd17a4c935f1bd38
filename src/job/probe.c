#include "job/probe.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/stop.h"
#include "base/thread.h"
#include "job/probe_work.h"

const int probe_share[PROBE_SHARES] = {10, 30, 50, 70, 90};

double probe_half_width(int correct, int images)
{
    if (images == 0)
        return 1;
    const double z = 1.959963984540054;
    double n = images, p = correct / n;
    return z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n));
}

/* --- what the two threads share -------------------------------------------------------------- */

bool probe_superseded(struct probe *probe)
{
    pthread_mutex_lock(&probe->lock);
    bool newer = probe->closing || probe->asked != probe->serving;
    pthread_mutex_unlock(&probe->lock);
    return newer;
}

int probe_stop(void *context, int done, struct error *err)
{
    (void)done;
    return probe_superseded(context) ? error_set(err, ERROR_STOPPED, "another place was asked for")
                                     : 0;
}

void probe_post(struct probe *probe, const struct probe_result *result)
{
    pthread_mutex_lock(&probe->lock);
    probe->result = memory_grow(probe->result, (size_t)probe->results + 1, sizeof *probe->result);
    probe->result[probe->results] = *result;
    probe->result[probe->results++].place.layers = NULL;
    pthread_mutex_unlock(&probe->lock);
    if (probe->wake_fd >= 0 && write(probe->wake_fd, "p", 1) < 0) {
        /* full: it is awake already */
    }
}

/* --- the thread ------------------------------------------------------------------------------ */

/* Waits until a place is asked for that is not served yet; false when the probe closes. The caller
 * frees *layers, which is part of the place. */
static bool next_place(struct probe *probe, struct probe_place *place, char **layers, bool *fill)
{
    pthread_mutex_lock(&probe->lock);
    while (!probe->closing && probe->asked == probe->serving)
        pthread_cond_wait(&probe->changed, &probe->lock);
    bool open = !probe->closing;
    *place = probe->wanted;
    *layers = open && probe->wanted_layers ? memory_copy_text(probe->wanted_layers) : NULL;
    place->layers = *layers;
    *fill = probe->fill;
    probe->serving = probe->asked;
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
        code = probe_load(probe, place, &err);
    if (!code)
        code = probe_measure_place(probe, place, false, &err);
    if (!code)
        probe_idle(probe, fill);
    if (code && code != ERROR_STOPPED && !probe_superseded(probe)) {
        struct probe_result result = {.place = *place, .layer = -1, .code = code};
        snprintf(result.text, sizeof result.text, "%.380s", err.text);
        probe_post(probe, &result);
    }
}

static void probe_free(struct probe *probe)
{
    pthread_mutex_destroy(&probe->lock);
    pthread_cond_destroy(&probe->changed);
    free(probe->store_path);
    free(probe->wanted_layers);
    free(probe->preview_layers);
    free(probe->result);
    free(probe);
}

static void *run_probe(void *context)
{
    struct probe *probe = context;
    struct probe_place place;
    char *layers; /* of the place */
    bool fill;
    setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), 5);
    while (next_place(probe, &place, &layers, &fill)) {
        serve(probe, &place, fill);
        free(layers);
    }
    probe_unload(probe);
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
    int code = thread_start(&p->thread, run_probe, p, "measuring", err);
    if (code) {
        probe_free(p);
        p = NULL;
    }
    *probe = p;
    return code;
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
    free(probe->wanted_layers);
    probe->wanted_layers = place->layers ? memory_copy_text(place->layers) : NULL;
    probe->wanted = *place;
    probe->wanted.layers = probe->wanted_layers;
    probe->asked++;
    pthread_cond_signal(&probe->changed);
    pthread_mutex_unlock(&probe->lock);
}

void probe_measure_layers(struct probe *probe, bool measure)
{
    pthread_mutex_lock(&probe->lock);
    probe->layers = measure ? ++probe->layers_asked : 0;
    probe->asked++; /* the place is served again, which costs little, and then the layers */
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
