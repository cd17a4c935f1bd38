/* `diff`: what two runs do not have in common. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/describe.h"
#include "cli/output.h"

/* The configuration, and what came of it, as one flat object. */
static int read(struct session *session, const char *text, struct jvalue **json, struct error *err)
{
    static const char *const results[] = {
        "kind",          "pruning",        "status",   "train_loss", "val_accuracy",
        "test_accuracy", "near_zero",      "channels", "parameters", "macs",
        "flops",         "weights_sha256", NULL};
    struct run_row row = {0};
    struct jvalue *full = NULL;
    int code = session_run(session, text, &row, err);
    if (!code)
        code = describe_run_fully(session->store, &row, &full, err);
    if (!code)
        code = jvalue_parse(row.config, strlen(row.config), json, err);
    for (int i = 0; results[i] && !code; i++) {
        char *value = jvalue_print(jvalue_get(full, results[i]));
        struct jvalue *copy = NULL;
        code = jvalue_parse(value, strlen(value), &copy, err);
        jvalue_set(*json, results[i], copy);
        free(value);
    }
    jvalue_free(full);
    run_row_done(&row);
    return code;
}

/* {"lambda":[1e-3,1e-4],…} */
static int compare(const struct jvalue *left, const struct jvalue *right, struct jvalue *differs,
                   struct error *err)
{
    int code = 0;
    for (void *at = jvalue_first(left); at && !code; at = jvalue_next(left, at)) {
        const struct jvalue *other = jvalue_get(right, jvalue_key(at));
        char *a = jvalue_print(jvalue_member(at)), *b = other ? jvalue_print(other) : NULL;
        if (!b || !text_equal(a, b)) {
            struct jvalue *pair = NULL;
            char *both = memory_print("[%s,%s]", a, b ? b : "null");
            code = jvalue_parse(both, strlen(both), &pair, err);
            jvalue_set(differs, jvalue_key(at), pair);
            free(both);
        }
        free(a);
        free(b);
    }
    return code;
}

static void add_value(struct table *table, const struct jvalue *value)
{
    char *text = output_value(value);
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
    struct jvalue *left = NULL, *right = NULL, *differs = jvalue_object();
    int code = session_open(session, STORE_READ, err);
    if (!code)
        code = read(session, session->arguments.word[0], &left, err);
    if (!code)
        code = read(session, session->arguments.word[1], &right, err);
    if (!code)
        code = compare(left, right, differs, err);
    if (!code && session->json) {
        struct jvalue *object = jvalue_object();
        jvalue_set(object, "differs", differs);
        differs = NULL;
        output_json(object);
    } else if (!code) {
        print(session, differs);
    }
    jvalue_free(differs);
    jvalue_free(left);
    jvalue_free(right);
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
