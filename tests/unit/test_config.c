#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "job/config.h"

static struct config config;
static struct error err;

static void start(void)
{
    config_init(&config);
    err = (struct error){0};
}

static void finish(void)
{
    config_done(&config);
}

static int set(const char *key, const char *text)
{
    int field = config_find(key);
    ck_assert_msg(field >= 0, "no field %s", key);
    return config_set(&config, (enum config_field)field, text, &err);
}

static void set_all(const char *const (*pairs)[2], size_t count)
{
    for (size_t i = 0; i < count; i++)
        ck_assert_msg(set(pairs[i][0], pairs[i][1]) == 0, "%s: %s", pairs[i][0], err.text);
}

static void check_same(const struct config *a, const struct config *b)
{
    for (int i = 0; i < CONFIG_FIELDS; i++) {
        char *left = config_get(a, (enum config_field)i);
        char *right = config_get(b, (enum config_field)i);
        ck_assert_str_eq(left, right);
        free(left);
        free(right);
    }
    ck_assert(a->lambda == b->lambda && a->lr_drops[0] == b->lr_drops[0]);
    ck_assert_int_eq(a->seed, b->seed);
    ck_assert_int_eq(a->tags, b->tags);
}

START_TEST(defaults_are_the_papers)
{
    ck_assert_int_eq(config_resolve(&config, &err), 0);
    ck_assert_int_eq(config.penalty, PENALTY_L1);
    ck_assert(config.lambda == 1e-4 && config.lr == 0.1 && config.momentum == 0.9);
    ck_assert(config.weight_decay == 1e-4 && config.gamma_init == 0.5 && config.width == 1);
    ck_assert(config.epochs == 160 && config.batch == 64 && config.seed == 1 && config.val == 5000);
    ck_assert(!config.nesterov && config.augment && config.train_limit == 0);
    ck_assert_int_eq(config.lr_drop_count, 2);
    ck_assert(config.lr_drops[0] == 0.5 && config.lr_drops[1] == 0.75);
    ck_assert_str_eq(config.keep, "drops");
    ck_assert_ptr_null(config.name);
    for (int i = 0; i < CONFIG_FIELDS; i++)
        ck_assert(!config.given[i]);
}
END_TEST

START_TEST(choices_are_the_penalties)
{
    const char *const *choices = config_row(CONFIG_FIELD_penalty)->choices;
    for (int kind = 0; kind < PENALTY_KINDS; kind++)
        ck_assert_str_eq(choices[kind], penalty_name((enum penalty_kind)kind));
    ck_assert_ptr_null(choices[PENALTY_KINDS]);
}
END_TEST

START_TEST(keys_and_fields_are_found)
{
    ck_assert_int_eq(config_find("lr-drops"), CONFIG_FIELD_lr_drops);
    ck_assert_int_eq(config_find("lr_drops"), CONFIG_FIELD_lr_drops);
    ck_assert_int_eq(config_find("lambda"), CONFIG_FIELD_lambda);
    ck_assert_int_eq(config_find("lamda"), -1);
}
END_TEST

static const char *const bad[][2] = {
    {"epochs", "0"},     {"epochs", "-1"},        {"epochs", "ten"},     {"epochs", "1.5"},
    {"epochs", ""},      {"epochs", "1e3"},       {"batch", "0"},        {"batch", "100000"},
    {"lambda", "-1e-4"}, {"lambda", "nan"},       {"lambda", "inf"},     {"lambda", "1e-4x"},
    {"p", "1.5"},        {"p", "-0.1"},           {"width", "0"},        {"penalty", "l2"},
    {"penalty", ""},     {"engine", "cuda"},      {"nesterov", "maybe"}, {"momentum", "1"},
    {"seed", "-1"},      {"keep", "every:0"},     {"keep", "every:"},    {"keep", "some"},
    {"keep", "every:x"}, {"lr-drops", "75%,50%"}, {"lr-drops", "0%"},    {"lr-drops", "100%"},
    {"lr-drops", ""},    {"lr-drops", "50%,"},    {"lr-drops", "1.2"},   {"lr-drops", "50%,50%"},
    {"tag", "a,,b"},     {"val", "-1"},
};

START_TEST(bad_values_are_refused)
{
    const char *const *pair = bad[_i];
    ck_assert_msg(set(pair[0], pair[1]) == ERROR_USAGE, "--%s '%s' was taken", pair[0], pair[1]);
    ck_assert_msg(strstr(err.text, pair[0]) != NULL, "%s", err.text); /* names the option */
    ck_assert_msg(strstr(err.text, pair[1]) != NULL, "%s", err.text); /* and the value */
    struct config standard;
    config_init(&standard); /* nothing has changed */
    check_same(&config, &standard);
    config_done(&standard);
}
END_TEST

START_TEST(a_near_miss_is_suggested)
{
    ck_assert_int_eq(set("penalty", "tl2"), ERROR_USAGE);
    ck_assert_ptr_nonnull(strstr(err.hint, "tl1"));
}
END_TEST

/* What hangs together: key, value, key, value, whether it is accepted. */
static const struct {
    const char *pair[3][2];
    int pairs;
    bool good;
} together[] = {
    {{{"penalty", "l1"}, {"lambda", "0"}}, 2, false},
    {{{"penalty", "none"}, {"lambda", "0"}}, 2, true},
    {{{"penalty", "none"}, {"lambda", "1e-3"}, {"a", "0"}}, 3, true},
    {{{"penalty", "tl1"}, {"a", "0"}}, 2, false},
    {{{"penalty", "tl1"}, {"a", "0.5"}}, 2, true},
    {{{"penalty", "l1"}, {"a", "0"}}, 2, true},
    {{{"penalty", "mcp"}, {"a", "1"}}, 2, false},
    {{{"penalty", "mcp"}, {"a", "1.5"}}, 2, true},
    {{{"penalty", "scad"}, {"a", "2"}}, 2, false},
    {{{"penalty", "scad"}, {"a", "2.5"}}, 2, true},
    {{{"penalty", "lp"}, {"p", "0"}}, 2, false},
    {{{"penalty", "lp"}, {"p", "1"}}, 2, false},
    {{{"penalty", "lp"}, {"p", "0.75"}}, 2, true},
    {{{"penalty", "l1"}, {"p", "1"}}, 2, true},
    {{{"penalty", "mcp"}, {"lambda", "2"}}, 2, false}, /* its default a, 1/λ, is below 1 */
};

START_TEST(what_hangs_together_is_checked)
{
    set_all(together[_i].pair, (size_t)together[_i].pairs);
    int code = config_resolve(&config, &err);
    ck_assert_int_eq(code, together[_i].good ? 0 : ERROR_USAGE);
}
END_TEST

START_TEST(a_depends_on_the_penalty)
{
    static const char *const names[] = {"tl1", "mcp", "scad"};
    static const double expected[] = {1, 500, 500};
    for (int i = 0; i < 3; i++) {
        config_done(&config);
        config_init(&config);
        ck_assert_int_eq(set("lambda", "2e-3"), 0);
        ck_assert_int_eq(set("penalty", names[i]), 0);
        ck_assert_int_eq(config_resolve(&config, &err), 0);
        ck_assert_double_eq_tol(config.a, expected[i], 1e-9);
        ck_assert(config_acts(&config, CONFIG_FIELD_a));
    }
    ck_assert(!config_acts(&config, CONFIG_FIELD_p));
    ck_assert_int_eq(set("penalty", "none"), 0);
    ck_assert(!config_acts(&config, CONFIG_FIELD_lambda));
    ck_assert(!config_acts(&config, CONFIG_FIELD_a));
}
END_TEST

START_TEST(shares_are_decimals)
{
    ck_assert_int_eq(set("lr-drops", "0.333,66.6%"), 0);
    ck_assert_int_eq(config.lr_drop_count, 2);
    ck_assert(config.lr_drops[0] == 0.333 && config.lr_drops[1] == 0.666);
    ck_assert_int_eq(set("lr-drops", "none"), 0);
    ck_assert_int_eq(config.lr_drop_count, 0);
}
END_TEST

/* One form for all of a list, and the form that people write where it says the same. */
START_TEST(shares_are_printed_alike)
{
    static const char *const cases[][2] = {
        {"50%,75%", "50%,75%"},
        {"0.5,0.75", "50%,75%"},
        {"5%,0.333,66.6%", "5%,33.3%,66.6%"},
        {"50%,0.7071067811865476", "0.5,0.7071067811865476"},
        {"none", "none"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_assert_int_eq(set("lr-drops", cases[i][0]), 0);
        char *text = config_get(&config, CONFIG_FIELD_lr_drops);
        ck_assert_str_eq(text, cases[i][1]);
        free(text);
    }
}
END_TEST

static const char *const unusual[][2] = {
    {"data", "shapes:600"},
    {"arch", "vgg11"},
    {"width", "0.03125"},
    {"penalty", "scad"},
    {"lambda", "0.0012345678901234567"},
    {"a", "7.1"},
    {"epochs", "7"},
    {"nesterov", "yes"},
    {"augment", "no"},
    {"lr-drops", "0.3333333333333333,62.5%"},
    {"seed", "9007199254740991"},
    {"keep", "every:3"},
    {"name", "a \"name\""},
    {"tag", "one"},
    {"tag", "two"},
    {"tag", "one"},
};
enum { UNUSUAL = sizeof unusual / sizeof *unusual };

START_TEST(text_gives_the_value_back)
{
    set_all(unusual, UNUSUAL);
    ck_assert_int_eq(config.tags, 2);
    struct config again;
    config_init(&again);
    for (int i = 0; i < CONFIG_FIELDS; i++) {
        char *text = config_get(&config, (enum config_field)i);
        ck_assert_int_eq(config_set(&again, (enum config_field)i, text, &err), 0);
        free(text);
    }
    check_same(&config, &again);
    config_done(&again);
}
END_TEST

START_TEST(json_gives_the_values_back)
{
    set_all(unusual, UNUSUAL);
    ck_assert_int_eq(config_resolve(&config, &err), 0);
    struct jvalue *json = config_to_json(&config), *parsed;
    ck_assert(jvalue_is_null(jvalue_get(json, "p")));
    char *line = jvalue_print(json);
    ck_assert_int_eq(jvalue_parse(line, strlen(line), &parsed, &err), 0);
    struct config again;
    ck_assert_msg(config_from_json(parsed, &again, &err) == 0, "%s", err.text);
    check_same(&config, &again);
    ck_assert(!again.given[CONFIG_FIELD_lambda]);
    config_done(&again);
    free(line);
    jvalue_free(json);
    jvalue_free(parsed);
}
END_TEST

START_TEST(bad_json_is_bad_data)
{
    static const char *const texts[] = {
        "[]",
        "{\"epochs\":0}",
        "{\"epochs\":\"many\"}",
        "{\"hidden\":1}",
        "{\"lr_drops\":0.5}",
        "{\"lr_drops\":[1.5]}",
        "{\"arch\":{}}",
        "{\"name\":[]}",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct jvalue *json;
        struct config read;
        ck_assert_int_eq(jvalue_parse(texts[i], strlen(texts[i]), &json, &err), 0);
        ck_assert_msg(config_from_json(json, &read, &err) == ERROR_DATA, "%s", texts[i]);
        config_done(&read);
        jvalue_free(json);
    }
}
END_TEST

START_TEST(a_copy_is_its_own)
{
    set_all(unusual, UNUSUAL);
    struct config copy;
    config_copy(&config, &copy);
    check_same(&config, &copy);
    ck_assert_int_eq(set("arch", "vgg19"), 0);
    ck_assert_int_eq(set("tag", "three"), 0);
    ck_assert_str_eq(copy.arch, "vgg11");
    ck_assert_int_eq(copy.tags, 2);
    config_done(&copy);
}
END_TEST

START_TEST(training_gets_its_options)
{
    set_all(unusual, UNUSUAL);
    struct train_options options;
    config_train_options(&config, &options);
    ck_assert_int_eq(options.epochs, 7);
    ck_assert_int_eq(options.batch, 64);
    ck_assert_int_eq(options.penalty.kind, PENALTY_SCAD);
    ck_assert(options.penalty.a == 7.1 && options.penalty.epsilon == 1e-3);
    ck_assert_int_eq(options.drop_count, 2);
    ck_assert(options.drops[1] == 0.625 && options.nesterov && !options.augment);
    ck_assert_uint_eq(options.seed, 9007199254740991u);
}
END_TEST

/* The epochs of 10 that each rule keeps, where epoch 3 is the only best one. */
START_TEST(weights_are_kept_by_rule)
{
    static const struct {
        const char *rule, *kept;
    } rules[] = {
        {"last", ".........x"},
        {"drops", "..x.x..x.x"},
        {"every:4", "...x...x.x"},
        {"all", "xxxxxxxxxx"},
    };
    ck_assert_int_eq(set("epochs", "10"), 0);
    for (size_t r = 0; r < sizeof rules / sizeof *rules; r++) {
        ck_assert_int_eq(set("keep", rules[r].rule), 0);
        for (int epoch = 1; epoch <= 10; epoch++)
            ck_assert_msg(config_keeps(&config, epoch, epoch == 3) ==
                              (rules[r].kept[epoch - 1] == 'x'),
                          "%s, epoch %d", rules[r].rule, epoch);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("config");
    TCase *tests = tcase_create("config");
    tcase_add_checked_fixture(tests, start, finish);
    tcase_add_test(tests, defaults_are_the_papers);
    tcase_add_test(tests, choices_are_the_penalties);
    tcase_add_test(tests, keys_and_fields_are_found);
    tcase_add_loop_test(tests, bad_values_are_refused, 0, sizeof bad / sizeof *bad);
    tcase_add_test(tests, a_near_miss_is_suggested);
    tcase_add_loop_test(tests, what_hangs_together_is_checked, 0,
                        sizeof together / sizeof *together);
    tcase_add_test(tests, a_depends_on_the_penalty);
    tcase_add_test(tests, shares_are_decimals);
    tcase_add_test(tests, shares_are_printed_alike);
    tcase_add_test(tests, text_gives_the_value_back);
    tcase_add_test(tests, json_gives_the_values_back);
    tcase_add_test(tests, bad_json_is_bad_data);
    tcase_add_test(tests, a_copy_is_its_own);
    tcase_add_test(tests, training_gets_its_options);
    tcase_add_test(tests, weights_are_kept_by_rule);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
