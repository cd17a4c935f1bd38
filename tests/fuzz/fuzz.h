/*
 * Fuzzing: every reader of foreign bytes as one function of them. Two programs share the table of
 * targets: fuzz_libfuzzer (libfuzzer.c, clang) looks for inputs, fuzz_replay (replay.c) runs the
 * inputs that are kept.
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct fuzz_target {
    const char *name; /* also of its folder in corpus/ */
    void (*run)(const uint8_t *bytes, size_t length);
};

extern const struct fuzz_target fuzz_targets[]; /* ended by a NULL name */
const struct fuzz_target *fuzz_find(const char *name);

/* Aborts, naming what does not hold. */
void fuzz_hold(bool truth, const char *what);

/* A reader either succeeds, or sets an error: its code, one line, and nothing else. */
void fuzz_check(int code, const struct error *err);

/* Writes the bytes to a file of that name in the fuzzer's own folder (removed at exit). The path is
 * good until the next call. */
const char *fuzz_file(const char *name, const uint8_t *bytes, size_t length);
const char *fuzz_folder(void);

#define FUZZ_TARGETS(TARGET)                                                                       \
    TARGET(cifar)                                                                                  \
    TARGET(idx) TARGET(mat) TARGET(png) TARGET(safetensors) TARGET(plan) TARGET(filter)            \
        TARGET(mouse) TARGET(store)
#define FUZZ_DECLARE(name) void fuzz_##name(const uint8_t *bytes, size_t length);
FUZZ_TARGETS(FUZZ_DECLARE)

#endif
