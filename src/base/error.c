#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

int error_set(struct error *err, enum error_code code, const char *format, ...)
{
    if (!err)
        return code;
    va_list args;
    va_start(args, format);
    vsnprintf(err->text, sizeof err->text, format, args);
    va_end(args);
    text_clean(err->text);
    err->hint[0] = '\0';
    err->code = code;
    return code;
}

int error_set_errno(struct error *err, enum error_code otherwise, const char *format, ...)
{
    int number = errno;
    bool full = number == ENOSPC || number == EDQUOT || number == EFBIG;
    enum error_code code = full ? ERROR_SPACE : otherwise;
    if (!err)
        return code;
    char what[sizeof err->text - 100];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    return error_set(err, code, "%s: %s", what, strerror(number));
}

int error_hint(struct error *err, const char *format, ...)
{
    if (!err)
        return ERROR_FAILED;
    va_list args;
    va_start(args, format);
    vsnprintf(err->hint, sizeof err->hint, format, args);
    va_end(args);
    text_clean(err->hint);
    return err->code;
}

int error_prefix(struct error *err, const char *format, ...)
{
    if (!err)
        return ERROR_FAILED;
    char prefix[200], rest[sizeof err->text];
    va_list args;
    va_start(args, format);
    vsnprintf(prefix, sizeof prefix, format, args);
    va_end(args);
    memcpy(rest, err->text, sizeof rest);
    snprintf(err->text, sizeof err->text, "%s: %.*s", prefix,
             (int)(sizeof err->text - strlen(prefix) - 3), rest);
    text_clean(err->text);
    return err->code;
}
