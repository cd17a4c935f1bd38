/* `show`: one run or pruning in full. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/describe.h"
#include "cli/output.h"
#include "cli/show.h"

struct lists {
    struct pruning_row *pruning;
    struct checkpoint_row *checkpoint;
    int prunings, checkpoints;
};

static int lists_open(struct session *session, int64_t run, struct lists *lists, struct error *err)
{
    *lists = (struct lists){0};
    int code = pruning_list(session->store, run, &lists->pruning, &lists->prunings, err);
    if (!code)
        code = checkpoint_list(session->store, run, &lists->checkpoint, &lists->checkpoints, err);
    return code;
}

static void lists_close(struct lists *lists)
{
    pruning_rows_free(lists->pruning, lists->prunings);
    checkpoint_rows_free(lists->checkpoint, lists->checkpoints);
}

static int print_json(struct session *session, const struct run_row *row, const struct lists *lists,
                      struct error *err)
{
    struct jvalue *object, *prunings = jvalue_array(), *checkpoints = jvalue_array();
    for (int i = 0; i < lists->prunings; i++)
        jvalue_add(prunings, describe_pruning(&lists->pruning[i]));
    for (int i = 0; i < lists->checkpoints; i++)
        jvalue_add(checkpoints, describe_checkpoint(&lists->checkpoint[i]));
    int code = describe_run_fully(session->store, row, &object, err);
    if (code) {
        jvalue_free(prunings);
        jvalue_free(checkpoints);
        return code;
    }
    jvalue_set(object, "prunings", prunings);
    jvalue_set(object, "checkpoints", checkpoints);
    output_json(object);
    return 0;
}

static void print_prunings(const struct session *session, const struct lists *lists)
{
    static const char *const heads[] = {">pruning", ">epoch",      "<amount", ">channels",
                                        ">params",  ">validation", ">test",   NULL};
    struct table table;
    char text[32];
    table_open(&table, heads);
    for (int i = 0; i < lists->prunings; i++) {
        const struct pruning_row *row = &lists->pruning[i];
        table_add(&table, "p%lld", (long long)row->id);
        table_add(&table, "%d", row->epoch);
        table_add(&table, "%s", row->amount);
        table_add(&table, "%lld/%lld", (long long)row->channels_kept, (long long)row->channels);
        table_add(&table, "%s", text_print_count((double)row->parameters, text, sizeof text));
        table_add(&table, "%s", output_percent(row->val_accuracy, text, sizeof text));
        table_add(&table, "%s", output_percent(row->test_accuracy, text, sizeof text));
    }
    if (lists->prunings) {
        putchar('\n');
        table_print(&table, session->colour);
    }
    table_close(&table);
}

static void print_checkpoints(const struct session *session, const struct lists *lists)
{
    static const char *const heads[] = {">epoch", ">batch", "<kind", ">size", "<file", NULL};
    struct table table;
    char text[32];
    table_open(&table, heads);
    for (int i = 0; i < lists->checkpoints; i++) {
        const struct checkpoint_row *row = &lists->checkpoint[i];
        table_add(&table, "%d", row->epoch);
        table_add(&table, "%d", row->batch);
        table_add(&table, "%s%s", row->state ? "state" : "weights", row->pinned ? ", pinned" : "");
        table_add(&table, "%s", output_bytes((double)row->bytes, text, sizeof text));
        table_add(&table, "%s", row->file);
    }
    if (lists->checkpoints) {
        putchar('\n');
        table_print(&table, session->colour);
    }
    table_close(&table);
}

/* The options, a line each, without what could not act. */
static int print_config(const struct run_row *row, struct error *err)
{
    struct jvalue *config;
    int code = jvalue_parse(row->config, strlen(row->config), &config, err);
    if (code)
        return code;
    putchar('\n');
    for (void *at = jvalue_first(config); at; at = jvalue_next(config, at)) {
        const struct jvalue *value = jvalue_member(at);
        if (jvalue_is_null(value))
            continue;
        char *text = jvalue_say(value);
        if (*text)
            output_field(jvalue_key(at), "%s", text);
        free(text);
    }
    jvalue_free(config);
    return 0;
}

int show_run(struct session *session, int64_t id, struct error *err)
{
    struct run_row row = {0};
    struct lists lists = {0};
    char time[32];
    int code = run_get(session->store, id, &row, err);
    if (!code)
        code = lists_open(session, id, &lists, err);
    if (!code && session->json)
        code = print_json(session, &row, &lists, err);
    else if (!code) {
        describe_print_run(&row, NULL);
        output_field("made", "%s", clock_print_time(row.created, time, sizeof time));
        output_field("hash", "%s", row.hash);
        code = print_config(&row, err);
        print_prunings(session, &lists);
        print_checkpoints(session, &lists);
    }
    lists_close(&lists);
    run_row_done(&row);
    return code;
}

static int show_pruning(struct session *session, int64_t id, struct error *err)
{
    struct pruning_row row = {0};
    int code = pruning_get(session->store, id, &row, err);
    if (!code && session->json)
        output_json(describe_pruning(&row));
    else if (!code)
        describe_print_pruning(&row, session->colour);
    pruning_row_done(&row);
    return code;
}

static int run(struct session *session, struct error *err)
{
    struct target target;
    int code = session_open(session, STORE_READ, err);
    if (!code)
        code = session_target(session, session->arguments.word[0], &target, err);
    if (code)
        return code;
    return target.kind == 'p' ? show_pruning(session, target.id, err)
                              : show_run(session, target.id, err);
}

const struct command command_show = {
    .name = "show",
    .words = "ID",
    .least = 1,
    .most = 1,
    .summary = "Show one run, or one pruning (p3), in full.",
    .run = run,
};
