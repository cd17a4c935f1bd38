/*
 * Data sets: labelled images in memory, as bytes, the way they are published.
 *
 * A SPEC names one: `cifar10:PATH`, `cifar100:PATH`, `svhn:PATH`, `mnist:PATH`, `fashion[:PATH]`,
 * `images:DIR`, `shapes[:N]`, where PATH is a folder or the archive as downloaded. Each reader is a
 * `const struct data_reader` (reader.h) and checks sizes, values and labels; every fault names the
 * file.
 */
#ifndef DATA_DATA_H
#define DATA_DATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/hash.h"

/* 28×28 images stand in the middle of a 32×32 field of zero bytes: every network sees 32×32. */
enum { DATA_SIDE = 32, DATA_CHANNELS_MAX = 3 };

struct data_part {
    int count;
    uint8_t *pixels; /* (count, channels, height, width) */
    uint8_t *labels; /* (count), 0 … classes − 1 */
};

struct data_set {
    const char *name;         /* "cifar10", "fashion" … */
    char *spec;               /* what opened it, with the path as it was found */
    char checksum[HASH_TEXT]; /* over name, shape and the decoded images and labels, so that a
                                 folder and its archive agree */
    int classes;
    const char *const *class_names; /* (classes), or NULL */
    int channels, height, width;    /* after padding to 32×32 */
    struct data_part train, test;
    float mean[DATA_CHANNELS_MAX], deviation[DATA_CHANNELS_MAX]; /* of pixel/255, a channel */
    bool crop, flip; /* the augmentation that training uses (method: zero-pad 4, crop; mirror) */
};

/* What `data list` shows of a data set that is known, opened or not. */
struct data_info {
    const char *name;
    const char *form;                                  /* how its SPEC is written: "cifar10:PATH" */
    const char *about;                                 /* one line */
    int classes, channels, height, width, train, test; /* 0: depends on the files */
};

/* The known data set of this index, from 0; NULL after the last. */
const struct data_info *data_known(int index);

/* Whether there is something where data_open would look for `spec`; nothing is read. Its errors. */
int data_find(const char *spec, struct error *err);

/*
 * Opens the data set that `spec` names. It is looked for at the path in `spec`, then at
 * $SLIMSCOPE_DATA/NAME, then at the path in `recorded` (an earlier run's SPEC, or NULL), then, for
 * `fashion`, where Debian's package has it. With `spec` NULL it is the data set of `recorded`. A
 * path where something is, is not passed over. The caller closes the set.
 * ERROR_USAGE: no such data set; ERROR_DATA: missing, truncated, wrong sizes, labels out of range.
 */
int data_open(const char *spec, const char *recorded, struct data_set **set, struct error *err);
void data_close(struct data_set *set);

/* Whether the files that an open set came from are, byte by byte, those that were published under
 * their names (SHA-256): 1 yes; 0 no, and *other names the first that is not (a repacked copy of
 * the same images is another file); −1: no published file is known by the names that are there. */
int data_official(const struct data_set *set, const char **other);

#endif
