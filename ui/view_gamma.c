#include "ui/view_gamma.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "db/record.h"
#include "report/figure.h"
#include "ui/gamma_draw.h"
#include "ui/gamma_model.h"
#include "ui/remember.h"
#include "ui/say.h"

static const double play_seconds = 0.15; /* an epoch, when they are played */
static const double work_seconds = 0.01; /* at a time, behind the screen */

struct gamma_view {
    struct scene *scene;
    struct gamma_model model;
    int cut;     /* as it was last set, for every run */
    bool ridges; /* of the epochs, with the marked runs as lines; else a map of the epochs, with the
                  * marked runs as ridges */
    bool playing;
    double stepped; /* when it went on to this epoch */
    int before_drag;
};

static void read_others(struct gamma_view *gamma)
{
    gamma_model_others(&gamma->model, gamma->scene->store, gamma->scene->mark, gamma->scene->marks);
}

static void set_cut(struct gamma_view *gamma, int percent)
{
    gamma_model_cut(&gamma->model, percent);
    gamma->cut = gamma->model.cut;
}

static void go_to_epoch(struct gamma_view *gamma, int at)
{
    int last = gamma->model.epochs - 1;

    gamma_model_epoch(&gamma->model, at < 0 ? 0 : at > last ? last : at);
    gamma->stepped = clock_seconds();
    read_others(gamma);
}

/* --- opening --------------------------------------------------------------------------------- */

static int gamma_open(struct view *view, struct error *err)
{
    struct gamma_view *gamma = NEW(struct gamma_view, 1);

    (void)err;
    gamma->scene = view->scene;
    gamma->model.layer = -1;
    gamma->cut = 50;
    view->state = gamma;
    return 0;
}

static void gamma_close(struct view *view)
{
    struct gamma_view *gamma = view->state;

    gamma_model_done(&gamma->model);
    free(gamma);
}

static void gamma_enter(struct view *view)
{
    struct gamma_view *gamma = view->state;
    struct scene *scene = view->scene;

    if (scene->run == 0)
        scene->run = scene_newest_run(scene, true, NULL);
    if (scene->run != gamma->model.run.id || !gamma->model.epochs) {
        gamma_model_done(&gamma->model);
        gamma_model_open(&gamma->model, scene->store, scene->run);
        gamma_model_cut(&gamma->model, gamma->cut);
    }
    if (scene->cut)
        set_cut(gamma, scene->cut);
    scene->cut = 0;
    gamma->playing = false;
    if (!gamma->model.epochs)
        return;
    read_others(gamma);
    if (scene->still)
        gamma_model_work(&gamma->model, scene->store, HUGE_VAL);
}

/* --- drawing --------------------------------------------------------------------------------- */

/* A row for each epoch, two where they are ridges. */
static int gamma_lines(const struct view *view)
{
    const struct gamma_view *gamma = view->state;

    return gamma->model.epochs * (gamma->ridges ? 2 : 1);
}

static void gamma_title(struct view *view, char *text, size_t size)
{
    const struct gamma_model *model = &((struct gamma_view *)view->state)->model;
    char run[300];

    snprintf(text, size, "%s%s%s", view->scene->store_name, model->epochs ? " · " : "",
             model->epochs ? say_run(&model->run, run, sizeof run) : "");
}

static void gamma_draw(struct view *view, struct grid *grid)
{
    struct gamma_view *gamma = view->state;
    const struct gamma_model *model = &gamma->model;
    const struct layout *layout = &view->layout;
    char title[120];

    snprintf(title, sizeof title, "γ of %s",
             model->epochs && model->layer >= 0 ? model->layer_name[model->layer]
                                                : "the whole network");
    grid_frame(grid, layout->frame[PART_STATE], title);
    if (!model->epochs) {
        struct rect in = layout->inside[PART_STATE];
        grid_text(grid, in.row + 1, in.col + 1, in.cols - 2, STYLE_WARN, model->trouble.text);
        return;
    }
    gamma_draw_state(model, gamma->playing, grid, layout->inside[PART_STATE]);
    if (layout_has(layout, PART_MAP)) {
        grid_frame(grid, layout->frame[PART_MAP], "Epochs");
        (gamma->ridges ? gamma_draw_ridges : gamma_draw_map)(model, grid, layout->inside[PART_MAP]);
    }
    snprintf(title, sizeof title, "log₁₀|γ| at epoch %d", model->epoch[model->at].epoch);
    grid_frame(grid, layout->frame[PART_HISTOGRAM], title);
    bool lines = gamma->ridges || !model->others;
    (lines ? gamma_draw_histogram : gamma_draw_runs)(model, grid, layout->inside[PART_HISTOGRAM]);
    if (layout_has(layout, PART_CURVE)) {
        grid_frame(grid, layout->frame[PART_CURVE], "Keep-mask changed, %");
        gamma_draw_changes(model, grid, layout->inside[PART_CURVE]);
    }
}

/* --- events ---------------------------------------------------------------------------------- */

static void change_layer(struct gamma_view *gamma, int by)
{
    gamma_model_layer(&gamma->model, gamma->model.layer + by);
    read_others(gamma);
}

/* A press on the map goes to an epoch, a drag through them; the wheel goes through the layers. */
static bool gamma_mouse(struct view *view, const struct mouse_event *mouse)
{
    struct gamma_view *gamma = view->state;
    struct rect map = view->layout.inside[PART_MAP];

    if (mouse->kind == MOUSE_WHEEL_UP || mouse->kind == MOUSE_WHEEL_DOWN)
        change_layer(gamma, mouse->kind == MOUSE_WHEEL_UP ? -1 : 1);
    else if (mouse->kind == MOUSE_CANCEL)
        go_to_epoch(gamma, gamma->before_drag);
    else if (rect_has(map, mouse->from_row, mouse->from_col)) {
        if (mouse->kind == MOUSE_PRESS)
            gamma->before_drag = gamma->model.at;
        gamma->playing = false;
        go_to_epoch(gamma, gamma_map_epoch(&gamma->model, gamma->ridges, map, mouse->row));
    } else
        return false;
    return true;
}

static void play(struct gamma_view *gamma)
{
    gamma->playing = !gamma->playing;
    if (gamma->playing && gamma->model.at == gamma->model.epochs - 1)
        go_to_epoch(gamma, 0);
    gamma->stepped = clock_seconds();
}

static bool gamma_event(struct view *view, const struct event *event, enum action action)
{
    struct gamma_view *gamma = view->state;
    struct gamma_model *model = &gamma->model;

    if (!model->epochs)
        return false;
    if (event->kind == EVENT_MOUSE)
        return gamma_mouse(view, &event->mouse);
    switch (action) {
    case ACTION_SCRUB_BACK: go_to_epoch(gamma, model->at - 1); break;
    case ACTION_SCRUB_ON: go_to_epoch(gamma, model->at + 1); break;
    case ACTION_FIRST: go_to_epoch(gamma, 0); break;
    case ACTION_LAST: go_to_epoch(gamma, model->epochs - 1); break;
    case ACTION_PLAY: play(gamma); return true;
    case ACTION_LAYER_BACK: change_layer(gamma, -1); return true;
    case ACTION_LAYER_ON: change_layer(gamma, 1); return true;
    case ACTION_CUT_LESS: set_cut(gamma, model->cut - 1); return true;
    case ACTION_CUT_MORE: set_cut(gamma, model->cut + 1); return true;
    case ACTION_RIDGES: gamma->ridges = !gamma->ridges; return true;
    case ACTION_GO_PRUNE: scene_go(view->scene, SCREEN_PRUNE); return true;
    case ACTION_GO_TRAIN: scene_go(view->scene, SCREEN_TRAIN); return true;
    default: return false;
    }
    gamma->playing = false;
    return true;
}

static int go_to_number(struct gamma_view *gamma, const char *argument, struct error *err)
{
    int64_t number;

    if (text_parse_integer(argument, &number))
        for (int i = 0; i < gamma->model.epochs; i++)
            if (gamma->model.epoch[i].epoch == number) {
                go_to_epoch(gamma, i);
                return 0;
            }
    return error_set(err, ERROR_USAGE, "\"%s\": the run has no such epoch", argument);
}

static int go_to_layer(struct gamma_view *gamma, const char *argument, struct error *err)
{
    struct gamma_model *model = &gamma->model;
    int layer = text_equal(argument, "all") ? -1 : model->layers;

    for (int l = 0; l < model->layers; l++)
        layer = text_equal(argument, model->layer_name[l]) ? l : layer;
    if (layer == model->layers)
        return error_set(err, ERROR_USAGE, "\"%s\": no layer; Tab lists them", argument);
    gamma_model_layer(model, layer);
    read_others(gamma);
    return 0;
}

static int gamma_command(struct view *view, enum command command, const char *argument,
                         struct error *err)
{
    struct gamma_view *gamma = view->state;
    int64_t percent;

    if (command == COMMAND_EPOCH)
        return go_to_number(gamma, argument, err);
    if (command == COMMAND_LAYER)
        return go_to_layer(gamma, argument, err);
    if (!text_parse_integer(argument, &percent) || percent < 1 || percent > 99)
        return error_set(err, ERROR_USAGE, "\"%s\": 1 to 99 per cent", argument);
    set_cut(gamma, (int)percent);
    return 0;
}

static const char *gamma_word(const struct view *view, enum command command, int index)
{
    const struct gamma_model *model = &((const struct gamma_view *)view->state)->model;

    if (command != COMMAND_LAYER || index > model->layers)
        return NULL;
    return index < model->layers ? model->layer_name[index] : "all";
}

/* The epoch in figures: how many channels are where. */
static void gamma_copy(const struct view *view, struct text *text)
{
    const struct gamma_model *model = &((const struct gamma_view *)view->state)->model;

    if (!model->epochs)
        return;
    const struct epoch_row *epoch = &model->epoch[model->at];
    text_add(text, "run %" PRId64 "\tepoch %d\t%s\texact zeros %" PRId64, model->run.id,
             epoch->epoch, model->layer < 0 ? "whole network" : model->layer_name[model->layer],
             model->counts[model->at].bin[0]);
    if (model->at > 0 && model->at < model->known)
        text_add(text, "\tchanged at %d %%: %.6g", model->cut, model->changed[model->at]);
}

static void gamma_remember(const struct view *view, struct jvalue *settings)
{
    const struct gamma_view *gamma = view->state;

    jvalue_set_integer(settings, "cut", gamma->cut);
    jvalue_set_integer(settings, "ridges", gamma->ridges);
}

static void gamma_recall(struct view *view, const struct jvalue *settings)
{
    struct gamma_view *gamma = view->state;

    gamma->cut = remembered_int(settings, "cut", 1, 99, gamma->cut);
    gamma->ridges = remembered_int(settings, "ridges", 0, 1, gamma->ridges);
}

static bool play_on(struct gamma_view *gamma)
{
    if (!gamma->playing || clock_seconds() - gamma->stepped < play_seconds)
        return false;
    go_to_epoch(gamma, gamma->model.at + 1);
    gamma->playing = gamma->model.at < gamma->model.epochs - 1;
    return true;
}

static bool gamma_tick(struct view *view)
{
    struct gamma_view *gamma = view->state;
    struct gamma_model *model = &gamma->model;
    bool news = play_on(gamma);

    if (store_version(view->scene->store) != model->version && model->epochs) {
        gamma_model_refresh(model, view->scene->store);
        read_others(gamma);
        news = true;
    }
    return news;
}

static bool gamma_work(struct view *view)
{
    struct gamma_view *gamma = view->state;

    if (gamma->model.known == gamma->model.epochs)
        return false;
    gamma_model_work(&gamma->model, view->scene->store, work_seconds);
    return true;
}

/* The map of its epochs, or, with others, all of them at their last. */
static int gamma_figure(struct view *view, struct figure *figure, struct error *err)
{
    struct gamma_view *gamma = view->state;
    const struct gamma_model *model = &gamma->model;
    int64_t run[SCENE_MARKS + 1];
    struct figure_request request = {.run = run, .runs = 1, .layer = model->layer};

    if (model->epochs == 0)
        return error_set(err, ERROR_DATA, "%s", model->trouble.text);
    run[0] = model->run.id;
    for (int i = 0; i < model->others && i < SCENE_MARKS; i++)
        run[request.runs++] = model->other[i].run;
    return figure_make(figure_find(request.runs > 1 ? "factors" : "heatmap"), gamma->scene->store,
                       &request, figure, err);
}

const struct view_ops view_gamma = {
    .screen = SCREEN_GAMMA,
    .open = gamma_open,
    .close = gamma_close,
    .enter = gamma_enter,
    .lines = gamma_lines,
    .title = gamma_title,
    .draw = gamma_draw,
    .event = gamma_event,
    .command = gamma_command,
    .word = gamma_word,
    .copy = gamma_copy,
    .figure = gamma_figure,
    .remember = gamma_remember,
    .recall = gamma_recall,
    .tick = gamma_tick,
    .work = gamma_work,
};
