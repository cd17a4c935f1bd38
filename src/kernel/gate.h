/*
 * Gates: batch norm and ReLU over chosen planes of a map of image lanes.
 *
 * With μ and σ² the mean and variance that are in use, istd = 1/√(σ² + ε):
 *
 *     scale = γ·istd, shift = β − μ·scale        z = scale·x + shift        a = max(z, 0)
 *
 * and backward (Ioffe & Szegedy 2015), n = images · pixels, dz = da where z > 0, else 0:
 *
 *     dβ = Σ dz        dγ = istd · Σ dz·(x − μ)
 *     dx = al·dz + be·x + de,   al = scale,   be = −al·istd²/n · Σ dz·(x − μ),
 *                               de = −al/n · Σ dz − be·μ
 *
 * x is a map (groups, ≥ channels, H·W + 1, 16), of which the planes in channel[] are read; a and da
 * are packed (groups, kept, H·W + 1, 16). Lanes past `images` take no part in any sum, and a and
 * what is added to dx are 0 there.
 */
#ifndef KERNEL_GATE_H
#define KERNEL_GATE_H

#include <stdbool.h>
#include <stddef.h>

struct gate_planes {
    int images;
    int kept;
    const int *channel; /* (kept) planes of the map, ascending; NULL: 0 … kept − 1 */
    int height, width;
    size_t group; /* floats from one group of the map to the next */
};

/* The coefficients of one gate, each (kept). */
struct gate_affine {
    float *scale, *shift;
};

/* What backward adds to dx: al·dz + be·x + de, each (kept). */
struct gate_slope {
    float *al, *be, *de;
};

/* Floats of partial sums that gate_statistics and gate_sums need. */
size_t gate_partial(const struct gate_planes *planes);

/* a = max(scale·x + shift, 0). */
void gate_forward(const struct gate_planes *planes, const struct gate_affine *affine,
                  const float *x, float *a);

/* sum = Σ(x − m), square = Σ(x − m)² a plane, each (kept), over images and pixels. The reference m
 * (kept) should be near the mean: it keeps the variance from cancelling. */
void gate_statistics(const struct gate_planes *planes, const float *x, const float *m,
                     float *partial, double *sum, double *square);

/* sum = Σ dz, product = Σ dz·(x − mean) a plane, each (kept). */
void gate_sums(const struct gate_planes *planes, const struct gate_affine *affine,
               const float *mean, const float *x, const float *da, float *partial, double *sum,
               double *product);

/* dx = al·dz + be·x + de, or dx += with `add`; dx is laid out as x. */
void gate_gradient(const struct gate_planes *planes, const struct gate_affine *affine,
                   const struct gate_slope *slope, const float *x, const float *da, float *dx,
                   bool add);

/* The plain references: one image and pixel at a time, in double. */
void gate_forward_plain(const struct gate_planes *planes, const struct gate_affine *affine,
                        const float *x, float *a);
void gate_statistics_plain(const struct gate_planes *planes, const float *x, const float *m,
                           double *sum, double *square);
void gate_sums_plain(const struct gate_planes *planes, const struct gate_affine *affine,
                     const float *mean, const float *x, const float *da, double *sum,
                     double *product);

#endif
