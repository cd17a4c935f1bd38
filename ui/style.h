/* Roles of text (style.def) and how each looks with a number of colours on a background. */
#ifndef UI_STYLE_H
#define UI_STYLE_H

#include <stdbool.h>

enum style {
#define STYLE(name, ...) STYLE_##name,
#include "ui/style.def"
#undef STYLE
    STYLES,
};

enum {
    STYLE_NORMAL = 0,
    STYLE_BOLD = 1,
    STYLE_REVERSE = 2,
    STYLE_UNDERLINE = 4,
};

struct look {
    int attributes; /* STYLE_BOLD … */
    int colour;     /* of the foreground; −1: the terminal's own */
};

/* How a role looks where the terminal has `colours` (0 or 1: none), on a light or dark background.
 */
struct look style_look(enum style style, int colours, bool light);

/* The letter that stands for a role in grid_dump_styles. */
char style_letter(enum style style);

#endif
