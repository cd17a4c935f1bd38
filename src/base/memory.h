/*
 * Small allocations: they never return NULL, the program ends with one line when memory is gone.
 * Large blocks (maps, data sets) come from arena.h, whose failure is an ordinary error.
 */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stddef.h>

/* `count` zeroed objects of `size` bytes; a block that grows, its new part not zeroed; a copy. The
 * caller frees. */
void *memory_new(size_t count, size_t size) __attribute__((malloc, alloc_size(1, 2)));
void *memory_grow(void *block, size_t count, size_t size) __attribute__((alloc_size(2, 3)));
char *memory_copy_text(const char *text) __attribute__((malloc));
void *memory_copy(const void *block, size_t size) __attribute__((malloc));

/* printf into a new string that the caller frees. */
char *memory_print(const char *format, ...) __attribute__((format(printf, 1, 2), malloc));

/* `count` zeroed objects of `type`; the caller frees. */
#define NEW(type, count) ((type *)memory_new((size_t)(count), sizeof(type)))

#endif
