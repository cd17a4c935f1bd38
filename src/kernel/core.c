#include "kernel/core.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "config.h"
#include "kernel/gemm.h"

/* Set by the first execution for the second: the core that OpenBLAS had by itself. */
#define MARK "SLIMSCOPE_BLAS_WAS"

enum level { LEVEL_BASELINE, LEVEL_AVX2, LEVEL_AVX512 };

/* For each level: what it is called, and an OpenBLAS core that uses it and no more. */
static const char *const level_names[] = {"baseline", "avx2", "avx512"};
static const char *const level_cores[] = {NULL, "Haswell", "SkylakeX"};

/* The cores that use AVX2 or AVX-512; all others count as baseline. */
static const struct {
    const char *name;
    enum level level;
} cores[] = {
    {"Haswell", LEVEL_AVX2},    {"Zen", LEVEL_AVX2},          {"Excavator", LEVEL_AVX2},
    {"SkylakeX", LEVEL_AVX512}, {"Cooperlake", LEVEL_AVX512}, {"Sapphirerapids", LEVEL_AVX512},
};

static enum level cpu_level(void)
{
#if defined __x86_64__ || defined __i386__
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
        return LEVEL_AVX512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return LEVEL_AVX2;
#endif
    return LEVEL_BASELINE;
}

static enum level core_level(const char *core)
{
    for (size_t i = 0; i < sizeof cores / sizeof *cores; i++)
        if (strcasecmp(core, cores[i].name) == 0)
            return cores[i].level;
    return LEVEL_BASELINE;
}

/* The CPU's, up to what the program was built for. */
static enum level level(void)
{
    const enum level built = ISA_LEVEL, cpu = cpu_level();
    return cpu < built ? cpu : built;
}

const char *core_isa(void)
{
    return level_names[level()];
}

const char *core_wanted(void)
{
    return core_level(gemm_core()) < level() ? level_cores[level()] : NULL;
}

/* Instrumented runs are slow anyway, and must not lose their instruments to an exec. */
static bool instrumented(void)
{
#ifdef SANITIZER
    return true;
#else
    const char *preload = getenv("LD_PRELOAD"); /* valgrind shows itself here */
    return preload && strstr(preload, "vgpreload");
#endif
}

/* Whether nobody has said yet how idle threads wait. */
static bool wants_wait_policy(void)
{
    return !getenv("OMP_WAIT_POLICY") && !getenv("GOMP_SPINCOUNT") && !getenv("KMP_BLOCKTIME");
}

/* Idle threads sleep, for spinning beside another process costs most of the speed; with GNU's
 * OpenMP only after some 0.1 ms, since most tasks follow the ones before sooner than a thread
 * wakes. */
static bool set_wait_policy(void)
{
    return setenv("OMP_WAIT_POLICY", "passive", 1) == 0 && setenv("GOMP_SPINCOUNT", "2000", 1) == 0;
}

void core_prepare(char **argv)
{
    const char *wanted = getenv("OPENBLAS_CORETYPE") ? NULL : core_wanted();
    bool waits = wants_wait_policy();
    char program[4096];
    if ((!wanted && !waits) || instrumented() || getenv(MARK))
        return;
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length <= 0)
        return;
    program[length] = '\0';
    if (setenv(MARK, gemm_core(), 1) == 0 &&
        (!wanted || setenv("OPENBLAS_CORETYPE", wanted, 1) == 0) && (!waits || set_wait_policy()))
        execv(program, argv);
    unsetenv(MARK); /* not to be had: go on with what there is */
    if (wanted)
        unsetenv("OPENBLAS_CORETYPE");
    if (waits) {
        unsetenv("OMP_WAIT_POLICY");
        unsetenv("GOMP_SPINCOUNT");
    }
}

const char *core_reason(void)
{
    static char text[200];
    const char *set = getenv("OPENBLAS_CORETYPE"), *was = getenv(MARK), *wanted = core_wanted();
    if (set && was && strcmp(was, gemm_core()) != 0)
        snprintf(text, sizeof text, "chosen for this CPU; OpenBLAS alone takes %s", was);
    else if (set)
        snprintf(text, sizeof text, "OPENBLAS_CORETYPE=%s is set", set);
    else if (wanted)
        snprintf(text, sizeof text, "OpenBLAS's own choice; OPENBLAS_CORETYPE=%s is faster",
                 wanted);
    else
        snprintf(text, sizeof text, "OpenBLAS's own choice, right for this CPU");
    return text;
}
