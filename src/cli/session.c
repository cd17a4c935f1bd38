#include "cli/command.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "job/filter.h"

int session_store_path(struct session *session, struct error *err)
{
    const char *option = option_text(&session->arguments, "store");
    char **path = &session->store_path;
    const char *set = getenv("SLIMSCOPE_STORE"), *data = getenv("XDG_DATA_HOME"),
               *home = getenv("HOME");
    if (*path)
        return 0;
    if (option && !*option)
        return error_set(err, ERROR_USAGE, "--store: the name is empty");
    if (option)
        *path = memory_copy_text(option);
    else if (set && *set)
        *path = memory_copy_text(set);
    else if (data && data[0] == '/') /* a relative one is to be ignored (XDG 0.8) */
        *path = memory_print("%s/slimscope/runs.db", data);
    else if (home && *home)
        *path = memory_print("%s/.local/share/slimscope/runs.db", home);
    else
        return error_set(err, ERROR_FAILED,
                         "no place for the store: $HOME is not set; use --store");
    return 0;
}

int session_open(struct session *session, enum store_mode mode, struct error *err)
{
    if (session->store)
        return 0;
    int code = session_store_path(session, err);
    if (code)
        return code;
    return store_open(session->store_path, mode, &session->store, err);
}

void session_next(const struct session *session, const char *format, ...)
{
    va_list args;
    if (session->json || session->quiet)
        return;
    va_start(args, format);
    fputs("next: slimscope ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
}

/* --- targets ---------------------------------------------------------------------------------- */

static bool all_digits(const char *text)
{
    return *text && strspn(text, "0123456789") == strlen(text);
}

static int parse_id(const char *text, int64_t *id, struct error *err)
{
    if (text_parse_integer(text, id) && *id > 0)
        return 0;
    return error_set(err, ERROR_DATA, "%s: no such number", text);
}

bool session_is_file(const char *text)
{
    bool pruning = text[0] == 'p' && all_digits(text + 1);
    return *text && !pruning && strspn(text, "0123456789abcdef") != strlen(text);
}

int session_target(struct session *session, const char *text, struct target *target,
                   struct error *err)
{
    bool pruning = text[0] == 'p' && all_digits(text + 1);
    if (pruning || all_digits(text)) {
        target->kind = pruning ? 'p' : 'r';
        return parse_id(text + pruning, &target->id, err);
    }
    if (!*text || session_is_file(text))
        return error_set(err, ERROR_DATA, "%s: no such run, pruning or hash", *text ? text : "''");
    return hash_find(session->store, text, &target->kind, &target->id, err);
}

int session_run(struct session *session, const char *text, struct run_row *row, struct error *err)
{
    struct target target;
    int code = session_target(session, text, &target, err);
    if (code)
        return code;
    if (target.kind != 'r')
        return error_set(err, ERROR_USAGE, "%s: a pruning; a run is wanted here", text);
    return run_get(session->store, target.id, row, err);
}

int session_pruning(struct session *session, const char *text, struct pruning_row *row,
                    struct error *err)
{
    struct target target;
    int code = session_target(session, text, &target, err);
    if (code)
        return code;
    if (target.kind != 'p' && !all_digits(text))
        return error_set(err, ERROR_USAGE, "%s: a run; a pruning is wanted here", text);
    return pruning_get(session->store, target.id, row, err);
}

int session_configure(const struct session *session, struct config *config, struct error *err)
{
    for (int i = 0; i < session->arguments.seen_count; i++) {
        const struct occurrence *seen = &session->arguments.seen[i];
        if (!seen->option->config)
            continue;
        int code = config_set(config, (enum config_field)seen->option->field,
                              seen->option->sets ? seen->option->sets : seen->value, err);
        if (code)
            return code;
    }
    return 0;
}

int session_list(struct session *session, struct run_row **rows, int *count, int *all,
                 struct error *err)
{
    const char *text = option_text(&session->arguments, "filter");
    struct filter *filter = NULL;
    struct run_row *row = NULL;
    int left = 0;
    *rows = NULL;
    *count = *all = 0;
    int code = text ? filter_parse(text, &filter, err) : 0;
    if (!code)
        code = run_list(session->store, &row, all, err);
    for (int i = 0; i < *all; i++) {
        if (filter_match(filter, &row[i]))
            row[left++] = row[i];
        else
            run_row_done(&row[i]);
    }
    *rows = row;
    *count = left;
    filter_free(filter);
    return code;
}
