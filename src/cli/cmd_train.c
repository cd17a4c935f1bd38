#include "cli/command.h"
#include "cli/training.h"
#include "data/split.h"
#include "job/job.h"

/* What can be said of the options before the data is read and a store is made. */
static int check(const struct config *config, struct error *err)
{
    struct net_spec spec;
    if (!*config->data) {
        error_set(err, ERROR_USAGE, "--data: is needed");
        return error_hint(err, "`slimscope data list` shows the data sets that are known");
    }
    if (!*config->arch) {
        error_set(err, ERROR_USAGE, "--arch: is needed");
        return error_hint(err, "such as vgg16, resnet56 or densenet40");
    }
    int code = spec_make(config->arch, config->width, 10, 3, &spec, err);
    if (!code)
        spec_done(&spec);
    return code;
}

static int train(struct session *session, const struct config *config, struct error *err)
{
    struct data_set *set = NULL;
    struct data_split split = {0};
    int64_t run;
    bool fresh;
    int code = data_open(config->data, NULL, &set, err);
    if (!code)
        code = split_make(set, (int)config->val, (int)config->train_limit, &split, err);
    if (!code)
        code = session_open(session, STORE_CREATE, err);
    if (!code)
        code = job_make_run(session->store, config, set, &run, &fresh, err);
    if (!code)
        code = training_run(session, run, set, err);
    split_done(&split);
    data_close(set);
    return code;
}

static int run(struct session *session, struct error *err)
{
    struct config config;
    config_init(&config);
    int code = session_configure(session, &config, err);
    if (!code)
        code = config_resolve(&config, err);
    if (!code)
        code = check(&config, err);
    if (!code) {
        training_warn(&config);
        code = train(session, &config, err);
    }
    config_done(&config);
    return code;
}

const struct command command_train = {
    .name = "train",
    .words = "",
    .flags = COMMAND_COMPUTES | COMMAND_CONFIG,
    .summary = "Train a network from random weights, with a penalty on its scaling factors.",
    .about = "Every epoch goes into the store. A run that was stopped goes on from its last "
             "checkpoint when the same command is given again; one that is finished is only shown.",
    .run = run,
};
