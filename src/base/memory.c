#include "base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *checked(void *block)
{
    if (block)
        return block;
    fputs("slimscope: out of memory\n", stderr);
    exit(1);
}

void *memory_new(size_t count, size_t size)
{
    return checked(calloc(count ? count : 1, size ? size : 1));
}

void *memory_grow(void *block, size_t count, size_t size)
{
    return checked(reallocarray(block, count ? count : 1, size ? size : 1));
}

char *memory_copy_text(const char *text)
{
    return checked(strdup(text));
}

void *memory_copy(const void *block, size_t size)
{
    void *copy = memory_new(1, size);
    if (size)
        memcpy(copy, block, size);
    return copy;
}

char *memory_print(const char *format, ...)
{
    char *text = NULL;
    va_list args;
    va_start(args, format);
    if (vasprintf(&text, format, args) < 0)
        text = NULL;
    va_end(args);
    return checked(text);
}
