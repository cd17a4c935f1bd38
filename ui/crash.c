/*
 * Method. A handler may call only what is async-signal-safe: everything is prepared when the
 * handlers are armed, and the handler does no more than write, tcsetattr, dup2 and raise. It runs
 * on a stack of its own, as the fault may have been the stack's end.
 */
#include "ui/crash.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const int fatal[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
enum { FATAL = sizeof fatal / sizeof *fatal };

static struct sigaction before[FATAL];
static struct termios found;
static char farewell[512];
static int terminal_fd = -1, log_fd = -1, error_fd = -1;
static char stack[1 << 16];

static void write_all(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t done = write(fd, bytes, length);
        if (done <= 0)
            return;
        bytes += done;
        length -= (size_t)done;
    }
}

static void copy_log(void)
{
    char block[1024];
    ssize_t length;

    lseek(log_fd, 0, SEEK_SET);
    while ((length = read(log_fd, block, sizeof block)) > 0)
        write_all(error_fd, block, (size_t)length);
}

static void on_crash(int signal_number)
{
    write_all(terminal_fd, farewell, strlen(farewell));
    tcsetattr(terminal_fd, TCSANOW, &found);
    if (log_fd >= 0) {
        dup2(error_fd, STDERR_FILENO);
        copy_log();
    }
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

void crash_keep(int log, int error)
{
    log_fd = log;
    error_fd = error;
}

void crash_arm(int terminal, const char *leave, const struct termios *modes)
{
    struct sigaction action = {.sa_handler = on_crash, .sa_flags = SA_ONSTACK | SA_NODEFER};
    stack_t own = {.ss_sp = stack, .ss_size = sizeof stack};

    terminal_fd = terminal;
    found = *modes;
    snprintf(farewell, sizeof farewell, "%s", leave);
    sigaltstack(&own, NULL);
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < FATAL; i++)
        sigaction(fatal[i], &action, &before[i]);
}

void crash_disarm(void)
{
    if (terminal_fd < 0)
        return;
    for (int i = 0; i < FATAL; i++)
        sigaction(fatal[i], &before[i], NULL);
    terminal_fd = -1;
}
