/*
 * Method. The YAML tree (yaml.h) is read section by section into a draft; every value is tried on a
 * configuration as soon as it is read, so that a mistake is found where it stands. What hangs
 * together can only be judged of whole runs: that is expand.c's part.
 */
#include "job/plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "job/plan_read.h"

enum { PLAN_SIZE = 1 << 20 };

/* --- sections --------------------------------------------------------------------------------- */

static int read_name(struct draft *d, const struct yaml *node)
{
    int code = draft_want(d, node, YAML_SCALAR, "name");
    if (!code && !*node->text)
        code = draft_fail(d, node->line, "name: has no value");
    if (!code) {
        free(d->plan->name);
        d->plan->name = memory_copy_text(node->text);
        text_clean(d->plan->name);
    }
    return code;
}

static int read_base(struct draft *d, const struct yaml *node)
{
    return draft_settings(d, "base", node, &d->base, &d->bases);
}

static int read_grid(struct draft *d, const struct yaml *node)
{
    d->line = node->line;
    return draft_axes(d, "grid", node, false, &d->grid, &d->grids);
}

static int read_zip(struct draft *d, const struct yaml *node)
{
    int code = draft_axes(d, "zip", node, false, &d->zip, &d->zips);
    for (int i = 1; i < d->zips && !code; i++)
        if (d->zip[i].count != d->zip[0].count)
            code = draft_fail(d, d->zip[i].line, "zip: %s: has %d values, %s has %d",
                              config_row(d->zip[i].field)->field, d->zip[i].count,
                              config_row(d->zip[0].field)->field, d->zip[0].count);
    return code;
}

/* A rule of exclude (only `when`) or of override (`when` and `set`). */
static int read_rule(const struct draft *d, const char *where, const struct yaml *node, bool sets,
                     struct plan_rule *rule)
{
    static const char *const known[] = {"when", "set", NULL};
    int code = draft_want(d, node, YAML_MAP, where);
    for (int i = 0; i < node->count && !code; i++)
        if (!text_equal(node->key[i], "when") && !(sets && text_equal(node->key[i], "set")))
            code = draft_unknown(d, where, node->key[i], node->item[i].line, known);
    const struct yaml *when = code ? NULL : yaml_get(node, "when");
    const struct yaml *set = code ? NULL : yaml_get(node, "set");
    if (!code && !when)
        code = draft_fail(d, node->line, "%s: when: is missing", where);
    if (!code && sets && !set)
        code = draft_fail(d, node->line, "%s: set: is missing", where);
    if (!code)
        code = draft_axes(d, "when", when, true, &rule->when, &rule->whens);
    if (!code && set)
        code = draft_settings(d, "set", set, &rule->set, &rule->sets);
    return code;
}

static int read_exclude(struct draft *d, const struct yaml *node)
{
    int code = draft_want(d, node, YAML_LIST, "exclude");
    for (int i = 0; i < node->count && !code; i++)
        code = read_rule(d, "exclude", &node->item[i], false, PLAN_ADD(d->exclude, d->excludes));
    return code;
}

static int read_override(struct draft *d, const struct yaml *node)
{
    int code = draft_want(d, node, YAML_LIST, "override");
    for (int i = 0; i < node->count && !code; i++)
        code = read_rule(d, "override", &node->item[i], true, PLAN_ADD(d->override, d->overrides));
    return code;
}

/* --- the whole -------------------------------------------------------------------------------- */

/* In the order in which they are read: retrain speaks of what prune says. */
static const struct section {
    const char *key;
    int (*read)(struct draft *d, const struct yaml *node);
} sections[] = {
    {"name", read_name},       {"base", read_base},         {"grid", read_grid},
    {"zip", read_zip},         {"exclude", read_exclude},   {"override", read_override},
    {"prune", draft_prunings}, {"retrain", draft_retrains},
};
enum { SECTIONS = sizeof sections / sizeof *sections };

static int check_sections(const struct draft *d, const struct yaml *root)
{
    const char *known[SECTIONS + 1] = {0};
    int code = draft_want(d, root, YAML_MAP, "a plan");
    for (int i = 0; i < SECTIONS; i++)
        known[i] = sections[i].key;
    for (int i = 0; i < root->count && !code; i++) {
        bool good = false;
        for (int s = 0; s < SECTIONS; s++)
            good = good || text_equal(root->key[i], known[s]);
        if (!good)
            code = draft_unknown(d, "", root->key[i], root->item[i].line, known);
    }
    return code;
}

static int read_sections(struct draft *d, const struct yaml *root)
{
    int code = check_sections(d, root);
    for (int s = 0; s < SECTIONS && !code; s++) {
        const struct yaml *node = yaml_get(root, sections[s].key);
        if (node)
            code = sections[s].read(d, node);
    }
    return code;
}

static void axes_free(struct plan_axis *axes, int count)
{
    for (int i = 0; i < count; i++) {
        for (int j = 0; j < axes[i].count; j++)
            free(axes[i].text[j]);
        free(axes[i].text);
        free(axes[i].place);
    }
    free(axes);
}

static void rules_free(struct plan_rule *rules, int count)
{
    for (int i = 0; i < count; i++) {
        axes_free(rules[i].when, rules[i].whens);
        settings_free(rules[i].set, rules[i].sets);
    }
    free(rules);
}

static void draft_done(struct draft *d)
{
    settings_free(d->base, d->bases);
    axes_free(d->grid, d->grids);
    axes_free(d->zip, d->zips);
    rules_free(d->exclude, d->excludes);
    rules_free(d->override, d->overrides);
}

/* The file's name without its folder and ending. */
static char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/'), *file = slash ? slash + 1 : path;
    const char *dot = strrchr(file, '.');
    char *name =
        memory_print("%.*s", dot && dot > file ? (int)(dot - file) : (int)strlen(file), file);
    text_clean(name);
    return name;
}

int plan_parse(const char *path, const char *text, size_t length, struct plan *plan,
               struct error *err)
{
    struct yaml root;
    *plan = (struct plan){.path = memory_copy_text(path),
                          .name = name_of(path),
                          .text = memory_print("%.*s", (int)length, text)};
    struct draft draft = {.plan = plan, .line = 1, .err = err};
    int code = yaml_parse(path, text, length, &root, err);
    if (!code) {
        draft.line = root.line;
        code = read_sections(&draft, &root);
        if (!code)
            code = draft_expand(&draft);
        yaml_done(&root);
    }
    draft_done(&draft);
    if (code)
        plan_done(plan);
    return code;
}

int plan_read(const char *path, struct plan *plan, struct error *err)
{
    char *text;
    size_t length;
    *plan = (struct plan){0};
    int code = file_read(path, PLAN_SIZE, &text, &length, err);
    if (code)
        return code;
    code = plan_parse(path, text, length, plan, err);
    free(text);
    return code;
}

void plan_done(struct plan *plan)
{
    for (int i = 0; i < plan->runs; i++)
        config_done(&plan->run[i].config);
    for (int i = 0; i < plan->retrains; i++)
        settings_free(plan->retrain[i].set, plan->retrain[i].sets);
    free(plan->run);
    free(plan->pruning);
    free(plan->retrain);
    free(plan->path);
    free(plan->name);
    free(plan->text);
    *plan = (struct plan){0};
}
