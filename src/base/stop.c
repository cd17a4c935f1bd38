#include "base/stop.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>

/* Written by a handler or any thread, read by all: an atomic without a lock may be both. */
static atomic_int asked;
_Static_assert(ATOMIC_INT_LOCK_FREE == 2, "a signal handler may write it");

static void on_signal(int number)
{
    if (asked == SIGINT && number == SIGINT)
        _exit(128 + SIGINT);
    asked = number;
}

void stop_install(void)
{
    static const int stopping[] = {SIGINT, SIGTERM, SIGHUP, SIGUSR1};
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof stopping / sizeof *stopping; i++) {
        struct sigaction old;
        /* what a parent has chosen to ignore (nohup) stays ignored */
        if (sigaction(stopping[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
            sigaction(stopping[i], &action, NULL);
    }
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
}

int stop_signal(void)
{
    return asked;
}

void stop_request(int number)
{
    asked = number;
}
