#include "ui/save.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "report/save.h"

static int save_text(const struct grid *grid, const char *path, struct error *err)
{
    struct grid seen = *grid;

    seen.rows--;
    char *text = grid_dump(&seen);
    int code = file_replace(path, text, strlen(text), err);
    free(text);
    return code;
}

static int save_figure(struct view *view, const struct figure_format *format, const char *path,
                       struct error *err)
{
    struct figure figure = {0};
    int64_t bytes;
    char hash[HASH_TEXT];

    if (!view->ops->figure || !view->scene->store)
        return error_set(err, ERROR_USAGE, "%s: this screen has no figure; .txt saves it as text",
                         path);
    int code = view->ops->figure(view, &figure, err);
    if (!code)
        code = figure_save(&figure, &figure_paper_usual, format, path, &bytes, hash, err);
    figure_done(&figure);
    return code;
}

int save_view(struct view *view, const struct grid *grid, const char *path, const char **what,
              struct error *err)
{
    const struct figure_format *format;

    if (figure_format_of(path, &format, NULL)) {
        *what = "the screen as text";
        return save_text(grid, path, err);
    }
    *what = "a figure of 9 by 6 cm";
    return save_figure(view, format, path, err);
}
