#include "ui/prune_marks.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"

enum { FILE_LIMIT = 4 << 20 };

/* The folder of the user's state; the caller frees. */
static char *state_folder(void)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");

    if (state && *state == '/')
        return memory_print("%s/slimscope", state);
    return memory_print("%s/.local/state/slimscope", home ? home : "");
}

/* The whole file; *all is NULL where there is none. */
static int read_all(struct jvalue **all, struct error *err)
{
    char *folder = state_folder(), *path = memory_print("%s/marks.json", folder), *bytes = NULL;
    size_t length;
    int code = 0;

    *all = NULL;
    if (file_exists(path))
        code = file_read(path, FILE_LIMIT, &bytes, &length, err);
    if (!code && bytes && jvalue_parse(bytes, length, all, err))
        code = error_prefix(err, "%s", path);
    free(bytes);
    free(folder);
    free(path);
    return code;
}

void prune_marks_add(struct prune_marks *marks, const char *name, int epoch, const char *amount)
{
    struct prune_mark mark = {memory_copy_text(name), memory_copy_text(amount), epoch};

    text_clean(mark.name);
    for (int i = 0; i < marks->marks; i++)
        if (text_equal(marks->mark[i].name, mark.name)) {
            free(marks->mark[i].name);
            free(marks->mark[i].amount);
            marks->mark[i] = mark;
            return;
        }
    marks->mark = memory_grow(marks->mark, (size_t)marks->marks + 1, sizeof *marks->mark);
    marks->mark[marks->marks++] = mark;
}

void prune_marks_remove(struct prune_marks *marks, int at)
{
    free(marks->mark[at].name);
    free(marks->mark[at].amount);
    memmove(&marks->mark[at], &marks->mark[at + 1],
            (size_t)(--marks->marks - at) * sizeof *marks->mark);
}

void prune_marks_done(struct prune_marks *marks)
{
    while (marks->marks > 0)
        prune_marks_remove(marks, marks->marks - 1);
    free(marks->mark);
    *marks = (struct prune_marks){0};
}

/* What is no mark is passed over. */
static void take(struct prune_marks *marks, const struct jvalue *list)
{
    for (size_t i = 0; list && i < jvalue_length(list); i++) {
        const struct jvalue *one = jvalue_at(list, i);
        const char *name = jvalue_read_text(jvalue_get(one, "name"));
        const char *amount = jvalue_read_text(jvalue_get(one, "amount"));
        int64_t epoch;
        if (name && amount && jvalue_read_integer(jvalue_get(one, "epoch"), &epoch))
            prune_marks_add(marks, name, (int)epoch, amount);
    }
}

int prune_marks_read(struct prune_marks *marks, const char *run_hash, struct error *err)
{
    struct jvalue *all;
    int code = read_all(&all, err);

    *marks = (struct prune_marks){0};
    if (!code && all)
        take(marks, jvalue_get(all, run_hash));
    jvalue_free(all);
    return code;
}

static void put(struct jvalue *to, const char *run_hash, const struct prune_marks *marks)
{
    struct jvalue *list = jvalue_array();

    for (int i = 0; i < marks->marks; i++) {
        struct jvalue *one = jvalue_object();
        jvalue_set_text(one, "name", marks->mark[i].name);
        jvalue_set_integer(one, "epoch", marks->mark[i].epoch);
        jvalue_set_text(one, "amount", marks->mark[i].amount);
        jvalue_add(list, one);
    }
    if (marks->marks)
        jvalue_set(to, run_hash, list);
    else
        jvalue_free(list);
}

static int write_text(const char *text, struct error *err)
{
    char *folder = state_folder(), *path = memory_print("%s/marks.json", folder);
    struct file_writer writer;
    int code = file_make_folder(folder, err);

    if (!code)
        code = file_create(&writer, path, err);
    if (!code) {
        code = file_write(&writer, text, strlen(text), err);
        code = code ? code : file_write(&writer, "\n", 1, err);
        code = code ? code : file_commit(&writer, err);
        file_abort(&writer);
    }
    free(folder);
    free(path);
    return code;
}

int prune_marks_write(const struct prune_marks *marks, const char *run_hash, struct error *err)
{
    struct jvalue *before, *after = jvalue_object();
    int code = read_all(&before, err);

    for (void *at = before ? jvalue_first(before) : NULL; at; at = jvalue_next(before, at)) {
        struct prune_marks other = {0};
        take(&other, jvalue_member(at));
        if (!text_equal(jvalue_key(at), run_hash))
            put(after, jvalue_key(at), &other);
        prune_marks_done(&other);
    }
    put(after, run_hash, marks);
    char *text = jvalue_print(after);
    if (!code)
        code = write_text(text, err);
    free(text);
    jvalue_free(before);
    jvalue_free(after);
    return code;
}
