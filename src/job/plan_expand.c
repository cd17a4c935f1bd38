/*
 * Method. The combinations of the grid are counted like the digits of a number, the last key
 * changing fastest; the lists of `zip` move together, as one more digit behind them. Each
 * combination is base, grid and zip, in this order; those that a rule of `exclude` fits are left
 * out; the rules of `override` are applied to the rest, in order; what is left is resolved and
 * checked. Combinations that come to the same run count once.
 */
#include <stdlib.h>

#include "base/text.h"
#include "job/plan_read.h"
#include "net/spec.h"

static int set(const struct draft *d, struct plan_run *run, enum config_field field,
               const char *text, int line)
{
    run->line[field] = line;
    /* several tags in one setting replace those of the settings before */
    int code =
        config_row(field)->type == CONFIG_TAGS ? config_set(&run->config, field, "", d->err) : 0;
    if (!code)
        code = config_set(&run->config, field, text, d->err);
    return code ? draft_place(d, line) : 0;
}

static int set_all(const struct draft *d, struct plan_run *run, const struct plan_setting *setting,
                   int count)
{
    int code = 0;
    for (int i = 0; i < count && !code; i++)
        code = set(d, run, setting[i].field, setting[i].text, setting[i].line);
    return code;
}

/* --- rules ------------------------------------------------------------------------------------ */

/* Whether the field has that value, however either was written. */
static bool has_value(const struct config *config, enum config_field field, const char *text)
{
    struct config other;
    config_init(&other);
    bool same = config_set(&other, field, text, NULL) == 0;
    char *ours = config_get(config, field), *theirs = config_get(&other, field);
    same = same && text_equal(ours, theirs);
    free(ours);
    free(theirs);
    config_done(&other);
    return same;
}

static bool fits(const struct config *config, const struct plan_rule *rule)
{
    bool all = true;
    for (int i = 0; i < rule->whens && all; i++) {
        const struct plan_axis *when = &rule->when[i];
        bool any = false;
        for (int j = 0; j < when->count && !any; j++)
            any = has_value(config, when->field, when->text[j]);
        all = any;
    }
    return all;
}

static bool excluded(const struct draft *d, const struct config *config)
{
    for (int i = 0; i < d->excludes; i++)
        if (fits(config, &d->exclude[i]))
            return true;
    return false;
}

static int override(const struct draft *d, struct plan_run *run)
{
    int code = 0;
    for (int i = 0; i < d->overrides && !code; i++)
        if (fits(&run->config, &d->override[i]))
            code = set_all(d, run, d->override[i].set, d->override[i].sets);
    return code;
}

/* --- one run ---------------------------------------------------------------------------------- */

/* The last line that had a say in the penalty: it is what does not hang together. */
static int penalty_line(const struct draft *d, const struct plan_run *run)
{
    static const enum config_field fields[] = {CONFIG_FIELD_penalty, CONFIG_FIELD_lambda,
                                               CONFIG_FIELD_p, CONFIG_FIELD_a};
    int line = 0;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (run->line[fields[i]] > line)
            line = run->line[fields[i]];
    return line ? line : d->line;
}

static int check_run(const struct draft *d, struct plan_run *run)
{
    struct config *config = &run->config;
    struct net_spec spec;
    if (!*config->data)
        return draft_fail(d, d->line, "data: is needed, in base, grid or zip");
    if (!*config->arch)
        return draft_fail(d, d->line, "arch: is needed, in base, grid or zip");
    if (spec_make(config->arch, config->width, 10, 3, &spec, d->err))
        return draft_place(d, run->line[CONFIG_FIELD_arch]);
    spec_done(&spec);
    return config_resolve(config, d->err) ? draft_place(d, penalty_line(d, run)) : 0;
}

/* What makes two of a plan's runs the same: their data and all that acts. */
static void find_key(struct plan_run *run)
{
    struct text text = {0};
    text_add(&text, "%s\n", run->config.data);
    for (int i = 0; i < CONFIG_FIELDS; i++) {
        const enum config_field field = (enum config_field)i;
        if (!config_row(field)->identity || !config_acts(&run->config, field))
            continue;
        char *value = config_get(&run->config, field);
        text_add(&text, "%d %s\n", i, value);
        free(value);
    }
    hash_bytes(text_get(&text), text.length, run->key);
    text_done(&text);
}

static bool is_there(const struct plan *plan, const struct plan_run *run)
{
    for (int i = 0; i < plan->runs; i++)
        if (text_equal(plan->run[i].key, run->key))
            return true;
    return false;
}

/* The combination of these digits, one an axis of the grid and one for the zip. */
static int add_run(const struct draft *d, const int *digit)
{
    struct plan_run run = {0};
    config_init(&run.config);
    int code = set_all(d, &run, d->base, d->bases);
    for (int g = 0; g < d->grids && !code; g++) {
        const struct plan_axis *axis = &d->grid[g];
        code = set(d, &run, axis->field, axis->text[digit[g]], axis->place[digit[g]]);
    }
    for (int z = 0; z < d->zips && !code; z++) {
        const struct plan_axis *axis = &d->zip[z];
        code = set(d, &run, axis->field, axis->text[digit[d->grids]], axis->place[digit[d->grids]]);
    }
    bool wanted = !code && !excluded(d, &run.config);
    if (wanted)
        code = override(d, &run);
    if (wanted && !code)
        code = check_run(d, &run);
    if (wanted && !code)
        find_key(&run);
    if (code || !wanted || is_there(d->plan, &run))
        config_done(&run.config);
    else
        *PLAN_ADD(d->plan->run, d->plan->runs) = run;
    return code;
}

/* --- all of them ------------------------------------------------------------------------------ */

/* A field stands in one of base, grid and zip. */
static int check_axes(const struct draft *d, const struct plan_axis *axes, int count,
                      const char *where)
{
    for (int i = 0; i < count; i++) {
        const char *key = config_row(axes[i].field)->field;
        for (int b = 0; b < d->bases; b++)
            if (d->base[b].field == axes[i].field)
                return draft_fail(d, axes[i].line, "%s: %s: stands in base too, in line %d", where,
                                  key, d->base[b].line);
        for (int z = 0; z < d->zips && axes != d->zip; z++)
            if (d->zip[z].field == axes[i].field)
                return draft_fail(d, d->zip[z].line, "zip: %s: stands in grid too, in line %d", key,
                                  axes[i].line);
    }
    return 0;
}

static int count_runs(const struct draft *d, int *runs)
{
    int64_t count = d->zips ? d->zip[0].count : 1;
    for (int g = 0; g < d->grids && count <= PLAN_RUNS; g++)
        count *= d->grid[g].count;
    *runs = (int)count;
    return count <= PLAN_RUNS ? 0
                              : draft_fail(d, d->line, "grid: makes more than %d runs", PLAN_RUNS);
}

static int check_retrains(const struct draft *d)
{
    const struct plan *plan = d->plan;
    int code = 0;
    for (int r = 0; r < plan->runs; r++)
        for (int i = 0; i < plan->retrains && !code; i++) {
            struct config config;
            code = plan_retrain_config(plan, r, i, &config, d->err);
            config_done(&config);
        }
    return code;
}

int draft_expand(const struct draft *d)
{
    int runs = 0, code = check_axes(d, d->grid, d->grids, "grid");
    if (!code)
        code = check_axes(d, d->zip, d->zips, "zip");
    if (!code)
        code = count_runs(d, &runs);
    int *digit = NEW(int, d->grids + 1);
    for (int i = 0; i < runs && !code; i++) {
        code = add_run(d, digit);
        for (int g = d->grids; g >= 0; g--) {
            int count = g < d->grids ? d->grid[g].count : d->zips ? d->zip[0].count : 1;
            if (++digit[g] < count)
                break;
            digit[g] = 0;
        }
    }
    free(digit);
    if (!code && d->plan->runs == 0)
        code = draft_fail(d, d->line, "exclude: nothing is left to run");
    return code ? code : check_retrains(d);
}

int plan_retrain_config(const struct plan *plan, int run, int retrain, struct config *config,
                        struct error *err)
{
    const struct plan_retrain *row = &plan->retrain[retrain];
    struct plan copy = *plan;
    struct error local;
    const struct draft draft = {.plan = &copy, .err = err ? err : &local};
    int code = 0;
    config_copy(&plan->run[run].config, config);
    config_set(config, CONFIG_FIELD_penalty, "none", NULL);
    config_set(config, CONFIG_FIELD_a, "", NULL);
    config_set(config, CONFIG_FIELD_name, "", NULL);
    for (int i = 0; i < row->sets && !code; i++) {
        const struct plan_setting *setting = &row->set[i];
        code = config_set(config, setting->field, setting->text, draft.err);
        if (code)
            draft_place(&draft, setting->line);
    }
    if (!code && config_resolve(config, draft.err))
        code = draft_place(&draft, row->sets ? row->set[row->sets - 1].line : row->line);
    return code;
}
