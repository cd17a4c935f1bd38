#include "net/recognise.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "net/family.h"

enum { ANCHORS_MAX = 16 };

struct table {
    const struct tensor_view *view;
    int count;
};

/* A layer of the full network at width 1, and how wide it is here. */
struct anchor {
    int base, wide;
};

static const struct tensor_view *find(const struct table *table, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The tensor of that name; NULL: none. */
static const struct tensor_view *find(const struct table *table, const char *format, ...)
{
    char name[TENSOR_NAME];
    va_list args;
    va_start(args, format);
    vsnprintf(name, sizeof name, format, args);
    va_end(args);
    for (int i = 0; i < table->count; i++)
        if (strcmp(table->view[i].name, name) == 0)
            return &table->view[i];
    return NULL;
}

/* Dimension `d` of `dims` of a tensor; `name` is what was looked for. */
static int dimension(const struct tensor_view *view, const char *name, int dims, int d, int *size,
                     struct error *err)
{
    if (!view)
        return error_set(err, ERROR_DATA, "tensor %s: is missing", name);
    if (view->dims != dims)
        return error_set(err, ERROR_DATA, "tensor %s: has %d dimensions, not %d", name, view->dims,
                         dims);
    if (view->shape[d] < 0 || view->shape[d] > GATE_CHANNELS_MAX)
        return error_set(err, ERROR_DATA, "tensor %s: absurd shape: %lld in dimension %d", name,
                         (long long)view->shape[d], d);
    *size = (int)view->shape[d];
    return 0;
}

/* --- families --------------------------------------------------------------------------------- */

/* How many of PREFIX0.conv1.weight, PREFIX1.conv1.weight … there are. */
static int members(const struct table *table, const char *prefix)
{
    int count = 0;
    while (find(table, "%s%d.conv1.weight", prefix, count))
        count++;
    return count;
}

static int vgg_depth(const struct table *table)
{
    int norms = 0;
    for (int i = 0; i < table->count; i++) {
        const char *name = table->view[i].name, *end = strrchr(name, '.');
        norms += strncmp(name, "feature.", 8) == 0 && strcmp(end, ".running_mean") == 0;
    }
    return norms + 3;
}

static int resnet_depth(const struct table *table)
{
    return 9 * members(table, "layer1.") + 2;
}

static int densenet_depth(const struct table *table)
{
    return 3 * members(table, "dense1.") + 4;
}

/* Each gate, as `full` has it. */
static int vgg_anchors(const struct table *table, const struct net_spec *full,
                       struct anchor *anchors, int *count, struct error *err)
{
    int code = 0;
    for (*count = 0; *count < full->gates && !code; ++*count) {
        const struct gate_spec *gate = &full->gate[*count];
        anchors[*count].base = gate->channels;
        code = dimension(find(table, "%s.weight", gate->name), gate->name, 1, 0,
                         &anchors[*count].wide, err);
    }
    return code;
}

/* The stem, and what each stage's blocks give: four times its planes. */
static int resnet_anchors(const struct table *table, const struct net_spec *full,
                          struct anchor *anchors, int *count, struct error *err)
{
    int code = dimension(find(table, "conv1.weight"), "conv1.weight", 4, 0, &anchors[0].wide, err);
    (void)full;
    anchors[0].base = 16;
    for (*count = 1; *count <= 3 && !code; ++*count) {
        char name[TENSOR_NAME];
        int wide = 0;
        snprintf(name, sizeof name, "layer%d.0.conv3.weight", *count);
        code = dimension(find(table, "%s", name), name, 4, 0, &wide, err);
        if (!code && wide % 4)
            code = error_set(err, ERROR_DATA, "tensor %s: %d outputs are not four times anything",
                             name, wide);
        anchors[*count] = (struct anchor){8 << *count, wide / 4};
    }
    return code;
}

/* The growth. */
static int densenet_anchors(const struct table *table, const struct net_spec *full,
                            struct anchor *anchors, int *count, struct error *err)
{
    static const char name[] = "dense1.0.conv1.weight";
    (void)full;
    *count = 1;
    anchors[0].base = 12;
    return dimension(find(table, name), name, 4, 0, &anchors[0].wide, err);
}

static const struct signature {
    enum net_family family;
    const char *mark; /* a tensor that no other family has */
    const char *first, *last;
    int (*depth)(const struct table *table);
    int (*anchors)(const struct table *table, const struct net_spec *full, struct anchor *anchors,
                   int *count, struct error *err);
} signatures[] = {
    {NET_VGG, "feature.0.weight", "feature.0.weight", "classifier.weight", vgg_depth, vgg_anchors},
    {NET_RESNET, "layer1.0.conv1.weight", "conv1.weight", "fc.weight", resnet_depth,
     resnet_anchors},
    {NET_DENSENET, "dense1.0.conv1.weight", "conv1.weight", "fc.weight", densenet_depth,
     densenet_anchors},
};

static const struct signature *find_signature(const struct table *table)
{
    for (size_t i = 0; i < sizeof signatures / sizeof *signatures; i++)
        if (find(table, "%s", signatures[i].mark))
            return &signatures[i];
    return NULL;
}

/* --- the width factor ------------------------------------------------------------------------- */

static bool gives(double width, const struct anchor *anchors, int count)
{
    for (int i = 0; i < count; i++)
        if (spec_wide(anchors[i].base, width) != anchors[i].wide)
            return false;
    return true;
}

/* The factors that give the anchors are an interval; the simplest in it is 1, a power of 2, or the
 * decimal with the fewest digits. 0: there is none. */
static double simplest_width(const struct anchor *anchors, int count)
{
    double low = 0.01, high = 16;
    for (double width = 1; width > 0.01; width /= 2)
        if (gives(width, anchors, count))
            return width;
    for (int i = 0; i < count; i++) {
        if (anchors[i].wide > 8) /* else 8 stands for all that is less */
            low = fmax(low, (anchors[i].wide - 0.5) / anchors[i].base);
        high = fmin(high, (anchors[i].wide + 0.5) / anchors[i].base);
    }
    for (double scale = 1; scale <= 1e6; scale *= 10) {
        for (double tick = ceil(low * scale); tick <= ceil(low * scale) + 1; tick++)
            if (tick / scale <= high && gives(tick / scale, anchors, count))
                return tick / scale;
    }
    return 0;
}

static int find_width(const struct signature *signature, const struct table *table,
                      const struct net_spec *full, double *width, struct error *err)
{
    struct anchor anchors[ANCHORS_MAX];
    int count = 0;
    int code = signature->anchors(table, full, anchors, &count, err);
    if (code)
        return code;
    *width = simplest_width(anchors, count);
    if (*width > 0)
        return 0;
    if (signature->family != NET_VGG)
        return error_set(err, ERROR_DATA, "widths: no width factor makes %d of %d channels%s",
                         anchors[0].wide, anchors[0].base, count > 1 ? ", and the rest" : "");
    *width = 1;
    return 0;
}

/* --- gates ------------------------------------------------------------------------------------ */

char *recognise_select_name(const char *gate, char name[TENSOR_NAME])
{
    const char *last = strrchr(gate, '.');
    int length = last ? (int)(last - gate) + 1 : 0;
    snprintf(name, TENSOR_NAME, "%.*sselect.indexes", length, gate);
    return name;
}

static int read_select(const struct tensor_view *view, struct gate_spec *gate, struct error *err)
{
    if (view->type != TENSOR_F32 || view->dims != 1 || view->shape[0] != gate->channels)
        return error_set(err, ERROR_DATA, "tensor %s: is no F32 vector of %d channels", view->name,
                         gate->channels);
    gate->select = NEW(uint8_t, gate->channels);
    gate->kept = 0;
    for (int c = 0; c < gate->channels; c++) {
        float value;
        memcpy(&value, (const char *)view->data + (size_t)c * sizeof value, sizeof value);
        if (value != 0 && value != 1)
            return error_set(err, ERROR_DATA, "tensor %s: holds %g, neither 0 nor 1", view->name,
                             (double)value);
        gate->kept += gate->select[c] = value == 1;
    }
    return 0;
}

static int read_gate(const struct table *table, struct gate_spec *gate, struct error *err)
{
    char name[TENSOR_NAME + 8];
    int channels = 0;
    snprintf(name, sizeof name, "%s.weight", gate->name);
    int code = dimension(find(table, "%s", name), name, 1, 0, &channels, err);
    if (code)
        return code;
    if (!gate->shared) {
        gate->channels = gate->kept = channels;
        return 0;
    }
    if (channels != gate->channels)
        return error_set(err, ERROR_DATA, "tensor %s: has %d channels, not %d", name, channels,
                         gate->channels);
    const struct tensor_view *select = find(table, "%s", recognise_select_name(gate->name, name));
    return select ? read_select(select, gate, err) : 0;
}

/* What the first counter that is there looks like. */
static void read_counters(const struct table *table, struct net_spec *spec)
{
    spec->counters = COUNTERS_NONE;
    for (int g = 0; g < spec->gates && spec->counters == COUNTERS_NONE; g++) {
        const struct tensor_view *view = find(table, "%s.num_batches_tracked", spec->gate[g].name);
        if (view)
            spec->counters = view->dims == 1 ? COUNTERS_VECTOR : COUNTERS_SCALAR;
    }
}

/* --- all of it -------------------------------------------------------------------------------- */

/* The full network at its width. */
static int make_full(const struct signature *signature, const struct table *table, int classes,
                     int channels, struct net_spec *spec, struct error *err)
{
    char arch[80];
    double width = 1;
    snprintf(arch, sizeof arch, "%s%d", family_of(signature->family)->name,
             signature->depth(table));
    int code = spec_make(arch, 1, classes, channels, spec, err);
    if (!code)
        code = find_width(signature, table, spec, &width, err);
    if (!code && width != 1) {
        spec_done(spec);
        code = spec_make(arch, width, classes, channels, spec, err);
    }
    return code;
}

int recognise_spec(const struct tensor_view *views, int count, struct net_spec *spec,
                   struct error *err)
{
    struct error local, *at = err ? err : &local;
    struct table table = {views, count};
    const struct signature *signature = find_signature(&table);
    int classes = 0, channels = 0;
    *spec = (struct net_spec){0};
    if (!signature)
        return error_set(at, ERROR_DATA, "its tensors' names are those of no network known here");
    int code = dimension(find(&table, "%s", signature->last), signature->last, 2, 0, &classes, at);
    if (!code)
        code =
            dimension(find(&table, "%s", signature->first), signature->first, 4, 1, &channels, at);
    if (!code && make_full(signature, &table, classes, channels, spec, at))
        code = at->code = ERROR_DATA; /* what would be wrong usage is in the file here */
    for (int g = 0; g < spec->gates && !code; g++)
        code = read_gate(&table, &spec->gate[g], at);
    if (!code)
        read_counters(&table, spec);
    if (!code)
        code = spec_check_empty(spec, at);
    if (code)
        spec_done(spec);
    return code;
}
