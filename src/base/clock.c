#include "base/clock.h"

#include <stdio.h>
#include <time.h>

double clock_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

int64_t clock_milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool deadline_is_over(const struct deadline *deadline)
{
    return (deadline->wall && clock_milliseconds() >= deadline->wall) ||
           (deadline->steady > 0 && clock_seconds() >= deadline->steady);
}

char *clock_print_duration(double seconds, char *text, size_t size)
{
    if (!(seconds >= 0 && seconds < 1e9)) {
        snprintf(text, size, "?");
        return text;
    }
    long s = (long)(seconds + 0.5);
    if (s < 60)
        snprintf(text, size, "%ld s", s);
    else if (s < 3600)
        snprintf(text, size, "%ld min %02ld s", s / 60, s % 60);
    else if (s < 86400)
        snprintf(text, size, "%ld h %02ld min", s / 3600, s / 60 % 60);
    else
        snprintf(text, size, "%ld d %02ld h", s / 86400, s / 3600 % 24);
    return text;
}

char *clock_print_time(int64_t milliseconds, char *text, size_t size)
{
    time_t seconds = (time_t)(milliseconds / 1000);
    struct tm tm;
    if (!localtime_r(&seconds, &tm) || !strftime(text, size, "%Y-%m-%d %H:%M", &tm))
        snprintf(text, size, "?");
    return text;
}
