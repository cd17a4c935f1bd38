/* What keys do: the table of actions (actions.def), and who reads it. */
#ifndef UI_KEYMAP_H
#define UI_KEYMAP_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/glyph.h"

enum screen {
    SCREEN_RUNS,
    SCREEN_TRAIN,
    SCREEN_GAMMA,
    SCREEN_PRUNE,
    SCREEN_COMPARE,
    SCREEN_JOBS,
    SCREENS,
    SCREEN_NONE = SCREENS,
};

/* "runs" … as after --screen; the screen of a name, or SCREEN_NONE. */
const char *screen_name(enum screen screen);
enum screen screen_find(const char *name);

/* The screens that a row of actions.def or commands.def is for. */
#define IN(screen) (1U << SCREEN_##screen)
#define EVERYWHERE ((1U << SCREENS) - 1)

enum action {
    ACTION_NONE,
#define ACTION(name, keys, screens, foot, help) ACTION_##name,
#include "ui/actions.def"
#undef ACTION
    ACTIONS,
};

/* The action of a key on a screen, or ACTION_NONE. */
enum action keymap_find(enum screen screen, int key);

/* "↑, k" and what it does, of an action that the screen has; NULL where it has not. `text` (64
 * bytes is enough) gets the keys. */
const char *keymap_describe(enum screen screen, enum action action, char *text, size_t size);

/* Whether every screen has it. */
bool keymap_is_general(enum action action);

/* The line at the foot of a screen: as many of its keys as `width` columns take, in `text`. */
void keymap_foot(enum screen screen, enum glyph_set glyphs, int width, char *text, size_t size);

/* What stands in a column of that line: its action, or ACTION_NONE. A word that keys share is the
 * last one's. */
enum action keymap_foot_at(enum screen screen, enum glyph_set glyphs, int width, int column);

/* The keys of every screen as mdoc lists: the text of the man page's KEYS. The caller frees. */
char *keymap_manual(void);

#endif
