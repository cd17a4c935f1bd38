/* Keys and mouse of the Prune screen. */
#include "job/request.h"
#include "ui/prune_draw.h"
#include "ui/prune_view.h"
#include "ui/slider.h"

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

/* Enter: what it means on each list. */
static void choose(struct prune *prune)
{
    switch (prune->list.tab) {
    case PRUNE_LAYERS: prune_ask(prune, ASKED_FLOOR); break;
    case PRUNE_MARKS: go_to_mark(prune, prune_list_cursor(&prune->list)); break;
    default: prune_toggle_sense(prune); break;
    }
}

static void forget(struct prune *prune)
{
    int at = prune_list_cursor(&prune->list);

    if (prune->list.tab == PRUNE_LAYERS)
        prune_model_set_floor(&prune->side[0].model, at, PRUNE_NO_FLOOR);
    else if (prune->list.tab == PRUNE_MARKS && at < prune->marks.marks) {
        const struct prune_mark *mark = &prune->marks.mark[at];
        scene_tell(prune->scene, STYLE_TEXT, "mark %.80s is gone; it was epoch %d, %.150s",
                   mark->name, mark->epoch, mark->amount);
        prune_marks_remove(&prune->marks, at);
        prune_write_marks(prune);
    }
}

/* Floors are those of the layer under the cursor, also on the list of sensitivities. */
static int floor_gate(struct prune *prune)
{
    if (prune->list.tab == PRUNE_MARKS)
        prune->list.tab = PRUNE_LAYERS;
    return prune_list_cursor(&prune->list);
}

static void change_floor(struct prune *prune, int by)
{
    struct prune_model *model = &prune->side[0].model;
    int gate = floor_gate(prune), floor = prune_model_floor(model, gate) + by;

    prune_model_set_floor(model, gate, floor < 0 ? 0 : floor);
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
    struct prune_shown shown = prune_shown_of(prune);
    struct prune_hit hit =
        prune_list_find(&prune->list, &shown, layout->frame[PART_LAYERS], mouse->row, mouse->col);

    if (hit.spot == PRUNE_TAB)
        prune->list.tab = (enum prune_tab)hit.index;
    else if (hit.spot != PRUNE_NOTHING)
        prune_list_set_cursor(&prune->list, hit.index);
    if (hit.spot == PRUNE_ROW && prune->list.tab == PRUNE_MARKS)
        go_to_mark(prune, hit.index);
    else if (hit.spot == PRUNE_LOCK)
        toggle_lock(prune, hit.index);
    prune->dragged = hit.spot == PRUNE_BAR ? hit.index : -1;
}

static void drag_floor(struct prune *prune, const struct layout *layout, int col)
{
    struct prune_shown shown = prune_shown_of(prune);

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
    struct prune_shown shown = prune_shown_of(prune);
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
    case ACTION_PAIR: prune_next_second(prune); break;
    case ACTION_BASIS: prune->basis = (prune->basis + 1) % PRUNE_BASES; break;
    case ACTION_SENSE: prune_toggle_sense(prune); break;
    case ACTION_PLACE: prune_ask(prune, ASKED_MARK); break;
    case ACTION_TYPE: prune_ask(prune, ASKED_AMOUNT); break;
    case ACTION_RETRAIN: prune_ask(prune, ASKED_RETRAIN); break;
    case ACTION_EXPORT: prune_ask(prune, ASKED_EXPORT); break;
    case ACTION_GO_TRAIN: scene_go(prune->scene, SCREEN_TRAIN); break;
    default: return false;
    }
    return true;
}

bool prune_event(struct view *view, const struct event *event, enum action action)
{
    struct prune *prune = view->state;
    struct prune_shown shown = prune_shown_of(prune);
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
    prune_settle(prune);
    return taken;
}
