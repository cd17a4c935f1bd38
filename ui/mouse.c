#include "ui/mouse.h"

enum {
    BIT_SHIFT = 4,
    BIT_ALT = 8,
    BIT_CONTROL = 16,
    BIT_MOTION = 32,
    BIT_WHEEL = 64,
    BIT_EXTRA = 128,
    FARTHEST = 32767, /* coordinates beyond it are held there */
};

/* Reads a number at *at; false when there is none. */
static bool read_number(const char *bytes, size_t length, size_t *at, int *number)
{
    size_t start = *at;

    *number = 0;
    for (; *at < length && bytes[*at] >= '0' && bytes[*at] <= '9'; ++*at)
        if (*number < FARTHEST)
            *number = *number * 10 + (bytes[*at] - '0');
    if (*number > FARTHEST)
        *number = FARTHEST;
    return *at > start;
}

static enum mouse_kind kind_of(int bits, bool up)
{
    int button = bits & 3;

    if (bits & BIT_EXTRA)
        return MOUSE_NONE;
    if (bits & BIT_WHEEL)
        return up            ? MOUSE_NONE
               : button == 0 ? MOUSE_WHEEL_UP
               : button == 1 ? MOUSE_WHEEL_DOWN
                             : MOUSE_NONE;
    if (button == 3)
        return MOUSE_NONE;
    return up ? MOUSE_RELEASE : bits & BIT_MOTION ? MOUSE_DRAG : MOUSE_PRESS;
}

int mouse_decode(const char *bytes, size_t length, struct mouse_event *event)
{
    int number[3] = {0};
    size_t at = 0;

    for (int i = 0; i < 3; i++) {
        if (at == length)
            return 0;
        if (!read_number(bytes, length, &at, &number[i]))
            return -1;
        if (at >= MOUSE_REPORT_MAX)
            return -1;
        if (at == length)
            return 0;
        if (i < 2 && bytes[at++] != ';')
            return -1;
    }
    if ((bytes[at] != 'M' && bytes[at] != 'm') || number[1] < 1 || number[2] < 1)
        return -1;
    *event = (struct mouse_event){
        .kind = kind_of(number[0], bytes[at] == 'm'),
        .button = number[0] & 3,
        .row = number[2] - 1,
        .col = number[1] - 1,
        .shift = number[0] & BIT_SHIFT,
        .alt = number[0] & BIT_ALT,
        .control = number[0] & BIT_CONTROL,
    };
    return (int)at + 1;
}

bool drag_take(struct drag *drag, struct mouse_event *event)
{
    bool same = drag->held && event->button == drag->button;

    event->from_row = event->row;
    event->from_col = event->col;
    switch (event->kind) {
    case MOUSE_PRESS:
        if (drag->held && !same)
            return false;
        *drag = (struct drag){true, event->button, event->row, event->col};
        return true;
    case MOUSE_DRAG:
    case MOUSE_RELEASE:
        if (!same)
            return false;
        event->from_row = drag->row;
        event->from_col = drag->col;
        drag->held = event->kind == MOUSE_DRAG;
        return true;
    case MOUSE_WHEEL_UP:
    case MOUSE_WHEEL_DOWN: return true;
    case MOUSE_CANCEL:
    case MOUSE_NONE: break;
    }
    return false;
}

bool drag_cancel(struct drag *drag)
{
    bool held = drag->held;

    drag->held = false;
    return held;
}
