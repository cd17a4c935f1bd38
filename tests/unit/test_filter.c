#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "job/filter.h"

/* A finished run, an early one that knows nothing yet, and one without validation. */
static char network_a[] = "vgg11", network_b[] = "vgg16", fashion[] = "fashion",
            cifar[] = "cifar10", tl1[] = "tl1", none[] = "none", named[] = "Night run",
            noted[] = "keep this one", tags[] = "study-7, best";

static const struct run_row trained = {.id = 7,
                                       .kind = RUN_TRAIN,
                                       .status = RUN_FINISHED,
                                       .arch = network_a,
                                       .data = fashion,
                                       .penalty = tl1,
                                       .name = named,
                                       .note = noted,
                                       .tags = tags,
                                       .width = 0.25,
                                       .lambda = 1e-3,
                                       .a = 1,
                                       .p = (double)NAN,
                                       .seed = 3,
                                       .epoch = 20,
                                       .epochs = 20,
                                       .train_loss = 0.31,
                                       .val_accuracy = 0.9,
                                       .test_accuracy = 0.895,
                                       .near_zero = 0.46,
                                       .seconds = 60,
                                       .channels = 920,
                                       .parameters = 580000,
                                       .macs = 9880000};
static const struct run_row fresh = {.id = 8,
                                     .kind = RUN_RETRAIN,
                                     .status = RUN_QUEUED,
                                     .arch = network_b,
                                     .data = cifar,
                                     .penalty = none,
                                     .pruning = 4,
                                     .width = 1,
                                     .lambda = (double)NAN,
                                     .a = (double)NAN,
                                     .p = (double)NAN,
                                     .epochs = 160,
                                     .test_accuracy = (double)NAN};
static const struct run_row untested = {.id = 9,
                                        .kind = RUN_TRAIN,
                                        .status = RUN_FINISHED,
                                        .arch = network_a,
                                        .data = fashion,
                                        .penalty = none,
                                        .width = 1,
                                        .lambda = (double)NAN,
                                        .a = (double)NAN,
                                        .p = (double)NAN,
                                        .epoch = 5,
                                        .epochs = 5,
                                        .val_accuracy = (double)NAN,
                                        .test_accuracy = 0.8};

static const struct {
    const char *text;
    bool trained, fresh, untested;
} cases[] = {
    {"", true, true, true},
    {"   ", true, true, true},
    {"vgg", true, true, true},
    {"VGG11", true, false, true},
    {"night", true, false, false},
    {"keep", true, false, false},
    {"study", true, false, false},
    {"retrain", false, true, false},
    {"vgg11 fashion tl1", true, false, false},
    {"vgg11 cifar", false, false, false},
    {"penalty=tl1", true, false, false},
    {"penalty=TL1", true, false, false},
    {"penalty=tl", false, false, false},
    {"penalty!=tl1", false, true, true},
    {"status=finished", true, false, true},
    {"tag=best", true, false, false},
    {"tag=bes", false, false, false},
    {"tag!=best", false, true, true},
    {"name=", false, true, true},
    {"lambda<1e-3", false, false, false},
    {"lambda<=1e-3", true, false, false},
    {"lambda=0.001", true, false, false},
    {"lambda!=0.1", true, false, false}, /* what has no lambda fulfils no comparison */
    {"acc>0.85", true, false, false},
    {"acc>=90%", true, false, false},
    {"acc>90%", false, false, false},
    {"acc=80%", false, false, true}, /* no validation: the test images count */
    {"val>0", true, false, false},
    {"test>=0.8", true, false, true},
    {"sparse>40% epoch=20", true, false, false},
    {"epoch<10", false, true, true},
    {"epochs>=160", false, true, false},
    {"run>7", false, true, true},
    {"pruning=4", false, true, false},
    {"width<1 params<1e6 macs>9e6 channels=920 seconds>59 seed=3 a=1 loss<0.4", true, false, false},
    {"p=0.5", false, false, false},
};

START_TEST(runs_are_let_through)
{
    struct filter *filter;
    struct error err = {0};
    ck_assert_msg(filter_parse(cases[_i].text, &filter, &err) == 0, "%s", err.text);
    ck_assert_msg(filter_match(filter, &trained) == cases[_i].trained, "%s: trained",
                  cases[_i].text);
    ck_assert_msg(filter_match(filter, &fresh) == cases[_i].fresh, "%s: fresh", cases[_i].text);
    ck_assert_msg(filter_match(filter, &untested) == cases[_i].untested, "%s: untested",
                  cases[_i].text);
    filter_free(filter);
}
END_TEST

static const struct {
    const char *text, *names, *hint;
} bad[] = {
    {"penality=l1", "penality", "penalty"},
    {"colour=red", "colour", "keys: run"},
    {"lambda<small", "small", ""},
    {"lambda<", "lambda<", ""},
    {"acc>90%%", "90%%", ""},
    {"name<x", "name<x", "" /* a text has no order */},
    {"vgg11 epoch=1 epoch==x", "epoch==x", ""},
    {"seed=nan", "nan", ""},
};

START_TEST(mistakes_are_named)
{
    struct filter *filter;
    struct error err = {0};
    ck_assert_int_eq(filter_parse(bad[_i].text, &filter, &err), ERROR_USAGE);
    ck_assert_ptr_null(filter);
    ck_assert_msg(strstr(err.text, bad[_i].names) != NULL, "%s", err.text);
    ck_assert_msg(strstr(err.hint, bad[_i].hint) != NULL, "%s", err.hint);
}
END_TEST

START_TEST(no_filter_lets_everything_through)
{
    ck_assert(filter_match(NULL, &fresh));
    filter_free(NULL);
}
END_TEST

START_TEST(any_number_of_tags)
{
    static const struct {
        const char *text;
        bool matches;
    } asked[] = {{"tag=t0", true}, {"tag=T49", true}, {"tag=t", false}, {"tag=t50", false}};
    struct text many = {0};
    struct run_row row = trained;
    for (int i = 0; i < 50; i++)
        text_add(&many, "%st%d", i ? ", " : "", i);
    row.tags = text_take(&many);
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        struct filter *filter;
        struct error err = {0};
        ck_assert_int_eq(filter_parse(asked[i].text, &filter, &err), 0);
        ck_assert_msg(filter_match(filter, &row) == asked[i].matches, "%s", asked[i].text);
        filter_free(filter);
    }
    free(row.tags);
}
END_TEST

START_TEST(every_key_is_understood)
{
    for (const char *const *key = filter_keys(); *key; key++) {
        char text[64];
        struct filter *filter;
        struct error err = {0};
        snprintf(text, sizeof text, "%s=1", *key);
        ck_assert_msg(filter_parse(text, &filter, &err) == 0, "%s", err.text);
        filter_free(filter);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("filter");
    TCase *tests = tcase_create("filter");
    tcase_add_loop_test(tests, runs_are_let_through, 0, sizeof cases / sizeof *cases);
    tcase_add_loop_test(tests, mistakes_are_named, 0, sizeof bad / sizeof *bad);
    tcase_add_test(tests, no_filter_lets_everything_through);
    tcase_add_test(tests, any_number_of_tags);
    tcase_add_test(tests, every_key_is_understood);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failures = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
