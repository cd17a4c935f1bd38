#include "job/checkpoint.h"
#include "job/stretch.h"

static int claim_job(struct stretch *s, struct error *err)
{
    struct job_row job = {0};
    bool found;
    int code = job_find_run(s->store, s->row.id, &found, &job, err);
    if (!code && (!found || job.state == JOB_DONE || job.state == JOB_FAILED ||
                  job.state == JOB_CANCELLED)) {
        int64_t id = 0;
        code = store_begin(s->store, err);
        if (!code)
            code = job_insert(s->store, s->row.id, 0, &id, err);
        code = store_end(s->store, code, err);
        job_row_done(&job);
        if (!code)
            code = job_get(s->store, id, &job, err);
    }
    if (!code)
        code = claim_take(s->store, &job, &s->claim, err);
    job_row_done(&job);
    return code;
}

/* A retraining starts from its pruning's small network. */
static int start_from_pruning(struct stretch *s, struct error *err)
{
    struct pruning_row pruning = {0};
    struct net *small = NULL;
    int code = pruning_get(s->store, s->row.pruning, &pruning, err);
    if (!code)
        code = job_load_pruning(s->store, &pruning, &small, err);
    if (!code)
        net_copy_weights(small, s->net);
    net_free(small);
    pruning_row_done(&pruning);
    return code;
}

/* The first checkpoint of a retraining sets its parent's weights free. */
static int unpin_parent(struct stretch *s, struct error *err)
{
    struct pruning_row pruning = {0};
    int code = pruning_get(s->store, s->row.pruning, &pruning, err);
    if (!code)
        code = store_begin(s->store, err);
    if (!code)
        code = checkpoint_pin(s->store, pruning.run, err);
    code = store_end(s->store, code, err);
    pruning_row_done(&pruning);
    return code;
}

static int start_fresh(struct stretch *s, struct error *err)
{
    int code = 0;
    if (s->row.kind == RUN_RETRAIN && !s->row.scratch)
        code = start_from_pruning(s, err);
    else
        net_initialise(s->net, (uint64_t)s->config.seed, s->config.gamma_init);
    if (!code && s->row.kind == RUN_RETRAIN)
        code = stretch_save_state(s, err);
    if (!code && s->row.kind == RUN_RETRAIN && !s->row.scratch)
        code = unpin_parent(s, err);
    return code;
}

static int make_net(struct stretch *s, struct error *err)
{
    struct net_spec spec;
    int code = spec_parse(s->row.network, &spec, err);
    if (code)
        return code;
    code = net_new(&spec, &s->net, err);
    spec_done(&spec);
    if (!code)
        net_use_engine(s->net, config_engine(&s->config));
    return code;
}

/* Where the newest checkpoint stands; or the start; or, when only the test was left, the end. */
static int restore(struct stretch *s, struct error *err)
{
    bool found = false;
    struct checkpoint_row weights = {0};
    checkpoint_sweep(s->store, s->row.id);
    if (s->row.epoch == s->options.epochs &&
        job_find_weights(s->store, &s->row, s->row.epoch, &weights, NULL) == 0) {
        int code = checkpoint_load_weights(s->store, &weights, s->net, err);
        checkpoint_row_done(&weights);
        trainer_state(s->trainer)->epoch = s->options.epochs + 1;
        return code;
    }
    int code = checkpoint_restore(s->store, s->row.id, s->trainer, &found, err);
    return code || found ? code : start_fresh(s, err);
}

/* The run as it stands once it is ours: another process may just have brought it further. */
int stretch_open(struct stretch *s, int64_t run, struct error *err)
{
    int code = run_get(s->store, run, &s->row, err);
    if (code || s->row.status == RUN_FINISHED)
        return code;
    if (s->row.status == RUN_DIVERGED) {
        error_set(err, ERROR_DIVERGED, "run %lld: diverged before: %s", (long long)run,
                  s->row.message ? s->row.message : "NaN or Inf");
        return error_hint(err, "the same configuration would diverge again; try a lower --lr");
    }
    code = claim_job(s, err);
    if (code)
        return code;
    run_row_done(&s->row);
    code = run_get(s->store, run, &s->row, err);
    if (!code)
        code = job_run_config(&s->row, &s->config, err);
    if (code)
        return code;
    config_train_options(&s->config, &s->options);
    return split_make(s->set, (int)s->config.val, (int)s->config.train_limit, &s->split, err);
}

int stretch_restore(struct stretch *s, struct error *err)
{
    int code = make_net(s, err);
    if (!code)
        code = trainer_new(s->net, s->set, &s->split, &s->options, &s->trainer, err);
    return code ? code : restore(s, err);
}
