#include "ui/term.h"

#include <curses.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>

#include "base/text.h"
#include "ui/clipboard.h"
#include "ui/crash.h"
#include "ui/paint.h"
#include "ui/wake.h"

#include <term.h> /* last: it has macros for common words */

static const char mouse_on[] = "\033[?1006h\033[?1002h", mouse_off[] = "\033[?1002l\033[?1006l";

static struct {
    SCREEN *screen;
    FILE *in, *out;
    bool own_files, mouse;
    int log, error; /* standard error's stand-in, and what it was; −1: left alone */
} term = {.log = -1, .error = -1};

/* Adds what a capability sends, without its padding "$<…>". */
static void add_capability(char *text, size_t size, const char *name)
{
    const char *value = tigetstr(name);
    size_t used = strlen(text);

    if (!value || value == (const char *)-1) // NOLINT: terminfo's own mark for "no string"
        return;
    while (*value && used + 1 < size) {
        if (value[0] == '$' && value[1] == '<') {
            const char *end = strchr(value, '>');
            value = end ? end + 1 : value + strlen(value);
        } else
            text[used++] = *value++;
    }
    text[used] = '\0';
}

static void arm_crash(const struct termios *modes)
{
    char leave[512];

    snprintf(leave, sizeof leave, "%s", mouse_off);
    add_capability(leave, sizeof leave, "sgr0");
    add_capability(leave, sizeof leave, "op");
    add_capability(leave, sizeof leave, "rmkx");
    add_capability(leave, sizeof leave, "cnorm");
    add_capability(leave, sizeof leave, "rmcup");
    crash_arm(fileno(term.out), leave, modes);
}

/* What libraries print on the screen's terminal would spoil it: it is kept, and printed after. */
static void divert_errors(void)
{
    if (!isatty(STDERR_FILENO))
        return;
    if (term.log < 0)
        term.log = memfd_create("stderr", MFD_CLOEXEC);
    if (term.log < 0)
        return;
    fflush(stderr);
    term.error = dup(STDERR_FILENO);
    dup2(term.log, STDERR_FILENO);
    crash_keep(term.log, term.error);
}

static void restore_errors(void)
{
    char block[1024];
    ssize_t length;

    if (term.error < 0)
        return;
    crash_keep(-1, -1);
    fflush(stderr);
    dup2(term.error, STDERR_FILENO);
    close(term.error);
    term.error = -1;
    lseek(term.log, 0, SEEK_SET);
    while ((length = read(term.log, block, sizeof block)) > 0)
        if (write(STDERR_FILENO, block, (size_t)length) < 0)
            break;
    close(term.log);
    term.log = -1;
}

static int find_files(struct error *err)
{
    term.in = stdin;
    term.out = stdout;
    term.own_files = false;
    if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))
        return 0;
    FILE *in = fopen("/dev/tty", "re"), *out = fopen("/dev/tty", "we");
    if (in && out) {
        term.in = in;
        term.out = out;
        term.own_files = true;
        return 0;
    }
    if (in)
        fclose(in);
    if (out)
        fclose(out);
    error_set(err, ERROR_FAILED,
              "no terminal: input and output are none, and there is no /dev/tty");
    return error_hint(err, "explore --once prints a screen, --script drives the screens");
}

static void set_modes(void)
{
    raw();
    noecho();
    nonl();
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    leaveok(stdscr, TRUE);
    set_escdelay(25);
    curs_set(0);
}

int term_open(const struct term_options *options, struct error *err)
{
    static bool at_exit;
    struct termios modes;
    int code = find_files(err);

    if (code)
        return code;
    setlocale(LC_CTYPE, "");
    if (tcgetattr(fileno(term.in), &modes) != 0) {
        error_set_errno(err, ERROR_FAILED, "the terminal");
        term_close();
        return ERROR_FAILED;
    }
    term.screen = newterm(NULL, term.out, term.in);
    if (!term.screen || !tigetstr("cup")) {
        const char *name = getenv("TERM");
        term_close();
        return error_set(err, ERROR_FAILED,
                         "terminal type '%s': it cannot place a cursor, or is unknown",
                         name ? name : "");
    }
    if (!at_exit)
        atexit(term_close);
    at_exit = true;
    set_modes();
    paint_open(options->colour);
    divert_errors();
    arm_crash(&modes);
    term_mouse(options->mouse);
    return 0;
}

/* A terminal without a second screen keeps what stood there: the prompt gets a line that is empty.
 */
static void leave_screen(void)
{
    char clear[64] = "";

    if (!tigetstr("rmcup"))
        add_capability(clear, sizeof clear, "el");
    endwin();
    fputs(clear, term.out);
    fflush(term.out);
}

void term_close(void)
{
    if (term.screen) {
        term_mouse(false);
        leave_screen();
        delscreen(term.screen);
        term.screen = NULL;
        crash_disarm();
        restore_errors();
    }
    if (term.own_files) {
        fclose(term.in);
        fclose(term.out);
        term.own_files = false;
    }
}

void term_size(int *rows, int *cols)
{
    *rows = LINES;
    *cols = COLS;
}

int term_descriptor(void)
{
    return fileno(term.in);
}

enum glyph_set term_glyphs(void)
{
    const char *name = getenv("TERM");

    if (!text_equal(nl_langinfo(CODESET), "UTF-8"))
        return GLYPHS_ASCII;
    return name && text_equal(name, "linux") ? GLYPHS_BLOCK : GLYPHS_UTF8;
}

static void set_mouse(bool on)
{
    fputs(on ? mouse_on : mouse_off, term.out);
    fflush(term.out);
}

void term_mouse(bool on)
{
    if (term.mouse != on)
        set_mouse(on);
    term.mouse = on;
}

void term_copy(const char *text)
{
    bool tmux = getenv("TMUX") != NULL, screen = !tmux && getenv("STY") != NULL;
    char *bytes = clipboard_sequence(text, tmux, screen);

    fputs(bytes, term.out);
    fflush(term.out);
    free(bytes);
}

void term_redraw(void)
{
    clearok(curscr, TRUE);
}

void term_suspend(void)
{
    set_mouse(false);
    leave_screen();
    restore_errors();
    wake_suspend();
    divert_errors();
    term_resume();
}

void term_resume(void)
{
    reset_prog_mode();
    term_resize();
    term_redraw();
    refresh();
    curs_set(0);
    set_mouse(term.mouse);
}

void term_resize(void)
{
    struct winsize size;

    if (ioctl(fileno(term.out), TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0)
        resizeterm(size.ws_row, size.ws_col);
}
