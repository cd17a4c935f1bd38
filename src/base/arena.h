/*
 * An arena: one large zeroed block, taken once and handed out in pieces, given back whole.
 * Training allocates nothing after its arenas are open.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "base/error.h"

struct arena {
    char *base;
    size_t size; /* bytes */
    size_t used;
};

/* The bytes that arena_take(…, bytes) uses up: `bytes` rounded up to whole cache lines. */
size_t arena_round(size_t bytes);

/* Opens an arena of `size` bytes (huge pages where the system gives them).
 * ERROR_FAILED when the system has not that much. */
int arena_open(struct arena *arena, size_t size, struct error *err);

/* The next `bytes` bytes, zeroed, aligned to 64. Taking more than was opened is a bug and aborts.
 */
void *arena_take(struct arena *arena, size_t bytes);

void arena_close(struct arena *arena);

#endif
