#include "report/claims.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "report/columns.h"
#include "report/statistics.h"

enum relation { MORE, ALIKE };
enum against { L1, BEFORE };

struct claim {
    const char *number;
    unsigned penalties;
    enum column_index figure;
    enum relation relation;
    enum against against;
    double margin;
    const char *text;
};

#define KIND(kind) (1U << PENALTY_##kind)
static const struct claim claims[] = {
#define CLAIM(number, penalties, figure, relation, against, margin, text)                          \
    {number, penalties, COLUMN_##figure, relation, against, margin, text},
#include "report/claims.def"
#undef CLAIM
};
enum { CLAIMS = sizeof claims / sizeof *claims };

enum verdict { HOLDS, FAILS, UNDECIDED, VERDICTS };
static const char *const verdict_names[VERDICTS] = {"holds", "does not", "undecided"};

/* A claim at one penalty and one share. */
struct finding {
    const struct claim *claim;
    const struct result_row *row;
    struct mean measured, other;
    struct difference difference;
    enum verdict verdict;
};

struct findings {
    struct finding *finding;
    int count;
};

/* --- judging ---------------------------------------------------------------------------------- */

static enum verdict judge(const struct claim *claim, const struct difference *difference)
{
    double low = difference->low, high = difference->high, margin = claim->margin;
    if (isnan(low))
        return UNDECIDED;
    if (claim->relation == MORE)
        return low > 0 ? HOLDS : high < 0 ? FAILS : UNDECIDED;
    if (low >= -margin && high <= margin)
        return HOLDS;
    return low > margin || high < -margin ? FAILS : UNDECIDED;
}

/* The row of l1 that a row is held against: of the same network, data and share, with the same λ;
 * where none has that, the only one there is. NULL: none, or several. */
static const struct result_row *find_l1(const struct results *results, const struct result_row *row)
{
    const struct result_row *only = NULL;
    const struct run_row *run = &row->group->run[0];
    double share = decimal_value(row->percent);
    int found = 0;
    for (int i = 0; i < results->rows; i++) {
        const struct result_row *other = &results->row[i];
        const struct run_row *l1 = &other->group->run[0];
        double at = decimal_value(other->percent);
        if (!text_equal(l1->penalty, "l1") || !results_comparable(row->group, other->group) ||
            at < share || at > share)
            continue;
        if (l1->lambda >= run->lambda && l1->lambda <= run->lambda)
            return other;
        only = other;
        found++;
    }
    return found == 1 ? only : NULL;
}

static void compare_before(const struct result_row *row, struct finding *finding)
{
    struct mean differences = {0};
    for (int i = 0; i < row->group->runs; i++)
        mean_add(&differences, row->point[i].pruned - row->point[i].before);
    finding->other = row->before;
    finding->difference = difference_paired(&differences);
}

/* False where there is nothing to compare. */
static bool find(const struct results *results, const struct claim *claim,
                 const struct result_row *row, struct finding *finding)
{
    struct penalty penalty;
    seeds_penalty(&row->group->run[0], &penalty);
    if (!(claim->penalties >> penalty.kind & 1))
        return false;
    *finding = (struct finding){
        .claim = claim, .row = row, .measured = *column_mean(&columns[claim->figure], row)};
    if (claim->against == BEFORE) {
        compare_before(row, finding);
    } else {
        const struct result_row *l1 = find_l1(results, row);
        if (!l1)
            return false;
        finding->other = *column_mean(&columns[claim->figure], l1);
        finding->difference = difference_welch(&finding->measured, &finding->other);
    }
    finding->verdict = judge(claim, &finding->difference);
    return finding->measured.n > 0 && finding->other.n > 0;
}

static struct findings find_all(const struct results *results)
{
    struct findings all = {.finding = NEW(struct finding, CLAIMS * results->rows + 1)};
    for (int c = 0; c < CLAIMS; c++)
        for (int i = 0; i < results->rows; i++)
            all.count += find(results, &claims[c], &results->row[i], &all.finding[all.count]);
    return all;
}

/* --- Markdown --------------------------------------------------------------------------------- */

static void no_mark(struct text *cell)
{
    (void)cell;
}

static const struct column_style style = {.plus_minus = " ± ",
                                          .missing = "–",
                                          .percent = "%",
                                          .guessed = "≈ ",
                                          .symbols = true,
                                          .best = no_mark};

static void add_mean(struct text *text, const struct mean *mean)
{
    text_add(text, " %.2f", 100 * mean->mean);
    if (mean->n > 1)
        text_add(text, " ± %.2f", 100 * mean_deviation(mean));
    text_add(text, " (%d) |", mean->n);
}

static void add_cell(struct text *text, const struct result_row *row, enum column_index column)
{
    char *cell = column_print(row, column, &style);
    text_add(text, " %s |", *cell ? cell : "–");
    free(cell);
}

static void add_finding(struct text *text, const struct finding *finding)
{
    static const enum column_index labels[] = {COLUMN_network, COLUMN_data,   COLUMN_penalty,
                                               COLUMN_shape,   COLUMN_lambda, COLUMN_percent};
    const struct difference *difference = &finding->difference;
    text_add(text, "|");
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        add_cell(text, finding->row, labels[i]);
    add_mean(text, &finding->measured);
    add_mean(text, &finding->other);
    text_add(text, " %+.2f |", 100 * difference->mean);
    if (isnan(difference->low))
        text_add(text, " – | – |");
    else
        text_add(text, " %+.2f … %+.2f | %.2g |", 100 * difference->low, 100 * difference->high,
                 difference->p);
    text_add(text, " %s |\n", verdict_names[finding->verdict]);
}

static void count_verdicts(const struct findings *all, const struct claim *claim,
                           int count[VERDICTS])
{
    for (int i = 0; i < all->count; i++)
        if (all->finding[i].claim == claim)
            count[all->finding[i].verdict]++;
}

static void add_summary(struct text *text, const struct results *results,
                        const struct findings *all)
{
    text_add(text, "| claim | | holds | does not | undecided |\n"
                   "| :--- | :--- | ---: | ---: | ---: |\n");
    for (int c = 0; c < CLAIMS; c++) {
        int count[VERDICTS] = {0};
        count_verdicts(all, &claims[c], count);
        text_add(text, "| %s | %s | %d | %d | %d |\n", claims[c].number, claims[c].text,
                 count[HOLDS], count[FAILS], count[UNDECIDED]);
    }
    text_add(
        text,
        "\nClaim 4 compares with variational pruning, which is not measured here.\n"
        "How often each claim holds, over networks, penalties and shares of channels removed.\n"
        "All figures are in %%, on %s images; mean ± standard deviation (seeds).\n"
        "A difference has its 95 %% interval and p over seeds: Welch's t-test between "
        "penalties,\nStudent's within runs against the accuracy before. *More* holds when the "
        "interval lies above 0\nand does not when it lies below; *alike* holds when it lies "
        "within the margin and does not\nwhen it lies outside; else this study cannot tell. "
        "Nothing is corrected for how many\ncomparisons there are. Each penalty has its own λ: it "
        "is "
        "held against the ℓ1 of the same λ where there\nis one, else against the only ℓ1 of its "
        "network.\n",
        results->validation ? "validation" : "test");
}

static void add_claim(struct text *text, const struct findings *all, const struct claim *claim)
{
    const char *figure = columns[claim->figure].latex; /* plain words, of a mean */
    const char *other = claim->against == L1 ? "ℓ1" : "before";
    text_add(text, "\n### %s. %s\n\n", claim->number, claim->text);
    if (claim->relation == MORE)
        text_add(text, "%s > that of %s\n\n", figure, other);
    else
        text_add(text, "|%s − that of %s| ≤ %g points\n\n", figure, other, 100 * claim->margin);
    int start = 0;
    for (int i = 0; i < all->count; i++) {
        if (all->finding[i].claim != claim)
            continue;
        if (start++ == 0)
            text_add(text,
                     "| network | data | penalty | a or p | λ | channels removed | %s | %s |"
                     " difference | 95 %% interval | p | verdict |\n"
                     "| :--- | :--- | :--- | :--- | ---: | ---: | ---: | ---: | ---: | ---: |"
                     " ---: | :--- |\n",
                     figure, other);
        add_finding(text, &all->finding[i]);
    }
    if (start == 0)
        text_add(text, "Not measured in this study.\n");
}

char *claims_print(const struct results *results)
{
    struct text text = {0};
    struct findings all = find_all(results);
    add_summary(&text, results, &all);
    for (int c = 0; c < CLAIMS; c++)
        add_claim(&text, &all, &claims[c]);
    free(all.finding);
    return text_take(&text);
}

/* --- JSON ------------------------------------------------------------------------------------- */

static void set_mean(struct jvalue *object, const char *key, const struct mean *mean)
{
    struct jvalue *value = jvalue_object();
    jvalue_set_number(value, "mean", mean->mean);
    jvalue_set_number(value, "std", mean_deviation(mean));
    jvalue_set_integer(value, "n", mean->n);
    jvalue_set(object, key, value);
}

static struct jvalue *finding_to_json(const struct finding *finding)
{
    const struct run_row *run = &finding->row->group->run[0];
    struct jvalue *object = jvalue_object(), *interval = jvalue_array();
    jvalue_set_text(object, "network", run->arch);
    jvalue_set_number(object, "width", run->width);
    jvalue_set_text(object, "data", run->data);
    jvalue_set_text(object, "penalty", run->penalty);
    jvalue_set_number(object, "lambda", run->lambda);
    jvalue_set_number(object, "a", run->a);
    jvalue_set_number(object, "p_exponent", run->p);
    jvalue_set_number(object, "share", decimal_value(finding->row->percent) / 100);
    set_mean(object, "measured", &finding->measured);
    set_mean(object, "against", &finding->other);
    jvalue_set_number(object, "difference", finding->difference.mean);
    jvalue_add_number(interval, finding->difference.low);
    jvalue_add_number(interval, finding->difference.high);
    jvalue_set(object, "interval", interval);
    jvalue_set_number(object, "p", finding->difference.p);
    jvalue_set_text(object, "verdict", verdict_names[finding->verdict]);
    return object;
}

struct jvalue *claims_to_json(const struct results *results)
{
    struct jvalue *object = jvalue_object(), *array = jvalue_array();
    struct findings all = find_all(results);
    for (int c = 0; c < CLAIMS; c++) {
        struct jvalue *one = jvalue_object(), *findings = jvalue_array();
        jvalue_set_text(one, "claim", claims[c].number);
        jvalue_set_text(one, "text", claims[c].text);
        jvalue_set_text(one, "figure", columns[claims[c].figure].key);
        jvalue_set_text(one, "relation", claims[c].relation == MORE ? "more" : "alike");
        jvalue_set_text(one, "against", claims[c].against == L1 ? "l1" : "before");
        jvalue_set_number(one, "margin", claims[c].margin);
        for (int i = 0; i < all.count; i++)
            if (all.finding[i].claim == &claims[c])
                jvalue_add(findings, finding_to_json(&all.finding[i]));
        jvalue_set(one, "findings", findings);
        jvalue_add(array, one);
    }
    free(all.finding);
    jvalue_set(object, "claims", array);
    return object;
}
