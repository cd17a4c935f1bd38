#include "job/claim.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"

static void host_name(char *name, size_t size)
{
    if (gethostname(name, size) != 0)
        strcpy(name, "?");
    name[size - 1] = '\0';
}

static char *lock_path(struct store *store, int64_t job)
{
    return memory_print("%s/job-%lld.lock", store_folder(store), (long long)job);
}

/* Whoever looks whether a holder lives (claim_alive) has the lock for a moment himself: that is no
 * reason to give up. */
enum { MOMENTS = 20 };
static const useconds_t moment = 10000;

/* Locks the file at `path` that is there now: one that its holder removed between our open and our
 * flock would lock nobody out. Returns −1 with errno. */
static int lock_file(const char *path)
{
    for (int left = MOMENTS;;) {
        struct stat ours, there;
        int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        if (fd < 0)
            return -1;
        if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
            int number = errno;
            close(fd);
            if (number == EWOULDBLOCK && left-- > 0) {
                usleep(moment);
                continue;
            }
            errno = number;
            return -1;
        }
        if (fstat(fd, &ours) == 0 && stat(path, &there) == 0 && ours.st_ino == there.st_ino)
            return fd;
        close(fd);
    }
}

static bool on_this_host(const struct job_row *job)
{
    char host[256];
    host_name(host, sizeof host);
    return !job->host || strcmp(host, job->host) == 0;
}

/* Heartbeats that were ahead of our clock, and since when they stand still. */
static struct watched {
    int64_t job, heartbeat;
    double since;
} watched[16];
static unsigned watched_next;
static pthread_mutex_t watched_mutex = PTHREAD_MUTEX_INITIALIZER;

/* Seconds that the heartbeat has not changed under our eyes. */
static double stands_still(const struct job_row *job, double steady)
{
    enum { PLACES = sizeof watched / sizeof *watched };
    struct watched *place = NULL;
    pthread_mutex_lock(&watched_mutex);
    for (int i = 0; i < PLACES && !place; i++)
        if (watched[i].job == job->id)
            place = &watched[i];
    if (!place)
        place = &watched[watched_next++ % PLACES];
    if (place->job != job->id || place->heartbeat != job->heartbeat)
        *place = (struct watched){job->id, job->heartbeat, steady};
    double seconds = steady - place->since;
    pthread_mutex_unlock(&watched_mutex);
    return seconds;
}

bool claim_is_silent(const struct job_row *job, int64_t wall, double steady)
{
    if (job->heartbeat <= wall)
        return wall - job->heartbeat >= CLAIM_SILENCE * 1000LL;
    return stands_still(job, steady) >= CLAIM_SILENCE;
}

bool claim_alive(struct store *store, const struct job_row *job)
{
    if (job->state != JOB_RUNNING)
        return false;
    if (!on_this_host(job))
        return !claim_is_silent(job, clock_milliseconds(), clock_seconds());
    char *path = lock_path(store, job->id);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    free(path);
    if (fd < 0)
        return false;
    bool held = flock(fd, LOCK_SH | LOCK_NB) != 0;
    close(fd);
    return held;
}

static int busy(const struct job_row *job, struct error *err)
{
    return error_set(err, ERROR_BUSY, "run %lld: process %lld on %s trains it", (long long)job->run,
                     (long long)job->pid, job->host ? job->host : "this host");
}

int claim_take(struct store *store, const struct job_row *job, struct claim *claim,
               struct error *err)
{
    char host[256];
    host_name(host, sizeof host);
    *claim = (struct claim){.job = job->id, .fd = -1};
    if (!on_this_host(job) && claim_alive(store, job))
        return busy(job, err);
    int code = file_make_folder(store_folder(store), err);
    if (code)
        return code;
    claim->path = lock_path(store, job->id);
    claim->fd = lock_file(claim->path);
    if (claim->fd < 0) {
        code = errno == EWOULDBLOCK ? busy(job, err)
                                    : error_set_errno(err, ERROR_FAILED, "%s", claim->path);
        claim_release(claim);
        return code;
    }
    code = store_begin(store, err);
    if (!code)
        code = job_take(store, job->id, host, getpid(), &claim->number, err);
    code = store_end(store, code, err);
    if (code)
        claim_release(claim);
    return code;
}

int claim_prunings(struct store *store, int64_t run, struct claim *claim, struct error *err)
{
    *claim = (struct claim){.fd = -1};
    int code = file_make_folder(store_folder(store), err);
    if (code)
        return code;
    claim->path = memory_print("%s/job-prune-%lld.lock", store_folder(store), (long long)run);
    claim->fd = lock_file(claim->path);
    if (claim->fd >= 0)
        return 0;
    code = errno == EWOULDBLOCK
               ? error_set(err, ERROR_BUSY, "run %lld: another process prunes it", (long long)run)
               : error_set_errno(err, ERROR_FAILED, "%s", claim->path);
    claim_release(claim);
    return code;
}

void claim_release(struct claim *claim)
{
    if (claim->fd >= 0) {
        unlink(claim->path);
        close(claim->fd);
    }
    free(claim->path);
    *claim = (struct claim){.fd = -1};
}
