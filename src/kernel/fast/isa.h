/*
 * Instruction sets. The compute files of this folder are compiled once for each instruction set,
 * with ISA as its name on the command line; every symbol that such a file shares bears that name.
 *
 * `vec` is the widest vector that the instruction set has: a lanes vector is PIECES of them. A
 * compiler keeps a vector that is wider than its registers in memory, hence the split by hand.
 */
#ifndef KERNEL_FAST_ISA_H
#define KERNEL_FAST_ISA_H

#include <stdint.h>

#include "base/lanes.h"

#define ISA_JOIN(a, b) a##_##b
#define ISA_WITH(a, b) ISA_JOIN(a, b)
#define ISA_NAME(name) ISA_WITH(name, ISA)

#if defined __AVX512F__
enum { VEC = 16 };
#elif defined __AVX2__
enum { VEC = 8 };
#else
enum { VEC = 4 };
#endif
enum { PIECES = LANES / VEC };

typedef float vec __attribute__((vector_size(VEC * 4), may_alias));
typedef int32_t vec_mask __attribute__((vector_size(VEC * 4), may_alias)); /* −1 or 0 a lane */

/* In front of a loop whose variables only live in registers when it is unrolled. */
#if defined __clang__
#define UNROLL _Pragma("unroll")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

#define INLINE static inline __attribute__((always_inline))

/* Asks for the cache line of `x`, which is read, or written, in a while; it may lie beyond the end
 * of its array. */
INLINE void fetch(const float *x)
{
    __builtin_prefetch(x, 0, 2);
}

INLINE void fetch_to_write(const float *x)
{
    __builtin_prefetch(x, 1);
}

INLINE vec vec_keep(vec x, vec_mask mask)
{
    return (vec)((vec_mask)x & mask);
}

/* a · b rounded on its own, where what follows would else, as the compiler likes, become part of
 * one multiply-add with other bits. */
INLINE vec vec_rounded_product(vec a, vec b)
{
    vec product = a * b;
#ifdef __x86_64__
    __asm__("" : "+v"(product));
#else
    __asm__("" : "+m"(product));
#endif
    return product;
}

/* max(x, 0); a NaN stays one. */
INLINE vec vec_relu(vec x)
{
    return vec_keep(x, ~(x < 0));
}

#endif
