/* The prunings and retrainings of a plan. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "job/plan_read.h"

/* --- prunings --------------------------------------------------------------------------------- */

static int read_amount(const struct draft *d, const char *key, const struct yaml *node,
                       struct amount *amount)
{
    struct error why;
    int code = draft_want(d, node, YAML_SCALAR, key);
    if (code)
        return code;
    return amount_set(amount, (enum amount_kind)amount_find_kind(key), key, node->text, &why)
               ? draft_fail(d, node->line, "%s", why.text)
               : 0;
}

/* The amounts of one entry of `prune` or `retrain`: one kind, one or several values. */
struct amounts {
    struct amount *amount;
    int *line;
    int count;
};

static int add_amount(const struct draft *d, const char *key, const struct yaml *node,
                      struct amounts *list)
{
    list->amount = memory_grow(list->amount, (size_t)list->count + 1, sizeof *list->amount);
    list->line = memory_grow(list->line, (size_t)list->count + 1, sizeof *list->line);
    list->amount[list->count] = (struct amount){.floor = 1, .round = 1};
    list->line[list->count] = node->line;
    return read_amount(d, key, node, &list->amount[list->count++]);
}

static int read_amounts(const struct draft *d, const char *where, const char *key,
                        const struct yaml *node, struct amounts *list)
{
    int code = 0;
    if (list->count)
        return draft_fail(d, node->line, "%s: %s: a second kind of amount; start another entry",
                          where, key);
    if (node->kind != YAML_LIST)
        return add_amount(d, key, node, list);
    for (int i = 0; i < node->count && !code; i++)
        code = add_amount(d, key, &node->item[i], list);
    return code || node->count ? code : draft_fail(d, node->line, "%s: %s: is empty", where, key);
}

static void amounts_done(struct amounts *list)
{
    free(list->amount);
    free(list->line);
}

static bool same_amount(const struct amount *a, const struct amount *b)
{
    char *one = amount_text(a), *two = amount_text(b);
    bool same = text_equal(one, two);
    free(one);
    free(two);
    return same;
}

static int add_pruning(struct draft *d, const struct amount *amount, int line)
{
    struct plan *plan = d->plan;
    char text[AMOUNT_TEXT];
    for (int i = 0; i < plan->prunings; i++)
        if (same_amount(&plan->pruning[i].amount, amount))
            return draft_fail(d, line, "prune: %s: stands here twice, first in line %d",
                              amount_print(amount, text, sizeof text) + 2, plan->pruning[i].line);
    *PLAN_ADD(plan->pruning, plan->prunings) =
        (struct plan_pruning){.amount = *amount, .line = line};
    return 0;
}

/* no, yes, or both: how[0] and how[1]. */
static int read_both(const struct draft *d, const struct yaml *node, const char *key, bool how[2])
{
    bool yes = false;
    int code = draft_want(d, node, YAML_SCALAR, key);
    if (code)
        return code;
    how[0] = how[1] = text_equal(node->text, "both");
    if (how[0])
        return 0;
    if (draft_flag(d, node, key, &yes))
        return draft_fail(d, node->line, "%s %s: must be yes, no or both", key, node->text);
    how[yes] = true;
    return 0;
}

static int read_pruning(struct draft *d, const struct yaml *node)
{
    static const char *const known[] = {"channels", "threshold",    "parameters", "macs", "floor",
                                        "round",    "as_published", "fold_beta",  NULL};
    struct amounts list = {0};
    int least = 1, round = 1, code = draft_want(d, node, YAML_MAP, "prune");
    bool published = false, fold[2] = {true, false};
    for (int i = 0; i < node->count && !code; i++) {
        const char *key = node->key[i];
        const struct yaml *item = &node->item[i];
        if (amount_find_kind(key) >= 0)
            code = read_amounts(d, "prune", key, item, &list);
        else if (text_equal(key, "floor"))
            code = draft_integer(d, item, key, 0, 100000, &least);
        else if (text_equal(key, "round"))
            code = draft_integer(d, item, key, 1, 100000, &round);
        else if (text_equal(key, "as_published"))
            code = draft_flag(d, item, key, &published);
        else if (text_equal(key, "fold_beta"))
            code = read_both(d, item, key, fold);
        else
            code = draft_unknown(d, "prune", key, item->line, known);
    }
    if (!code && list.count == 0)
        code =
            draft_fail(d, node->line, "prune: needs one of channels, threshold, parameters, macs");
    for (int i = 0; i < list.count && !code; i++) {
        list.amount[i].floor = least;
        list.amount[i].round = round;
        list.amount[i].as_published = published;
        if (published && list.amount[i].kind != AMOUNT_CHANNELS)
            code = draft_fail(d, list.line[i], "prune: as_published: goes with channels only");
        for (int f = 0; f < 2 && !code; f++) {
            list.amount[i].fold_beta = f;
            if (fold[f])
                code = add_pruning(d, &list.amount[i], list.line[i]);
        }
    }
    amounts_done(&list);
    return code;
}

/* One entry, or a list of them. */
static int read_entries(struct draft *d, const struct yaml *node, const char *where,
                        int (*read)(struct draft *d, const struct yaml *node))
{
    int code = 0;
    if (node->kind != YAML_LIST)
        return read(d, node);
    for (int i = 0; i < node->count && !code; i++)
        code = read(d, &node->item[i]);
    return code || node->count ? code : draft_fail(d, node->line, "%s: is empty", where);
}

int draft_prunings(struct draft *d, const struct yaml *node)
{
    return read_entries(d, node, "prune", read_pruning);
}

/* --- retrainings ------------------------------------------------------------------------------ */

/* The prunings that one entry of `retrain` is about: those of its amounts, or all. */
static int select_prunings(const struct draft *d, const struct yaml *node,
                           const struct amounts *list, bool *chosen)
{
    const struct plan *plan = d->plan;
    for (int p = 0; p < plan->prunings; p++)
        chosen[p] = list->count == 0;
    for (int i = 0; i < list->count; i++) {
        bool found = false;
        char text[AMOUNT_TEXT];
        for (int p = 0; p < plan->prunings; p++) {
            struct amount bare = plan->pruning[p].amount;
            bare.floor = bare.round = 1;
            bare.as_published = bare.fold_beta = false;
            if (same_amount(&bare, &list->amount[i]))
                chosen[p] = found = true;
        }
        if (!found)
            return draft_fail(d, list->line[i], "retrain: %s: prune has no such amount",
                              amount_print(&list->amount[i], text, sizeof text) + 2);
    }
    return plan->prunings ? 0 : draft_fail(d, node->line, "retrain: there is nothing to prune");
}

/* The network and the data of a retraining are its pruning's. */
static int read_retrain_setting(const struct draft *d, const char *key, const struct yaml *node,
                                struct plan_setting **set, int *sets)
{
    static const enum config_field fixed[] = {CONFIG_FIELD_data, CONFIG_FIELD_arch,
                                              CONFIG_FIELD_width};
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        if (config_find(key) == (int)fixed[i])
            return draft_fail(d, node->line, "retrain: %s: is that of the run", key);
    return draft_setting(d, "retrain", key, node, set, sets);
}

static bool same_settings(const struct plan_retrain *retrain, const struct plan_setting *set,
                          int sets)
{
    bool same = retrain->sets == sets;
    for (int i = 0; i < sets && same; i++)
        same =
            retrain->set[i].field == set[i].field && text_equal(retrain->set[i].text, set[i].text);
    return same;
}

/* Adds it, unless it is there. */
static void add_retrain(struct draft *d, int pruning, bool scratch, int line,
                        const struct plan_setting *set, int sets)
{
    for (int i = 0; i < d->plan->retrains; i++) {
        const struct plan_retrain *other = &d->plan->retrain[i];
        if (other->pruning == pruning && other->scratch == scratch &&
            same_settings(other, set, sets))
            return;
    }
    struct plan_retrain *retrain = PLAN_ADD(d->plan->retrain, d->plan->retrains);
    retrain->pruning = pruning;
    retrain->scratch = scratch;
    retrain->line = line;
    for (int i = 0; i < sets; i++) {
        struct plan_setting *copy = PLAN_ADD(retrain->set, retrain->sets);
        *copy = set[i];
        copy->text = memory_copy_text(set[i].text);
    }
}

static int read_retrain(struct draft *d, const struct yaml *node)
{
    struct amounts list = {0};
    struct plan_setting *set = NULL;
    int sets = 0, code = draft_want(d, node, YAML_MAP, "retrain");
    bool how[2] = {true, false}, *chosen = NEW(bool, d->plan->prunings + 1);
    for (int i = 0; i < node->count && !code; i++) {
        const char *key = node->key[i];
        if (amount_find_kind(key) >= 0)
            code = read_amounts(d, "retrain", key, &node->item[i], &list);
        else if (text_equal(key, "scratch"))
            code = read_both(d, &node->item[i], "scratch", how);
        else
            code = read_retrain_setting(d, key, &node->item[i], &set, &sets);
    }
    if (!code)
        code = select_prunings(d, node, &list, chosen);
    for (int p = 0; p < d->plan->prunings && !code; p++)
        for (int scratch = 0; scratch < 2; scratch++)
            if (chosen[p] && how[scratch])
                add_retrain(d, p, scratch, node->line, set, sets);
    amounts_done(&list);
    settings_free(set, sets);
    free(chosen);
    return code;
}

int draft_retrains(struct draft *d, const struct yaml *node)
{
    return read_entries(d, node, "retrain", read_retrain);
}
