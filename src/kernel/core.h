/*
 * The CPU, and the OpenBLAS kernels that fit it.
 *
 * OpenBLAS picks its kernels by CPU model and falls back to SSE on models it does not know (66
 * instead of 320 GFLOPS on a recent Xeon with Debian 12). The choice is made when the library is
 * loaded, so setting OPENBLAS_CORETYPE later has no effect: the program sets it and executes itself
 * again, once, before any thread or file is opened.
 */
#ifndef KERNEL_CORE_H
#define KERNEL_CORE_H

/* "avx512", "avx2" or "baseline": what this CPU (and system) offers. */
const char *core_isa(void);

/* The OpenBLAS core for that instruction set, or NULL where its own choice is as good. */
const char *core_wanted(void);

/* Executes the program again with OPENBLAS_CORETYPE set, where that gives faster kernels; returns
 * when nothing needs to be done (the user set a core; already done; under valgrind or a sanitizer)
 * or when it cannot be done. `argv` is main's. */
void core_choose_blas(char **argv);

/* Why the core in use is what it is, one line for `doctor`. */
const char *core_reason(void);

#endif
