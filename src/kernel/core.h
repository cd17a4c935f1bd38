/*
 * The CPU, and the environment that the libraries need to use it well.
 *
 * OpenBLAS picks its kernels by CPU model and falls back to SSE on models it does not know (66
 * instead of 320 GFLOPS on a recent Xeon with Debian 12). OpenMP's idle threads spin, which is fine
 * alone on a machine and ruinous beside another process (measured beside two compilers: 65 to 260
 * images/s spinning, 570 asleep). Both libraries look at the environment when they are loaded, so
 * setting it later has no effect: the program sets it and executes itself again, once, before any
 * thread or file is opened. What the user has set stays.
 */
#ifndef KERNEL_CORE_H
#define KERNEL_CORE_H

/* "avx512", "avx2" or "baseline": what this CPU (and system) offers, up to what the program was
 * built for (configure --with-isa). */
const char *core_isa(void);

/* The OpenBLAS core for that instruction set, or NULL where its own choice is as good. */
const char *core_wanted(void);

/* Executes the program again with OPENBLAS_CORETYPE set, where that gives faster kernels, and with
 * OMP_WAIT_POLICY and GOMP_SPINCOUNT, so that idle threads sleep soon; returns when nothing needs
 * to be done (the user set them; already done; under valgrind or a sanitizer) or when it cannot be
 * done. `argv` is main's. */
void core_prepare(char **argv);

/* Why the core in use is what it is, one line for `doctor`. */
const char *core_reason(void);

#endif
