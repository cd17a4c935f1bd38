#include "ui/wake.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

static const int taken[] = {SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGTSTP, SIGCONT};
enum { TAKEN = sizeof taken / sizeof *taken, SUSPEND = 4 };

static struct sigaction before[TAKEN];
static int ends[2] = {-1, -1};

/* A byte with the high bit is a signal. A full pipe means that the loop is about to wake anyway. */
static void on_signal(int number)
{
    unsigned char byte = (unsigned char)(0x80 | number);
    int saved = errno;

    if (write(ends[1], &byte, 1) < 0)
        errno = saved;
}

static void take_signal(int which)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};

    sigemptyset(&action.sa_mask);
    sigaction(taken[which], &action, NULL);
}

int wake_open(struct error *err)
{
    if (pipe2(ends, O_NONBLOCK | O_CLOEXEC) != 0)
        return error_set_errno(err, ERROR_FAILED, "pipe");
    for (int i = 0; i < TAKEN; i++) {
        sigaction(taken[i], NULL, &before[i]);
        take_signal(i);
    }
    return 0;
}

void wake_close(void)
{
    if (ends[0] < 0)
        return;
    for (int i = 0; i < TAKEN; i++)
        sigaction(taken[i], &before[i], NULL);
    close(ends[0]);
    close(ends[1]);
    ends[0] = ends[1] = -1;
}

int wake_descriptor(void)
{
    return ends[0];
}

int wake_end(void)
{
    return ends[1];
}

int wake_take(void)
{
    unsigned char byte;

    if (read(ends[0], &byte, 1) != 1)
        return -1;
    return byte & 0x80 ? byte & 0x7F : 0;
}

void wake_suspend(void)
{
    signal(SIGTSTP, SIG_DFL);
    kill(0, SIGTSTP);
    take_signal(SUSPEND);
}
