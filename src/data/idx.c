/*
 * MNIST and Fashion-MNIST: four IDX files in a folder, gzip or not.
 *
 * An IDX file is big-endian: 0, 0, type (8: unsigned byte), number of dimensions; each dimension as
 * 32 bits; then the values, the last dimension fastest (LeCun's description of MNIST).
 */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "data/gzip.h"
#include "data/reader.h"

enum { IMAGES_MAGIC = 0x803, LABELS_MAGIC = 0x801, IMAGES_HEADER = 16, LABELS_HEADER = 8 };
enum { SIDE = 28, MARGIN = (DATA_SIDE - SIDE) / 2, IMAGE = SIDE * SIDE };

static uint32_t big_endian(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* The magic number and the count of a file whose header has `header` bytes. */
static int parse_header(const char *name, const uint8_t *bytes, size_t length, size_t header,
                        uint32_t magic, uint32_t *count, struct error *err)
{
    if (length < header)
        return error_set(err, ERROR_DATA, "%s: %zu bytes, too few for an IDX header", name, length);
    if (big_endian(bytes) != magic)
        return error_set(err, ERROR_DATA, "%s: magic number 0x%08x, not IDX's 0x%08x of %s", name,
                         (unsigned)big_endian(bytes), (unsigned)magic,
                         magic == IMAGES_MAGIC ? "images" : "labels");
    *count = big_endian(bytes + 4);
    return 0;
}

static int check_length(const char *name, size_t length, size_t want, uint32_t count,
                        struct error *err)
{
    if (length == want)
        return 0;
    return error_set(err, ERROR_DATA, "%s: %s: %zu bytes, %zu wanted for %u items", name,
                     length < want ? "truncated" : "something follows the data", length, want,
                     (unsigned)count);
}

int idx_parse_images(const char *name, const uint8_t *bytes, size_t length, int limit,
                     const struct data_set *set, struct data_part *part, struct error *err)
{
    uint32_t count = 0;
    int code = parse_header(name, bytes, length, IMAGES_HEADER, IMAGES_MAGIC, &count, err);
    if (code)
        return code;
    uint32_t rows = big_endian(bytes + 8), columns = big_endian(bytes + 12);
    if (rows != SIDE || columns != SIDE)
        return error_set(err, ERROR_DATA, "%s: images of %ux%u, not 28x28", name, (unsigned)rows,
                         (unsigned)columns);
    if (count < 1 || count > (uint32_t)limit)
        return error_set(err, ERROR_DATA, "%s: %u images, not 1 to %d", name, (unsigned)count,
                         limit);
    code = check_length(name, length, IMAGES_HEADER + (size_t)count * IMAGE, count, err);
    if (code)
        return code;
    code = data_part_new(set, part, (int)count, err);
    if (code)
        return code;
    const uint8_t *from = bytes + IMAGES_HEADER;
    for (uint32_t i = 0; i < count; i++) {
        uint8_t *image = part->pixels + (size_t)i * DATA_SIDE * DATA_SIDE;
        for (int y = 0; y < SIDE; y++, from += SIDE)
            memcpy(image + (y + MARGIN) * DATA_SIDE + MARGIN, from, SIDE);
    }
    return 0;
}

int idx_parse_labels(const char *name, const uint8_t *bytes, size_t length, int classes,
                     struct data_part *part, struct error *err)
{
    uint32_t count = 0;
    int code = parse_header(name, bytes, length, LABELS_HEADER, LABELS_MAGIC, &count, err);
    if (code)
        return code;
    if (count != (uint32_t)part->count)
        return error_set(err, ERROR_DATA, "%s: %u labels for %d images", name, (unsigned)count,
                         part->count);
    code = check_length(name, length, LABELS_HEADER + (size_t)count, count, err);
    if (code)
        return code;
    const uint8_t *labels = bytes + LABELS_HEADER;
    for (uint32_t i = 0; i < count; i++)
        if (labels[i] >= classes)
            return error_set(err, ERROR_DATA, "%s: label %d of image %u, not 0 to %d", name,
                             labels[i], (unsigned)i, classes - 1);
    memcpy(part->labels, labels, count);
    return 0;
}

/* FOLDER/NAME or FOLDER/NAME.gz, whichever is there; the caller frees. */
static char *file_path(const char *folder, const char *name)
{
    char *plain = memory_print("%s/%s", folder, name);
    char *packed = memory_print("%s.gz", plain);
    bool is_packed = !file_exists(plain) && file_exists(packed);
    free(is_packed ? plain : packed);
    return is_packed ? packed : plain;
}

/* One of the files, unpacked. */
struct idx_file {
    char *path;
    unsigned char *bytes;
    size_t length;
};

static int load(const char *folder, const char *name, size_t limit, struct idx_file *file,
                struct error *err)
{
    file->path = file_path(folder, name);
    return gzip_read_file(file->path, limit, &file->bytes, &file->length, err);
}

static void unload(struct idx_file *file)
{
    free(file->bytes);
    free(file->path);
}

static int read_part(const char *folder, const char *images, const char *labels, int limit,
                     const struct data_set *set, struct data_part *part, struct error *err)
{
    struct idx_file file;
    int code = load(folder, images, IMAGES_HEADER + (size_t)limit * IMAGE, &file, err);
    if (!code)
        code = idx_parse_images(file.path, file.bytes, file.length, limit, set, part, err);
    unload(&file);
    if (code)
        return code;
    code = load(folder, labels, LABELS_HEADER + (size_t)limit, &file, err);
    if (!code)
        code = idx_parse_labels(file.path, file.bytes, file.length, set->classes, part, err);
    unload(&file);
    return code;
}

static int idx_read(const struct data_reader *reader, const char *path, struct data_set *set,
                    struct error *err)
{
    if (file_exists(path) && !file_is_folder(path))
        return error_set(err, ERROR_DATA, "%s: is a file, not the folder of the four IDX files",
                         path);
    int code = read_part(path, "train-images-idx3-ubyte", "train-labels-idx1-ubyte",
                         reader->info.train, set, &set->train, err);
    if (!code)
        code = read_part(path, "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte",
                         reader->info.test, set, &set->test, err);
    return code;
}

static const char *const digit_names[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};

const struct data_reader reader_mnist = {
    .info = {.name = "mnist",
             .form = "mnist:PATH",
             .about = "handwritten digits; a folder with the four IDX files",
             .classes = 10,
             .channels = 1,
             .height = DATA_SIDE,
             .width = DATA_SIDE,
             .train = 60000,
             .test = 10000},
    .class_names = digit_names,
    .crop = true,
    .flip = false, /* a mirrored digit is none */
    .mean = {0.1307F},
    .deviation = {0.3081F},
    .read = idx_read,
};

static const char *const fashion_names[] = {
    "T-shirt/top", "trouser", "pullover", "dress", "coat",
    "sandal",      "shirt",   "sneaker",  "bag",   "ankle boot",
};

const struct data_reader reader_fashion = {
    .info = {.name = "fashion",
             .form = "fashion[:PATH]",
             .about = "Fashion-MNIST, clothes; a folder with the four IDX files",
             .classes = 10,
             .channels = 1,
             .height = DATA_SIDE,
             .width = DATA_SIDE,
             .train = 60000,
             .test = 10000},
    .class_names = fashion_names,
    .crop = true,
    .flip = true,
    .mean = {0.2860F},
    .deviation = {0.3530F},
    .fallback = "/usr/share/datasets/fashion-mnist", /* Debian: dataset-fashion-mnist */
    .read = idx_read,
};
