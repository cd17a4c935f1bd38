/* Matrix products by OpenBLAS (the only file that includes <cblas.h>), single-threaded: parallelism
 * is ours (task.h), so that results do not depend on the number of threads. */
#ifndef KERNEL_GEMM_H
#define KERNEL_GEMM_H

#include <stdbool.h>

/* C (m, n) = op(A) (m, k) · op(B) (k, n) + beta · C, row-major, with leading dimensions. */
void gemm(bool transpose_a, bool transpose_b, int m, int n, int k, const float *a, int lda,
          const float *b, int ldb, float beta, float *c, int ldc);

/* Sets OpenBLAS to one thread; before the first product. */
void gemm_start(void);

/* The kernel set that OpenBLAS uses ("SkylakeX", "Haswell", "Prescott" …). */
const char *gemm_core(void);

/* The plain reference: three loops in double. */
void gemm_plain(bool transpose_a, bool transpose_b, int m, int n, int k, const float *a, int lda,
                const float *b, int ldb, float beta, float *c, int ldc);

/* GFLOPS of one thread on 512×512×512 products, measured for about `seconds`. */
double gemm_measure(double seconds);

/* Odd-shaped products against gemm_plain on the core in use: the largest |difference| over the
 * largest |value|. Wrong kernels for a CPU exist, so `doctor` and the tests run this. */
double gemm_check(void);

#endif
