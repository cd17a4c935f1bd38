#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/memory.h"
#include "base/text.h"
#include "db/record.h"
#include "db/store_private.h"

static void report(struct jvalue *problems, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void report(struct jvalue *problems, const char *format, ...)
{
    char line[sizeof((struct error *)0)->text];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    text_clean(line);
    jvalue_add_text(problems, line);
}

/* Each row of the statement is a problem, and so is a statement that fails. */
static void check_rows(struct store *store, enum sql sql, struct jvalue *problems)
{
    struct error err;
    struct statement s = statement_open(store, sql);
    while (statement_next(&s)) {
        char *line = column_text(&s);
        report(problems, "%s", line ? line : "damaged");
        free(line);
    }
    if (statement_close(&s, &err))
        report(problems, "%s", err.text);
}

/* The bits that are 1 are the images that were right. */
static void check_bits(struct store *store, struct jvalue *problems)
{
    struct error err;
    struct verdict_row *rows;
    int count;
    if (verdict_list(store, &rows, &count, &err))
        report(problems, "%s", err.text);
    for (int i = 0; i < count; i++) {
        int right = 0;
        for (int image = 0; image < rows[i].images; image++)
            right += verdict_of(&rows[i], image);
        if (right != rows[i].correct)
            report(problems, "run %lld epoch %d %s: %d verdicts are right, the row says %d",
                   (long long)rows[i].run, rows[i].epoch, rows[i].split, right, rows[i].correct);
    }
    verdict_rows_free(rows, count);
}

/* --- weights' files --------------------------------------------------------------------------- */

/* Files this young may be about to get their row. */
static const time_t SETTLED = 60; /* seconds */

struct names {
    char **name;
    int count;
};

/* What lies in STORE.d/, but for what belongs to jobs and workers. */
static struct names list_folder(const char *folder)
{
    struct names names = {0};
    struct stat status;
    DIR *dir = opendir(folder);
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        bool ours =
            strncmp(entry->d_name, "job-", 4) == 0 || strncmp(entry->d_name, "worker", 6) == 0;
        if (ours || fstatat(dirfd(dir), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0 ||
            S_ISDIR(status.st_mode) || status.st_mtime > time(NULL) - SETTLED)
            continue;
        names.name = memory_grow(names.name, (size_t)names.count + 1, sizeof *names.name);
        names.name[names.count++] = memory_copy_text(entry->d_name);
    }
    if (dir)
        closedir(dir);
    return names;
}

/* Whether the file is what its row says. */
static int look_at_file(const char *path, const struct checkpoint_row *row, struct error *err)
{
    struct stat status;
    char sha256[HASH_TEXT];

    if (stat(path, &status) != 0)
        return error_set(err, ERROR_DATA, "%s: %s (run %lld, epoch %d)", path, strerror(errno),
                         (long long)row->run, row->epoch);
    if (status.st_size != row->bytes)
        return error_set(err, ERROR_DATA, "%s: %lld bytes instead of %lld", path,
                         (long long)status.st_size, (long long)row->bytes);
    int code = hash_file(path, sha256, err);
    if (!code && !text_equal(sha256, row->sha256))
        code = error_set(err, ERROR_DATA, "%s: not the SHA-256 that it was stored with", path);
    return code;
}

/* A row that is gone by now was replaced by whoever trains, and its file after it. */
static void check_file(struct store *store, const struct checkpoint_row *row,
                       struct jvalue *problems)
{
    struct error err = {0};
    char *path = memory_print("%s/%s", store->folder, row->file);

    if (look_at_file(path, row, &err) && checkpoint_exists(store, row->id))
        report(problems, "%s", err.text);
    free(path);
}

static bool is_named(const struct checkpoint_row *rows, int count, const char *name)
{
    for (int i = 0; i < count; i++)
        if (text_equal(rows[i].file, name))
            return true;
    return false;
}

static void check_files(struct store *store, struct jvalue *problems)
{
    struct error err;
    struct checkpoint_row *rows;
    int count;
    struct names names = list_folder(store->folder); /* first: a row may come, none goes unseen */
    if (checkpoint_list(store, 0, &rows, &count, &err))
        report(problems, "%s", err.text);
    for (int i = 0; i < count; i++)
        check_file(store, &rows[i], problems);
    for (int i = 0; i < names.count; i++) {
        if (!is_named(rows, count, names.name[i]))
            report(problems, "%s/%s: no row names this file", store->folder, names.name[i]);
        free(names.name[i]);
    }
    free(names.name);
    checkpoint_rows_free(rows, count);
}

int store_check(struct store *store, struct jvalue **problems, struct error *err)
{
    (void)err;
    *problems = jvalue_array();
    check_rows(store, SQL_CHECK_INTEGRITY, *problems);
    check_rows(store, SQL_CHECK_REFERENCES, *problems);
    check_rows(store, SQL_CHECK_GAMMA, *problems);
    check_rows(store, SQL_CHECK_EPOCHS, *problems);
    check_rows(store, SQL_CHECK_VERDICTS, *problems);
    check_rows(store, SQL_CHECK_ACCURACIES, *problems);
    check_bits(store, *problems);
    check_files(store, *problems);
    return 0;
}
