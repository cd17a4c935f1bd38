#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "tests/unit/db/test_db.h"

static void is_fine(void)
{
    struct store *store = must_open(STORE_WRITE);
    char *problems = problems_of(store);
    ck_assert_str_eq(problems, "[]");
    free(problems);
    store_close(store);
}

/* --- several at once ------------------------------------------------------------------------- */

struct writer {
    const char *path;
    enum store_mode mode;
    int64_t run;
    int epochs;
};

static int write_epochs(void *context)
{
    struct writer *writer = context;
    struct error err = {0};
    struct store *store;
    int code = store_open(writer->path, writer->mode, &store, &err);
    for (int i = 1; !code && i <= writer->epochs; i++)
        code = insert_epoch(store, writer->run, i, 0.5f, &err);
    store_close(store);
    if (code)
        fprintf(stderr, "%s\n", err.text);
    return code;
}

static int read_epochs(void *context)
{
    const struct writer *reader = context;
    struct error err = {0};
    struct store *store;
    struct epoch_row *rows;
    int count = 0, code = store_open(reader->path, reader->mode, &store, &err);
    while (!code && count < reader->epochs) {
        code = epoch_list(store, reader->run, &rows, &count, &err);
        free(rows);
    }
    store_close(store);
    if (code)
        fprintf(stderr, "%s\n", err.text);
    return code;
}

static void write_at_once(int epochs)
{
    char *path = in_folder("runs.db");
    struct store *store = must_open(STORE_CREATE);
    struct writer one = {path, STORE_WRITE, insert_run(store, 'a'), epochs};
    struct writer two = {path, STORE_WRITE, insert_run(store, 'b'), epochs};
    struct writer reader = {path, STORE_READ, one.run, epochs};
    store_close(store);
    pid_t first = start_child(write_epochs, &one), second = start_child(write_epochs, &two);
    pid_t third = start_child(read_epochs, &reader);
    ck_assert_int_eq(end_child(first), 0);
    ck_assert_int_eq(end_child(second), 0);
    ck_assert_int_eq(end_child(third), 0);
    ck_assert_int_eq(ask(path, "SELECT count(*) FROM epoch"), 2 * epochs);
    ck_assert_int_eq(ask(path, "SELECT count(*) FROM gamma"), 4 * epochs);
    is_fine();
}

START_TEST(two_writers_lose_nothing)
{
    write_at_once(200);
}
END_TEST

START_TEST(two_writers_lose_nothing_without_a_log)
{
    ck_assert_int_eq(setenv("SLIMSCOPE_JOURNAL", "delete", 1), 0);
    write_at_once(30);
}
END_TEST

static int create_and_insert(void *context)
{
    const char *digit = context;
    insert_run(must_open(STORE_CREATE), *digit);
    return 0;
}

START_TEST(several_make_the_same_store)
{
    static char digits[] = "0123456789";
    pid_t child[10];
    for (int i = 0; i < 10; i++)
        child[i] = start_child(create_and_insert, &digits[i]);
    for (int i = 0; i < 10; i++)
        ck_assert_int_eq(end_child(child[i]), 0);
    ck_assert_int_eq(ask(in_folder("runs.db"), "SELECT count(*) FROM run"), 10);
    is_fine();
}
END_TEST

START_TEST(a_taken_lock_is_waited_for)
{
    struct error err = {0};
    struct store *store = must_open(STORE_CREATE);
    int64_t run = insert_run(store, 'a');
    int other = open(in_folder("runs.db.lock"), O_RDWR);
    ck_assert_int_eq(flock(other, LOCK_EX), 0);
    store_set_patience(store, 0.2);
    double start = clock_seconds();
    refused(store_begin(store, &err), ERROR_BUSY, "held by another process");
    ck_assert_double_ge(clock_seconds() - start, 0.2);
    refused(store_try_begin(store, &err), ERROR_BUSY, "held by another process");
    close(other);
    must(insert_epoch(store, run, 1, 0.5f, &err));
    must(store_try_begin(store, &err));
    store_rollback(store);
    store_close(store);
}
END_TEST

START_TEST(another_programs_transaction_is_busy)
{
    struct error err = {0};
    struct store *store = must_open(STORE_CREATE);
    insert_run(store, 'a');
    struct store *foreign = must_open(STORE_WRITE);
    must(store_begin(foreign, &err));
    unlink(in_folder("runs.db.lock")); /* as if that one knew nothing of our lock */
    store_set_patience(store, 0.1);
    refused(store_begin(store, &err), ERROR_BUSY, "runs.db: locked by another process");
    refused(store_try_begin(store, &err), ERROR_BUSY, "runs.db: locked by another process");
    store_close(foreign);
    must(store_begin(store, &err));
    store_rollback(store);
    store_close(store);
}
END_TEST

/* --- sudden ends ----------------------------------------------------------------------------- */

/* Says each epoch that is committed with a byte into a pipe. */
static int write_until_killed(void *context)
{
    const int *to_parent = context;
    struct error err = {0};
    struct store *store = must_open(STORE_WRITE);
    int64_t from = ask(in_folder("runs.db"), "SELECT max(epoch) FROM epoch");
    for (int i = (int)from + 1;; i++)
        if (insert_epoch(store, 1, i, 0.5f, &err) || write(*to_parent, "", 1) != 1)
            return 1;
}

static void pause_for(long milliseconds)
{
    struct timespec time = {.tv_nsec = milliseconds * 1000000};
    nanosleep(&time, NULL);
}

/* Kills a writer while it goes from transaction to transaction, twelve times. */
static void kill_writers(void)
{
    enum { KILLS = 12 };
    struct error err = {0};
    char *path = in_folder("runs.db"), byte;
    int ends[2];
    struct store *store = must_open(STORE_CREATE);
    must(insert_epoch(store, insert_run(store, 'a'), 1, 0.5f, &err));
    store_close(store);
    for (int64_t i = 0, before = 1; i < KILLS; i++) {
        ck_assert_int_eq(pipe(ends), 0);
        pid_t child = start_child(write_until_killed, &ends[1]);
        ck_assert_int_eq(read(ends[0], &byte, 1), 1);
        pause_for(i * 37 % 11);
        ck_assert_int_eq(kill(child, SIGKILL), 0);
        ck_assert_int_eq(end_child(child), -SIGKILL);
        close(ends[0]);
        close(ends[1]);
        is_fine(); /* every epoch has all its γ and histograms */
        int64_t epochs = ask(path, "SELECT count(*) FROM epoch");
        ck_assert_int_eq(epochs, ask(path, "SELECT max(epoch) FROM epoch"));
        ck_assert_int_gt(epochs, before);
        before = epochs;
    }
}

START_TEST(killed_writers_leave_whole_epochs)
{
    kill_writers();
}
END_TEST

START_TEST(killed_writers_leave_whole_epochs_without_a_log)
{
    ck_assert_int_eq(setenv("SLIMSCOPE_JOURNAL", "delete", 1), 0);
    kill_writers();
}
END_TEST

/* --- no space -------------------------------------------------------------------------------- */

static void fill_the_disk(void)
{
    struct error err = {0};
    struct rlimit limit, small;
    struct store *store = must_open(STORE_CREATE);
    int64_t run = insert_run(store, 'a');
    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    small = (struct rlimit){.rlim_cur = 190000, .rlim_max = limit.rlim_max};
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
    int code = 0, epoch = 0;
    while (!code && epoch < 20000)
        code = insert_epoch(store, run, ++epoch, 0.5f, &err);
    refused(code, ERROR_SPACE, "runs.db");
    refused(insert_epoch(store, run, epoch, 0.5f, &err), ERROR_SPACE, "runs.db");
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    ck_assert_int_gt(epoch, 1);
    ck_assert_int_eq(ask(in_folder("runs.db"), "SELECT max(epoch) FROM epoch"), epoch - 1);
    must(insert_epoch(store, run, epoch, 0.5f, &err)); /* and on, once there is room */
    store_close(store);
    ck_assert_int_eq(ask(in_folder("runs.db"), "SELECT count(*) FROM epoch"), epoch);
    is_fine();
}

START_TEST(a_full_disk_loses_nothing)
{
    ck_assert_int_eq(setenv("SLIMSCOPE_JOURNAL", "delete", 1), 0);
    fill_the_disk();
}
END_TEST

START_TEST(a_full_disk_loses_nothing_of_the_log)
{
    fill_the_disk();
}
END_TEST

START_TEST(a_backup_needs_space)
{
    struct error err = {0};
    struct rlimit limit, small;
    struct store *store = must_open(STORE_CREATE);
    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    small = (struct rlimit){.rlim_cur = 50000, .rlim_max = limit.rlim_max};
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
    refused(store_backup(store, in_folder("copy.db"), &err), ERROR_SPACE, "copy.db");
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    must(store_backup(store, in_folder("copy.db"), &err));
    store_close(store);
}
END_TEST

TCase *fault_case(void)
{
    TCase *fault = tcase_create("fault");
    tcase_add_test(fault, two_writers_lose_nothing);
    tcase_add_test(fault, two_writers_lose_nothing_without_a_log);
    tcase_add_test(fault, several_make_the_same_store);
    tcase_add_test(fault, a_taken_lock_is_waited_for);
    tcase_add_test(fault, another_programs_transaction_is_busy);
    tcase_add_test(fault, killed_writers_leave_whole_epochs);
    tcase_add_test(fault, killed_writers_leave_whole_epochs_without_a_log);
    tcase_add_test(fault, a_full_disk_loses_nothing);
    tcase_add_test(fault, a_full_disk_loses_nothing_of_the_log);
    tcase_add_test(fault, a_backup_needs_space);
    return fault;
}
