#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "data/split.h"
#include "job/claim.h"
#include "job/identity.h"
#include "job/job.h"
#include "job/run.h"

int job_run_config(const struct run_row *row, struct config *config, struct error *err)
{
    struct jvalue *json;
    int code = jvalue_parse(row->config, strlen(row->config), &json, err);
    if (code)
        return error_prefix(err, "run %lld: its configuration", (long long)row->id);
    code = config_from_json(json, config, err);
    jvalue_free(json);
    return code;
}

int job_check_field(const struct config *config, enum config_field field, struct error *err)
{
    struct net_spec spec;
    int code = 0;

    if (field == CONFIG_FIELD_data && *config->data)
        return data_find(config->data, err);
    if (field == CONFIG_FIELD_arch && *config->arch) {
        code = spec_make(config->arch, config->width, 10, 3, &spec, err);
        if (!code)
            spec_done(&spec);
    }
    return code;
}

void run_fill_network(const struct net_spec *spec, struct run_row *row)
{
    struct net *net = net_describe(spec);
    struct jvalue *json = spec_to_json(spec);
    struct cost cost;
    char arch[16];
    cost_count(net, NULL, &cost);
    row->network = jvalue_print(json);
    row->arch = memory_copy_text(spec_print_arch(spec, arch));
    row->width = spec->width;
    row->channels = cost.channels;
    row->parameters = cost.parameters;
    row->parameters_published = cost.parameters_published;
    row->macs = cost.macs;
    row->flops = cost.flops;
    jvalue_free(json);
    net_free(net);
}

static void fill_row(const struct config *config, const struct data_set *set, struct run_row *row)
{
    struct jvalue *json = config_to_json(config);
    row->config = jvalue_print(json);
    jvalue_free(json);
    row->data = memory_copy_text(set->name);
    row->data_spec = memory_copy_text(set->spec);
    row->data_checksum = memory_copy_text(set->checksum);
    row->penalty = memory_copy_text(penalty_name((enum penalty_kind)config->penalty));
    row->lambda = config_acts(config, CONFIG_FIELD_lambda) ? config->lambda : NAN;
    row->a = config_acts(config, CONFIG_FIELD_a) ? config->a : NAN;
    row->p = config_acts(config, CONFIG_FIELD_p) ? config->p : NAN;
    row->seed = config->seed;
    row->epochs = (int)config->epochs;
    row->name = config->name ? memory_copy_text(config->name) : NULL;
    row->test_accuracy = row->test_loss = NAN;
    row->status = RUN_QUEUED;
    row->created = clock_milliseconds();
}

int run_insert_row(struct store *store, struct run_row *row, const struct net_spec *spec,
                   struct error *err)
{
    const char **names = NEW(const char *, spec->gates);
    int *channels = NEW(int, spec->gates);
    for (int g = 0; g < spec->gates; g++) {
        names[g] = spec->gate[g].name;
        channels[g] = spec->gate[g].channels;
    }
    int code = run_insert(store, row, names, channels, spec->gates, err);
    free(names);
    free(channels);
    return code;
}

int run_insert_epoch(struct store *store, struct net *net, struct epoch_row *row, struct error *err)
{
    const float **gamma = NEW(const float *, net->gates);
    int *channels = NEW(int, net->gates);
    row->dropped = 0;
    for (int g = 0; g < net->gates; g++) {
        gamma[g] = net_parameter(net, net->gate[g].gamma);
        channels[g] = net->gate[g].channels;
        row->dropped += net->gate[g].channels - net->gate[g].kept;
    }
    int code = epoch_insert(store, row, gamma, channels, net->gates, err);
    free(gamma);
    free(channels);
    return code;
}

static int insert(struct store *store, const struct config *config, const struct net_spec *spec,
                  struct run_row *row, struct error *err)
{
    int64_t job;
    int code = run_insert_row(store, row, spec, err);
    for (int i = 0; i < config->tags && !code; i++)
        code = run_add_tag(store, row->id, config->tag[i], err);
    if (!code)
        code = job_insert(store, row->id, 0, &job, err);
    return code;
}

/* A run that is there gets the name and the tags that it was asked for with now. */
static int relabel(struct store *store, const struct config *config, int64_t run, struct error *err)
{
    int code = 0;
    if (config->name)
        code = run_set_name(store, run, config->name, err);
    for (int i = 0; i < config->tags && !code; i++)
        code = run_add_tag(store, run, config->tag[i], err);
    return code;
}

int run_make(struct store *store, const struct config *config, const struct data_set *set,
             const struct net_spec *spec, const struct pruning_row *pruning, bool scratch,
             int64_t *run, bool *fresh, struct error *err)
{
    struct run_row row = {.kind = pruning ? RUN_RETRAIN : RUN_TRAIN,
                          .pruning = pruning ? pruning->id : 0,
                          .scratch = scratch};
    struct run_row old = {0};
    bool found = false;
    row.canonical = identity_run(config, set, pruning ? pruning->hash : NULL, scratch);
    hash_bytes(row.canonical, strlen(row.canonical), row.hash);
    fill_row(config, set, &row);
    run_fill_network(spec, &row);
    int code = split_check(set, config->val, config->train_limit, err);
    if (!code)
        code = store_begin(store, err);
    if (!code)
        code = run_find(store, row.hash, &found, &old, err);
    if (!code && found)
        code = relabel(store, config, old.id, err);
    else if (!code)
        code = insert(store, config, spec, &row, err);
    if (!code && !found && pruning)
        code = checkpoint_pin(store, pruning->run, err);
    code = store_end(store, code, err);
    *run = code ? 0 : found ? old.id : row.id;
    *fresh = !found;
    run_row_done(&row);
    run_row_done(&old);
    return code;
}

int job_make_run(struct store *store, const struct config *config, const struct data_set *set,
                 int64_t *run, bool *fresh, struct error *err)
{
    struct net_spec spec;
    int code = spec_make(config->arch, config->width, set->classes, set->channels, &spec, err);
    if (code)
        return code;
    code = run_make(store, config, set, &spec, NULL, false, run, fresh, err);
    spec_done(&spec);
    return code;
}

/* A dead process's job is paused and its run interrupted; it goes on where its checkpoint stands.
 */
static int bury(struct store *store, const struct job_row *job, struct error *err)
{
    char message[100];
    snprintf(message, sizeof message, "process %lld is gone", (long long)job->pid);
    int code = store_begin(store, err);
    if (!code)
        code = job_end(store, job->id, job->claim, JOB_PAUSED, message, err);
    if (!code)
        code = run_set_status(store, job->run, RUN_INTERRUPTED, message, err);
    return store_end(store, code, err);
}

int job_bury_dead(struct store *store, int *count, struct error *err)
{
    struct job_row *jobs;
    int jobs_count;
    *count = 0;
    int code = job_list(store, &jobs, &jobs_count, err);
    if (code)
        return code;
    for (int i = 0; i < jobs_count && !code; i++) {
        if (jobs[i].state != JOB_RUNNING || claim_alive(store, &jobs[i]))
            continue;
        code = bury(store, &jobs[i], err);
        *count += !code;
    }
    job_rows_free(jobs, jobs_count);
    return code;
}
