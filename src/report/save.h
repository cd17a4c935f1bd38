/*
 * Figures as files: PNG, SVG, PDF. A figure's bytes depend on what it shows and on its libraries
 * alone (no dates). Each file says what made it and of which runs: PNG in text chunks, SVG in a
 * comment, PDF in its properties.
 */
#ifndef REPORT_SAVE_H
#define REPORT_SAVE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"
#include "report/figure.h"

struct figure_format; /* how a figure becomes bytes */

/* The format of a path's suffix; ERROR_USAGE naming those there are. */
int figure_format_of(const char *path, const struct figure_format **format, struct error *err);
/* "png" …, ended by NULL. */
const char *const *figure_format_names(void);

/* Of the paper: centimetres as printed, and for PNG dots per inch. */
struct figure_paper {
    double width, height;
    int dpi;
    bool dark;
};
extern const struct figure_paper figure_paper_usual; /* 9 × 6 cm, 300 dpi, light */

/* "9x6cm", also mm, in, pt; cm where no unit stands. ERROR_USAGE: not a size, or not within
 * 5 × 4 … 60 × 60 cm. */
int figure_paper_parse(const char *text, struct figure_paper *paper, struct error *err);

/* Writes the whole file or none; over one that is there. */
int figure_save(const struct figure *figure, const struct figure_paper *paper,
                const struct figure_format *format, const char *path, int64_t *bytes,
                char hash[HASH_TEXT], struct error *err);

#endif
