/*
 * Method. An import is a run without training: its one epoch is 0, its weights are that epoch's
 * checkpoint. What it is, is its network and weights; data only measures it, and may come later.
 * Its configuration holds the defaults of `train`, from which retraining starts.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "format/model.h"
#include "job/checkpoint.h"
#include "job/identity.h"
#include "job/job.h"
#include "job/run.h"
#include "job/verdict.h"

struct import {
    struct store *store;
    const struct data_set *set; /* NULL: none, or nothing is to be measured */
    const struct job_watch *watch;
    const char *name;
    struct net *net;
    struct config config;
    struct run_row row;
    struct epoch_row epoch;
    struct verdict_row verdict[2]; /* of validation and test */
    int verdicts;
    struct run_row old; /* the same network, imported before */
    bool found;
    struct job_progress progress;
};

/* --- measuring -------------------------------------------------------------------------------- */

static int while_evaluating(void *context, int done, struct error *err)
{
    struct import *import = context;
    (void)err;
    import->progress.batch = done;
    if (import->watch && import->watch->progress)
        import->watch->progress(import->watch->context, &import->progress);
    return 0;
}

static int measure_split(struct import *import, const char *split, const char *phase,
                         struct evaluation *result, struct error *err)
{
    struct job_images images;
    int code = job_images(import->set, &import->config, split, &images, err);
    if (code)
        return code;
    import->progress = (struct job_progress){.phase = phase, .batches = images.count, .eta = -1};
    code = train_evaluate(import->net, import->set, images.part, images.indices, images.count,
                          EVALUATE_VERDICTS, while_evaluating, import, result, err);
    if (!code)
        verdict_fill(&import->verdict[import->verdicts++], import->row.hash, 0, 0, import->set,
                     &images, result);
    job_images_done(&images);
    return code;
}

static int measure(struct import *import, struct error *err)
{
    struct evaluation result;
    net_use_engine(import->net, config_engine(&import->config));
    int code = net_prepare(import->net, EVALUATE_BATCH, false, err);
    if (!code && import->config.val > 0) {
        code = measure_split(import, "val", "validate", &result, err);
        import->epoch.val_accuracy = code ? (double)NAN : result.accuracy;
        import->epoch.val_loss = code ? (double)NAN : result.loss;
    }
    if (!code)
        code = measure_split(import, "test", "test", &result, err);
    if (!code) {
        import->row.test_accuracy = result.accuracy;
        import->row.test_loss = result.loss;
    }
    return code;
}

/* --- rows ------------------------------------------------------------------------------------- */

static void fill_config(struct import *import)
{
    struct config *config = &import->config;
    char arch[16];
    config_init(config);
    config->penalty = PENALTY_NONE;
    free(config->arch);
    config->arch = memory_copy_text(spec_print_arch(&import->net->spec, arch));
    config->width = import->net->spec.width;
    config->name = import->name ? memory_copy_text(import->name) : NULL;
    if (import->set) {
        free(config->data);
        config->data = memory_copy_text(import->set->spec);
        config->val = job_import_validation(import->set);
    }
}

static void fill_rows(struct import *import)
{
    const struct data_set *set = import->set;
    struct run_row *row = &import->row;
    struct jvalue *json = config_to_json(&import->config);
    *row = (struct run_row){.kind = RUN_IMPORT, .seed = -1, .created = clock_milliseconds()};
    row->lambda = row->a = row->p = row->test_accuracy = row->test_loss = NAN;
    row->canonical = identity_import(import->net);
    hash_bytes(row->canonical, strlen(row->canonical), row->hash);
    row->config = jvalue_print(json);
    run_fill_network(&import->net->spec, row);
    row->penalty = memory_copy_text(penalty_name(PENALTY_NONE));
    row->data = memory_copy_text(set ? set->name : "");
    row->data_spec = set ? memory_copy_text(set->spec) : NULL;
    row->data_checksum = set ? memory_copy_text(set->checksum) : NULL;
    row->name = import->name ? memory_copy_text(import->name) : NULL;
    jvalue_free(json);
    import->epoch = (struct epoch_row){0};
    import->epoch.train_loss = import->epoch.train_accuracy = import->epoch.val_loss = NAN;
    import->epoch.val_accuracy = import->epoch.penalty = import->epoch.learning_rate = NAN;
    import->epoch.seconds = NAN;
}

/* --- the store -------------------------------------------------------------------------------- */

static int look(struct import *import, struct error *err)
{
    run_row_done(&import->old);
    import->old = (struct run_row){0};
    return run_find(import->store, import->row.hash, &import->found, &import->old, err);
}

/* A network that has its data keeps it: what was measured of it is of that data. */
static int check_old(struct import *import, struct error *err)
{
    const struct run_row *old = &import->old;
    if (!import->found || !import->set || !old->data_checksum)
        return 0;
    if (strcmp(old->data_checksum, import->set->checksum) != 0)
        return error_set(err, ERROR_DATA, "%s: run %lld is this network, and has other data, %s",
                         import->set->spec, (long long)old->id, old->data_spec);
    import->set = NULL;
    return 0;
}

/* The weights' file is written under the run's number, so inside the transaction; if that fails,
 * the file goes too. */
static int insert_weights(struct import *import, struct error *err)
{
    struct checkpoint_row weights = {0};
    int code =
        checkpoint_write_weights(import->store, import->row.id, 0, import->net, &weights, err);
    if (!code)
        code = checkpoint_insert(import->store, &weights, err);
    checkpoint_row_done(&weights);
    return code;
}

static int insert_result(struct import *import, struct error *err)
{
    int code = run_insert_epoch(import->store, import->net, &import->epoch, err);
    for (int i = 0; i < import->verdicts && !code; i++) {
        import->verdict[i].run = import->epoch.run;
        code = verdict_insert(import->store, &import->verdict[i], err);
    }
    if (code)
        return code;
    char hash[HASH_TEXT];
    net_hash_weights(import->net, hash);
    return run_set_result(import->store, import->epoch.run, import->row.test_accuracy,
                          import->row.test_loss, hash, err);
}

static int insert(struct import *import, struct error *err)
{
    int code = run_insert_row(import->store, &import->row, &import->net->spec, err);
    import->epoch.run = import->row.id;
    if (!code)
        code = insert_weights(import, err);
    return code ? code : insert_result(import, err);
}

/* Adds the name and the data to what is there. */
static int update(struct import *import, struct error *err)
{
    const struct run_row *row = &import->row;
    int64_t run = import->old.id;
    int code = import->name ? run_set_name(import->store, run, import->name, err) : 0;
    if (code || !import->set)
        return code;
    import->epoch.run = run;
    code = run_set_data(import->store, run, row->config, row->data, row->data_spec,
                        row->data_checksum, err);
    return code ? code : insert_result(import, err);
}

static int record(struct import *import, struct error *err)
{
    int code = store_begin(import->store, err);
    if (!code)
        code = look(import, err);
    if (!code)
        code = check_old(import, err);
    if (!code)
        code = import->found ? update(import, err) : insert(import, err);
    code = store_end(import->store, code, err);
    if (code && import->row.id)
        checkpoint_sweep(import->store, import->row.id);
    return code;
}

int job_import(struct store *store, const char *path, const struct data_set *set, const char *name,
               const struct job_watch *watch, int64_t *run, bool *fresh, struct error *err)
{
    struct import import = {.store = store, .set = set, .name = name, .watch = watch};
    int code = model_read(path, &import.net, err);
    if (!code && set)
        code = job_check_data(&import.net->spec, set, err);
    if (!code) {
        fill_config(&import);
        fill_rows(&import);
        code = look(&import, err);
    }
    if (!code)
        code = check_old(&import, err);
    if (!code && import.set)
        code = measure(&import, err);
    if (!code)
        code = record(&import, err);
    *run = import.found ? import.old.id : import.row.id;
    *fresh = !import.found;
    run_row_done(&import.old);
    run_row_done(&import.row);
    for (int i = 0; i < import.verdicts; i++)
        verdict_row_done(&import.verdict[i]);
    config_done(&import.config);
    net_free(import.net);
    return code;
}
