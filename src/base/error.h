/*
 * Errors: what failed, where and why, and the exit status it leads to.
 *
 * A function that can fail returns 0 or one of the codes below and takes `struct error *` last.
 * The message reads "what: why"; the command line puts "slimscope: COMMAND: " in front of it.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

/* The codes are the program's exit statuses (see EXIT STATUS in slimscope.1). */
enum error_code {
    ERROR_NONE = 0,
    ERROR_FAILED = 1,
    ERROR_USAGE = 2,
    ERROR_SOME = 3, /* some jobs of a batch failed */
    ERROR_DATA = 4, /* bad or missing data */
    ERROR_BUSY = 5, /* store locked, or another process holds what is wanted */
    ERROR_SPACE = 6,
    ERROR_DIVERGED = 7, /* NaN or Inf */
    ERROR_STOPPED = 8, /* a signal or a request ended the work; main() turns it into 128 + signal */
};

struct error {
    enum error_code code;
    char text[600]; /* one line: "what: why" */
    char hint[300]; /* a second line with what to try, or "" */
};

/* Sets the message and returns `code`. Text from files ends up in it, and it is one line that
 * cannot steer a terminal: control characters become '?' (text.h). `err` may be NULL. */
int error_set(struct error *err, enum error_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Sets "WHAT: strerror(errno)". No space, quota and file-size errors give ERROR_SPACE, everything
 * else `otherwise`. Returns the code. */
int error_set_errno(struct error *err, enum error_code otherwise, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Adds the line that says what to try. Returns err->code. */
int error_hint(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Puts "PREFIX: " in front of the message. Returns err->code. */
int error_prefix(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
