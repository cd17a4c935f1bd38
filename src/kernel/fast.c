#include "kernel/fast.h"

#include <string.h>

#include "config.h"
#include "kernel/core.h"
#include "kernel/fast/block_plan.h"
#include "kernel/fast/passes.h"

/* Fastest first; the CPU's own is core_isa(), and it has all that come after. */
static const struct {
    const char *name;
    const struct passes *passes;
} instances[] = {
#if ISA_LEVEL >= 2
    {"avx512", &passes_avx512},
#endif
#if ISA_LEVEL >= 1
    {"avx2", &passes_avx2},
#endif
    {"baseline", &passes_baseline},
};
enum { INSTANCES = sizeof instances / sizeof *instances };

static int in_use = -1;

static int find(const char *name)
{
    for (int i = 0; i < INSTANCES; i++)
        if (strcmp(instances[i].name, name) == 0)
            return i;
    return INSTANCES - 1;
}

static const struct passes *passes(void)
{
    if (in_use < 0)
        in_use = find(core_isa());
    return instances[in_use].passes;
}

const char *fast_isa(void)
{
    (void)passes();
    return instances[in_use].name;
}

const char *const *fast_isas(void)
{
    static const char *names[INSTANCES + 1];
    for (int i = 0; i < INSTANCES; i++)
        names[i] = instances[i].name;
    return names;
}

bool fast_use(const char *isa)
{
    int i = find(isa);
    if (strcmp(instances[i].name, isa) != 0 || i < find(core_isa()))
        return false;
    in_use = i;
    return true;
}

bool fast_conv_fits(const struct conv *conv)
{
    return conv->kernel == 1 || (conv->kernel == 3 && conv->stride <= 2);
}

/* Whether both backward passes are one. */
static bool is_point(const struct conv *conv)
{
    return conv->kernel == 1 && conv->stride == 1;
}

static void enlarge(struct fast_space *space, size_t shared, size_t thread)
{
    space->shared_size = shared > space->shared_size ? shared : space->shared_size;
    space->thread_size = thread > space->thread_size ? thread : space->thread_size;
}

struct fast_space fast_conv_space(const struct conv *conv, int images)
{
    struct fast_space space = {0};
    struct plan plan[PASS_WEIGHTS + 1];
    for (enum plan_pass pass = PASS_FORWARD; pass <= PASS_WEIGHTS; pass++) {
        plan[pass] = plan_make(conv, images, pass);
        enlarge(&space, plan[pass].shared, plan[pass].thread);
    }
    if (is_point(conv))
        enlarge(&space, plan[PASS_WEIGHTS].shared + plan[PASS_DATA].shared,
                plan[PASS_WEIGHTS].thread + plan[PASS_DATA].sums * LANES);
    return space;
}

struct fast_space fast_pool_space(const struct pool *pool, int images)
{
    return (struct fast_space){
        .shared_size = (size_t)(lanes_groups(images) * pool->channels) * 2,
        .thread_size = (size_t)((pool->side + 1) * pool->width) * LANES,
    };
}

void fast_conv_forward(const struct conv *conv, int images, const float *weight,
                       const struct fast_source *x, const struct fast_sink *y,
                       const struct fast_space *space)
{
    if (conv->out == 0)
        return;
    struct plan plan = plan_make(conv, images, PASS_FORWARD);
    passes()->correlate(&plan, weight, x, y, space);
}

void fast_conv_backward_data(const struct conv *conv, int images, const float *weight,
                             const struct fast_source *dy, const struct fast_sink *dx,
                             const struct fast_space *space)
{
    if (conv->in == 0)
        return;
    struct plan plan = plan_make(conv, images, PASS_DATA);
    passes()->correlate(&plan, weight, dy, dx, space);
}

void fast_conv_backward_weights(const struct conv *conv, int images, float *dweight,
                                const struct fast_source *dy, const struct fast_source *x,
                                const struct fast_space *space)
{
    if (conv->in == 0 || conv->out == 0)
        return;
    struct plan plan = plan_make(conv, images, PASS_WEIGHTS);
    passes()->weights(&plan, dweight, dy, x, space);
}

void fast_conv_backward(const struct conv *conv, int images, const float *weight, float *dweight,
                        const struct fast_source *dy, const struct fast_source *x,
                        const struct fast_sink *dx, float *settled, const struct fast_space *space)
{
    struct fast_source gradient = *dy;
    if (is_point(conv) && conv->in > 0 && conv->out > 0) {
        struct plan plan = plan_make(conv, images, PASS_WEIGHTS);
        struct plan data = plan_make(conv, images, PASS_DATA);
        passes()->point_backward(&plan, &data, weight, dweight, dy, x, dx, settled, space);
        return;
    }
    if (settled) {
        fast_settle(conv->out, conv_out_height(conv), conv_out_width(conv), images, settled, dy);
        gradient.x = settled;
        gradient.be = gradient.de = NULL;
    }
    fast_conv_backward_weights(conv, images, dweight, &gradient, x, space);
    fast_conv_backward_data(conv, images, weight, &gradient, dx, space);
}

void fast_pool_forward(const struct pool *pool, bool largest, int images,
                       const struct fast_source *x, const struct fast_sink *y,
                       const struct fast_space *space)
{
    passes()->pool_forward(pool, largest, images, x, y, space);
}

void fast_pool_backward(const struct pool *pool, bool largest, int images,
                        const struct fast_source *dy, const struct fast_source *x,
                        const struct fast_sink *dx, const struct fast_space *space)
{
    passes()->pool_backward(pool, largest, images, dy, x, dx, space);
}

void fast_settle(int channels, int height, int width, int images, float *x,
                 const struct fast_source *source)
{
    passes()->settle(channels, height, width, images, x, source);
}

bool fast_blocks_fit(int height, int width)
{
    return height > 0 && width > 0 && height % 4 == 0 && width % 4 == 0;
}

struct fast_space fast_blocks_space(const struct fast_stream *stream,
                                    const struct fast_block *block, int blocks)
{
    return (struct fast_space){.thread_size = block_plan_make(stream, block, blocks).thread};
}

void fast_blocks_forward(const struct fast_stream *stream, const struct fast_block *block,
                         int blocks, const struct fast_space *space)
{
    passes()->blocks(stream, block, blocks, space);
}

double fast_peak(double seconds)
{
    return passes()->peak(seconds);
}
