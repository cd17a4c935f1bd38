/*
 * A reader knows one data set: what it is, how its files look, how training sees it.
 *
 * The records are const; what is in `info` is also what the reader holds its files to, so a copy
 * with small counts reads a small instance (tests, fuzzers).
 */
#ifndef DATA_READER_H
#define DATA_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "data/data.h"

struct data_reader {
    struct data_info info;
    const char *const *class_names; /* (info.classes), or NULL */
    bool crop, flip;
    float mean[DATA_CHANNELS_MAX], deviation[DATA_CHANNELS_MAX]; /* 0: measured on its own pixels */
    const char *fallback; /* folder where distributions put it, or NULL */
    const void *layout;   /* what the reader needs to know of its files */

    /*
     * Fills set->train and set->test. `argument` is what stands behind the colon of the SPEC: a
     * path that is there, or, for a set that is `made`, any text or NULL.
     */
    int (*read)(const struct data_reader *reader, const char *argument, struct data_set *set,
                struct error *err);
    /* For a set that needs no files: its argument in full ("12000"), which the caller frees, or
     * ERROR_USAGE when `argument` (may be NULL) is none. NULL for sets that are read. */
    int (*made)(const char *argument, char **whole, struct error *err);
};

extern const struct data_reader reader_cifar10, reader_cifar100, reader_svhn, reader_mnist,
    reader_fashion, reader_images, reader_shapes;

/* Opens a set by this reader; data_close frees. */
int data_read(const struct data_reader *reader, const char *argument, struct data_set **set,
              struct error *err);

/* Room for `count` zeroed images of this set's shape and their labels. */
int data_part_new(const struct data_set *set, struct data_part *part, int count, struct error *err);

/* --- parsers over memory; `name` is what errors call the bytes ------------------------------ */

/* An IDX file of at most `limit` 28×28 images: allocates `part` and puts them into the middle of
 * 32×32 fields. */
int idx_parse_images(const char *name, const uint8_t *bytes, size_t length, int limit,
                     const struct data_set *set, struct data_part *part, struct error *err);

/* An IDX file of exactly part->count labels below `classes`, into part->labels. */
int idx_parse_labels(const char *name, const uint8_t *bytes, size_t length, int classes,
                     struct data_part *part, struct error *err);

/* A CIFAR file of exactly `count` records, `label_bytes` + 3072 bytes each, the last label byte
 * being the class; into the images from `first` on. */
int cifar_parse(const char *name, const uint8_t *bytes, size_t length, int count, int label_bytes,
                int first, int classes, struct data_part *part, struct error *err);

#endif
