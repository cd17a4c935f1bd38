#include "tests/unit/parity.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/lanes.h"
#include "base/memory.h"

enum { CLASSES = 10, CHANNELS = 3, PIXELS = NET_SIDE * NET_SIDE };

/* As in make_vgg.py. */
static double noise(size_t i, int key)
{
    uint32_t hashed = (uint32_t)i * 2654435761U + (uint32_t)(key * 40503 + 977);
    return (double)((hashed >> 7) % 2003) / 1000 - 1;
}

static double scaled(const struct tensor *tensor, double value)
{
    if (tensor->dims == 4)
        return value * (double)(float)sqrt(2.0 / (tensor->shape[1] * 9));
    return tensor->role == ROLE_GAMMA ? value * 0.25 + 0.5 : value * 0.1;
}

static void fill_images(struct parity *parity)
{
    size_t group = lanes_group(CHANNELS, NET_SIDE, NET_SIDE);
    size_t plane = lanes_plane(NET_SIDE, NET_SIDE);
    size_t bytes = (size_t)lanes_groups(PARITY_IMAGES) * group * sizeof(float);
    parity->x = aligned_alloc(64, bytes);
    ck_assert_ptr_nonnull(parity->x);
    memset(parity->x, 0, bytes);
    for (size_t i = 0; i < (size_t)PARITY_IMAGES * CHANNELS * PIXELS; i++) {
        size_t image = i / PIXELS / CHANNELS, channel = i / PIXELS % CHANNELS;
        parity->x[image / LANES * group + channel * plane + i % PIXELS * LANES + image % LANES] =
            (float)noise(i, 0);
    }
    for (int i = 0; i < PARITY_IMAGES; i++)
        parity->labels[i] = (uint8_t)(i * 7 % CLASSES);
}

static void read_answers(struct parity *parity)
{
    const char *folder = getenv("srcdir");
    char *path = memory_print("%s/tests/parity/vgg11.f32", folder ? folder : ".");
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "%s", path);
    ck_assert_int_eq(fseek(file, 0, SEEK_END), 0);
    size_t count = (size_t)ftell(file) / sizeof(float);
    rewind(file);
    parity->answers = NEW(float, count);
    ck_assert_uint_eq(fread(parity->answers, sizeof(float), count, file), count);
    parity->answer = parity->answers;
    parity->end = parity->answers + count;
    fclose(file);
    free(path);
}

void parity_reset(struct parity *parity)
{
    struct net *net = parity->net;
    net_initialise(net, 1, 0.5); /* running statistics */
    for (int t = 0; net->tensor[t].role < ROLE_RUNNING_MEAN; t++)
        for (size_t i = 0; i < net->tensor[t].count; i++)
            net_parameter(net, t)[i] = (float)scaled(&net->tensor[t], noise(i, t + 1));
    memset(net->momentum, 0, net->parameter_count * sizeof(float));
}

struct parity parity_open(void)
{
    static const int widths[] = {6, 8, 7, 9, 8, 5, 8, 6};
    struct parity parity = {0};
    struct net_spec spec;
    struct error err = {0};
    ck_assert_int_eq(spec_make("vgg11", 1, CLASSES, CHANNELS, &spec, &err), 0);
    ck_assert_int_eq(spec_set_widths(&spec, widths, 8, &err), 0);
    ck_assert_int_eq(net_new(&spec, &parity.net, &err), 0);
    ck_assert_int_eq(net_prepare(parity.net, PARITY_IMAGES, true, &err), 0);
    spec_done(&spec);
    fill_images(&parity);
    read_answers(&parity);
    parity_reset(&parity);
    return parity;
}

void parity_close(struct parity *parity)
{
    net_free(parity->net);
    free(parity->x);
    free(parity->answers);
}

void parity_assert(struct parity *parity, const char *what, const float *values, size_t count,
                   double tolerance)
{
    double off = 0, largest = 0;
    ck_assert_uint_le(count, (size_t)(parity->end - parity->answer));
    for (size_t i = 0; i < count; i++) {
        ck_assert_msg(isfinite(values[i]), "%s", what);
        off = fmax(off, fabs((double)values[i] - (double)parity->answer[i]));
        largest = fmax(largest, fabs((double)parity->answer[i]));
    }
    ck_assert_msg(off <= tolerance * largest, "%s: off by %g of %g", what, off, largest);
    parity->answer += count;
}

void parity_assert_logits(struct parity *parity, double tolerance)
{
    float logits[PARITY_IMAGES * CLASSES];
    for (int i = 0; i < PARITY_IMAGES; i++)
        net_logits(parity->net, i, logits + (ptrdiff_t)i * CLASSES);
    parity_assert(parity, "logits", logits, PARITY_IMAGES * CLASSES, tolerance);
}
