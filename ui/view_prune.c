#include "ui/view_prune.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "job/request.h"
#include "report/figure.h"
#include "ui/prune_draw.h"
#include "ui/prune_model.h"
#include "ui/say.h"
#include "ui/slider.h"

enum asked { ASKED_AMOUNT, ASKED_RETRAIN, ASKED_EXPORT };

struct prune {
    struct scene *scene;
    struct prune_model model;
    struct probe *probe; /* NULL: nothing is measured */
    int before_drag;     /* the count when the drag began */
    int layer_top;
    double time_before; /* seconds an image of the whole network; NaN: not measured */
    enum asked asked;
};

/* --- the probe ------------------------------------------------------------------------------- */

/* Tells the probe where the slider stands. */
static void ask_probe(struct prune *prune)
{
    const struct prune_model *model = &prune->model;

    if (!prune->probe || !model->preview)
        return;
    struct probe_place place = {
        .run = model->run.id,
        .epoch = model->epoch[model->at].epoch,
        .count = model->count,
        .floor = 1,
        .round = 1,
        .fold_beta = model->fold,
    };
    probe_ask(prune->probe, &place);
}

/* What was measured for good goes into the store. */
static void keep_result(struct prune *prune, const struct probe_result *result)
{
    struct request request = {.kind = REQUEST_EVALUATION};
    struct evaluation_row *row = &request.evaluation;

    if (!prune->scene->desk || result->code || result->known || result->images == 0 ||
        (!result->idle && result->images < result->images_all))
        return;
    row->run = result->place.run;
    row->epoch = result->place.epoch;
    row->images = result->images;
    row->correct = result->correct;
    row->loss = result->loss;
    row->channels_kept = result->channels_kept;
    memcpy(row->hash, result->hash, sizeof row->hash);
    memcpy(row->split, result->split, sizeof row->split);
    desk_send(prune->scene->desk, &request);
}

static bool take_results(struct prune *prune)
{
    struct probe_result result;
    bool any = false;

    while (prune->probe && probe_result(prune->probe, &result)) {
        prune_model_probe(&prune->model, &result);
        keep_result(prune, &result);
        if (!result.code && result.images && result.channels_kept == prune->model.channels)
            prune->time_before = result.seconds_per_image;
        any = true;
    }
    return any;
}

/* --- opening --------------------------------------------------------------------------------- */

/* The newest run that weights were kept of; else the newest with an epoch. */
static int64_t newest_run(struct store *store)
{
    struct checkpoint_row *weights = NULL;
    struct run_row *row = NULL;
    int count = 0;
    int64_t newest = 0;

    if (!checkpoint_list(store, 0, &weights, &count, NULL)) {
        for (int i = 0; i < count; i++)
            newest = weights[i].run > newest ? weights[i].run : newest;
        checkpoint_rows_free(weights, count);
    }
    if (newest == 0 && !run_list(store, &row, &count, NULL)) {
        for (int i = 0; i < count; i++)
            newest = row[i].epoch && row[i].id > newest ? row[i].id : newest;
        run_rows_free(row, count);
    }
    return newest;
}

static int prune_open(struct view *view, struct error *err)
{
    struct prune *prune = NEW(struct prune, 1);
    struct error why = {0};

    (void)err;
    prune->scene = view->scene;
    prune->time_before = (double)NAN;
    view->state = prune;
    if (!view->scene->still &&
        probe_open(view->scene->store_path, view->scene->wake_fd, &prune->probe, &why)) {
        prune->probe = NULL;
        scene_tell(view->scene, STYLE_WARN, "nothing will be measured: %.200s", why.text);
    }
    return 0;
}

static void prune_close(struct view *view)
{
    struct prune *prune = view->state;

    probe_close(prune->probe);
    prune_model_done(&prune->model);
    free(prune);
}

static void prune_enter(struct view *view)
{
    struct prune *prune = view->state;
    struct scene *scene = view->scene;
    struct error err = {0};

    if (scene->run == 0)
        scene->run = newest_run(scene->store);
    if (scene->run != prune->model.run.id || !prune->model.preview) {
        prune_model_done(&prune->model);
        prune_model_open(&prune->model, scene->store, scene->run);
        prune->layer_top = 0;
        prune->time_before = (double)NAN;
    }
    if (scene->at && prune_model_type(&prune->model, scene->at, &err))
        scene_tell(scene, STYLE_BAD, "%.250s", err.text);
    scene->at = NULL;
    if (prune->probe)
        probe_set_idle(prune->probe, true);
    ask_probe(prune);
}

/* Out of sight it measures nothing but what it was asked for last. */
static void prune_leave(struct view *view)
{
    struct prune *prune = view->state;

    if (prune->probe)
        probe_set_idle(prune->probe, false);
}

/* --- drawing --------------------------------------------------------------------------------- */

static void prune_title(struct view *view, char *text, size_t size)
{
    const struct prune_model *model = &((struct prune *)view->state)->model;
    char run[300];

    snprintf(text, size, "%s%s%s", view->scene->store_name, model->run.id ? " · " : "",
             model->run.id ? say_run(&model->run, run, sizeof run) : "");
}

static void draw_frames(struct grid *grid, const struct layout *layout,
                        const struct prune_model *model)
{
    char gamma[80];

    snprintf(gamma, sizeof gamma, "log₁₀|γ| at epoch %d of %d", model->epoch[model->at].epoch,
             model->epoch[model->epochs - 1].epoch);
    grid_frame(grid, layout->frame[PART_THRESHOLD], "Threshold");
    grid_frame(grid, layout->frame[PART_HISTOGRAM], gamma);
    grid_frame(grid, layout->frame[PART_CURVE], "Accuracy against channels pruned");
    grid_frame(grid, layout->frame[PART_LAYERS], "Layers");
    grid_frame(grid, layout->frame[PART_SAVINGS], "Savings");
}

static void prune_draw(struct view *view, struct grid *grid)
{
    struct prune *prune = view->state;
    const struct prune_model *model = &prune->model;
    const struct layout *layout = &view->layout;

    if (!model->preview) {
        struct rect in = layout->inside[PART_THRESHOLD];
        grid_frame(grid, layout->frame[PART_THRESHOLD], "Threshold");
        grid_text(grid, in.row + 1, in.col + 1, in.cols - 2, STYLE_WARN, model->trouble.text);
        return;
    }
    draw_frames(grid, layout, model);
    prune_draw_threshold(model, grid, layout->inside[PART_THRESHOLD]);
    if (layout_has(layout, PART_HISTOGRAM)) {
        prune_draw_histogram(model, grid, layout->inside[PART_HISTOGRAM]);
        prune_draw_curve(model, grid, layout->inside[PART_CURVE]);
    }
    prune_draw_layers(model, grid, layout->inside[PART_LAYERS], prune->layer_top);
    prune_draw_savings(model, grid, layout->inside[PART_SAVINGS], prune->time_before);
}

/* --- events ---------------------------------------------------------------------------------- */

static void move_to(struct prune *prune, int count)
{
    prune_model_move(&prune->model, count);
    ask_probe(prune);
}

/* One per cent more (or fewer) than the percentage that is shown. */
static int percent_step(const struct prune_model *model, int step)
{
    struct decimal percent = preview_percent(model->preview, model->count);
    int64_t one = 1;

    for (int i = 0; i < percent.scale; i++)
        one *= 10;
    percent.digits += step * one;
    if (percent.digits < 0)
        return 0;
    return decimal_value(percent) > 99.9 ? model->most
                                         : (int)decimal_percent_floor(percent, model->channels);
}

static void scroll_layers(struct prune *prune, const struct layout *layout, int lines)
{
    int most = prune->model.gates - layout->inside[PART_LAYERS].rows;

    prune->layer_top += lines;
    if (prune->layer_top > most)
        prune->layer_top = most;
    if (prune->layer_top < 0)
        prune->layer_top = 0;
}

/* On the slider the mouse stops at tenths of a per cent. */
static bool prune_mouse(struct view *view, const struct mouse_event *mouse)
{
    struct prune *prune = view->state;
    struct prune_model *model = &prune->model;
    struct rect at = prune_slider_rect(view->layout.inside[PART_THRESHOLD]);
    struct slider tenths = {.most = 999};
    int wheel = mouse->kind == MOUSE_WHEEL_UP ? 1 : mouse->kind == MOUSE_WHEEL_DOWN ? -1 : 0;

    if (mouse->kind == MOUSE_CANCEL)
        move_to(prune, prune->before_drag);
    else if (wheel && layout_find(&view->layout, mouse->row, mouse->col) == PART_LAYERS)
        scroll_layers(prune, &view->layout, -3 * wheel);
    else if (wheel)
        move_to(prune, percent_step(model, wheel));
    else if (mouse->from_row == at.row &&
             rect_has(view->layout.inside[PART_THRESHOLD], mouse->from_row, mouse->from_col)) {
        if (mouse->kind == MOUSE_PRESS)
            prune->before_drag = model->count;
        int tenth = slider_value_at(&tenths, at.cols, mouse->col - at.col);
        move_to(prune, prune_model_count_of(model, tenth));
    } else
        return false;
    return true;
}

static void change_epoch(struct prune *prune, int by)
{
    struct prune_model *model = &prune->model;

    prune_model_epoch(model, prune->scene->store, model->at + by);
    prune->time_before = (double)NAN;
    ask_probe(prune);
}

static void ask(struct prune *prune, enum asked what)
{
    const struct prune_model *model = &prune->model;
    struct scene *scene = prune->scene;
    char percent[24], text[120];

    if (what != ASKED_AMOUNT && !scene->desk) {
        scene_tell(scene, STYLE_WARN, "this store can only be read: %s",
                   scene->why_not ? scene->why_not : "");
        return;
    }
    prune->asked = what;
    decimal_print(preview_percent(model->preview, model->count), percent, sizeof percent);
    if (what == ASKED_AMOUNT)
        scene_ask(scene, "prune (70%, 0.01, parameters 50%, macs 50%):", "");
    else if (what == ASKED_RETRAIN) {
        snprintf(text, sizeof text, "%d", model->run.epochs);
        scene_ask(scene, "epochs of the retraining (Esc: none):", text);
    } else {
        snprintf(text, sizeof text, "run%" PRId64 "-%s.safetensors", model->run.id, percent);
        scene_ask(scene, "export the slim weights to:", text);
    }
}

static bool prune_event(struct view *view, const struct event *event, enum action action)
{
    struct prune *prune = view->state;
    struct prune_model *model = &prune->model;
    int page = view->layout.inside[PART_LAYERS].rows;

    if (!model->preview)
        return false;
    if (event->kind == EVENT_MOUSE)
        return prune_mouse(view, &event->mouse);
    if (action >= ACTION_JUMP_0 && action <= ACTION_JUMP_9) {
        move_to(prune, prune_model_count_of(model, 100 * (int)(action - ACTION_JUMP_0)));
        return true;
    }
    switch (action) {
    case ACTION_FEWER: move_to(prune, model->count - 1); break;
    case ACTION_MORE: move_to(prune, model->count + 1); break;
    case ACTION_MUCH_FEWER: move_to(prune, percent_step(model, -1)); break;
    case ACTION_MUCH_MORE: move_to(prune, percent_step(model, 1)); break;
    case ACTION_FIRST: move_to(prune, 0); break;
    case ACTION_LAST: move_to(prune, model->most); break;
    case ACTION_EPOCH_BACK: change_epoch(prune, -1); break;
    case ACTION_EPOCH_ON: change_epoch(prune, 1); break;
    case ACTION_FOLD:
        model->fold = !model->fold;
        ask_probe(prune);
        break;
    case ACTION_UP: scroll_layers(prune, &view->layout, -1); break;
    case ACTION_DOWN: scroll_layers(prune, &view->layout, 1); break;
    case ACTION_PAGE_UP: scroll_layers(prune, &view->layout, -page); break;
    case ACTION_PAGE_DOWN: scroll_layers(prune, &view->layout, page); break;
    case ACTION_TYPE: ask(prune, ASKED_AMOUNT); break;
    case ACTION_RETRAIN: ask(prune, ASKED_RETRAIN); break;
    case ACTION_EXPORT: ask(prune, ASKED_EXPORT); break;
    case ACTION_GO_TRAIN: scene_go(view->scene, SCREEN_TRAIN); break;
    default: return false;
    }
    return true;
}

/* Retraining and exporting are done by the desk, at the place where the slider stands. */
static void send(struct prune *prune, const char *text)
{
    const struct prune_model *model = &prune->model;
    struct request request = {
        .kind = prune->asked == ASKED_RETRAIN ? REQUEST_RETRAIN : REQUEST_EXPORT,
        .run = model->run.id,
        .epoch = model->epoch[model->at].epoch,
        .amount = {.kind = AMOUNT_CHANNELS,
                   .percent = preview_percent(model->preview, model->count),
                   .floor = 1,
                   .round = 1,
                   .fold_beta = model->fold},
    };

    if (prune->asked == ASKED_RETRAIN) {
        if (!text_parse_integer(text, &request.retrain_epochs) || request.retrain_epochs < 1) {
            scene_tell(prune->scene, STYLE_BAD, "\"%s\" is no number of epochs", text);
            return;
        }
    } else
        request.text = memory_copy_text(text);
    desk_send(prune->scene->desk, &request);
    scene_tell(prune->scene, STYLE_LIVE, "%s …",
               prune->asked == ASKED_RETRAIN ? "queueing the retraining" : "exporting");
}

static void prune_typed(struct view *view, const char *text, enum answer answer)
{
    struct prune *prune = view->state;
    struct error err = {0};

    if (answer != ANSWER_GIVEN || !*text)
        return;
    if (prune->asked != ASKED_AMOUNT)
        send(prune, text);
    else if (prune_model_type(&prune->model, text, &err))
        scene_tell(view->scene, STYLE_BAD, "%.250s", err.text);
    else
        ask_probe(prune);
}

/* The command that prunes as the slider stands. */
static void prune_copy(const struct view *view, struct text *text)
{
    const struct prune_model *model = &((const struct prune *)view->state)->model;
    char percent[24];

    if (!model->preview)
        return;
    decimal_print(preview_percent(model->preview, model->count), percent, sizeof percent);
    text_add(text, "slimscope prune %" PRId64 " --epoch %d --channels %s%%%s", model->run.id,
             model->epoch[model->at].epoch, percent, model->fold ? " --fold-beta" : "");
}

static bool prune_tick(struct view *view)
{
    struct prune *prune = view->state;
    bool news = take_results(prune);

    if (store_version(view->scene->store) != prune->model.version) {
        prune_model_refresh(&prune->model, view->scene->store);
        news = true;
    }
    return news;
}

/* The layers, at the slider. */
static int prune_figure(struct view *view, struct figure *figure, struct error *err)
{
    struct prune *prune = view->state;
    const struct prune_model *model = &prune->model;

    if (!model->preview)
        return error_set(err, ERROR_DATA, "%s", model->trouble.text);
    return figure_make_widths(prune->scene->store, model->run.id, model->kept, figure, err);
}

const struct view_ops view_prune = {
    .screen = SCREEN_PRUNE,
    .open = prune_open,
    .close = prune_close,
    .enter = prune_enter,
    .leave = prune_leave,
    .title = prune_title,
    .draw = prune_draw,
    .event = prune_event,
    .typed = prune_typed,
    .copy = prune_copy,
    .figure = prune_figure,
    .tick = prune_tick,
};
