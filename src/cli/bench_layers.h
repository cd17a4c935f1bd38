/*
 * The table a layer of `bench -v`: how long each operator takes, and how much of the machine's peak
 * that is.
 */
#ifndef CLI_BENCH_LAYERS_H
#define CLI_BENCH_LAYERS_H

#include "base/json.h"
#include "net/net.h"

/* Arrays for the times of the network's operators, all 0, which layers_forget frees. */
struct net_times *layers_note(const struct net *net);
void layers_forget(struct net_times *times);

/* What was measured: `steps` of training and as many of evaluation with `batch` images each, on a
 * machine of `peak` GFLOPS. */
struct layers {
    const struct net *net;
    const struct net_times *times;
    int batch, steps;
    double peak;
};

/* The table on stdout, or as an array of {name, macs, forward_ms, backward_ms, evaluation_ms,
 * share_of_peak}. The share is that of training, with 6 operations a MAC of the direct sum:
 * Winograd's algorithm needs a quarter of them, so it can come above 1. */
void layers_print(const struct layers *layers, bool colour);
struct jvalue *layers_json(const struct layers *layers);

#endif
