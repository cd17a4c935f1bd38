#include "cli/measure.h"

#include <stdlib.h>

#include "base/memory.h"
#include "kernel/gemm.h"
#include "kernel/task.h"

struct measurement {
    double seconds;
    double *gflops; /* a task */
};

static void measure(void *context, int index, int thread)
{
    struct measurement *measurement = context;
    (void)thread;
    measurement->gflops[index] = gemm_measure(measurement->seconds);
}

double measure_sgemm(double seconds)
{
    const int threads = task_threads();
    struct measurement measurement = {.seconds = seconds, .gflops = NEW(double, threads)};
    double sum = 0;
    task_run(threads, measure, &measurement);
    for (int i = 0; i < threads; i++)
        sum += measurement.gflops[i];
    free(measurement.gflops);
    return sum;
}
