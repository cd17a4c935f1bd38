#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/training.h"
#include "data/split.h"
#include "job/job.h"

/* The options of the run that was pruned, but for its penalty and what belongs to it alone. */
static int inherit(const struct run_row *parent, struct config *config, struct error *err)
{
    int code = job_run_config(parent, config, err);
    if (!code)
        code = config_set(config, CONFIG_FIELD_penalty, "none", err);
    if (!code)
        code = config_set(config, CONFIG_FIELD_a, "", err);
    if (!code)
        code = config_set(config, CONFIG_FIELD_name, "", err);
    if (!code)
        code = config_set(config, CONFIG_FIELD_tag, "", err);
    memset(config->given, 0, sizeof config->given);
    return code;
}

/* The given options over the parent's; the network is not theirs to choose. */
static int configure(const struct session *session, const struct run_row *parent,
                     struct config *config, struct error *err)
{
    int code = inherit(parent, config, err);
    if (!code)
        code = session_configure(session, config, err);
    if (!code && (config->given[CONFIG_FIELD_arch] || config->given[CONFIG_FIELD_width]))
        code = error_set(err, ERROR_USAGE, "--%s: the network is the pruning's",
                         config->given[CONFIG_FIELD_arch] ? "arch" : "width");
    if (!code)
        code = config_resolve(config, err);
    return code;
}

static int retrain(struct session *session, const struct config *config,
                   const struct pruning_row *pruning, const struct run_row *parent,
                   struct error *err)
{
    const char *given = config->given[CONFIG_FIELD_data] ? config->data : NULL;
    const bool scratch = option_given(&session->arguments, "scratch");
    struct data_set *set = NULL;
    struct data_split split = {0};
    int64_t run;
    bool fresh;
    if (!given && !parent->data_spec)
        return error_set(err, ERROR_USAGE, "--data SPEC is missing: run %lld knows of no data",
                         (long long)parent->id);
    int code = data_open(given, parent->data_spec, &set, err);
    if (!code)
        code = split_make(set, (int)config->val, (int)config->train_limit, &split, err);
    if (!code)
        code =
            job_make_retrain(session->store, config, set, pruning->id, scratch, &run, &fresh, err);
    if (!code)
        code = training_run(session, run, set, err);
    split_done(&split);
    data_close(set);
    return code;
}

static int run(struct session *session, struct error *err)
{
    struct pruning_row pruning = {0};
    struct run_row parent = {0};
    struct config config = {0};
    int code = session_open(session, STORE_WRITE, err);
    if (!code)
        code = session_pruning(session, session->arguments.word[0], &pruning, err);
    if (!code)
        code = run_get(session->store, pruning.run, &parent, err);
    if (!code)
        code = configure(session, &parent, &config, err);
    if (!code) {
        training_warn(&config);
        code = retrain(session, &config, &pruning, &parent, err);
    }
    config_done(&config);
    run_row_done(&parent);
    pruning_row_done(&pruning);
    return code;
}

static const struct option options[] = {
    {.name = "scratch", .help = "the same shape, but new random weights"},
    {0},
};

const struct command command_retrain = {
    .name = "retrain",
    .words = "PRUNING",
    .least = 1,
    .most = 1,
    .flags = COMMAND_COMPUTES | COMMAND_CONFIG,
    .summary = "Train the small network that a pruning left.",
    .about = "Options that are not given are those of the run that was pruned, with penalty none.",
    .options = options,
    .run = run,
};
