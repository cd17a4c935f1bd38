/* A file that a format is written into: whole or not at all, with its size and its SHA-256. */
#ifndef FORMAT_SINK_H
#define FORMAT_SINK_H

#include "base/file.h"
#include "base/hash.h"

struct sink {
    struct file_writer writer;
    struct hash *hash;
    struct error *err;
    int code; /* of the first error, after which nothing more is written */
};

/* Begins the file; sink_close ends it, also after an error, unless this failed. */
int sink_open(struct sink *sink, const char *path, struct error *err);

/* Writes; returns the sink's code, which there is no need to look at in between. */
int sink_put(struct sink *sink, const void *bytes, size_t length);

/* Makes it the file, unless there was an error: then nothing is left of it. Returns the code. Size
 * and SHA-256 go to *bytes and `hash` (either may be NULL). */
int sink_close(struct sink *sink, int64_t *bytes, char hash[HASH_TEXT]);

#endif
