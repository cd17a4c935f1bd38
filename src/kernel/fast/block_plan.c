#include "kernel/fast/block_plan.h"

enum {
    BAND_TILES = 8,  /* of a band, but always a whole line */
    RUN_PIXELS = 512 /* of all channels of c together in a run: 32 KB */
};

static int most(int a, int b)
{
    return a > b ? a : b;
}

struct block_plan block_plan_make(const struct fast_stream *stream, const struct fast_block *block,
                                  int blocks)
{
    int kept = 0, in = 0, out = 0; /* of a, b and c, rounded up to tiles of filters */
    for (int i = 0; i < blocks; i++) {
        kept = most(kept, plan_fours(block[i].gate[0].count));
        in = most(in, plan_fours(block[i].gate[1].count));
        out = most(out, plan_fours(block[i].gate[2].count));
    }
    struct block_plan plan = {.across = stream->width / 4, .down = stream->height / 4};
    plan.lines = most(BAND_TILES / plan.across, 1);
    plan.lines = plan.lines < plan.down ? plan.lines : plan.down;
    const int tiles = plan.lines * plan.across, band = tiles * 16;
    plan.run = most(RUN_PIXELS / most(out, 1) / 4 * 4, 4);
    plan.run = plan.run < band ? plan.run : band;
    plan.padded = stream->width + 2;
    plan.b_plane = lanes_plane(stream->height + 2, stream->width + 2);
    plan.c_row = (size_t)(band + 1) * LANES;
    plan.a_row = (size_t)(plan.run + 1) * LANES;
    plan.b = plan.b_plane * (size_t)in;
    plan.c = plan.c_row * (size_t)out;
    plan.a = plan.a_row * (size_t)kept;
    plan.v = plan_position(in, tiles) * 36;
    plan.m = plan_position(out, tiles) * 36;
    plan.half = (size_t)(6 * plan.padded) * LANES;
    plan.inner = plan_filters(in, out) * 36;
    plan.widen = plan_filters(out, stream->channels);
    plan.narrow = plan_filters(kept, in);
    plan.thread = 2 * plan.b + plan.c + plan.a + plan.v + plan.m + plan.half + plan.inner +
                  plan.widen + plan.narrow;
    return plan;
}
