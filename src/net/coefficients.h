/*
 * The few numbers of a gate around its heavy passes: what it multiplies and adds, what it leaves in
 * the running statistics, what its gradient's sums come to. All are in net_work, (kept) long.
 * Private to src/net.
 */
#ifndef NET_COEFFICIENTS_H
#define NET_COEFFICIENTS_H

#include "kernel/gate.h"
#include "net/net.h"

/* Fills work->scale, shift and mean of the kept channels. */
struct gate_affine coefficients_affine(struct net *net, const struct gate *gate, bool training);

/* running = 0.9·running + 0.1·batch, the variance unbiased. */
void coefficients_move_running(struct net *net, const struct gate *gate, int images);

/* For each channel that the operator writes, into work->mean: a number near its mean, the running
 * mean, before this step's update, of the first gate that keeps the channel (none: 0). */
void coefficients_references(struct net *net, const struct op *op);

/* Mean and variance of the channels that the operator wrote, from work->mean, sum and product. */
void coefficients_keep_statistics(struct net *net, const struct op *op, int images);

/* From work->sum = Σ dz and product = Σ dz·(x − μ): dγ, dβ, and work->al, be and de. */
struct gate_slope coefficients_slope(struct net *net, const struct gate *gate, int images);

#endif
