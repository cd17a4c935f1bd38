/* `export`: a network as a file for other programs. */
#include <stdio.h>

#include "base/text.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/subject.h"
#include "job/export.h"

struct wish {
    const char *path;
    int format, select;
};

/* The format is the one that was named, else the suffix's. */
static int read_wish(const struct session *session, struct wish *wish, struct error *err)
{
    const struct arguments *arguments = &session->arguments;
    const char *format = option_text(arguments, "format");
    const char *select = option_text(arguments, "select");
    int code = option_output(arguments, &wish->path, err);
    if (code)
        return code;
    wish->format = format ? export_find_format(format) : export_suffix_format(wish->path);
    wish->select = select ? export_find_select(select) : EXPORT_SELECT_NEEDED;
    if (wish->format < 0 && format)
        return error_set(err, ERROR_USAGE, "--format %s: must be safetensors, onnx or npz", format);
    if (wish->format < 0) {
        error_set(err, ERROR_USAGE, "%s: its suffix names no format", wish->path);
        return error_hint(err, "--format safetensors, --format onnx or --format npz");
    }
    if (wish->select < 0)
        return error_set(err, ERROR_USAGE, "--select %s: must be needed, always or never", select);
    if (select && wish->format != EXPORT_SAFETENSORS)
        return error_set(err, ERROR_USAGE, "--select: safetensors alone have selections");
    return 0;
}

static void print(const struct session *session, const char *path, int64_t bytes, const char *hash)
{
    char size[24];
    if (session->json) {
        struct jvalue *object = jvalue_object();
        jvalue_set_text(object, "file", path);
        jvalue_set_integer(object, "bytes", bytes);
        jvalue_set_text(object, "sha256", hash);
        output_json(object);
        return;
    }
    printf("%s: %s, SHA-256 %s\n", path, output_bytes((double)bytes, size, sizeof size), hash);
}

static int run(struct session *session, struct error *err)
{
    struct subject subject = {0};
    struct wish wish = {0};
    int64_t bytes = 0;
    char hash[HASH_TEXT];
    int code = read_wish(session, &wish, err);
    if (code)
        return code;
    code = subject_open(session, &subject, err);
    if (!code)
        code = export_network(subject.net, (enum export_format)wish.format,
                              (enum export_select)wish.select, wish.path, &bytes, hash, err);
    if (!code)
        print(session, wish.path, bytes, hash);
    subject_close(&subject);
    return code;
}

static const struct option options[] = {
    {.name = "output", .letter = 'o', .placeholder = "FILE", .help = "the file to write"},
    {.name = "format",
     .placeholder = "safetensors|onnx|npz",
     .help = "its format (default: by its suffix)"},
    {.name = "select",
     .placeholder = "needed|always|never",
     .help = "select.indexes in safetensors: where channels were dropped, for every gate on a "
             "shared stream, or none, with zeros at full width"},
    {.name = "epoch", .placeholder = "N", .help = "a run at this epoch (default: the last)"},
    {0},
};

const struct command command_export = {
    .name = "export",
    .words = "TARGET -o FILE",
    .least = 1,
    .most = 1,
    .summary = "Write the network of a run (7), a pruning (p3) or a model file for other programs.",
    .about = "safetensors carry the reference code's tensor names, so a PyTorch module of the same "
             "shape loads them; ONNX (opset 13) runs anywhere; NPZ is for numpy. The file's bytes "
             "depend on the network alone.",
    .options = options,
    .run = run,
};
