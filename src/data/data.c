#include "data/data.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/reader.h"

static const struct data_reader *const readers[] = {
    &reader_fashion, &reader_cifar10, &reader_cifar100, &reader_svhn,
    &reader_mnist,   &reader_images,  &reader_shapes,
};
enum { READERS = sizeof readers / sizeof *readers };

const struct data_info *data_known(int index)
{
    return index >= 0 && index < READERS ? &readers[index]->info : NULL;
}

/* --- SPEC ----------------------------------------------------------------------------------- */

/* What stands behind the colon of a SPEC, or NULL. */
static const char *spec_argument(const char *spec)
{
    const char *colon = spec ? strchr(spec, ':') : NULL;
    return colon && colon[1] ? colon + 1 : NULL;
}

static bool spec_names(const char *spec, const char *name)
{
    size_t length = strlen(name);
    return spec && strncmp(spec, name, length) == 0 && (!spec[length] || spec[length] == ':');
}

static int find_reader(const char *spec, const struct data_reader **reader, struct error *err)
{
    for (int i = 0; i < READERS; i++)
        if (spec_names(spec, readers[i]->info.name)) {
            *reader = readers[i];
            return 0;
        }
    const char *names[READERS + 1] = {NULL};
    struct text forms = {0};
    for (int i = 0; i < READERS; i++) {
        names[i] = readers[i]->info.name;
        text_add(&forms, "%s%s", i ? ", " : "", readers[i]->info.form);
    }
    int length = (int)strcspn(spec, ":");
    char *name = memory_print("%.*s", length, spec);
    const char *near = text_nearest(name, names);
    error_set(err, ERROR_USAGE, "data: no data set is called '%s'", name);
    if (near)
        error_hint(err, "did you mean '%s'? There are %s", near, text_get(&forms));
    else
        error_hint(err, "there are %s", text_get(&forms));
    free(name);
    text_done(&forms);
    return ERROR_USAGE;
}

/* --- where the files are -------------------------------------------------------------------- */

/* Something is there, readable or not. */
static bool present(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

/* `path` as it can be recorded: independent of the working folder. The caller frees. */
static char *absolute(const char *path)
{
    const char *home = getenv("HOME");
    if (path[0] == '~' && path[1] == '/' && home)
        return memory_print("%s%s", home, path + 1);
    char *folder = path[0] == '/' ? NULL : getcwd(NULL, 0);
    char *whole = folder ? memory_print("%s/%s", folder, path) : memory_copy_text(path);
    free(folder);
    return whole;
}

static int not_found(const struct data_reader *reader, const char *place, struct error *err)
{
    const char *name = reader->info.name;
    if (place)
        error_set(err, ERROR_DATA, "%s: %s is not there", name, place);
    else
        error_set(err, ERROR_DATA, "%s: no path was given, and $SLIMSCOPE_DATA is not set", name);
    error_hint(err,
               "give the folder or the file as downloaded with %s, or put it at $SLIMSCOPE_DATA/%s",
               reader->info.form, name);
    return ERROR_DATA;
}

/* The first place that holds something, in *found, which the caller frees; *given_up, if that is
 * another than the one that was given, says which was. */
static int locate(const struct data_reader *reader, const char *given, const char *recorded,
                  char **found, char **given_up, struct error *err)
{
    const char *name = reader->info.name;
    const char *shared = getenv("SLIMSCOPE_DATA");
    char *places[] = {
        given ? absolute(given) : NULL,
        shared && *shared ? memory_print("%s/%s", shared, name) : NULL,
        recorded ? absolute(recorded) : NULL,
        reader->fallback ? memory_copy_text(reader->fallback) : NULL,
    };
    enum { PLACES = sizeof places / sizeof *places };
    const char *first = NULL;
    *found = NULL;
    for (int i = 0; i < PLACES; i++) {
        if (!first)
            first = places[i];
        if (!*found && places[i] && present(places[i]))
            *found = memory_copy_text(places[i]);
    }
    int code = *found ? 0 : not_found(reader, first, err);
    if (*found && given && !text_equal(*found, first))
        *given_up = memory_copy_text(first);
    for (int i = 0; i < PLACES; i++)
        free(places[i]);
    return code;
}

/* --- opening -------------------------------------------------------------------------------- */

int data_part_new(const struct data_set *set, struct data_part *part, int count, struct error *err)
{
    size_t image = (size_t)set->channels * (size_t)set->height * (size_t)set->width;
    *part = (struct data_part){.count = count};
    part->pixels = calloc((size_t)count, image);
    part->labels = calloc((size_t)count, 1);
    if (part->pixels && part->labels)
        return 0;
    return error_set(err, ERROR_FAILED, "%s: no memory for %d images", set->name, count);
}

static void hash_part(struct hash *hash, const struct data_set *set, const struct data_part *part)
{
    size_t image = (size_t)set->channels * (size_t)set->height * (size_t)set->width;
    hash_add(hash, part->pixels, (size_t)part->count * image);
    hash_add(hash, part->labels, (size_t)part->count);
}

static void make_checksum(struct data_set *set)
{
    struct hash *hash = hash_new();
    char *shape =
        memory_print("slimscope data %s %dx%dx%dx%d+%d %d\n", set->name, set->channels, set->height,
                     set->width, set->train.count, set->test.count, set->classes);
    hash_add(hash, shape, strlen(shape));
    hash_part(hash, set, &set->train);
    hash_part(hash, set, &set->test);
    hash_finish(hash, set->checksum);
    free(shape);
}

/* Mean and standard deviation of pixel/255 over the training images; 1 in place of no deviation at
 * all. The sums are exact integers and no product is added to, so every machine gets the same
 * bits. */
static void measure(struct data_set *set)
{
    size_t plane = (size_t)set->height * (size_t)set->width;
    size_t pixels = plane * (size_t)set->train.count;
    for (int c = 0; c < set->channels; c++) {
        uint64_t sum = 0, squares = 0;
        for (int i = 0; i < set->train.count; i++) {
            size_t first = ((size_t)i * (size_t)set->channels + (size_t)c) * plane;
            for (size_t k = first; k < first + plane; k++) {
                sum += set->train.pixels[k];
                squares += (uint64_t)set->train.pixels[k] * set->train.pixels[k];
            }
        }
        unsigned __int128 spread =
            (unsigned __int128)pixels * squares - (unsigned __int128)sum * sum;
        set->mean[c] = (float)((double)sum / (double)pixels / 255);
        set->deviation[c] = spread ? (float)(sqrt((double)spread) / (double)pixels / 255) : 1;
    }
}

int data_read(const struct data_reader *reader, const char *argument, struct data_set **result,
              struct error *err)
{
    struct data_set *set = NEW(struct data_set, 1);
    set->name = reader->info.name;
    set->classes = reader->info.classes;
    set->class_names = reader->class_names;
    set->channels = reader->info.channels;
    set->height = reader->info.height;
    set->width = reader->info.width;
    set->crop = reader->crop;
    set->flip = reader->flip;
    memcpy(set->mean, reader->mean, sizeof set->mean);
    memcpy(set->deviation, reader->deviation, sizeof set->deviation);
    set->spec = memory_print("%s:%s", set->name, argument);
    *result = NULL;
    int code = reader->read(reader, argument, set, err);
    if (code) {
        data_close(set);
        return code;
    }
    if (reader->deviation[0] == 0)
        measure(set);
    make_checksum(set);
    *result = set;
    return 0;
}

/* Who reads it, and from where: *argument; *given_up: see locate. The caller frees both. */
static int find(const char *spec, const char *recorded, const struct data_reader **reader,
                char **argument, char **given_up, struct error *err)
{
    *argument = *given_up = NULL;
    if (!spec && !recorded)
        return error_set(err, ERROR_USAGE, "data: no data set was named");
    int code = find_reader(spec ? spec : recorded, reader, err);
    if (code)
        return code;
    const char *given = spec_argument(spec);
    const char *before = NULL;
    if (spec_names(recorded, (*reader)->info.name))
        before = spec_argument(recorded);
    return (*reader)->made ? (*reader)->made(given ? given : before, argument, err)
                           : locate(*reader, given, before, argument, given_up, err);
}

int data_find(const char *spec, struct error *err)
{
    const struct data_reader *reader;
    char *argument, *given_up;
    int code = find(spec, NULL, &reader, &argument, &given_up, err);
    free(argument);
    free(given_up);
    return code;
}

int data_open(const char *spec, const char *recorded, struct data_set **set, struct error *err)
{
    const struct data_reader *reader;
    char *argument, *given_up;
    int code = find(spec, recorded, &reader, &argument, &given_up, err);
    *set = NULL;
    if (!code && given_up)
        log_notice("%s: %s is not there: reading %s", reader->info.name, given_up, argument);
    if (!code)
        code = data_read(reader, argument, set, err);
    free(argument);
    free(given_up);
    return code;
}

void data_close(struct data_set *set)
{
    if (!set)
        return;
    free(set->train.pixels);
    free(set->train.labels);
    free(set->test.pixels);
    free(set->test.labels);
    free(set->spec);
    free(set);
}
