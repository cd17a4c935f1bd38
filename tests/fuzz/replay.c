/*
 * fuzz_replay CORPUS: every file of CORPUS/NAME through target NAME; 1 when a target has none. What
 * a target does not survive ends the program: the file's name stands above.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "tests/fuzz/fuzz.h"

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static void replay(const struct fuzz_target *target, const char *path)
{
    struct error err = {0};
    char *bytes = NULL;
    size_t length = 0;
    printf("%s\n", path);
    fflush(stdout);
    fuzz_hold(file_read(path, 1 << 24, &bytes, &length, &err) == 0, err.text);
    uint8_t *exact = memory_copy(bytes, length); /* a byte behind its end is nobody's */
    target->run(exact, length);
    free(exact);
    free(bytes);
}

static int replay_all(const struct fuzz_target *target, const char *corpus)
{
    struct dirent **entry = NULL;
    char *folder = memory_print("%s/%s", corpus, target->name);
    const int count = scandir(folder, &entry, is_visible, alphasort);
    for (int i = 0; i < count; i++) {
        char *path = memory_print("%s/%s", folder, entry[i]->d_name);
        replay(target, path);
        free(path);
        free(entry[i]);
    }
    free(entry);
    free(folder);
    return count;
}

int main(int argc, char **argv)
{
    int empty = 0, total = 0;
    if (argc != 2) {
        fprintf(stderr, "usage: fuzz_replay CORPUS\n");
        return 2;
    }
    log_set_level(LOG_QUIET);
    for (const struct fuzz_target *target = fuzz_targets; target->name; target++) {
        const int count = replay_all(target, argv[1]);
        if (count <= 0)
            printf("%s: no inputs\n", target->name);
        empty += count <= 0;
        total += count;
    }
    printf("%d inputs\n", total);
    return empty ? 1 : 0;
}
