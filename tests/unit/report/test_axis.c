#include <math.h>
#include <stdlib.h>

#include "base/text.h"
#include "report/axis.h"
#include "tests/unit/report/test_report.h"

/* The labels of all ticks, with blanks between. */
static void check_labels(const struct axis *axis, const char *expected)
{
    struct text all = {0};
    char one[40];

    for (int i = 0; i < axis->ticks; i++)
        text_add(&all, "%s%s", i ? " " : "", axis_print(axis, axis->tick[i], one, sizeof one));
    ck_assert_str_eq(text_get(&all), expected);
    text_done(&all);
}

START_TEST(test_linear)
{
    static const struct {
        double low, high;
        int most;
        const char *labels;
    } cases[] = {
        {0, 100, 5, "0 20 40 60 80 100"},
        {9.6, 88.4, 6, "20 40 60 80"},
        {0.283, 0.917, 4, "0.4 0.6 0.8"},
        {-1, 1, 4, "−1.0 −0.5 0.0 0.5 1.0"},
        {0.5, 8.5, 8, "1 2 3 4 5 6 7 8"},
        {1, 160, 5, "50 100 150"},
        {83.11, 83.19, 4, "83.12 83.14 83.16 83.18"},
        {0, 12345678, 3, "0 5000000 10000000"},
        {1e-7, 9e-7, 2, "0.0000005"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct axis axis;
        axis_make(&axis, cases[i].low, cases[i].high, cases[i].most);
        check_labels(&axis, cases[i].labels);
    }
}
END_TEST

START_TEST(test_logarithmic)
{
    static const struct {
        double low, high;
        int most;
        const char *labels;
    } cases[] = {
        {1e-9, 10, 16, "10⁻⁹ 10⁻⁸ 10⁻⁷ 10⁻⁶ 10⁻⁵ 10⁻⁴ 10⁻³ 10⁻² 10⁻¹ 10⁰ 10¹"},
        {1e-9, 10, 6, "10⁻⁸ 10⁻⁶ 10⁻⁴ 10⁻² 10⁰"},
        {1e-3, 1, 8, "10⁻³ 10⁻² 10⁻¹ 10⁰"},
        {1, 76, 8, "1 2 5 10 20 50"},
        {1, 99, 3, "1 10"},
        {1, 3000, 8, "1 10 100 1000"},
        {2.5, 6, 8, "5"},
        {0.03, 0.9, 8, "0.05 0.1 0.2 0.5"},
        {1, 1e12, 4, "10⁰ 10⁴ 10⁸ 10¹²"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct axis axis;
        axis_make_log(&axis, cases[i].low, cases[i].high, cases[i].most);
        check_labels(&axis, cases[i].labels);
    }
}
END_TEST

/* Whatever the range: ticks lie in it, evenly, a round step apart, and are not too many. */
START_TEST(test_any_range)
{
    srand48(1);
    for (int i = 0; i < 20000; i++) {
        double size = pow(10, 12 * drand48() - 6), low = (drand48() - 0.5) * 20 * size;
        int most = 2 + (int)(drand48() * 13);
        struct axis axis;
        axis_make(&axis, low, low + size, most);
        ck_assert_int_ge(axis.ticks, 1);
        ck_assert_int_le(axis.ticks, most + 1);
        for (int k = 0; k < axis.ticks; k++) {
            ck_assert_double_ge(axis.tick[k], low - 1e-6 * size);
            ck_assert_double_le(axis.tick[k], low + 1.000001 * size);
        }
        for (int k = 1; k < axis.ticks; k++) {
            double step = axis.tick[k] - axis.tick[k - 1];
            double digit = step / pow(10, floor(log10(step) + 1e-6));
            ck_assert(fabs(digit - 1) < 1e-4 || fabs(digit - 2) < 1e-4 || fabs(digit - 5) < 1e-4);
        }
    }
}
END_TEST

START_TEST(test_no_range)
{
    static const double odd[][2] = {{3, 3}, {0, 0}, {5, 2}, {NAN, 1}, {0, INFINITY}, {-2, -2}};

    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        struct axis axis;
        axis_make(&axis, odd[i][0], odd[i][1], 5);
        ck_assert(axis.high > axis.low);
        ck_assert_int_ge(axis.ticks, 1);
    }
}
END_TEST

START_TEST(test_place)
{
    const struct axis plain = {.low = 20, .high = 80}, turned = {.low = 10, .high = -2};
    const struct axis decades = {.low = 1e-8, .high = 1, .log = true};

    ck_assert_double_eq_tol(axis_place(&plain, 20), 0, 1e-15);
    ck_assert_double_eq_tol(axis_place(&plain, 35), 0.25, 1e-15);
    ck_assert_double_eq_tol(axis_place(&plain, 95), 1.25, 1e-15);
    ck_assert_double_eq_tol(axis_place(&turned, 10), 0, 1e-15);
    ck_assert_double_eq_tol(axis_place(&turned, 1), 0.75, 1e-15);
    ck_assert_double_eq_tol(axis_place(&decades, 1e-4), 0.5, 1e-12);
    ck_assert_double_eq_tol(axis_place(&decades, 0.1), 0.875, 1e-12);
    ck_assert_double_eq_tol(axis_place(&decades, 2e-8), 0.0376287494579976, 1e-12);
}
END_TEST

TCase *axis_case(void)
{
    TCase *tcase = tcase_create("axis");
    tcase_add_test(tcase, test_linear);
    tcase_add_test(tcase, test_logarithmic);
    tcase_add_test(tcase, test_any_range);
    tcase_add_test(tcase, test_no_range);
    tcase_add_test(tcase, test_place);
    return tcase;
}
