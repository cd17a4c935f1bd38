/*
 * Method. What the arithmetic units can do at most: chains of multiply-adds on registers alone, as
 * many as hide each other's latency. The values tend to 1, so nothing is ever denormal or infinite.
 */
#include "base/clock.h"
#include "kernel/fast/passes.h"

enum { CHAINS = 12, ROUNDS = 20000 };

/* A round of all chains, many times; returns a sum that depends on all of them. */
static float multiply_add(float half)
{
    vec chain[CHAINS], shrink = {0}, rise = {0};
    shrink += half;
    rise += half;
    UNROLL
    for (int i = 0; i < CHAINS; i++)
        chain[i] = rise * (float)i;
    for (int round = 0; round < ROUNDS; round++) {
        UNROLL
        for (int i = 0; i < CHAINS; i++)
            chain[i] = chain[i] * shrink + rise;
    }
    vec sum = {0};
    UNROLL
    for (int i = 0; i < CHAINS; i++)
        sum += chain[i];
    return sum[0];
}

double pass_peak(double seconds)
{
    double start = clock_seconds(), now = start, best = 0;
    volatile float half = 0.5f, keep; /* so that the compiler knows neither */
    while (now - start < seconds) {
        double before = now;
        keep = multiply_add(half);
        (void)keep;
        now = clock_seconds();
        double rate = 2.0 * VEC * CHAINS * ROUNDS / (now - before);
        best = rate > best ? rate : best;
    }
    return best * 1e-9;
}
