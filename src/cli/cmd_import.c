/* `import`: a network that was trained elsewhere becomes a run. */
#include <stdio.h>

#include "cli/command.h"
#include "cli/progress.h"
#include "cli/show.h"
#include "job/job.h"

static int import(struct session *session, int64_t *run, struct error *err)
{
    const struct arguments *arguments = &session->arguments;
    const char *spec = option_text(arguments, "data");
    struct data_set *set = NULL;
    struct progress progress;
    bool fresh;
    int code = spec ? data_open(spec, NULL, &set, err) : 0;
    if (code)
        return code;
    progress_open(&progress, session);
    struct job_watch watch = progress_watch(&progress);
    code = job_import(session->store, arguments->word[0], set, option_text(arguments, "name"),
                      &watch, run, &fresh, err);
    progress_close(&progress);
    data_close(set);
    if (!code && !fresh && !session->quiet && !session->json)
        fprintf(stderr, "run %lld is this network already\n", (long long)*run);
    return code;
}

static int run(struct session *session, struct error *err)
{
    int64_t id;
    int code = session_open(session, STORE_CREATE, err);
    if (!code)
        code = import(session, &id, err);
    if (!code)
        code = show_run(session, id, err);
    if (!code)
        session_next(session, "prune %lld --channels 50%%", (long long)id);
    return code;
}

static const struct option options[] = {
    {.name = "data", .placeholder = "SPEC", .help = "data to measure its accuracy on"},
    {.name = "name", .placeholder = "TEXT", .help = "a name for the run"},
    {0},
};

const struct command command_import = {
    .name = "import",
    .words = "FILE.safetensors",
    .least = 1,
    .most = 1,
    .flags = COMMAND_COMPUTES,
    .summary = "Take in a network that was trained elsewhere.",
    .about = "The file is a state of the reference PyTorch code, full or pruned. Family, depth, "
             "width, classes and selected channels are read from its names and shapes. It becomes "
             "a finished run at epoch 0, to be explored, pruned and retrained. Importing it again "
             "with --data adds the data.",
    .options = options,
    .run = run,
};
