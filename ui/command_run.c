#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "db/record.h"
#include "job/filter.h"
#include "ui/roster.h"
#include "ui/view.h"

/* Reads the number of a run that there is. */
static int read_run(struct scene *scene, const char *text, int64_t *run, struct error *err)
{
    struct run_row row = {0};

    if (!text_parse_integer(text, run))
        return error_set(err, ERROR_USAGE, "\"%s\" is no number of a run", text);
    int code = run_get(scene->store, *run, &row, err);
    run_row_done(&row);
    return code;
}

static int look_at(struct view *view, const char *argument, struct error *err)
{
    int64_t run;
    int code = read_run(view->scene, argument, &run, err);

    if (code)
        return code;
    view->scene->run = run;
    scene_go(view->scene, view->ops->screen); /* enters again */
    return 0;
}

static int go_to(struct scene *scene, const char *argument, struct error *err)
{
    enum screen screen = screen_find(argument);

    if (screen == SCREEN_NONE)
        return error_set(err, ERROR_USAGE, "\"%s\": runs, train, gamma, prune, compare or jobs",
                         argument);
    scene_go(scene, screen);
    return 0;
}

static int mark(struct view *view, const char *argument, struct error *err)
{
    struct scene *scene = view->scene;
    struct filter *filter = NULL;
    int marked = 0, left = 0;
    int code = filter_parse(argument, &filter, err);
    struct roster *roster = code ? NULL : roster_hold(&scene->roster, scene->store, err);

    if (!code && !roster)
        code = err->code;
    for (int i = 0; roster && i < roster->count; i++) {
        const struct run_row *row = &roster->row[i];
        if (!filter_match(filter, row) || scene_is_marked(scene, row->id))
            continue;
        if (scene_mark(scene, row->id))
            marked++;
        else
            left++;
    }
    if (!code)
        scene_tell(scene, left ? STYLE_WARN : STYLE_GOOD, "%d more marked%s", marked,
                   left ? ", the rest not: there is room for 64" : "");
    if (!code)
        scene_go(scene, view->ops->screen);
    roster_release(roster);
    filter_free(filter);
    return code;
}

/* "3": with the run that is looked at; "3 4". */
static int diff(struct scene *scene, const char *argument, struct error *err)
{
    char first[32] = "", second[32] = "", third[2];
    int64_t run[2] = {scene->run, 0};
    int words = sscanf(argument, "%31s %31s %1s", first, second, third), code;

    if (words == 3)
        code = error_set(err, ERROR_USAGE, "two runs at a time");
    else if (words == 2)
        code = read_run(scene, first, &run[0], err);
    else
        code = scene->run ? 0 : error_set(err, ERROR_USAGE, "no run is looked at: give two");
    if (!code)
        code = read_run(scene, words == 2 ? second : first, &run[1], err);
    if (!code && run[0] == run[1])
        code = error_set(err, ERROR_USAGE, "run %" PRId64 " with itself: nothing differs", run[0]);
    if (!code)
        memcpy(scene->diff, run, sizeof run);
    return code;
}

int command_run(struct view *view, enum command command, const char *argument, struct error *err)
{
    struct scene *scene = view->scene;

    switch (command) {
    case COMMAND_RUN: return look_at(view, argument, err);
    case COMMAND_SCREEN: return go_to(scene, argument, err);
    case COMMAND_MARK: return mark(view, argument, err);
    case COMMAND_DIFF: return diff(scene, argument, err);
    case COMMAND_UNMARK:
        scene->marks = 0;
        scene_go(scene, view->ops->screen);
        return 0;
    default: return view->ops->command ? view->ops->command(view, command, argument, err) : 0;
    }
}
