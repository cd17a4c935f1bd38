/*
 * Method. curses keeps keys of its own, which poll cannot see: it is asked first, until it has
 * nothing, and only then do we wait. Its own mouse loses and reorders what comes in one burst, so
 * the prefix of a mouse report is bound to a key, and the rest is read and decoded here.
 */
#include "ui/input.h"

#include <curses.h>
#include <poll.h>
#include <signal.h>

#include "ui/term.h"
#include "ui/wake.h"

enum { KEY_MOUSE_REPORT = KEY_MAX + 1, REPORT_WAIT = 50 /* ms, for the rest of a report */ };

static int end_signal;

static const struct {
    int curses, key;
} special[] = {
#define KEY(name, text, curses) {curses, K_##name},
#include "ui/keys.def"
#undef KEY
    {'\r', K_ENTER},
    {'\n', K_ENTER},
    {'\b', K_BACKSPACE},
    {127, K_BACKSPACE},
};

void input_open(void)
{
    static const char prefix[] = "\033[<";

    end_signal = 0;
    define_key(prefix, KEY_MOUSE_REPORT);
}

int input_signal(void)
{
    return end_signal;
}

static bool read_mouse(struct event *event)
{
    char bytes[MOUSE_REPORT_MAX + 1];
    size_t length = 0;
    int used = 0;
    wint_t byte;

    timeout(REPORT_WAIT);
    while (used == 0 && length < sizeof bytes && get_wch(&byte) == OK) {
        bytes[length++] = byte < 0x80 ? (char)byte : '?';
        used = mouse_decode(bytes, length, &event->mouse);
    }
    nodelay(stdscr, TRUE);
    event->kind = used > 0 && event->mouse.kind != MOUSE_NONE ? EVENT_MOUSE : EVENT_NONE;
    return true;
}

static int key_of(int status, wint_t code)
{
    for (size_t i = 0; i < sizeof special / sizeof *special; i++)
        if (special[i].curses == (int)code &&
            (status == KEY_CODE_YES) == (special[i].curses > 0xFF))
            return special[i].key;
    return status == OK && code > 0 && code < K_FIRST ? (int)code : K_NONE;
}

/* What curses has; false when it has nothing. */
static bool read_curses(struct event *event)
{
    wint_t code;
    int status = get_wch(&code);

    if (status == ERR)
        return false;
    if (status == KEY_CODE_YES && code == KEY_MOUSE_REPORT)
        return read_mouse(event);
    if (status == KEY_CODE_YES && code == KEY_RESIZE) {
        event->kind = EVENT_RESIZE;
        term_size(&event->rows, &event->cols);
        return true;
    }
    event->key = key_of(status, code);
    event->kind = event->key != K_NONE ? EVENT_KEY : EVENT_NONE;
    return true;
}

/* What came through the pipe; false when that was nothing. */
static bool read_wake(struct event *event)
{
    int came = wake_take();

    switch (came) {
    case -1: return false;
    case 0: event->kind = EVENT_WAKE; break;
    case SIGWINCH: term_resize(); break; /* curses hands KEY_RESIZE out next */
    case SIGTSTP: event->kind = EVENT_SUSPEND; break;
    case SIGCONT: event->kind = EVENT_RESUME; break;
    default: event->kind = EVENT_END; end_signal = came;
    }
    return true;
}

bool input_next(double seconds, struct event *event)
{
    struct pollfd wait[2] = {{.fd = term_descriptor(), .events = POLLIN},
                             {.fd = wake_descriptor(), .events = POLLIN}};

    *event = (struct event){0};
    if (read_wake(event) || read_curses(event))
        return true;
    if (poll(wait, 2, (int)(seconds * 1000)) <= 0)
        return false;
    if (read_wake(event) || read_curses(event))
        return true;
    if (wait[0].revents & (POLLHUP | POLLERR | POLLNVAL))
        event->kind = EVENT_END; /* the terminal is gone */
    return event->kind != EVENT_NONE;
}
