#include "tests/unit/db/test_db.h"

static void free_texts(char **texts, int count)
{
    for (int i = 0; i < count; i++)
        free(texts[i]);
    free(texts);
}

START_TEST(a_run_comes_back)
{
    struct error err = {0};
    char note[] = "a note", spec[] = "fashion:/somewhere", name[] = "it's \"it\"";
    char checksum[] = "cafe";
    struct store *store = must_open(STORE_CREATE);
    struct run_row row = sample_run('a'), back;
    row.scratch = true;
    row.note = note;
    row.name = name;
    row.data_spec = spec;
    row.data_checksum = checksum;
    row.parameters = 885934;
    row.parameters_published = 885935;
    row.macs = 181935690;
    row.flops = INT64_C(797000000000);
    row.created = 12345;
    row.status = RUN_INTERRUPTED;
    must(store_begin(store, &err));
    must(run_insert(store, &row, layer_names, layer_channels, 2, &err));
    must(store_commit(store, &err));
    must(run_get(store, row.id, &back, &err));
    ck_assert_str_eq(back.hash, row.hash);
    ck_assert_int_eq((int)back.kind, RUN_TRAIN);
    ck_assert_int_eq((int)back.status, RUN_INTERRUPTED);
    ck_assert_str_eq(back.canonical, "arch=vgg11\n");
    ck_assert_str_eq(back.config, "{}");
    ck_assert_str_eq(back.name, name);
    ck_assert_str_eq(back.note, note);
    ck_assert_ptr_null(back.message);
    ck_assert_str_eq(back.data_spec, spec);
    ck_assert_str_eq(back.data_checksum, "cafe");
    ck_assert(back.scratch);
    ck_assert_double_eq(back.width, 0.25);
    ck_assert_double_eq(back.lambda, 1e-3);
    ck_assert_double_nan(back.p);
    ck_assert_double_nan(back.test_accuracy);
    ck_assert_int_eq(back.seed, 1);
    ck_assert_int_eq(back.epochs, 20);
    ck_assert_int_eq(back.parameters, 885934);
    ck_assert_int_eq(back.parameters_published, 885935);
    ck_assert_int_eq(back.macs, 181935690);
    ck_assert_int_eq(back.flops, INT64_C(797000000000));
    ck_assert_int_eq(back.created, 12345);
    ck_assert_int_eq(back.finished, 0);
    ck_assert_str_eq(back.weights_sha256, "");
    ck_assert_int_eq(back.study, 0);
    ck_assert_int_eq(back.pruning, 0);
    ck_assert_int_eq(back.epoch, 0); /* no epoch yet */
    ck_assert_double_nan(back.val_accuracy);
    ck_assert_ptr_null(back.tags);
    run_row_done(&back);
    store_close(store);
}
END_TEST

START_TEST(a_run_has_layers_tags_and_an_end)
{
    struct error err = {0};
    struct run_row back;
    char **names, **tags, sum[HASH_TEXT];
    int *channels, count;
    struct store *store = must_open(STORE_CREATE);
    int64_t run = insert_run(store, 'a');
    must(store_begin(store, &err));
    must(run_add_tag(store, run, "night", &err));
    must(run_add_tag(store, run, "first", &err));
    must(run_add_tag(store, run, "night", &err)); /* twice is once */
    must(run_set_name(store, run, "named", &err));
    must(run_set_note(store, run, "noted", &err));
    must(run_set_status(store, run, RUN_FAILED, "because", &err));
    must(store_commit(store, &err));
    must(run_get(store, run, &back, &err));
    ck_assert_str_eq(back.tags, "first, night");
    ck_assert_str_eq(back.name, "named");
    ck_assert_str_eq(back.note, "noted");
    ck_assert_str_eq(back.message, "because");
    ck_assert_str_eq(run_status_name(back.status), "failed");
    run_row_done(&back);
    must(run_tags(store, run, &tags, &count, &err));
    ck_assert_int_eq(count, 2);
    ck_assert_str_eq(tags[1], "night");
    free_texts(tags, count);
    must(run_layers(store, run, &names, &channels, &count, &err));
    ck_assert_int_eq(count, 2);
    ck_assert_str_eq(names[1], "feature.4");
    ck_assert_int_eq(channels[0], 3);
    free_texts(names, count);
    free(channels);
    memset(sum, 'e', HASH_TEXT);
    sum[HASH_TEXT - 1] = '\0';
    must(store_begin(store, &err));
    must(run_set_result(store, run, 0.9, 0.4, sum, &err));
    must(store_commit(store, &err));
    must(run_get(store, run, &back, &err));
    ck_assert_int_eq((int)back.status, RUN_FINISHED);
    ck_assert_ptr_null(back.message);
    ck_assert_double_eq(back.test_accuracy, 0.9);
    ck_assert_str_eq(back.weights_sha256, sum);
    ck_assert_int_gt(back.finished, 0);
    run_row_done(&back);
    store_close(store);
}
END_TEST

START_TEST(what_is_not_there_is_said)
{
    struct error err = {0};
    struct run_row run;
    struct pruning_row pruning;
    struct job_row job;
    float *gamma;
    int channels;
    bool found = true;
    struct store *store = must_open(STORE_CREATE);
    refused(run_get(store, 7, &run, &err), ERROR_DATA, "no such run: 7");
    refused(pruning_get(store, 7, &pruning, &err), ERROR_DATA, "no such pruning: 7");
    refused(job_get(store, 7, &job, &err), ERROR_DATA, "no such job: 7");
    refused(gamma_get(store, 7, 1, 0, &gamma, &channels, &err), ERROR_DATA, "no such epoch: 1");
    must(run_find(store, sample_run('a').hash, &found, &run, &err));
    ck_assert(!found);
    must(store_begin(store, &err));
    refused(run_add_tag(store, 7, "x", &err), ERROR_DATA, "no such run: 7");
    refused(run_set_note(store, 7, "x", &err), ERROR_DATA, "no such run: 7");
    refused(run_remove(store, 7, &err), ERROR_DATA, "no such run: 7");
    refused(job_set_priority(store, 7, 1, &err), ERROR_DATA, "no such job: 7");
    store_rollback(store);
    store_close(store);
}
END_TEST

START_TEST(a_broken_rule_is_refused)
{
    struct error err = {0};
    struct run_row row = sample_run('a');
    struct epoch_row epoch = {.run = 99, .epoch = 1};
    int64_t id;
    struct store *store = must_open(STORE_CREATE);
    insert_run(store, 'a');
    must(store_begin(store, &err));
    refused(run_insert(store, &row, NULL, NULL, 0, &err), ERROR_FAILED, "UNIQUE");
    row.hash[10] = '\0';
    refused(run_insert(store, &row, NULL, NULL, 0, &err), ERROR_FAILED, "CHECK");
    row = sample_run('b');
    row.arch = NULL;
    refused(run_insert(store, &row, NULL, NULL, 0, &err), ERROR_FAILED, "NOT NULL");
    refused(epoch_insert(store, &epoch, NULL, NULL, 0, &err), ERROR_FAILED, "FOREIGN KEY");
    refused(job_insert(store, 99, 0, &id, &err), ERROR_FAILED, "FOREIGN KEY");
    store_rollback(store);
    refused(run_set_note(store, 1, "x", &err), ERROR_FAILED, "outside a transaction");
    must(store_begin(store, &err));
    refused(store_begin(store, &err), ERROR_FAILED, "within a transaction");
    store_rollback(store);
    store_rollback(store); /* fine without one */
    store_close(store);
    store = must_open(STORE_READ);
    refused(store_begin(store, &err), ERROR_FAILED, "for reading only");
    store_close(store);
}
END_TEST

static int64_t insert_pruning(struct store *store, int64_t run, char digit)
{
    struct error err = {0};
    char amount[] = "--channels 40%", network[] = "{}", first[] = "feature.1",
         second[] = "feature.4";
    uint8_t masks[2][3] = {{1, 0, 1}, {0, 1, 0}};
    struct pruning_layer_row layers[2] = {
        {.name = first, .channels = 3, .kept = 2, .mask = masks[0]},
        {.name = second, .channels = 2, .kept = 1, .held = 1, .mask = masks[1]},
    };
    struct pruning_row row = {
        .run = run,
        .epoch = 3,
        .amount = amount,
        .network = network,
        .fold_beta = true,
        .floor = 1,
        .round = 8,
        .threshold = 0.0137,
        .channels = 5,
        .channels_kept = 3,
        .parameters = 11,
        .bytes = 44,
        .val_accuracy = 0.75,
        .test_accuracy = (double)NAN,
        .max_logit_difference = 1e-6,
        .changed_predictions = -1,
        .layers = 2,
        .layer = layers,
    };
    memset(row.hash, digit, HASH_TEXT - 1);
    must(store_begin(store, &err));
    must(pruning_insert(store, &row, &err));
    must(store_commit(store, &err));
    return row.id;
}

START_TEST(a_pruning_comes_back)
{
    struct error err = {0};
    struct pruning_row back, *all;
    struct run_row row;
    int count;
    bool found;
    struct store *store = must_open(STORE_CREATE);
    int64_t run = insert_run(store, 'a'), id = insert_pruning(store, run, 'c');
    must(pruning_get(store, id, &back, &err));
    ck_assert_str_eq(back.amount, "--channels 40%");
    ck_assert(back.fold_beta);
    ck_assert(!back.as_published);
    ck_assert_int_eq(back.round, 8);
    ck_assert_double_eq(back.threshold, 0.0137);
    ck_assert_int_eq(back.channels_kept, 3);
    ck_assert_int_eq(back.bytes, 44);
    ck_assert_double_eq(back.val_accuracy, 0.75);
    ck_assert_double_nan(back.test_accuracy);
    ck_assert_int_eq(back.changed_predictions, -1);
    ck_assert_int_eq(back.layers, 2);
    ck_assert_str_eq(back.layer[1].name, "feature.4");
    ck_assert_int_eq(back.layer[1].held, 1);
    ck_assert_mem_eq(back.layer[0].mask, "\1\0\1", 3);
    ck_assert_mem_eq(back.layer[1].mask, "\0\1", 2);
    struct pruning_row again;
    must(pruning_find(store, back.hash, &found, &again, &err));
    ck_assert(found);
    ck_assert_int_eq(again.id, id);
    pruning_row_done(&again);
    pruning_row_done(&back);
    insert_pruning(store, insert_run(store, 'b'), 'd');
    must(pruning_list(store, run, &all, &count, &err));
    ck_assert_int_eq(count, 1);
    pruning_rows_free(all, count);
    must(pruning_list(store, 0, &all, &count, &err));
    ck_assert_int_eq(count, 2);
    ck_assert_int_eq(all[1].layers, 2);
    pruning_rows_free(all, count);
    must(run_get(store, run, &row, &err));
    ck_assert_int_eq(row.prunings, 1);
    run_row_done(&row);
    store_close(store);
}
END_TEST

START_TEST(removing_a_run_takes_all_that_is_its_own)
{
    struct error err = {0};
    struct run_row child = sample_run('b'), *rows;
    char file[] = "b.safetensors", **files;
    struct checkpoint_row checkpoint = {.file = file, .bytes = 1};
    int count;
    int64_t job;
    struct store *store = must_open(STORE_CREATE);
    int64_t run = insert_run(store, 'a'), other = insert_run(store, 'f');
    must(insert_epoch(store, run, 1, 0.5f, &err));
    must(insert_epoch(store, other, 1, 0.5f, &err));
    child.kind = RUN_RETRAIN;
    child.pruning = insert_pruning(store, run, 'c');
    memset(checkpoint.sha256, '0', HASH_TEXT - 1);
    must(store_begin(store, &err));
    must(run_insert(store, &child, layer_names, layer_channels, 2, &err));
    must(job_insert(store, child.id, 0, &job, &err));
    must(job_set_progress(store, job, 1, 2, 3, 0.1, 100, 5, &err));
    checkpoint.run = child.id;
    must(checkpoint_insert(store, &checkpoint, &err));
    must(store_commit(store, &err));
    must(run_list_children(store, run, &rows, &count, &err));
    ck_assert_int_eq(count, 1);
    ck_assert_int_eq(rows[0].id, child.id);
    ck_assert_int_eq(rows[0].parent, run);
    run_rows_free(rows, count);
    must(run_files(store, run, &files, &count, &err));
    ck_assert_int_eq(count, 1);
    ck_assert_str_eq(files[0], "b.safetensors");
    free_texts(files, count);
    must(store_begin(store, &err));
    must(run_remove(store, run, &err));
    must(store_commit(store, &err));
    must(run_list(store, &rows, &count, &err));
    ck_assert_int_eq(count, 1);
    ck_assert_int_eq(rows[0].id, other);
    run_rows_free(rows, count);
    static const char *const left[] = {"pruning", "pruning_layer", "checkpoint", "job", "progress"};
    for (size_t i = 0; i < sizeof left / sizeof *left; i++) {
        char sql[100] = "SELECT count(*) FROM ";
        ck_assert_int_eq(ask(in_folder("runs.db"), strcat(sql, left[i])), 0);
    }
    ck_assert_int_eq(ask(in_folder("runs.db"), "SELECT count(*) FROM gamma"), 2);
    store_close(store);
}
END_TEST

START_TEST(checkpoints_and_evaluations_come_back)
{
    struct error err = {0};
    char file[] = "1-3.safetensors", later[] = "1-4.safetensors";
    struct checkpoint_row row = {.epoch = 4, .batch = 7, .state = true, .file = later, .bytes = 9};
    struct checkpoint_row *rows;
    struct evaluation_row evaluation = {.epoch = 3,
                                        .split = "val",
                                        .images = 64,
                                        .correct = 60,
                                        .loss = 0.5,
                                        .channels_kept = 3},
                          *evaluations;
    int count;
    struct store *store = must_open(STORE_CREATE);
    row.run = evaluation.run = insert_run(store, 'a');
    memset(row.sha256, '1', HASH_TEXT - 1);
    memset(evaluation.hash, 'e', HASH_TEXT - 1);
    must(store_begin(store, &err));
    must(checkpoint_insert(store, &row, &err));
    int64_t first = row.id;
    row.epoch = 3;
    row.batch = 0;
    row.state = false;
    row.file = file;
    row.pinned = true;
    must(checkpoint_insert(store, &row, &err));
    must(evaluation_insert(store, &evaluation, &err));
    evaluation.correct = 61; /* the same measurement again replaces the row */
    must(evaluation_insert(store, &evaluation, &err));
    must(store_commit(store, &err));
    must(checkpoint_list(store, row.run, &rows, &count, &err));
    ck_assert_int_eq(count, 2);
    ck_assert_str_eq(rows[0].file, "1-3.safetensors");
    ck_assert(rows[0].pinned && !rows[0].state);
    ck_assert(!rows[1].pinned && rows[1].state);
    ck_assert_int_eq(rows[1].batch, 7);
    ck_assert_str_eq(rows[1].sha256, row.sha256);
    checkpoint_rows_free(rows, count);
    must(store_begin(store, &err));
    must(checkpoint_remove(store, first, &err));
    must(store_commit(store, &err));
    ck_assert(!checkpoint_exists(store, first));
    ck_assert(checkpoint_exists(store, row.id));
    must(evaluation_list(store, row.run, 3, &evaluations, &count, &err));
    ck_assert_int_eq(count, 1);
    ck_assert_int_eq(evaluations[0].correct, 61);
    ck_assert_str_eq(evaluations[0].split, "val");
    ck_assert_int_eq(evaluations[0].channels_kept, 3);
    free(evaluations);
    store_close(store);
}
END_TEST

START_TEST(verdicts_come_back_and_are_checked)
{
    struct error err = {0};
    uint8_t bits[2] = {0x81, 0x02}; /* of ten images the first, the eighth and the last */
    struct verdict_row row = {
        .epoch = 4, .split = "test", .images = 10, .correct = 3, .verdicts = bits};
    struct verdict_row back;
    bool found;
    struct store *store = must_open(STORE_CREATE);
    row.run = insert_run(store, 'a');
    memset(row.hash, 'a', HASH_TEXT - 1);
    memset(row.data, 'd', HASH_TEXT - 1);
    must(store_begin(store, &err));
    must(verdict_insert(store, &row, &err));
    must(verdict_insert(store, &row, &err)); /* the same again replaces it */
    must(store_commit(store, &err));
    must(verdict_find(store, row.hash, 4, "test", &found, &back, &err));
    ck_assert(found);
    ck_assert_int_eq(back.run, row.run);
    ck_assert_int_eq(back.images, 10);
    ck_assert_int_eq(back.correct, 3);
    ck_assert_str_eq(back.data, row.data);
    for (int i = 0; i < 10; i++)
        ck_assert_int_eq(verdict_of(&back, i), i == 0 || i == 7 || i == 9);
    verdict_row_done(&back);
    must(verdict_find(store, row.hash, 4, "val", &found, &back, &err));
    ck_assert(!found);
    char *problems = problems_of(store);
    ck_assert_str_eq(problems, "[]");
    free(problems);

    char *path = in_folder("runs.db");
    run_sql(path, "UPDATE verdict SET correct = 4");
    problems = problems_of(store);
    ck_assert(strstr(problems, "test: 3 verdicts are right, the row says 4") != NULL);
    free(problems);
    run_sql(path, "UPDATE verdict SET correct = 3; PRAGMA ignore_check_constraints = ON;"
                  "UPDATE verdict SET verdicts = x'8102ff'");
    problems = problems_of(store);
    ck_assert(strstr(problems, "test: 10 verdicts in 3 bytes") != NULL);
    free(problems);
    run_sql(path, "DELETE FROM run");
    store_close(store);
}
END_TEST

START_TEST(a_hash_is_found_by_its_start)
{
    struct error err = {0};
    char kind;
    int64_t id, wanted;
    struct run_row row = sample_run('a');
    struct store *store = must_open(STORE_CREATE);
    int64_t run = insert_run(store, 'a');
    wanted = insert_pruning(store, run, 'c');
    memcpy(row.hash, "12345678ab", 10);
    must(store_begin(store, &err));
    must(run_insert(store, &row, NULL, NULL, 0, &err));
    memcpy(row.hash, "aaaabbbb", 8);
    must(run_insert(store, &row, NULL, NULL, 0, &err));
    must(store_commit(store, &err));
    must(hash_find(store, "cccc", &kind, &id, &err));
    ck_assert(kind == 'p' && id == wanted);
    must(hash_find(store, "CCCCCC", &kind, &id, &err));
    ck_assert(kind == 'p' && id == wanted);
    must(hash_find(store, "aaaaa", &kind, &id, &err));
    ck_assert(kind == 'r' && id == run);
    must(hash_find(store, "12345678a", &kind, &id, &err));
    refused(hash_find(store, "aaaa", &kind, &id, &err), ERROR_DATA, "several");
    refused(hash_find(store, "12345678", &kind, &id, &err), ERROR_DATA,
            "no such"); /* digits only */
    refused(hash_find(store, "ccc", &kind, &id, &err), ERROR_DATA, "no such");
    refused(hash_find(store, "cccg", &kind, &id, &err), ERROR_DATA, "no such");
    refused(hash_find(store, "ccc%", &kind, &id, &err), ERROR_DATA, "no such");
    refused(hash_find(store, "dddd", &kind, &id, &err), ERROR_DATA, "no such");
    refused(hash_find(store, "", &kind, &id, &err), ERROR_DATA, "no such");
    store_close(store);
}
END_TEST

START_TEST(views_tell_the_last_and_the_best)
{
    struct error err = {0};
    static const double accuracies[] = {0.5, 0.9, 0.9, 0.7};
    const float values[3] = {0.5f, 0.001f, 0};
    const float *const gamma[2] = {values, values};
    char *path = in_folder("runs.db");
    struct run_row last;
    struct store *store = must_open(STORE_CREATE);
    int64_t run = insert_run(store, 'a');
    must(store_begin(store, &err));
    for (int i = 0; i < 4; i++) {
        struct epoch_row row = {
            .run = run, .epoch = i + 1, .val_accuracy = accuracies[i], .seconds = 2};
        must(epoch_insert(store, &row, gamma, layer_channels, 2, &err));
    }
    must(run_set_result(store, run, 0.6, 1, NULL, &err));
    must(store_commit(store, &err));
    ck_assert_int_eq(ask(path, "SELECT epoch FROM best WHERE val_accuracy = 0.9"), 2);
    ck_assert_int_eq(ask(path, "SELECT epoch FROM result WHERE val_accuracy = 0.7"), 4);
    ck_assert_int_eq(ask(path, "SELECT seeds FROM seed_summary WHERE test_accuracy = 0.6"), 1);
    must(run_get(store, run, &last, &err));
    ck_assert_int_eq(last.epoch, 4);
    ck_assert_double_eq(last.val_accuracy, 0.7);
    ck_assert_double_eq(last.seconds, 8);
    ck_assert_double_eq(last.near_zero, 3 / 5.0);
    run_row_done(&last);
    store_close(store);
}
END_TEST

START_TEST(a_stretch_begins_and_ends)
{
    struct error err = {0};
    int64_t id;
    struct store *store = must_open(STORE_CREATE);
    int64_t run = insert_run(store, 'a');
    must(store_begin(store, &err));
    must(stretch_insert(store, run, 2, 5, "avx2", "HASWELL", 2, &id, &err));
    must(stretch_end(store, id, &err));
    must(store_commit(store, &err));
    ck_assert_int_eq(ask(in_folder("runs.db"), "SELECT count(*) FROM stretch WHERE epoch = 2 AND"
                                               " batch = 5 AND isa = 'avx2' AND threads = 2 AND"
                                               " ended >= started AND version <> ''"),
                     1);
    store_close(store);
}
END_TEST

/* A run of a made-up study: as its canonical text says, and of a retraining what it retrains. */
static struct run_row member(int64_t id, const char *canonical, int64_t parent, const char *amount)
{
    struct run_row row = {.id = id,
                          .kind = parent ? RUN_RETRAIN : RUN_TRAIN,
                          .canonical = strdup(canonical),
                          .pruning = parent,
                          .parent = parent,
                          .amount = amount ? strdup(amount) : NULL,
                          .amount_epoch = 20};

    return row;
}

/* Two seeds of l1 and one of tl1, and their retrainings: alike where the parents are and as much
 * went, from the same start; of a parent that is not listed, by the pruning itself. */
START_TEST(runs_that_differ_in_their_seed_are_a_series)
{
    struct run_row row[] = {
        member(1, "a=1\npenalty=l1\nseed=1\nval=5\n", 0, NULL),
        member(2, "a=1\npenalty=tl1\nseed=1\nval=5\n", 0, NULL),
        member(9, "pruning=9f\nfrom=weights\nseed=2\n", 3, "--channels 60%"),
        member(3, "a=1\npenalty=l1\nseed=2\nval=5\n", 0, NULL),
        member(4, "pruning=4a\nfrom=weights\nseed=1\n", 1, "--channels 60%"),
        member(5, "pruning=5b\nfrom=weights\nseed=1\n", 2, "--channels 60%"),
        member(6, "pruning=6c\nfrom=weights\nseed=1\n", 1, "--channels 70%"),
        member(7, "pruning=7d\nfrom=scratch\nseed=1\n", 1, "--channels 60%"),
        member(10, "pruning=aa\nfrom=weights\nseed=1\n", 4, "--channels 50%"),
        member(11, "pruning=bb\nfrom=weights\nseed=2\n", 9, "--channels 50%"),
        member(12, "pruning=cc\nfrom=weights\nseed=1\n", 77, "--channels 60%"),
        member(13, "pruning=cc\nfrom=weights\nseed=2\n", 77, "--channels 60%"),
        member(14, "pruning=dd\nfrom=weights\nseed=1\n", 78, "--channels 60%"),
        member(15, "a=1\npenalty=l1\nseed=3\nval=6\n", 0, NULL),
    };
    const int expected[] = {0, 1, 2, 0, 2, 3, 4, 5, 6, 6, 7, 7, 8, 9};
    int series[sizeof row / sizeof *row];

    ck_assert_int_eq(run_series(row, sizeof row / sizeof *row, series), 10);
    for (size_t i = 0; i < sizeof row / sizeof *row; i++)
        ck_assert_msg(series[i] == expected[i], "row %zu is of series %d", i, series[i]);
    ck_assert_int_eq(run_series(row, 0, series), 0);
    for (size_t i = 0; i < sizeof row / sizeof *row; i++)
        run_row_done(&row[i]);
}
END_TEST

TCase *record_case(void)
{
    TCase *record = tcase_create("record");
    tcase_add_test(record, a_run_comes_back);
    tcase_add_test(record, a_run_has_layers_tags_and_an_end);
    tcase_add_test(record, what_is_not_there_is_said);
    tcase_add_test(record, a_broken_rule_is_refused);
    tcase_add_test(record, a_pruning_comes_back);
    tcase_add_test(record, removing_a_run_takes_all_that_is_its_own);
    tcase_add_test(record, checkpoints_and_evaluations_come_back);
    tcase_add_test(record, verdicts_come_back_and_are_checked);
    tcase_add_test(record, a_hash_is_found_by_its_start);
    tcase_add_test(record, views_tell_the_last_and_the_best);
    tcase_add_test(record, a_stretch_begins_and_ends);
    tcase_add_test(record, runs_that_differ_in_their_seed_are_a_series);
    return record;
}
