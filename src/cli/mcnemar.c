#include "cli/mcnemar.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "cli/output.h"
#include "report/verdicts.h"

/* The networks that a word stands for. */
struct side {
    bool pruning; /* ids are of prunings, else of runs */
    struct {
        int64_t id, seed; /* seed −1: not known */
    } * one;
    int count;
};

struct pair {
    int64_t seed, first, second;
    struct verdict_pair counts;
};

/* --- which networks --------------------------------------------------------------------------- */

static void add(struct side *side, int64_t id, int64_t seed)
{
    side->one = memory_grow(side->one, (size_t)side->count + 1, sizeof *side->one);
    side->one[side->count].id = id;
    side->one[side->count++].seed = seed;
}

/* The number of a point's network in one of its places: the run, pruned, retrained, from scratch.
 */
enum { PLACES = 4 };
static int64_t in_place(const struct result_point *point, int place)
{
    const int64_t ids[PLACES] = {point->run, point->pruning, point->retraining,
                                 point->from_scratch};
    return ids[place];
}

/* The seeds of the row in which the network stands. */
static bool find_row(const struct results *results, struct side *side, int64_t id)
{
    for (int r = 0; r < results->rows; r++) {
        const struct result_row *row = &results->row[r];
        for (int place = 0; place < PLACES; place++) {
            bool here = false;
            for (int i = 0; i < row->group->runs && (place == 1) == side->pruning; i++)
                here = here || in_place(&row->point[i], place) == id;
            for (int i = 0; i < row->group->runs && here; i++)
                if (in_place(&row->point[i], place))
                    add(side, in_place(&row->point[i], place), row->point[i].seed);
            if (here)
                return true;
        }
    }
    return false;
}

static int open_side(struct session *session, const struct results *results, const char *word,
                     struct side *side, struct error *err)
{
    struct target target;
    int code = session_target(session, word, &target, err);
    if (code)
        return code;
    side->pruning = target.kind == 'p';
    if (results->rows == 0)
        add(side, target.id, -1);
    else if (!find_row(results, side, target.id))
        code = error_set(err, ERROR_DATA, "%s: is in no row of the table, so its seeds are unknown",
                         word);
    return code;
}

/* --- verdicts --------------------------------------------------------------------------------- */

static int read_verdicts(struct store *store, bool pruning, int64_t id, const char *split,
                         struct verdict_row *verdict, struct error *err)
{
    struct run_row run = {0};
    struct pruning_row cut = {0};
    bool found = false;
    int code = pruning ? pruning_get(store, id, &cut, err) : run_get(store, id, &run, err);
    if (!code)
        code = verdict_find(store, pruning ? cut.hash : run.hash, pruning ? cut.epoch : run.epoch,
                            split, &found, verdict, err);
    if (!code && !found)
        code = error_set(err, ERROR_DATA, "%s%lld: which %s images it got right is not stored",
                         pruning ? "p" : "run ", (long long)id, split);
    run_row_done(&run);
    pruning_row_done(&cut);
    return code;
}

static int compare(struct store *store, const struct side side[2], const char *split,
                   struct pair *pair, struct verdict_sum *sum, struct error *err)
{
    struct verdict_row first = {0}, second = {0};
    int code = read_verdicts(store, side[0].pruning, pair->first, split, &first, err);
    if (!code)
        code = read_verdicts(store, side[1].pruning, pair->second, split, &second, err);
    if (!code)
        code = verdicts_compare(&first, &second, &pair->counts, sum, err);
    verdict_row_done(&first);
    verdict_row_done(&second);
    return code;
}

/* Networks of one seed go together; single ones anyway. */
static int compare_all(struct store *store, const struct side side[2], const char *split,
                       struct pair *pair, int *pairs, struct verdict_sum *sum, struct error *err)
{
    int code = 0;
    *pairs = 0;
    for (int i = 0; i < side[0].count; i++)
        for (int k = 0; k < side[1].count && !code; k++) {
            if (side[0].one[i].seed != side[1].one[k].seed)
                continue;
            pair[*pairs] = (struct pair){.seed = side[0].one[i].seed,
                                         .first = side[0].one[i].id,
                                         .second = side[1].one[k].id};
            code = compare(store, side, split, &pair[(*pairs)++], sum, err);
        }
    if (!code && *pairs == 0)
        code = error_set(err, ERROR_DATA, "the two have no seed in common");
    return code;
}

/* --- what is printed -------------------------------------------------------------------------- */

static void print_json(const struct side side[2], const struct pair *pair, int pairs,
                       const struct verdict_sum *sum, const char *split)
{
    struct jvalue *object = jvalue_object(), *array = jvalue_array();
    for (int i = 0; i < pairs; i++) {
        struct jvalue *one = jvalue_object();
        const struct verdict_pair *counts = &pair[i].counts;
        if (pair[i].seed < 0)
            jvalue_set_null(one, "seed");
        else
            jvalue_set_integer(one, "seed", pair[i].seed);
        jvalue_set_integer(one, side[0].pruning ? "first_pruning" : "first_run", pair[i].first);
        jvalue_set_integer(one, side[1].pruning ? "second_pruning" : "second_run", pair[i].second);
        jvalue_set_integer(one, "both", counts->both);
        jvalue_set_integer(one, "only_first", counts->only_first);
        jvalue_set_integer(one, "only_second", counts->only_second);
        jvalue_set_integer(one, "neither", counts->neither);
        jvalue_set_number(one, "p", counts->p);
        jvalue_add(array, one);
    }
    jvalue_set_text(object, "split", split);
    jvalue_set_integer(object, "images", sum->images);
    jvalue_set(object, "pairs", array);
    jvalue_set_number(object, "p", verdicts_combined_p(sum));
    output_json(object);
}

static void print_pairs(const struct session *session, const struct side side[2],
                        const struct pair *pair, int pairs, const struct verdict_sum *sum,
                        const char *split)
{
    static const char *const heads[] = {">first",       ">second",  ">both", ">only first",
                                        ">only second", ">neither", ">p",    NULL};
    struct table table;
    table_open(&table, heads);
    for (int i = 0; i < pairs; i++) {
        const struct verdict_pair *counts = &pair[i].counts;
        table_add(&table, "%s%lld", side[0].pruning ? "p" : "", (long long)pair[i].first);
        table_add(&table, "%s%lld", side[1].pruning ? "p" : "", (long long)pair[i].second);
        table_add(&table, "%d", counts->both);
        table_add(&table, "%d", counts->only_first);
        table_add(&table, "%d", counts->only_second);
        table_add(&table, "%d", counts->neither);
        table_add(&table, "%.3g", counts->p);
    }
    table_print(&table, session->colour);
    table_close(&table);
    printf("%d %s images; McNemar's exact test, two-sided\n", sum->images, split);
    if (pairs > 1)
        printf("all %d seeds: p = %.3g, signs of each image's sum over the seeds\n", pairs,
               verdicts_combined_p(sum));
}

int mcnemar_run(struct session *session, const struct results *results, struct error *err)
{
    const char *const *word = session->arguments.word;
    const char *split = results->validation ? "val" : "test";
    struct side side[2] = {{0}, {0}};
    struct verdict_sum sum = {0};
    struct pair *pair = NULL;
    int pairs = 0, code = 0;
    for (int i = 0; i < 2 && !code; i++)
        code = open_side(session, results, word[i], &side[i], err);
    if (!code) {
        pair = NEW(struct pair, side[0].count * side[1].count + 1);
        code = compare_all(session->store, side, split, pair, &pairs, &sum, err);
    }
    if (!code && session->json)
        print_json(side, pair, pairs, &sum, split);
    else if (!code)
        print_pairs(session, side, pair, pairs, &sum, split);
    free(pair);
    free(side[0].one);
    free(side[1].one);
    verdict_sum_done(&sum);
    return code;
}
