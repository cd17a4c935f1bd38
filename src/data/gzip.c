#include "data/gzip.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <zlib.h>

#include "base/memory.h"

struct gzip {
    gzFile file;
    char *path;
};

int gzip_open(const char *path, struct gzip **file, struct error *err)
{
    struct stat status;
    *file = NULL;
    if (stat(path, &status) != 0)
        return error_set_errno(err, ERROR_DATA, "%s", path);
    if (S_ISDIR(status.st_mode))
        return error_set(err, ERROR_DATA, "%s: is a folder, not a file", path);
    if (!S_ISREG(status.st_mode))
        return error_set(err, ERROR_DATA, "%s: is not a regular file", path);
    errno = ENOMEM; /* what it was if zlib leaves it alone */
    gzFile opened = gzopen(path, "rbe");
    if (!opened)
        return error_set_errno(err, ERROR_DATA, "%s", path);
    gzbuffer(opened, 1 << 17);
    *file = NEW(struct gzip, 1);
    **file = (struct gzip){.file = opened, .path = memory_copy_text(path)};
    return 0;
}

int gzip_read(struct gzip *file, void *buffer, size_t room, size_t *got, struct error *err)
{
    *got = 0;
    while (*got < room) {
        size_t want = room - *got;
        int done =
            gzread(file->file, (char *)buffer + *got, want < 1 << 20 ? (unsigned)want : 1 << 20);
        if (done > 0) {
            *got += (size_t)done;
            continue;
        }
        int fault;
        const char *why = gzerror(file->file, &fault);
        if (fault == Z_OK || fault == Z_STREAM_END)
            return 0;
        if (fault == Z_ERRNO)
            return error_set_errno(err, ERROR_DATA, "%s", file->path);
        if (fault == Z_BUF_ERROR)
            return error_set(err, ERROR_DATA, "%s: truncated: the gzip data end too soon",
                             file->path);
        return error_set(err, ERROR_DATA, "%s (damaged gzip data)", why); /* it names the file */
    }
    return 0;
}

void gzip_close(struct gzip *file)
{
    if (!file)
        return;
    gzclose(file->file);
    free(file->path);
    free(file);
}

int gzip_read_file(const char *path, size_t limit, unsigned char **bytes, size_t *length,
                   struct error *err)
{
    enum { PIECE = 1 << 22 };
    struct gzip *file;
    *bytes = NULL;
    *length = 0;
    int code = gzip_open(path, &file, err);
    for (size_t got = PIECE; !code && got == PIECE && *length <= limit; *length += got) {
        *bytes = memory_grow(*bytes, *length + PIECE, 1);
        code = gzip_read(file, *bytes + *length, PIECE, &got, err);
    }
    if (!code && *length > limit)
        code = error_set(err, ERROR_DATA, "%s: more than the %zu bytes it may have", path, limit);
    gzip_close(file);
    if (code) {
        free(*bytes);
        *bytes = NULL;
    }
    return code;
}
