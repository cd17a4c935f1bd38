/* `runs`: the list of them. */
#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/describe.h"
#include "cli/output.h"
#include "job/job.h"

/* Runs whose process has died are "interrupted" from now on, if the store can be written. */
static int bury_dead(struct session *session, struct error *err)
{
    struct store *store;
    struct run_row *rows;
    int count, dead = 0;
    bool running = false;
    int code = run_list(session->store, &rows, &count, err);
    if (code)
        return code;
    for (int i = 0; i < count; i++)
        running = running || rows[i].status == RUN_RUNNING;
    run_rows_free(rows, count);
    if (!running || store_open(session->store_path, STORE_WRITE, &store, NULL))
        return 0;
    job_bury_dead(store, &dead, NULL);
    store_close(store);
    return 0;
}

static void add_row(struct table *table, const struct run_row *row)
{
    char text[80];
    table_add(table, "%lld", (long long)row->id);
    table_add(table, "%s", row->name ? row->name : "");
    table_add(table, "%s", describe_network(row, text, sizeof text));
    table_add(table, "%s", row->data);
    table_add(table, "%s", describe_penalty(row, text, sizeof text));
    if (row->seed < 0) /* an import */
        table_add(table, "-");
    else
        table_add(table, "%lld", (long long)row->seed);
    table_add(table, "%d/%d", row->epoch, row->epochs);
    table_add(table, "%s", output_percent(row->val_accuracy, text, sizeof text));
    table_add(table, "%s", output_percent(row->test_accuracy, text, sizeof text));
    table_add(table, "%s", output_percent(row->near_zero, text, sizeof text));
    table_add(table, "%s", text_print_count((double)row->parameters, text, sizeof text));
    if (row->pruning)
        table_add(table, "%s, retrains p%lld", run_status_name(row->status),
                  (long long)row->pruning);
    else
        table_add(table, "%s", run_status_name(row->status));
}

static int print_json(struct session *session, const struct run_row *rows, int count,
                      struct error *err)
{
    struct jvalue *array = jvalue_array(), *one = NULL, *object = jvalue_object();
    int code = 0;
    for (int i = 0; i < count && !code; i++) {
        code = describe_run_fully(session->store, &rows[i], &one, err);
        if (!code)
            jvalue_add(array, one);
    }
    jvalue_set(object, "runs", array);
    if (code)
        jvalue_free(object);
    else
        output_json(object);
    return code;
}

static void print_table(const struct session *session, const struct run_row *rows, int count,
                        int all)
{
    static const char *const heads[] = {">run",    "<name",   "<network",    "<data", "<penalty",
                                        ">seed",   ">epoch",  ">validation", ">test", ">gamma<0.01",
                                        ">params", "<status", NULL};
    struct table table;
    table_open(&table, heads);
    for (int i = 0; i < count; i++)
        add_row(&table, &rows[i]);
    if (table.cells > 0)
        table_print(&table, session->colour);
    else if (all > 0)
        session_next(session, "runs, without a filter: none of %d fits this one", all);
    else
        session_next(session, "train --data fashion --arch vgg11 --width 0.25 --epochs 5");
    table_close(&table);
}

static int run(struct session *session, struct error *err)
{
    struct run_row *rows = NULL;
    int count = 0, all = 0;
    int code = session_open(session, STORE_READ, err);
    if (!code)
        code = bury_dead(session, err);
    if (!code)
        code = session_list(session, &rows, &count, &all, err);
    if (!code && session->json)
        code = print_json(session, rows, count, err);
    else if (!code)
        print_table(session, rows, count, all);
    run_rows_free(rows, count);
    return code;
}

static const struct option options[] = {
    {.name = "filter",
     .placeholder = "FILTER",
     .help = "only runs that fit: words, and comparisons such as penalty=tl1 lambda<1e-3 acc>90%"},
    {0},
};

const struct command command_runs = {
    .name = "runs",
    .words = "",
    .summary = "List the runs of the store.",
    .options = options,
    .run = run,
};
