#include "ui/remember.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"

enum { LARGEST = 1 << 20 }; /* bytes that a file of ours may have */

/* The folder; NULL: there is no place for it. */
static char *find_folder(void)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");

    if (state && *state == '/') /* relative ones do not count, says the XDG specification */
        return memory_print("%s/slimscope", state);
    return home && *home ? memory_print("%s/.local/state/slimscope", home) : NULL;
}

static int read_file(const char *path, struct jvalue **settings, struct error *err)
{
    char *bytes;
    size_t length;
    int code = file_read(path, LARGEST, &bytes, &length, err);

    if (code)
        return code;
    code = jvalue_parse(bytes, length, settings, err);
    free(bytes);
    if (!code && !jvalue_is_object(*settings)) {
        jvalue_free(*settings);
        *settings = NULL;
        code = error_set(err, ERROR_DATA, "it is no JSON object");
    }
    return code;
}

int remember_read(const char *file, struct jvalue **settings, struct error *err)
{
    char *folder = find_folder(), *path = folder ? memory_print("%s/%s", folder, file) : NULL;
    struct error why = {0};
    int code = 0;

    *settings = NULL;
    if (path && file_exists(path) && read_file(path, settings, &why))
        code = error_set(err, ERROR_DATA, "%s is ignored: %s", path, why.text);
    if (!*settings)
        *settings = jvalue_object();
    free(path);
    free(folder);
    return code;
}

int remember_write(const char *file, const struct jvalue *settings, struct error *err)
{
    char *folder = find_folder(), *path = folder ? memory_print("%s/%s", folder, file) : NULL;
    char *json = jvalue_print(settings), *text = memory_print("%s\n", json);
    int code = folder ? file_make_folder(folder, err)
                      : error_set(err, ERROR_FAILED, "%s: $HOME says no place for it", file);

    if (!code)
        code = file_replace(path, text, strlen(text), err);
    free(text);
    free(json);
    free(path);
    free(folder);
    return code;
}

bool remembered_bool(const struct jvalue *settings, const char *key, bool fallback)
{
    bool truth;

    return jvalue_read_bool(jvalue_get(settings, key), &truth) ? truth : fallback;
}

int remembered_int(const struct jvalue *settings, const char *key, int least, int most,
                   int fallback)
{
    int64_t number;

    if (!jvalue_read_integer(jvalue_get(settings, key), &number) || number < least || number > most)
        return fallback;
    return (int)number;
}

const char *remembered_text(const struct jvalue *settings, const char *key)
{
    const char *text = jvalue_read_text(jvalue_get(settings, key));

    return text ? text : "";
}
