/*
 * What the app stands on: a terminal, or a script. Events come from it, frames go to it.
 */
#ifndef UI_FRONT_H
#define UI_FRONT_H

#include <stdbool.h>

#include "base/error.h"
#include "ui/grid.h"
#include "ui/key.h"
#include "ui/term.h"

struct front;

struct front_ops {
    void (*size)(struct front *front, int *rows, int *cols);
    /* The next event, waiting up to `seconds`; false when none came. With 0 seconds: what has come
     * in the same burst. */
    bool (*next)(struct front *front, double seconds, struct event *event);
    void (*show)(struct front *front, const struct grid *grid);
    void (*set_mouse)(struct front *front, bool on);
    bool (*swap_background)(struct front *front);        /* true: colours are now for a light one */
    void (*copy)(struct front *front, const char *text); /* to the clipboard */
    void (*redraw)(struct front *front);
    void (*suspend)(struct front *front);
    void (*resume)(struct front *front);
    void (*close)(struct front *front);
};

struct front {
    const struct front_ops *ops;
    enum glyph_set glyphs;
    int wake_fd; /* a byte written here ends the waiting; −1: it looks often enough by itself */
};

/* The terminal of this process. front->ops->close gives it back and frees. */
int front_open_terminal(const struct term_options *options, struct front **front,
                        struct error *err);

/*
 * A script, a line a burst of events:
 *   Down Down Enter        keys by name
 *   :type TEXT             the characters of TEXT
 *   :mouse press ROW COL   (also drag, release, up, down: the wheel), counted from 1
 *   :resize COLSxROWS
 *   :wait SECONDS
 *   :until TEXT            until TEXT stands on the screen, at most a minute
 *   :save-screen FILE      the frame as text; :save-styles FILE: its styles
 *   :save-copied FILE      what was copied last
 *   # …                    a remark
 * ERROR_DATA when it cannot be read. A line that is wrong or waits in vain ends the script; then
 * front_script_error says why.
 */
int front_open_script(const char *path, int rows, int cols, enum glyph_set glyphs,
                      struct front **front, struct error *err);

/* What ended the script, copied to `err`; 0 when it came to its end. Before closing. */
int front_script_error(const struct front *front, struct error *err);

#endif
