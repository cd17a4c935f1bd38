/* `gamma`: the scaling factors of a run, or their histograms, layer by layer. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/output.h"

/* Histograms are over ten decades of |γ|. */
static const double lowest = 1e-9, decades = 10;
enum { SKETCH = 20 }; /* bins of the sketch in the table: two a decade */

struct layer {
    char *name;
    float *gamma;
    int channels;
};

struct histogram {
    int bins;
    double *edge; /* (bins + 1) */
    int64_t zeros, below, above;
    int64_t *count; /* (bins): edge[i] ≤ |γ| < edge[i + 1] */
};

static void histogram_open(struct histogram *histogram, int bins)
{
    *histogram = (struct histogram){
        .bins = bins, .edge = NEW(double, bins + 1), .count = NEW(int64_t, bins)};
    for (int i = 0; i <= bins; i++)
        histogram->edge[i] = lowest * pow(10, decades * i / bins);
}

static void histogram_close(struct histogram *histogram)
{
    free(histogram->edge);
    free(histogram->count);
}

static void histogram_fill(struct histogram *histogram, const struct layer *layer)
{
    const double *edge = histogram->edge;
    histogram->zeros = histogram->below = histogram->above = 0;
    memset(histogram->count, 0, sizeof *histogram->count * (size_t)histogram->bins);
    for (int i = 0; i < layer->channels; i++) {
        const double size = fabs((double)layer->gamma[i]);
        int low = 0, high = histogram->bins; /* edge[low] ≤ size < edge[high] */
        if (!(size > 0))
            histogram->zeros++;
        else if (size < edge[low])
            histogram->below++;
        else if (size >= edge[high])
            histogram->above++;
        else {
            while (high - low > 1) {
                int middle = (low + high) / 2;
                *(size < edge[middle] ? &high : &low) = middle;
            }
            histogram->count[low]++;
        }
    }
}

/* --- JSON ------------------------------------------------------------------------------------- */

static struct jvalue *values_json(const struct layer *layer)
{
    struct jvalue *object = jvalue_object(), *array = jvalue_array();
    for (int i = 0; i < layer->channels; i++)
        jvalue_add_number(array, (double)layer->gamma[i]);
    jvalue_set_text(object, "name", layer->name);
    jvalue_set(object, "gamma", array);
    return object;
}

static struct jvalue *histogram_json(const struct layer *layer, struct histogram *histogram)
{
    struct jvalue *object = jvalue_object(), *array = jvalue_array();
    histogram_fill(histogram, layer);
    for (int i = 0; i < histogram->bins; i++)
        jvalue_add_integer(array, histogram->count[i]);
    jvalue_set_text(object, "name", layer->name);
    jvalue_set_integer(object, "zeros", histogram->zeros);
    jvalue_set_integer(object, "below", histogram->below);
    jvalue_set_integer(object, "above", histogram->above);
    jvalue_set(object, "counts", array);
    return object;
}

static void print_json(int epoch, const struct layer *layer, int layers, int bins)
{
    struct jvalue *object = jvalue_object(), *array = jvalue_array(), *edges = jvalue_array();
    struct histogram histogram = {0};
    if (bins)
        histogram_open(&histogram, bins);
    for (int i = 0; i <= bins && bins; i++)
        jvalue_add_number(edges, histogram.edge[i]);
    for (int i = 0; i < layers; i++)
        jvalue_add(array, bins ? histogram_json(&layer[i], &histogram) : values_json(&layer[i]));
    jvalue_set_integer(object, "epoch", epoch);
    if (bins)
        jvalue_set(object, "edges", edges);
    else
        jvalue_free(edges);
    jvalue_set(object, "layers", array);
    output_json(object);
    histogram_close(&histogram);
}

/* --- for people ------------------------------------------------------------------------------- */

static int compare_floats(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

/* A column a bin, as high as its share of the fullest one. */
static void sketch(const struct histogram *histogram, struct text *line)
{
    static const char *const blocks[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    static const char *const plain[] = {" ", ".", ".", ":", ":", "+", "+", "#", "#"};
    const char *const *marks = output_is_unicode() ? blocks : plain;
    int64_t most = 1;
    for (int i = 0; i < histogram->bins; i++)
        most = histogram->count[i] > most ? histogram->count[i] : most;
    for (int i = 0; i < histogram->bins; i++)
        text_add(line, "%s", marks[(histogram->count[i] * 8 + most - 1) / most]);
}

static void add_row(struct table *table, const struct layer *layer, struct histogram *histogram)
{
    struct text line = {0};
    float *sizes = NEW(float, layer->channels);
    int small = 0;
    for (int i = 0; i < layer->channels; i++) {
        sizes[i] = fabsf(layer->gamma[i]);
        small += sizes[i] < 0.01F;
    }
    qsort(sizes, (size_t)layer->channels, sizeof *sizes, compare_floats);
    histogram_fill(histogram, layer);
    sketch(histogram, &line);
    table_add(table, "%s", layer->name);
    table_add(table, "%d", layer->channels);
    table_add(table, "%d", small);
    table_add(table, "%.2e", (double)sizes[0]);
    table_add(table, "%.2e", (double)sizes[layer->channels / 2]);
    table_add(table, "%.2e", (double)sizes[layer->channels - 1]);
    table_add(table, "%s", text_get(&line));
    text_done(&line);
    free(sizes);
}

static void print_table(const struct session *session, const struct layer *layer, int layers)
{
    static const char *const heads[] = {"<layer",
                                        ">channels",
                                        ">below 0.01",
                                        ">least",
                                        ">median",
                                        ">largest",
                                        "<1e-9 .. 10, log scale",
                                        NULL};
    struct table table;
    struct histogram histogram;
    histogram_open(&histogram, SKETCH);
    table_open(&table, heads);
    for (int i = 0; i < layers; i++)
        if (layer[i].channels > 0)
            add_row(&table, &layer[i], &histogram);
    table_print(&table, session->colour);
    table_close(&table);
    histogram_close(&histogram);
}

static void print_bins(const struct session *session, const struct layer *layer, int layers,
                       int bins)
{
    static const char *const heads[] = {"<layer", ">from", ">to", ">channels", NULL};
    struct table table;
    struct histogram histogram;
    histogram_open(&histogram, bins);
    table_open(&table, heads);
    for (int l = 0; l < layers; l++) {
        histogram_fill(&histogram, &layer[l]);
        for (int i = 0; i < bins; i++) {
            if (!histogram.count[i])
                continue;
            table_add(&table, "%s", layer[l].name);
            table_add(&table, "%.3g", histogram.edge[i]);
            table_add(&table, "%.3g", histogram.edge[i + 1]);
            table_add(&table, "%lld", (long long)histogram.count[i]);
        }
    }
    table_print(&table, session->colour);
    table_close(&table);
    histogram_close(&histogram);
}

/* --- reading ---------------------------------------------------------------------------------- */

static int no_layer(const char *wanted, char *const *names, int count, struct error *err)
{
    struct text all = {0};
    for (int i = 0; i < count; i++)
        text_add(&all, "%s%s", i ? ", " : "", names[i]);
    error_set(err, ERROR_DATA, "--layer %s: the run has no such layer", wanted);
    error_hint(err, "layers: %s", text_get(&all));
    text_done(&all);
    return ERROR_DATA;
}

static void layers_free(struct layer *layer, int layers)
{
    for (int i = 0; i < layers; i++) {
        free(layer[i].name);
        free(layer[i].gamma);
    }
    free(layer);
}

/* The γ of all layers, or of the one that is wanted. */
static int read(struct session *session, int64_t run, int epoch, const char *wanted,
                struct layer **layer, int *layers, struct error *err)
{
    char **names;
    int *channels, count;
    int code = run_layers(session->store, run, &names, &channels, &count, err);
    if (code)
        return code;
    *layer = NEW(struct layer, count);
    *layers = 0;
    for (int i = 0; i < count && !code; i++) {
        if (wanted && !text_equal(wanted, names[i]))
            continue;
        struct layer *next = &(*layer)[(*layers)++];
        next->name = memory_copy_text(names[i]);
        code = gamma_get(session->store, run, epoch, i, &next->gamma, &next->channels, err);
    }
    if (!code && *layers == 0)
        code = no_layer(wanted ? wanted : "", names, count, err);
    for (int i = 0; i < count; i++)
        free(names[i]);
    free(names);
    free(channels);
    return code;
}

static int run(struct session *session, struct error *err)
{
    const struct arguments *arguments = &session->arguments;
    struct run_row row = {0};
    struct layer *layer = NULL;
    int layers = 0;
    int64_t epoch = 0, bins = 0;
    int code = option_integer(arguments, "epoch", 1, 1000000, &epoch, err);
    if (!code)
        code = option_integer(arguments, "bins", 1, 100000, &bins, err);
    if (!code)
        code = session_open(session, STORE_READ, err);
    if (!code)
        code = session_run(session, arguments->word[0], &row, err);
    if (!code && row.epoch == 0 && row.kind != RUN_IMPORT)
        code = error_set(err, ERROR_DATA, "run %lld: has no epoch yet", (long long)row.id);
    if (!code)
        code = read(session, row.id, epoch ? (int)epoch : row.epoch,
                    option_text(arguments, "layer"), &layer, &layers, err);
    if (!code && session->json)
        print_json(epoch ? (int)epoch : row.epoch, layer, layers, (int)bins);
    else if (!code && bins)
        print_bins(session, layer, layers, (int)bins);
    else if (!code)
        print_table(session, layer, layers);
    layers_free(layer, layers);
    run_row_done(&row);
    return code;
}

static const struct option options[] = {
    {.name = "epoch", .placeholder = "N", .help = "at the end of this epoch (default: the last)"},
    {.name = "layer", .placeholder = "NAME", .help = "only this layer: feature.1 and the like"},
    {.name = "bins",
     .placeholder = "N",
     .help = "a histogram of log10 |gamma|, with N bins from 1e-9 to 10"},
    {0},
};

const struct command command_gamma = {
    .name = "gamma",
    .words = "RUN",
    .least = 1,
    .most = 1,
    .summary = "Show the scaling factors of a run, layer by layer.",
    .options = options,
    .run = run,
};
