#include "cli/training.h"

#include <stdio.h>

#include "base/log.h"
#include "cli/describe.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "job/job.h"

void training_warn(const struct config *config)
{
    struct train_options options;
    config_train_options(config, &options);
    double a = penalty_idle(&options.penalty, config->gamma_init);
    if (a > 0)
        log_notice("penalty %s is flat from a x lambda = %g on, so it does nothing at the initial "
                   "gamma %g: --a %g would reach twice as far as that",
                   penalty_name(options.penalty.kind), options.penalty.a * options.penalty.lambda,
                   config->gamma_init, a);
}

static int train(struct session *session, int64_t id, const struct data_set *set, struct error *err)
{
    struct progress progress;
    progress_open(&progress, session);
    struct job_watch watch = progress_watch(&progress);
    int code = job_train(session->store, id, set, &watch, err);
    progress_close(&progress);
    if (code == ERROR_STOPPED && !*err->hint)
        error_hint(err, "the same command goes on from there");
    return code;
}

static void set_retraining(const struct run_row *row, int64_t parent, struct jvalue *object)
{
    if (!row->pruning)
        return;
    jvalue_set_integer(object, "pruning", row->pruning);
    jvalue_set_integer(object, "parent", parent);
}

static int print(struct session *session, const struct run_row *row, const struct data_set *set,
                 bool skipped, struct error *err)
{
    struct pruning_row pruning = {0};
    int code = row->pruning ? pruning_get(session->store, row->pruning, &pruning, err) : 0;
    if (!code && session->json) {
        struct jvalue *object = describe_run(row, set);
        jvalue_set_bool(object, "skipped", skipped);
        set_retraining(row, pruning.run, object);
        output_json(object);
    } else if (!code) {
        if (skipped && !session->quiet)
            fprintf(stderr, "run %lld was finished before\n", (long long)row->id);
        describe_print_run(row, set);
        if (row->pruning)
            session_next(session, "diff %lld %lld", (long long)pruning.run, (long long)row->id);
        else
            session_next(session, "prune %lld --channels 50%%", (long long)row->id);
    }
    pruning_row_done(&pruning);
    return code;
}

int training_run(struct session *session, int64_t id, const struct data_set *set, struct error *err)
{
    struct run_row row = {0};
    int code = run_get(session->store, id, &row, err);
    bool skipped = !code && row.status == RUN_FINISHED;
    if (!code && !skipped)
        code = train(session, id, set, err);
    if (!code && !skipped) {
        run_row_done(&row);
        row = (struct run_row){0};
        code = run_get(session->store, id, &row, err);
    }
    if (!code)
        code = print(session, &row, set, skipped, err);
    run_row_done(&row);
    return code;
}
