#include "report/png.h"

#include <png.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* What libpng's callbacks work with. */
struct sink {
    struct file_writer *writer;
    struct error *err;
    int code;
};

static void put_bytes(png_structp png, png_bytep bytes, size_t length)
{
    struct sink *sink = png_get_io_ptr(png);

    sink->code = file_write(sink->writer, bytes, length, sink->err);
    if (sink->code)
        png_error(png, "cannot write");
}

static void put_nothing(png_structp png)
{
    (void)png;
}

/* Leaves the error of a failed write as it is. */
static void fail(png_structp png, png_const_charp why)
{
    struct sink *sink = png_get_error_ptr(png);

    if (!sink->code)
        sink->code = error_set(sink->err, ERROR_FAILED, "%s: %s", sink->writer->path, why);
    png_longjmp(png, 1);
}

static void ignore(png_structp png, png_const_charp what)
{
    (void)png, (void)what;
}

static void put_texts(png_structp png, png_infop info, const struct png_text *texts)
{
    for (const struct png_text *at = texts; at->key; at++) {
        char *key = memory_copy_text(at->key), *text = memory_copy_text(at->text);
        png_text chunk = {.compression = PNG_ITXT_COMPRESSION_NONE,
                          .key = key,
                          .text = text,
                          .itxt_length = strlen(text)};
        png_set_text(png, info, &chunk, 1);
        free(key);
        free(text);
    }
}

static void put_rows(png_structp png, const unsigned char *pixels, int width, int height,
                     int stride, unsigned char *row)
{
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            uint32_t pixel;
            memcpy(&pixel, pixels + (size_t)y * (size_t)stride + 4 * (size_t)x, sizeof pixel);
            row[3 * x] = (unsigned char)(pixel >> 16);
            row[3 * x + 1] = (unsigned char)(pixel >> 8);
            row[3 * x + 2] = (unsigned char)pixel;
        }
        png_write_row(png, row);
    }
}

int png_write_file(struct file_writer *writer, const unsigned char *pixels, int width, int height,
                   int stride, int dpi, const struct png_text *texts, struct error *err)
{
    struct sink sink = {writer, err, 0};
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &sink, fail, ignore);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    unsigned char *row = NEW(unsigned char, 3 * width);

    if (!info)
        sink.code = error_set(err, ERROR_FAILED, "libpng %s: cannot start", PNG_LIBPNG_VER_STRING);
    else if (setjmp(png_jmpbuf(png)) == 0) {
        png_set_write_fn(png, &sink, put_bytes, put_nothing);
        png_set_IHDR(png, info, (png_uint_32)width, (png_uint_32)height, 8, PNG_COLOR_TYPE_RGB,
                     PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
        png_uint_32 per_metre = (png_uint_32)(dpi / 0.0254 + 0.5);
        png_set_pHYs(png, info, per_metre, per_metre, PNG_RESOLUTION_METER);
        put_texts(png, info, texts);
        png_write_info(png, info);
        put_rows(png, pixels, width, height, stride, row);
        png_write_end(png, info);
    }
    if (png)
        png_destroy_write_struct(&png, &info);
    free(row);
    return sink.code;
}
