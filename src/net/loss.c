#include <math.h>

#include "base/lanes.h"
#include "net/net.h"

/* Where an image's logits stand: class k is `step` floats further on. */
struct logits {
    float *x, *dx;
    int classes;
    size_t group, step;
};

static struct logits find_logits(const struct net *net)
{
    const struct map *map = &net->map[net->op[net->ops - 1].out];
    return (struct logits){.x = map->x,
                           .dx = map->dx,
                           .classes = map->channels,
                           .group = lanes_group(map->channels, 1, 1),
                           .step = lanes_plane(1, 1)};
}

static size_t first_of(const struct logits *logits, int image)
{
    return (size_t)(image / LANES) * logits->group + (size_t)(image % LANES);
}

void net_logits(const struct net *net, int image, float *out)
{
    struct logits logits = find_logits(net);
    size_t at = first_of(&logits, image);
    for (int k = 0; k < logits.classes; k++)
        out[k] = logits.x[at + (size_t)k * logits.step];
}

/* Cross-entropy −log softmax(x)[label] = log Σ e^(x − max) − (x[label] − max); `best` is the first
 * of the largest. With `weight` > 0 the gradient, times it, goes to dx. */
static double image_loss(const struct logits *logits, size_t at, int label, double weight,
                         int *best)
{
    const float *x = logits->x + at;
    double sum = 0;
    *best = 0;
    for (int k = 1; k < logits->classes; k++)
        if (x[(size_t)k * logits->step] > x[(size_t)*best * logits->step])
            *best = k;
    double largest = (double)x[(size_t)*best * logits->step];
    for (int k = 0; k < logits->classes; k++)
        sum += exp((double)x[(size_t)k * logits->step] - largest);
    for (int k = 0; k < logits->classes && weight > 0; k++) {
        double share = exp((double)x[(size_t)k * logits->step] - largest) / sum;
        logits->dx[at + (size_t)k * logits->step] = (float)(weight * (share - (k == label)));
    }
    return log(sum) - ((double)x[(size_t)label * logits->step] - largest);
}

/* Lanes without an image have no part in the loss. */
static void clear_unused(const struct logits *logits, int count)
{
    for (int image = count; image < lanes_groups(count) * LANES; image++)
        for (int k = 0; k < logits->classes; k++)
            logits->dx[first_of(logits, image) + (size_t)k * logits->step] = 0;
}

double net_loss(struct net *net, const uint8_t *labels, int count, bool gradient, int *right)
{
    struct logits logits = find_logits(net);
    double sum = 0, weight = gradient ? 1.0 / count : 0;
    *right = 0;
    for (int image = 0; image < count; image++) {
        int best;
        sum += image_loss(&logits, first_of(&logits, image), labels[image], weight, &best);
        *right += best == labels[image];
    }
    if (gradient)
        clear_unused(&logits, count);
    return sum;
}
