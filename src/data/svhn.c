/*
 * SVHN, cropped digits: train_32x32.mat, test_32x32.mat and, where it is there, extra_32x32.mat,
 * whose images follow the training ones. X is uint8 (32, 32, 3, N) in MATLAB's order, the first
 * dimension fastest: an image is three planes, each stored column by column. y is (N, 1), 1 … 9 and
 * 10 for the digit 0 (Netzer et al., 2011).
 */
#include <stdlib.h>

#include "base/file.h"
#include "base/memory.h"
#include "data/mat.h"
#include "data/reader.h"

enum { SIDE = DATA_SIDE, PLANE = SIDE * SIDE, IMAGE = 3 * PLANE, EXTRA_MAX = 531131 };

/* One of the files, open. */
struct digits {
    char *path;
    struct mat *mat;
    struct mat_array images, labels;
    int count;
};

static int check_shapes(struct digits *digits, int limit, struct error *err)
{
    const size_t *x = digits->images.size, *y = digits->labels.size;
    if (x[0] != SIDE || x[1] != SIDE || x[2] != 3 || !digits->images.bytes)
        return error_set(err, ERROR_DATA, "%s: X is %zux%zux%zux%zu, not uint8 of 32x32x3xN",
                         digits->path, x[0], x[1], x[2], x[3]);
    if (x[3] < 1 || x[3] > (size_t)limit)
        return error_set(err, ERROR_DATA, "%s: %zu images, not 1 to %d", digits->path, x[3], limit);
    if (y[0] * y[1] * y[2] * y[3] != x[3])
        return error_set(err, ERROR_DATA, "%s: %zu labels for %zu images", digits->path,
                         y[0] * y[1] * y[2] * y[3], x[3]);
    digits->count = (int)x[3];
    return 0;
}

static int digits_open(const char *folder, const char *name, int limit, struct digits *digits,
                       struct error *err)
{
    digits->path = memory_print("%s/%s", folder, name);
    int code = mat_open(digits->path, &digits->mat, err);
    if (!code)
        code = mat_find(digits->mat, "X", &digits->images, err);
    if (!code)
        code = mat_find(digits->mat, "y", &digits->labels, err);
    return code ? code : check_shapes(digits, limit, err);
}

static void digits_close(struct digits *digits)
{
    mat_close(digits->mat);
    free(digits->path);
}

static void transpose(uint8_t plane[PLANE])
{
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < y; x++) {
            const uint8_t kept = plane[y * SIDE + x];
            plane[y * SIDE + x] = plane[x * SIDE + y];
            plane[x * SIDE + y] = kept;
        }
}

/* Into the images of `part` from `first` on. */
static int digits_read(struct digits *digits, struct data_part *part, int first, struct error *err)
{
    uint8_t *images = part->pixels + (size_t)first * IMAGE, *labels = part->labels + first;
    int code = mat_read(digits->mat, &digits->images, images, err);
    if (!code)
        code = mat_read(digits->mat, &digits->labels, labels, err);
    if (code)
        return code;
    for (int i = 0; i < digits->count; i++) {
        if (labels[i] < 1 || labels[i] > 10)
            return error_set(err, ERROR_DATA, "%s: label %d of image %d, not 1 to 10", digits->path,
                             labels[i], i);
        labels[i] %= 10;
        for (int c = 0; c < 3; c++)
            transpose(images + (size_t)i * IMAGE + c * PLANE);
    }
    return 0;
}

enum { TRAIN, EXTRA, TEST, FILES };

/* All files that are there are looked at before memory is taken for any. */
static int open_files(const char *folder, const struct data_reader *reader, struct digits *files,
                      struct error *err)
{
    static const char *const names[FILES] = {"train_32x32.mat", "extra_32x32.mat",
                                             "test_32x32.mat"};
    const int limits[FILES] = {reader->info.train, EXTRA_MAX, reader->info.test};
    for (int f = 0; f < FILES; f++) {
        char *path = memory_print("%s/%s", folder, names[f]);
        const bool wanted = f != EXTRA || file_exists(path);
        free(path);
        const int code = wanted ? digits_open(folder, names[f], limits[f], &files[f], err) : 0;
        if (code)
            return code;
    }
    return 0;
}

static int svhn_read(const struct data_reader *reader, const char *path, struct data_set *set,
                     struct error *err)
{
    struct digits files[FILES] = {0};
    if (file_exists(path) && !file_is_folder(path))
        return error_set(err, ERROR_DATA, "%s: is a file, not the folder of train_32x32.mat", path);
    int code = open_files(path, reader, files, err);
    if (!code)
        code = data_part_new(set, &set->train, files[TRAIN].count + files[EXTRA].count, err);
    if (!code)
        code = data_part_new(set, &set->test, files[TEST].count, err);
    if (!code)
        code = digits_read(&files[TRAIN], &set->train, 0, err);
    if (!code && files[EXTRA].mat)
        code = digits_read(&files[EXTRA], &set->train, files[TRAIN].count, err);
    if (!code)
        code = digits_read(&files[TEST], &set->test, 0, err);
    for (int f = 0; f < FILES; f++)
        digits_close(&files[f]);
    return code;
}

static const char *const names[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};

const struct data_reader reader_svhn = {
    .info = {.name = "svhn",
             .form = "svhn:PATH",
             .about =
                 "house numbers; a folder with train_32x32.mat, test_32x32.mat and, if wanted, "
                 "extra_32x32.mat",
             .classes = 10,
             .channels = 3,
             .height = DATA_SIDE,
             .width = DATA_SIDE,
             .train = 73257,
             .test = 26032},
    .class_names = names,
    .mean = {0.4376821F, 0.4437697F, 0.47280442F},
    .deviation = {0.19803012F, 0.20101562F, 0.19703614F},
    .read = svhn_read,
};
