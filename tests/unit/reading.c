#include "tests/unit/reading.h"

#include <check.h>
#include <string.h>

#include "tests/unit/scratch.h"

void refused(const struct data_reader *reader, const char *path, const char *what, const char *why)
{
    struct error err = {0};
    struct data_set *set = NULL;
    int code = data_read(reader, path, &set, &err);
    ck_assert_msg(code == ERROR_DATA && err.code == ERROR_DATA && !set, "%s %s: code %d, %s", what,
                  why, code, err.text);
    ck_assert_msg(strstr(err.text, what) && strstr(err.text, why), "\"%s\" lacks \"%s\" or \"%s\"",
                  err.text, what, why);
    ck_assert_ptr_null(strchr(err.text, '\n'));
    ck_assert_ptr_nonnull(strstr(err.text, scratch_path("")));
}

struct data_set *opened(const struct data_reader *reader, const char *path)
{
    struct error err = {0};
    struct data_set *set = NULL;
    int code = data_read(reader, path, &set, &err);
    ck_assert_msg(code == 0 && set, "%s: %s", path, err.text);
    return set;
}
