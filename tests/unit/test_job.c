/*
 * The story on a small network and the built-in shapes: what makes two runs one, that a stopped run
 * goes on to the same bits, what pruning and retraining leave in the store, and who may train what.
 */
#include <check.h>
#include <math.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/stop.h"
#include "job/claim.h"
#include "job/control.h"
#include "job/job.h"
#include "job/request.h"
#include "job/worker.h"

static char folder[] = "job-test-XXXXXX";
static char *path;
static struct store *store;
static struct data_set *set;
static struct error err;

#define OK(call) ck_assert_msg((call) == 0, "%s: %s", #call, err.text)

static void setup(void)
{
    strcpy(folder, "job-test-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    path = memory_print("%s/runs.db", folder);
    OK(store_open(path, STORE_CREATE, &store, &err));
    OK(data_open("shapes:600", NULL, &set, &err));
}

static void teardown(void)
{
    char *command = memory_print("rm -rf '%s'", folder);
    store_close(store);
    data_close(set);
    ck_assert_int_eq(system(command), 0);
    free(command);
    free(path);
}

static void configure(struct config *config, const char *const *pairs)
{
    static const char *const standard[] = {"data",   "shapes:600", "arch", "vgg11", "width",
                                           "0.0625", "epochs",     "3",    "val",   "100",
                                           "lambda", "1e-3",       NULL};
    config_init(config);
    const char *const *lists[] = {standard, pairs};
    for (int i = 0; i < 2; i++)
        for (const char *const *pair = lists[i]; *pair; pair += 2)
            OK(config_set(config, (enum config_field)config_find(pair[0]), pair[1], &err));
    OK(config_resolve(config, &err));
}

static int64_t make(const char *const *pairs, bool *fresh)
{
    struct config config;
    bool is_fresh;
    int64_t run;
    configure(&config, pairs);
    OK(job_make_run(store, &config, set, &run, fresh ? fresh : &is_fresh, &err));
    config_done(&config);
    return run;
}

static void weights_of(int64_t run, char hash[HASH_TEXT])
{
    struct run_row row;
    OK(run_get(store, run, &row, &err));
    ck_assert_int_eq(row.status, RUN_FINISHED);
    strcpy(hash, row.weights_sha256);
    run_row_done(&row);
}

static int64_t prune(int64_t run, const char *percent, bool *fresh)
{
    struct amount amount = {.kind = AMOUNT_CHANNELS, .floor = 1, .round = 1};
    int64_t pruning;
    bool is_fresh;
    ck_assert(decimal_parse(percent, strlen(percent), &amount.percent));
    OK(job_prune(store, run, 0, &amount, set, NULL, &pruning, fresh ? fresh : &is_fresh, &err));
    return pruning;
}

static const char *const none[] = {NULL};

START_TEST(what_cannot_act_makes_no_other_run)
{
    static const char *const plain[] = {"penalty", "none", NULL};
    static const char *const idle[] = {"penalty", "none", "lambda", "0.5", "a",
                                       "7",       "p",    "0.3",    NULL};
    static const char *const named[] = {"penalty", "none", "name", "x", "keep", "all", NULL};
    /* shapes are not augmented, so switching augmentation off changes nothing */
    static const char *const still[] = {"penalty", "none", "augment", "no", NULL};
    static const char *const seed[] = {"penalty", "none", "seed", "2", NULL};
    static const char *const rate[] = {"penalty", "none", "lr", "0.05", NULL};
    bool fresh;
    int64_t first = make(plain, &fresh);
    ck_assert(fresh);
    ck_assert_int_eq(make(idle, &fresh), first);
    ck_assert(!fresh);
    ck_assert_int_eq(make(named, NULL), first);
    ck_assert_int_eq(make(still, NULL), first);
    ck_assert_int_ne(make(seed, NULL), first);
    ck_assert_int_ne(make(rate, NULL), first);
    ck_assert_int_ne(make(none, NULL), first);
}
END_TEST

/* Counts batches over all stretches and asks for a stop at some. */
struct stopper {
    int at, seen;
};

static void count_down(void *context, const struct job_progress *progress)
{
    struct stopper *stopper = context;
    (void)progress;
    if (++stopper->seen == stopper->at)
        stop_request(SIGTERM);
}

START_TEST(a_stopped_run_goes_on_to_the_same_bits)
{
    char straight[HASH_TEXT], stopped[HASH_TEXT];
    int64_t run = make(none, NULL);
    OK(job_train(store, run, set, NULL, &err));
    weights_of(run, straight);

    /* the same run in a store of its own, stopped whenever the progress hook comes by */
    char *other = memory_print("%s/other.db", folder);
    struct store *main_store = store;
    OK(store_open(other, STORE_CREATE, &store, &err));
    run = make(none, NULL);
    int code, stretches = 0;
    do {
        struct stopper stopper = {.at = 1 + stretches % 2};
        struct job_watch watch = {.progress = count_down, .context = &stopper};
        stop_request(0);
        code = job_train(store, run, set, &watch, &err);
        stretches++;
        ck_assert_msg(code == 0 || code == ERROR_STOPPED, "%s", err.text);
    } while (code && stretches < 200);
    stop_request(0);
    ck_assert_int_gt(stretches, 1);
    weights_of(run, stopped);
    ck_assert_str_eq(straight, stopped);
    struct jvalue *problems;
    OK(store_check(store, &problems, &err));
    ck_assert_uint_eq(jvalue_length(problems), 0);
    jvalue_free(problems);
    store_close(store);
    store = main_store;
    free(other);
}
END_TEST

START_TEST(an_epoch_is_stored_whole)
{
    int64_t run = make(none, NULL);
    struct epoch_row *epochs;
    struct checkpoint_row *checkpoints;
    int count, channels;
    float *gamma;
    OK(job_train(store, run, set, NULL, &err));
    OK(epoch_list(store, run, &epochs, &count, &err));
    ck_assert_int_eq(count, 3);
    ck_assert(isfinite(epochs[2].val_accuracy) && isfinite(epochs[2].penalty));
    ck_assert_double_gt(epochs[0].train_loss, epochs[2].train_loss);
    free(epochs);
    OK(gamma_get(store, run, 3, 0, &gamma, &channels, &err));
    ck_assert_int_eq(channels, 8);
    free(gamma);
    OK(checkpoint_list(store, run, &checkpoints, &count, &err));
    for (int i = 0; i < count; i++)
        ck_assert(!checkpoints[i].state); /* a finished run keeps no momentum */
    ck_assert_int_eq(checkpoints[count - 1].epoch, 3);
    checkpoint_rows_free(checkpoints, count);
}
END_TEST

START_TEST(a_pruning_is_measured_once)
{
    int64_t run = make(none, NULL);
    bool fresh;
    struct pruning_row row;
    OK(job_train(store, run, set, NULL, &err));
    int64_t pruning = prune(run, "50", &fresh);
    ck_assert(fresh);
    ck_assert_int_eq(prune(run, "50", &fresh), pruning);
    ck_assert(!fresh);
    OK(pruning_get(store, pruning, &row, &err));
    ck_assert_int_lt(row.parameters, row.parameters_before);
    ck_assert_double_le(row.max_logit_difference, 1e-4);
    ck_assert_double_eq(row.masked_val_accuracy, row.val_accuracy);
    ck_assert_int_eq(row.changed_predictions, 0);
    pruning_row_done(&row);
}
END_TEST

/* Folded, a pruning is another one; what is loaded, retrained and probed is the folded network. */
START_TEST(a_folded_pruning_stays_folded)
{
    struct amount amount = {.kind = AMOUNT_CHANNELS, .percent = {50, 0}, .floor = 1, .round = 1};
    struct pruning_row plain, folded;
    struct net *of_plain, *of_folded;
    char text[2][HASH_TEXT];
    int64_t run = make(none, NULL), pruning, other;
    bool fresh;
    OK(job_train(store, run, set, NULL, &err));
    OK(job_prune(store, run, 0, &amount, set, NULL, &pruning, &fresh, &err));
    amount.fold_beta = true;
    OK(job_prune(store, run, 0, &amount, set, NULL, &other, &fresh, &err));
    ck_assert(fresh);
    ck_assert_int_ne(other, pruning);
    OK(pruning_get(store, pruning, &plain, &err));
    OK(pruning_get(store, other, &folded, &err));
    ck_assert(folded.fold_beta && !plain.fold_beta);
    ck_assert_str_ne(plain.hash, folded.hash);
    ck_assert_str_eq(plain.network, folded.network);
    ck_assert_double_lt(plain.max_logit_difference, 1e-4);
    ck_assert_double_gt(folded.max_logit_difference, plain.max_logit_difference); /* the border */

    OK(job_load_pruning(store, &plain, &of_plain, &err));
    OK(job_load_pruning(store, &folded, &of_folded, &err));
    net_hash_weights(of_plain, text[0]);
    net_hash_weights(of_folded, text[1]);
    ck_assert_str_ne(text[0], text[1]);
    const float *a = net_statistic(of_plain, of_plain->gate[0].running_mean);
    const float *b = net_statistic(of_folded, of_folded->gate[0].running_mean);
    ck_assert_mem_eq(a, b, (size_t)of_plain->gate[0].channels * sizeof *a);
    net_free(of_plain);
    net_free(of_folded);
    pruning_row_done(&plain);
    pruning_row_done(&folded);
}
END_TEST

static bool is_pinned(const struct run_row *run)
{
    struct checkpoint_row weights;
    OK(job_find_weights(store, run, 3, &weights, &err));
    bool pinned = weights.pinned;
    checkpoint_row_done(&weights);
    return pinned;
}

static void remove_run(int64_t run)
{
    OK(store_begin(store, &err));
    OK(run_remove(store, run, &err));
    OK(store_commit(store, &err));
}

START_TEST(retraining_pins_its_parents_weights_until_it_has_its_own)
{
    int64_t run = make(none, NULL), retrain, again, other;
    struct run_row row;
    struct config config;
    bool fresh;
    OK(job_train(store, run, set, NULL, &err));
    int64_t pruning = prune(run, "40", NULL);
    OK(run_get(store, run, &row, &err));
    OK(job_retrain_config(&row, &config, &err));
    OK(job_make_retrain(store, &config, set, pruning, false, &retrain, &fresh, &err));
    ck_assert(is_pinned(&row));
    OK(job_make_retrain(store, &config, set, pruning, false, &again, &fresh, &err));
    ck_assert(!fresh);
    ck_assert_int_eq(again, retrain);
    OK(job_make_retrain(store, &config, set, pruning, true, &again, &fresh, &err));
    ck_assert_int_ne(again, retrain); /* from scratch is another run */
    config.epochs++;
    OK(job_make_retrain(store, &config, set, pruning, false, &other, &fresh, &err));
    OK(job_train(store, retrain, set, NULL, &err));
    ck_assert(is_pinned(&row)); /* for the other, that waits */
    remove_run(other);
    ck_assert(!is_pinned(&row));
    config_done(&config);
    run_row_done(&row);
    OK(run_get(store, retrain, &row, &err));
    ck_assert_int_eq(row.status, RUN_FINISHED);
    ck_assert_int_eq(row.kind, RUN_RETRAIN);
    run_row_done(&row);
}
END_TEST

START_TEST(a_missing_epoch_is_named)
{
    int64_t run = make(none, NULL);
    struct amount amount = {.percent = {10, 0}, .floor = 1, .round = 1};
    int64_t pruning;
    bool fresh;
    OK(job_train(store, run, set, NULL, &err));
    amount.kind = AMOUNT_CHANNELS;
    ck_assert_int_eq(job_prune(store, run, 77, &amount, set, NULL, &pruning, &fresh, &err),
                     ERROR_DATA);
    ck_assert_int_eq(job_prune(store, 99, 0, &amount, set, NULL, &pruning, &fresh, &err),
                     ERROR_DATA);
    ck_assert_ptr_nonnull(strstr(err.text, "99"));
}
END_TEST

START_TEST(two_processes_never_train_one_run)
{
    int64_t run = make(none, NULL);
    struct job_row job;
    struct claim claim;
    bool found;
    int status;
    OK(job_find_run(store, run, &found, &job, &err));
    ck_assert(found);
    OK(claim_take(store, &job, &claim, &err));
    store_close(store);
    pid_t child = fork();
    if (child == 0) {
        struct store *mine;
        int code = store_open(path, STORE_WRITE, &mine, &err);
        if (!code)
            code = job_train(mine, run, set, NULL, &err);
        _exit(code == ERROR_BUSY && strstr(err.text, "trains it") ? 0 : 1);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    OK(store_open(path, STORE_WRITE, &store, &err));
    claim_release(&claim);
    job_row_done(&job);
}
END_TEST

START_TEST(a_dead_process_leaves_an_interrupted_run)
{
    int64_t run = make(none, NULL);
    struct run_row row;
    struct job_row job;
    bool found;
    int status, buried;
    store_close(store);
    pid_t child = fork();
    if (child == 0) {
        struct store *mine;
        struct claim claim;
        if (store_open(path, STORE_WRITE, &mine, &err) || store_begin(mine, &err) ||
            run_set_status(mine, run, RUN_RUNNING, NULL, &err) || store_commit(mine, &err) ||
            job_find_run(mine, run, &found, &job, &err) || claim_take(mine, &job, &claim, &err))
            _exit(1);
        raise(SIGKILL);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFSIGNALED(status));
    OK(store_open(path, STORE_WRITE, &store, &err));
    OK(job_bury_dead(store, &buried, &err));
    ck_assert_int_eq(buried, 1);
    OK(run_get(store, run, &row, &err));
    ck_assert_int_eq(row.status, RUN_INTERRUPTED);
    run_row_done(&row);
    OK(control_resume(store, run, &err));
    int done, failed;
    OK(worker_run(store, &(struct worker_options){0}, &done, &failed, &err));
    ck_assert_int_eq(done, 1);
    ck_assert_int_eq(failed, 0);
}
END_TEST

/* --- other hosts ------------------------------------------------------------------------------ */

/* Writes into the store as a process on another host would have. */
static void pretend(const char *sql)
{
    sqlite3 *db;
    char *why = NULL;
    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    ck_assert_msg(sqlite3_exec(db, sql, NULL, NULL, &why) == SQLITE_OK, "%s", why);
    sqlite3_close(db);
}

/* Masks that are not those of the network are refused before any channel is touched. */
START_TEST(masks_of_another_network_are_bad_data)
{
    static const char *const changes[] = {
        "UPDATE pruning_layer SET kept = kept - 1 WHERE layer = 2",
        "UPDATE pruning_layer SET channels = 1, mask = x'01', kept = 1 WHERE layer = 2",
        "DELETE FROM pruning_layer WHERE layer = 2",
    };
    int64_t run = make(none, NULL), pruning;
    struct pruning_row row;
    struct net *net;
    OK(job_train(store, run, set, NULL, &err));
    pruning = prune(run, "50", NULL);
    pretend(changes[_i]);
    OK(pruning_get(store, pruning, &row, &err));
    ck_assert_int_eq(job_load_pruning(store, &row, &net, &err), ERROR_DATA);
    ck_assert_ptr_nonnull(strstr(err.text, "masks do not fit"));
    ck_assert_ptr_null(net);
    pruning_row_done(&row);
}
END_TEST

/* The run is in its second epoch on a host called far, which was last heard of so long ago. */
static void train_elsewhere(int64_t run, int64_t milliseconds_ago)
{
    char *sql = memory_print(
        "UPDATE job SET state = 'running', host = 'far', pid = 4711, claim = 7,"
        " heartbeat = %lld WHERE run = %lld;"
        "UPDATE run SET status = 'running' WHERE id = %lld",
        (long long)(clock_milliseconds() - milliseconds_ago), (long long)run, (long long)run);
    pretend(sql);
    free(sql);
}

static int64_t job_of(int64_t run, int64_t *claim)
{
    struct job_row job;
    bool found;
    OK(job_find_run(store, run, &found, &job, &err));
    ck_assert(found);
    int64_t id = job.id;
    *claim = job.claim;
    job_row_done(&job);
    return id;
}

/* While it is heard of, it is left alone; a request waits for it. */
START_TEST(another_hosts_run_is_left_to_it)
{
    int64_t run = make(none, NULL), claim;
    int buried, done, failed;
    train_elsewhere(run, (CLAIM_SILENCE - 5) * 1000);
    OK(job_bury_dead(store, &buried, &err));
    ck_assert_int_eq(buried, 0);
    ck_assert_int_eq(job_train(store, run, set, NULL, &err), ERROR_BUSY);
    ck_assert_msg(strstr(err.text, "process 4711 on far trains it"), "%s", err.text);
    OK(worker_run(store, &(struct worker_options){0}, &done, &failed, &err));
    ck_assert_int_eq(done + failed, 0);
    ck_assert_int_eq(control_resume(store, run, &err), ERROR_USAGE);
    OK(control_pause(store, run, &err));
    struct job_row job;
    OK(job_get(store, job_of(run, &claim), &job, &err));
    ck_assert_int_eq(job.state, JOB_RUNNING);
    ck_assert_int_eq(job.request, JOB_PAUSE);
    job_row_done(&job);
}
END_TEST

/* When it has been silent for too long it is taken over, to the bits of a run that was never
 * elsewhere; and when it comes back it cannot write any more. */
START_TEST(a_silent_hosts_run_is_taken_over)
{
    char expected[HASH_TEXT], hash[HASH_TEXT];
    int64_t run = make(none, NULL), claim;
    enum job_request request;
    OK(job_train(store, run, set, NULL, &err));
    weights_of(run, expected);
    OK(store_begin(store, &err));
    OK(run_remove(store, run, &err));
    OK(store_commit(store, &err));

    run = make(none, NULL);
    train_elsewhere(run, (CLAIM_SILENCE + 1) * 1000);
    OK(job_train(store, run, set, NULL, &err));
    weights_of(run, hash);
    ck_assert_str_eq(hash, expected);
    int64_t job = job_of(run, &claim);
    ck_assert_int_eq(claim, 8);
    OK(store_begin(store, &err));
    ck_assert_int_eq(job_beat(store, job, 7, &request, &err), ERROR_BUSY);
    ck_assert_int_eq(job_check_claim(store, job, 7, &err), ERROR_BUSY);
    ck_assert_int_eq(job_end(store, job, 7, JOB_FAILED, "late", &err), ERROR_BUSY);
    store_rollback(store);
    weights_of(run, hash);
}
END_TEST

/* A clock that is ahead (ours was set back, or theirs is wrong) says nothing of who lives: then
 * only five minutes without a change do, by a clock that nobody sets. */
START_TEST(a_heartbeat_ahead_of_our_clock_is_watched)
{
    const int64_t now = clock_milliseconds(), day = 86400000;
    struct job_row job = {.id = 5, .state = JOB_RUNNING, .heartbeat = now + day};
    ck_assert(!claim_is_silent(&job, now, 1000));
    ck_assert(!claim_is_silent(&job, now, 1000 + CLAIM_SILENCE - 1));
    ck_assert(claim_is_silent(&job, now, 1000 + CLAIM_SILENCE));
    job.heartbeat += 10000; /* it lives */
    ck_assert(!claim_is_silent(&job, now, 1000 + CLAIM_SILENCE));
    ck_assert(!claim_is_silent(&job, now - day, 1000 + 2 * CLAIM_SILENCE - 1));
    for (int i = 100; i < 140; i++) { /* more of them than are watched: they live on */
        struct job_row other = {.id = i, .state = JOB_RUNNING, .heartbeat = now + day};
        ck_assert(!claim_is_silent(&other, now, 9000));
    }
    job.heartbeat = now - CLAIM_SILENCE * 1000 + 1;
    ck_assert(!claim_is_silent(&job, now, 0));
    ck_assert(claim_is_silent(&job, now + 1, 0));
}
END_TEST

/* On one host the kernel says who lives, whatever the clocks say. */
START_TEST(on_one_host_no_clock_is_asked)
{
    static const char *const beats[] = {"0", "9000000000000"};
    int64_t run = make(none, NULL), number;
    struct job_row job;
    struct claim claim;
    int buried;
    OK(job_get(store, job_of(run, &number), &job, &err));
    OK(claim_take(store, &job, &claim, &err));
    job_row_done(&job);
    for (int i = 0; i < 2; i++) {
        char *sql = memory_print("UPDATE job SET heartbeat = %s", beats[i]);
        pretend(sql);
        free(sql);
        OK(job_bury_dead(store, &buried, &err));
        ck_assert_int_eq(buried, 0);
    }
    claim_release(&claim); /* as its death would, the heartbeat in the year 2255 */
    OK(job_bury_dead(store, &buried, &err));
    ck_assert_int_eq(buried, 1);
}
END_TEST

/* --- requests -------------------------------------------------------------------------------- */

START_TEST(cancel_and_pause_keep_what_was_trained)
{
    int64_t run = make(none, NULL);
    int done, failed;
    OK(control_pause(store, run, &err));
    OK(worker_run(store, &(struct worker_options){0}, &done, &failed, &err));
    ck_assert_int_eq(done, 0);
    OK(control_resume(store, run, &err));
    OK(control_cancel(store, run, &err));
    ck_assert_int_eq(control_cancel(store, run, &err), ERROR_USAGE);
    OK(control_resume(store, run, &err));
    OK(worker_run(store, &(struct worker_options){.once = true}, &done, &failed, &err));
    ck_assert_int_eq(done, 1);
    ck_assert_int_eq(control_resume(store, run, &err), ERROR_USAGE); /* it is finished */
}
END_TEST

static void check_queue(const int64_t *runs, int count)
{
    struct job_row job = {0};
    int64_t next[8], id;
    OK(store_begin(store, &err));
    for (int i = 0; i < count; i++) { /* taken one after the other, then all undone */
        OK(job_next(store, &id, &err));
        OK(job_get(store, id, &job, &err));
        next[i] = job.run;
        job_row_done(&job);
        OK(job_set_state(store, id, JOB_PAUSED, &err));
    }
    store_rollback(store);
    for (int i = 0; i < count; i++)
        ck_assert_int_eq(next[i], runs[i]);
}

/* A queue of four is put into another order, place by place. */
START_TEST(queued_runs_change_places)
{
    static const char *const seeds[] = {"1", "2", "3", "4"};
    int64_t r[4];
    for (int i = 0; i < 4; i++)
        r[i] = make((const char *const[]){"seed", seeds[i], NULL}, NULL);
    check_queue((const int64_t[]){r[0], r[1], r[2], r[3]}, 4);
    OK(control_move(store, r[2], -1, &err));
    check_queue((const int64_t[]){r[0], r[2], r[1], r[3]}, 4);
    OK(control_move(store, r[0], 1, &err));
    check_queue((const int64_t[]){r[2], r[0], r[1], r[3]}, 4);
    OK(control_move(store, r[3], -9, &err));
    check_queue((const int64_t[]){r[3], r[2], r[0], r[1]}, 4);
    OK(control_move(store, r[3], 2, &err));
    check_queue((const int64_t[]){r[2], r[0], r[3], r[1]}, 4);
    OK(control_move(store, r[2], 9, &err));
    check_queue((const int64_t[]){r[0], r[3], r[1], r[2]}, 4);
    OK(control_pause(store, r[3], &err));
    check_queue((const int64_t[]){r[0], r[1], r[2]}, 3);
    ck_assert_int_eq(control_move(store, r[3], 1, &err), ERROR_USAGE);
}
END_TEST

/* What no worker could split is refused before it stands in the queue. */
START_TEST(what_cannot_be_split_is_not_queued)
{
    struct config config;
    struct run_row *rows;
    bool fresh;
    int64_t run;
    int count;
    configure(&config, (const char *const[]){"val", "600", NULL});
    ck_assert_int_eq(job_make_run(store, &config, set, &run, &fresh, &err), ERROR_USAGE);
    ck_assert_ptr_nonnull(strstr(err.text, "--val 600: shapes has 600 training images"));
    config_done(&config);
    OK(run_list(store, &rows, &count, &err));
    ck_assert_int_eq(count, 0);
    run_rows_free(rows, count);
}
END_TEST

START_TEST(the_desk_answers_each_request)
{
    int64_t run = make(none, NULL);
    struct desk *desk;
    struct reply reply;
    struct run_row row;
    store_close(store);
    store = NULL;
    OK(desk_open(path, -1, &desk, &err));
    desk_send(desk, &(struct request){
                        .kind = REQUEST_NOTE, .run = run, .text = memory_copy_text("a note")});
    desk_send(desk, &(struct request){.kind = REQUEST_RESUME, .run = 77});
    int replies = 0, failures = 0;
    while (replies < 2) { /* the test's own time limit ends the waiting */
        if (!desk_reply(desk, &reply)) {
            usleep(1000);
            continue;
        }
        replies++;
        failures += reply.code != 0;
    }
    ck_assert_int_eq(failures, 1);
    desk_close(desk);
    OK(store_open(path, STORE_WRITE, &store, &err));
    OK(run_get(store, run, &row, &err));
    ck_assert_str_eq(row.note, "a note");
    run_row_done(&row);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("job");
    TCase *all = tcase_create("all");
    tcase_add_checked_fixture(all, setup, teardown);
    tcase_set_timeout(all, 300);
    tcase_add_test(all, what_cannot_act_makes_no_other_run);
    tcase_add_test(all, a_stopped_run_goes_on_to_the_same_bits);
    tcase_add_test(all, an_epoch_is_stored_whole);
    tcase_add_test(all, a_pruning_is_measured_once);
    tcase_add_test(all, a_folded_pruning_stays_folded);
    tcase_add_test(all, retraining_pins_its_parents_weights_until_it_has_its_own);
    tcase_add_test(all, a_missing_epoch_is_named);
    tcase_add_test(all, two_processes_never_train_one_run);
    tcase_add_test(all, a_dead_process_leaves_an_interrupted_run);
    tcase_add_test(all, another_hosts_run_is_left_to_it);
    tcase_add_test(all, a_silent_hosts_run_is_taken_over);
    tcase_add_loop_test(all, masks_of_another_network_are_bad_data, 0, 3);
    tcase_add_test(all, a_heartbeat_ahead_of_our_clock_is_watched);
    tcase_add_test(all, on_one_host_no_clock_is_asked);
    tcase_add_test(all, cancel_and_pause_keep_what_was_trained);
    tcase_add_test(all, queued_runs_change_places);
    tcase_add_test(all, what_cannot_be_split_is_not_queued);
    tcase_add_test(all, the_desk_answers_each_request);
    suite_add_tcase(suite, all);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
