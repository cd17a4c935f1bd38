#include "format/safetensors.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "format/sink.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the format is little-endian");

#define HEADER_LIMIT 100000000ULL      /* bytes: MAX_HEADER_SIZE of the reference reader */
#define FILE_LIMIT   ((size_t)1 << 34) /* far above any network's file: it is read whole */

enum { LENGTH_BYTES = 8, ALIGNMENT = 8 };

static const char metadata_key[] = "__metadata__";

/* The reference writer puts the types of its enumeration in falling order; `rank` is that order. */
static const struct {
    const char *name;
    int rank;
} types[] = {
    [TENSOR_F32] = {"F32", 1},
    [TENSOR_F64] = {"F64", 2},
    [TENSOR_I64] = {"I64", 3},
    [TENSOR_U8] = {"U8", 0},
};
enum { TYPES = sizeof types / sizeof *types };

/* --- writing --------------------------------------------------------------------------------- */

static int compare_views(const void *a, const void *b)
{
    const struct tensor_view *x = *(const struct tensor_view *const *)a;
    const struct tensor_view *y = *(const struct tensor_view *const *)b;
    if (types[x->type].rank != types[y->type].rank)
        return types[y->type].rank - types[x->type].rank;
    return strcmp(x->name, y->name);
}

/* {"dtype":"F32","shape":[…],"data_offsets":[from, from + its bytes]} */
static struct jvalue *describe(const struct tensor_view *view, size_t from)
{
    struct jvalue *entry = jvalue_object(), *shape = jvalue_array(), *offsets = jvalue_array();
    for (int d = 0; d < view->dims; d++)
        jvalue_add_integer(shape, view->shape[d]);
    jvalue_add_integer(offsets, (int64_t)from);
    jvalue_add_integer(offsets, (int64_t)(from + tensor_view_bytes(view)));
    jvalue_set_text(entry, "dtype", types[view->type].name);
    jvalue_set(entry, "shape", shape);
    jvalue_set(entry, "data_offsets", offsets);
    return entry;
}

static int add_metadata(const struct jvalue *metadata, struct jvalue *root, struct error *err)
{
    struct jvalue *texts = jvalue_object();
    jvalue_set(root, metadata_key, texts);
    for (void *at = jvalue_first(metadata); at; at = jvalue_next(metadata, at)) {
        const char *text = jvalue_read_text(jvalue_member(at));
        if (!text)
            return error_set(err, ERROR_FAILED, "metadata %s: is no text", jvalue_key(at));
        jvalue_set_text(texts, jvalue_key(at), text);
    }
    return 0;
}

/* The header's text, padded to whole ALIGNMENTs; the caller frees. */
static int make_header(const struct tensor_view *const *order, int count,
                       const struct jvalue *metadata, struct text *header, struct error *err)
{
    struct jvalue *root = jvalue_object();
    int code = metadata ? add_metadata(metadata, root, err) : 0;
    size_t from = 0;
    for (int i = 0; !code && i < count; i++) {
        if (jvalue_get(root, order[i]->name) || text_equal(order[i]->name, metadata_key))
            code = error_set(err, ERROR_FAILED, "tensor %s: there is one already", order[i]->name);
        else
            jvalue_set(root, order[i]->name, describe(order[i], from));
        from += tensor_view_bytes(order[i]);
    }
    if (!code) {
        char *line = jvalue_print(root);
        size_t length = strlen(line);
        text_add_bytes(header, line, length);
        text_add_bytes(header, "       ", (ALIGNMENT - length % ALIGNMENT) % ALIGNMENT);
        free(line);
    }
    jvalue_free(root);
    return code;
}

static int write_file(const char *path, const struct text *header,
                      const struct tensor_view *const *order, int count, int64_t *bytes,
                      char hash[HASH_TEXT], struct error *err)
{
    struct sink sink;
    uint64_t length = header->length;
    int code = sink_open(&sink, path, err);
    if (code)
        return code;
    sink_put(&sink, &length, sizeof length);
    sink_put(&sink, header->data, header->length);
    for (int i = 0; i < count; i++)
        sink_put(&sink, order[i]->data, tensor_view_bytes(order[i]));
    return sink_close(&sink, bytes, hash);
}

int safetensors_write(const char *path, const struct tensor_view *views, int count,
                      const struct jvalue *metadata, int64_t *bytes, char hash[HASH_TEXT],
                      struct error *err)
{
    struct text header = {0};
    const struct tensor_view **order = NEW(const struct tensor_view *, count);
    for (int i = 0; i < count; i++)
        order[i] = &views[i];
    qsort(order, (size_t)count, sizeof *order, compare_views);
    int code = make_header(order, count, metadata, &header, err);
    if (code)
        error_prefix(err, "%s", path);
    else
        code = write_file(path, &header, order, count, bytes, hash, err);
    text_done(&header);
    free(order);
    return code;
}

/* --- reading --------------------------------------------------------------------------------- */

/* Where the tensors' bytes are, and how many. */
struct buffer {
    char *bytes;
    size_t length;
};

static int read_name(const char *key, struct tensor_view *view, struct error *err)
{
    size_t length = strlen(key);
    if (length >= TENSOR_NAME)
        return error_set(err, ERROR_DATA, "tensor %.40s…: name of %zu bytes, at most %d are known",
                         key, length, TENSOR_NAME - 1);
    memcpy(view->name, key, length + 1);
    text_clean(view->name);
    if (!text_equal(view->name, key))
        return error_set(err, ERROR_DATA, "tensor %s: control characters in its name", view->name);
    return 0;
}

static int read_type(const struct jvalue *entry, struct tensor_view *view, struct error *err)
{
    const char *name = jvalue_read_text(jvalue_get(entry, "dtype"));
    if (!name)
        return error_set(err, ERROR_DATA, "tensor %s: dtype is missing", view->name);
    for (int t = 0; t < TYPES; t++)
        if (text_equal(types[t].name, name)) {
            view->type = (enum tensor_type)t;
            return 0;
        }
    char shown[32];
    strncpy(shown, name, sizeof shown - 1);
    shown[sizeof shown - 1] = '\0';
    text_clean(shown);
    return error_set(err, ERROR_DATA, "tensor %s: dtype %s is none of F32, F64, I64, U8",
                     view->name, shown);
}

/* Reads the shape; a product that no file could hold is refused before anything multiplies it. */
static int read_shape(const struct jvalue *entry, struct tensor_view *view, struct error *err)
{
    const struct jvalue *shape = jvalue_get(entry, "shape");
    if (!jvalue_is_array(shape))
        return error_set(err, ERROR_DATA, "tensor %s: shape is missing", view->name);
    if (jvalue_length(shape) > TENSOR_DIMS)
        return error_set(err, ERROR_DATA, "tensor %s: %zu dimensions, at most %d are known",
                         view->name, jvalue_length(shape), TENSOR_DIMS);
    view->dims = (int)jvalue_length(shape);
    int64_t product = sizeof(int64_t); /* bytes of the largest element */
    for (int d = 0; d < view->dims; d++) {
        if (!jvalue_read_integer(jvalue_at(shape, (size_t)d), &view->shape[d]) ||
            view->shape[d] < 0)
            return error_set(err, ERROR_DATA, "tensor %s: dimension %d is no count", view->name, d);
        if (__builtin_mul_overflow(product, view->shape[d], &product))
            return error_set(err, ERROR_DATA, "tensor %s: absurd shape", view->name);
    }
    return 0;
}

static int read_offsets(const struct jvalue *entry, const struct buffer *buffer,
                        struct tensor_view *view, struct error *err)
{
    const struct jvalue *offsets = jvalue_get(entry, "data_offsets");
    int64_t from, to;
    if (!jvalue_is_array(offsets) || jvalue_length(offsets) != 2 ||
        !jvalue_read_integer(jvalue_at(offsets, 0), &from) ||
        !jvalue_read_integer(jvalue_at(offsets, 1), &to))
        return error_set(err, ERROR_DATA, "tensor %s: data_offsets are no pair of numbers",
                         view->name);
    if (from < 0 || to < from || (uint64_t)to > buffer->length)
        return error_set(err, ERROR_DATA,
                         "tensor %s: bytes %lld to %lld, but the data has %zu (cut off?)",
                         view->name, (long long)from, (long long)to, buffer->length);
    if ((uint64_t)(to - from) != tensor_view_bytes(view))
        return error_set(err, ERROR_DATA, "tensor %s: %lld bytes do not fit its shape", view->name,
                         (long long)(to - from));
    view->data = buffer->bytes + from;
    return 0;
}

static int read_view(const char *key, const struct jvalue *entry, const struct buffer *buffer,
                     struct tensor_view *view, struct error *err)
{
    int code = read_name(key, view, err);
    if (!code && !jvalue_is_object(entry))
        code = error_set(err, ERROR_DATA, "tensor %s: is no object", view->name);
    if (!code)
        code = read_type(entry, view, err);
    if (!code)
        code = read_shape(entry, view, err);
    if (!code)
        code = read_offsets(entry, buffer, view, err);
    return code;
}

static int read_metadata(const struct jvalue *entry, struct safetensors *file, struct error *err)
{
    if (!jvalue_is_object(entry))
        return error_set(err, ERROR_DATA, "%s: is no object", metadata_key);
    file->metadata = jvalue_object();
    for (void *at = jvalue_first(entry); at; at = jvalue_next(entry, at)) {
        const char *text = jvalue_read_text(jvalue_member(at));
        if (!text)
            return error_set(err, ERROR_DATA, "%s: holds something that is no text", metadata_key);
        jvalue_set_text(file->metadata, jvalue_key(at), text);
    }
    return 0;
}

static int compare_places(const void *a, const void *b)
{
    const struct tensor_view *x = a, *y = b;
    const char *from_x = x->data, *from_y = y->data;
    if (from_x != from_y)
        return from_x < from_y ? -1 : 1;
    size_t bytes_x = tensor_view_bytes(x), bytes_y = tensor_view_bytes(y); /* empty ones first */
    return (bytes_x > bytes_y) - (bytes_x < bytes_y);
}

/* Sorts the views by place: each must start where the one before it ends, the last at the end. */
static int check_cover(struct safetensors *file, const struct buffer *buffer, struct error *err)
{
    const char *end = buffer->bytes;
    qsort(file->view, (size_t)file->count, sizeof *file->view, compare_places);
    for (int i = 0; i < file->count; i++) {
        const struct tensor_view *view = &file->view[i];
        const char *from = view->data;
        if (from != end)
            return error_set(err, ERROR_DATA, "tensor %s: %s", view->name,
                             from < end ? "overlaps with another" : "a hole in front of it");
        end = from + tensor_view_bytes(view);
    }
    if (end != buffer->bytes + buffer->length)
        return error_set(err, ERROR_DATA, "%zu bytes at the end belong to no tensor",
                         (size_t)(buffer->bytes + buffer->length - end));
    return 0;
}

static int read_tensors(const struct jvalue *root, const struct buffer *buffer,
                        struct safetensors *file, struct error *err)
{
    int code = 0;
    file->view = NEW(struct tensor_view, jvalue_length(root));
    for (void *at = jvalue_first(root); !code && at; at = jvalue_next(root, at)) {
        const char *key = jvalue_key(at);
        if (text_equal(key, metadata_key))
            code = read_metadata(jvalue_member(at), file, err);
        else
            code = read_view(key, jvalue_member(at), buffer, &file->view[file->count++], err);
    }
    return code ? code : check_cover(file, buffer, err);
}

static int read_header(const char *bytes, size_t length, uint64_t *header, struct error *err)
{
    if (length < LENGTH_BYTES)
        return error_set(err, ERROR_DATA, "too short for a safetensors file");
    memcpy(header, bytes, sizeof *header);
    if (*header > HEADER_LIMIT)
        return error_set(err, ERROR_DATA, "no safetensors file, or a header of %llu bytes",
                         (unsigned long long)*header);
    if (*header > length - LENGTH_BYTES)
        return error_set(err, ERROR_DATA, "cut off in its header");
    if (*header == 0 || bytes[LENGTH_BYTES] != '{')
        return error_set(err, ERROR_DATA, "no safetensors file: the header is no object");
    return 0;
}

int safetensors_open(const char *path, struct safetensors *file, struct error *err)
{
    size_t length;
    uint64_t header = 0;
    struct jvalue *root = NULL;
    *file = (struct safetensors){0};
    int code = file_read(path, FILE_LIMIT, &file->bytes, &length, err);
    if (code)
        return code;
    code = read_header(file->bytes, length, &header, err);
    if (!code)
        code = jvalue_parse(file->bytes + LENGTH_BYTES, header, &root, err);
    if (!code) {
        struct buffer buffer = {file->bytes + LENGTH_BYTES + header,
                                length - LENGTH_BYTES - header};
        code = read_tensors(root, &buffer, file, err);
    }
    jvalue_free(root);
    if (code) {
        error_prefix(err, "%s", path);
        safetensors_close(file);
    }
    return code;
}

void safetensors_close(struct safetensors *file)
{
    free(file->view);
    free(file->bytes);
    jvalue_free(file->metadata);
    *file = (struct safetensors){0};
}

const struct tensor_view *safetensors_find(const struct safetensors *file, const char *name)
{
    for (int i = 0; i < file->count; i++)
        if (text_equal(file->view[i].name, name))
            return &file->view[i];
    return NULL;
}

/* --- loading --------------------------------------------------------------------------------- */

static bool same_shape(const struct tensor_view *a, const struct tensor_view *b)
{
    return a->dims == b->dims &&
           (a->dims == 0 || memcmp(a->shape, b->shape, (size_t)a->dims * sizeof *a->shape) == 0);
}

/* "(64, 3, 3, 3)" into `text`; returns it. */
static const char *print_shape(const struct tensor_view *view, struct text *text)
{
    text_add(text, "(");
    for (int d = 0; d < view->dims; d++)
        text_add(text, "%s%lld", d ? ", " : "", (long long)view->shape[d]);
    text_add(text, ")");
    return text_get(text);
}

static int check_wanted(const struct tensor_view *have, const struct tensor_view *want,
                        struct error *err)
{
    if (!have)
        return error_set(err, ERROR_DATA, "tensor %s: is missing", want->name);
    if (have->type != want->type)
        return error_set(err, ERROR_DATA, "tensor %s: is %s, not %s", want->name,
                         types[have->type].name, types[want->type].name);
    if (same_shape(have, want))
        return 0;
    struct text here = {0}, there = {0};
    error_set(err, ERROR_DATA, "tensor %s: is of shape %s, not %s", want->name,
              print_shape(have, &here), print_shape(want, &there));
    text_done(&here);
    text_done(&there);
    return ERROR_DATA;
}

static bool is_wanted(const struct tensor_view *views, int count, const char *name)
{
    for (int i = 0; i < count; i++)
        if (text_equal(views[i].name, name))
            return true;
    return false;
}

int safetensors_load(const struct safetensors *file, const struct tensor_view *views, int count,
                     bool exact, struct error *err)
{
    int code = 0;
    for (int i = 0; !code && i < count; i++)
        code = check_wanted(safetensors_find(file, views[i].name), &views[i], err);
    for (int i = 0; !code && exact && i < file->count; i++)
        if (!is_wanted(views, count, file->view[i].name))
            code = error_set(err, ERROR_DATA, "tensor %s: has no place in this network",
                             file->view[i].name);
    for (int i = 0; !code && i < count; i++)
        if (tensor_view_bytes(&views[i]) > 0)
            memcpy(views[i].data, safetensors_find(file, views[i].name)->data,
                   tensor_view_bytes(&views[i]));
    return code;
}
