#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/memory.h"

/* Renaming would put a file in the place of a device or a pipe as readily as in a file's. */
static int check_target(const char *path, struct error *err)
{
    struct stat status;
    if (stat(path, &status) != 0 || S_ISREG(status.st_mode))
        return 0;
    return error_set(err, ERROR_FAILED, "%s: %s", path,
                     S_ISDIR(status.st_mode) ? "is a folder" : "is not a regular file");
}

/* Where a link leads, when that is there; else the path itself. The caller frees it. */
static char *follow_link(const char *path)
{
    struct stat status;
    char *end = lstat(path, &status) == 0 && S_ISLNK(status.st_mode) ? realpath(path, NULL) : NULL;
    return end ? end : memory_copy_text(path);
}

int file_create(struct file_writer *writer, const char *path, struct error *err)
{
    *writer = (struct file_writer){.fd = -1};
    int code = check_target(path, err);
    if (code)
        return code;
    writer->path = follow_link(path);
    path = writer->path;
    writer->temporary = memory_print("%s.%ld.tmp", path, (long)getpid());
    writer->fd = open(writer->temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (writer->fd >= 0)
        return 0;
    code = error_set_errno(err, ERROR_FAILED, "%s", path);
    file_abort(writer);
    return code;
}

int file_write(struct file_writer *writer, const void *bytes, size_t length, struct error *err)
{
    for (const char *at = bytes; length > 0;) {
        ssize_t done = write(writer->fd, at, length < (1 << 30) ? length : (1 << 30));
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return error_set_errno(err, ERROR_FAILED, "%s", writer->path);
        at += done;
        length -= (size_t)done;
        writer->written += (size_t)done;
    }
    return 0;
}

static void sync_folder_of(const char *path)
{
    char *folder = memory_copy_text(path);
    char *slash = strrchr(folder, '/');
    if (slash)
        slash[slash == folder] = '\0';
    int fd = open(slash ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd); /* some file systems cannot; the rename itself has succeeded */
        close(fd);
    }
    free(folder);
}

int file_commit(struct file_writer *writer, struct error *err)
{
    int code = 0;
    int fd = writer->fd;
    bool synced = fsync(fd) == 0;
    writer->fd = -1;
    if (close(fd) != 0 || !synced || rename(writer->temporary, writer->path) != 0)
        code = error_set_errno(err, ERROR_FAILED, "%s", writer->path);
    else
        sync_folder_of(writer->path);
    file_abort(writer);
    return code;
}

void file_abort(struct file_writer *writer)
{
    if (writer->fd >= 0)
        close(writer->fd);
    if (writer->temporary)
        unlink(writer->temporary); /* gone already after a rename */
    free(writer->temporary);
    free(writer->path);
    *writer = (struct file_writer){.fd = -1};
}

int file_replace(const char *path, const void *bytes, size_t length, struct error *err)
{
    struct file_writer writer;
    int code = file_create(&writer, path, err);
    if (!code)
        code = file_write(&writer, bytes, length, err);
    if (!code)
        code = file_commit(&writer, err);
    file_abort(&writer);
    return code;
}

int file_settle(const char *temporary, const char *path, struct error *err)
{
    int fd = open(temporary, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return error_set_errno(err, ERROR_FAILED, "%s", temporary);
    bool folder = file_is_folder(temporary);
    int code = 0;
    if ((fsync(fd) != 0 && !folder) || rename(temporary, path) != 0)
        code = error_set_errno(err, ERROR_FAILED, "%s", path);
    else
        sync_folder_of(path);
    close(fd);
    return code;
}

int file_open(const char *path, FILE **file, struct error *err)
{
    struct stat status;
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    *file = NULL;
    if (fd < 0)
        return error_set_errno(err, ERROR_DATA, "%s", path);
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
        *file = fdopen(fd, "rb");
    if (*file)
        return 0;
    close(fd);
    return error_set(err, ERROR_DATA, "%s: is not a regular file", path);
}

int file_read(const char *path, size_t limit, char **bytes, size_t *length, struct error *err)
{
    *bytes = NULL;
    *length = 0;
    FILE *file;
    struct stat status;
    int code = file_open(path, &file, err);
    if (code)
        return code;
    if (fstat(fileno(file), &status) != 0)
        code = error_set_errno(err, ERROR_DATA, "%s", path);
    else if ((uint64_t)status.st_size > limit)
        code = error_set(err, ERROR_DATA, "%s: %lld bytes, more than the %zu it may have", path,
                         (long long)status.st_size, limit);
    if (!code) {
        size_t want = (size_t)status.st_size;
        *bytes = malloc(want + 1);
        if (!*bytes)
            code = error_set(err, ERROR_FAILED, "%s: no memory for %zu bytes", path, want);
        else if (fread(*bytes, 1, want, file) != want)
            code = error_set(err, ERROR_DATA, "%s: could not be read whole", path);
        else {
            (*bytes)[want] = '\0';
            *length = want;
        }
    }
    if (code) {
        free(*bytes);
        *bytes = NULL;
    }
    fclose(file);
    return code;
}

int file_make_folder(const char *path, struct error *err)
{
    char *partial = memory_copy_text(path);
    int code = 0;
    for (char *at = partial + 1; !code; at++) {
        if (*at != '/' && *at != '\0')
            continue;
        char mark = *at;
        *at = '\0';
        if (mkdir(partial, 0777) != 0 && errno != EEXIST)
            code = error_set_errno(err, ERROR_FAILED, "%s", partial);
        else if (!mark && !file_is_folder(partial))
            code = error_set(err, ERROR_FAILED, "%s: is not a folder", partial);
        *at = mark;
        if (!mark)
            break;
    }
    free(partial);
    return code;
}

bool file_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

bool file_is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

bool file_on_network(const char *path)
{
    static const unsigned long magics[] = {
        0x6969,     /* NFS */
        0x517b,     /* SMB */
        0xff534d42, /* CIFS */
        0xfe534d42, /* SMB2 */
        0x0bd00bd0, /* Lustre */
        0x65735546, /* FUSE */
        0x01021997, /* 9p */
        0x5346414f, /* AFS */
        0x47504653, /* GPFS */
        0x00c36400, /* Ceph */
    };
    struct statfs status;
    if (statfs(path, &status) != 0)
        return false;
    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++)
        if (((unsigned long)status.f_type & 0xffffffffUL) == magics[i])
            return true;
    return false;
}
