/*
 * Method. F(4×4, 3×3) of Lavin & Gray 2015 (section 4.3), interpolating at 0, ±1, ±2 and ∞:
 *
 *          ⎡4  0 −5  0  1  0⎤        ⎡ 1/4    0    0 ⎤         ⎡1  1  1  1  1  0⎤
 *          ⎢0 −4 −4  1  1  0⎥        ⎢−1/6 −1/6 −1/6 ⎥    Aᵀ = ⎢0  1 −1  2 −2  0⎥
 *     Bᵀ = ⎢0  4 −4 −1  1  0⎥    G = ⎢−1/6  1/6 −1/6 ⎥         ⎢0  1  1  4  4  0⎥
 *          ⎢0 −2 −1  2  1  0⎥        ⎢1/24 1/12  1/6 ⎥         ⎣0  1 −1  8 −8  1⎦
 *          ⎢0  2 −1 −2  1  0⎥        ⎢1/24 −1/12 1/6 ⎥
 *          ⎣0  4  0 −5  0  1⎦        ⎣  0     0    1 ⎦
 *
 * Each function below applies one matrix to a vector of vectors; a tile takes it down its columns,
 * then along its rows. The columns of a line of tiles overlap, so `input` does the first half once
 * for the whole line. In float the result differs from a direct sum by about 1e−5 of the largest
 * value.
 */
#include "kernel/fast/tile.h"

INLINE void apply_bt(const vec d[6], vec t[6])
{
    vec a = d[4] - 4 * d[2], b = d[3] - 4 * d[1];
    vec c = d[4] - d[2], e = 2 * (d[3] - d[1]);
    t[0] = 4 * d[0] - 5 * d[2] + d[4];
    t[1] = a + b;
    t[2] = a - b;
    t[3] = c + e;
    t[4] = c - e;
    t[5] = 4 * d[1] - 5 * d[3] + d[5];
}

INLINE void apply_at(const vec m[6], vec y[4])
{
    vec a = m[1] + m[2], b = m[1] - m[2], c = m[3] + m[4], e = m[3] - m[4];
    y[0] = m[0] + a + c;
    y[1] = b + 2 * e;
    y[2] = a + 4 * c;
    y[3] = b + 8 * e + m[5];
}

INLINE void apply_a(const vec y[4], vec d[6])
{
    vec even = y[0] + y[2], odd = y[1] + y[3];
    vec even_2 = y[0] + 4 * y[2], odd_2 = 2 * y[1] + 8 * y[3];
    d[0] = y[0];
    d[1] = even + odd;
    d[2] = even - odd;
    d[3] = even_2 + odd_2;
    d[4] = even_2 - odd_2;
    d[5] = y[3];
}

INLINE void apply_g(const vec g[3], vec u[6])
{
    vec a = (g[0] + g[2]) * (-1.0f / 6), b = g[1] * (1.0f / 6);
    vec c = g[0] * (1.0f / 24) + g[2] * (1.0f / 6), e = g[1] * (1.0f / 12);
    u[0] = g[0] * 0.25f;
    u[1] = a - b;
    u[2] = a + b;
    u[3] = c + e;
    u[4] = c - e;
    u[5] = g[2];
}

INLINE void apply_gt(const vec u[6], vec g[3])
{
    vec a = u[1] + u[2], b = u[3] + u[4];
    g[0] = u[0] * 0.25f - a * (1.0f / 6) + b * (1.0f / 24);
    g[1] = (u[2] - u[1]) * (1.0f / 6) + (u[3] - u[4]) * (1.0f / 12);
    g[2] = (b - a) * (1.0f / 6) + u[5];
}

INLINE vec *at(float *from, size_t floats)
{
    return (vec *)(from + floats);
}

INLINE vec get(const float *from, size_t floats)
{
    return *(const vec *)(from + floats);
}

static void input(const float *rows, float *half, int line, int tiles, float *v, size_t position)
{
    size_t row = (size_t)line * LANES;
    vec d[6], t[6];
    for (size_t x = 0; x < (size_t)(4 * tiles + 2) * LANES; x += VEC) {
        UNROLL
        for (size_t i = 0; i < 6; i++)
            d[i] = get(rows, i * row + x);
        apply_bt(d, t);
        UNROLL
        for (size_t i = 0; i < 6; i++)
            *at(half, i * row + x) = t[i];
    }
    UNROLL
    for (size_t i = 0; i < 6; i++)
        for (size_t n = 0; n < (size_t)tiles; n++)
            for (size_t piece = 0; piece < LANES; piece += VEC) {
                UNROLL
                for (size_t j = 0; j < 6; j++)
                    d[j] = get(half, i * row + (4 * n + j) * LANES + piece);
                apply_bt(d, t);
                UNROLL
                for (size_t j = 0; j < 6; j++)
                    *at(v, (6 * i + j) * position + n * LANES + piece) = t[j];
            }
}

static void output(const float *m, size_t position, int tiles, float *rows, int line)
{
    size_t row = (size_t)line * LANES;
    for (size_t x = 0; x < (size_t)tiles * LANES; x += VEC) {
        size_t to = x / LANES * 4 * LANES + x % LANES;
        vec column[6], half[6][4], y[4];
        UNROLL
        for (size_t j = 0; j < 6; j++) {
            UNROLL
            for (size_t i = 0; i < 6; i++)
                column[i] = get(m, (6 * i + j) * position + x);
            apply_at(column, half[j]);
        }
        UNROLL
        for (size_t i = 0; i < 4; i++) {
            UNROLL
            for (size_t j = 0; j < 6; j++)
                column[j] = half[j][i];
            apply_at(column, y);
            UNROLL
            for (size_t j = 0; j < 4; j++)
                *at(rows, i * row + to + j * LANES) = y[j];
        }
    }
}

static void adjoint(const float *rows, int line, int tiles, float *d, size_t position)
{
    size_t row = (size_t)line * LANES;
    for (size_t x = 0; x < (size_t)tiles * LANES; x += VEC) {
        size_t from = x / LANES * 4 * LANES + x % LANES;
        vec y[4], half[4][6], t[6];
        UNROLL
        for (size_t j = 0; j < 4; j++) {
            UNROLL
            for (size_t i = 0; i < 4; i++)
                y[i] = get(rows, i * row + from + j * LANES);
            apply_a(y, half[j]);
        }
        UNROLL
        for (size_t i = 0; i < 6; i++) {
            UNROLL
            for (size_t j = 0; j < 4; j++)
                y[j] = half[j][i];
            apply_a(y, t);
            UNROLL
            for (size_t j = 0; j < 6; j++)
                *at(d, (6 * i + j) * position + x) = t[j];
        }
    }
}

static void filter(const float *g, float *u, size_t position)
{
    for (size_t x = 0; x < 16; x += VEC) {
        vec column[3], half[3][6], t[6];
        UNROLL
        for (size_t j = 0; j < 3; j++) {
            UNROLL
            for (size_t i = 0; i < 3; i++)
                column[i] = get(g, (3 * i + j) * 16 + x);
            apply_g(column, half[j]);
        }
        UNROLL
        for (size_t i = 0; i < 6; i++) {
            UNROLL
            for (size_t j = 0; j < 3; j++)
                column[j] = half[j][i];
            apply_g(column, t);
            UNROLL
            for (size_t j = 0; j < 6; j++)
                *at(u, (6 * i + j) * position + x) = t[j];
        }
    }
}

static void gather(const float *u, size_t position, float *g)
{
    for (size_t x = 0; x < 16; x += VEC) {
        vec column[6], half[6][3], t[3];
        UNROLL
        for (size_t j = 0; j < 6; j++) {
            UNROLL
            for (size_t i = 0; i < 6; i++)
                column[i] = get(u, (6 * i + j) * position + x);
            apply_gt(column, half[j]);
        }
        UNROLL
        for (size_t i = 0; i < 3; i++) {
            UNROLL
            for (size_t j = 0; j < 6; j++)
                column[j] = half[j][i];
            apply_gt(column, t);
            UNROLL
            for (size_t j = 0; j < 3; j++)
                *at(g, (3 * i + j) * 16 + x) = t[j];
        }
    }
}

const struct tile tile_winograd = {
    .input = input,
    .output = output,
    .adjoint = adjoint,
    .filter = filter,
    .gather = gather,
};
