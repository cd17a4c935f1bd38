#include "net/spec.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "net/family.h"
#include "net/net.h"

enum { CLASSES_MAX = 256 };
static const double width_max = 16;

static const struct family *const families[] = {&vgg_family, &resnet_family, &densenet_family};
static const char *const known[] = {"vgg11",    "vgg13",     "vgg16",     "vgg19",      "resnet20",
                                    "resnet56", "resnet110", "resnet164", "densenet40", NULL};

const struct family *family_of(enum net_family id)
{
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        if (families[i]->id == id)
            return families[i];
    return NULL;
}

const char *const *spec_known(void)
{
    return known;
}

int spec_wide(int channels, double width)
{
    if (width == 1)
        return channels;
    double wide = rint(channels * width); /* the default rounding: half to even */
    return wide > 8 ? (int)wide : 8;
}

static const struct family *find_family(const char *name, size_t length)
{
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        if (strlen(families[i]->name) == length && strncmp(families[i]->name, name, length) == 0)
            return families[i];
    return NULL;
}

/* "vgg16" → family and depth; NULL if there is no such network. */
static const struct family *parse_arch(const char *arch, int *depth)
{
    size_t letters = strcspn(arch, "0123456789"), length = strlen(arch);
    const struct family *family = find_family(arch, letters);
    if (!family || length == letters || length - letters > 4 || arch[letters] == '0' ||
        strspn(arch + letters, "0123456789") != length - letters)
        return NULL;
    *depth = atoi(arch + letters);
    return family->has_depth(*depth) ? family : NULL;
}

static int no_such_network(const char *arch, struct error *err)
{
    char list[200] = "";
    for (int i = 0; known[i]; i++)
        snprintf(list + strlen(list), sizeof list - strlen(list), " %s", known[i]);
    error_set(err, ERROR_USAGE, "network '%s': no such network", arch);
    return err ? error_hint(err, "known are%s", list) : ERROR_USAGE;
}

/* A network that is wider than what is read back (spec_from_json) is not begun. */
static int check_gates(struct net_spec *spec, struct error *err)
{
    for (int g = 0; g < spec->gates; g++)
        if (spec->gate[g].channels > GATE_CHANNELS_MAX) {
            int code = error_set(err, ERROR_USAGE, "width %g: %s has %d channels, more than %d",
                                 spec->width, spec->gate[g].name, spec->gate[g].channels,
                                 GATE_CHANNELS_MAX);
            spec_done(spec);
            return code;
        }
    return 0;
}

int spec_make(const char *arch, double width, int classes, int channels, struct net_spec *spec,
              struct error *err)
{
    int depth = 0;
    const struct family *family = parse_arch(arch, &depth);
    *spec = (struct net_spec){0};
    if (!family)
        return no_such_network(arch, err);
    if (!(width > 0 && width <= width_max))
        return error_set(err, ERROR_USAGE, "width %g: must be above 0 and at most %g", width,
                         width_max);
    if (classes < 1 || classes > CLASSES_MAX)
        return error_set(err, ERROR_USAGE, "classes %d: must be 1 to %d", classes, CLASSES_MAX);
    if (channels < 1 || channels > 3)
        return error_set(err, ERROR_USAGE, "input channels %d: must be 1 to 3", channels);
    spec->family = family->id;
    spec->depth = depth;
    spec->width = width;
    spec->classes = classes;
    spec->channels = channels;
    family->gates(spec);
    return check_gates(spec, err);
}

void spec_copy(const struct net_spec *from, struct net_spec *to)
{
    struct net_spec copy = *from;
    copy.gate = memory_copy(from->gate, (size_t)from->gates * sizeof *from->gate);
    for (int g = 0; g < from->gates; g++) {
        const struct gate_spec *gate = &from->gate[g];
        if (gate->select)
            copy.gate[g].select = memory_copy(gate->select, (size_t)gate->channels);
        if (gate->keep)
            copy.gate[g].keep = memory_copy(gate->keep, (size_t)gate->full);
    }
    *to = copy;
}

void spec_done(struct net_spec *spec)
{
    for (int g = 0; g < spec->gates; g++) {
        free(spec->gate[g].select);
        free(spec->gate[g].keep);
    }
    free(spec->gate);
    *spec = (struct net_spec){0};
}

int spec_set_widths(struct net_spec *spec, const int *widths, int count, struct error *err)
{
    char arch[16];
    if (spec->family != NET_VGG)
        return error_set(err, ERROR_USAGE, "widths: only VGG's layers can be given one by one");
    if (count != spec->gates)
        return error_set(err, ERROR_USAGE, "widths: %d given, %s has %d layers", count,
                         spec_print_arch(spec, arch), spec->gates);
    for (int g = 0; g < count; g++)
        if (widths[g] < 1 || widths[g] > GATE_CHANNELS_MAX)
            return error_set(err, ERROR_USAGE, "width %d: must be 1 to %d", widths[g],
                             GATE_CHANNELS_MAX);
    for (int g = 0; g < count; g++)
        spec->gate[g].channels = spec->gate[g].kept = widths[g];
    return 0;
}

char *spec_print_arch(const struct net_spec *spec, char *text)
{
    snprintf(text, 16, "%s%d", family_of(spec->family)->name, spec->depth);
    return text;
}

int spec_channels(const struct net_spec *spec)
{
    int sum = 0;
    for (int g = 0; g < spec->gates; g++)
        sum += spec->gate[g].kept;
    return sum;
}

static const char *const counters[] = {
    [COUNTERS_SCALAR] = "scalar", [COUNTERS_VECTOR] = "vector", [COUNTERS_NONE] = "none"};

/* "1011…"; nothing where there are none. */
static void set_bits(struct jvalue *object, const char *key, const uint8_t *bits, int count)
{
    if (!bits)
        return;
    char *text = NEW(char, count + 1);
    for (int i = 0; i < count; i++)
        text[i] = bits[i] ? '1' : '0';
    jvalue_set_text(object, key, text);
    free(text);
}

struct jvalue *spec_to_json(const struct net_spec *spec)
{
    struct jvalue *json = jvalue_object(), *gates = jvalue_array();
    jvalue_set_text(json, "family", family_of(spec->family)->name);
    jvalue_set_integer(json, "depth", spec->depth);
    jvalue_set_number(json, "width", spec->width);
    jvalue_set_integer(json, "classes", spec->classes);
    jvalue_set_integer(json, "channels", spec->channels);
    if (spec->counters != COUNTERS_SCALAR)
        jvalue_set_text(json, "counters", counters[spec->counters]);
    for (int g = 0; g < spec->gates; g++) {
        const struct gate_spec *gate = &spec->gate[g];
        struct jvalue *one = jvalue_object();
        jvalue_set_text(one, "name", gate->name);
        jvalue_set_integer(one, "channels", gate->channels);
        set_bits(one, "select", gate->select, gate->channels);
        set_bits(one, "keep", gate->keep, gate->full);
        jvalue_add(gates, one);
    }
    jvalue_set(json, "gates", gates);
    return json;
}

static int read_bounded(const struct jvalue *json, const char *key, int low, int high, int *number,
                        struct error *err)
{
    int64_t value;
    if (!jvalue_read_integer(jvalue_get(json, key), &value) || value < low || value > high)
        return error_set(err, ERROR_DATA, "network: %s is missing or not within %d to %d", key, low,
                         high);
    *number = (int)value;
    return 0;
}

/* "1011…" of a shared gate. */
static int read_select(const char *bits, struct gate_spec *gate, struct error *err)
{
    size_t length = (size_t)gate->channels;
    if (!gate->shared || strlen(bits) != length || strspn(bits, "01") != length)
        return error_set(err, ERROR_DATA, "network: bad selection in %s", gate->name);
    gate->select = NEW(uint8_t, gate->channels);
    gate->kept = 0;
    for (int c = 0; c < gate->channels; c++)
        gate->kept += gate->select[c] = bits[c] == '1';
    return 0;
}

/* "1011…" of a gate that shrank. */
static int read_keep(const char *bits, struct gate_spec *gate, struct error *err)
{
    size_t length = strlen(bits);
    int left = 0;
    for (size_t c = 0; c < length; c++)
        left += bits[c] == '1';
    if (gate->shared || length > GATE_CHANNELS_MAX || strspn(bits, "01") != length ||
        left != gate->channels)
        return error_set(err, ERROR_DATA, "network: bad mask of %s", gate->name);
    gate->full = (int)length;
    gate->keep = NEW(uint8_t, length);
    for (int c = 0; c < gate->full; c++)
        gate->keep[c] = bits[c] == '1';
    return 0;
}

/* One gate's row: its name must be the one that stands there; a shared gate keeps its length. */
static int read_gate(const struct jvalue *json, struct gate_spec *gate, struct error *err)
{
    const char *name = jvalue_read_text(jvalue_get(json, "name"));
    const char *select = jvalue_read_text(jvalue_get(json, "select"));
    const char *keep = jvalue_read_text(jvalue_get(json, "keep"));
    int channels = 0;
    if (!name || strcmp(name, gate->name) != 0)
        return error_set(err, ERROR_DATA, "network: gate '%s' where %s belongs", name ? name : "",
                         gate->name);
    int code = read_bounded(json, "channels", 0, GATE_CHANNELS_MAX, &channels, err);
    if (code)
        return error_prefix(err, "%s", gate->name);
    if (gate->shared && channels != gate->channels)
        return error_set(err, ERROR_DATA, "network: %s has %d channels, not %d", gate->name,
                         channels, gate->channels);
    gate->channels = gate->kept = channels;
    code = select ? read_select(select, gate, err) : 0;
    return code || !keep ? code : read_keep(keep, gate, err);
}

int spec_check_empty(const struct net_spec *spec, struct error *err)
{
    struct net *net = net_describe(spec);
    int code = 0;
    for (int g = 0; g < spec->gates && !code; g++)
        if (spec->gate[g].kept == 0 && !net_gate_may_be_empty(net, g))
            code = error_set(err, ERROR_DATA, "network: %s has no channels", spec->gate[g].name);
    net_free(net);
    return code;
}

/* NULL: as PyTorch has them. */
static int read_counters(const char *name, struct net_spec *spec, struct error *err)
{
    if (!name)
        return 0;
    for (int i = COUNTERS_SCALAR; i <= COUNTERS_NONE; i++)
        if (strcmp(counters[i], name) == 0) {
            spec->counters = (enum net_counters)i;
            return 0;
        }
    return error_set(err, ERROR_DATA, "network: counters are scalar, vector or none");
}

int spec_from_json(const struct jvalue *json, struct net_spec *spec, struct error *err)
{
    struct error local, *at = err ? err : &local;
    const char *name = jvalue_read_text(jvalue_get(json, "family"));
    const struct jvalue *gates = jvalue_get(json, "gates");
    char arch[80];
    double width = 0;
    int depth = 0, classes = 0, channels = 0, code;
    *spec = (struct net_spec){0};
    if (!name || strlen(name) > 60)
        return error_set(at, ERROR_DATA, "network: no family");
    if (!jvalue_read_number(jvalue_get(json, "width"), &width))
        return error_set(at, ERROR_DATA, "network: no width");
    if ((code = read_bounded(json, "depth", 1, 9999, &depth, at)) ||
        (code = read_bounded(json, "classes", 1, CLASSES_MAX, &classes, at)) ||
        (code = read_bounded(json, "channels", 1, 3, &channels, at)))
        return code;
    snprintf(arch, sizeof arch, "%s%d", name, depth);
    if (spec_make(arch, width, classes, channels, spec, at))
        return at->code = ERROR_DATA;
    code = read_counters(jvalue_read_text(jvalue_get(json, "counters")), spec, at);
    if (!code && jvalue_length(gates) != (size_t)spec->gates)
        code = error_set(at, ERROR_DATA, "network: %zu gates where %s has %d", jvalue_length(gates),
                         arch, spec->gates);
    for (int g = 0; g < spec->gates && !code; g++)
        code = read_gate(jvalue_at(gates, (size_t)g), &spec->gate[g], at);
    if (!code)
        code = spec_check_empty(spec, at);
    if (code)
        spec_done(spec);
    return code;
}

int spec_parse(const char *text, struct net_spec *spec, struct error *err)
{
    struct jvalue *json;
    *spec = (struct net_spec){0};
    int code = jvalue_parse(text, strlen(text), &json, err);
    if (!code)
        code = spec_from_json(json, spec, err);
    jvalue_free(json);
    return code;
}
