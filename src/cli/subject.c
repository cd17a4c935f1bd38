#include "cli/subject.h"

#include "format/model.h"
#include "job/job.h"

static int load_file(const struct session *session, struct subject *subject, struct error *err)
{
    config_init(&subject->config);
    subject->config.val = 0;
    if (option_given(&session->arguments, "epoch"))
        return error_set(err, ERROR_USAGE, "--epoch: a model file has none");
    int code = model_read(session->arguments.word[0], &subject->net, err);
    if (!code)
        net_use_engine(subject->net, config_engine(&subject->config));
    return code;
}

static int load_pruning(struct session *session, int64_t id, struct subject *subject,
                        struct error *err)
{
    struct pruning_row pruning = {0};
    int code = pruning_get(session->store, id, &pruning, err);
    if (!code && option_given(&session->arguments, "epoch"))
        code = error_set(err, ERROR_USAGE, "--epoch: a pruning is of one epoch, %d", pruning.epoch);
    if (!code)
        code = run_get(session->store, pruning.run, &subject->run, err);
    if (!code)
        code = job_load_pruning(session->store, &pruning, &subject->net, err);
    pruning_row_done(&pruning);
    return code;
}

static int load_run(struct session *session, int64_t id, struct subject *subject, struct error *err)
{
    int64_t epoch = 0;
    int found;
    int code = option_integer(&session->arguments, "epoch", 1, 1000000, &epoch, err);
    if (!code)
        code = run_get(session->store, id, &subject->run, err);
    if (!code)
        code = job_load_run(session->store, &subject->run, (int)epoch, &subject->net, &found, err);
    return code;
}

int subject_open(struct session *session, struct subject *subject, struct error *err)
{
    const char *word = session->arguments.word[0];
    struct target target;
    *subject = (struct subject){0};
    if (session_is_file(word))
        return load_file(session, subject, err);
    int code = session_open(session, STORE_READ, err);
    if (!code)
        code = session_target(session, word, &target, err);
    if (!code)
        code = target.kind == 'p' ? load_pruning(session, target.id, subject, err)
                                  : load_run(session, target.id, subject, err);
    return code ? code : job_run_config(&subject->run, &subject->config, err);
}

void subject_close(struct subject *subject)
{
    net_free(subject->net);
    config_done(&subject->config);
    run_row_done(&subject->run);
}
