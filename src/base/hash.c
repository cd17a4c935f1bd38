#include "base/hash.h"

#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/memory.h"

struct hash {
    struct sha256_ctx state;
};

struct hash *hash_new(void)
{
    struct hash *hash = NEW(struct hash, 1);
    sha256_init(&hash->state);
    return hash;
}

void hash_add(struct hash *hash, const void *bytes, size_t length)
{
    sha256_update(&hash->state, length, bytes);
}

void hash_finish(struct hash *hash, char text[HASH_TEXT])
{
    unsigned char digest[SHA256_DIGEST_SIZE];
    sha256_digest(&hash->state, sizeof digest, digest);
    for (int i = 0; i < SHA256_DIGEST_SIZE; i++)
        snprintf(text + 2 * i, 3, "%02x", (unsigned)digest[i]);
    free(hash);
}

void hash_bytes(const void *bytes, size_t length, char text[HASH_TEXT])
{
    struct hash *hash = hash_new();
    hash_add(hash, bytes, length);
    hash_finish(hash, text);
}

int hash_file(const char *path, char text[HASH_TEXT], struct error *err)
{
    char buffer[1 << 16];
    FILE *file;
    int code = file_open(path, &file, err);
    if (code)
        return code;
    struct hash *hash = hash_new();
    size_t got;
    while ((got = fread(buffer, 1, sizeof buffer, file)) > 0)
        hash_add(hash, buffer, got);
    if (ferror(file))
        code = error_set_errno(err, ERROR_DATA, "%s", path);
    fclose(file);
    hash_finish(hash, text);
    return code;
}
