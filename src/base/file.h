/*
 * Files that are whole or not there: written under a temporary name, synced, renamed, and their
 * folder synced. A process killed at any moment leaves the old file or the new one.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"

struct file_writer {
    int fd;
    char *path, *temporary;
    size_t written;
};

/* Starts `path` under a temporary name in the same folder. Where `path` is a link, what it leads to
 * is meant. ERROR_FAILED also when something is there that is no regular file. */
int file_create(struct file_writer *writer, const char *path, struct error *err);
int file_write(struct file_writer *writer, const void *bytes, size_t length, struct error *err);
/* Makes it the file. On any error the temporary file is gone and the old file stands. */
int file_commit(struct file_writer *writer, struct error *err);
void file_abort(struct file_writer *writer); /* also right after file_commit: does nothing then */

/* Makes `path` a file of these bytes, whole or not at all. */
int file_replace(const char *path, const void *bytes, size_t length, struct error *err);

/* Gives a finished file or folder its place: syncs it, renames it (over a file that is there), and
 * syncs the folder it lands in. */
int file_settle(const char *temporary, const char *path, struct error *err);

/* Opens a regular file to read; the caller closes it. ERROR_DATA when it is missing, unreadable, or
 * anything else (a pipe is not waited for). */
int file_open(const char *path, FILE **file, struct error *err);

/* Reads a whole file of at most `limit` bytes; the caller frees *bytes (one zero byte is added
 * behind it). ERROR_DATA when it is missing, unreadable or larger. */
int file_read(const char *path, size_t limit, char **bytes, size_t *length, struct error *err);

/* Makes a folder and those above it. */
int file_make_folder(const char *path, struct error *err);

bool file_exists(const char *path);
bool file_is_folder(const char *path);
bool file_on_network(const char *path); /* NFS, CIFS, Lustre, FUSE …: no shared memory there */

#endif
