#include "db/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

static const double SLEEP_MIN = 0.001, SLEEP_MAX = 0.020; /* seconds between tries */

static void sleep_for(double seconds)
{
    struct timespec time = {.tv_nsec = (long)(seconds * 1e9)};
    nanosleep(&time, NULL);
}

int lock_take(const char *path, double patience, int *lock, struct error *err)
{
    *lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (*lock < 0)
        return error_set_errno(err, ERROR_FAILED, "%s", path);
    double deadline = clock_seconds() + patience;
    for (double pause = SLEEP_MIN; flock(*lock, LOCK_EX | LOCK_NB) != 0;) {
        int code = 0;
        if (errno != EWOULDBLOCK && errno != EINTR)
            code = error_set_errno(err, ERROR_FAILED, "%s", path);
        else if (clock_seconds() >= deadline)
            code = error_set(err, ERROR_BUSY, "%s: held by another process for over %g s", path,
                             patience);
        if (code) {
            lock_release(lock);
            return code;
        }
        sleep_for(pause);
        pause = pause * 2 < SLEEP_MAX ? pause * 2 : SLEEP_MAX;
    }
    return 0;
}

void lock_release(int *lock)
{
    if (*lock >= 0)
        close(*lock);
    *lock = -1;
}
