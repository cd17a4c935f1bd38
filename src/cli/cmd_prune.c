#include "base/log.h"
#include "base/text.h"
#include "cli/amount.h"
#include "cli/command.h"
#include "cli/describe.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "job/job.h"

static int prune(struct session *session, const struct run_row *run, const struct amount *amount,
                 int epoch, int64_t *pruning, struct error *err)
{
    const char *data = option_text(&session->arguments, "data");
    struct data_set *set = NULL;
    struct progress progress;
    bool fresh;
    int code = data || run->data_spec ? job_open_data(run, data, &set, err) : 0;
    if (code)
        return code;
    progress_open(&progress, session);
    struct job_watch watch = progress_watch(&progress);
    code = job_prune(session->store, run->id, epoch, amount, set, &watch, pruning, &fresh, err);
    progress_close(&progress);
    data_close(set);
    return code;
}

/* The names of the layers that had channels in the run's network and have none now, as only a floor
 * of 0 allows. */
static int name_emptied(const struct run_row *run, const struct pruning_row *row,
                        struct text *names, struct error *err)
{
    struct net_spec spec;
    int code = spec_parse(run->network, &spec, err);
    for (int g = 0; !code && g < spec.gates && g < row->layers; g++)
        if (spec.gate[g].kept > 0 && row->layer[g].kept == 0)
            text_add(names, "%s%s", names->length ? ", " : "", row->layer[g].name);
    spec_done(&spec);
    return code;
}

static int report_emptied(const struct run_row *run, const struct pruning_row *row,
                          struct error *err)
{
    struct text names = {0};
    int code = name_emptied(run, row, &names, err);
    if (!code && names.length)
        log_notice("prune: nothing is left of %s: %s", text_get(&names),
                   row->fold_beta ? "what constant it gave is carried along"
                                  : "what constant it gave is lost; --fold-beta carries it along");
    text_done(&names);
    return code;
}

static int print(struct session *session, const struct run_row *run, int64_t pruning,
                 struct error *err)
{
    struct pruning_row row = {0};
    int code = pruning_get(session->store, pruning, &row, err);
    if (!code)
        code = report_emptied(run, &row, err);
    if (!code && session->json)
        output_json(describe_pruning(&row));
    else if (!code) {
        describe_print_pruning(&row, session->colour);
        session_next(session, "retrain p%lld", (long long)pruning);
    }
    pruning_row_done(&row);
    return code;
}

static int run(struct session *session, struct error *err)
{
    struct run_row row = {0};
    struct amount amount;
    int64_t epoch = 0, pruning = 0;
    int code = amount_parse(&session->arguments, &amount, err);
    if (!code)
        code = option_integer(&session->arguments, "epoch", 1, 1000000, &epoch, err);
    if (!code)
        code = session_open(session, STORE_WRITE, err);
    if (!code)
        code = session_run(session, session->arguments.word[0], &row, err);
    if (!code)
        code = prune(session, &row, &amount, (int)epoch, &pruning, err);
    if (!code)
        code = print(session, &row, pruning, err);
    run_row_done(&row);
    return code;
}

static const struct option options[] = {
    AMOUNT_OPTIONS,
    {.name = "epoch", .placeholder = "N", .help = "of this epoch's weights (default: the last)"},
    {.name = "data", .placeholder = "SPEC", .help = "where the run's data is now"},
    {0},
};

const struct command command_prune = {
    .name = "prune",
    .words = "RUN AMOUNT",
    .least = 1,
    .most = 1,
    .flags = COMMAND_COMPUTES,
    .summary = "Remove channels of a run's network, measure what is left, and record it.",
    .about = "AMOUNT is exactly one of --channels, --threshold, --parameters and --macs. The run "
             "itself is not touched. The same pruning asked for again is the same row.",
    .options = options,
    .run = run,
};
