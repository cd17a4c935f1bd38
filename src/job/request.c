#include "job/request.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/thread.h"
#include "job/control.h"
#include "job/export.h"
#include "job/worker.h"
#include "prune/fold.h"
#include "prune/surgery.h"

enum { DESK_ROOM = 64 };

struct desk {
    struct store *store;
    int wake_fd;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t arrived;
    struct request request[DESK_ROOM];
    struct reply reply[DESK_ROOM];
    int requests, replies; /* how many wait in each */
    bool busy, closing;
};

static void request_done(struct request *request)
{
    if (request->config)
        config_done(request->config);
    free(request->config);
    free(request->layers);
    free(request->text);
}

/* --- what the requests do --------------------------------------------------------------------- */

static int queue_training(struct desk *desk, struct request *request, struct reply *reply,
                          struct error *err)
{
    struct data_set *set = NULL;
    struct run_row row = {0};
    bool fresh;
    int code = data_open(request->config->data, NULL, &set, err);
    if (!code)
        code = job_make_run(desk->store, request->config, set, &reply->run, &fresh, err);
    data_close(set);
    if (!code)
        code = run_get(desk->store, reply->run, &row, err);
    if (code)
        return code;
    bool finished = row.status == RUN_FINISHED;
    snprintf(reply->text, sizeof reply->text, "run %lld %s", (long long)reply->run,
             finished ? "is finished already: the same settings give the same run"
             : fresh  ? "is queued"
                      : "was there already: it goes on");
    run_row_done(&row);
    if (!finished && !fresh)
        control_resume(desk->store, reply->run, NULL); /* running is as good */
    return finished ? 0 : worker_start(store_path(desk->store), err);
}

static int prune(struct desk *desk, struct request *request, struct data_set **set,
                 struct run_row *row, struct reply *reply, struct error *err)
{
    bool fresh;
    int code = run_get(desk->store, request->run, row, err);
    if (!code)
        code = job_open_data(row, NULL, set, err);
    if (!code)
        code = job_prune(desk->store, request->run, request->epoch, &request->amount, *set, NULL,
                         &reply->pruning, &fresh, err);
    if (!code)
        snprintf(reply->text, sizeof reply->text, "pruning p%lld %s", (long long)reply->pruning,
                 fresh ? "is stored" : "was there already");
    return code;
}

static int prune_only(struct desk *desk, struct request *request, struct reply *reply,
                      struct error *err)
{
    struct data_set *set = NULL;
    struct run_row row = {0};
    int code = prune(desk, request, &set, &row, reply, err);
    data_close(set);
    run_row_done(&row);
    return code;
}

static int prune_and_retrain(struct desk *desk, struct request *request, struct reply *reply,
                             struct error *err)
{
    struct data_set *set = NULL;
    struct run_row row = {0};
    struct config config = {0};
    bool fresh;
    int code = prune(desk, request, &set, &row, reply, err);
    if (!code)
        code = job_retrain_config(&row, &config, err);
    if (!code && request->retrain_epochs)
        config.epochs = request->retrain_epochs;
    if (!code)
        code = job_make_retrain(desk->store, &config, set, reply->pruning, request->scratch,
                                &reply->run, &fresh, err);
    if (!code && !fresh)
        control_resume(desk->store, reply->run, NULL);
    if (!code) {
        snprintf(reply->text, sizeof reply->text, "run %lld retrains p%lld", (long long)reply->run,
                 (long long)reply->pruning);
        code = worker_start(store_path(desk->store), err);
    }
    config_done(&config);
    data_close(set);
    run_row_done(&row);
    return code;
}

static int export_slim(struct desk *desk, struct request *request, struct reply *reply,
                       struct error *err)
{
    struct run_row row = {0};
    struct net *full = NULL, *slim = NULL;
    struct keep_mask mask = {0};
    int64_t bytes;
    int format = export_suffix_format(request->text);
    if (format < 0)
        return error_set(err, ERROR_USAGE, "%s: .safetensors, .onnx or .npz?", request->text);
    int code = run_get(desk->store, request->run, &row, err);
    if (!code)
        code = job_load_run(desk->store, &row, request->epoch, &full, NULL, err);
    if (!code)
        code = mask_make(&(struct gammas){.net = full}, &request->amount, &mask, err);
    if (!code)
        code = (request->amount.fold_beta ? fold_slim : surgery_slim)(full, &mask, &slim, err);
    if (!code)
        code = export_network(slim, (enum export_format)format, EXPORT_SELECT_NEEDED, request->text,
                              &bytes, NULL, err);
    if (!code)
        snprintf(reply->text, sizeof reply->text, "%s: %lld bytes written", request->text,
                 (long long)bytes);
    mask_done(&mask);
    net_free(slim);
    net_free(full);
    run_row_done(&row);
    return code;
}

/* The requests that are one write. */
static int write_row(struct desk *desk, const struct request *request, struct error *err)
{
    int code = store_begin(desk->store, err);
    if (code)
        return code;
    switch (request->kind) {
    case REQUEST_NOTE: code = run_set_note(desk->store, request->run, request->text, err); break;
    case REQUEST_NAME: code = run_set_name(desk->store, request->run, request->text, err); break;
    case REQUEST_TAGS: code = run_set_tags(desk->store, request->run, request->text, err); break;
    default: code = evaluation_insert(desk->store, &request->evaluation, err); break;
    }
    return store_end(desk->store, code, err);
}

static int resume(struct desk *desk, const struct request *request, struct error *err)
{
    int buried;
    int code = job_bury_dead(desk->store, &buried, err);
    if (!code)
        code = control_resume(desk->store, request->run, err);
    return code ? code : worker_start(store_path(desk->store), err);
}

static int bury(struct desk *desk, struct reply *reply, struct error *err)
{
    int dead;
    int code = job_bury_dead(desk->store, &dead, err);
    if (!code && dead > 0)
        snprintf(reply->text, sizeof reply->text, "%d %s interrupted: its process is gone", dead,
                 dead == 1 ? "run was" : "runs were");
    return code;
}

static int perform(struct desk *desk, struct request *request, struct reply *reply,
                   struct error *err)
{
    switch (request->kind) {
    case REQUEST_TRAIN: return queue_training(desk, request, reply, err);
    case REQUEST_PRUNE: return prune_only(desk, request, reply, err);
    case REQUEST_RETRAIN: return prune_and_retrain(desk, request, reply, err);
    case REQUEST_PAUSE: return control_pause(desk->store, request->run, err);
    case REQUEST_CANCEL: return control_cancel(desk->store, request->run, err);
    case REQUEST_RESUME: return resume(desk, request, err);
    case REQUEST_MOVE: return control_move(desk->store, request->run, request->by, err);
    case REQUEST_WORK: return worker_start(store_path(desk->store), err);
    case REQUEST_BURY: return bury(desk, reply, err);
    case REQUEST_EXPORT: return export_slim(desk, request, reply, err);
    default: return write_row(desk, request, err);
    }
}

/* --- the thread ------------------------------------------------------------------------------- */

/* Waits for a request; false when the desk closes. */
static bool next_request(struct desk *desk, struct request *request)
{
    pthread_mutex_lock(&desk->lock);
    desk->busy = false;
    while (desk->requests == 0 && !desk->closing)
        pthread_cond_wait(&desk->arrived, &desk->lock);
    bool open = !desk->closing;
    if (open) {
        *request = desk->request[0];
        desk->requests--;
        memmove(desk->request, desk->request + 1, (size_t)desk->requests * sizeof *desk->request);
        desk->busy = true;
    }
    pthread_mutex_unlock(&desk->lock);
    return open;
}

static void post_reply(struct desk *desk, const struct reply *reply)
{
    pthread_mutex_lock(&desk->lock);
    if (desk->replies < DESK_ROOM)
        desk->reply[desk->replies++] = *reply;
    pthread_mutex_unlock(&desk->lock);
    if (desk->wake_fd >= 0 && write(desk->wake_fd, "r", 1) < 0) {
        /* full: it is awake already */
    }
}

static void *run_desk(void *context)
{
    struct desk *desk = context;
    struct request request;
    while (next_request(desk, &request)) {
        struct reply reply = {.kind = request.kind, .run = request.run};
        struct error err = {0};
        reply.code = perform(desk, &request, &reply, &err);
        if (reply.code)
            snprintf(reply.text, sizeof reply.text, "%.380s", err.text);
        request_done(&request);
        post_reply(desk, &reply);
    }
    return NULL;
}

static void desk_free(struct desk *desk)
{
    for (int i = 0; i < desk->requests; i++)
        request_done(&desk->request[i]);
    store_close(desk->store);
    pthread_mutex_destroy(&desk->lock);
    pthread_cond_destroy(&desk->arrived);
    free(desk);
}

int desk_open(const char *store_path, int wake_fd, struct desk **desk, struct error *err)
{
    struct store *store;
    *desk = NULL;
    int code = store_open(store_path, STORE_WRITE, &store, err);
    if (code)
        return code;
    struct desk *d = NEW(struct desk, 1);
    d->store = store;
    d->wake_fd = wake_fd;
    pthread_mutex_init(&d->lock, NULL);
    pthread_cond_init(&d->arrived, NULL);
    code = thread_start(&d->thread, run_desk, d, "requests", err);
    if (code) {
        desk_free(d);
        d = NULL;
    }
    *desk = d;
    return code;
}

void desk_send(struct desk *desk, const struct request *request)
{
    pthread_mutex_lock(&desk->lock);
    if (desk->requests < DESK_ROOM) {
        desk->request[desk->requests++] = *request;
        pthread_cond_signal(&desk->arrived);
        pthread_mutex_unlock(&desk->lock);
        return;
    }
    pthread_mutex_unlock(&desk->lock);
    struct request dropped = *request;
    struct reply reply = {.kind = request->kind,
                          .run = request->run,
                          .code = ERROR_BUSY,
                          .text = "too many requests wait: this one was dropped"};
    request_done(&dropped);
    post_reply(desk, &reply);
}

bool desk_reply(struct desk *desk, struct reply *reply)
{
    pthread_mutex_lock(&desk->lock);
    bool any = desk->replies > 0;
    if (any) {
        *reply = desk->reply[0];
        desk->replies--;
        memmove(desk->reply, desk->reply + 1, (size_t)desk->replies * sizeof *desk->reply);
    }
    pthread_mutex_unlock(&desk->lock);
    return any;
}

int desk_waiting(struct desk *desk)
{
    pthread_mutex_lock(&desk->lock);
    int waiting = desk->requests + desk->busy;
    pthread_mutex_unlock(&desk->lock);
    return waiting;
}

void desk_close(struct desk *desk)
{
    if (!desk)
        return;
    pthread_mutex_lock(&desk->lock);
    desk->closing = true;
    pthread_cond_signal(&desk->arrived);
    pthread_mutex_unlock(&desk->lock);
    pthread_join(desk->thread, NULL);
    desk_free(desk);
}
