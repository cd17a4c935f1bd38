#include "format/npz.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "format/sink.h"

enum { ALIGNMENT = 64, MAGIC = 8, LENGTH = 2 };

static const char *const types[] = {
    [TENSOR_F32] = "<f4",
    [TENSOR_F64] = "<f8",
    [TENSOR_I64] = "<i8",
    [TENSOR_U8] = "|u1",
};

/* Where libarchive puts the bytes. */
static la_ssize_t write_bytes(struct archive *archive, void *context, const void *bytes,
                              size_t length)
{
    if (sink_put(context, bytes, length) == 0)
        return (la_ssize_t)length;
    archive_set_error(archive, EIO, "cannot write");
    return -1;
}

/* \x93NUMPY, version 1.0, the header's length, and the header: a Python dictionary, padded so that
 * the data starts on 64 bytes. */
static void add_header(const struct tensor_view *view, struct text *text)
{
    struct text shape = {0};
    for (int d = 0; d < view->dims; d++)
        text_add(&shape, "%s%lld%s", d ? " " : "", (long long)view->shape[d],
                 d + 1 < view->dims || view->dims == 1 ? "," : "");
    char *header = memory_print("{'descr': '%s', 'fortran_order': False, 'shape': (%s), }",
                                types[view->type], text_get(&shape));
    size_t used = MAGIC + LENGTH + strlen(header) + 1;
    size_t length = strlen(header) + 1 + (ALIGNMENT - used % ALIGNMENT) % ALIGNMENT;
    const char size[LENGTH] = {(char)(length & 0xff), (char)(length >> 8)};
    text_add_bytes(text, "\x93NUMPY\1\0", MAGIC);
    text_add_bytes(text, size, LENGTH);
    text_add(text, "%-*s\n", (int)length - 1, header);
    free(header);
    text_done(&shape);
}

static int put(struct archive *zip, const void *bytes, size_t length)
{
    return length == 0 || archive_write_data(zip, bytes, length) == (la_ssize_t)length ? 0 : -1;
}

static int add_tensor(struct archive *zip, const struct tensor_view *view)
{
    struct text header = {0};
    struct archive_entry *entry = archive_entry_new();
    char *name = memory_print("%s.npy", view->name);
    size_t bytes = tensor_view_bytes(view);
    add_header(view, &header);
    archive_entry_set_pathname(entry, name);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, (la_int64_t)(header.length + bytes));
    int failed = archive_write_header(zip, entry) != ARCHIVE_OK ||
                 put(zip, header.data, header.length) || put(zip, view->data, bytes);
    archive_entry_free(entry);
    text_done(&header);
    free(name);
    return failed;
}

static void write_zip(struct sink *sink, const struct tensor_view *views, int count)
{
    struct archive *zip = archive_write_new();
    int failed = !zip || archive_write_set_format_zip(zip) != ARCHIVE_OK ||
                 archive_write_zip_set_compression_store(zip) != ARCHIVE_OK ||
                 archive_write_set_bytes_in_last_block(zip, 1) != ARCHIVE_OK ||
                 archive_write_open(zip, sink, NULL, write_bytes, NULL) != ARCHIVE_OK;
    for (int i = 0; !failed && i < count; i++)
        failed = add_tensor(zip, &views[i]);
    if (!failed)
        failed = archive_write_close(zip) != ARCHIVE_OK;
    if (failed && !sink->code)
        sink->code = error_set(sink->err, ERROR_FAILED, "%s: %s", sink->writer.path,
                               zip ? archive_error_string(zip) : "no memory for a zip");
    archive_write_free(zip);
}

int npz_write(const char *path, const struct tensor_view *views, int count, int64_t *bytes,
              char hash[HASH_TEXT], struct error *err)
{
    struct sink sink;
    int code = sink_open(&sink, path, err);
    if (code)
        return code;
    write_zip(&sink, views, count);
    return sink_close(&sink, bytes, hash);
}
