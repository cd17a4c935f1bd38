/*
 * Method. curses keeps keys of its own, which poll cannot see: it is asked first, until it has
 * nothing, and only then do we wait. Its own mouse loses and reorders what comes in one burst, so
 * the prefix of a mouse report is bound to a key, and the rest is read and decoded here.
 */
#include "ui/input.h"

#include <curses.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>

#include "ui/term.h"
#include "ui/utf8.h"
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

/* Keys that curses knows (KEY_…), and control characters, are part of no sequence: they come next.
 */
static bool give_back(int byte)
{
    return (byte < ' ' || byte >= KEY_MIN) && ungetch(byte) == OK;
}

static bool read_mouse(struct event *event)
{
    char bytes[MOUSE_REPORT_MAX + 1];
    size_t length = 0;
    int used = 0, byte;

    timeout(REPORT_WAIT);
    while (used == 0 && length < sizeof bytes && (byte = getch()) != ERR && !give_back(byte)) {
        bytes[length++] = byte < 0x80 ? (char)byte : '?';
        used = mouse_decode(bytes, length, &event->mouse);
    }
    nodelay(stdscr, TRUE);
    event->kind = used > 0 && event->mouse.kind != MOUSE_NONE ? EVENT_MOUSE : EVENT_NONE;
    return true;
}

/* Curses hands out what it does not know byte by byte, an Esc first: Alt with a key, sequences of
 * other terminals (CSI and SS3). All of it is one thing, which means nothing here: true, and it is
 * gone. False after an Esc that stands alone, or before a key of its own. */
static bool skip_sequence(void)
{
    int byte = getch();

    if (byte == ERR || give_back(byte))
        return false;
    if (byte != '[' && byte != 'O')
        return true;
    timeout(REPORT_WAIT);
    do
        byte = getch();
    while (byte != ERR && !give_back(byte) && (byte < '@' || byte > '~'));
    nodelay(stdscr, TRUE);
    return true;
}

/* The character that begins with this byte, K_NONE: none. What does not belong to it comes next;
 * curses' own get_wch would swallow it. */
static int read_character(int byte)
{
    int more = byte >= 0xF0 ? 3 : byte >= 0xE0 ? 2 : byte >= 0xC0 ? 1 : 0, length = 0;
    char bytes[5] = "";
    const char *at = bytes;

    if (byte < 0x80)
        return byte;
    timeout(REPORT_WAIT);
    for (bytes[length++] = (char)byte; more > 0; more--) {
        byte = getch();
        if (byte == ERR)
            break;
        if (byte < 0x80 || byte > 0xBF) {
            ungetch(byte);
            break;
        }
        bytes[length++] = (char)byte;
    }
    nodelay(stdscr, TRUE);
    int character = more == 0 && length > 1 ? (int)utf8_next(&at) : UTF8_BAD;
    return character == UTF8_BAD ? K_NONE : character;
}

static int key_of(int code)
{
    for (size_t i = 0; i < sizeof special / sizeof *special; i++)
        if (special[i].curses == code)
            return special[i].key;
    return code < KEY_MIN ? read_character(code) : K_NONE;
}

/* What curses has; false when it has nothing. */
static bool read_curses(struct event *event)
{
    int came = 0; /* bytes that are there at once: an Esc that came alone is no sequence */

    ioctl(term_descriptor(), FIONREAD, &came);
    int code = getch();
    if (code == ERR)
        return false;
    if (code == KEY_MOUSE_REPORT)
        return read_mouse(event);
    if (code == '\033' && came != 1 && skip_sequence()) {
        event->kind = EVENT_NONE;
        return true;
    }
    if (code == KEY_RESIZE) {
        event->kind = EVENT_RESIZE;
        term_size(&event->rows, &event->cols);
        return true;
    }
    event->key = key_of(code);
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
