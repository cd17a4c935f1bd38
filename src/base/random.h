/*
 * Random numbers as pure functions of (seed, purpose, a, b): no stream has a state that would have
 * to be saved, so a run that was stopped goes on with the very numbers it would have had.
 *
 * The mixer is SplitMix64's finaliser (Steele, Lea & Flood, OOPSLA 2014), applied key by key.
 */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stdint.h>

/* What a number is for. Never renumber: the numbers are part of every run's identity. */
enum random_purpose {
    RANDOM_WEIGHTS = 1, /* a: tensor */
    RANDOM_ORDER = 2,   /* a: epoch, b: image */
    RANDOM_AUGMENT = 3, /* a: epoch, b: image */
    RANDOM_SPLIT = 4,   /* a: image */
    RANDOM_SHAPES = 5,  /* a: part, b: image */
    RANDOM_INPUT = 6,   /* a: image */
    RANDOM_TEST = 7,
};

/* A short private sequence, made where it is needed and thrown away. */
struct random {
    uint64_t key, at;
};

uint64_t random_bits(uint64_t seed, enum random_purpose purpose, uint64_t a, uint64_t b);

struct random random_open(uint64_t seed, enum random_purpose purpose, uint64_t a, uint64_t b);
uint64_t random_next(struct random *random);
uint32_t random_below(struct random *random, uint32_t limit); /* 0 … limit − 1, no bias */
double random_uniform(struct random *random);                 /* [0, 1) */
double random_normal(struct random *random); /* mean 0, variance 1 (Box–Muller) */

#endif
