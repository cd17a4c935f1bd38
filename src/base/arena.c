#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

size_t arena_round(size_t bytes)
{
    return (bytes + 63) & ~(size_t)63;
}

int arena_open(struct arena *arena, size_t size, struct error *err)
{
    *arena = (struct arena){.size = arena_round(size ? size : 1)};
    void *base =
        mmap(NULL, arena->size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (base == MAP_FAILED) {
        arena->size = 0;
        return error_set_errno(err, ERROR_FAILED, "memory: %zu MB", size / 1000000);
    }
    madvise(base, arena->size, MADV_HUGEPAGE);
    arena->base = base;
    return 0;
}

void *arena_take(struct arena *arena, size_t bytes)
{
    size_t rounded = arena_round(bytes);
    if (rounded < bytes || rounded > arena->size - arena->used) {
        fputs("slimscope: an arena was sized too small: this is a bug\n", stderr);
        abort();
    }
    void *piece = arena->base + arena->used;
    arena->used += rounded;
    return piece;
}

void arena_close(struct arena *arena)
{
    if (arena->base)
        munmap(arena->base, arena->size);
    *arena = (struct arena){0};
}
