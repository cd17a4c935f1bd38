/* The tests that reports quote, against scipy 1.10 and exact fractions. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/statistics.h"
#include "report/verdicts.h"
#include "tests/unit/report/test_report.h"

static struct mean mean_of(const double *values, int count)
{
    struct mean mean = {0};
    for (int i = 0; i < count; i++)
        mean_add(&mean, values[i]);
    return mean;
}

#define assert_near(value, expected, relative)                                                     \
    ck_assert_double_eq_tol(value, expected, fabs(expected) * (relative))

/* scipy.stats.t.sf, doubled, and ppf; with one and two degrees the closed forms. */
START_TEST(students_tails_are_scipys)
{
    static const double known[][3] = {{2, 10, 0.07338803477074039},
                                      {0.1, 3.7, 0.9255252674701903},
                                      {8, 2.5, 0.007656644131043445},
                                      {40, 30, 1.3726045194406362e-27},
                                      {1e-6, 5, 0.9999992407866203}};
    static const double quantiles[][2] = {{1, 12.706204736174698},
                                          {2, 4.302652729749464},
                                          {5, 2.5705818366147395},
                                          {30, 2.0422724563012373},
                                          {2.37, 3.7189208398147837}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        assert_near(student_p(known[i][0], known[i][1]), known[i][2], 1e-11);
        ck_assert_double_eq(student_p(-known[i][0], known[i][1]),
                            student_p(known[i][0], known[i][1]));
    }
    for (size_t i = 0; i < sizeof quantiles / sizeof *quantiles; i++)
        assert_near(student_quantile(0.95, quantiles[i][0]), quantiles[i][1], 1e-8);
    assert_near(student_p(3, 1), 1 - 2 / M_PI * atan(3), 1e-12);
    ck_assert_double_eq(student_p(0, 4), 1);
    ck_assert_double_eq(student_p(INFINITY, 4), 0);
}
END_TEST

/* scipy.stats.ttest_ind(equal_var=False), ttest_1samp, and their intervals. */
START_TEST(differences_are_scipys)
{
    static const double a[] = {0.9124, 0.9151, 0.9098}, b[] = {0.9053, 0.9061, 0.9010, 0.9077};
    static const double pairs[] = {-0.002, 0.001, -0.004, -0.003};
    struct mean first = mean_of(a, 3), second = mean_of(b, 4), paired = mean_of(pairs, 4);
    struct difference welch = difference_welch(&first, &second);
    assert_near(welch.mean, 0.007408333333333461, 1e-11);
    assert_near(welch.low, 0.0019001935840219234, 1e-9);
    assert_near(welch.high, 0.012916473082645, 1e-9);
    assert_near(welch.p, 0.018739167600132757, 1e-9);
    struct difference student = difference_paired(&paired);
    assert_near(student.mean, -0.002, 1e-12);
    assert_near(student.low, -0.0054374348818589084, 1e-9);
    assert_near(student.high, 0.0014374348818589084, 1e-9);
    assert_near(student.p, 0.1611618472135195, 1e-9);
}
END_TEST

START_TEST(too_few_seeds_leave_a_difference_open)
{
    static const double one[] = {0.5}, two[] = {0.4, 0.6}, alike[] = {0.25, 0.25};
    struct mean none = {0}, single = mean_of(one, 1), pair = mean_of(two, 2),
                same = mean_of(alike, 2);
    ck_assert(isnan(difference_welch(&none, &pair).mean));
    struct difference open = difference_welch(&single, &pair);
    ck_assert_double_eq_tol(open.mean, 0, 1e-15);
    ck_assert(isnan(open.low) && isnan(open.high) && isnan(open.p));
    ck_assert(isnan(difference_paired(&single).low) && isnan(difference_paired(&none).mean));
    struct difference sure = difference_paired(&same); /* no scatter, no doubt */
    ck_assert_double_eq(sure.low, 0.25);
    ck_assert_double_eq(sure.high, 0.25);
    ck_assert_double_eq(sure.p, 0);
}
END_TEST

/* Two-sided binomial tails as fractions: 2·Σ C(n, i) / 2^n, at most 1. */
START_TEST(mcnemars_test_is_the_binomials)
{
    static const struct {
        int first, second;
        double p;
    } known[] = {{0, 6, 0.03125},
                 {10, 3, 0.09228515625},
                 {59, 6, 4.964650327128617e-12},
                 {700, 620, 0.029636429325384843},
                 {100, 100, 1},
                 {1, 0, 1},
                 {0, 0, 1}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        const int count[2] = {0, known[i].first + known[i].second};
        assert_near(signs_p(count, 1, known[i].first - known[i].second), known[i].p, 1e-10);
        assert_near(signs_p(count, 1, known[i].second - known[i].first), known[i].p, 1e-10);
    }
}
END_TEST

/* All choices of signs, counted in whole numbers. */
START_TEST(signs_of_several_sizes_are_counted)
{
    static const int small[] = {9, 5, 3}, large[] = {0, 120, 40, 11}, even[] = {0, 0, 4};
    assert_near(signs_p(small, 2, 5), 0.34375, 1e-12);
    assert_near(signs_p(small, 2, -5), 0.34375, 1e-12);
    assert_near(signs_p(large, 3, 35), 0.0805803174597344, 1e-10);
    assert_near(signs_p(even, 2, 8), 0.125, 1e-12);
}
END_TEST

static struct verdict_row row_of(uint8_t *bits, int images)
{
    struct verdict_row row = {.images = images, .verdicts = bits};
    memset(row.data, 'd', HASH_TEXT - 1);
    return row;
}

START_TEST(pairs_are_counted_image_by_image)
{
    uint8_t a[] = {0xff, 0x01}, b[] = {0x0f, 0x03}; /* ten images */
    struct verdict_row first = row_of(a, 10), second = row_of(b, 10), other = row_of(b, 9);
    struct verdict_pair pair;
    struct verdict_sum sum = {0};
    struct error err = {0};
    ck_assert(isnan(verdicts_combined_p(&sum)));
    ck_assert_int_eq(verdicts_compare(&first, &second, &pair, &sum, &err), 0);
    ck_assert_int_eq(pair.both, 5);
    ck_assert_int_eq(pair.only_first, 4);
    ck_assert_int_eq(pair.only_second, 1);
    ck_assert_int_eq(pair.neither, 0);
    assert_near(pair.p, 0.375, 1e-12); /* 2·(1 + 5)/32 */
    assert_near(verdicts_combined_p(&sum), 0.375, 1e-12);
    /* The same seed again: four images count +2, one −2; of 32 choices of signs 12 are as far. */
    ck_assert_int_eq(verdicts_compare(&first, &second, &pair, &sum, &err), 0);
    assert_near(verdicts_combined_p(&sum), 0.375, 1e-12);
    /* And turned round: four of +1, one of −1 are left. */
    ck_assert_int_eq(verdicts_compare(&second, &first, &pair, &sum, &err), 0);
    assert_near(verdicts_combined_p(&sum), 0.375, 1e-12);
    ck_assert_int_eq(verdicts_compare(&first, &other, &pair, NULL, &err), ERROR_DATA);
    second.data[3] = 'e';
    ck_assert_int_eq(verdicts_compare(&first, &second, &pair, NULL, &err), ERROR_DATA);
    verdict_sum_done(&sum);
}
END_TEST

TCase *statistics_case(void)
{
    TCase *tests = tcase_create("statistics");
    tcase_add_test(tests, students_tails_are_scipys);
    tcase_add_test(tests, differences_are_scipys);
    tcase_add_test(tests, too_few_seeds_leave_a_difference_open);
    tcase_add_test(tests, mcnemars_test_is_the_binomials);
    tcase_add_test(tests, signs_of_several_sizes_are_counted);
    tcase_add_test(tests, pairs_are_counted_image_by_image);
    return tests;
}
