#include "cli/cluster.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/output.h"
#include "db/merge.h"
#include "job/slurm.h"

bool cluster_wanted(const struct session *session)
{
    return option_given(&session->arguments, "slurm") ||
           option_given(&session->arguments, "submit");
}

/* --- sending ---------------------------------------------------------------------------------- */

static void print(const struct session *session, const struct slurm *slurm)
{
    struct jvalue *object = jvalue_object(), *arrays = jvalue_array();
    for (int i = 0; i < slurm->arrays; i++) {
        const struct slurm_array *array = &slurm->array[i];
        struct jvalue *one = jvalue_object();
        jvalue_set_integer(one, "offset", array->offset);
        jvalue_set_text(one, "array", array->list);
        jvalue_set_text(one, "job", array->job);
        jvalue_add(arrays, one);
        if (session->json)
            continue;
        if (array->job)
            printf("job %s: tasks %s\n", array->job, array->list);
        else
            printf("sbatch --array=%s '%s' %d\n", array->list, slurm->script, array->offset);
    }
    jvalue_set_text(object, "script", slurm->script);
    jvalue_set_text(object, "parts", slurm->parts);
    jvalue_set(object, "arrays", arrays);
    if (session->json) {
        output_json(object);
        return;
    }
    jvalue_free(object);
    if (slurm->arrays == 0)
        puts("nothing is left to do");
    else
        session_next(session, "merge '%s' '%s'", session->store_path, slurm->parts);
}

int cluster_send(struct session *session, const struct batch *batch, struct error *err)
{
    const struct arguments *arguments = &session->arguments;
    struct slurm slurm;
    const char **line = NEW(const char *, arguments->seen_count + 1);
    struct slurm_options options = {.threads = session->threads, .line = line};
    int64_t tasks = 0, jobs = 0;
    for (int i = 0; i < arguments->seen_count; i++)
        if (text_equal(arguments->seen[i].option->name, "sbatch"))
            line[options.lines++] = arguments->seen[i].value;
    int code = option_integer(arguments, "tasks", 1, PLAN_RUNS, &tasks, err);
    if (!code)
        code = option_integer(arguments, "jobs", 1, PLAN_RUNS, &jobs, err);
    options.tasks = (int)tasks;
    options.at_once = (int)jobs;
    if (!code)
        code = slurm_write(batch, session->store_path, &options, &slurm, err);
    if (!code) {
        if (option_given(arguments, "submit"))
            code = slurm_submit(&slurm, err);
        if (!code)
            print(session, &slurm);
        slurm_done(&slurm);
    }
    free(line);
    return code;
}

/* --- fetching --------------------------------------------------------------------------------- */

/* One round over the tasks whose runs are known; *more: something came, so more may be known. */
static int fetch_known(struct batch *batch, struct store *from, bool *tried, bool *more,
                       struct error *err)
{
    struct merge_count count = {0};
    int code = 0;
    for (int t = 0; t < batch->tasks && !code; t++) {
        const struct batch_task *task = &batch->task[t];
        struct run_row row = {0};
        bool found = false;
        if (task->kind == BATCH_PRUNE || !*task->hash || tried[t])
            continue;
        tried[t] = *more = true;
        code = run_find(from, task->hash, &found, &row, err);
        if (!code && found)
            code = store_merge_run(batch->store, from, row.id, &count, err);
        run_row_done(&row);
    }
    return code ? code : batch_look(batch, true, err);
}

int cluster_fetch(struct session *session, struct batch *batch, struct error *err)
{
    const char *path = option_text(&session->arguments, "from");
    struct store *from;
    bool more = true;
    if (!path || !file_exists(path) || !batch->store || !store_can_write(batch->store))
        return 0;
    int code = store_open(path, STORE_READ, &from, err);
    if (code)
        return code;
    bool *tried = NEW(bool, batch->tasks + 1);
    while (more && !code) {
        more = false;
        code = fetch_known(batch, from, tried, &more, err);
    }
    for (int t = 0; t < batch->tasks; t++)
        batch->task[t].before = batch->task[t].state == BATCH_DONE;
    free(tried);
    store_close(from);
    return code;
}
