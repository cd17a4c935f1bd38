/*
 * A folder of images: PNG files in train/CLASS and test/CLASS, 8-bit grey or RGB, all of one size
 * of at most 32×32; smaller ones stand in the middle of 32×32 zeros. Classes and, within one,
 * images are in the order of their names' bytes, so that the folder's content alone makes the data.
 * Names may be any bytes; those that begin with a dot, and files that do not end in .png, are
 * passed over.
 */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/png.h"
#include "data/reader.h"

enum { CLASSES_MAX = 256, IMAGE_MAX = DATA_CHANNELS_MAX * DATA_SIDE * DATA_SIDE };

/* --- names ------------------------------------------------------------------------------------ */

/* Names in a folder, in order. */
struct names {
    char *folder;
    struct dirent **entry;
    int count;
};

static int compare_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int is_png(const struct dirent *entry)
{
    const size_t length = strlen(entry->d_name);
    return is_visible(entry) && length > 4 && strcasecmp(entry->d_name + length - 4, ".png") == 0;
}

/* Takes `folder` over. */
static int names_open(struct names *names, char *folder, int (*wanted)(const struct dirent *),
                      struct error *err)
{
    *names = (struct names){.folder = folder};
    names->count = scandir(folder, &names->entry, wanted, compare_bytes);
    if (names->count >= 0)
        return 0;
    names->count = 0;
    return error_set_errno(err, ERROR_DATA, "%s", folder);
}

static void names_close(struct names *names)
{
    for (int i = 0; i < names->count; i++)
        free(names->entry[i]);
    free(names->entry);
    free(names->folder);
}

static char *names_path(const struct names *names, int index)
{
    return memory_print("%s/%s", names->folder, names->entry[index]->d_name);
}

/* Leaves only the folders. */
static void keep_folders(struct names *names)
{
    int kept = 0;
    for (int i = 0; i < names->count; i++) {
        char *path = names_path(names, i);
        if (file_is_folder(path))
            names->entry[kept++] = names->entry[i];
        else
            free(names->entry[i]);
        free(path);
    }
    names->count = kept;
}

/* --- train/ and test/ ------------------------------------------------------------------------- */

struct tree {
    struct names classes;
    struct names files[CLASSES_MAX];
    int images;
};

static int tree_open(struct tree *tree, const char *path, const char *part, struct error *err)
{
    int code = names_open(&tree->classes, memory_print("%s/%s", path, part), is_visible, err);
    if (code)
        return code;
    keep_folders(&tree->classes);
    if (tree->classes.count < 2 || tree->classes.count > CLASSES_MAX)
        return error_set(err, ERROR_DATA, "%s: %d class folders, not 2 to %d", tree->classes.folder,
                         tree->classes.count, CLASSES_MAX);
    for (int c = 0; c < tree->classes.count; c++) {
        struct names *files = &tree->files[c];
        code = names_open(files, names_path(&tree->classes, c), is_png, err);
        if (code)
            return code;
        if (files->count == 0)
            return error_set(err, ERROR_DATA, "%s: has no .png file in it", files->folder);
        if (__builtin_add_overflow(tree->images, files->count, &tree->images))
            return error_set(err, ERROR_DATA, "%s: more than %d images", tree->classes.folder,
                             INT_MAX);
    }
    return 0;
}

static void tree_close(struct tree *tree)
{
    for (int c = 0; c < CLASSES_MAX; c++)
        names_close(&tree->files[c]);
    names_close(&tree->classes);
    free(tree);
}

/* The first class that one has and the other has not is an error. */
static int compare_classes(const struct tree *train, const struct tree *test, struct error *err)
{
    const struct names *a = &train->classes, *b = &test->classes;
    for (int c = 0; c < a->count || c < b->count; c++) {
        const char *of_a = c < a->count ? a->entry[c]->d_name : NULL;
        const char *of_b = c < b->count ? b->entry[c]->d_name : NULL;
        if (of_a && of_b && text_equal(of_a, of_b))
            continue;
        const bool a_lacks = !of_a || (of_b && strcmp(of_b, of_a) < 0);
        return error_set(err, ERROR_DATA, "%s: has no class %s, which is in %s",
                         a_lacks ? a->folder : b->folder, a_lacks ? of_b : of_a,
                         a_lacks ? b->folder : a->folder);
    }
    return 0;
}

/* --- pixels ----------------------------------------------------------------------------------- */

/* From (height, width, channels) into the middle of (channels, 32, 32). */
static void place(const struct png_shape *shape, const uint8_t *pixels, uint8_t *image)
{
    const int top = (DATA_SIDE - shape->height) / 2, left = (DATA_SIDE - shape->width) / 2;
    for (int c = 0; c < shape->channels; c++)
        for (int y = 0; y < shape->height; y++) {
            uint8_t *to = image + (c * DATA_SIDE + top + y) * DATA_SIDE + left;
            const uint8_t *from = pixels + y * shape->width * shape->channels + c;
            for (int x = 0; x < shape->width; x++)
                to[x] = from[x * shape->channels];
        }
}

/* What the reading of both parts has in common. */
struct reading {
    struct png_shape shape;
    int done, total;
};

static int read_tree(const struct tree *tree, struct reading *reading, const struct data_set *set,
                     struct data_part *part, struct error *err)
{
    const size_t image = (size_t)set->channels * DATA_SIDE * DATA_SIDE;
    int code = data_part_new(set, part, tree->images, err);
    uint8_t *to = part->pixels, *label = part->labels;
    for (int c = 0; c < tree->classes.count; c++)
        for (int i = 0; i < tree->files[c].count && !code; i++, to += image) {
            uint8_t pixels[IMAGE_MAX];
            char *path = names_path(&tree->files[c], i);
            code = png_read(path, DATA_SIDE, &reading->shape, pixels, err);
            free(path);
            if (code)
                return code;
            place(&reading->shape, pixels, to);
            *label++ = (uint8_t)c;
            log_progress("reading images", ++reading->done, reading->total);
        }
    return code;
}

/* The shape of the first image is that of all. */
static int first_shape(const struct tree *tree, struct png_shape *shape, struct error *err)
{
    uint8_t pixels[IMAGE_MAX];
    char *path = names_path(&tree->files[0], 0);
    const int code = png_read(path, DATA_SIDE, shape, pixels, err);
    free(path);
    return code;
}

static int images_read(const struct data_reader *reader, const char *path, struct data_set *set,
                       struct error *err)
{
    (void)reader;
    struct tree *train = NEW(struct tree, 1), *test = NEW(struct tree, 1);
    struct reading reading = {.done = 0};
    int code = tree_open(train, path, "train", err);
    if (!code)
        code = tree_open(test, path, "test", err);
    if (!code)
        code = compare_classes(train, test, err);
    if (!code)
        code = first_shape(train, &reading.shape, err);
    if (!code) {
        set->classes = train->classes.count;
        set->channels = reading.shape.channels;
        reading.total = train->images + test->images;
        code = read_tree(train, &reading, set, &set->train, err);
    }
    if (!code)
        code = read_tree(test, &reading, set, &set->test, err);
    log_progress(NULL, 0, 0);
    tree_close(train);
    tree_close(test);
    return code;
}

const struct data_reader reader_images = {
    .info = {.name = "images",
             .form = "images:DIR",
             .about =
                 "your own: train/CLASS/*.png and test/CLASS/*.png, 8-bit grey or RGB, one size "
                 "of at most 32x32",
             .height = DATA_SIDE,
             .width = DATA_SIDE},
    .crop = true,
    .flip = true,
    .read = images_read,
};
