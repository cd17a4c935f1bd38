/* Bytes of a terminal's mouse: reports one after another, and the drags they make. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "tests/fuzz/fuzz.h"
#include "ui/mouse.h"

void fuzz_mouse(const uint8_t *bytes, size_t length)
{
    struct drag drag = {0};
    char *exact = memory_copy(bytes, length ? length : 1);
    for (size_t at = 0; at < length;) {
        struct mouse_event event;
        const int used = mouse_decode(exact + at, length - at, &event);
        fuzz_hold(used >= -1 && used <= MOUSE_REPORT_MAX, "a report has a length");
        fuzz_hold(used <= (int)(length - at), "no report is longer than its bytes");
        if (used > 0) {
            fuzz_hold(event.kind == MOUSE_NONE || (event.row >= 0 && event.col >= 0),
                      "places count from 0");
            if (drag_take(&drag, &event))
                fuzz_hold(event.from_row >= 0 && event.from_col >= 0, "a drag began somewhere");
        }
        at += used > 0 ? (size_t)used : 1;
    }
    drag_cancel(&drag);
    fuzz_hold(!drag_cancel(&drag), "what was cancelled is not held");
    free(exact);
}
