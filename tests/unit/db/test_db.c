#include "tests/unit/db/test_db.h"

#include <dirent.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/memory.h"

/* --- the folder ----------------------------------------------------------------------------- */

static char folder[200];

void folder_make(void)
{
    const char *tmp = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%s/slimscope-db-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    char *real = realpath(folder, NULL);
    snprintf(folder, sizeof folder, "%s", real);
    free(real);
}

static void remove_tree(const char *path)
{
    DIR *dir = opendir(path);
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        char *inner = memory_print("%s/%s", path, entry->d_name);
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
            unlink(inner) != 0)
            remove_tree(inner);
        free(inner);
    }
    if (dir)
        closedir(dir);
    rmdir(path);
}

void folder_remove(void)
{
    chmod(folder, 0755);
    remove_tree(folder);
}

char *in_folder(const char *name)
{
    static char paths[32][300];
    static int next;
    char *path = paths[next++ % 32];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

char *read_bytes(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    ck_assert_ptr_nonnull(file);
    char *bytes = malloc(1 << 24);
    *length = fread(bytes, 1, (1 << 24) - 1, file);
    bytes[*length] = '\0';
    fclose(file);
    return bytes;
}

void write_bytes(const char *path, const void *bytes, size_t length)
{
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, length, file), length);
    ck_assert_int_eq(fclose(file), 0);
}

/* --- stores --------------------------------------------------------------------------------- */

struct store *must_open_path(const char *path, enum store_mode mode)
{
    struct error err = {0};
    struct store *store;
    must(store_open(path, mode, &store, &err));
    return store;
}

struct store *must_open(enum store_mode mode)
{
    return must_open_path(in_folder("runs.db"), mode);
}

void must_be_zero(int code, const struct error *err, const char *call)
{
    ck_assert_msg(code == 0, "%s: %d, %s", call, code, err->text);
}

void must_refuse(int code, const struct error *err, int expected, const char *part)
{
    ck_assert_int_eq(code, expected);
    ck_assert_int_eq((int)err->code, expected);
    ck_assert_msg(strstr(err->text, part) != NULL, "'%s' is not in '%s'", part, err->text);
    ck_assert_msg(!strchr(err->text, '\n'), "several lines: %s", err->text);
}

const char *const layer_names[2] = {"feature.1", "feature.4"};
const int layer_channels[2] = {3, 2};

struct run_row sample_run(char digit)
{
    static char canonical[] = "arch=vgg11\n", object[] = "{}", arch[] = "vgg11", data[] = "fashion",
                penalty[] = "tl1";
    struct run_row row = {
        .kind = RUN_TRAIN,
        .canonical = canonical,
        .config = object,
        .network = object,
        .arch = arch,
        .width = 0.25,
        .data = data,
        .penalty = penalty,
        .lambda = 1e-3,
        .a = 1,
        .p = (double)NAN,
        .seed = 1,
        .epochs = 20,
        .channels = 5,
        .test_accuracy = (double)NAN,
        .test_loss = (double)NAN,
    };
    memset(row.hash, digit, HASH_TEXT - 1);
    return row;
}

int64_t insert_run(struct store *store, char digit)
{
    struct error err = {0};
    struct run_row row = sample_run(digit);
    must(store_begin(store, &err));
    must(run_insert(store, &row, layer_names, layer_channels, 2, &err));
    must(store_commit(store, &err));
    return row.id;
}

int insert_epoch(struct store *store, int64_t run, int epoch, float gamma, struct error *err)
{
    const float values[3] = {gamma, gamma, gamma};
    const float *const all[2] = {values, values};
    struct epoch_row row = {.run = run, .epoch = epoch, .val_accuracy = 0.5};
    int code = store_begin(store, err);
    if (!code)
        code = epoch_insert(store, &row, all, layer_channels, 2, err);
    if (!code)
        code = store_commit(store, err);
    store_rollback(store);
    return code;
}

int64_t ask(const char *path, const char *sql)
{
    sqlite3 *db;
    sqlite3_stmt *statement;
    ck_assert_int_eq(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    int status = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
    ck_assert_msg(status == SQLITE_OK, "%s: %s", sql, sqlite3_errmsg(db));
    int64_t value = sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : -1;
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return value;
}

void run_sql(const char *path, const char *sql)
{
    sqlite3 *db;
    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    int status = sqlite3_exec(db, sql, NULL, NULL, NULL);
    ck_assert_msg(status == SQLITE_OK, "%s: %s", sql, sqlite3_errmsg(db));
    ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
}

char *problems_of(struct store *store)
{
    struct error err = {0};
    struct jvalue *problems;
    must(store_check(store, &problems, &err));
    char *text = jvalue_print(problems);
    jvalue_free(problems);
    return text;
}

/* --- processes ------------------------------------------------------------------------------ */

pid_t start_child(int (*body)(void *), void *context)
{
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0)
        _exit(body(context));
    return child;
}

int end_child(pid_t child)
{
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

struct errand {
    int (*body)(void *);
    void *context;
};

static int drop_root(void *context)
{
    struct errand *errand = context;
    enum { NOBODY = 65534 };
    if (geteuid() == 0 && (setgid(NOBODY) != 0 || setuid(NOBODY) != 0))
        return 99;
    return errand->body(errand->context);
}

int as_nobody(int (*body)(void *), void *context)
{
    struct errand errand = {body, context};
    return end_child(start_child(drop_root, &errand));
}

int main(void)
{
    log_set_level(LOG_QUIET);
    Suite *suite = suite_create("db");
    TCase *(*const cases[])(void) = {
        open_case, record_case, histogram_case, queue_case, query_case, backup_case, fault_case,
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        TCase *one = cases[i]();
        tcase_add_checked_fixture(one, folder_make, folder_remove);
        suite_add_tcase(suite, one);
    }
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
