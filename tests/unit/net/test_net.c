#include "tests/unit/net/test_net.h"

#include <stdlib.h>

int main(void)
{
    Suite *suite = suite_create("net");
    suite_add_tcase(suite, spec_case());
    suite_add_tcase(suite, run_case(false));
    suite_add_tcase(suite, run_case(true));
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
