/*
 * PNG files as bytes (libpng): 8-bit grey or RGB, nothing else. Gamma and colour profiles are not
 * applied: the pixels are those that the file has.
 */
#ifndef DATA_PNG_H
#define DATA_PNG_H

#include <stdint.h>

#include "base/error.h"

struct png_shape {
    int channels, height, width; /* channels 1 or 3 */
};

/*
 * Reads the image at `path` into `pixels` (height, width, channels). With shape->width 0 the shape
 * is the file's, and is set; else the file must have this one. No side may be longer than `side`,
 * and `pixels` needs room for 3·side·side.
 * ERROR_DATA: missing, damaged, truncated, another kind of pixel, another shape.
 */
int png_read(const char *path, int side, struct png_shape *shape, uint8_t *pixels,
             struct error *err);

#endif
