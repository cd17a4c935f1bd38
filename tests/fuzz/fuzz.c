#include "tests/fuzz/fuzz.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FUZZ_ROW(name_) {.name = #name_, .run = fuzz_##name_},
const struct fuzz_target fuzz_targets[] = {FUZZ_TARGETS(FUZZ_ROW){NULL, NULL}};

const struct fuzz_target *fuzz_find(const char *name)
{
    for (const struct fuzz_target *target = fuzz_targets; target->name; target++)
        if (strcmp(target->name, name) == 0)
            return target;
    return NULL;
}

void fuzz_hold(bool truth, const char *what)
{
    if (truth)
        return;
    fprintf(stderr, "fuzz: this does not hold: %s\n", what);
    abort();
}

void fuzz_check(int code, const struct error *err)
{
    fuzz_hold(code >= 0 && code <= ERROR_DIVERGED, "a known code");
    fuzz_hold(code == 0 || (int)err->code == code, "the error has the code that was returned");
    fuzz_hold(code == 0 || err->text[0], "an error says something");
    for (const char *at = err->text; code && *at; at++)
        fuzz_hold((unsigned char)*at >= ' ' && *at != 0x7f, "an error is one line");
}

/* --- files ------------------------------------------------------------------------------------ */

static char folder[200];

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status, (void)kind, (void)place;
    return remove(path);
}

static void remove_folder(void)
{
    nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

const char *fuzz_folder(void)
{
    if (*folder)
        return folder;
    const char *place = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%.150s/slimscope-fuzz.XXXXXX", place ? place : "/tmp");
    fuzz_hold(mkdtemp(folder) != NULL, "a folder for files can be made");
    atexit(remove_folder);
    return folder;
}

const char *fuzz_file(const char *name, const uint8_t *bytes, size_t length)
{
    static char path[300];
    snprintf(path, sizeof path, "%s/%s", fuzz_folder(), name);
    FILE *file = fopen(path, "wb");
    fuzz_hold(file && fwrite(bytes, 1, length, file) == length, "the input can be written");
    fuzz_hold(fclose(file) == 0, "the input can be written");
    return path;
}
