#include "cli/deadline.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"

int deadline_until(const struct arguments *arguments, struct deadline *until, struct error *err)
{
    const char *text = option_text(arguments, "until");
    int hour, minute, length = 0;
    if (!text)
        return 0;
    if (sscanf(text, "%2d:%2d%n", &hour, &minute, &length) != 2 || text[length] || hour < 0 ||
        hour > 23 || minute < 0 || minute > 59)
        return error_set(err, ERROR_USAGE, "--until %s: not a time of day; write 07:30", text);
    time_t now = (time_t)(clock_milliseconds() / 1000);
    struct tm at;
    localtime_r(&now, &at);
    at.tm_hour = hour;
    at.tm_min = minute;
    at.tm_sec = 0;
    at.tm_isdst = -1;
    time_t then = mktime(&at);
    if (then <= now) {
        at.tm_mday++;
        at.tm_isdst = -1;
        then = mktime(&at);
    }
    until->wall = (int64_t)then * 1000;
    return 0;
}

/* "1h30m" as seconds; 0 for what is no such thing. */
static int64_t parse_duration(const char *text)
{
    int64_t seconds = 0;
    while (*text) {
        char *end;
        if (!isdigit((unsigned char)*text))
            return 0;
        long number = strtol(text, &end, 10);
        int64_t unit = *end == 'h' ? 3600 : *end == 'm' ? 60 : *end == 's' ? 1 : 0;
        if (unit == 0 || number > 100000)
            return 0;
        seconds += number * unit;
        text = end + 1;
    }
    return seconds;
}

int deadline_for(const struct arguments *arguments, struct deadline *until, struct error *err)
{
    const char *text = option_text(arguments, "for");
    if (!text)
        return 0;
    int64_t seconds = parse_duration(text);
    if (seconds == 0)
        return error_set(err, ERROR_USAGE, "--for %s: not a duration; write 8h, 90m or 1h30m",
                         text);
    until->steady = clock_seconds() + (double)seconds;
    return 0;
}
