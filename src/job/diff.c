#include "job/diff.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

/* The configuration, and what came of it, as one flat object. */
static int flatten(const struct run_row *row, struct jvalue **json, struct error *err)
{
    int code = jvalue_parse(row->config, strlen(row->config), json, err);
    if (code)
        return code;
    jvalue_set_text(*json, "kind", run_kind_name(row->kind));
    if (row->pruning)
        jvalue_set_integer(*json, "pruning", row->pruning);
    else
        jvalue_set_null(*json, "pruning");
    jvalue_set_text(*json, "status", run_status_name(row->status));
    jvalue_set_number(*json, "train_loss", row->train_loss);
    jvalue_set_number(*json, "val_accuracy", row->val_accuracy);
    jvalue_set_number(*json, "test_accuracy", row->test_accuracy);
    jvalue_set_number(*json, "near_zero", row->near_zero);
    jvalue_set_integer(*json, "channels", row->channels);
    jvalue_set_integer(*json, "parameters", row->parameters);
    jvalue_set_integer(*json, "macs", row->macs);
    jvalue_set_integer(*json, "flops", row->flops);
    jvalue_set_text(*json, "weights_sha256", *row->weights_sha256 ? row->weights_sha256 : NULL);
    return 0;
}

static int compare(const struct jvalue *left, const struct jvalue *right, struct jvalue *differs,
                   struct error *err)
{
    int code = 0;

    for (void *at = jvalue_first(left); at && !code; at = jvalue_next(left, at)) {
        const struct jvalue *other = jvalue_get(right, jvalue_key(at));
        char *a = jvalue_print(jvalue_member(at)), *b = other ? jvalue_print(other) : NULL;
        if (!b || !text_equal(a, b)) {
            struct jvalue *pair = NULL;
            char *both = memory_print("[%s,%s]", a, b ? b : "null");
            code = jvalue_parse(both, strlen(both), &pair, err);
            jvalue_set(differs, jvalue_key(at), pair);
            free(both);
        }
        free(a);
        free(b);
    }
    return code;
}

int job_diff(const struct run_row *left, const struct run_row *right, struct jvalue **differs,
             struct error *err)
{
    struct jvalue *a = NULL, *b = NULL;
    int code = flatten(left, &a, err);

    if (!code)
        code = flatten(right, &b, err);
    *differs = jvalue_object();
    if (!code)
        code = compare(a, b, *differs, err);
    if (code) {
        jvalue_free(*differs);
        *differs = NULL;
    }
    jvalue_free(a);
    jvalue_free(b);
    return code;
}
