/* The speed of matrix products, which everything else is compared with. */
#ifndef CLI_MEASURE_H
#define CLI_MEASURE_H

/* GFLOPS of single-precision products on all threads at once (each its own), for about `seconds`.
 */
double measure_sgemm(double seconds);

#endif
