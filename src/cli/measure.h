/* The speed of this machine, which everything else is compared with: GFLOPS in single precision on
 * all threads at once (each its own work), measured for about `seconds`. */
#ifndef CLI_MEASURE_H
#define CLI_MEASURE_H

double measure_sgemm(double seconds); /* matrix products of OpenBLAS */
double measure_fma(double seconds);   /* multiply-adds on registers alone: the most there can be */

#endif
