#include "kernel/task.h"

#include <sched.h>
#ifdef _OPENMP
#include <omp.h>
#endif

static int thread_count;

/* The CPUs that this process may use (taskset, cgroup cpusets). */
static int usable_cpus(void)
{
    cpu_set_t set;
    int count = sched_getaffinity(0, sizeof set, &set) ? 1 : CPU_COUNT(&set);
    return count > 0 ? count : 1;
}

int task_set_threads(int threads)
{
#ifdef _OPENMP
    thread_count = threads > 0 ? threads : usable_cpus();
#else
    (void)threads, (void)usable_cpus;
    thread_count = 1;
#endif
    return thread_count;
}

int task_threads(void)
{
    return thread_count ? thread_count : task_set_threads(0);
}

void task_run(int count, void (*run)(void *context, int index, int thread), void *context)
{
#ifdef _OPENMP
    int threads = task_threads() < count ? task_threads() : count;
    if (threads > 1) {
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads)
        for (int i = 0; i < count; i++)
            run(context, i, omp_get_thread_num());
        return;
    }
#endif
    for (int i = 0; i < count; i++)
        run(context, i, 0);
}
