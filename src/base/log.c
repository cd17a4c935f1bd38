#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"

static enum log_level current = LOG_NORMAL;
static void (*lift)(void *context);
static void *lift_context;

void log_set_level(enum log_level level)
{
    current = level;
}

enum log_level log_get_level(void)
{
    return current;
}

__attribute__((format(printf, 1, 0))) static void print_line(const char *format, va_list args)
{
    char line[1000];
    vsnprintf(line, sizeof line, format, args);
    text_clean(line);
    if (lift)
        lift(lift_context);
    fprintf(stderr, "slimscope: %s\n", line);
}

void log_pass(const char *line)
{
    if (lift)
        lift(lift_context);
    fprintf(stderr, "%s\n", line);
}

void log_cover(void (*function)(void *context), void *context)
{
    lift = function;
    lift_context = context;
}

void log_notice(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    if (current >= LOG_NORMAL)
        print_line(format, args);
    va_end(args);
}

void log_detail(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    if (current >= LOG_DETAIL)
        print_line(format, args);
    va_end(args);
}

static bool is_terminal(void)
{
    const char *term = getenv("TERM");
    return isatty(STDERR_FILENO) && term && !text_equal(term, "dumb");
}

void log_progress(const char *what, int done, int total)
{
    static double last; /* when the line was written; 0: no work is going on */
    static bool shown;  /* a line stands on the terminal */
    const double now = clock_seconds();
    if (!what) {
        if (shown)
            fputs("\r\033[K", stderr);
        shown = false;
        last = 0;
    } else if (last == 0) {
        last = now;
    } else if (current >= LOG_NORMAL && now - last >= (shown ? 0.2 : is_terminal() ? 1 : 10)) {
        last = now;
        shown = is_terminal();
        if (shown)
            fprintf(stderr, "\r%s %d of %d\033[K", what, done, total);
        else
            log_notice("%s: %d of %d", what, done, total);
    }
}
