#include "kernel/gemm.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/random.h"

void gemm(bool transpose_a, bool transpose_b, int m, int n, int k, const float *a, int lda,
          const float *b, int ldb, float beta, float *c, int ldc)
{
    cblas_sgemm(CblasRowMajor, transpose_a ? CblasTrans : CblasNoTrans,
                transpose_b ? CblasTrans : CblasNoTrans, m, n, k, 1, a, lda, b, ldb, beta, c, ldc);
}

void gemm_start(void)
{
    openblas_set_num_threads(1);
}

const char *gemm_core(void)
{
    return openblas_get_corename();
}

void gemm_plain(bool transpose_a, bool transpose_b, int m, int n, int k, const float *a, int lda,
                const float *b, int ldb, float beta, float *c, int ldc)
{
    for (int i = 0; i < m; i++)
        for (int j = 0; j < n; j++) {
            float *to = &c[(size_t)i * ldc + j];
            double sum = beta == 0 ? 0 : (double)beta * (double)*to;
            for (int l = 0; l < k; l++) {
                float left = transpose_a ? a[(size_t)l * lda + i] : a[(size_t)i * lda + l];
                float right = transpose_b ? b[(size_t)j * ldb + l] : b[(size_t)l * ldb + j];
                sum += (double)left * (double)right;
            }
            *to = (float)sum;
        }
}

static float *random_matrix(int count, uint64_t key)
{
    struct random random = random_open(key, RANDOM_TEST, 0, 0);
    float *matrix = NEW(float, count);
    for (int i = 0; i < count; i++)
        matrix[i] = (float)random_normal(&random);
    return matrix;
}

double gemm_measure(double seconds)
{
    enum { SIDE = 512 };
    float *a = random_matrix(SIDE * SIDE, 1), *b = random_matrix(SIDE * SIDE, 2);
    float *c = NEW(float, SIDE *SIDE);
    gemm_start();
    gemm(false, false, SIDE, SIDE, SIDE, a, SIDE, b, SIDE, 0, c, SIDE);
    double start = clock_seconds(), now = start;
    int products = 0;
    for (; now - start < seconds || products == 0; now = clock_seconds(), products++)
        gemm(false, false, SIDE, SIDE, SIDE, a, SIDE, b, SIDE, 0, c, SIDE);
    free(a);
    free(b);
    free(c);
    return 2e-9 * SIDE * SIDE * SIDE * products / (now - start);
}

/* One product in all four transpositions, with leading dimensions above the widths and beta 1. */
static void check_shape(int m, int n, int k, double *difference, double *largest)
{
    int side = (m > n ? m : n) > k ? (m > n ? m : n) : k;
    int lead = side + 3;
    float *a = random_matrix(side * lead, 3), *b = random_matrix(side * lead, 4);
    for (int way = 0; way < 4; way++) {
        float *fast = random_matrix(m * lead, 5), *plain = random_matrix(m * lead, 5);
        gemm(way & 1, way & 2, m, n, k, a, lead, b, lead, 1, fast, lead);
        gemm_plain(way & 1, way & 2, m, n, k, a, lead, b, lead, 1, plain, lead);
        for (int i = 0; i < m * lead; i++) {
            double off = fabs((double)fast[i] - (double)plain[i]);
            if (!(off <= *difference))
                *difference = off; /* NaN too */
            *largest = fmax(*largest, fabs((double)plain[i]));
        }
        free(fast);
        free(plain);
    }
    free(a);
    free(b);
}

double gemm_check(void)
{
    static const int shapes[][3] = {{1, 1, 1},    {3, 5, 7},    {8, 16, 27},   {13, 48, 72},
                                    {17, 33, 65}, {64, 96, 31}, {37, 113, 200}};
    double difference = 0, largest = 0;
    gemm_start();
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        check_shape(shapes[i][0], shapes[i][1], shapes[i][2], &difference, &largest);
    return difference / largest;
}
