#include "tests/unit/prune/closed.h"

#include <stddef.h>

#include "tests/unit/prune/lists.h"

struct closed closed_vgg(const int *widths, const int *kept, int classes)
{
    struct closed cost = {0};
    int64_t in = 3, area = 1024;
    for (; *widths != LIST_END; widths++) {
        if (*widths == LIST_POOL) {
            area /= 4;
            cost.flops += 4 * in * area;
            continue;
        }
        int64_t out = kept ? *kept++ : *widths;
        cost.parameters += 9 * in * out + 2 * out;
        cost.flops += (18 * in * out + 3 * out) * area;
        in = out;
    }
    cost.parameters += in * classes + classes;
    cost.flops += 2 * in * classes + classes;
    return cost;
}

/* A block of input width w and q planes; `in` and `out` are the pixels before and after it. */
static void add_block(struct closed *cost, const int64_t c[3], int64_t w, int64_t q, int64_t in,
                      int64_t out, int first)
{
    cost->parameters += 2 * w + c[0] * c[1] + 2 * c[1] + 9 * c[1] * c[2] + 2 * c[2] + 4 * q * c[2] +
                        (first ? 4 * q * w : 0);
    cost->selection += w;
    cost->flops += (2 * w + c[0] + 2 * c[0] * c[1] + 3 * c[1]) * in +
                   (18 * c[1] * c[2] + 3 * c[2] + 8 * q * c[2] + (first ? 8 * w * q : 0)) * out;
}

/* Batch norm over w channels on 8×8 pixels, of which c are read, pooled and classified. */
static void add_head(struct closed *cost, int64_t w, int64_t c, int classes)
{
    cost->parameters += 2 * w + c * classes + classes;
    cost->selection += w;
    cost->flops += (2 * w + c) * 64 + 64 * c + 2 * c * classes + classes;
}

struct closed closed_resnet(int blocks, const int *kept, int classes)
{
    struct closed cost = {.parameters = 432, .flops = 54 * 16 * 1024};
    int64_t w = 16, in = 1024;
    for (int stage = 0; stage < 3; stage++)
        for (int b = 0; b < blocks; b++) {
            int64_t q = 16 << stage, out = stage > 0 && b == 0 ? in / 4 : in;
            int64_t c[3] = {w, q, q};
            for (int i = 0; kept && i < 3; i++)
                c[i] = *kept++;
            add_block(&cost, c, w, q, in, out, b == 0);
            w = 4 * q;
            in = out;
        }
    add_head(&cost, w, kept ? *kept : w, classes);
    return cost;
}

struct closed closed_densenet(int layers, const int *kept, int classes)
{
    struct closed cost = {.parameters = 648, .flops = 54 * 24 * 1024};
    int64_t w = 24, area = 1024;
    for (int block = 0; block < 3; block++, area /= 4) {
        for (int l = 0; l < layers; l++, w += 12) {
            int64_t c = kept ? *kept++ : w;
            cost.parameters += 2 * w + 108 * c;
            cost.selection += w;
            cost.flops += (2 * w + c + 216 * c) * area;
        }
        if (block == 2)
            break;
        int64_t c = kept ? *kept++ : w;
        cost.parameters += 2 * w + c * w;
        cost.selection += w;
        cost.flops += (2 * w + c + 2 * c * w) * area;
    }
    add_head(&cost, w, kept ? *kept : w, classes);
    return cost;
}
