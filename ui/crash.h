/* A crash leaves the terminal as it was found: on SIGSEGV, SIGBUS, SIGFPE, SIGILL and SIGABRT a
 * prepared string is written and the terminal's modes are set back, then the signal does what it
 * would have done. */
#ifndef UI_CRASH_H
#define UI_CRASH_H

#include <termios.h>

/* Arms the handlers for a terminal; `leave` (what it must be sent) is copied. */
void crash_arm(int terminal, const char *leave, const struct termios *modes);

/* Where standard error stands in: the contents of `log` are copied to `error` (what standard error
 * was) in a crash. −1: it does not stand in. */
void crash_keep(int log, int error);
void crash_disarm(void);

#endif
