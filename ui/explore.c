#include "ui/explore.h"

#include <langinfo.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/stop.h"
#include "base/text.h"
#include "db/store.h"
#include "job/request.h"
#include "ui/app.h"
#include "ui/remember.h"
#include "ui/view_compare.h"
#include "ui/view_gamma.h"
#include "ui/view_jobs.h"
#include "ui/view_prune.h"
#include "ui/view_runs.h"
#include "ui/view_train.h"

static const struct view_ops *const screens[] = {
    &view_runs, &view_train, &view_gamma, &view_prune, &view_compare, &view_jobs, NULL};

/* Makes a store that is missing, and brings an older one up to date where it can be written: else
 * who only reads it works on a copy in memory. */
static int ensure_store(const char *path, struct error *err)
{
    bool there = file_exists(path);
    struct store *store;
    int code = store_open(path, there ? STORE_WRITE : STORE_CREATE, &store, there ? NULL : err);

    if (!code)
        store_close(store);
    return there ? 0 : code;
}

/* Now and then the desk looks for runs whose process has died. */
static void look_for_dead(struct desk *desk)
{
    static const double every = 5; /* seconds */
    static double looked = -HUGE_VAL;
    struct request request = {.kind = REQUEST_BURY};

    if (clock_seconds() - looked < every || desk_waiting(desk))
        return;
    looked = clock_seconds();
    desk_send(desk, &request);
}

/* One reply; of several requests that were sent together, how many failed. */
static void tell_reply(struct scene *scene, const struct reply *reply, int failed)
{
    enum style style = failed ? STYLE_BAD : STYLE_GOOD;

    if (reply->code && failed > 1)
        scene_tell(scene, style, "%d failed; the last: %.250s", failed, reply->text);
    else if (!reply->code && failed)
        scene_tell(scene, style, "%.250s; %d failed", reply->text, failed);
    else
        scene_tell(scene, style, "%.290s", reply->text);
}

/* The replies of the desk are the message in the last line. */
static bool tell_replies(struct scene *scene)
{
    static int failed;
    struct reply reply;
    bool any = false, idle = scene->desk && !desk_waiting(scene->desk);

    if (scene->desk)
        look_for_dead(scene->desk);
    while (scene->desk && desk_reply(scene->desk, &reply)) {
        if (reply.kind == REQUEST_TRAIN && scene->queued == QUEUEING)
            scene->queued = reply.code ? NOT_QUEUED : reply.run;
        if (!reply.code && (reply.kind == REQUEST_TRAIN || reply.kind == REQUEST_RETRAIN))
            scene->fresh = reply.run;
        failed += reply.code != 0;
        if (*reply.text)
            tell_reply(scene, &reply, failed);
        any = true;
    }
    if (idle)
        failed = 0;
    return any;
}

static int show_once(const struct explore_options *options, struct scene *scene,
                     const struct app_views *views, struct error *err)
{
    enum glyph_set glyphs = text_equal(nl_langinfo(CODESET), "UTF-8") ? GLYPHS_UTF8 : GLYPHS_ASCII;
    char *text;
    int code = app_once(scene, views, options->rows, options->cols, glyphs, &text, err);

    if (!code) {
        fputs(text, stdout);
        free(text);
    }
    return code;
}

static int open_front(const struct explore_options *options, struct front **front,
                      struct error *err)
{
    struct term_options term = {.mouse = options->mouse, .colour = options->colour};
    enum glyph_set glyphs = text_equal(nl_langinfo(CODESET), "UTF-8") ? GLYPHS_UTF8 : GLYPHS_ASCII;

    if (options->script)
        return front_open_script(options->script, options->rows, options->cols, glyphs, front, err);
    return front_open_terminal(&term, front, err);
}

static int show_live(const struct explore_options *options, struct scene *scene,
                     const struct app_views *views, struct error *err)
{
    struct error why = {0}, foreign = {0};
    struct front *front;
    int code = open_front(options, &front, err);

    if (code)
        return code;
    if (desk_open(options->store, front->wake_fd, &scene->desk, &why))
        scene->why_not = why.text;
    if (remember_read(REMEMBER_SCREENS, &scene->settings, &foreign))
        scene_tell(scene, STYLE_WARN, "%.250s", foreign.text);
    code = app_run(front, scene, views, err);
    if (!code && !scene->forget)
        remember_write(REMEMBER_SCREENS, scene->settings, NULL);
    jvalue_free(scene->settings);
    desk_close(scene->desk);
    front->ops->close(front);
    return !code && stop_signal() ? ERROR_STOPPED : code;
}

int explore(const struct explore_options *options, struct error *err)
{
    struct app_views views = {screens, options->screen};
    const char *slash = strrchr(options->store, '/');
    struct scene scene = {
        .store_path = options->store,
        .store_name = slash ? slash + 1 : options->store,
        .run = options->run,
        .at = options->at,
        .wake_fd = -1,
        .news = tell_replies,
    };
    int code = options->once ? 0 : ensure_store(options->store, err);

    if (!code)
        code = store_open(options->store, STORE_READ, &scene.store, err);
    if (code)
        return code;
    code = options->once ? show_once(options, &scene, &views, err)
                         : show_live(options, &scene, &views, err);
    store_close(scene.store);
    return code;
}
