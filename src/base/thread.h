/* Threads that leave signals to the main thread. */
#ifndef BASE_THREAD_H
#define BASE_THREAD_H

#include <pthread.h>

#include "base/error.h"

/* Starts a thread with all signals blocked; what it forks has them blocked too. `what` is what an
 * error calls it. The caller joins or detaches it. */
int thread_start(pthread_t *thread, void *(*run)(void *context), void *context, const char *what,
                 struct error *err);

#endif
