#include "ui/prune_marks.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "ui/remember.h"

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
    int code = remember_read(REMEMBER_MARKS, &all, err);

    *marks = (struct prune_marks){0};
    if (!code)
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

int prune_marks_write(const struct prune_marks *marks, const char *run_hash, struct error *err)
{
    struct jvalue *before, *after = jvalue_object();
    int code = remember_read(REMEMBER_MARKS, &before, err);

    for (void *at = jvalue_first(before); at; at = jvalue_next(before, at)) {
        struct prune_marks other = {0};
        take(&other, jvalue_member(at));
        if (!text_equal(jvalue_key(at), run_hash))
            put(after, jvalue_key(at), &other);
        prune_marks_done(&other);
    }
    put(after, run_hash, marks);
    if (!code)
        code = remember_write(REMEMBER_MARKS, after, err);
    jvalue_free(before);
    jvalue_free(after);
    return code;
}
