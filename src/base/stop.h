/*
 * Stopping: SIGINT, SIGTERM, SIGHUP and SIGUSR1 set a flag that long work looks at between batches;
 * it saves a checkpoint and returns ERROR_STOPPED. A second SIGINT leaves at once.
 */
#ifndef BASE_STOP_H
#define BASE_STOP_H

#include <stdbool.h>

/* Installs the handlers (and ignores SIGPIPE and SIGXFSZ: their errors come as errno). */
void stop_install(void);

/* The signal that asked for an end, or 0. */
int stop_signal(void);

/* Asks for an end as if `signal` had come (a thread, a test, a request in the store). */
void stop_request(int signal);

#endif
