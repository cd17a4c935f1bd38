/* Messages to stderr. A library function that cannot return an error (a hint, a warning) says it
 * here; results never come this way. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

enum log_level {
    LOG_QUIET = 0,  /* -q: errors only */
    LOG_NORMAL = 1, /* warnings and notices */
    LOG_DETAIL = 2, /* -v */
};

void log_set_level(enum log_level level);
enum log_level log_get_level(void);

/* One line, "slimscope: …", at LOG_NORMAL and above. */
void log_notice(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* One line at LOG_DETAIL. */
void log_detail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A whole line that another process of ours has written, as it is. */
void log_pass(const char *line);

/* What stands on the terminal's last lines (a bar) is taken away by `lift` before each message.
 * NULL: nothing stands there any more. */
void log_cover(void (*lift)(void *context), void *context);

/* How far long work has come, "WHAT 1200 of 60000". On a terminal it is one line, written over a
 * few times a second; elsewhere a plain line every ten seconds. `what` NULL ends the work and takes
 * the line away. Work that takes less than a second shows nothing. For one thread at a time. */
void log_progress(const char *what, int done, int total);

#endif
