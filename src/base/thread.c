#include "base/thread.h"

#include <errno.h>
#include <signal.h>

int thread_start(pthread_t *thread, void *(*run)(void *context), void *context, const char *what,
                 struct error *err)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    errno = pthread_create(thread, NULL, run, context);
    int code = errno ? error_set_errno(err, ERROR_FAILED, "%s: no thread", what) : 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return code;
}
