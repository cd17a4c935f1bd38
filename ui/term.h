/*
 * The terminal: taken, used, given back as it was found on every way out. One a process; only the
 * main thread may call these.
 */
#ifndef UI_TERM_H
#define UI_TERM_H

#include <stdbool.h>

#include "base/error.h"
#include "ui/glyph.h"

struct term_options {
    bool mouse;
    bool colour; /* false: none, whatever the terminal can */
};

/* Takes the terminal that standard input and output are, else /dev/tty. ERROR_FAILED where there is
 * none, or none that can place a cursor. */
int term_open(const struct term_options *options, struct error *err);

/* Gives it back. Also when it is not open, and at exit. */
void term_close(void);

void term_size(int *rows, int *cols);
int term_descriptor(void);
enum glyph_set term_glyphs(void); /* what locale and terminal can show */

/* Hands text to the terminal's clipboard (OSC 52; through tmux and screen to the terminal outside).
 * Whether it takes it cannot be known. */
void term_copy(const char *text);

void term_mouse(bool on);
void term_redraw(void); /* the next painting sends everything again */

/* Leaves the terminal to the shell until the process is continued. */
void term_suspend(void);
/* After the process was stopped and continued from outside. */
void term_resume(void);
/* Takes the terminal's present size over. */
void term_resize(void);

#endif
