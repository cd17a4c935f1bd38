/* `data list`, `data check SPEC`. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/command.h"
#include "cli/output.h"
#include "data/data.h"

/* --- list ------------------------------------------------------------------------------------- */

static void set_count(struct jvalue *object, const char *key, int count)
{
    if (count)
        jvalue_set_integer(object, key, count);
    else
        jvalue_set_null(object, key);
}

static void list_json(void)
{
    struct jvalue *object = jvalue_object(), *array = jvalue_array();
    for (int i = 0; data_known(i); i++) {
        const struct data_info *info = data_known(i);
        struct jvalue *one = jvalue_object();
        jvalue_set_text(one, "name", info->name);
        jvalue_set_text(one, "form", info->form);
        jvalue_set_text(one, "about", info->about);
        set_count(one, "train", info->train);
        set_count(one, "test", info->test);
        set_count(one, "channels", info->channels);
        set_count(one, "height", info->height);
        set_count(one, "width", info->width);
        set_count(one, "classes", info->classes);
        jvalue_add(array, one);
    }
    jvalue_set(object, "data", array);
    output_json(object);
}

static void add_count(struct table *table, int count)
{
    if (count)
        table_add(table, "%d", count);
    else
        table_add(table, "-");
}

static int list(const struct session *session)
{
    static const char *const heads[] = {"<spec",    ">train", ">test", ">image",
                                        ">classes", "<about", NULL};
    struct table table;
    if (session->json) {
        list_json();
        return 0;
    }
    table_open(&table, heads);
    for (int i = 0; data_known(i); i++) {
        const struct data_info *info = data_known(i);
        table_add(&table, "%s", info->form);
        add_count(&table, info->train);
        add_count(&table, info->test);
        if (info->channels)
            table_add(&table, "%dx%dx%d", info->channels, info->height, info->width);
        else
            table_add(&table, "%dx%d", info->height, info->width);
        add_count(&table, info->classes);
        table_add(&table, "%s", info->about);
    }
    table_print(&table, session->colour);
    table_close(&table);
    return 0;
}

/* --- check ------------------------------------------------------------------------------------ */

static void check_json(const struct data_set *set)
{
    const char *other;
    const int official = data_official(set, &other);
    struct jvalue *object = jvalue_object();
    jvalue_set_text(object, "name", set->name);
    jvalue_set_integer(object, "train", set->train.count);
    jvalue_set_integer(object, "test", set->test.count);
    jvalue_set_integer(object, "channels", set->channels);
    jvalue_set_integer(object, "height", set->height);
    jvalue_set_integer(object, "width", set->width);
    jvalue_set_integer(object, "classes", set->classes);
    jvalue_set_text(object, "spec", set->spec);
    jvalue_set_text(object, "checksum", set->checksum);
    if (official < 0)
        jvalue_set_null(object, "official");
    else
        jvalue_set_bool(object, "official", official != 0);
    output_json(object);
}

static void check_text(const struct data_set *set)
{
    const char *other;
    const int official = data_official(set, &other);
    printf("%s: %d training and %d test images of %dx%dx%d in %d classes\n", set->name,
           set->train.count, set->test.count, set->channels, set->height, set->width, set->classes);
    output_field("found at", "%s", set->spec);
    output_field("checksum", "%s", set->checksum);
    if (official == 1)
        output_field("files", "byte by byte as they were published");
    if (official == 0)
        output_field("files", "%s is not, byte by byte, the one that was published", other);
}

static int check(const struct session *session, const char *spec, struct error *err)
{
    struct data_set *set;
    int code = data_open(spec, NULL, &set, err);
    if (code)
        return code;
    if (session->json)
        check_json(set);
    else
        check_text(set);
    data_close(set);
    return 0;
}

static int run(struct session *session, struct error *err)
{
    const char *what = session->arguments.word[0];
    const int words = session->arguments.words;
    if (text_equal(what, "list") && words == 1)
        return list(session);
    if (text_equal(what, "check") && words == 2)
        return check(session, session->arguments.word[1], err);
    return error_set(err, ERROR_USAGE, "%s: wants `data list` or `data check SPEC`", what);
}

const struct command command_data = {
    .name = "data",
    .words = "list | check SPEC",
    .least = 1,
    .most = 2,
    .summary = "List the data sets that are known, or read and check one.",
    .run = run,
};
