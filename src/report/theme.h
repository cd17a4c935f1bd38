/*
 * The look of figures: sizes in points (1/72 inch) as they are printed, and colours.
 *
 * Series have the colours of Okabe & Ito, "Color Universal Design" (2008), which people with any
 * common colour vision tell apart; cells have those of viridis (van der Walt & Smith, 2015), which
 * grow evenly in lightness.
 */
#ifndef REPORT_THEME_H
#define REPORT_THEME_H

#include <stdbool.h>

/* Sizes of type: titles, and all else. */
#define TITLE_SIZE 9.0
#define TEXT_SIZE  7.5

struct colour {
    double red, green, blue; /* 0 … 1 */
};

struct theme {
    struct colour paper, ink, faint; /* faint: rules behind the data */
    bool dark;
};

const struct theme *theme_of(bool dark);

/* Of series 0, 1, …; the eighth and those after it are grey; NEUTRAL is the ink. */
struct colour theme_series(const struct theme *theme, int index);
/* Of a cell, 0 (little) to 1 (much); on light paper much is dark. */
struct colour theme_cell(const struct theme *theme, double share);
/* `share` of a, the rest b. */
struct colour theme_mix(struct colour a, struct colour b, double share);

#endif
