#include "tests/unit/report/test_report.h"

int main(void)
{
    Suite *suite = suite_create("report");
    suite_add_tcase(suite, axis_case());
    suite_add_tcase(suite, figure_case());
    suite_add_tcase(suite, save_case());
    suite_add_tcase(suite, statistics_case());
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
