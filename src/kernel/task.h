/*
 * Parallel tasks. Work is cut into tasks by shape alone, never by the number of threads; each is
 * single-threaded and partial sums are joined in order, so any number of threads gives the same
 * bits.
 */
#ifndef KERNEL_TASK_H
#define KERNEL_TASK_H

/* Threads that compute; 0 or less: the CPUs this process may use. Returns what is set. */
int task_set_threads(int threads);
int task_threads(void);

/* Calls run(context, index, thread) for each index < count; thread < task_threads() numbers the
 * caller's scratch. Returns when all are done. */
void task_run(int count, void (*run)(void *context, int index, int thread), void *context);

#endif
