/* Aligned memory for what kernels read and write. */
#ifndef UNIT_ALIGNED_H
#define UNIT_ALIGNED_H

#include <stddef.h>

#include "base/random.h"

/* `count` zeros on a cache line; the caller frees. */
float *take(size_t count);

/* Normal numbers. */
float *take_normal(size_t count, struct random *random);

float *take_copy(const float *from, size_t count);

#endif
