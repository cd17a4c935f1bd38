/* Residual blocks in evaluation against the same convolutions one by one (which test_fast.c holds
 * to plain loops): the same bits, on every instruction set that this CPU has. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/lanes.h"
#include "base/memory.h"
#include "base/random.h"
#include "kernel/fast.h"
#include "kernel/task.h"
#include "tests/unit/aligned.h"

enum { MOST = 4 };

/* A stream, and blocks on it with weights that keep it about as large as it is. */
struct chain {
    struct fast_stream stream;
    struct fast_block block[MOST];
    int blocks;
    size_t floats;
    struct random random;
    void *owned[MOST * 12]; /* what its pointers to const point at */
    int owns;
};

static float *own_normal(struct chain *chain, size_t count)
{
    float *block = take_normal(count, &chain->random);
    chain->owned[chain->owns++] = block;
    return block;
}

/* A gate of `count` of `channels` channels. */
static struct fast_gate make_gate(struct chain *chain, int count, int channels)
{
    int *channel = NEW(int, count);
    chain->owned[chain->owns++] = channel;
    for (int k = 0; k < count; k++)
        channel[k] = (int)((long)k * channels / count);
    return (struct fast_gate){count, channel, own_normal(chain, (size_t)count),
                              own_normal(chain, (size_t)count)};
}

static float *make_weight(struct chain *chain, int out, int in, int taps)
{
    float *weight = own_normal(chain, (size_t)(out * in * taps));
    for (int i = 0; i < out * in * taps; i++)
        weight[i] /= (float)(in * taps);
    return weight;
}

static struct chain make_chain(struct fast_stream stream, int blocks, uint64_t seed)
{
    struct chain chain = {.stream = stream, .blocks = blocks};
    chain.random = random_open(seed, RANDOM_TEST, 0, 0);
    chain.stream.group = lanes_group(stream.channels + 1, stream.height, stream.width);
    chain.floats = chain.stream.group * (size_t)lanes_groups(stream.images);
    chain.stream.x = take_normal(chain.floats, &chain.random);
    for (int i = 0; i < blocks; i++) {
        struct fast_block *block = &chain.block[i];
        int kept = (int)random_below(&chain.random, (uint32_t)stream.channels + 1);
        int in = (int)random_below(&chain.random, 20), out = (int)random_below(&chain.random, 20);
        block->gate[0] = make_gate(&chain, kept, stream.channels);
        block->gate[1] = make_gate(&chain, in, in);
        block->gate[2] = make_gate(&chain, out, out);
        block->narrow = make_weight(&chain, in, kept, 1);
        block->inner = make_weight(&chain, out, in, 9);
        block->widen = make_weight(&chain, stream.channels, out, 1);
    }
    return chain;
}

static void free_chain(struct chain *chain)
{
    for (int i = 0; i < chain->owns; i++)
        free(chain->owned[i]);
    free(chain->stream.x);
}

/* --- one by one ------------------------------------------------------------------------------- */

/* y = or += weight ∗ gate(x). */
static void convolve(const struct chain *chain, const struct fast_gate *gate, const float *weight,
                     int kernel, float *x, size_t x_group, float *y, int out, size_t y_group,
                     bool add)
{
    const struct fast_stream *stream = &chain->stream;
    struct conv conv = {gate->count, out, stream->height, stream->width, kernel, 1};
    struct fast_source source = {.x = x,
                                 .group = x_group,
                                 .channel = gate->channel,
                                 .scale = gate->scale,
                                 .shift = gate->shift};
    struct fast_sink sink = {.y = y, .group = y_group, .plus = add ? y : NULL};
    struct fast_space space = fast_conv_space(&conv, stream->images);
    space.shared = take(space.shared_size);
    space.thread = take(space.thread_size * (size_t)task_threads());
    fast_conv_forward(&conv, stream->images, weight, &source, &sink, &space);
    free(space.shared);
    free(space.thread);
}

static float *run_one_by_one(const struct chain *chain)
{
    const struct fast_stream *stream = &chain->stream;
    float *x = take(chain->floats);
    memcpy(x, stream->x, chain->floats * sizeof(float));
    for (int i = 0; i < chain->blocks; i++) {
        const struct fast_block *block = &chain->block[i];
        size_t b_group = lanes_group(block->gate[1].count, stream->height, stream->width);
        size_t c_group = lanes_group(block->gate[2].count, stream->height, stream->width);
        float *b = take(b_group * (size_t)lanes_groups(stream->images));
        float *c = take(c_group * (size_t)lanes_groups(stream->images));
        convolve(chain, &block->gate[0], block->narrow, 1, x, stream->group, b,
                 block->gate[1].count, b_group, false);
        convolve(chain, &block->gate[1], block->inner, 3, b, b_group, c, block->gate[2].count,
                 c_group, false);
        convolve(chain, &block->gate[2], block->widen, 1, c, c_group, x, stream->channels,
                 stream->group, true);
        free(b);
        free(c);
    }
    return x;
}

/* --- all together ----------------------------------------------------------------------------- */

static float *run_blocks(const struct chain *chain)
{
    struct fast_stream stream = chain->stream;
    struct fast_space space = fast_blocks_space(&stream, chain->block, chain->blocks);
    space.thread = take(space.thread_size * (size_t)task_threads());
    stream.x = take(chain->floats);
    memcpy(stream.x, chain->stream.x, chain->floats * sizeof(float));
    fast_blocks_forward(&stream, chain->block, chain->blocks, &space);
    free(space.thread);
    return stream.x;
}

/* The channels of the stream have the same bits where there is an image; what lies behind them in
 * the map is as it was. */
static void assert_same(const struct chain *chain, const float *x, const float *expected)
{
    const struct fast_stream *stream = &chain->stream;
    size_t planes = lanes_group(stream->channels, stream->height, stream->width);
    for (int image = 0; image < stream->images; image++)
        for (size_t i = (size_t)(image % LANES); i < stream->group; i += LANES) {
            size_t at = (size_t)(image / LANES) * stream->group + i;
            const float *want = i < planes ? &expected[at] : &stream->x[at];
            ck_assert_msg(memcmp(&x[at], want, sizeof(float)) == 0,
                          "%s: %d channels %d×%d, %d blocks: image %d is %.9g at %zu, not %.9g",
                          fast_isa(), stream->channels, stream->height, stream->width,
                          chain->blocks, image, (double)x[at], i, (double)*want);
        }
}

static void check_chain(struct fast_stream stream, int blocks, uint64_t seed)
{
    struct chain chain = make_chain(stream, blocks, seed);
    for (const char *const *isa = fast_isas(); *isa; isa++) {
        if (!fast_use(*isa))
            continue;
        float *expected = run_one_by_one(&chain), *x = run_blocks(&chain);
        assert_same(&chain, x, expected);
        free(expected);
        free(x);
    }
    free_chain(&chain);
}

START_TEST(blocks_are_their_convolutions)
{
    static const struct fast_stream streams[] = {
        {64, 32, 32, 16, NULL, 0}, {31, 16, 16, 20, NULL, 0}, {70, 8, 8, 33, NULL, 0},
        {5, 4, 4, 1, NULL, 0},     {1, 12, 8, 16, NULL, 0},   {14, 20, 4, 17, NULL, 0},
        {9, 4, 36, 3, NULL, 0},    {26, 24, 24, 40, NULL, 0},
    };
    for (size_t i = 0; i < sizeof streams / sizeof *streams; i++)
        for (int blocks = 1; blocks <= MOST; blocks++)
            check_chain(streams[i], blocks, i * MOST + (uint64_t)blocks);
}
END_TEST

START_TEST(threads_change_no_bit)
{
    struct chain chain = make_chain((struct fast_stream){30, 8, 8, 60, NULL, 0}, 3, 77);
    task_set_threads(1);
    float *one = run_blocks(&chain);
    for (int threads = 2; threads <= 8; threads += 3) {
        task_set_threads(threads);
        float *many = run_blocks(&chain);
        ck_assert_mem_eq(many, one, chain.floats * sizeof(float));
        free(many);
    }
    free(one);
    free_chain(&chain);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("blocks");
    TCase *tests = tcase_create("blocks");
    tcase_set_timeout(tests, 300);
    tcase_add_test(tests, blocks_are_their_convolutions);
    tcase_add_test(tests, threads_change_no_bit);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed > 0;
}
