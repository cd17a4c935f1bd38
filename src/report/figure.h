/*
 * A figure as data: panels side by side, each with two axes and its series, and the words around
 * them. figure_make fills one from the store; draw.h draws it, save.h writes it.
 */
#ifndef REPORT_FIGURE_H
#define REPORT_FIGURE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/hash.h"
#include "prune/cost.h"

struct store;

/* --- the model ------------------------------------------------------------------------------ */

enum { FIGURE_PANELS = 2, FIGURE_SERIES = 8, NEUTRAL = -1 };

enum mark {
    MARK_LINE,  /* through (x[i], y[i]), a sign at each; y ± band behind it */
    MARK_BARS,  /* from 0 to y[i], round x[i] */
    MARK_RIDGE, /* a histogram with edges x[0 … points] standing on y = base */
    MARK_CELLS, /* the same as a row of colours, base ± 0.5 */
};

enum stroke {
    STROKE_SOLID,
    STROKE_DASHED, /* with open signs; bars: pale, behind the others */
    STROKE_DOTTED, /* with open signs */
};

struct series {
    enum mark mark;
    char *label; /* in the legend; NULL: not there */
    int colour;  /* of the palette, from 0; NEUTRAL: that of text */
    enum stroke stroke;
    bool plain; /* a line without signs */
    int points;
    double *x, *y, *band; /* (points), x of histograms (points + 1); band: NULL, or NaN: none */
    double base;
    double zeros; /* of histograms: what is exactly 0, as y */
};

struct side {
    const char *label; /* with its unit */
    double low, high;  /* low > high: turned round */
    bool log, whole;   /* whole: no ticks between whole numbers */
    bool bounded;      /* ticks lie in from … to */
    double from, to;
    char **name; /* names at 0, 1, …, instead of numbers */
    int names;
};

struct panel {
    struct side x, y;
    struct series *series;
    int count;
    bool zero;       /* what is exactly 0 has a place of its own left of a logarithmic x axis … */
    bool zero_share; /* … as a bar of which 1 is full, with its per cent written */
    double peak;     /* the largest y of histograms */
    double rise;     /* how high a ridge of `peak` stands, in units of the y axis */
    const char *key; /* what the colours of cells count */
};

struct figure_source {
    int64_t run;
    char hash[HASH_TEXT];
};

struct figure {
    char *title; /* NULL: none */
    char *note;  /* what all that is shown has in common; NULL: nothing */
    struct panel panel[FIGURE_PANELS];
    int panels;
    struct figure_source *source; /* the runs that it shows */
    int sources;
};

void figure_done(struct figure *figure);

/* Adds a series with room for so many points, zeroed; it belongs to the panel and stays in place
 * until the next is added. */
struct series *figure_add(struct panel *panel, enum mark mark, int points);
/* An entry of the legend without data. */
void figure_add_key(struct panel *panel, enum stroke stroke, const char *label);
void figure_add_source(struct figure *figure, int64_t run, const char *hash);

/* Widens an axis so that all of the panel's lines fit on it, with some room beyond; `least` is the
 * least range. */
void figure_fit(struct panel *panel, double least);

/* --- the kinds ------------------------------------------------------------------------------ */

enum figure_takes {
    TAKES_RUN,
    TAKES_RUNS,     /* at least one */
    TAKES_ALL_RUNS, /* none: all that are finished */
    TAKES_NO_RUNS,  /* none: no store is needed */
    TAKES_PRUNING,
};

/* What is asked for. Options that a kind does not know are ignored. */
struct figure_request {
    const int64_t *run;
    int runs;
    int64_t pruning;
    enum cost_axis against;
    bool validation; /* accuracies are those of validation images, not of test images */
    int layer;       /* γ of this gate; −1: of the whole network */
};

struct figure_kind {
    const char *name;
    enum figure_takes takes;
    int (*fill)(struct figure *figure, struct store *store, const struct figure_request *request,
                struct error *err);
    const char *help;
};

/* The rows of figure.def, ended by a NULL name. */
extern const struct figure_kind figure_kinds[];
const struct figure_kind *figure_find(const char *name); /* NULL: none */
extern const char *const figure_axes[COST_AXES + 1];     /* "channels" …, ended by NULL */

/* Fills *figure, which figure_done frees, also after an error. ERROR_DATA: there is no such run, or
 * nothing of the kind is stored of it; ERROR_USAGE: more series than a figure can hold. */
int figure_make(const struct figure_kind *kind, struct store *store,
                const struct figure_request *request, struct figure *figure, struct error *err);

/* The layers of a run's network before a pruning and, with kept[l] channels in layer l, after it.
 * ERROR_DATA where it has not as many layers. */
int figure_make_widths(struct store *store, int64_t run, const int *kept, int layers,
                       struct figure *figure, struct error *err);

#endif
