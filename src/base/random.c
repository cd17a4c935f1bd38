#include "base/random.h"

#include <math.h>

static const uint64_t golden = 0x9e3779b97f4a7c15ULL;

static uint64_t mix(uint64_t x)
{
    x ^= x >> 30;
    x *= 0xbf58476d1ce4e5b9ULL;
    x ^= x >> 27;
    x *= 0x94d049bb133111ebULL;
    return x ^ x >> 31;
}

uint64_t random_bits(uint64_t seed, enum random_purpose purpose, uint64_t a, uint64_t b)
{
    uint64_t x = mix(seed + golden);
    x = mix(x + golden * (uint64_t)purpose);
    x = mix(x + golden * (a + 1));
    return mix(x + golden * (b + 1));
}

struct random random_open(uint64_t seed, enum random_purpose purpose, uint64_t a, uint64_t b)
{
    return (struct random){.key = random_bits(seed, purpose, a, b)};
}

uint64_t random_next(struct random *random)
{
    return mix(random->key + golden * ++random->at);
}

uint32_t random_below(struct random *random, uint32_t limit)
{
    uint64_t product;
    uint32_t threshold = -limit % limit; /* Lemire, ACM TOMACS 29(1), 2019 */
    do
        product = (random_next(random) >> 32) * limit;
    while ((uint32_t)product < threshold);
    return (uint32_t)(product >> 32);
}

double random_uniform(struct random *random)
{
    return (double)(random_next(random) >> 11) * 0x1p-53;
}

double random_normal(struct random *random)
{
    double radius = sqrt(-2 * log(1 - random_uniform(random)));
    return radius * cos(2 * 3.14159265358979323846 * random_uniform(random));
}
