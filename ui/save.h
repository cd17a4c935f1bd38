/* The screen as a file: its text, or, where the file's name ends as figures do, its figure. */
#ifndef UI_SAVE_H
#define UI_SAVE_H

#include "ui/view.h"

/* Saves what `view` shows; `grid` is its frame, whose last line is for typing and stays out of the
 * text. *what says what was written. ERROR_USAGE: this screen has no figure. */
int save_view(struct view *view, const struct grid *grid, const char *path, const char **what,
              struct error *err);

#endif
