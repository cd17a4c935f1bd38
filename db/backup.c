/*
 * Method: VACUUM INTO makes a whole copy of one moment, in rollback-journal mode, while others go
 * on writing. The weights' files that this copy names are copied after it and checked against
 * their SHA-256. A file that was replaced in between is gone, and so is its row in the store: then
 * all begins again with a newer copy. Everything is made under temporary names; the folder gets
 * its name first, the database last, so a backup that can be opened is whole.
 */
#include "db/backup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "db/connection.h"
#include "db/record.h"
#include "db/store_private.h"

enum { ATTEMPTS = 20, CHUNK = 1 << 20 };

/* A copy of the database in a file that does not exist yet. */
static int vacuum_into(struct sqlite3 *db, const char *path, const char *copy, struct error *err)
{
    sqlite3_stmt *statement = NULL;
    int code = 0;
    unlink(copy); /* left by a process of the same number that was killed */
    int status = sqlite3_prepare_v2(db, "VACUUM INTO ?", -1, &statement, NULL);
    if (!status)
        status = sqlite3_bind_text(statement, 1, copy, -1, SQLITE_STATIC);
    if (!status)
        status = sqlite3_step(statement);
    if (status != SQLITE_DONE) {
        bool source = (status & 0xff) == SQLITE_CORRUPT || (status & 0xff) == SQLITE_BUSY;
        code = connection_fail(db, source ? path : copy, err);
    }
    sqlite3_finalize(statement);
    if (code)
        unlink(copy);
    return code;
}

int backup_database(struct sqlite3 *db, const char *path, const char *copy, struct error *err)
{
    char *temporary = memory_print("%s.%ld.tmp", copy, (long)getpid());
    int code = vacuum_into(db, path, temporary, err);
    if (!code)
        code = file_settle(temporary, copy, err);
    unlink(temporary);
    free(temporary);
    return code;
}

/* --- with the weights ------------------------------------------------------------------------ */

/* Where a backup is made before it gets its names. */
struct backup {
    char *database, *folder;
    bool folder_made;
};

static void remove_folder(const char *folder)
{
    DIR *dir = opendir(folder);
    if (!dir)
        return;
    for (struct dirent *entry; (entry = readdir(dir));)
        unlinkat(dirfd(dir), entry->d_name, 0); /* "." and ".." stay by themselves */
    closedir(dir);
    rmdir(folder);
}

static void discard(struct backup *backup)
{
    unlink(backup->database);
    remove_folder(backup->folder);
    backup->folder_made = false;
}

/* Copies what is read from `fd`, the file `from`; its hash goes to `sha256`. */
static int copy_bytes(int fd, const char *from, struct file_writer *writer, char sha256[HASH_TEXT],
                      struct error *err)
{
    int code = 0;
    struct hash *hash = hash_new();
    char *chunk = memory_new(1, CHUNK);
    ssize_t got;
    while (!code && (got = read(fd, chunk, CHUNK)) != 0) {
        if (got < 0 && errno != EINTR)
            code = error_set_errno(err, ERROR_DATA, "%s", from);
        if (got <= 0)
            continue;
        hash_add(hash, chunk, (size_t)got);
        code = file_write(writer, chunk, (size_t)got, err);
    }
    hash_finish(hash, sha256);
    free(chunk);
    return code;
}

int backup_copy_file(const char *from, const char *to, const char *sha256, bool *missing,
                     struct error *err)
{
    struct file_writer writer;
    char found[HASH_TEXT];
    int fd = open(from, O_RDONLY | O_CLOEXEC);
    *missing = fd < 0;
    if (fd < 0)
        return error_set_errno(err, ERROR_DATA, "%s", from);
    int code = file_create(&writer, to, err);
    if (!code)
        code = copy_bytes(fd, from, &writer, found, err);
    if (!code && !text_equal(found, sha256))
        code = error_set(err, ERROR_DATA, "%s: damaged: not the SHA-256 that it was stored with",
                         from);
    if (!code)
        code = file_commit(&writer, err);
    file_abort(&writer);
    close(fd);
    return code;
}

/* *stale: the file is gone because its row is. */
static int copy_checkpoint(struct store *store, const struct backup *backup,
                           const struct checkpoint_row *row, bool *stale, struct error *err)
{
    char *from = memory_print("%s/%s", store->folder, row->file);
    char *to = memory_print("%s/%s", backup->folder, row->file);
    bool missing;
    int code = backup_copy_file(from, to, row->sha256, &missing, err);
    if (missing)
        *stale = !checkpoint_exists(store, row->id);
    free(from);
    free(to);
    return code;
}

static int copy_weights(struct store *store, struct backup *backup, bool *stale, struct error *err)
{
    struct store *copy;
    struct checkpoint_row *rows = NULL;
    int count = 0;
    int code = store_open(backup->database, STORE_READ, &copy, err);
    if (!code)
        code = checkpoint_list(copy, 0, &rows, &count, err);
    store_close(copy);
    if (!code && count > 0) {
        code = file_make_folder(backup->folder, err);
        backup->folder_made = true;
    }
    for (int i = 0; !code && i < count; i++)
        code = copy_checkpoint(store, backup, &rows[i], stale, err);
    checkpoint_rows_free(rows, count);
    return code;
}

static int refuse_existing(struct store *store, const char *path, const char *folder,
                           struct error *err)
{
    struct stat here, there;
    if (stat(path, &there) == 0 && stat(store->path, &here) == 0 && here.st_dev == there.st_dev &&
        here.st_ino == there.st_ino)
        return error_set(err, ERROR_USAGE, "%s: is the store itself", path);
    if (file_exists(path) || file_exists(folder))
        return error_set(err, ERROR_USAGE, "%s: exists already", file_exists(path) ? path : folder);
    return 0;
}

int store_backup(struct store *store, const char *path, struct error *err)
{
    char *folder = memory_print("%s.d", path);
    struct backup backup = {
        .database = memory_print("%s.%ld.tmp", path, (long)getpid()),
        .folder = memory_print("%s.%ld.tmp.d", path, (long)getpid()),
    };
    bool stale = false;
    int code = refuse_existing(store, path, folder, err);
    if (code)
        goto done;
    for (int i = 0; i < ATTEMPTS; i++) {
        stale = false;
        code = vacuum_into(store->db, store->path, backup.database, err);
        if (!code)
            code = copy_weights(store, &backup, &stale, err);
        if (!stale)
            break;
        discard(&backup);
    }
    if (!code && backup.folder_made)
        code = file_settle(backup.folder, folder, err);
    if (!code)
        code = file_settle(backup.database, path, err);
    discard(&backup);
done:
    free(backup.database);
    free(backup.folder);
    free(folder);
    return code;
}
