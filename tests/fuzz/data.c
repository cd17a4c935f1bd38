/* The readers of data sets, held to a few images. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "data/png.h"
#include "data/reader.h"
#include "tests/fuzz/fuzz.h"

static void open_set(const struct data_reader *reader, const char *path)
{
    struct error err = {0};
    struct data_set *set;
    const int code = data_read(reader, path, &set, &err);
    fuzz_check(code, &err);
    fuzz_hold((code == 0) == (set != NULL), "a set or an error");
    for (int i = 0; set && i < set->train.count; i++)
        fuzz_hold(set->train.labels[i] < set->classes, "labels are below the classes");
    data_close(set);
}

/* CIFAR: one record a file, from an archive. */
void fuzz_cifar(const uint8_t *bytes, size_t length)
{
    struct data_reader reader = reader_cifar10;
    reader.info.train = 5;
    reader.info.test = 1;
    open_set(&reader, fuzz_file("cifar.tar.gz", bytes, length));
}

/* The first byte says whether what follows is images or labels. */
void fuzz_idx(const uint8_t *bytes, size_t length)
{
    struct error err = {0};
    struct data_set set = {.name = "fuzz", .channels = 1, .height = DATA_SIDE, .width = DATA_SIDE};
    if (length < 1)
        return;
    uint8_t *exact = memory_copy(bytes + 1, length - 1);
    const bool labels = bytes[0] % 2;
    int code = labels ? data_part_new(&set, &set.train, 3, &err) : 0;
    if (!code && labels)
        code = idx_parse_labels("idx", exact, length - 1, 10, &set.train, &err);
    else if (!code)
        code = idx_parse_images("idx", exact, length - 1, 4, &set, &set.train, &err);
    fuzz_check(code, &err);
    free(set.train.pixels);
    free(set.train.labels);
    free(exact);
}

/* SVHN: the same file to train and to test. */
void fuzz_mat(const uint8_t *bytes, size_t length)
{
    struct data_reader reader = reader_svhn;
    reader.info.train = 8;
    reader.info.test = 8;
    fuzz_file("train_32x32.mat", bytes, length);
    char *test = memory_print("%s/test_32x32.mat", fuzz_folder());
    if (symlink("train_32x32.mat", test) != 0)
        fuzz_hold(access(test, R_OK) == 0, "the test file is there");
    free(test);
    open_set(&reader, fuzz_folder());
}

void fuzz_png(const uint8_t *bytes, size_t length)
{
    struct error err = {0};
    struct png_shape shape = {.width = 0};
    uint8_t *pixels = NEW(uint8_t, 3 * DATA_SIDE * DATA_SIDE);
    const int code =
        png_read(fuzz_file("image.png", bytes, length), DATA_SIDE, &shape, pixels, &err);
    fuzz_check(code, &err);
    fuzz_hold(code || ((shape.channels == 1 || shape.channels == 3) && shape.width <= DATA_SIDE),
              "an image has a shape");
    free(pixels);
}
