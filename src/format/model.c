#include "format/model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "format/safetensors.h"
#include "net/recognise.h"

static const char metadata_key[] = "slimscope";

enum { SLACK = 1 << 24 }; /* numbers that may be missing before the shapes are not believed */

/* The tensors of a network as a file has them: its own, then the selections. */
struct list {
    struct tensor_view *view;
    int count;
    float **selection; /* (selections) what the last views point to */
    int selections;
};

/* `spec` is the network's, or has selections more. */
static void list_open(struct net *net, const struct net_spec *spec, struct list *list)
{
    *list = (struct list){.count = net->tensors};
    list->view = NEW(struct tensor_view, net->tensors + net->gates);
    list->selection = NEW(float *, net->gates);
    net_views(net, list->view);
    if (net->spec.counters == COUNTERS_NONE)
        list->count -= net->gates; /* they are the last of the table */
    for (int g = 0; g < net->gates; g++) {
        const struct gate_spec *gate = &spec->gate[g];
        if (!gate->select)
            continue;
        float *values = NEW(float, gate->channels);
        for (int c = 0; c < gate->channels; c++)
            values[c] = gate->select[c];
        struct tensor_view *view = &list->view[list->count++];
        *view = (struct tensor_view){
            .type = TENSOR_F32, .dims = 1, .shape = {gate->channels}, .data = values};
        recognise_select_name(gate->name, view->name);
        list->selection[list->selections++] = values;
    }
}

static void list_close(struct list *list)
{
    for (int i = 0; i < list->selections; i++)
        free(list->selection[i]);
    free(list->selection);
    free(list->view);
}

static void select_all(struct net_spec *spec)
{
    for (int g = 0; g < spec->gates; g++) {
        struct gate_spec *gate = &spec->gate[g];
        if (!gate->shared || gate->select)
            continue;
        gate->select = NEW(uint8_t, gate->channels);
        memset(gate->select, 1, (size_t)gate->channels);
    }
}

int model_write(struct net *net, enum model_select select, const char *path, int64_t *bytes,
                char hash[HASH_TEXT], struct error *err)
{
    struct net_spec spec;
    struct list list;
    spec_copy(&net->spec, &spec);
    if (select == MODEL_SELECT_ALWAYS)
        select_all(&spec);
    struct jvalue *metadata = jvalue_object(), *json = spec_to_json(&spec);
    char *text = jvalue_print(json);
    jvalue_set_text(metadata, "format", "pt");
    jvalue_set_text(metadata, metadata_key, text);
    list_open(net, &spec, &list);
    int code = safetensors_write(path, list.view, list.count, metadata, bytes, hash, err);
    list_close(&list);
    free(text);
    spec_done(&spec);
    jvalue_free(json);
    jvalue_free(metadata);
    return code;
}

/* --- reading ---------------------------------------------------------------------------------- */

static bool same_gates(const struct net_spec *a, const struct net_spec *b)
{
    for (int g = 0; g < a->gates; g++) {
        const struct gate_spec *x = &a->gate[g], *y = &b->gate[g];
        if (x->channels != y->channels || !x->select != !y->select ||
            (x->select && memcmp(x->select, y->select, (size_t)x->channels) != 0))
            return false;
    }
    return true;
}

/* What the file says of itself, if it agrees with what was seen: it knows more of the width. */
static void heed_metadata(const struct safetensors *file, struct net_spec *spec)
{
    const char *text = jvalue_read_text(jvalue_get(file->metadata, metadata_key));
    struct jvalue *json;
    struct net_spec said;
    if (!text || jvalue_parse(text, strlen(text), &json, NULL))
        return;
    int code = spec_from_json(json, &said, NULL);
    jvalue_free(json);
    if (code)
        return;
    if (said.family == spec->family && said.depth == spec->depth &&
        said.counters == spec->counters && said.classes == spec->classes &&
        said.channels == spec->channels && same_gates(&said, spec)) {
        struct net_spec seen = *spec;
        *spec = said;
        said = seen;
    }
    spec_done(&said);
}

/* A network's size follows from a few shapes: not much more is allocated than the file has numbers
 * for. */
static int check_size(const struct safetensors *file, const struct net_spec *spec,
                      struct error *err)
{
    struct net *net = net_describe(spec);
    size_t have = 0, want = net->parameter_count + net->statistic_count;
    char arch[16];
    for (int i = 0; i < file->count; i++)
        have += tensor_view_count(&file->view[i]);
    net_free(net);
    if (want <= have + SLACK)
        return 0;
    return error_set(err, ERROR_DATA, "%zu numbers where %s of these widths has %zu", have,
                     spec_print_arch(spec, arch), want);
}

/* Counters that the file does not have are left at 0. */
static void forgive_counters(const struct safetensors *file, struct list *list)
{
    int count = 0;
    for (int i = 0; i < list->count; i++)
        if (list->view[i].type != TENSOR_I64 || safetensors_find(file, list->view[i].name))
            list->view[count++] = list->view[i];
    list->count = count;
}

static int check_values(const struct net *net, struct error *err)
{
    for (int t = 0; t < net->tensors; t++) {
        const struct tensor *tensor = &net->tensor[t];
        if (tensor->role == ROLE_TRACKED)
            continue;
        const float *values =
            (tensor->role < ROLE_RUNNING_MEAN ? net->parameter : net->statistic) + tensor->offset;
        for (size_t i = 0; i < tensor->count; i++) {
            if (!isfinite(values[i]))
                return error_set(err, ERROR_DATA, "tensor %s: holds NaN or Inf", tensor->name);
            if (tensor->role == ROLE_RUNNING_VARIANCE && values[i] < 0)
                return error_set(err, ERROR_DATA, "tensor %s: holds a negative variance",
                                 tensor->name);
        }
    }
    return 0;
}

static int load(const struct safetensors *file, struct net **net, struct error *err)
{
    struct net_spec spec;
    struct list list;
    int code = recognise_spec(file->view, file->count, &spec, err);
    if (code)
        return code;
    heed_metadata(file, &spec);
    code = check_size(file, &spec, err);
    if (!code)
        code = net_new(&spec, net, err);
    spec_done(&spec);
    if (code)
        return code;
    list_open(*net, &(*net)->spec, &list);
    forgive_counters(file, &list);
    code = safetensors_load(file, list.view, list.count, true, err);
    list_close(&list);
    return code ? code : check_values(*net, err);
}

int model_read(const char *path, struct net **net, struct error *err)
{
    struct safetensors file;
    *net = NULL;
    int code = safetensors_open(path, &file, err);
    if (code)
        return code;
    code = load(&file, net, err);
    if (code) {
        error_prefix(err, "%s", path);
        net_free(*net);
        *net = NULL;
    }
    safetensors_close(&file);
    return code;
}
