/* `store check`, `store backup FILE`. */
#include <stdio.h>

#include "base/text.h"
#include "cli/command.h"
#include "cli/output.h"

static int check(struct session *session, struct error *err)
{
    struct jvalue *problems;
    int code = session_open(session, STORE_READ, err);
    if (!code)
        code = store_check(session->store, &problems, err);
    if (code)
        return code;
    const int count = (int)jvalue_length(problems);
    if (session->json) {
        struct jvalue *object = jvalue_object();
        jvalue_set_bool(object, "ok", count == 0);
        jvalue_set(object, "problems", problems);
        output_json(object);
    } else {
        for (int i = 0; i < count; i++)
            printf("%s\n", jvalue_read_text(jvalue_at(problems, (size_t)i)));
        if (count == 0)
            printf("%s: all is well\n", session->store_path);
        jvalue_free(problems);
    }
    if (count == 0)
        return 0;
    return error_set(err, ERROR_FAILED, "%s: %d problem%s", session->store_path, count,
                     count == 1 ? "" : "s");
}

static int backup(struct session *session, const char *path, struct error *err)
{
    int code = session_open(session, STORE_READ, err);
    if (!code)
        code = store_backup(session->store, path, err);
    if (!code && session->json) {
        struct jvalue *object = jvalue_object();
        jvalue_set_bool(object, "ok", true);
        jvalue_set(object, "problems", jvalue_array());
        jvalue_set_text(object, "file", path);
        output_json(object);
    } else if (!code) {
        printf("%s: written\n", path);
    }
    return code;
}

static int run(struct session *session, struct error *err)
{
    const char *what = session->arguments.word[0];
    const int words = session->arguments.words;
    if (text_equal(what, "check") && words == 1)
        return check(session, err);
    if (text_equal(what, "backup") && words == 2)
        return backup(session, session->arguments.word[1], err);
    return error_set(err, ERROR_USAGE, "%s: wants `store check` or `store backup FILE`", what);
}

const struct command command_store = {
    .name = "store",
    .words = "check | backup FILE",
    .least = 1,
    .most = 2,
    .summary = "Check the store's integrity, or copy it while it is in use.",
    .run = run,
};
