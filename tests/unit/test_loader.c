/* Shapes, splits, the order of an epoch, and the loader against plain code. */
#include <check.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/lanes.h"
#include "base/random.h"
#include "data/loader.h"
#include "data/split.h"

static struct data_set *open_spec(const char *spec)
{
    struct error err = {0};
    struct data_set *set;
    ck_assert_msg(data_open(spec, NULL, &set, &err) == 0, "%s", err.text);
    return set;
}

/* --- shapes --------------------------------------------------------------------------------- */

START_TEST(shapes_are_the_same_everywhere)
{
    struct data_set *small = open_spec("shapes:100"), *large = open_spec("shapes:3600");
    ck_assert_str_eq(small->checksum,
                     "1eb5aba31e28dc61d82411912aa56faa2ad793d0d7984638b158e0b445512c31");
    ck_assert_mem_eq(small->train.pixels, large->train.pixels, 100 * 3072);
    ck_assert_mem_eq(small->test.pixels, large->test.pixels, 500 * 3072);
    ck_assert_int_eq(small->test.count, 500);
    ck_assert_int_eq(large->test.count, 600);
    ck_assert_str_ne(small->checksum, large->checksum);
    ck_assert_str_eq(small->spec, "shapes:100");
    data_close(small);
    data_close(large);
}
END_TEST

START_TEST(shapes_are_balanced_and_measured)
{
    struct data_set *set = open_spec("shapes:1000");
    int classes[10] = {0};
    for (int i = 0; i < 1000; i++)
        classes[set->train.labels[i]]++;
    for (int c = 0; c < 10; c++)
        ck_assert_int_eq(classes[c], 100);
    for (int c = 0; c < 3; c++) {
        double mean = 0, variance = 0;
        for (int i = 0; i < 1000; i++)
            for (int k = 0; k < 1024; k++)
                mean += set->train.pixels[(i * 3 + c) * 1024 + k] / 255.0 / 1024000;
        for (int i = 0; i < 1000; i++)
            for (int k = 0; k < 1024; k++) {
                double off = set->train.pixels[(i * 3 + c) * 1024 + k] / 255.0 - mean;
                variance += off * off / 1024000;
            }
        ck_assert_double_eq_tol((double)set->mean[c], mean, 1e-6);
        ck_assert_double_eq_tol((double)set->deviation[c], sqrt(variance), 1e-6);
    }
    ck_assert(!set->crop && !set->flip);
    data_close(set);
}
END_TEST

/* --- a set made for the test ---------------------------------------------------------------- */

enum { IMAGES = 200, PLANE = 32 * 32, IMAGE = 3 * PLANE };

static struct data_set made; /* random pixels above 0, CIFAR-10's constants */
static uint8_t pixels[IMAGES * IMAGE], labels[IMAGES];

static void make_set(void)
{
    struct random random = random_open(5, RANDOM_TEST, 0, 0);
    for (size_t k = 0; k < sizeof pixels; k++)
        pixels[k] = (uint8_t)(1 + random_below(&random, 255));
    for (int i = 0; i < IMAGES; i++)
        labels[i] = (uint8_t)(i % 7);
    made = (struct data_set){.name = "made",
                             .checksum = "0123456789abcdef",
                             .classes = 10,
                             .channels = 3,
                             .height = 32,
                             .width = 32,
                             .train = {IMAGES, pixels, labels},
                             .mean = {0.4914F, 0.4822F, 0.4465F},
                             .deviation = {0.2023F, 0.1994F, 0.2010F},
                             .crop = true,
                             .flip = true};
}

/* --- splits --------------------------------------------------------------------------------- */

static struct data_split split_of(const struct data_set *set, int validation, int limit)
{
    struct data_split split;
    struct error err = {0};
    ck_assert_msg(split_make(set, validation, limit, &split, &err) == 0, "%s", err.text);
    return split;
}

START_TEST(a_split_cuts_in_two)
{
    struct data_split split = split_of(&made, 50, 0);
    bool seen[IMAGES] = {false};
    ck_assert_int_eq(split.validation_count, 50);
    ck_assert_int_eq(split.train_count, IMAGES - 50);
    for (int i = 0; i < IMAGES - 50; i++) {
        ck_assert(!seen[split.train[i]]);
        seen[split.train[i]] = true;
        ck_assert(i == 0 || split.train[i] > split.train[i - 1]);
    }
    for (int i = 0; i < 50; i++) {
        ck_assert(!seen[split.validation[i]]);
        seen[split.validation[i]] = true;
    }
    /* those held out drew the smallest numbers */
    uint64_t largest = 0, smallest = UINT64_MAX;
    for (int i = 0; i < 50; i++) {
        uint64_t drawn = random_bits(0x0123456789abcdef, RANDOM_SPLIT, split.validation[i], 0);
        largest = drawn > largest ? drawn : largest;
    }
    for (int i = 0; i < IMAGES - 50; i++) {
        uint64_t drawn = random_bits(0x0123456789abcdef, RANDOM_SPLIT, split.train[i], 0);
        smallest = drawn < smallest ? drawn : smallest;
    }
    ck_assert(largest < smallest);
    split_done(&split);
}
END_TEST

START_TEST(a_split_hangs_on_content_and_count_alone)
{
    struct data_set other = made;
    strcpy(other.checksum, "0123456789abcdee");
    struct data_split a = split_of(&made, 20, 0), b = split_of(&made, 60, 0);
    struct data_split c = split_of(&other, 20, 0), limited = split_of(&made, 20, 30);
    int common = 0;
    for (int i = 0; i < 20; i++) {
        bool in_b = false;
        for (int k = 0; k < 60; k++)
            in_b = in_b || a.validation[i] == b.validation[k];
        ck_assert(in_b); /* more validation images take in the fewer */
        for (int k = 0; k < 20; k++)
            common += a.validation[i] == c.validation[k];
    }
    ck_assert_int_lt(common, 12); /* 2 expected by chance */
    ck_assert_int_eq(limited.train_count, 30);
    ck_assert_mem_eq(limited.train, a.train, 30 * sizeof *a.train);
    ck_assert_mem_eq(limited.validation, a.validation, 20 * sizeof *a.train);
    split_done(&a), split_done(&b), split_done(&c), split_done(&limited);
}
END_TEST

START_TEST(a_split_at_its_ends)
{
    struct data_split split = split_of(&made, 0, 0);
    struct error err = {0};
    ck_assert_int_eq(split.validation_count, 0);
    ck_assert_int_eq(split.train_count, IMAGES);
    split_done(&split);
    split = split_of(&made, IMAGES - 1, 1000);
    ck_assert_int_eq(split.train_count, 1);
    split_done(&split);
    ck_assert_int_eq(split_make(&made, IMAGES, 0, &split, &err), ERROR_USAGE);
    ck_assert_ptr_nonnull(strstr(err.text, "200 training images"));
    ck_assert_int_eq(split_make(&made, -1, 0, &split, &err), ERROR_USAGE);
    ck_assert_int_eq(split_make(&made, 10, -1, &split, &err), ERROR_USAGE);
}
END_TEST

START_TEST(an_order_is_a_permutation)
{
    enum { COUNT = 97 };
    uint32_t indices[COUNT], order[4][COUNT], half[COUNT / 2];
    bool seen[3 * COUNT] = {false};
    for (uint32_t i = 0; i < COUNT; i++)
        indices[i] = 3 * i;
    split_order(indices, COUNT, 1, 1, order[0]);
    split_order(indices, COUNT, 1, 2, order[1]);
    split_order(indices, COUNT, 2, 1, order[2]);
    split_order(indices, COUNT, 1, 1, order[3]);
    for (int i = 0; i < COUNT; i++) {
        ck_assert(order[0][i] % 3 == 0 && order[0][i] < 3 * COUNT && !seen[order[0][i]]);
        seen[order[0][i]] = true;
    }
    ck_assert_mem_eq(order[0], order[3], sizeof *order);
    ck_assert_mem_ne(order[0], order[1], sizeof *order);
    ck_assert_mem_ne(order[0], order[2], sizeof *order);
    ck_assert_mem_ne(order[0], indices, sizeof *order);
    /* fewer images stand in the same order among themselves */
    split_order(indices, COUNT / 2, 1, 1, half);
    for (int i = 0, k = 0; i < COUNT; i++)
        if (order[0][i] < 3 * (COUNT / 2))
            ck_assert_uint_eq(order[0][i], half[k++]);
}
END_TEST

/* --- the loader ----------------------------------------------------------------------------- */

static struct loader *open_loader(struct loader_options options)
{
    struct loader *loader;
    struct error err = {0};
    options.set = &made;
    options.part = &made.train;
    ck_assert_msg(loader_open(&options, &loader, &err) == 0, "%s", err.text);
    return loader;
}

/* Value (image, channel, y, x) of a batch. */
static float value_at(const struct batch *batch, int image, int c, int y, int x)
{
    size_t group = (size_t)(image / 16) * 3 * (PLANE + 1) * 16;
    return batch
        ->x[group + ((size_t)c * (PLANE + 1) + (size_t)(y * 32 + x)) * 16 + (size_t)(image % 16)];
}

static double normalised(int c, int byte)
{
    return (byte / 255.0 - (double)made.mean[c]) / (double)made.deviation[c];
}

START_TEST(plain_batches_are_the_images)
{
    pixels[0] = 0;
    pixels[1] = 255;
    struct loader *loader = open_loader((struct loader_options){.count = IMAGES, .batch = 36});
    int next = 0;
    for (const struct batch *batch; (batch = loader_next(loader));) {
        ck_assert_int_eq(batch->count, IMAGES - next < 36 ? IMAGES - next : 36);
        if (next == 0) { /* by hand: (0 − 0.4914)/0.2023, (1 − 0.4914)/0.2023 */
            ck_assert_double_eq_tol((double)value_at(batch, 0, 0, 0, 0), -2.42907, 1e-5);
            ck_assert_double_eq_tol((double)value_at(batch, 0, 0, 0, 1), 2.51409, 1e-5);
        }
        for (int i = 0; i < batch->count; i++, next++) {
            ck_assert_uint_eq(batch->index[i], (unsigned)next);
            ck_assert_uint_eq(batch->labels[i], labels[next]);
            for (int k = 0; k < IMAGE; k++)
                ck_assert(fabs((double)value_at(batch, i, k / PLANE, k % PLANE / 32, k % 32) -
                               normalised(k / PLANE, pixels[next * IMAGE + k])) < 1e-6);
        }
    }
    ck_assert_int_eq(next, IMAGES);
    ck_assert_ptr_null(loader_next(loader));
    loader_close(loader);
}
END_TEST

START_TEST(what_is_no_image_is_zero)
{
    struct loader *loader =
        open_loader((struct loader_options){.count = 73, .batch = 64, .augment = true});
    const struct batch *batch = loader_next(loader);
    for (int k = 0; k < 4 * 3 * 16; k++) /* the extra pixel of each plane */
        ck_assert(batch->x[((size_t)(k / 16) * (PLANE + 1) + PLANE) * 16 + (size_t)k % 16] == 0);
    batch = loader_next(loader);
    ck_assert_int_eq(batch->count, 9);
    for (int k = 0; k < 3 * (PLANE + 1) * 16; k++)
        if (k % 16 >= 9)
            ck_assert(batch->x[k] == 0);
    loader_close(loader);
}
END_TEST

/* Is image `image` of the batch, everywhere, picture `index` padded with 4 zero bytes, cropped at
 * (top, left) and mirrored or not? */
static bool is_window(const struct batch *batch, int image, int top, int left, bool mirrored)
{
    const uint8_t *picture = pixels + batch->index[image] * IMAGE;
    for (int c = 0; c < 3; c++) {
        uint8_t padded[40][40] = {{0}};
        for (int y = 0; y < 32; y++)
            memcpy(&padded[y + 4][4], picture + c * PLANE + y * 32, 32);
        for (int y = 0; y < 32; y++)
            for (int x = 0; x < 32; x++) {
                int byte = padded[top + y][left + (mirrored ? 31 - x : x)];
                double off = (double)value_at(batch, image, c, y, x) - normalised(c, byte);
                if (fabs(off) > 1e-6)
                    return false;
            }
    }
    return true;
}

/* Which window it is: top, left and mirrored as one number; exactly one must fit. */
static int find_window(const struct batch *batch, int image)
{
    int found = -1;
    for (int k = 0; k < 9 * 9 * 2; k++)
        if (is_window(batch, image, k / 18, k / 2 % 9, k % 2)) {
            ck_assert_int_eq(found, -1);
            found = k;
        }
    ck_assert_int_ge(found, 0);
    return found;
}

START_TEST(augmentation_is_crop_and_mirror)
{
    int tops[9] = {0}, lefts[9] = {0}, mirrors[2] = {0}, images = 0;
    for (int epoch = 1; epoch <= 9; epoch++) {
        struct loader *loader = open_loader((struct loader_options){
            .count = IMAGES, .batch = 64, .augment = true, .seed = 3, .epoch = epoch});
        for (const struct batch *batch; (batch = loader_next(loader));)
            for (int i = 0; i < batch->count; i++, images++) {
                int window = find_window(batch, i);
                tops[window / 18]++;
                lefts[window / 2 % 9]++;
                mirrors[window % 2]++;
            }
        loader_close(loader);
    }
    ck_assert_int_eq(images, 1800); /* each offset: 200 ± 13 */
    for (int k = 0; k < 9; k++) {
        ck_assert_int_lt(abs(tops[k] - 200), 60);
        ck_assert_int_lt(abs(lefts[k] - 200), 60);
    }
    ck_assert_int_lt(abs(mirrors[0] - 900), 100); /* ± 21 */
}
END_TEST

START_TEST(a_set_says_what_is_done_to_it)
{
    struct loader_options options = {.count = 96, .batch = 96, .augment = true, .epoch = 1};
    for (int kind = 0; kind < 4; kind++) {
        int shifted = 0, mirrored = 0;
        made.crop = kind & 1;
        made.flip = kind & 2;
        struct loader *loader = open_loader(options);
        const struct batch *batch = loader_next(loader);
        for (int i = 0; i < batch->count; i++) {
            int window = find_window(batch, i);
            shifted += window / 2 != 4 * 9 + 4;
            mirrored += window % 2;
        }
        loader_close(loader);
        ck_assert_int_eq(shifted > 0, made.crop);
        ck_assert_int_eq(mirrored > 0, made.flip);
    }
}
END_TEST

START_TEST(a_window_hangs_on_seed_epoch_and_image_alone)
{
    uint32_t backwards[IMAGES];
    int window[4][IMAGES], differ[3] = {0};
    for (uint32_t i = 0; i < IMAGES; i++)
        backwards[i] = IMAGES - 1 - i;
    struct loader_options options = {.count = IMAGES, .batch = 64, .augment = true};
    for (int run = 0; run < 4; run++) {
        options.indices = run == 1 ? backwards : NULL;
        options.batch = run == 1 ? 17 : 64;
        options.epoch = run == 2 ? 5 : 4;
        options.seed = run == 3 ? 8 : 7;
        struct loader *loader = open_loader(options);
        for (const struct batch *batch; (batch = loader_next(loader));)
            for (int i = 0; i < batch->count; i++)
                window[run][batch->index[i]] = find_window(batch, i);
        loader_close(loader);
    }
    for (int i = 0; i < IMAGES; i++)
        for (int run = 1; run < 4; run++)
            differ[run - 1] += window[run][i] != window[0][i];
    ck_assert_int_eq(differ[0], 0);
    ck_assert_int_gt(differ[1], 150);
    ck_assert_int_gt(differ[2], 150);
}
END_TEST

START_TEST(a_loader_may_start_anywhere)
{
    uint32_t all[IMAGES], order[IMAGES];
    for (uint32_t i = 0; i < IMAGES; i++)
        all[i] = i;
    split_order(all, IMAGES, 1, 1, order);
    struct loader_options options = {
        .indices = order, .count = IMAGES, .batch = 30, .augment = true, .seed = 1, .epoch = 1};
    for (int start = 0; start <= 8; start++) {
        options.first_batch = 0;
        struct loader *whole = open_loader(options);
        options.first_batch = start;
        struct loader *rest = open_loader(options);
        for (int b = 0; b < start && b < 7; b++)
            ck_assert_ptr_nonnull(loader_next(whole));
        for (int b = start; b < 7; b++) {
            const struct batch *x = loader_next(whole), *y = loader_next(rest);
            ck_assert_int_eq(x->count, y->count);
            ck_assert_mem_eq(x->index, y->index, (size_t)x->count * sizeof *x->index);
            ck_assert_mem_eq(x->labels, y->labels, (size_t)x->count);
            ck_assert_mem_eq(x->x, y->x,
                             (size_t)lanes_groups(x->count) * lanes_group(3, 32, 32) * 4);
        }
        ck_assert_ptr_null(loader_next(whole));
        ck_assert_ptr_null(loader_next(rest));
        loader_close(whole);
        loader_close(rest);
    }
}
END_TEST

START_TEST(a_loader_may_be_left_at_any_time)
{
    for (int taken = 0; taken < 6; taken++) {
        struct loader *loader = open_loader((struct loader_options){.count = IMAGES, .batch = 16});
        for (int b = 0; b < taken; b++)
            ck_assert_int_eq(loader_next(loader)->count, 16);
        loader_close(loader);
    }
    struct loader *none = open_loader((struct loader_options){.count = 0, .batch = 16});
    ck_assert_ptr_null(loader_next(none));
    loader_close(none);
    loader_close(NULL);
}
END_TEST

static volatile sig_atomic_t handled;

static void handle(int signal)
{
    handled = signal;
}

START_TEST(signals_are_not_the_loaders)
{
    sigset_t one, pending;
    signal(SIGUSR2, handle);
    struct loader *loader = open_loader((struct loader_options){.count = IMAGES, .batch = 16});
    sigemptyset(&one);
    sigaddset(&one, SIGUSR2);
    pthread_sigmask(SIG_BLOCK, &one, NULL);
    kill(getpid(), SIGUSR2);
    while (loader_next(loader))
        ;
    sigpending(&pending);
    ck_assert(sigismember(&pending, SIGUSR2)); /* the other thread would have taken it */
    ck_assert_int_eq(handled, 0);
    pthread_sigmask(SIG_UNBLOCK, &one, NULL);
    ck_assert_int_eq(handled, SIGUSR2);
    loader_close(loader);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("loader");
    TCase *all = tcase_create("all");
    tcase_add_checked_fixture(all, make_set, NULL);
    tcase_add_test(all, shapes_are_the_same_everywhere);
    tcase_add_test(all, shapes_are_balanced_and_measured);
    tcase_add_test(all, a_split_cuts_in_two);
    tcase_add_test(all, a_split_hangs_on_content_and_count_alone);
    tcase_add_test(all, a_split_at_its_ends);
    tcase_add_test(all, an_order_is_a_permutation);
    tcase_add_test(all, plain_batches_are_the_images);
    tcase_add_test(all, what_is_no_image_is_zero);
    tcase_add_test(all, augmentation_is_crop_and_mirror);
    tcase_add_test(all, a_set_says_what_is_done_to_it);
    tcase_add_test(all, a_window_hangs_on_seed_epoch_and_image_alone);
    tcase_add_test(all, a_loader_may_start_anywhere);
    tcase_add_test(all, a_loader_may_be_left_at_any_time);
    tcase_add_test(all, signals_are_not_the_loaders);
    suite_add_tcase(suite, all);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
