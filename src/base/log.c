#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/text.h"

static enum log_level current = LOG_NORMAL;

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
    fprintf(stderr, "slimscope: %s\n", line);
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
