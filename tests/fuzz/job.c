/* Model files, plans, filters, and stores. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "db/record.h"
#include "db/store.h"
#include "format/model.h"
#include "format/safetensors.h"
#include "job/filter.h"
#include "job/plan.h"
#include "tests/fuzz/fuzz.h"

/* The file as tensors, and as a network. */
void fuzz_safetensors(const uint8_t *bytes, size_t length)
{
    struct error err = {0};
    struct safetensors file;
    const char *path = fuzz_file("model.safetensors", bytes, length);
    int code = safetensors_open(path, &file, &err);
    fuzz_check(code, &err);
    if (code)
        return;
    for (int i = 0; i < file.count; i++)
        fuzz_hold(safetensors_find(&file, file.view[i].name) == &file.view[i], "names are unique");
    safetensors_close(&file);

    struct net *net = NULL;
    err = (struct error){0};
    code = model_read(path, &net, &err);
    fuzz_check(code, &err);
    net_free(net);
}

void fuzz_plan(const uint8_t *bytes, size_t length)
{
    struct error err = {0};
    struct plan plan = {0};
    char *text = memory_print("%.*s", (int)length, (const char *)bytes);
    const int code = plan_parse("plan.yaml", text, strlen(text), &plan, &err);
    fuzz_check(code, &err);
    fuzz_hold(code || plan.runs > 0, "a plan has runs");
    if (!code)
        plan_done(&plan);
    free(text);
}

void fuzz_filter(const uint8_t *bytes, size_t length)
{
    struct error err = {0};
    struct filter *filter = NULL;
    char *text = memory_print("%.*s", (int)length, (const char *)bytes);
    const int code = filter_parse(text, &filter, &err);
    fuzz_check(code, &err);
    if (!code) {
        /* as a run without a name or a note: what may be NULL is NULL */
        char word[] = "tl1", tags[] = "night, best";
        const struct run_row row = {.id = 7,
                                    .arch = word,
                                    .data = word,
                                    .penalty = word,
                                    .lambda = 1e-3,
                                    .epoch = 3,
                                    .tags = tags};
        const bool fits = filter_match(filter, &row);
        fuzz_hold(fits == filter_match(filter, &row), "a filter says the same twice");
        filter_free(filter);
    }
    free(text);
}

/* The bytes as a store's file: read, listed, checked, and opened to write. */
void fuzz_store(const uint8_t *bytes, size_t length)
{
    const char *path = fuzz_file("store.db", bytes, length);
    for (int mode = STORE_READ; mode <= STORE_WRITE; mode++) {
        struct error err = {0};
        struct store *store = NULL;
        struct run_row *rows = NULL;
        struct jvalue *problems = NULL;
        int count = 0;
        int code = store_open(path, (enum store_mode)mode, &store, &err);
        fuzz_check(code, &err);
        if (code)
            continue;
        code = run_list(store, &rows, &count, &err);
        fuzz_check(code, &err);
        if (!code)
            run_rows_free(rows, count);
        err = (struct error){0};
        code = store_check(store, &problems, &err);
        fuzz_check(code, &err);
        if (!code)
            jvalue_free(problems);
        store_close(store);
    }
    static const char *const left[] = {"-journal", "-wal", "-shm", ".lock", ".v1.bak", ".v2.bak"};
    for (size_t i = 0; i < sizeof left / sizeof *left; i++) {
        char *file = memory_print("%s%s", path, left[i]);
        unlink(file);
        free(file);
    }
}
