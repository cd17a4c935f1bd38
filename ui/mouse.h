/*
 * The mouse, from the bytes that a terminal sends in SGR mode (1006) with drags (1002).
 *
 * Behind the prefix "ESC [ <" stands "b;x;y" and 'M' (press or motion) or 'm' (release); x and y
 * count from 1. b: button in bits 0 and 1; 4 shift, 8 alt, 16 control, 32 motion, 64 wheel.
 */
#ifndef UI_MOUSE_H
#define UI_MOUSE_H

#include <stdbool.h>
#include <stddef.h>

enum mouse_kind {
    MOUSE_NONE, /* a report that means nothing to us (motion without a button, extra buttons) */
    MOUSE_PRESS,
    MOUSE_DRAG,
    MOUSE_RELEASE,
    MOUSE_WHEEL_UP,
    MOUSE_WHEEL_DOWN,
    MOUSE_CANCEL, /* Esc during a drag: what it changed goes back */
};

struct mouse_event {
    enum mouse_kind kind;
    int button;   /* 0 left, 1 middle, 2 right */
    int row, col; /* from 0 */
    bool shift, alt, control;
    int from_row, from_col; /* where the button went down (filled by drag_take) */
};

enum { MOUSE_REPORT_MAX = 32 }; /* no honest report is longer */

/* Decodes what follows the prefix. Returns the bytes it took; 0: incomplete; −1: no mouse report.
 */
int mouse_decode(const char *bytes, size_t length, struct mouse_event *event);

/* A drag: pressed, moved, released. {0} is one that has not begun. */
struct drag {
    bool held;
    int button, row, col;
};

/* Takes the next event into account and fills from_row and from_col. False when it means nothing:
 * a motion or release without a press, or of another button. A press while another button is held
 * means nothing either; one of the same button begins anew (its release was lost). */
bool drag_take(struct drag *drag, struct mouse_event *event);

/* Forgets the press: what follows until the next one means nothing. False when there was none. */
bool drag_cancel(struct drag *drag);

#endif
