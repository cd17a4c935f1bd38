/* `diff`: what two runs do not have in common. */
#include <stdlib.h>

#include "base/memory.h"
#include "cli/command.h"
#include "cli/output.h"
#include "job/diff.h"

static void add_value(struct table *table, const struct jvalue *value)
{
    char *text = jvalue_say(value);
    table_add(table, "%.40s", text);
    free(text);
}

static void print(const struct session *session, const struct jvalue *differs)
{
    const char *a = session->arguments.word[0], *b = session->arguments.word[1];
    char *left = memory_print("<run %s", a), *right = memory_print("<run %s", b);
    const char *const heads[] = {"<", left, right, NULL};
    struct table table;
    table_open(&table, heads);
    for (void *at = jvalue_first(differs); at; at = jvalue_next(differs, at)) {
        table_add(&table, "%s", jvalue_key(at));
        add_value(&table, jvalue_at(jvalue_member(at), 0));
        add_value(&table, jvalue_at(jvalue_member(at), 1));
    }
    table_print(&table, session->colour);
    table_close(&table);
    free(left);
    free(right);
}

static int run(struct session *session, struct error *err)
{
    struct run_row left = {0}, right = {0};
    struct jvalue *differs = NULL;
    int code = session_open(session, STORE_READ, err);
    if (!code)
        code = session_run(session, session->arguments.word[0], &left, err);
    if (!code)
        code = session_run(session, session->arguments.word[1], &right, err);
    if (!code)
        code = job_diff(&left, &right, &differs, err);
    if (!code && session->json) {
        struct jvalue *object = jvalue_object();
        jvalue_set(object, "differs", differs);
        differs = NULL;
        output_json(object);
    } else if (!code) {
        print(session, differs);
    }
    jvalue_free(differs);
    run_row_done(&left);
    run_row_done(&right);
    return code;
}

const struct command command_diff = {
    .name = "diff",
    .words = "RUN RUN",
    .least = 2,
    .most = 2,
    .summary = "Show what two runs do not have in common.",
    .run = run,
};
