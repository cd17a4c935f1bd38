/* The screens without a terminal. */
#include <stdlib.h>

#include "tests/unit/ui/test_ui.h"

void check_dump(const struct grid *grid, const char *expected)
{
    char *text = grid_dump(grid);

    ck_assert_str_eq(text, expected);
    free(text);
}

int main(void)
{
    Suite *suite = suite_create("ui");
    suite_add_tcase(suite, frame_case());
    suite_add_tcase(suite, input_case());
    suite_add_tcase(suite, screen_case());
    suite_add_tcase(suite, command_case());
    suite_add_tcase(suite, compare_case());
    suite_add_tcase(suite, prune_case());
    suite_add_tcase(suite, prune_screen_case());
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
