#include "cli/measure.h"

#include <stdlib.h>

#include "base/memory.h"
#include "kernel/fast.h"
#include "kernel/gemm.h"
#include "kernel/task.h"

struct measurement {
    double (*kernel)(double seconds);
    double seconds;
    double *gflops; /* a task */
};

static void measure(void *context, int index, int thread)
{
    struct measurement *measurement = context;
    (void)thread;
    measurement->gflops[index] = measurement->kernel(measurement->seconds);
}

static double on_all_threads(double (*kernel)(double seconds), double seconds)
{
    const int threads = task_threads();
    struct measurement measurement = {
        .kernel = kernel, .seconds = seconds, .gflops = NEW(double, threads)};
    double sum = 0;
    task_run(threads, measure, &measurement);
    for (int i = 0; i < threads; i++)
        sum += measurement.gflops[i];
    free(measurement.gflops);
    return sum;
}

double measure_sgemm(double seconds)
{
    return on_all_threads(gemm_measure, seconds);
}

double measure_fma(double seconds)
{
    return on_all_threads(fast_peak, seconds);
}
