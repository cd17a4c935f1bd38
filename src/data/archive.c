#include "data/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "data/gzip.h"

/* What passes between our gzip reader and libarchive's tar reader. */
struct source {
    const char *path;
    struct gzip *file;
    size_t left; /* bytes that may still come: a small file can unpack into any number */
    struct error *err;
    int code;
    uint8_t buffer[1 << 16];
};

static ssize_t next_bytes(struct archive *tar, void *context, const void **bytes)
{
    struct source *source = context;
    size_t got = 0;
    *bytes = source->buffer;
    source->code =
        gzip_read(source->file, source->buffer, sizeof source->buffer, &got, source->err);
    if (!source->code && got > source->left)
        source->code = error_set(source->err, ERROR_DATA, "%s: holds far more than this data set",
                                 source->path);
    if (source->code) {
        archive_set_error(tar, EIO, "unreadable");
        return -1;
    }
    source->left -= got;
    return (ssize_t)got;
}

/* The reason why libarchive stopped: ours if there is one. */
static int fault(struct source *source, struct archive *tar)
{
    if (source->code)
        return source->code;
    const char *why = archive_error_string(tar);
    return error_set(source->err, ERROR_DATA, "%s: not a sound tar archive (%s)", source->path,
                     why ? why : "unknown fault");
}

/* Which member this entry is, or −1. */
static int find_member(struct archive_entry *entry, const struct archive_member *members, int count)
{
    const char *path = archive_entry_pathname(entry);
    if (!path || archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry))
        return -1;
    const char *slash = strrchr(path, '/');
    for (int i = 0; i < count; i++)
        if (strcmp(slash ? slash + 1 : path, members[i].name) == 0)
            return i;
    return -1;
}

static int read_member(struct source *source, struct archive *tar, struct archive_entry *entry,
                       const struct archive_member *member, uint8_t *bytes)
{
    int64_t size = archive_entry_size(entry);
    if (size < 0 || (uint64_t)size != member->size)
        return error_set(source->err, ERROR_DATA, "%s: %s has %lld bytes, not %zu", source->path,
                         member->name, (long long)size, member->size);
    for (size_t got = 0; got < member->size;) {
        la_ssize_t done = archive_read_data(tar, bytes + got, member->size - got);
        if (done < 0)
            return fault(source, tar);
        if (done == 0)
            return error_set(source->err, ERROR_DATA, "%s: %s is truncated", source->path,
                             member->name);
        got += (size_t)done;
    }
    return 0;
}

/* What is behind the archive's end mark: nothing of interest, but gzip's checksum comes last. */
static int read_rest(struct source *source, struct archive *tar)
{
    const void *bytes;
    ssize_t got;
    do
        got = next_bytes(tar, source, &bytes);
    while (got > 0);
    return got < 0 ? fault(source, tar) : 0;
}

static int read_all(struct source *source, struct archive *tar,
                    const struct archive_member *members, int count, archive_take *take,
                    void *context)
{
    size_t largest = 0;
    for (int i = 0; i < count; i++)
        largest = members[i].size > largest ? members[i].size : largest;
    uint8_t *bytes = NEW(uint8_t, largest);
    bool *seen = NEW(bool, count);
    struct archive_entry *entry;
    int code = 0, status = ARCHIVE_OK;
    while (!code) {
        status = archive_read_next_header(tar, &entry);
        if (status != ARCHIVE_OK && status != ARCHIVE_WARN) /* a warning: an odd file name */
            break;
        int i = find_member(entry, members, count);
        if (i < 0)
            continue;
        char *name = memory_print("%s: %s", source->path, members[i].name);
        if (seen[i])
            code = error_set(source->err, ERROR_DATA, "%s is there twice", name);
        if (!code)
            code = read_member(source, tar, entry, &members[i], bytes);
        if (!code)
            code = take(context, i, name, bytes, members[i].size, source->err);
        seen[i] = true;
        free(name);
    }
    if (!code && status != ARCHIVE_EOF)
        code = fault(source, tar);
    if (!code)
        code = read_rest(source, tar);
    for (int i = 0; i < count && !code; i++)
        if (!seen[i])
            code = error_set(source->err, ERROR_DATA, "%s: %s is missing", source->path,
                             members[i].name);
    free(seen);
    free(bytes);
    return code;
}

int archive_members(const char *path, const struct archive_member *members, int count,
                    archive_take *take, void *context, struct error *err)
{
    struct source *source = NEW(struct source, 1);
    source->path = path;
    source->err = err;
    source->left = 1 << 24;
    for (int i = 0; i < count; i++)
        source->left += 2 * members[i].size;
    int code = gzip_open(path, &source->file, err);
    struct archive *tar = archive_read_new();
    if (!code && !tar)
        code = error_set(err, ERROR_FAILED, "%s: no memory to read it", path);
    if (!code) {
        archive_read_support_format_tar(tar);
        if (archive_read_open(tar, source, NULL, next_bytes, NULL) == ARCHIVE_OK)
            code = read_all(source, tar, members, count, take, context);
        else
            code = fault(source, tar);
    }
    if (tar)
        archive_read_free(tar);
    gzip_close(source->file);
    free(source);
    return code;
}
