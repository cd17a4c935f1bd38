#include "report/save.h"

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <cairo.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "config.h"
#include "report/draw.h"
#include "report/png.h"

const struct figure_paper figure_paper_usual = {.width = 9, .height = 6, .dpi = 300};

static const double points_a_cm = 72 / 2.54;

/* --- paper ------------------------------------------------------------------------------------ */

static bool read_size(const char *text, double *width, double *height)
{
    static const struct {
        const char *name;
        double cm;
    } units[] = {{"", 1}, {"cm", 1}, {"mm", 0.1}, {"in", 2.54}, {"pt", 2.54 / 72}};
    char *middle, *end;

    *width = strtod(text, &middle);
    if (middle == text || *middle != 'x')
        return false;
    *height = strtod(middle + 1, &end);
    if (end == middle + 1)
        return false;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(end, units[i].name) == 0) {
            *width *= units[i].cm;
            *height *= units[i].cm;
            return true;
        }
    return false;
}

int figure_paper_parse(const char *text, struct figure_paper *paper, struct error *err)
{
    double width, height;

    if (!read_size(text, &width, &height)) {
        error_set(err, ERROR_USAGE, "--size %s: not a size", text);
        return error_hint(err, "as 9x6cm, 90x60mm or 3.5x2.4in");
    }
    if (!(width >= 5 && width <= 60 && height >= 4 && height <= 60))
        return error_set(err, ERROR_USAGE, "--size %s: must be within 5x4cm and 60x60cm", text);
    paper->width = width;
    paper->height = height;
    return 0;
}

/* --- what a file says of itself --------------------------------------------------------------- */

static const char made_by[] = PACKAGE_NAME " " PACKAGE_VERSION;

/* "3 1a2b…, 4 5c6d…" */
static char *print_sources(const struct figure *figure)
{
    struct text text = {0};

    for (int i = 0; i < figure->sources; i++)
        text_add(&text, "%s%" PRId64 " %s", i ? ", " : "", figure->source[i].run,
                 figure->source[i].hash);
    return text_take(&text);
}

/* --- formats ---------------------------------------------------------------------------------- */

/* A file that cairo writes into. */
struct stream {
    struct file_writer *writer;
    struct error *err;
    int code;
};

static cairo_status_t put_bytes(void *closure, const unsigned char *bytes, unsigned int length)
{
    struct stream *stream = closure;

    if (!stream->code)
        stream->code = file_write(stream->writer, bytes, length, stream->err);
    return stream->code ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

static int check(cairo_status_t status, struct stream *stream)
{
    if (!stream->code && status != CAIRO_STATUS_SUCCESS)
        stream->code = error_set(stream->err, ERROR_FAILED, "%s: cairo: %s", stream->writer->path,
                                 cairo_status_to_string(status));
    return stream->code;
}

static int draw(const struct figure *figure, const struct figure_paper *paper,
                cairo_surface_t *surface, double scale, struct stream *stream)
{
    cairo_t *cr = cairo_create(surface);

    cairo_scale(cr, scale, scale);
    draw_figure(figure, paper->width * points_a_cm, paper->height * points_a_cm, paper->dark, cr);
    cairo_show_page(cr);
    int code = check(cairo_status(cr), stream);
    cairo_destroy(cr);
    return code;
}

/* The same where the surface is the file, which is whole then. */
static int draw_file(const struct figure *figure, const struct figure_paper *paper,
                     cairo_surface_t *surface, struct stream *stream)
{
    draw(figure, paper, surface, 1, stream);
    cairo_surface_finish(surface);
    check(cairo_surface_status(surface), stream);
    cairo_surface_destroy(surface);
    return stream->code;
}

static int write_png(const struct figure *figure, const struct figure_paper *paper,
                     struct stream *stream)
{
    double scale = paper->dpi / 72.0;
    int width = (int)lround(paper->width * points_a_cm * scale);
    int height = (int)lround(paper->height * points_a_cm * scale);
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
    char *runs = print_sources(figure);
    const struct png_text texts[] = {{"Software", made_by},
                                     {"Title", figure->title ? figure->title : ""},
                                     {"Description", figure->note ? figure->note : ""},
                                     {"Runs", runs},
                                     {NULL, NULL}};

    int code = draw(figure, paper, surface, scale, stream);
    if (!code)
        code =
            png_write_file(stream->writer, cairo_image_surface_get_data(surface), width, height,
                           cairo_image_surface_get_stride(surface), paper->dpi, texts, stream->err);
    cairo_surface_destroy(surface);
    free(runs);
    return code;
}

static cairo_status_t collect_bytes(void *closure, const unsigned char *bytes, unsigned int length)
{
    text_add_bytes(closure, (const char *)bytes, length);
    return CAIRO_STATUS_SUCCESS;
}

/* Takes out the name of the page, in which cairo numbers all that the process has drawn. Nothing
 * refers to it. */
static void remove_name(char *svg)
{
    char *name = strstr(svg, " id=\"surface"), *end = name ? strchr(name + 5, '"') : NULL;

    if (end)
        memmove(name, end + 1, strlen(end + 1) + 1);
}

static int write_svg(const struct figure *figure, const struct figure_paper *paper,
                     struct stream *stream)
{
    struct text svg = {0};
    char *runs = print_sources(figure);
    cairo_surface_t *surface = cairo_svg_surface_create_for_stream(
        collect_bytes, &svg, paper->width * points_a_cm, paper->height * points_a_cm);

    int code = draw_file(figure, paper, surface, stream);
    text_add(&svg, "<!-- %s; runs %s -->\n", made_by, runs);
    char *bytes = text_take(&svg);
    remove_name(bytes);
    if (!code)
        code = file_write(stream->writer, bytes, strlen(bytes), stream->err);
    free(bytes);
    free(runs);
    return code;
}

static int write_pdf(const struct figure *figure, const struct figure_paper *paper,
                     struct stream *stream)
{
    cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(
        put_bytes, stream, paper->width * points_a_cm, paper->height * points_a_cm);
    char *runs = print_sources(figure);
    char *subject = memory_print("runs %s", runs);

    /* An empty date leaves it out; without this it would be the present. */
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, "");
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, made_by);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_SUBJECT, subject);
    if (figure->title)
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, figure->title);
    int code = draw_file(figure, paper, surface, stream);
    free(subject);
    free(runs);
    return code;
}

struct figure_format {
    const char *name;
    int (*write)(const struct figure *figure, const struct figure_paper *paper,
                 struct stream *stream);
};

static const struct figure_format formats[] = {
    {.name = "png", .write = write_png},
    {.name = "svg", .write = write_svg},
    {.name = "pdf", .write = write_pdf},
};
enum { FORMATS = sizeof formats / sizeof *formats };

const char *const *figure_format_names(void)
{
    static const char *names[FORMATS + 1];

    for (int i = 0; i < FORMATS; i++)
        names[i] = formats[i].name;
    return names;
}

int figure_format_of(const char *path, const struct figure_format **format, struct error *err)
{
    const char *dot = strrchr(path, '.');

    for (int i = 0; i < FORMATS; i++)
        if (dot && !strchr(dot, '/') && strcasecmp(dot + 1, formats[i].name) == 0) {
            *format = &formats[i];
            return 0;
        }
    error_set(err, ERROR_USAGE, "%s: its suffix names no format", path);
    return error_hint(err, "figures are .png, .svg or .pdf");
}

/* --- the file --------------------------------------------------------------------------------- */

/* Pictures beyond this are a mistake rather than a figure. */
static const double most_pixels = 64e6;

int figure_save(const struct figure *figure, const struct figure_paper *paper,
                const struct figure_format *format, const char *path, int64_t *bytes,
                char hash[HASH_TEXT], struct error *err)
{
    struct file_writer writer;
    struct stream stream = {&writer, err, 0};

    if (paper->width * paper->height / (2.54 * 2.54) * paper->dpi * paper->dpi > most_pixels)
        return error_set(err, ERROR_USAGE, "%g x %g cm at %d dpi: over 64 million pixels",
                         paper->width, paper->height, paper->dpi);
    int code = file_create(&writer, path, err);
    if (code)
        return code;
    code = format->write(figure, paper, &stream);
    *bytes = (int64_t)writer.written;
    if (!code)
        code = file_commit(&writer, err);
    file_abort(&writer);
    return code ? code : hash_file(path, hash, err);
}
