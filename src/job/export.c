#include "job/export.h"

#include <stdlib.h>

#include "base/memory.h"
#include "format/safetensors.h"

int export_safetensors(struct net *net, const char *path, int64_t *bytes, char hash[HASH_TEXT],
                       struct error *err)
{
    struct tensor_view *views = NEW(struct tensor_view, net->tensors);
    struct jvalue *metadata = jvalue_object(), *spec = spec_to_json(&net->spec);
    char *text = jvalue_print(spec);
    net_views(net, views);
    jvalue_set_text(metadata, "format", "pt");
    jvalue_set_text(metadata, "slimscope", text);
    int code = safetensors_write(path, views, net->tensors, metadata, bytes, hash, err);
    free(text);
    jvalue_free(spec);
    jvalue_free(metadata);
    free(views);
    return code;
}
