#include <stdlib.h>

#include "job/job.h"
#include "job/run.h"

int job_retrain_config(const struct run_row *parent, struct config *config, struct error *err)
{
    int code = job_run_config(parent, config, err);
    if (code)
        return code;
    config->penalty = PENALTY_NONE;
    free(config->name);
    config->name = NULL;
    for (int i = 0; i < config->tags; i++)
        free(config->tag[i]);
    config->tags = 0;
    return config_resolve(config, err);
}

int job_make_retrain(struct store *store, const struct config *config, const struct data_set *set,
                     int64_t pruning, bool scratch, int64_t *run, bool *fresh, struct error *err)
{
    struct pruning_row row = {0};
    struct run_row parent = {0};
    struct checkpoint_row weights = {0};
    struct net_spec spec = {0};
    int code = pruning_get(store, pruning, &row, err);
    if (!code)
        code = spec_parse(row.network, &spec, err);
    if (!code)
        code = job_check_data(&spec, set, err);
    if (!code)
        code = run_get(store, row.run, &parent, err);
    if (!code && !scratch)
        code = job_find_weights(store, &parent, row.epoch, &weights, err);
    if (!code)
        code = run_make(store, config, set, &spec, &row, scratch, run, fresh, err);
    checkpoint_row_done(&weights);
    run_row_done(&parent);
    spec_done(&spec);
    pruning_row_done(&row);
    return code;
}
