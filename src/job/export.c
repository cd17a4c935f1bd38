#include "job/export.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "format/model.h"
#include "format/npz.h"
#include "format/onnx.h"
#include "prune/surgery.h"

const char *const export_formats[] = {"safetensors", "onnx", "npz", NULL};
const char *const export_selects[] = {"needed", "always", "never", NULL};

static int find(const char *const *names, const char *name)
{
    for (int i = 0; names[i]; i++)
        if (text_equal(names[i], name))
            return i;
    return -1;
}

int export_find_format(const char *name)
{
    return find(export_formats, name);
}

int export_find_select(const char *name)
{
    return find(export_selects, name);
}

int export_suffix_format(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot ? export_find_format(dot + 1) : -1;
}

static int write_wide(const struct net *net, const char *path, int64_t *bytes, char hash[HASH_TEXT],
                      struct error *err)
{
    struct net *wide;
    int code = surgery_widen(net, &wide, err);
    if (code)
        return code;
    code = model_write(wide, MODEL_SELECT_NEEDED, path, bytes, hash, err);
    net_free(wide);
    return code;
}

static int write_npz(struct net *net, const char *path, int64_t *bytes, char hash[HASH_TEXT],
                     struct error *err)
{
    struct tensor_view *views = NEW(struct tensor_view, net->tensors);
    net_views(net, views);
    int code = npz_write(path, views, net->tensors, bytes, hash, err);
    free(views);
    return code;
}

int export_network(struct net *net, enum export_format format, enum export_select select,
                   const char *path, int64_t *bytes, char hash[HASH_TEXT], struct error *err)
{
    if (format == EXPORT_ONNX)
        return onnx_write(net, path, bytes, hash, err);
    if (format == EXPORT_NPZ)
        return write_npz(net, path, bytes, hash, err);
    if (select == EXPORT_SELECT_NEVER)
        return write_wide(net, path, bytes, hash, err);
    return model_write(net,
                       select == EXPORT_SELECT_ALWAYS ? MODEL_SELECT_ALWAYS : MODEL_SELECT_NEEDED,
                       path, bytes, hash, err);
}
