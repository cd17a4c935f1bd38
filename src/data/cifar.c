/*
 * CIFAR-10 and CIFAR-100, binary version: records of one or two label bytes (the last is the class
 * we use, CIFAR-100's "fine" one) and 3 × 32 × 32 pixels, in files of a fixed number of records
 * (Krizhevsky's description). Read from the folder, or from the archive as downloaded.
 */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "data/archive.h"
#include "data/gzip.h"
#include "data/reader.h"

enum { IMAGE = 3 * DATA_SIDE * DATA_SIDE, FILES_MAX = 6 };

struct cifar_layout {
    const char *files[FILES_MAX]; /* the training files, then the test file */
    int training_files;
    int label_bytes;
    const char *folder, *archive; /* as published */
};

int cifar_parse(const char *name, const uint8_t *bytes, size_t length, int count, int label_bytes,
                int first, int classes, struct data_part *part, struct error *err)
{
    size_t record = (size_t)label_bytes + IMAGE;
    if (length != record * (size_t)count)
        return error_set(err, ERROR_DATA, "%s: %zu bytes, not %zu (%d records of %zu)", name,
                         length, record * (size_t)count, count, record);
    for (int i = 0; i < count; i++, bytes += record) {
        uint8_t label = bytes[label_bytes - 1];
        if (label >= classes)
            return error_set(err, ERROR_DATA, "%s: label %d in record %d, not 0 to %d", name, label,
                             i, classes - 1);
        part->labels[first + i] = label;
        memcpy(part->pixels + (size_t)(first + i) * IMAGE, bytes + label_bytes, IMAGE);
    }
    return 0;
}

/* Where the records of file `index` go: its part, first image and number of images. */
static struct data_part *file_place(const struct data_reader *reader, struct data_set *set,
                                    int index, int *first, int *count)
{
    const struct cifar_layout *layout = reader->layout;
    bool test = index == layout->training_files;
    *count = test ? reader->info.test : reader->info.train / layout->training_files;
    *first = test ? 0 : index * *count;
    return test ? &set->test : &set->train;
}

struct taking {
    const struct data_reader *reader;
    struct data_set *set;
};

static int take_file(void *context, int index, const char *name, const uint8_t *bytes,
                     size_t length, struct error *err)
{
    const struct taking *taking = context;
    const struct cifar_layout *layout = taking->reader->layout;
    int first, count;
    struct data_part *part = file_place(taking->reader, taking->set, index, &first, &count);
    return cifar_parse(name, bytes, length, count, layout->label_bytes, first, taking->set->classes,
                       part, err);
}

static int read_folder(const char *folder, const struct archive_member *members, int count,
                       struct taking *taking, struct error *err)
{
    int code = 0;
    for (int i = 0; i < count && !code; i++) {
        char *path = memory_print("%s/%s", folder, members[i].name);
        unsigned char *bytes = NULL;
        size_t length = 0;
        code = gzip_read_file(path, members[i].size, &bytes, &length, err);
        if (!code)
            code = take_file(taking, i, path, bytes, length, err);
        free(bytes);
        free(path);
    }
    return code;
}

/* `path` is the archive, the published folder, or a folder that holds either. */
static char *find_files(const char *path, const struct cifar_layout *layout)
{
    char *file = memory_print("%s/%s", path, layout->files[0]);
    char *folder = memory_print("%s/%s", path, layout->folder);
    char *archive = memory_print("%s/%s", path, layout->archive);
    const char *found = file_exists(file)        ? path
                        : file_is_folder(folder) ? folder
                        : file_exists(archive)   ? archive
                                                 : path;
    char *result = memory_copy_text(found);
    free(file);
    free(folder);
    free(archive);
    return result;
}

static int cifar_read(const struct data_reader *reader, const char *path, struct data_set *set,
                      struct error *err)
{
    const struct cifar_layout *layout = reader->layout;
    struct taking taking = {reader, set};
    struct archive_member members[FILES_MAX];
    int files = layout->training_files + 1;
    int code = data_part_new(set, &set->train, reader->info.train, err);
    if (!code)
        code = data_part_new(set, &set->test, reader->info.test, err);
    if (code)
        return code;
    for (int i = 0; i < files; i++) {
        int first, count;
        file_place(reader, set, i, &first, &count);
        members[i].name = layout->files[i];
        members[i].size = (size_t)count * ((size_t)layout->label_bytes + IMAGE);
    }
    char *place = find_files(path, layout);
    code = file_is_folder(place) ? read_folder(place, members, files, &taking, err)
                                 : archive_members(place, members, files, take_file, &taking, err);
    free(place);
    return code;
}

static const struct cifar_layout layout10 = {
    .files = {"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin",
              "data_batch_5.bin", "test_batch.bin"},
    .training_files = 5,
    .label_bytes = 1,
    .folder = "cifar-10-batches-bin",
    .archive = "cifar-10-binary.tar.gz",
};

static const struct cifar_layout layout100 = {
    .files = {"train.bin", "test.bin"},
    .training_files = 1,
    .label_bytes = 2,
    .folder = "cifar-100-binary",
    .archive = "cifar-100-binary.tar.gz",
};

static const char *const names10[] = {"airplane", "automobile", "bird",  "cat",  "deer",
                                      "dog",      "frog",       "horse", "ship", "truck"};

const struct data_reader reader_cifar10 = {
    .info = {.name = "cifar10",
             .form = "cifar10:PATH",
             .about = "photographs of 10 kinds; the binary version's folder or .tar.gz",
             .classes = 10,
             .channels = 3,
             .height = DATA_SIDE,
             .width = DATA_SIDE,
             .train = 50000,
             .test = 10000},
    .class_names = names10,
    .crop = true,
    .flip = true,
    .mean = {0.4914F, 0.4822F, 0.4465F},
    .deviation = {0.2023F, 0.1994F, 0.2010F},
    .layout = &layout10,
    .read = cifar_read,
};

const struct data_reader reader_cifar100 = {
    .info = {.name = "cifar100",
             .form = "cifar100:PATH",
             .about = "photographs of 100 kinds; the binary version's folder or .tar.gz",
             .classes = 100,
             .channels = 3,
             .height = DATA_SIDE,
             .width = DATA_SIDE,
             .train = 50000,
             .test = 10000},
    .crop = true,
    .flip = true,
    .mean = {0.4914F, 0.4822F, 0.4465F},
    .deviation = {0.2023F, 0.1994F, 0.2010F},
    .layout = &layout100,
    .read = cifar_read,
};
