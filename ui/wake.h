/* The pipe that wakes the screen's loop: signals and other threads write a byte into it. */
#ifndef UI_WAKE_H
#define UI_WAKE_H

#include "base/error.h"

/* Opens the pipe and takes SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGTSTP and SIGCONT. */
int wake_open(struct error *err);
void wake_close(void); /* and gives the signals back */

/* The descriptor to poll, and the one to write a byte (0 … 127) to, from any thread. */
int wake_descriptor(void);
int wake_end(void);

/* The next thing that came: a signal's number, 0 for a byte that was written, −1 when there is
 * nothing more. */
int wake_take(void);

/* Stops this process group as Ctrl-Z would; returns when it is continued. */
void wake_suspend(void);

#endif
