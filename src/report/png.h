/* PNG files (libpng) that say where they come from. */
#ifndef REPORT_PNG_H
#define REPORT_PNG_H

#include <stdint.h>

#include "base/error.h"
#include "base/file.h"

struct png_text {
    const char *key, *text; /* key: 1 … 79 Latin letters; text: UTF-8 */
};

/* Writes pixels (height, stride bytes a row), each 0x00RRGGBB in the machine's order, as 8-bit RGB
 * with its resolution and the texts, ended by a NULL key. The same input gives the same bytes with
 * the same libpng and zlib. */
int png_write_file(struct file_writer *writer, const unsigned char *pixels, int width, int height,
                   int stride, int dpi, const struct png_text *texts, struct error *err);

#endif
