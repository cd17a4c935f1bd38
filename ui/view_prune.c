#include "ui/view_prune.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"
#include "job/request.h"
#include "report/figure.h"
#include "ui/prune_draw.h"
#include "ui/prune_history.h"
#include "ui/prune_list.h"
#include "ui/prune_pair_draw.h"
#include "ui/prune_side.h"
#include "ui/say.h"
#include "ui/slider.h"

enum asked { ASKED_AMOUNT, ASKED_RETRAIN, ASKED_EXPORT, ASKED_MARK, ASKED_FLOOR, ASKED_SECOND };

/* What probes were told of last: a change of any means to tell them again. */
struct told {
    int count, at;
    int64_t limits, second;
    bool fold;
    enum prune_basis basis;
};

struct prune {
    struct scene *scene;
    struct prune_side side[2]; /* the second has no model while one run is alone */
    enum prune_basis basis;
    bool reached; /* the second came to where the first is */
    struct prune_history history;
    struct prune_marks marks;
    struct prune_sense sense;
    struct prune_list list;
    bool dragging;
    int dragged; /* the gate whose floor is dragged; −1: none */
    enum asked asked;
    struct told told;
};

static bool is_pair(const struct prune *prune)
{
    return prune->side[1].model.preview != NULL;
}

static struct prune_shown shown_of(const struct prune *prune)
{
    return (struct prune_shown){
        .model = &prune->side[0].model,
        .second = is_pair(prune) ? &prune->side[1].model : NULL,
        .marks = &prune->marks,
        .sense = &prune->sense,
    };
}

/* --- what follows a change ------------------------------------------------------------------- */

static void stop_sense(struct prune *prune)
{
    if (prune->sense.on && prune->side[0].probe)
        probe_measure_layers(prune->side[0].probe, false);
    prune->sense.on = false;
}

/* What was measured of single layers is of one run, epoch and folding. */
static void check_sense(struct prune *prune)
{
    const struct prune_model *model = &prune->side[0].model;
    int epoch = model->epoch[model->at].epoch;

    if (prune_sense_is_of(&prune->sense, model->run.id, epoch, model->fold))
        return;
    stop_sense(prune);
    prune_sense_open(&prune->sense, model->gates, model->run.id, epoch, model->fold);
}

static struct told tell_of(const struct prune *prune)
{
    const struct prune_model *model = &prune->side[0].model;

    return (struct told){model->count, model->at,   model->limits, prune->side[1].model.run.id,
                         model->fold,  prune->basis};
}

static bool same_told(const struct told *a, const struct told *b)
{
    return a->count == b->count && a->at == b->at && a->limits == b->limits &&
           a->second == b->second && a->fold == b->fold && a->basis == b->basis;
}

/* The second run follows, the probes are asked. */
static void follow(struct prune *prune)
{
    if (is_pair(prune))
        prune->reached =
            prune_pair_follow(&prune->side[1].model, &prune->side[0].model, prune->basis);
    for (int side = 0; side < 2; side++)
        prune_side_ask(&prune->side[side]);
    prune->told = tell_of(prune);
}

static void settle(struct prune *prune)
{
    const struct prune_model *model = &prune->side[0].model;
    struct told now = tell_of(prune);

    if (!model->preview)
        return;
    check_sense(prune);
    if (now.at != prune->told.at)
        prune->side[0].time_before = (double)NAN;
    if (!same_told(&now, &prune->told))
        follow(prune);
    if (!prune->dragging)
        prune_history_note(&prune->history, model);
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

    (void)err;
    prune->scene = view->scene;
    prune->dragged = -1;
    view->state = prune;
    prune_side_start(&prune->side[0], view->scene);
    return 0;
}

static void prune_close(struct view *view)
{
    struct prune *prune = view->state;

    for (int side = 0; side < 2; side++)
        prune_side_done(&prune->side[side]);
    prune_history_done(&prune->history);
    prune_marks_done(&prune->marks);
    prune_sense_done(&prune->sense);
    free(prune);
}

/* Another run comes under the slider: what belongs to the one before goes. */
static void change_run(struct prune *prune, int64_t run)
{
    struct error err = {0};
    struct prune_model *model = &prune->side[0].model;

    stop_sense(prune);
    prune_sense_done(&prune->sense);
    prune_side_open(&prune->side[0], prune->scene, run);
    prune_history_done(&prune->history);
    prune_marks_done(&prune->marks);
    prune->list = (struct prune_list){0};
    if (prune->side[1].model.run.id == run)
        prune_model_done(&prune->side[1].model);
    if (model->preview && prune_marks_read(&prune->marks, model->run.hash, &err))
        scene_tell(prune->scene, STYLE_WARN, "marks: %.250s", err.text);
}

static void prune_enter(struct view *view)
{
    struct prune *prune = view->state;
    struct scene *scene = view->scene;
    struct prune_model *model = &prune->side[0].model;
    struct error err = {0};

    if (scene->run == 0)
        scene->run = newest_run(scene->store);
    if (scene->run != model->run.id || !model->preview)
        change_run(prune, scene->run);
    if (scene->at && prune_model_type(model, scene->at, &err))
        scene_tell(scene, STYLE_BAD, "%.250s", err.text);
    scene->at = NULL;
    prune->dragging = false;
    prune->dragged = -1;
    for (int side = 0; side < 2; side++)
        if (prune->side[side].probe)
            probe_set_idle(prune->side[side].probe, true);
    follow(prune);
    settle(prune);
}

/* Out of sight it measures nothing but what it was asked for last. */
static void prune_leave(struct view *view)
{
    struct prune *prune = view->state;

    stop_sense(prune);
    for (int side = 0; side < 2; side++)
        if (prune->side[side].probe)
            probe_set_idle(prune->side[side].probe, false);
}

/* --- drawing --------------------------------------------------------------------------------- */

static void prune_title(struct view *view, char *text, size_t size)
{
    const struct prune_model *model = &((struct prune *)view->state)->side[0].model;
    char run[300];

    snprintf(text, size, "%s%s%s", view->scene->store_name, model->run.id ? " · " : "",
             model->run.id ? say_run(&model->run, run, sizeof run) : "");
}

/* The layer whose curve is shown in place of the network's; −1: none. */
static int curve_gate(const struct prune *prune)
{
    return prune->list.tab == PRUNE_SENSE && prune->sense.done ? prune->list.cursor[PRUNE_SENSE]
                                                               : -1;
}

static void draw_frames(const struct prune *prune, struct grid *grid, const struct layout *layout)
{
    const struct prune_model *model = &prune->side[0].model, *second = &prune->side[1].model;
    char gamma[80], curve[120] = "Accuracy against channels pruned", threshold[300] = "Threshold";
    char one[80], two[80];

    snprintf(gamma, sizeof gamma, "log₁₀|γ| at epoch %d of %d", model->epoch[model->at].epoch,
             model->epoch[model->epochs - 1].epoch);
    if (curve_gate(prune) >= 0)
        snprintf(curve, sizeof curve, "Accuracy as %.60s alone is pruned",
                 preview_gate_name(model->preview, curve_gate(prune)));
    if (is_pair(prune))
        snprintf(threshold, sizeof threshold, "Threshold   run %" PRId64 " %s   run %" PRId64 " %s",
                 model->run.id, say_penalty(&model->run, one, sizeof one), second->run.id,
                 say_penalty(&second->run, two, sizeof two));
    grid_frame(grid, layout->frame[PART_THRESHOLD], threshold);
    grid_frame(grid, layout->frame[PART_HISTOGRAM], gamma);
    grid_frame(grid, layout->frame[PART_CURVE], curve);
    grid_frame(grid, layout->frame[PART_SAVINGS], "Savings");
}

static void draw_one(const struct prune *prune, struct grid *grid, const struct layout *layout)
{
    const struct prune_model *model = &prune->side[0].model;

    prune_draw_threshold(model, grid, layout->inside[PART_THRESHOLD]);
    prune_draw_savings(model, grid, layout->inside[PART_SAVINGS], prune->side[0].time_before);
    if (!layout_has(layout, PART_HISTOGRAM))
        return;
    prune_draw_histogram(model, grid, layout->inside[PART_HISTOGRAM]);
    if (curve_gate(prune) < 0)
        prune_draw_curve(model, grid, layout->inside[PART_CURVE]);
}

static void draw_two(const struct prune *prune, struct grid *grid, const struct layout *layout)
{
    const struct prune_model *const pair[2] = {&prune->side[0].model, &prune->side[1].model};

    prune_pair_draw_threshold(pair, prune->basis, prune->reached, grid,
                              layout->inside[PART_THRESHOLD]);
    prune_pair_draw_savings(pair, grid, layout->inside[PART_SAVINGS]);
    if (!layout_has(layout, PART_HISTOGRAM))
        return;
    prune_pair_draw_histogram(pair, grid, layout->inside[PART_HISTOGRAM]);
    if (curve_gate(prune) < 0)
        prune_pair_draw_curve(pair, grid, layout->inside[PART_CURVE]);
}

static void prune_draw(struct view *view, struct grid *grid)
{
    struct prune *prune = view->state;
    const struct prune_model *model = &prune->side[0].model;
    const struct layout *layout = &view->layout;
    struct prune_shown shown = shown_of(prune);

    if (!model->preview) {
        struct rect in = layout->inside[PART_THRESHOLD];
        grid_frame(grid, layout->frame[PART_THRESHOLD], "Threshold");
        grid_text(grid, in.row + 1, in.col + 1, in.cols - 2, STYLE_WARN, model->trouble.text);
        return;
    }
    draw_frames(prune, grid, layout);
    prune_list_draw(&prune->list, &shown, grid, layout->frame[PART_LAYERS]);
    (is_pair(prune) ? draw_two : draw_one)(prune, grid, layout);
    if (layout_has(layout, PART_CURVE) && curve_gate(prune) >= 0)
        prune_draw_layer_curve(model, &prune->sense, curve_gate(prune), grid,
                               layout->inside[PART_CURVE]);
}

/* --- questions ------------------------------------------------------------------------------- */

static void ask(struct prune *prune, enum asked what)
{
    const struct prune_model *model = &prune->side[0].model;
    struct scene *scene = prune->scene;
    char percent[24], text[120];

    if ((what == ASKED_RETRAIN || what == ASKED_EXPORT) && !scene->desk) {
        scene_tell(scene, STYLE_WARN, "this store can only be read: %s",
                   scene->why_not ? scene->why_not : "");
        return;
    }
    prune->asked = what;
    decimal_print(preview_percent(model->preview, model->count), percent, sizeof percent);
    switch (what) {
    case ASKED_AMOUNT: scene_ask(scene, "prune (70%, 0.01, 50% params, 2M macs):", ""); break;
    case ASKED_RETRAIN:
        snprintf(text, sizeof text, "%d", model->run.epochs);
        scene_ask(scene, "epochs of the retraining (Esc: none):", text);
        break;
    case ASKED_EXPORT:
        snprintf(text, sizeof text, "run%" PRId64 "-%s.safetensors", model->run.id, percent);
        scene_ask(scene, "export the slim weights to:", text);
        break;
    case ASKED_MARK:
        snprintf(text, sizeof text, "%s %%", percent);
        scene_ask(scene, "mark this place as:", text);
        break;
    case ASKED_FLOOR:
        snprintf(text, sizeof text, "%.60s keeps at least (a number, all):",
                 preview_gate_name(model->preview, prune->list.cursor[PRUNE_LAYERS]));
        scene_ask(scene, text, "");
        break;
    case ASKED_SECOND:
        scene_ask(scene, "the second run's number (none is marked in Runs):", "");
        break;
    }
}

/* Retraining and exporting are done by the desk, at the place where the slider stands. */
static void send(struct prune *prune, const char *text)
{
    const struct prune_model *model = &prune->side[0].model;
    struct request request = {
        .kind = prune->asked == ASKED_RETRAIN ? REQUEST_RETRAIN : REQUEST_EXPORT,
        .run = model->run.id,
        .epoch = model->epoch[model->at].epoch,
    };

    if (prune->asked == ASKED_EXPORT)
        request.text = memory_copy_text(text);
    else if (!text_parse_integer(text, &request.retrain_epochs) || request.retrain_epochs < 1) {
        scene_tell(prune->scene, STYLE_BAD, "\"%s\" is no number of epochs", text);
        return;
    }
    request.amount = prune_model_amount(model, &request.layers);
    desk_send(prune->scene->desk, &request);
    scene_tell(prune->scene, STYLE_LIVE, "%s …",
               prune->asked == ASKED_RETRAIN ? "queueing the retraining" : "exporting");
}

static void write_marks(struct prune *prune)
{
    struct error err = {0};

    if (prune_marks_write(&prune->marks, prune->side[0].model.run.hash, &err))
        scene_tell(prune->scene, STYLE_BAD, "%.250s", err.text);
}

static void mark_place(struct prune *prune, const char *name)
{
    const struct prune_model *model = &prune->side[0].model;
    char *layers;
    struct amount amount = prune_model_amount(model, &layers);
    char *text = amount_text(&amount);

    prune_marks_add(&prune->marks, name, model->epoch[model->at].epoch, text);
    scene_tell(prune->scene, STYLE_GOOD, "marked as %.100s: %.150s", name, text);
    write_marks(prune);
    free(text);
    free(layers);
}

static void type_floor(struct prune *prune, const char *text)
{
    int64_t floor;

    if (text_equal(text, "all"))
        floor = PRUNE_LOCKED;
    else if (!text_parse_integer(text, &floor) || floor < 1 || floor > PRUNE_LOCKED) {
        scene_tell(prune->scene, STYLE_BAD, "\"%s\": must be a number from 1 on, or all", text);
        return;
    }
    prune_model_set_floor(&prune->side[0].model, prune->list.cursor[PRUNE_LAYERS], (int)floor);
}

static void type_amount(struct prune *prune, const char *text)
{
    struct error err = {0};

    if (prune_model_type(&prune->side[0].model, text, &err))
        scene_tell(prune->scene, STYLE_BAD, "%.250s", err.text);
}

/* --- the second run -------------------------------------------------------------------------- */

static void open_second(struct prune *prune, int64_t run)
{
    struct prune_side *second = &prune->side[1];

    prune_side_start(second, prune->scene);
    prune_side_open(second, prune->scene, run);
    if (!second->model.preview) {
        scene_tell(prune->scene, STYLE_BAD, "%.250s", second->model.trouble.text);
        prune_model_done(&second->model);
    } else if (second->probe)
        probe_set_idle(second->probe, true);
}

static void type_second(struct prune *prune, const char *text)
{
    int64_t run;

    if (!text_parse_integer(text, &run) || run < 1)
        scene_tell(prune->scene, STYLE_BAD, "\"%s\" is no number of a run", text);
    else if (run == prune->side[0].model.run.id)
        scene_tell(prune->scene, STYLE_BAD, "run %" PRId64 " is under the slider already", run);
    else
        open_second(prune, run);
}

/* The marked run behind the one that is second now; behind the last, none. */
static void next_second(struct prune *prune)
{
    const struct scene *scene = prune->scene;
    int64_t first = prune->side[0].model.run.id, now = prune->side[1].model.run.id, next = 0;
    bool passed = now == 0;

    for (int i = 0; i < scene->marks && !next; i++) {
        if (passed && scene->mark[i] != first)
            next = scene->mark[i];
        passed |= scene->mark[i] == now;
    }
    if (next)
        open_second(prune, next);
    else if (now)
        prune_model_done(&prune->side[1].model);
    else
        ask(prune, ASKED_SECOND);
}

/* --- the lists ------------------------------------------------------------------------------- */

static void go_to_mark(struct prune *prune, int index)
{
    struct prune_model *model = &prune->side[0].model;
    struct error err = {0};

    if (index >= prune->marks.marks)
        return;
    const struct prune_mark *mark = &prune->marks.mark[index];
    for (int at = 0; at < model->epochs; at++)
        if (model->epoch[at].epoch == mark->epoch && at != model->at)
            prune_model_epoch(model, prune->scene->store, at);
    if (prune_model_set(model, mark->amount, &err))
        scene_tell(prune->scene, STYLE_BAD, "%.100s: %.150s", mark->name, err.text);
    else
        scene_tell(prune->scene, STYLE_TEXT, "%.100s: %.150s", mark->name, mark->amount);
}

static void toggle_sense(struct prune *prune)
{
    struct prune_sense *sense = &prune->sense;

    prune->list.tab = PRUNE_SENSE;
    if (!prune->side[0].probe)
        scene_tell(prune->scene, STYLE_WARN, "nothing is measured here");
    else if (sense->on)
        stop_sense(prune);
    else if (sense->done < sense->gates * PROBE_SHARES) {
        sense->on = true;
        probe_measure_layers(prune->side[0].probe, true);
    }
}

/* Enter: what it means on each list. */
static void choose(struct prune *prune)
{
    switch (prune->list.tab) {
    case PRUNE_LAYERS: ask(prune, ASKED_FLOOR); break;
    case PRUNE_MARKS: go_to_mark(prune, prune->list.cursor[PRUNE_MARKS]); break;
    default: toggle_sense(prune); break;
    }
}

static void forget(struct prune *prune)
{
    int at = prune->list.cursor[prune->list.tab];

    if (prune->list.tab == PRUNE_LAYERS)
        prune_model_set_floor(&prune->side[0].model, at, PRUNE_NO_FLOOR);
    else if (prune->list.tab == PRUNE_MARKS && at < prune->marks.marks) {
        scene_tell(prune->scene, STYLE_TEXT, "mark %.100s is gone", prune->marks.mark[at].name);
        prune_marks_remove(&prune->marks, at);
        write_marks(prune);
    }
}

/* Floors are those of the layer under the cursor, also on the list of sensitivities. */
static int floor_gate(struct prune *prune)
{
    if (prune->list.tab == PRUNE_MARKS)
        prune->list.tab = PRUNE_LAYERS;
    return prune->list.cursor[prune->list.tab];
}

static void change_floor(struct prune *prune, int by)
{
    struct prune_model *model = &prune->side[0].model;
    int gate = floor_gate(prune), floor = prune_model_floor(model, gate) + by;

    prune_model_set_floor(model, gate, floor < 1 ? 1 : floor);
}

static void toggle_lock(struct prune *prune, int gate)
{
    struct prune_model *model = &prune->side[0].model;

    prune_model_set_floor(model, gate,
                          model->own[gate] == PRUNE_LOCKED ? PRUNE_NO_FLOOR : PRUNE_LOCKED);
}

/* --- the mouse ------------------------------------------------------------------------------- */

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

static void press_list(struct prune *prune, const struct layout *layout,
                       const struct mouse_event *mouse)
{
    struct prune_shown shown = shown_of(prune);
    struct prune_hit hit =
        prune_list_find(&prune->list, &shown, layout->frame[PART_LAYERS], mouse->row, mouse->col);

    if (hit.spot == PRUNE_TAB)
        prune->list.tab = (enum prune_tab)hit.index;
    else if (hit.spot != PRUNE_NOTHING)
        prune->list.cursor[prune->list.tab] = hit.index;
    if (hit.spot == PRUNE_ROW && prune->list.tab == PRUNE_MARKS)
        go_to_mark(prune, hit.index);
    else if (hit.spot == PRUNE_LOCK)
        toggle_lock(prune, hit.index);
    prune->dragged = hit.spot == PRUNE_BAR ? hit.index : -1;
}

static void drag_floor(struct prune *prune, const struct layout *layout, int col)
{
    struct prune_shown shown = shown_of(prune);

    prune_model_set_floor(
        &prune->side[0].model, prune->dragged,
        prune_list_floor_at(&shown, layout->frame[PART_LAYERS], prune->dragged, col));
}

/* On the slider the mouse stops at tenths of a per cent. */
static void drag_slider(struct prune *prune, struct rect at, int col)
{
    struct slider tenths = {.most = 999};
    struct prune_model *model = &prune->side[0].model;

    prune_model_move(model,
                     prune_model_count_of(model, slider_value_at(&tenths, at.cols, col - at.col)));
}

static bool turn_wheel(struct prune *prune, const struct layout *layout,
                       const struct mouse_event *mouse)
{
    int wheel = mouse->kind == MOUSE_WHEEL_UP ? 1 : mouse->kind == MOUSE_WHEEL_DOWN ? -1 : 0;
    struct prune_shown shown = shown_of(prune);
    struct prune_model *model = &prune->side[0].model;

    if (wheel && layout_find(layout, mouse->row, mouse->col) == PART_LAYERS)
        prune_list_move(&prune->list, &shown, -3 * wheel);
    else if (wheel)
        prune_model_move(model, percent_step(model, wheel));
    return wheel;
}

static bool prune_mouse(struct view *view, const struct mouse_event *mouse)
{
    struct prune *prune = view->state;
    const struct layout *layout = &view->layout;
    struct rect at = prune_slider_rect(layout->inside[PART_THRESHOLD]);
    bool slides = mouse->from_row == at.row &&
                  rect_has(layout->inside[PART_THRESHOLD], mouse->from_row, mouse->from_col);

    if (turn_wheel(prune, layout, mouse))
        return true;
    prune->dragging = mouse->kind == MOUSE_PRESS || mouse->kind == MOUSE_DRAG;
    if (mouse->kind == MOUSE_CANCEL)
        prune_history_go(&prune->history, &prune->side[0].model, prune->scene->store, 0);
    else if (mouse->kind == MOUSE_PRESS && !slides)
        press_list(prune, layout, mouse);
    if (slides && mouse->kind != MOUSE_CANCEL)
        drag_slider(prune, at, mouse->col);
    else if (prune->dragged >= 0 && mouse->kind != MOUSE_CANCEL)
        drag_floor(prune, layout, mouse->col);
    if (!prune->dragging)
        prune->dragged = -1;
    return true;
}

/* --- keys ------------------------------------------------------------------------------------ */

static void travel(struct prune *prune, int steps)
{
    if (!prune_history_go(&prune->history, &prune->side[0].model, prune->scene->store, steps))
        scene_tell(prune->scene, STYLE_TEXT, steps < 0 ? "nothing to undo" : "nothing to redo");
}

static bool move_slider(struct prune *prune, enum action action)
{
    struct prune_model *model = &prune->side[0].model;

    if (action >= ACTION_JUMP_0 && action <= ACTION_JUMP_9) {
        prune_model_move(model, prune_model_count_of(model, 100 * (int)(action - ACTION_JUMP_0)));
        return true;
    }
    switch (action) {
    case ACTION_FEWER: prune_model_move(model, model->count - 1); return true;
    case ACTION_MORE: prune_model_move(model, model->count + 1); return true;
    case ACTION_MUCH_FEWER: prune_model_move(model, percent_step(model, -1)); return true;
    case ACTION_MUCH_MORE: prune_model_move(model, percent_step(model, 1)); return true;
    case ACTION_FIRST: prune_model_move(model, 0); return true;
    case ACTION_LAST: prune_model_move(model, model->most); return true;
    default: return false;
    }
}

static bool do_action(struct prune *prune, enum action action)
{
    struct prune_model *model = &prune->side[0].model;

    switch (action) {
    case ACTION_EPOCH_BACK:
    case ACTION_EPOCH_ON:
        prune_model_epoch(model, prune->scene->store,
                          model->at + (action == ACTION_EPOCH_ON ? 1 : -1));
        break;
    case ACTION_FOLD: model->fold = !model->fold; break;
    case ACTION_UNDO: travel(prune, -1); break;
    case ACTION_REDO: travel(prune, 1); break;
    case ACTION_FLOOR_LESS: change_floor(prune, -1); break;
    case ACTION_FLOOR_MORE: change_floor(prune, 1); break;
    case ACTION_LOCK: toggle_lock(prune, floor_gate(prune)); break;
    case ACTION_CHOOSE: choose(prune); break;
    case ACTION_FORGET: forget(prune); break;
    case ACTION_PAIR: next_second(prune); break;
    case ACTION_BASIS: prune->basis = (prune->basis + 1) % PRUNE_BASES; break;
    case ACTION_SENSE: toggle_sense(prune); break;
    case ACTION_PLACE: ask(prune, ASKED_MARK); break;
    case ACTION_TYPE: ask(prune, ASKED_AMOUNT); break;
    case ACTION_RETRAIN: ask(prune, ASKED_RETRAIN); break;
    case ACTION_EXPORT: ask(prune, ASKED_EXPORT); break;
    case ACTION_GO_TRAIN: scene_go(prune->scene, SCREEN_TRAIN); break;
    default: return false;
    }
    return true;
}

static bool prune_event(struct view *view, const struct event *event, enum action action)
{
    struct prune *prune = view->state;
    struct prune_shown shown = shown_of(prune);
    bool taken;

    if (!prune->side[0].model.preview)
        return false;
    if (event->kind == EVENT_MOUSE)
        taken = prune_mouse(view, &event->mouse);
    else {
        prune->dragging = false;
        taken = prune_list_act(&prune->list, &shown, action, view->layout.inside[PART_LAYERS]) ||
                move_slider(prune, action) || do_action(prune, action);
    }
    settle(prune);
    return taken;
}

static void prune_typed(struct view *view, const char *text, enum answer answer)
{
    struct prune *prune = view->state;

    if (answer != ANSWER_GIVEN || !*text || !prune->side[0].model.preview)
        return;
    switch (prune->asked) {
    case ASKED_AMOUNT: type_amount(prune, text); break;
    case ASKED_MARK: mark_place(prune, text); break;
    case ASKED_FLOOR: type_floor(prune, text); break;
    case ASKED_SECOND: type_second(prune, text); break;
    default: send(prune, text); break;
    }
    settle(prune);
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
    bool news = false;

    for (int side = 0; side < 1 + is_pair(prune); side++) {
        news |= prune_side_take(&prune->side[side], view->scene, side ? NULL : &prune->sense);
        news |= prune_side_refresh(&prune->side[side], view->scene);
    }
    settle(prune);
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
