#include "job/worker.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/stop.h"

enum { SPACE_RETRY = 30 /* seconds */ };

struct worker {
    struct store *store;
    struct worker_options options;
    struct data_set *set; /* of the last job: the next one often has the same */
    struct job_watch watch;
    bool no_space; /* it waits for room */
    int speaker;   /* holds the store's folder: it is this worker that says so; −1: it is not */
};

/* The deadline comes as a stop of the job that runs: it saves a checkpoint. */
static void on_progress(void *context, const struct job_progress *progress)
{
    struct worker *w = context;
    if (worker_time_is_over(w))
        stop_request(SIGUSR1);
    if (w->options.watch && w->options.watch->progress)
        w->options.watch->progress(w->options.watch->context, progress);
}

static void on_epoch(void *context, const struct epoch_row *row, int epochs)
{
    struct worker *w = context;
    if (w->options.watch && w->options.watch->epoch)
        w->options.watch->epoch(w->options.watch->context, row, epochs);
}

static void has_room(struct worker *w)
{
    w->no_space = false;
    if (w->speaker >= 0)
        close(w->speaker);
    w->speaker = -1;
}

struct worker *worker_new(struct store *store, const struct worker_options *options)
{
    struct worker *w = NEW(struct worker, 1);
    *w = (struct worker){.store = store, .options = *options, .speaker = -1};
    w->watch = (struct job_watch){on_progress, on_epoch, w};
    store_set_patience(store, 1e9); /* a worker waits for a locked store */
    return w;
}

void worker_free(struct worker *w)
{
    if (!w)
        return;
    has_room(w);
    data_close(w->set);
    free(w);
}

bool worker_time_is_over(const struct worker *w)
{
    return deadline_is_over(&w->options.until);
}

static int open_data(struct worker *w, const struct run_row *row, struct error *err)
{
    if (w->set && row->data_checksum && strcmp(w->set->checksum, row->data_checksum) == 0)
        return 0;
    data_close(w->set);
    w->set = NULL;
    return job_open_data(row, w->options.data, &w->set, err);
}

/* A job that could not even start. */
static int refuse(struct worker *w, const struct job_row *job, const struct error *why,
                  struct error *err)
{
    int code = store_begin(w->store, err);
    if (!code)
        code = job_end(w->store, job->id, job->claim, JOB_FAILED, why->text, err);
    if (!code)
        code = run_set_status(w->store, job->run, RUN_FAILED, why->text, err);
    return store_end(w->store, code, err);
}

/* Back into the queue, for the next worker. */
static int give_back(struct worker *w, const struct job_row *job, struct error *err)
{
    int code = store_begin(w->store, err);
    if (!code)
        code = job_set_state(w->store, job->id, JOB_QUEUED, err);
    if (!code)
        code = run_set_status(w->store, job->run, RUN_QUEUED, NULL, err);
    return store_end(w->store, code, err);
}

/* Of several workers one speaks: who locks the store's folder, which needs no room. */
static void say_no_space(struct worker *w, const struct error *why)
{
    int folder = open(store_folder(w->store), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder >= 0 && flock(folder, LOCK_EX | LOCK_NB) != 0) {
        close(folder);
        return;
    }
    w->speaker = folder;
    log_notice("%s; it goes on when there is room", why->text);
}

void worker_wait_for_space(struct worker *w, const struct error *why)
{
    if (!w->no_space)
        say_no_space(w, why);
    w->no_space = true;
    for (int i = 0; i < SPACE_RETRY * 10 && !stop_signal() && !worker_time_is_over(w); i++)
        usleep(100000);
}

const struct job_watch *worker_watch(const struct worker *w)
{
    return &w->watch;
}

/* Trains it on `set` (NULL: it is opened). */
static int train(struct worker *w, const struct job_row *job, const struct run_row *row,
                 const struct data_set *set, int *outcome, struct error *err)
{
    struct error why = {0};
    *outcome = set ? 0 : open_data(w, row, &why);
    if (*outcome)
        return refuse(w, job, &why, err);
    *outcome = job_train(w->store, job->run, set ? set : w->set, &w->watch, &why);
    if (*outcome == ERROR_STOPPED && stop_signal()) {
        give_back(w, job, NULL);
        *err = why;
        return ERROR_STOPPED;
    }
    if (*outcome == ERROR_SPACE) {
        worker_wait_for_space(w, &why);
        give_back(w, job, NULL);
    } else if (*outcome && *outcome != ERROR_STOPPED && *outcome != ERROR_BUSY) {
        log_notice("%s", why.text);
    }
    if (*outcome != ERROR_SPACE)
        has_room(w);
    return 0;
}

int worker_train(struct worker *w, int64_t id, const struct data_set *set, int *outcome,
                 struct error *err)
{
    struct job_row job = {0};
    struct run_row row = {0};
    *outcome = 0;
    int code = job_get(w->store, id, &job, err);
    if (!code)
        code = run_get(w->store, job.run, &row, err);
    if (!code && w->options.starts)
        w->options.starts(w->options.watch ? w->options.watch->context : NULL, &row);
    if (!code)
        code = train(w, &job, &row, set, outcome, err);
    job_row_done(&job);
    run_row_done(&row);
    return code;
}

/* Opens and locks a file in STORE.d/; −1 when it cannot be had (now, unless it waits). */
static int take_turn(struct store *store, const char *name, bool waits)
{
    char *path = memory_print("%s/%s", store_folder(store), name);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    free(path);
    if (fd >= 0 && flock(fd, LOCK_EX | (waits ? 0 : LOCK_NB)) != 0) {
        close(fd);
        fd = -1;
    }
    return fd;
}

/* Waits until no other lone worker is at work, as the only one that waits: whoever waits takes what
 * was queued before the other went home. Returns a descriptor to hold, or −1: not needed here. */
static int wait_for_turn(struct store *store)
{
    int turn = take_turn(store, "worker.lock", false);
    if (turn >= 0)
        return turn;
    int next = take_turn(store, "worker-next.lock", false);
    if (next < 0)
        return -1;
    turn = take_turn(store, "worker.lock", true);
    close(next);
    return turn;
}

/* Job after job, until none is queued or it is time to go. */
static int work(struct worker *w, int *done, int *failed, struct error *err)
{
    int64_t id;
    int outcome, buried, code = 0;
    while (!stop_signal() && !worker_time_is_over(w)) {
        id = 0;
        code = job_bury_dead(w->store, &buried, err);
        if (!code)
            code = job_next(w->store, &id, err);
        if (!code && id == 0)
            break;
        if (!code)
            code = worker_train(w, id, NULL, &outcome, err);
        if (code == ERROR_SPACE) { /* the store itself cannot be written */
            worker_wait_for_space(w, err);
            code = 0;
            continue;
        }
        if (code)
            break;
        bool waits = outcome == ERROR_STOPPED || outcome == ERROR_BUSY || outcome == ERROR_SPACE;
        *done += outcome == 0;
        *failed += outcome != 0 && !waits;
        if (w->options.once && outcome != ERROR_SPACE)
            break;
    }
    if (code == ERROR_STOPPED && worker_time_is_over(w))
        code = 0; /* the time that was given is over: not an error */
    return code;
}

int worker_run(struct store *store, const struct worker_options *options, int *done, int *failed,
               struct error *err)
{
    *done = *failed = 0;
    int code = file_make_folder(store_folder(store), err);
    int turn = code || !options->alone ? -1 : wait_for_turn(store);
    if (code || (options->alone && turn < 0))
        return code;
    struct worker *w = worker_new(store, options);
    code = work(w, done, failed, err);
    worker_free(w);
    if (turn >= 0)
        close(turn);
    return code;
}

/* In the grandchild: no terminal, our messages in a log, the same program again. It hears signals
 * also where the thread that starts it has left them to another. */
static void become_worker(const char *store_path, const char *log_path)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    setsid();
    int null = open("/dev/null", O_RDWR);
    int log = open(log_path, O_WRONLY | O_CREAT | O_APPEND, 0666);
    dup2(null, 0);
    dup2(log >= 0 ? log : null, 1);
    dup2(log >= 0 ? log : null, 2);
    if (nice(10) < 0) {
        /* it works at the priority that it has */
    }
    execl("/proc/self/exe", "slimscope", "work", "--alone", "--store", store_path, (char *)NULL);
    _exit(127);
}

int worker_start(const char *store_path, struct error *err)
{
    char *folder = memory_print("%s.d", store_path), *log = memory_print("%s/worker.log", folder);
    int code = file_make_folder(folder, err);
    pid_t child = code ? 0 : fork();
    if (!code && child < 0)
        code = error_set_errno(err, ERROR_FAILED, "starting a worker");
    if (!code && child == 0) {
        if (fork() == 0)
            become_worker(store_path, log);
        _exit(0);
    }
    if (!code)
        waitpid(child, NULL, 0);
    free(folder);
    free(log);
    return code;
}
