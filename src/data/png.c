#include "data/png.h"

#include <png.h>
#include <setjmp.h>
#include <stdio.h>

#include "base/file.h"

enum { SIGNATURE = 8 };

struct reading {
    const char *path;
    FILE *file;
    png_structp png;
    png_infop info;
    struct error *err;
};

/* libpng's errors become ours, and end the reading. */
static void fail(png_structp png, png_const_charp why)
{
    struct reading *reading = png_get_error_ptr(png);
    error_set(reading->err, ERROR_DATA, "%s: damaged PNG (%s)", reading->path, why);
    longjmp(png_jmpbuf(png), 1);
}

static void pass_over(png_structp png, png_const_charp why)
{
    (void)png, (void)why;
}

static int check_signature(struct reading *reading)
{
    uint8_t bytes[SIGNATURE];
    const size_t got = fread(bytes, 1, SIGNATURE, reading->file);
    if (got < SIGNATURE || png_sig_cmp(bytes, 0, SIGNATURE) != 0)
        return error_set(reading->err, ERROR_DATA, "%s: is no PNG file", reading->path);
    png_set_sig_bytes(reading->png, SIGNATURE);
    return 0;
}

static int check_pixels(const struct reading *reading)
{
    const int bits = png_get_bit_depth(reading->png, reading->info);
    const int colour = png_get_color_type(reading->png, reading->info);
    if (colour == PNG_COLOR_TYPE_PALETTE)
        return error_set(reading->err, ERROR_DATA, "%s: has a palette, not 8-bit grey or RGB",
                         reading->path);
    if (colour & PNG_COLOR_MASK_ALPHA)
        return error_set(reading->err, ERROR_DATA, "%s: has transparency, not 8-bit grey or RGB",
                         reading->path);
    if (bits != 8)
        return error_set(reading->err, ERROR_DATA, "%s: %d bits, not 8-bit grey or RGB",
                         reading->path, bits);
    return 0;
}

static int check_shape(const struct reading *reading, int side, struct png_shape *shape)
{
    const uint32_t height = png_get_image_height(reading->png, reading->info);
    const uint32_t width = png_get_image_width(reading->png, reading->info);
    if (height > (uint32_t)side || width > (uint32_t)side)
        return error_set(reading->err, ERROR_DATA, "%s: %ux%u pixels, more than %dx%d",
                         reading->path, (unsigned)width, (unsigned)height, side, side);
    const struct png_shape own = {png_get_channels(reading->png, reading->info), (int)height,
                                  (int)width};
    if (shape->width == 0)
        *shape = own;
    if (own.height != shape->height || own.width != shape->width)
        return error_set(reading->err, ERROR_DATA,
                         "%s: %dx%d pixels, but the first image has %dx%d", reading->path,
                         own.width, own.height, shape->width, shape->height);
    if (own.channels != shape->channels)
        return error_set(reading->err, ERROR_DATA, "%s: is %s, but the first image is %s",
                         reading->path, own.channels == 1 ? "grey" : "RGB",
                         shape->channels == 1 ? "grey" : "RGB");
    return 0;
}

/* The part that libpng's errors leave by a jump; nothing is held here that must be given back. */
static int decode(struct reading *reading, int side, struct png_shape *shape, uint8_t *pixels)
{
    if (setjmp(png_jmpbuf(reading->png)))
        return ERROR_DATA;
    png_init_io(reading->png, reading->file);
    int code = check_signature(reading);
    if (code)
        return code;
    png_read_info(reading->png, reading->info);
    code = check_pixels(reading);
    if (!code)
        code = check_shape(reading, side, shape);
    if (code)
        return code;
    const int passes = png_set_interlace_handling(reading->png);
    png_read_update_info(reading->png, reading->info);
    for (int pass = 0; pass < passes; pass++)
        for (int y = 0; y < shape->height; y++)
            png_read_row(reading->png, pixels + y * shape->width * shape->channels, NULL);
    png_read_end(reading->png, NULL);
    return 0;
}

int png_read(const char *path, int side, struct png_shape *shape, uint8_t *pixels,
             struct error *err)
{
    struct reading reading = {.path = path, .err = err};
    int code = file_open(path, &reading.file, err);
    if (code)
        return code;
    reading.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &reading, fail, pass_over);
    reading.info = reading.png ? png_create_info_struct(reading.png) : NULL;
    if (reading.info)
        code = decode(&reading, side, shape, pixels);
    else
        code = error_set(err, ERROR_FAILED, "%s: no memory to read it", path);
    png_destroy_read_struct(&reading.png, &reading.info, NULL);
    fclose(reading.file);
    return code;
}
