/* What happens on the terminal, as events. */
#ifndef UI_INPUT_H
#define UI_INPUT_H

#include <stdbool.h>

#include "ui/key.h"

/* After term_open and wake_open. */
void input_open(void);

/* The next event, waiting up to `seconds` for one; false when none came. */
bool input_next(double seconds, struct event *event);

/* The signal that an EVENT_END came from, or 0. */
int input_signal(void);

#endif
