/* What a terminal is sent so that its clipboard takes a text: OSC 52, wrapped for tmux and screen,
 * which pass it on to the terminal outside. */
#ifndef UI_CLIPBOARD_H
#define UI_CLIPBOARD_H

#include <stdbool.h>

/* The bytes for `text`, of which terminals take about 74 000; the caller frees. `tmux`, `screen`:
 * whether it goes through one (both false: straight to a terminal). tmux also gets it plain: which
 * of the two it heeds is a matter of its settings. */
char *clipboard_sequence(const char *text, bool tmux, bool screen);

#endif
