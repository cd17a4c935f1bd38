#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/lanes.h"
#include "prune/fold.h"
#include "prune/surgery.h"
#include "tests/unit/prune/subject.h"
#include "tests/unit/prune/test_prune.h"

static const struct {
    const char *arch;
    double width;
} subjects[] = {{"vgg11", 0.25}, {"resnet20", 0.5}, {"densenet13", 0.67}};
enum { SUBJECTS = sizeof subjects / sizeof *subjects };

static struct net *subject(int i, uint64_t seed)
{
    return subject_new(subjects[i].arch, subjects[i].width, seed);
}

/* Leaves only the middle of every 3×3 kernel, so that no padding is ever seen: folding is exact. */
static void make_pointwise(struct net *net)
{
    for (int i = 0; i < net->ops; i++) {
        const struct op *op = &net->op[i];
        if (op->body != OP_CONV || op->kernel != 3)
            continue;
        float *weight = net_parameter(net, op->weight);
        for (size_t w = 0; w < net->tensor[op->weight].count; w++)
            weight[w] = w % 9 == 4 ? 3 * weight[w] : 0;
    }
}

/* The networks of one mask: with what is dropped masked, cut, and cut and folded. */
struct cuts {
    struct net *masked, *plain, *folded;
};

static struct cuts cut(const struct net *net, const struct keep_mask *mask)
{
    struct error err = {0};
    struct cuts cuts;
    ck_assert_int_eq(fold_masked(net, mask, &cuts.masked, &err), 0);
    ck_assert_int_eq(surgery_slim(net, mask, &cuts.plain, &err), 0);
    ck_assert_int_eq(fold_slim(net, mask, &cuts.folded, &err), 0);
    return cuts;
}

static void cuts_done(struct cuts *cuts)
{
    net_free(cuts->masked);
    net_free(cuts->plain);
    net_free(cuts->folded);
}

START_TEST(pointwise_networks_fold_exactly)
{
    static const char *const percents[] = {"40", "80"};
    struct net *net = subject(_i / 2, 41);
    make_pointwise(net);
    struct keep_mask mask = subject_mask(net, percents[_i % 2]);
    struct cuts cuts = cut(net, &mask);
    ck_assert_double_lt(subject_difference(cuts.masked, cuts.folded), 1e-5);
    ck_assert_double_gt(subject_difference(cuts.masked, cuts.plain), 1e-2);
    cuts_done(&cuts);
    mask_done(&mask);
    net_free(net);
}
END_TEST

/* What was folded once is a network as any other: folding its pruning is exact again. */
START_TEST(folding_works_twice)
{
    struct net *net = subject(_i, 42);
    make_pointwise(net);
    struct keep_mask first = subject_mask(net, "40");
    struct cuts once = cut(net, &first);
    struct keep_mask second = subject_mask(once.folded, "40");
    ck_assert_int_eq(second.channels, first.kept);
    struct cuts twice = cut(once.folded, &second);
    ck_assert_double_lt(subject_difference(twice.masked, twice.folded), 1e-5);
    ck_assert_double_gt(subject_difference(twice.masked, twice.plain), 1e-2);
    cuts_done(&twice);
    cuts_done(&once);
    mask_done(&first);
    mask_done(&second);
    net_free(net);
}
END_TEST

/* A branch that an empty gate takes along: its constant is carried. */
START_TEST(the_constant_of_a_lost_branch_is_carried)
{
    static const struct {
        int subject;
        const char *gate;
    } rows[] = {{1, "layer1.0.bn1"}, {1, "layer1.1.bn2"}, {1, "layer3.0.bn3"},
                {1, "layer2.1.bn1"}, {2, "dense1.2.bn1"}, {2, "dense3.0.bn1"}};
    struct net *net = subject(rows[_i].subject, 43);
    make_pointwise(net);
    struct keep_mask mask = subject_empty(net, rows[_i].gate);
    struct cuts cuts = cut(net, &mask);
    ck_assert_double_lt(subject_difference(cuts.masked, cuts.folded), 1e-5);
    ck_assert_double_gt(subject_difference(cuts.masked, cuts.plain), 1e-3);
    cuts_done(&cuts);
    mask_done(&mask);
    net_free(net);
}
END_TEST

/* Folding touches running means of kept channels and the classifier's bias, nothing else. */
START_TEST(only_means_and_the_bias_change)
{
    struct net *net = subject(_i, 44);
    struct keep_mask mask = subject_mask(net, "60");
    struct cuts cuts = cut(net, &mask);
    int last = cuts.plain->op[net->ops - 1].bias, means = 0;
    ck_assert_int_eq(cuts.plain->tensors, cuts.folded->tensors);
    for (int t = 0; t < cuts.plain->tensors; t++) {
        const struct tensor *tensor = &cuts.plain->tensor[t];
        if (t == last || tensor->role == ROLE_RUNNING_MEAN || tensor->role == ROLE_TRACKED)
            continue;
        bool statistic = tensor->role == ROLE_RUNNING_VARIANCE;
        const float *a = statistic ? cuts.plain->statistic : cuts.plain->parameter;
        const float *b = statistic ? cuts.folded->statistic : cuts.folded->parameter;
        ck_assert_mem_eq(a + tensor->offset, b + tensor->offset, tensor->count * sizeof *a);
    }
    for (int g = 0; g < net->gates; g++) {
        const struct gate *gate = &cuts.plain->gate[g];
        const float *a = net_statistic(cuts.plain, gate->running_mean);
        const float *b = net_statistic(cuts.folded, gate->running_mean);
        for (int c = 0, k = 0; c < gate->channels; c++) {
            bool kept = k < gate->kept && gate->channel[k] == c;
            k += kept;
            means += kept && a[c] != b[c];
            if (!kept || g == 0)
                ck_assert(a[c] == b[c]); /* dropped; and nothing is dropped before the first */
        }
    }
    ck_assert_int_gt(means, mask.kept / 2);
    ck_assert_mem_ne(net_parameter(cuts.plain, last), net_parameter(cuts.folded, last),
                     SUBJECT_CLASSES * sizeof(float));
    cuts_done(&cuts);
    mask_done(&mask);
    net_free(net);
}
END_TEST

START_TEST(nothing_dropped_folds_nothing)
{
    struct net *net = subject(_i, 45);
    struct keep_mask mask = subject_mask(net, "0");
    struct cuts cuts = cut(net, &mask);
    char before[HASH_TEXT], after[HASH_TEXT];
    net_hash_weights(net, before);
    net_hash_weights(cuts.folded, after);
    ck_assert_str_eq(before, after);
    cuts_done(&cuts);
    mask_done(&mask);
    net_free(net);
}
END_TEST

/* A β of 0 or less gives nothing through ReLU. */
START_TEST(a_negative_shift_folds_nothing)
{
    struct net *net = subject(_i, 46);
    for (int g = 0; g < net->gates; g++)
        for (int c = 0; c < net->gate[g].channels; c++) {
            float *beta = net_parameter(net, net->gate[g].beta);
            beta[c] = c % 2 ? -fabsf(beta[c]) : 0;
        }
    struct keep_mask mask = subject_mask(net, "50");
    struct cuts cuts = cut(net, &mask);
    char plain[HASH_TEXT], folded[HASH_TEXT];
    net_hash_weights(cuts.plain, plain);
    net_hash_weights(cuts.folded, folded);
    ck_assert_str_eq(plain, folded);
    cuts_done(&cuts);
    mask_done(&mask);
    net_free(net);
}
END_TEST

/* Evaluates no further than the operator that writes the map: what comes later shares its memory.
 */
static void forward_to(struct net *net, int map, const float *x, int images)
{
    int ops = net->ops, last = 0;
    while (net->op[last].out != map)
        last++;
    net->ops = last + 1;
    net_forward(net, x, images, false);
    net->ops = ops;
}

/* The raw value of a map's channel at a pixel of the first image. */
static double pixel(const struct net *net, int map, int channel, int at)
{
    const struct map *m = &net->map[map];
    size_t plane = (size_t)channel * lanes_plane(m->height, m->width);
    return (double)m->x[plane + (size_t)(at * LANES)];
}

/* Behind a 3×3 convolution: what the masked map has more than the small one is the same number at
 * every pixel inside, and the very shift of the running mean; at the border it is another. */
START_TEST(inside_a_3x3_convolution_folding_is_exact)
{
    enum { MAP = 3, SIDE = 16 }; /* VGG-11's second convolution */
    struct error err = {0};
    struct net *net = subject(0, 47);
    struct keep_mask mask = subject_mask(net, "50");
    struct cuts cuts = cut(net, &mask);
    float *x = subject_images();
    ck_assert_int_eq(net->gate[1].map, MAP);
    ck_assert_int_eq(net->map[MAP].height, SIDE);
    ck_assert_int_eq(net_prepare(cuts.masked, SUBJECT_IMAGES, false, &err), 0);
    ck_assert_int_eq(net_prepare(cuts.folded, SUBJECT_IMAGES, false, &err), 0);
    forward_to(cuts.masked, MAP, x, SUBJECT_IMAGES);
    forward_to(cuts.folded, MAP, x, SUBJECT_IMAGES);
    const float *plain = net_statistic(cuts.plain, cuts.plain->gate[1].running_mean);
    const float *folded = net_statistic(cuts.folded, cuts.folded->gate[1].running_mean);
    double most = 0, at_border = 0;
    for (int c = 0, k = 0; c < net->gate[1].channels; c++) {
        if (!mask.gate[1].keep[c])
            continue;
        double shift = (double)plain[k] - (double)folded[k];
        for (int p = 0; p < SIDE * SIDE; p++) {
            int row = p / SIDE, column = p % SIDE;
            bool inside = row > 0 && row < SIDE - 1 && column > 0 && column < SIDE - 1;
            double k_here = pixel(cuts.masked, MAP, c, p) - pixel(cuts.folded, MAP, k, p);
            double *to = inside ? &most : &at_border;
            *to = fmax(*to, fabs(k_here - shift));
        }
        k++;
    }
    ck_assert_double_lt(most, 1e-5);
    ck_assert_double_gt(at_border, 1e-2);
    free(x);
    cuts_done(&cuts);
    mask_done(&mask);
    net_free(net);
}
END_TEST

/* With padded 3×3 kernels the border's error is left; what folding mends is far more. */
START_TEST(folding_mends_most_of_the_difference)
{
    struct net *net = subject(_i, 48);
    struct keep_mask mask = subject_mask(net, "50");
    struct cuts cuts = cut(net, &mask);
    double folded = subject_difference(cuts.masked, cuts.folded);
    double plain = subject_difference(cuts.masked, cuts.plain);
    ck_assert_msg(folded < 0.6 * plain, "%s: %g folded, %g without", subjects[_i].arch, folded,
                  plain);
    cuts_done(&cuts);
    mask_done(&mask);
    net_free(net);
}
END_TEST

TCase *fold_case(void)
{
    TCase *fold = tcase_create("fold");
    tcase_set_timeout(fold, 300);
    tcase_add_loop_test(fold, pointwise_networks_fold_exactly, 0, 2 * SUBJECTS);
    tcase_add_loop_test(fold, folding_works_twice, 0, SUBJECTS);
    tcase_add_loop_test(fold, the_constant_of_a_lost_branch_is_carried, 0, 6);
    tcase_add_loop_test(fold, only_means_and_the_bias_change, 0, SUBJECTS);
    tcase_add_loop_test(fold, nothing_dropped_folds_nothing, 0, SUBJECTS);
    tcase_add_loop_test(fold, a_negative_shift_folds_nothing, 0, SUBJECTS);
    tcase_add_test(fold, inside_a_3x3_convolution_folding_is_exact);
    tcase_add_loop_test(fold, folding_mends_most_of_the_difference, 0, SUBJECTS);
    return fold;
}
