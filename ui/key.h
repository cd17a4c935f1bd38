/* Keys: a code point, a control character (1 … 26), or one of keys.def; and what happens on a
 * terminal in general. */
#ifndef UI_KEY_H
#define UI_KEY_H

#include <stddef.h>

#include "ui/mouse.h"

enum key {
    K_NONE = 0,
    K_FIRST = 0x110000, /* above every code point */
#define KEY(name, text, curses) K_##name,
#include "ui/keys.def"
#undef KEY
    K_END_OF_KEYS,
};

/* The key of a name: "Up", "S-Left", "Space", "C-c", or one character; K_NONE if there is none. */
int key_find(const char *name);

/* The name that key_find knows a key by, into `text` (at least 16 bytes); returns it. */
char *key_print(int key, char *text, size_t size);

/* The same for people: arrows as arrows. */
char *key_print_short(int key, char *text, size_t size);

enum event_kind {
    EVENT_NONE,
    EVENT_KEY,
    EVENT_MOUSE,
    EVENT_RESIZE,  /* the new size is in rows, cols */
    EVENT_WAKE,    /* something behind the screen has news */
    EVENT_SUSPEND, /* SIGTSTP came from outside */
    EVENT_RESUME,  /* the process was continued */
    EVENT_END,     /* the terminal is gone, a signal asked for an end, or the script is over */
};

struct event {
    enum event_kind kind;
    int key;
    struct mouse_event mouse;
    int rows, cols;
};

#endif
