#include "tests/unit/aligned.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

float *take(size_t count)
{
    size_t bytes = (count * sizeof(float) + 63) / 64 * 64;
    float *block = aligned_alloc(64, bytes ? bytes : 64);
    ck_assert_ptr_nonnull(block);
    memset(block, 0, bytes);
    return block;
}

float *take_normal(size_t count, struct random *random)
{
    float *block = take(count);
    for (size_t i = 0; i < count; i++)
        block[i] = (float)random_normal(random);
    return block;
}

float *take_copy(const float *from, size_t count)
{
    float *block = take(count);
    memcpy(block, from, count * sizeof *from);
    return block;
}
