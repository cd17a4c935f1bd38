/*
 * Plans: what they expand to, counted by hand, and that each mistake is told in one line with its
 * place.
 */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "job/plan.h"

static struct plan plan;
static struct error err;

static int parse(const char *text)
{
    err = (struct error){0};
    return plan_parse("night.yaml", text, strlen(text), &plan, &err);
}

static void good(const char *text)
{
    int code = parse(text);
    ck_assert_msg(code == 0, "%s", err.text);
}

#define BASE "base: {data: shapes, arch: vgg11}\n"

/* --- expansion -------------------------------------------------------------------------------- */

START_TEST(everything)
{
    good("name: l1 against tl1\n"
         "base:\n"
         "  data: shapes:600\n"
         "  arch: vgg11\n"
         "  width: 0.25\n"
         "  lr-drops: [50%, 75%]\n"
         "  tag: [night, first]\n"
         "  augment: false\n"
         "grid:\n"
         "  penalty: [l1, tl1]\n"
         "  lambda: [1e-4, 1e-3]\n"
         "  seed: [1, 2]\n"
         "zip:\n"
         "  lr: [0.1, 0.05]\n"
         "  batch: [64, 32]\n"
         "exclude:\n"
         "  - when: {penalty: l1, lambda: 0.001}\n"
         "override:\n"
         "  - when: {penalty: tl1, seed: [1, 2]}\n"
         "    set: {a: 0.5}\n"
         "prune:\n"
         "  - channels: [50%, 70%]\n"
         "  - macs: 50%\n"
         "    floor: 2\n"
         "retrain:\n"
         "  - channels: 70%\n"
         "    epochs: 5\n"
         "    scratch: both\n"
         "  - macs: 50%\n");
    ck_assert_str_eq(plan.name, "l1 against tl1");
    ck_assert_int_eq(plan.runs, (2 * 2 * 2 - 2) * 2);
    const struct config *first = &plan.run[0].config, *second = &plan.run[1].config;
    ck_assert_int_eq(first->penalty, PENALTY_L1);
    ck_assert_int_eq(first->seed, 1);
    ck_assert_double_eq(first->lr, 0.1);
    ck_assert_int_eq(first->batch, 64);
    ck_assert_double_eq(second->lr, 0.05); /* the zip moves fastest */
    ck_assert_int_eq(second->batch, 32);
    ck_assert_int_eq(second->seed, 1);
    ck_assert_int_eq(plan.run[2].config.seed, 2); /* then the grid's last key */
    ck_assert_int_eq(plan.run[4].config.penalty, PENALTY_TL1);
    ck_assert_double_eq(plan.run[4].config.a, 0.5);
    ck_assert_int_eq(first->tags, 2);
    ck_assert_int_eq(first->lr_drop_count, 2);
    ck_assert(!first->augment);
    ck_assert_int_eq(plan.prunings, 3);
    ck_assert_int_eq(plan.pruning[2].amount.kind, AMOUNT_MACS);
    ck_assert_int_eq(plan.pruning[2].amount.floor, 2);
    ck_assert_int_eq(plan.pruning[1].amount.floor, 1);
    ck_assert_int_eq(plan.retrains, 3);
    ck_assert_int_eq(plan.retrain[0].pruning, 1);
    ck_assert(!plan.retrain[0].scratch);
    ck_assert(plan.retrain[1].scratch);
    ck_assert_int_eq(plan.retrain[2].pruning, 2);

    struct config config;
    ck_assert_int_eq(plan_retrain_config(&plan, 4, 0, &config, &err), 0);
    ck_assert_int_eq(config.epochs, 5);
    ck_assert_int_eq(config.penalty, PENALTY_NONE);
    ck_assert_double_nan(config.a);
    ck_assert_double_eq(config.lr, plan.run[4].config.lr);
    config_done(&config);
    plan_done(&plan);
}
END_TEST

START_TEST(the_least)
{
    good(BASE);
    ck_assert_int_eq(plan.runs, 1);
    ck_assert_int_eq(plan.prunings + plan.retrains, 0);
    ck_assert_str_eq(plan.name, "night");
    ck_assert_int_eq(plan.run[0].config.epochs, 160);
    plan_done(&plan);
}
END_TEST

START_TEST(no_run_twice)
{
    /* λ, a and p do nothing without a penalty, and 1e-3 is 0.001 */
    good(BASE "grid: {penalty: [none, l1], lambda: [1e-3, 0.001, 1e-4], a: [1, 2]}\n");
    ck_assert_int_eq(plan.runs, 1 + 2);
    plan_done(&plan);
    /* nor does a name make another run */
    good(BASE "grid: {name: [one, two], keep: [last, all]}\n");
    ck_assert_int_eq(plan.runs, 1);
    ck_assert_str_eq(plan.run[0].config.name, "one");
    plan_done(&plan);
    good(BASE "prune: {channels: 50%}\nretrain: [{channels: 50%}, {scratch: both}]\n");
    ck_assert_int_eq(plan.retrains, 2);
    plan_done(&plan);
}
END_TEST

START_TEST(folding)
{
    good(BASE "prune:\n- channels: [50%, 70%]\n  fold_beta: both\n- channels: 80%\n"
              "retrain: {channels: 70%}\n");
    ck_assert_int_eq(plan.prunings, 5);
    ck_assert(!plan.pruning[0].amount.fold_beta && plan.pruning[1].amount.fold_beta);
    ck_assert(!plan.pruning[4].amount.fold_beta);
    ck_assert_int_eq(plan.retrains, 2);
    ck_assert_int_eq(plan.retrain[1].pruning, 3);
    plan_done(&plan);
}
END_TEST

START_TEST(lists_in_lists)
{
    good(BASE "grid:\n  lr_drops: [none, [50%, 75%], '30%,60%,90%']\n");
    ck_assert_int_eq(plan.runs, 3);
    ck_assert_int_eq(plan.run[0].config.lr_drop_count, 0);
    ck_assert_int_eq(plan.run[1].config.lr_drop_count, 2);
    ck_assert_int_eq(plan.run[2].config.lr_drop_count, 3);
    plan_done(&plan);
}
END_TEST

START_TEST(many)
{
    struct text text = {0};
    text_add(&text, BASE "grid:\n  epochs: [1, 2, 3, 4, 5, 6, 7, 8]\n  seed: [0");
    for (int i = 1; i < 100; i++)
        text_add(&text, ", %d", i);
    text_add(&text, "]\n");
    good(text_get(&text));
    ck_assert_int_eq(plan.runs, 800);
    ck_assert_int_eq(plan.run[799].config.epochs, 8);
    ck_assert_int_eq(plan.run[799].config.seed, 99);
    plan_done(&plan);
    text_done(&text);
}
END_TEST

/* --- mistakes --------------------------------------------------------------------------------- */

static const struct mistake {
    const char *text, *line; /* what stands behind "night.yaml:" */
} mistakes[] = {
    /* no YAML, or none of ours */
    {"", "1: is empty"},
    {"# a comment alone\n", "1: is empty"},
    {"just words\n", "1: a plan: must be keys and values, not a single value"},
    {"- base\n", "1: a plan: must be keys and values, not a list"},
    {BASE "grid: [l1\n", "3: did not find expected ',' or ']'"},
    {"base:\n\tdata: shapes\n", "2: found character that cannot start any token"},
    {BASE "name: \xff\n", "2: invalid leading UTF-8 octet"},
    {BASE "name: \xed\xa0\x80\n", "2: invalid Unicode character"},
    {BASE "name: \xc0\xaf\n", "2: invalid length of a UTF-8 sequence"},
    {BASE "name: \xe2\x82", "2: incomplete UTF-8 octet sequence"},
    {BASE "name: \"a\\0b\"\n", "2: a zero byte in a text"},
    {BASE "name: \"\x1b[31m\"\n", "2: control characters are not allowed"},
    {BASE "\"\\e[31m\": 1\n", "2: ?[31m: no such key"},
    {BASE "---\n" BASE, "2: a second document"},
    {"base: &b {data: shapes, arch: vgg11}\ngrid: *b\n", "2: aliases (*name) have no meaning here"},
    {"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "2: aliases (*name) have no meaning here"},
    {BASE "grid: &g {seed: [*g]}\n", "2: aliases (*name) have no meaning here"},
    {BASE "grid:\n  <<: {seed: [1]}\n", "3: grid: <<: no such key"},
    {"%YAML 9.9\n---\n" BASE, "1: found incompatible YAML document"},
    {"base: {data: shapes, arch: !!str vgg11}\n",
     "1: tag:yaml.org,2002:str: tags have no meaning here"},
    {BASE "? [a, b]\n: c\n", "2: a key must be a word"},
    {BASE "name: a\nname: b\n", "3: name: stands here twice, first in line 2"},
    {"base: {data: shapes, arch: vgg11, seed: 1, seed: 2}\n",
     "1: seed: stands here twice, first in line 1"},
    {"base: {data: shapes, arch: vgg11, lr-drops: none, lr_drops: 50%}\n",
     "1: base: lr_drops: stands here twice"},
    {BASE "grid: [[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]\n", "2: nested too deeply"},
    /* keys */
    {BASE "gird:\n  seed: [1]\n", "2: gird: no such key"},
    {BASE "grid:\n  sed: [1]\n", "3: grid: sed: no such key"},
    {"base:\n  data: shapes\n  archi: vgg11\n", "3: base: archi: no such key"},
    {BASE "exclude:\n- when: {lambada: 1}\n", "3: when: lambada: no such key"},
    {BASE "override:\n- when: {seed: 1}\n  set: {sede: 2}\n", "4: set: sede: no such key"},
    {BASE "override:\n- if: {seed: 1}\n", "3: override: if: no such key"},
    {BASE "exclude:\n- {when: {seed: 1}, set: {seed: 2}}\n", "3: exclude: set: no such key"},
    {BASE "prune: {chanels: 50%}\n", "2: prune: chanels: no such key"},
    {BASE "prune: {channels: 50%}\nretrain: {epoch: 3}\n", "3: retrain: epoch: no such key"},
    /* types */
    {BASE "name: [a, b]\n", "2: name: must be a single value, not a list"},
    {BASE "name:\n", "2: name: has no value"},
    {"base: shapes\n", "1: base: must be keys and values, not a single value"},
    {"base:\ngrid: {seed: [1]}\n", "1: base: must be keys and values, not empty"},
    {"base: {}\n", "1: base: is empty"},
    {"base: {data: [shapes], arch: vgg11}\n", "1: data: must be a single value, not a list"},
    {"base: {data: shapes, arch: {family: vgg}}\n",
     "1: arch: must be a single value, not keys and values"},
    {"base: {data: shapes, arch: }\n", "1: arch: has no value"},
    {BASE "grid: [seed]\n", "2: grid: must be keys and values, not a list"},
    {BASE "grid: {seed: 1}\n", "2: grid: seed: must be a list, not a single value"},
    {BASE "grid: {seed: []}\n", "2: grid: seed: has no values"},
    {BASE "grid: {seed: [[1, 2]]}\n", "2: seed: must be a single value, not a list"},
    {BASE "exclude: {when: {seed: 1}}\n", "2: exclude: must be a list, not keys and values"},
    {BASE "exclude:\n- seed\n", "3: exclude: must be keys and values, not a single value"},
    {BASE "exclude:\n- {}\n", "3: exclude: when: is missing"},
    {BASE "override:\n- when: {seed: 1}\n", "3: override: set: is missing"},
    /* values */
    {"base:\n  data: shapes\n  arch: vgg12\n", "3: *vgg12*"},
    {"base: {data: shapes, arch: vgg11}\ngrid:\n  penalty:\n  - l1\n  - l2\n",
     "5: penalty l2: must be none|l1|lp|tl1|mcp|scad"},
    {BASE "grid: {seed: [1, two]}\n", "2: seed two: not a whole number"},
    {BASE "grid: {seed: [1.5]}\n", "2: seed 1.5: not a whole number"},
    {BASE "grid: {epochs: [9223372036854775808]}\n",
     "2: epochs 9223372036854775808: not a whole number"},
    {BASE "grid: {lr: [1e999]}\n", "2: lr 1e999: not a number"},
    {BASE "grid: {epochs: [0]}\n", "2: epochs 0: must be between 1 and 1000000"},
    {BASE "grid:\n  lr:\n  - 0.1\n  - quick\n", "5: lr quick: not a number"},
    {BASE "grid: {lr: [-1]}\n", "2: lr -1: must be between 0 and 1e+03"},
    {BASE "grid: {lambda: [.inf]}\n", "2: lambda .inf: not a number"},
    {BASE "grid: {augment: [maybe]}\n", "2: augment maybe: must be yes or no"},
    {BASE "grid: {keep: [some]}\n", "2: keep some: must be last, drops, every:N or all"},
    {BASE "grid: {lr_drops: [75%, [50%, 20%]]}\n", "2: lr-drops 50%,20%: the shares must rise"},
    /* what hangs together */
    {"base: {data: shapes}\n", "1: arch: is needed, in base, grid or zip"},
    {"name: x\ngrid: {arch: [vgg11]}\n", "2: data: is needed, in base, grid or zip"},
    {BASE "grid:\n  penalty: [mcp]\n  a: [2, 1]\n", "4: a 1: must be above 1 for --penalty mcp"},
    {BASE "grid:\n  penalty: [scad]\n  a: [2]\n", "4: a 2: must be above 2 for --penalty scad"},
    {BASE "grid: {lambda: [1e-3, 0]}\n", "2: lambda 0: must be above 0 for --penalty l1"},
    {BASE "zip:\n  seed: [1, 2, 3]\n  lr: [0.1, 0.2]\n", "4: zip: lr: has 2 values, seed has 3"},
    {BASE "grid: {seed: [1]}\nzip: {seed: [2]}\n", "3: zip: seed: stands in grid too, in line 2"},
    {"base: {data: shapes, arch: vgg11, seed: 1}\ngrid: {seed: [2]}\n",
     "2: grid: seed: stands in base too, in line 1"},
    {BASE "grid:\n  lr-drops: [none]\n  lr_drops: [50%]\n", "4: grid: lr_drops: stands here twice"},
    {BASE "exclude:\n- when: {arch: vgg11}\n", "1: exclude: nothing is left to run"},
    {BASE "override:\n- when: {arch: vgg11}\n  set: {penalty: scad, a: 1}\n",
     "4: a 1: must be above 2 for --penalty scad"},
    /* prunings and retrainings */
    {BASE "prune: 50%\n", "2: prune: must be keys and values, not a single value"},
    {BASE "prune: []\n", "2: prune: is empty"},
    {BASE "prune: {floor: 2}\n", "2: prune: needs one of channels, threshold, parameters, macs"},
    {BASE "prune:\n- channels: 50\n", "3: channels 50: not a percentage; write 70%"},
    {BASE "prune:\n- channels: [50%, 100%]\n", "3: channels 100%: must be below 100%"},
    {BASE "prune: {channels: -5%}\n", "2: channels -5%: not a percentage; write 70%"},
    {BASE "prune: {threshold: -1}\n", "2: threshold -1: must be a number, at least 0"},
    {BASE "prune: {channels: 50%, macs: 50%}\n",
     "2: prune: macs: a second kind of amount; start another entry"},
    {BASE "prune:\n- channels: 50%\n- channels: [60%, 50.0%]\n",
     "4: prune: channels 50%: stands here twice, first in line 3"},
    {BASE "prune: {channels: 50%, floor: -1}\n",
     "2: floor -1: must be a whole number, 0 to 100000"},
    {BASE "prune: {macs: 50%, as_published: yes}\n",
     "2: prune: as_published: goes with channels only"},
    {BASE "prune: {macs: 50%, fold_beta: a bit}\n", "2: fold_beta a bit: must be yes, no or both"},
    {BASE "prune: {channels: []}\n", "2: prune: channels: is empty"},
    {BASE "retrain: {epochs: 3}\n", "2: retrain: there is nothing to prune"},
    {BASE "prune: {channels: 50%}\nretrain:\n- channels: 60%\n",
     "4: retrain: channels 60%: prune has no such amount"},
    {BASE "prune: {channels: 50%}\nretrain: {arch: vgg13}\n",
     "3: retrain: arch: is that of the run"},
    {BASE "prune: {channels: 50%}\nretrain: {scratch: perhaps}\n",
     "3: scratch perhaps: must be yes, no or both"},
    {BASE "prune: {channels: 50%}\nretrain: {epochs: 0}\n",
     "3: epochs 0: must be between 1 and 1000000"},
    {BASE "prune: {channels: 50%}\nretrain:\n  penalty: scad\n  a: 1\n",
     "5: a 1: must be above 2 for --penalty scad"},
    {BASE "grid: {lambda: [1e-4, 2]}\nprune: {channels: 50%}\nretrain: {penalty: mcp}\n",
     "4: a 0.5: must be above 1 for --penalty mcp"},
};

/* Each ends in one line that names the place; a '*' in the expected text stands for anything. */
START_TEST(mistake)
{
    const struct mistake *m = &mistakes[_i];
    int code = parse(m->text);
    ck_assert_msg(code == ERROR_USAGE, "it was taken: %s", m->text);
    char *want = memory_print("night.yaml:%s", m->line);
    size_t sure = strcspn(want, "*");
    bool same = want[sure] == '*' && !strstr(m->text, "*b") ? strncmp(err.text, want, sure) == 0
                                                            : text_equal(err.text, want);
    ck_assert_msg(same, "'%s' instead of '%s'", err.text, want);
    ck_assert_ptr_null(strchr(err.text, '\n'));
    ck_assert_int_eq(plan.runs, 0);
    free(want);
}
END_TEST

START_TEST(a_mistake_is_put_right)
{
    ck_assert_int_ne(parse(BASE "grdi: {seed: [1]}\n"), 0);
    ck_assert_str_eq(err.hint, "did you mean grid?");
    ck_assert_int_ne(parse(BASE "grid: {penalty: [tl]}\n"), 0);
    ck_assert_ptr_nonnull(strstr(err.hint, "did you mean"));
}
END_TEST

START_TEST(too_many)
{
    struct text text = {0};
    text_add(&text, BASE "grid:\n");
    for (const char *const *key = (const char *const[]){"seed", "epochs", "batch", NULL}; *key;
         key++) {
        text_add(&text, "  %s: [1", *key);
        for (int i = 2; i <= 40; i++)
            text_add(&text, ", %d", i);
        text_add(&text, "]\n");
    }
    ck_assert_int_eq(parse(text_get(&text)), ERROR_USAGE);
    ck_assert_str_eq(err.text, "night.yaml:2: grid: makes more than 10000 runs");
    text_done(&text);
}
END_TEST

/* Plans that are made to take for ever, or all memory, are refused at once. */
static const struct {
    const char *piece, *line; /* piece: "k", with a number behind it */
} endless[] = {
    {"[", "night.yaml:1: nested too deeply"},      {"{a: ", "night.yaml:1: nested too deeply"},
    {"- ", "night.yaml:1: nested too deeply"},     {"#", "night.yaml:1: is empty"},
    {"k", "night.yaml:1001: more than 1000 keys"},
};

START_TEST(hostile)
{
    const char *piece = endless[_i].piece;
    struct text text = {0};
    for (int i = 0; text.length < 1000000; i++)
        if (text_equal(piece, "k"))
            text_add(&text, "k%d: 1\n", i);
        else
            text_add(&text, "%s", piece);
    ck_assert_int_eq(parse(text_get(&text)), ERROR_USAGE);
    ck_assert_str_eq(err.text, endless[_i].line);
    text_done(&text);
}
END_TEST

START_TEST(no_file)
{
    ck_assert_int_eq(plan_read("nowhere.yaml", &plan, &err), ERROR_DATA);
}
END_TEST

/* Every prefix of a plan, and every plan with a byte changed, is read or refused, no more. */
START_TEST(damaged)
{
    static const char whole[] = BASE "grid: {penalty: [l1, tl1], seed: [1, 2]}\n"
                                     "zip: {lr: [0.1, 0.2]}\nexclude: [{when: {seed: 1}}]\n"
                                     "prune: {channels: [50%, 70%]}\nretrain: {scratch: both}\n";
    int taken = 0, refused = 0;
    for (size_t i = 0; i < sizeof whole - 1; i++)
        for (int c = 0; c < 3; c++) {
            char *text = memory_copy_text(whole);
            text[i] = "\0:["[c];
            int code = plan_parse("x", text, c ? strlen(text) : i, &plan, &err);
            taken += code == 0;
            refused += code != 0;
            ck_assert(code == 0 || *err.text);
            if (!code)
                plan_done(&plan);
            free(text);
        }
    ck_assert_int_gt(taken, 10);
    ck_assert_int_gt(refused, 100);
}
END_TEST

/* --- the man page ----------------------------------------------------------------------------- */

/* Every key of config.def stands in man/slimscope-plan.5, as an item of its list. */
START_TEST(man_page)
{
    const char *top = getenv("srcdir");
    char *path = memory_print("%s/man/slimscope-plan.5", top ? top : "."), *text;
    size_t length;
    ck_assert_msg(file_read(path, 1 << 20, &text, &length, &err) == 0, "%s", err.text);
    for (int i = 0; i < CONFIG_FIELDS; i++) {
        char *item = memory_print("\n.It Cm %s\n", config_row((enum config_field)i)->field);
        ck_assert_msg(strstr(text, item) != NULL, "%s is not in %s",
                      config_row((enum config_field)i)->field, path);
        free(item);
    }
    free(text);
    free(path);
}
END_TEST

static TCase *add_case(Suite *suite, const char *name)
{
    TCase *tests = tcase_create(name);
    suite_add_tcase(suite, tests);
    return tests;
}

int main(void)
{
    Suite *suite = suite_create("plan");
    TCase *expansion = add_case(suite, "expansion"), *wrong = add_case(suite, "mistakes");
    tcase_add_test(expansion, everything);
    tcase_add_test(expansion, the_least);
    tcase_add_test(expansion, no_run_twice);
    tcase_add_test(expansion, folding);
    tcase_add_test(expansion, lists_in_lists);
    tcase_add_test(expansion, many);
    tcase_add_loop_test(wrong, mistake, 0, (int)(sizeof mistakes / sizeof *mistakes));
    tcase_add_test(wrong, a_mistake_is_put_right);
    tcase_add_test(wrong, too_many);
    tcase_add_loop_test(wrong, hostile, 0, (int)(sizeof endless / sizeof *endless));
    tcase_add_test(wrong, no_file);
    tcase_add_test(wrong, damaged);
    tcase_add_test(add_case(suite, "man"), man_page);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
