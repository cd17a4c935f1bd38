/* SHA-256 (nettle), as lower-case hexadecimal text. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>

#include "base/error.h"

enum { HASH_TEXT = 65 }; /* 64 digits and the end */

struct hash; /* a running hash */

struct hash *hash_new(void);
void hash_add(struct hash *hash, const void *bytes, size_t length);
/* Writes the result and frees the hash. */
void hash_finish(struct hash *hash, char text[HASH_TEXT]);

void hash_bytes(const void *bytes, size_t length, char text[HASH_TEXT]);

/* The hash of a regular file's content. ERROR_DATA when it cannot be read. */
int hash_file(const char *path, char text[HASH_TEXT], struct error *err);

#endif
