#include "format/sink.h"

int sink_open(struct sink *sink, const char *path, struct error *err)
{
    *sink = (struct sink){.err = err};
    int code = file_create(&sink->writer, path, err);
    if (!code)
        sink->hash = hash_new();
    return code;
}

int sink_put(struct sink *sink, const void *bytes, size_t length)
{
    if (!sink->code)
        sink->code = file_write(&sink->writer, bytes, length, sink->err);
    if (!sink->code)
        hash_add(sink->hash, bytes, length);
    return sink->code;
}

int sink_close(struct sink *sink, int64_t *bytes, char hash[HASH_TEXT])
{
    char digits[HASH_TEXT];
    hash_finish(sink->hash, hash ? hash : digits);
    if (bytes)
        *bytes = (int64_t)sink->writer.written;
    if (!sink->code)
        sink->code = file_commit(&sink->writer, sink->err);
    file_abort(&sink->writer);
    return sink->code;
}
