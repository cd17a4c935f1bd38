/*
 * Reading a file that may be gzip or plain (zlib), whole or in pieces. A gzip file that is cut off,
 * or whose checksum is wrong, is an error; so is anything but a regular file.
 */
#ifndef DATA_GZIP_H
#define DATA_GZIP_H

#include <stddef.h>

#include "base/error.h"

struct gzip; /* a file being read */

int gzip_open(const char *path, struct gzip **file, struct error *err);
/* The next bytes into `buffer`: *got of them, less than `room` only at the end. */
int gzip_read(struct gzip *file, void *buffer, size_t room, size_t *got, struct error *err);
void gzip_close(struct gzip *file); /* NULL is fine */

/* A whole file of at most `limit` bytes, unpacked; the caller frees *bytes. ERROR_DATA when it is
 * larger. Memory grows with what is there, not with the limit. */
int gzip_read_file(const char *path, size_t limit, unsigned char **bytes, size_t *length,
                   struct error *err);

#endif
