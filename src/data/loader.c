/*
 * Method: one thread fills a ring of SLOTS batches; the consumer holds one of them. `made` and
 * `taken` count batches since the start, so the ring is empty when they are equal and full when
 * they differ by SLOTS. All memory is one arena, taken at open.
 *
 * A group of 16 images is written a row at a time: the row's bytes of each image, cropped and
 * mirrored, are laid side by side (pixel, lane), and a table of 256 values turns them into floats.
 * Bytes outside the image are 0 before normalising.
 */
#include "data/loader.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/lanes.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/thread.h"

enum { SLOTS = 3, PAD = 4 };

struct slot {
    struct batch batch;
    float *x;
    uint8_t *labels;
    uint32_t *index;
};

struct loader {
    struct loader_options options;
    struct arena arena;
    struct slot slots[SLOTS];
    float table[DATA_CHANNELS_MAX][256]; /* byte → normalised value */
    int batches;                         /* of the epoch */

    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    int made, taken; /* batches of the epoch: filled, given back */
    bool holding;    /* the consumer has the slot of batch `taken` */
    bool stop;
};

/* Where an image's 32×32 window stands in the image padded by PAD, and whether it is mirrored. */
struct window {
    const uint8_t *image; /* (C, H, W) */
    int down, right;      /* −PAD … PAD */
    bool mirrored;
};

static struct window draw_window(const struct loader_options *options, uint32_t index)
{
    const struct data_set *set = options->set;
    size_t image = (size_t)set->channels * (size_t)set->height * (size_t)set->width;
    struct window window = {.image = options->part->pixels + index * image};
    if (!options->augment)
        return window;
    struct random random =
        random_open(options->seed, RANDOM_AUGMENT, (uint64_t)options->epoch, index);
    int down = (int)random_below(&random, 2 * PAD + 1) - PAD;
    int right = (int)random_below(&random, 2 * PAD + 1) - PAD;
    bool mirrored = random_below(&random, 2);
    if (set->crop) {
        window.down = down;
        window.right = right;
    }
    window.mirrored = set->flip && mirrored;
    return window;
}

/* Row y of a window's plane, into every 16th byte of `row`: pixels `first` to `end` − 1 lie inside
 * the image, what is left and right of them is padding. */
static void lay_row(const struct window *window, const uint8_t *plane, int height, int width, int y,
                    uint8_t *row)
{
    int from_y = y + window->down;
    bool inside = from_y >= 0 && from_y < height;
    const uint8_t *from = plane + (inside ? from_y : 0) * width;
    int step = window->mirrored ? -1 : 1;
    int at = window->right + (window->mirrored ? width - 1 : 0); /* what stands at x = 0 */
    int shift = step * window->right;
    int first = shift < 0 ? -shift : 0;
    int end = !inside ? first : shift > 0 ? width - shift : width;
    for (int x = 0; x < first; x++)
        row[x * LANES] = 0;
    for (int x = first; x < end; x++)
        row[x * LANES] = from[at + step * x];
    for (int x = end; x < width; x++)
        row[x * LANES] = 0;
}

/* Images `windows` (count ≤ 16) as one group of the batch. */
static void fill_group(const struct loader *loader, const struct window *windows, int count,
                       float *group)
{
    const struct data_set *set = loader->options.set;
    int height = set->height, width = set->width;
    uint8_t row[DATA_SIDE * LANES] = {0};
    for (int c = 0; c < set->channels; c++) {
        const float *table = loader->table[c];
        float *to = group + (size_t)c * lanes_plane(height, width);
        for (int y = 0; y < height; y++, to += width * LANES) {
            for (int lane = 0; lane < count; lane++)
                lay_row(&windows[lane], windows[lane].image + c * height * width, height, width, y,
                        row + lane);
            for (int k = 0; k < width * LANES; k++)
                to[k] = table[row[k]];
            for (int lane = count; lane < LANES; lane++)
                for (int x = 0; x < width; x++)
                    to[x * LANES + lane] = 0;
        }
    }
}

static void fill_batch(const struct loader *loader, int number, struct slot *slot)
{
    const struct loader_options *options = &loader->options;
    size_t group = lanes_group(options->set->channels, options->set->height, options->set->width);
    int first = number * options->batch;
    int left = options->count - first;
    int count = left < options->batch ? left : options->batch;
    for (int i = 0; i < count; i++) {
        uint32_t at = (uint32_t)(first + i);
        slot->index[i] = options->indices ? options->indices[at] : at;
        slot->labels[i] = options->part->labels[slot->index[i]];
    }
    for (int i = 0; i < count; i += LANES) {
        struct window windows[LANES];
        int images = count - i < LANES ? count - i : LANES;
        for (int lane = 0; lane < images; lane++)
            windows[lane] = draw_window(options, slot->index[i + lane]);
        fill_group(loader, windows, images, slot->x + (size_t)(i / LANES) * group);
    }
    slot->batch = (struct batch){count, slot->x, slot->labels, slot->index};
}

static void *make_batches(void *context)
{
    struct loader *loader = context;
    pthread_mutex_lock(&loader->mutex);
    while (loader->made < loader->batches) {
        while (!loader->stop && loader->made - loader->taken == SLOTS)
            pthread_cond_wait(&loader->changed, &loader->mutex);
        if (loader->stop)
            break;
        int number = loader->made;
        pthread_mutex_unlock(&loader->mutex);
        fill_batch(loader, number, &loader->slots[number % SLOTS]);
        pthread_mutex_lock(&loader->mutex);
        loader->made++;
        pthread_cond_signal(&loader->changed);
    }
    pthread_mutex_unlock(&loader->mutex);
    return NULL;
}

static int open_slots(struct loader *loader, struct error *err)
{
    const struct loader_options *options = &loader->options;
    const struct data_set *set = options->set;
    size_t batch = (size_t)options->batch;
    size_t floats =
        (size_t)lanes_groups(options->batch) * lanes_group(set->channels, set->height, set->width);
    size_t size = arena_round(floats * sizeof(float)) + arena_round(batch) +
                  arena_round(batch * sizeof(uint32_t));
    int code = arena_open(&loader->arena, SLOTS * size, err);
    for (int i = 0; i < SLOTS && !code; i++) {
        struct slot *slot = &loader->slots[i];
        slot->x = arena_take(&loader->arena, floats * sizeof(float));
        slot->labels = arena_take(&loader->arena, batch);
        slot->index = arena_take(&loader->arena, batch * sizeof(uint32_t));
    }
    return code;
}

int loader_open(const struct loader_options *options, struct loader **result, struct error *err)
{
    *result = NULL;
    if (options->set->width > DATA_SIDE || options->set->channels > DATA_CHANNELS_MAX)
        return error_set(err, ERROR_FAILED, "data: images of %d channels, %d pixels wide",
                         options->set->channels, options->set->width);
    struct loader *loader = NEW(struct loader, 1);
    loader->options = *options;
    loader->batches = (options->count + options->batch - 1) / options->batch;
    loader->made = loader->taken = options->first_batch;
    for (int c = 0; c < options->set->channels; c++)
        for (int byte = 0; byte < 256; byte++)
            loader->table[c][byte] = (float)((byte / 255.0 - (double)options->set->mean[c]) /
                                             (double)options->set->deviation[c]);
    int code = open_slots(loader, err);
    if (!code) {
        pthread_mutex_init(&loader->mutex, NULL);
        pthread_cond_init(&loader->changed, NULL);
        code = thread_start(&loader->thread, make_batches, loader, "data", err);
        if (!code) {
            *result = loader;
            return 0;
        }
        pthread_cond_destroy(&loader->changed);
        pthread_mutex_destroy(&loader->mutex);
    }
    arena_close(&loader->arena);
    free(loader);
    return code;
}

const struct batch *loader_next(struct loader *loader)
{
    pthread_mutex_lock(&loader->mutex);
    if (loader->holding) {
        loader->taken++;
        loader->holding = false;
        pthread_cond_signal(&loader->changed);
    }
    while (loader->taken < loader->batches && loader->made == loader->taken)
        pthread_cond_wait(&loader->changed, &loader->mutex);
    loader->holding = loader->taken < loader->batches;
    pthread_mutex_unlock(&loader->mutex);
    return loader->holding ? &loader->slots[loader->taken % SLOTS].batch : NULL;
}

void loader_close(struct loader *loader)
{
    if (!loader)
        return;
    pthread_mutex_lock(&loader->mutex);
    loader->stop = true;
    pthread_cond_signal(&loader->changed);
    pthread_mutex_unlock(&loader->mutex);
    pthread_join(loader->thread, NULL);
    pthread_cond_destroy(&loader->changed);
    pthread_mutex_destroy(&loader->mutex);
    arena_close(&loader->arena);
    free(loader);
}
