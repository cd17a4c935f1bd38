/*
 * Files out of a tar archive, gzip or not (libarchive), in memory: nothing is unpacked to disk.
 */
#ifndef DATA_ARCHIVE_H
#define DATA_ARCHIVE_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct archive_member {
    const char *name; /* without folders */
    size_t size;      /* bytes it must have */
};

/* What archive_members calls for each wanted file, in the archive's order. `name` is what errors
 * call it. A code other than 0 ends the reading. */
typedef int archive_take(void *context, int member, const char *name, const uint8_t *bytes,
                         size_t length, struct error *err);

/*
 * Reads the `count` regular files of `members` wherever they lie in the archive at `path`; others
 * are passed over. The archive is read to its end, so that gzip's checksum is seen.
 * ERROR_DATA: no tar archive, truncated, damaged, a file missing, twice there or of another size.
 */
int archive_members(const char *path, const struct archive_member *members, int count,
                    archive_take *take, void *context, struct error *err);

#endif
