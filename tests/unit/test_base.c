#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/random.h"
#include "base/text.h"

START_TEST(sha256_is_the_standards)
{
    char text[HASH_TEXT]; /* the examples of FIPS 180-4: "abc", and a million a, here in pieces */
    hash_bytes("abc", 3, text);
    ck_assert_str_eq(text, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    char a[777];
    memset(a, 'a', sizeof a);
    struct hash *hash = hash_new();
    for (size_t left = 1000000, next = 1; left > 0; next = next * 5 % sizeof a) {
        next = next < left ? next : left;
        hash_add(hash, a, next);
        left -= next;
    }
    hash_finish(hash, text);
    ck_assert_str_eq(text, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}
END_TEST

START_TEST(percent_is_decimal)
{
    struct decimal p;
    ck_assert(decimal_parse("70", 2, &p));
    ck_assert_int_eq(decimal_percent_floor(p, 10), 7); /* 10·0.7 in binary is below 7 for some N */
    ck_assert(decimal_parse("29", 2, &p));
    ck_assert_int_eq(decimal_percent_floor(p, 100), 29);
    ck_assert(!decimal_parse("7e1", 3, &p));
    ck_assert(!decimal_parse("", 0, &p));
    ck_assert(!decimal_parse(".", 1, &p));
    ck_assert(!decimal_parse("-1", 2, &p));
}
END_TEST

START_TEST(shortest_percent_gives_the_count_back)
{
    for (int n = 1; n < 700; n += 13)
        for (int k = 0; k < n; k++) {
            struct decimal p = decimal_shortest_percent(k, n), shorter = p;
            ck_assert_int_eq(decimal_percent_floor(p, n), k);
            if (p.scale == 0)
                continue;
            for (shorter.digits = p.digits / 10 - 1, shorter.scale--;
                 shorter.digits <= p.digits / 10 + 1; shorter.digits++)
                ck_assert_int_ne(decimal_percent_floor(shorter, n), k);
        }
}
END_TEST

START_TEST(random_has_no_state_and_no_bias)
{
    ck_assert_uint_eq(random_bits(1, RANDOM_ORDER, 2, 3), random_bits(1, RANDOM_ORDER, 2, 3));
    ck_assert_uint_ne(random_bits(1, RANDOM_ORDER, 2, 3), random_bits(1, RANDOM_ORDER, 3, 2));
    struct random r = random_open(7, RANDOM_TEST, 0, 0);
    double sum = 0, squares = 0;
    int counts[3] = {0};
    for (int i = 0; i < 100000; i++) {
        double x = random_normal(&r);
        sum += x;
        squares += x * x;
        counts[random_below(&r, 3)]++;
    }
    ck_assert_double_eq_tol(sum / 100000, 0, 0.015);
    ck_assert_double_eq_tol(squares / 100000, 1, 0.02);
    for (int i = 0; i < 3; i++)
        ck_assert_int_lt(abs(counts[i] - 33333), 600);
}
END_TEST

START_TEST(foreign_text_is_made_harmless)
{
    char text[] = "a\033[31mb\xc2\x9b"
                  "c\n";
    text_clean(text);
    ck_assert_str_eq(text, "a?[31mb??c?");
    struct error err;
    error_set(&err, ERROR_DATA, "%s: \033[31mno PNG\n", "a\xc2\x9b");
    error_prefix(&err, "\x7fx");
    error_hint(&err, "\xc2\x85");
    ck_assert_str_eq(err.text, "?x: a??: ?[31mno PNG?");
    ck_assert_str_eq(err.hint, "??");
    struct jvalue *object = jvalue_object();
    jvalue_set_text(object, "t", "x\xffy");
    char *line = jvalue_print(object);
    ck_assert_str_eq(line, "{\"t\":\"x\xef\xbf\xbdy\"}");
    free(line);
    jvalue_free(object);
}
END_TEST

START_TEST(numbers_are_read_strictly)
{
    int64_t i;
    double d;
    ck_assert(text_parse_integer("-42", &i) && i == -42);
    ck_assert(!text_parse_integer("4x", &i));
    ck_assert(!text_parse_integer(" 4", &i));
    ck_assert(!text_parse_integer("99999999999999999999", &i));
    ck_assert(text_parse_double("1e-3", &d) && d == 1e-3);
    ck_assert(!text_parse_double("nan", &d));
    ck_assert(!text_parse_double("inf", &d));
    ck_assert(!text_parse_double("1e999", &d));
    char text[32];
    ck_assert_str_eq(text_print_double(0.1, text, sizeof text), "0.1");
    ck_assert_str_eq(text_print_count(885934, text, sizeof text), "886 k");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base");
    TCase *all = tcase_create("all");
    tcase_add_test(all, sha256_is_the_standards);
    tcase_add_test(all, percent_is_decimal);
    tcase_add_test(all, shortest_percent_gives_the_count_back);
    tcase_add_test(all, random_has_no_state_and_no_bias);
    tcase_add_test(all, foreign_text_is_made_harmless);
    tcase_add_test(all, numbers_are_read_strictly);
    suite_add_tcase(suite, all);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
