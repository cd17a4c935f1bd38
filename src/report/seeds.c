#include "report/seeds.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

/* --- grouping --------------------------------------------------------------------------------- */

void seeds_penalty(const struct run_row *run, struct penalty *penalty)
{
    struct jvalue *config = NULL;
    int kind = run->kind == RUN_TRAIN ? penalty_find(run->penalty) : -1;

    *penalty = (struct penalty){.kind = kind < 0 ? PENALTY_NONE : (enum penalty_kind)kind,
                                .lambda = run->lambda,
                                .a = run->a,
                                .p = run->p};
    if (jvalue_parse(run->config, strlen(run->config), &config, NULL))
        return;
    jvalue_read_number(jvalue_get(config, "lp_eps"), &penalty->epsilon);
    jvalue_free(config);
}

static int sign(double difference)
{
    return (difference > 0) - (difference < 0);
}

static int compare_runs(const void *left, const void *right)
{
    const struct run_row *a = left, *b = right;
    struct penalty p, q;

    seeds_penalty(a, &p);
    seeds_penalty(b, &q);
    int by[] = {(int)p.kind - (int)q.kind,
                -sign(p.p - q.p),
                -sign(p.a - q.a),
                sign(p.lambda - q.lambda),
                strcmp(a->arch, b->arch),
                sign(a->width - b->width),
                strcmp(a->data, b->data),
                sign((double)(a->seed - b->seed)),
                sign((double)(a->id - b->id))};
    for (size_t i = 0; i < sizeof by / sizeof *by; i++)
        if (by[i])
            return by[i];
    return 0;
}

static int read_run(struct store *store, int64_t id, struct run_row *row, struct error *err)
{
    int code = run_get(store, id, row, err);

    if (!code && row->epoch == 0 && row->kind != RUN_IMPORT)
        code = error_set(err, ERROR_DATA, "run %" PRId64 ": has no epoch yet", id);
    return code;
}

static bool is_listed(const int64_t *run, int runs, int64_t id)
{
    for (int i = 0; i < runs; i++)
        if (run[i] == id)
            return true;
    return false;
}

/* Gives each run, which becomes the group's, its group. */
static void put_runs(struct seeds *seeds, const struct run_row *row, int rows)
{
    int *series = NEW(int, rows + 1);

    seeds->groups = run_series(row, rows, series);
    for (int i = 0; i < rows; i++) {
        struct seed_group *group = &seeds->group[series[i]];
        group->run = memory_grow(group->run, (size_t)group->runs + 1, sizeof *group->run);
        group->run[group->runs++] = row[i];
    }
    free(series);
}

/* --- names ------------------------------------------------------------------------------------ */

enum trait { NETWORK, DATA, PENALTY, LAMBDA, EPOCHS, TRAITS };

/* "vgg11 ×0.25" …; empty where the run has nothing of the kind. */
static void print_trait(const struct run_row *run, enum trait trait, struct text *text)
{
    struct penalty penalty;
    char name[64];

    seeds_penalty(run, &penalty);
    switch (trait) {
    case NETWORK:
        text_add(text, "%s", run->arch);
        if (run->width < 1 || run->width > 1)
            text_add(text, " ×%g", run->width);
        break;
    case DATA: text_add(text, "%s", run->data); break;
    case PENALTY:
        penalty_print(&penalty, name, sizeof name);
        text_add(text, "%.*s", (int)strcspn(name, " "), name);
        if (penalty_uses_a(penalty.kind))
            text_add(text, penalty.a < 100 ? " a=%g" : " a=%.0f", penalty.a);
        if (penalty_uses_p(penalty.kind))
            text_add(text, " p=%g", penalty.p);
        break;
    case LAMBDA:
        if (penalty.kind != PENALTY_NONE)
            text_add(text, "λ=%g", penalty.lambda);
        break;
    default:
        if (run->epoch > 0)
            text_add(text, "%d epoch%s", run->epoch, run->epoch == 1 ? "" : "s");
    }
}

/* Whether all groups that have the trait have the same. */
static bool is_common(const struct seeds *seeds, enum trait trait)
{
    struct text first = {0}, other = {0};
    bool common = true;

    for (int i = 0; i < seeds->groups && common; i++) {
        text_done(&other);
        print_trait(&seeds->group[i].run[0], trait, &other);
        if (!*text_get(&first))
            text_add(&first, "%s", text_get(&other));
        common = !*text_get(&other) || strcmp(text_get(&first), text_get(&other)) == 0;
    }
    text_done(&first);
    text_done(&other);
    return common;
}

/* The first that any group has, behind a comma where something stands there. */
static void add_trait(const struct seed_group *group, int groups, enum trait trait,
                      const char *between, struct text *to)
{
    struct text text = {0};

    for (int i = 0; i < groups && !*text_get(&text); i++)
        print_trait(&group[i].run[0], trait, &text);
    if (*text_get(&text))
        text_add(to, "%s%s", *text_get(to) ? between : "", text_get(&text));
    text_done(&text);
}

static bool is_taken(const struct seeds *seeds, const char *label)
{
    for (int i = 0; i < seeds->groups; i++)
        if (seeds->group[i].label && strcmp(seeds->group[i].label, label) == 0)
            return true;
    return false;
}

static void name_groups(struct seeds *seeds)
{
    static const enum trait in_label[] = {PENALTY, LAMBDA, NETWORK, DATA, EPOCHS};
    static const enum trait in_common[] = {NETWORK, DATA, LAMBDA, EPOCHS};
    struct text common = {0};

    for (size_t i = 0; i < sizeof in_common / sizeof *in_common; i++)
        if (is_common(seeds, in_common[i]))
            add_trait(seeds->group, seeds->groups, in_common[i], ", ", &common);
    seeds->common = text_take(&common);
    for (int i = 0; i < seeds->groups; i++) {
        struct seed_group *group = &seeds->group[i];
        struct text label = {0};
        for (size_t k = 0; k < sizeof in_label / sizeof *in_label; k++)
            if (in_label[k] == PENALTY || !is_common(seeds, in_label[k]))
                add_trait(group, 1, in_label[k], " ", &label);
        if (is_taken(seeds, text_get(&label)))
            text_add(&label, ", run %" PRId64, group->run[0].id);
        group->label = text_take(&label);
    }
}

/* --- the whole -------------------------------------------------------------------------------- */

int seeds_open(struct seeds *seeds, struct store *store, const int64_t *run, int runs, int most,
               struct error *err)
{
    struct run_row *row = NEW(struct run_row, runs + 1);
    int code = 0, rows = 0;

    *seeds = (struct seeds){.group = NEW(struct seed_group, runs + 1)};
    for (int i = 0; i < runs && !code; i++)
        if (!is_listed(run, i, run[i]))
            code = read_run(store, run[i], &row[rows++], err);
    if (code) {
        run_rows_free(row, rows);
        return code;
    }
    qsort(row, (size_t)rows, sizeof *row, compare_runs);
    put_runs(seeds, row, rows);
    free(row);
    name_groups(seeds);
    if (seeds->groups <= most)
        return 0;
    error_set(err, ERROR_USAGE, "%d series are too many for one figure: at most %d", seeds->groups,
              most);
    return error_hint(err, "name the runs, or choose them with --filter");
}

void seeds_done(struct seeds *seeds)
{
    for (int i = 0; i < seeds->groups; i++) {
        run_rows_free(seeds->group[i].run, seeds->group[i].runs);
        free(seeds->group[i].label);
    }
    free(seeds->group);
    free(seeds->common);
    *seeds = (struct seeds){0};
}

char *seeds_print_number(const struct seeds *seeds, char *text, size_t size)
{
    int least = seeds->groups ? seeds->group[0].runs : 0, most = least;

    for (int i = 1; i < seeds->groups; i++) {
        least = seeds->group[i].runs < least ? seeds->group[i].runs : least;
        most = seeds->group[i].runs > most ? seeds->group[i].runs : most;
    }
    if (most < 2)
        snprintf(text, size, "%s", "");
    else if (least == most)
        snprintf(text, size, "mean ± SD of %d seeds", most);
    else
        snprintf(text, size, "mean ± SD of %d to %d seeds", least, most);
    return text;
}
