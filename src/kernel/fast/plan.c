#include "kernel/fast/plan.h"

enum {
    WIDE_PRODUCTS = 65536,      /* in·out from which a pass is wide … */
    WIDE_SMALL_PRODUCTS = 8192, /* … on maps of at most … */
    WIDE_SMALL_SIDE = 8,        /* … this many pixels a side, and for the weights on all maps */
    PARTS = 4,                  /* of a group's lines of tiles */
    WEIGHT_TASKS = 16,          /* narrow weights: partial sums of dU */
    TILES_AT_ONCE = 8,
    PIXELS_AT_ONCE = 32,
    MANY = 64,           /* outputs above which half as many tiles keep M small enough */
    CACHED = 9216,       /* lanes vectors that V of a block may fill: 0.6 MB, or … */
    CACHED_MANY = 18432, /* … with so many outputs, for each block more reads and writes all of M */
    WIDE_BLOCK = 128,
    WIDE_CHUNK = 32,
    WIDE_TASKS = 16,
    WEIGHT_CHUNK = 64,
};

static int clamp(int n, int low, int high)
{
    return n < low ? low : n > high ? high : n;
}

int plan_ceil(int a, int b)
{
    return (a + b - 1) / b;
}

int plan_fours(int n)
{
    return plan_ceil(n, 4) * 4;
}

static const struct {
    int side, halo, positions, taps;
} kinds[TILE_KINDS] = {
    [TILE_WINOGRAD] = {4, 1, 36, 9},
    [TILE_SMALL] = {2, 1, 16, 9},
    [TILE_POINT] = {1, 0, 1, 1},
};

size_t plan_row(int tiles)
{
    return (size_t)(tiles < 16 ? tiles : tiles | 1) * LANES;
}

size_t plan_position(int channels, int tiles)
{
    return (size_t)plan_fours(channels) * plan_row(tiles) + LANES;
}

size_t plan_filters(int in, int out)
{
    return (size_t)plan_fours(in) * (size_t)plan_fours(out) + LANES;
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static void lay_on_grid(const struct conv *conv, enum plan_pass pass, struct plan *plan)
{
    bool point = conv->kernel == 1;
    struct view x = {conv->height, conv->width, point ? conv->stride : 1, 1};
    struct view y = {conv_out_height(conv), conv_out_width(conv), 1, point ? 1 : conv->stride};
    plan->x = pass == PASS_DATA ? y : x;
    plan->y = pass == PASS_DATA ? x : y;
    int height = point ? y.height : x.height, width = point ? y.width : x.width;
    plan->kind = point ? TILE_POINT : height <= 2 && width <= 2 ? TILE_SMALL : TILE_WINOGRAD;
    plan->side = kinds[plan->kind].side;
    plan->halo = kinds[plan->kind].halo;
    plan->positions = kinds[plan->kind].positions;
    plan->taps = kinds[plan->kind].taps;
    plan->across = plan_ceil(width, plan->side);
    plan->down = plan_ceil(height, plan->side);
    plan->line = plan->across * plan->side + 2 * plan->halo;
    int products = plan->in * plan->out;
    bool small = (height <= WIDE_SMALL_SIDE && width <= WIDE_SMALL_SIDE) || pass == PASS_WEIGHTS;
    plan->wide = !point && products >= (small ? WIDE_SMALL_PRODUCTS : WIDE_PRODUCTS);
}

static void cut_narrow(struct plan *plan)
{
    int tiles = plan->kind == TILE_POINT ? PIXELS_AT_ONCE
                : plan->out > MANY       ? TILES_AT_ONCE / 2
                                         : TILES_AT_ONCE;
    plan->parts = plan->down < PARTS ? plan->down : PARTS;
    plan->rows = clamp(tiles / plan->across, 1, plan_ceil(plan->down, plan->parts));
    tiles = plan->rows * plan->across;
    int cached = plan->out < MANY ? CACHED : CACHED_MANY;
    plan->block = clamp(cached / (plan->positions * tiles) / 4 * 4, 4,
                        plan_fours(plan->in > 0 ? plan->in : 1));
    plan->tasks = plan->groups * plan->parts;
    plan->v_position = plan_position(plan->block, tiles);
    plan->m_position = plan_position(plan->out, tiles);
    plan->v = plan->v_position * (size_t)plan->positions;
    plan->m = plan->m_position * (size_t)plan->positions;
}

static void cut_wide(struct plan *plan)
{
    int tiles = plan->across * plan->down;
    plan->slice = clamp(TILES_AT_ONCE / tiles, 1, plan->groups);
    plan->slices = plan_ceil(plan->groups, plan->slice);
    plan->chunk = clamp(plan_ceil(plan->out * plan->slices, 4 * WIDE_TASKS) * 4, 4, WIDE_CHUNK);
    plan->chunks = plan_ceil(plan->out, plan->chunk);
    plan->block = clamp(plan_fours(plan->in), 4, WIDE_BLOCK);
    plan->tasks = plan->chunks * plan->slices;
    plan->u_position = (size_t)plan->chunk * (size_t)plan->block + LANES;
    plan->v_position = plan_position(plan->in, tiles * plan->groups);
    plan->m_position = plan_position(plan->chunk, tiles * plan->slice);
    plan->u = plan->u_position * (size_t)plan->positions;
    plan->v = plan->v_position * (size_t)plan->positions;
    plan->m = plan->m_position * (size_t)plan->positions;
}

static void cut_forward(struct plan *plan)
{
    plan->sums = (size_t)plan->out * 2;
    size_t sum_lanes = plan->sums * LANES;
    if (plan->wide) {
        cut_wide(plan);
        plan->shared = plan->v + plan->sums * (size_t)plan->tasks;
        plan->thread = plan->u + plan->m + plan->lines + sum_lanes;
        return;
    }
    cut_narrow(plan);
    plan->u_position = plan_filters(plan->in, plan->out);
    plan->u = plan->u_position * (size_t)plan->positions;
    plan->shared = plan->u + plan->sums * (size_t)plan->tasks;
    plan->thread = plan->v + plan->m + plan->lines + sum_lanes;
}

static void cut_weights(struct plan *plan)
{
    if (plan->wide) {
        int tiles = plan->across * plan->down * plan->groups;
        plan->slice = plan->groups;
        plan->in_chunk = clamp(plan_ceil(plan->in, 16) * 4, 4, WEIGHT_CHUNK);
        plan->in_chunks = plan_ceil(plan->in, plan->in_chunk);
        plan->chunk = clamp(plan_ceil(plan->out, 16) * 4, 4, WEIGHT_CHUNK);
        plan->chunks = plan_ceil(plan->out, plan->chunk);
        plan->tasks = plan->in_chunks * plan->chunks;
        plan->u_position = (size_t)plan->in_chunk * (size_t)plan->chunk + LANES;
        plan->v_position = plan_position(plan->in, tiles);
        plan->m_position = plan_position(plan->out, tiles);
        plan->u = plan->u_position * (size_t)plan->positions;
        plan->v = plan->v_position * (size_t)plan->positions;
        plan->m = plan->m_position * (size_t)plan->positions;
        plan->shared = plan->v + plan->m;
        plan->thread = larger(plan->u, plan->lines);
        return;
    }
    cut_narrow(plan);
    int pieces = plan->tasks;
    size_t filters = (size_t)plan_fours(plan->in) * (size_t)plan_fours(plan->out);
    plan->tasks = pieces < WEIGHT_TASKS ? pieces : WEIGHT_TASKS;
    plan->u_position = filters + LANES;
    plan->u = plan->u_position * (size_t)plan->positions;
    plan->shared = filters * (size_t)plan->taps * (size_t)plan->tasks;
    plan->thread = plan->u + plan->v + plan->m + plan->lines;
}

struct plan plan_make(const struct conv *conv, int images, enum plan_pass pass)
{
    struct plan plan = {
        .in = pass == PASS_DATA ? conv->out : conv->in,
        .out = pass == PASS_DATA ? conv->in : conv->out,
        .transposed = pass == PASS_DATA,
        .images = images,
        .groups = lanes_groups(images),
    };
    lay_on_grid(conv, pass, &plan);
    plan.lines = (size_t)(plan.side + 2 * plan.halo) * (size_t)plan.line * LANES;
    if (pass == PASS_WEIGHTS)
        cut_weights(&plan);
    else
        cut_forward(&plan);
    return plan;
}
