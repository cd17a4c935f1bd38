#include "tests/unit/db/test_db.h"

START_TEST(the_first_in_line_goes_first)
{
    struct error err = {0};
    int64_t low, high, next, claim;
    struct store *store = must_open(STORE_CREATE);
    must(job_next(store, &next, &err));
    ck_assert_int_eq(next, 0);
    int64_t run = insert_run(store, 'a');
    must(store_begin(store, &err));
    must(job_insert(store, run, 0, &low, &err));
    must(job_insert(store, run, 5, &high, &err));
    must(job_next(store, &next, &err));
    ck_assert_int_eq(next, high);
    must(job_set_priority(store, low, 6, &err));
    must(job_next(store, &next, &err));
    ck_assert_int_eq(next, low);
    must(job_set_priority(store, low, 5, &err)); /* equal: the older */
    must(job_next(store, &next, &err));
    ck_assert_int_eq(next, low);
    must(job_take(store, low, "here", 1, &claim, &err));
    must(job_next(store, &next, &err));
    ck_assert_int_eq(next, high);
    must(job_set_state(store, high, JOB_PAUSED, &err));
    must(job_next(store, &next, &err));
    ck_assert_int_eq(next, 0);
    must(store_commit(store, &err));
    store_close(store);
}
END_TEST

START_TEST(a_job_goes_its_way)
{
    struct error err = {0};
    struct job_row row, *rows;
    enum job_request request;
    int64_t id, claim;
    int count;
    bool found;
    struct store *store = must_open(STORE_CREATE);
    int64_t run = insert_run(store, 'a');
    must(store_begin(store, &err));
    must(job_insert(store, run, 2, &id, &err));
    must(job_get(store, id, &row, &err));
    ck_assert_int_eq((int)row.state, JOB_QUEUED);
    ck_assert(row.pid == 0 && row.host == NULL && row.updated == 0 && row.started == 0);
    job_row_done(&row);
    must(job_take(store, id, "here", 42, &claim, &err));
    must(job_beat(store, id, claim, &request, &err));
    ck_assert_int_eq((int)request, JOB_NOTHING);
    must(job_set_request(store, id, JOB_PAUSE, &err));
    must(job_beat(store, id, claim, &request, &err));
    ck_assert_int_eq((int)request, JOB_PAUSE);
    must(job_set_progress(store, id, 3, 4, 5, 0.25, 1000, (double)NAN, &err));
    must(job_set_progress(store, id, 3, 5, 5, 0.5, 1000, 60, &err));
    must(store_commit(store, &err));
    must(job_find_run(store, run, &found, &row, &err));
    ck_assert(found && row.id == id && row.claim == 1 && row.pid == 42 && row.priority == 2);
    ck_assert_str_eq(row.host, "here");
    ck_assert(row.heartbeat > 0 && row.started > 0 && row.finished == 0);
    ck_assert(row.epoch == 3 && row.batch == 5 && row.batches == 5 && row.updated > 0);
    ck_assert_double_eq(row.loss, 0.5);
    ck_assert_double_eq(row.eta, 60);
    job_row_done(&row);
    must(store_begin(store, &err));
    must(job_end(store, id, claim, JOB_PAUSED, "as asked", &err));
    must(job_get(store, id, &row, &err));
    ck_assert(row.state == JOB_PAUSED && row.request == JOB_NOTHING && row.finished == 0);
    ck_assert_str_eq(row.message, "as asked");
    job_row_done(&row);
    must(job_take(store, id, "there", 43, &claim, &err)); /* and on */
    ck_assert_int_eq(claim, 2);
    must(job_end(store, id, claim, JOB_DONE, NULL, &err));
    refused(job_take(store, id, "there", 44, &claim, &err), ERROR_BUSY, "is done");
    refused(job_take(store, 99, "there", 44, &claim, &err), ERROR_DATA, "no such job");
    must(store_commit(store, &err));
    must(job_list(store, &rows, &count, &err));
    ck_assert(count == 1 && rows[0].state == JOB_DONE && rows[0].finished > 0);
    ck_assert_str_eq(job_state_name(rows[0].state), "done");
    job_rows_free(rows, count);
    store_close(store);
}
END_TEST

START_TEST(a_lost_claim_is_refused)
{
    struct error err = {0};
    enum job_request request;
    int64_t id, mine, theirs;
    struct store *store = must_open(STORE_CREATE), *other = must_open(STORE_WRITE);
    int64_t run = insert_run(store, 'a');
    must(store_begin(store, &err));
    must(job_insert(store, run, 0, &id, &err));
    must(job_take(store, id, "here", 1, &mine, &err));
    must(store_commit(store, &err));
    must(store_begin(other, &err));
    must(job_take(other, id, "there", 2, &theirs, &err));
    must(store_commit(other, &err));
    ck_assert_int_eq(theirs, mine + 1);
    must(store_begin(store, &err));
    refused(job_check_claim(store, id, mine, &err), ERROR_BUSY, "lost its claim");
    refused(job_beat(store, id, mine, &request, &err), ERROR_BUSY, "lost its claim");
    refused(job_end(store, id, mine, JOB_DONE, NULL, &err), ERROR_BUSY, "lost its claim");
    must(job_check_claim(store, id, theirs, &err));
    store_rollback(store);
    ck_assert_int_eq(ask(in_folder("runs.db"), "SELECT pid FROM job WHERE state = 'running'"), 2);
    store_close(store);
    store_close(other);
}
END_TEST

enum { JOBS = 40 };

/* Takes whatever is queued until nothing is; returns how many it got. */
static int take_all(void *context)
{
    const char *path = context;
    struct error err = {0};
    struct store *store;
    int64_t id = 1, claim;
    int taken = 0;
    if (store_open(path, STORE_WRITE, &store, &err))
        return 200;
    while (id) {
        int code = store_begin(store, &err);
        if (!code)
            code = job_next(store, &id, &err);
        if (!code && id)
            code = job_take(store, id, "here", 1, &claim, &err);
        if (!code)
            code = store_commit(store, &err);
        if (code)
            return 201;
        taken += id != 0;
    }
    store_close(store);
    return taken;
}

START_TEST(two_takers_never_take_the_same)
{
    struct error err = {0};
    int64_t id;
    struct store *store = must_open(STORE_CREATE);
    int64_t run = insert_run(store, 'a');
    must(store_begin(store, &err));
    for (int i = 0; i < JOBS; i++)
        must(job_insert(store, run, 0, &id, &err));
    must(store_commit(store, &err));
    store_close(store);
    pid_t one = start_child(take_all, in_folder("runs.db"));
    pid_t two = start_child(take_all, in_folder("runs.db"));
    ck_assert_int_eq(end_child(one) + end_child(two), JOBS);
    ck_assert_int_eq(ask(in_folder("runs.db"), "SELECT sum(claim) FROM job"), JOBS);
}
END_TEST

TCase *queue_case(void)
{
    TCase *queue = tcase_create("queue");
    tcase_add_test(queue, the_first_in_line_goes_first);
    tcase_add_test(queue, a_job_goes_its_way);
    tcase_add_test(queue, a_lost_claim_is_refused);
    tcase_add_test(queue, two_takers_never_take_the_same);
    return queue;
}
