#include "ui/view_prune.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"
#include "report/figure.h"
#include "ui/prune_draw.h"
#include "ui/prune_pair_draw.h"
#include "ui/prune_view.h"
#include "ui/say.h"

bool prune_is_pair(const struct prune *prune)
{
    return prune->side[1].model.preview != NULL;
}

struct prune_shown prune_shown_of(const struct prune *prune)
{
    return (struct prune_shown){
        .model = &prune->side[0].model,
        .second = prune_is_pair(prune) ? &prune->side[1].model : NULL,
        .marks = &prune->marks,
        .sense = &prune->sense,
    };
}

/* --- what follows a change ------------------------------------------------------------------- */

void prune_stop_sense(struct prune *prune)
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
    prune_stop_sense(prune);
    prune_sense_open(&prune->sense, model->gates, model->run.id, epoch, model->fold);
}

static struct prune_told tell_of(const struct prune *prune)
{
    const struct prune_model *model = &prune->side[0].model;

    return (struct prune_told){model->count,  model->at,
                               model->limits, prune->side[1].model.run.id,
                               model->fold,   prune->basis};
}

static bool same_told(const struct prune_told *a, const struct prune_told *b)
{
    return a->count == b->count && a->at == b->at && a->limits == b->limits &&
           a->second == b->second && a->fold == b->fold && a->basis == b->basis;
}

/* The second run follows, the probes are asked. */
static void follow(struct prune *prune)
{
    if (prune_is_pair(prune))
        prune->reached =
            prune_pair_follow(&prune->side[1].model, &prune->side[0].model, prune->basis);
    for (int side = 0; side < 2; side++)
        prune_side_ask(&prune->side[side]);
    prune->told = tell_of(prune);
}

void prune_settle(struct prune *prune)
{
    const struct prune_model *model = &prune->side[0].model;
    struct prune_told now = tell_of(prune);

    if (!model->preview)
        return;
    check_sense(prune);
    if (model->known.curve[0].probe.code)
        prune_stop_sense(prune);
    if (now.at != prune->told.at)
        prune->side[0].time_before = (double)NAN;
    if (!same_told(&now, &prune->told))
        follow(prune);
    if (!prune->dragging)
        prune_history_note(&prune->history, model);
}

void prune_toggle_sense(struct prune *prune)
{
    struct prune_sense *sense = &prune->sense;

    const struct probe_result *probe = &prune->side[0].model.known.curve[0].probe;

    prune->list.tab = PRUNE_SENSE;
    if (!prune->side[0].probe)
        scene_tell(prune->scene, STYLE_WARN, "nothing is measured here");
    else if (probe->code)
        scene_tell(prune->scene, STYLE_WARN, "nothing can be measured: %.200s", probe->text);
    else if (sense->on)
        prune_stop_sense(prune);
    else if (sense->done < sense->gates * PROBE_SHARES) {
        sense->on = true;
        probe_measure_layers(prune->side[0].probe, true);
    }
}

/* --- opening --------------------------------------------------------------------------------- */

/* The newest run that weights were kept of; else the newest with an epoch. */
static int64_t newest_run(struct scene *scene)
{
    struct checkpoint_row *weights = NULL;
    int count = 0;
    int64_t newest = 0;

    if (!checkpoint_list(scene->store, 0, &weights, &count, NULL)) {
        for (int i = 0; i < count; i++)
            newest = weights[i].run > newest ? weights[i].run : newest;
        checkpoint_rows_free(weights, count);
    }
    return newest ? newest : scene_newest_run(scene, true, NULL);
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

    prune_stop_sense(prune);
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
        scene->run = newest_run(scene);
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
    prune_settle(prune);
}

/* Out of sight it measures nothing but what it was asked for last. */
static void prune_leave(struct view *view)
{
    struct prune *prune = view->state;
    const struct prune_model *model = &prune->side[0].model;

    if (model->count > 0)
        view->scene->cut = (int)lround(100.0 * model->count / model->channels);
    prune_stop_sense(prune);
    for (int side = 0; side < 2; side++)
        if (prune->side[side].probe)
            probe_set_idle(prune->side[side].probe, false);
}

/* --- drawing --------------------------------------------------------------------------------- */

/* On the marks, keys mean something else than on the layers. */
static const char *prune_foot(struct view *view)
{
    const struct prune *prune = view->state;

    return prune->side[0].model.preview && prune->list.tab == PRUNE_MARKS
               ? "↑↓ mark  Enter goes there  d forgets it  m marks this place  Tab list  ←→ one "
                 "channel"
               : NULL;
}

/* Those of the layers, whichever list is shown: so nothing moves when another is. */
static int prune_lines(const struct view *view)
{
    return ((const struct prune *)view->state)->side[0].model.gates;
}

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
    return prune->list.tab == PRUNE_SENSE && prune->sense.done ? prune_list_cursor(&prune->list)
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
    if (prune_is_pair(prune))
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
    struct prune_shown shown = prune_shown_of(prune);

    if (!model->preview) {
        struct rect in = layout->inside[PART_THRESHOLD];
        grid_frame(grid, layout->frame[PART_THRESHOLD], "Threshold");
        grid_text(grid, in.row + 1, in.col + 1, in.cols - 2, STYLE_WARN, model->trouble.text);
        return;
    }
    draw_frames(prune, grid, layout);
    prune_list_draw(&prune->list, &shown, grid, layout->frame[PART_LAYERS]);
    (prune_is_pair(prune) ? draw_two : draw_one)(prune, grid, layout);
    if (layout_has(layout, PART_CURVE) && curve_gate(prune) >= 0)
        prune_draw_layer_curve(model, &prune->sense, curve_gate(prune), grid,
                               layout->inside[PART_CURVE]);
}

/* --- the view -------------------------------------------------------------------------------- */

static bool prune_tick(struct view *view)
{
    struct prune *prune = view->state;
    bool news = false;

    for (int side = 0; side < 1 + prune_is_pair(prune); side++) {
        news |= prune_side_take(&prune->side[side], view->scene, side ? NULL : &prune->sense);
        news |= prune_side_refresh(&prune->side[side], view->scene);
    }
    prune_settle(prune);
    return news;
}

/* The command that prunes as the slider stands. */
static void prune_copy(const struct view *view, struct text *text)
{
    const struct prune_model *model = &((const struct prune *)view->state)->side[0].model;
    char *layers;

    if (!model->preview)
        return;
    struct amount amount = prune_model_amount(model, &layers);
    char *options = amount_text(&amount);
    text_add(text, "slimscope prune %" PRId64 " --epoch %d %s", model->run.id,
             model->epoch[model->at].epoch, options);
    free(options);
    free(layers);
}

/* The layers, at the slider. */
static int prune_figure(struct view *view, struct figure *figure, struct error *err)
{
    struct prune *prune = view->state;
    const struct prune_model *model = &prune->side[0].model;

    if (!model->preview)
        return error_set(err, ERROR_DATA, "%s", model->trouble.text);
    return figure_make_widths(prune->scene->store, model->run.id, model->kept,
                              preview_gates(model->preview), figure, err);
}

const struct view_ops view_prune = {
    .screen = SCREEN_PRUNE,
    .open = prune_open,
    .close = prune_close,
    .enter = prune_enter,
    .leave = prune_leave,
    .lines = prune_lines,
    .title = prune_title,
    .draw = prune_draw,
    .foot = prune_foot,
    .event = prune_event,
    .typed = prune_typed,
    .copy = prune_copy,
    .figure = prune_figure,
    .tick = prune_tick,
};
