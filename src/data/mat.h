/*
 * Arrays of numbers out of a MAT file of level 5, compressed (v7) or not (libmatio).
 */
#ifndef DATA_MAT_H
#define DATA_MAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum { MAT_RANK = 4 };

struct mat; /* an open file */

struct mat_array {
    const char *name;
    size_t
        size[MAT_RANK]; /* dimensions as the file has them, the first fastest; 1 behind the last */
    bool bytes;         /* of class uint8; else of class double */
};

/*
 * Opens the file at `path` after every element of it was looked at: each is there to its last byte,
 * unpacks with the right checksum and is an array of plain numbers.
 * ERROR_DATA: missing, truncated, damaged, another version, big-endian, or with structs, cells,
 * sparse arrays and the like.
 */
int mat_open(const char *path, struct mat **mat, struct error *err);
void mat_close(struct mat *mat); /* NULL is fine */

/* Finds the array `name` of real numbers, of class uint8 or double. `name` must outlive `array`. */
int mat_find(struct mat *mat, const char *name, struct mat_array *array, struct error *err);

/* All its numbers in the file's order, into room for the product of its sizes. Those of class
 * double must be whole numbers 0 … 255. */
int mat_read(struct mat *mat, const struct mat_array *array, uint8_t *to, struct error *err);

#endif
