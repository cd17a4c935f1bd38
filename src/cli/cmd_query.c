/* `query`: read-only SQL on the store. */
#include <stdlib.h>

#include "base/memory.h"
#include "cli/command.h"
#include "cli/output.h"

static void add_cell(struct table *table, const struct jvalue *value)
{
    char *text = jvalue_is_null(value) ? memory_copy_text("") : jvalue_say(value);
    table_add(table, "%s", text);
    free(text);
}

/* Whether every value of a column is a number, which is aligned right. */
static bool is_numeric(const struct jvalue *rows, size_t column)
{
    double number;
    for (size_t r = 0; r < jvalue_length(rows); r++) {
        const struct jvalue *value = jvalue_at(jvalue_at(rows, r), column);
        if (!jvalue_is_null(value) && !jvalue_read_number(value, &number))
            return false;
    }
    return true;
}

static void print(const struct session *session, const struct jvalue *result)
{
    const struct jvalue *columns = jvalue_get(result, "columns"),
                        *rows = jvalue_get(result, "rows");
    const size_t count = jvalue_length(columns);
    char **heads = NEW(char *, count + 1);
    struct table table;
    for (size_t c = 0; c < count; c++)
        heads[c] = memory_print("%c%s", is_numeric(rows, c) ? '>' : '<',
                                jvalue_read_text(jvalue_at(columns, c)));
    table_open(&table, (const char *const *)heads);
    for (size_t r = 0; r < jvalue_length(rows); r++)
        for (size_t c = 0; c < count; c++)
            add_cell(&table, jvalue_at(jvalue_at(rows, r), c));
    table_print(&table, session->colour);
    table_close(&table);
    for (size_t c = 0; c < count; c++)
        free(heads[c]);
    free(heads);
}

static int run(struct session *session, struct error *err)
{
    struct jvalue *result;
    int code = session_open(session, STORE_READ, err);
    if (!code)
        code = store_query(session->store, session->arguments.word[0], &result, err);
    if (code)
        return code;
    if (session->json) {
        output_json(result);
    } else {
        print(session, result);
        jvalue_free(result);
    }
    return 0;
}

const struct command command_query = {
    .name = "query",
    .words = "SQL",
    .least = 1,
    .most = 1,
    .summary = "Run read-only SQL on the store; its tables are in slimscope-store(5).",
    .run = run,
};
