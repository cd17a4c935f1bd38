/* What the Prune screen asks in its last line, and what it does with the answers. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "job/export.h"
#include "job/request.h"
#include "ui/prune_view.h"

/* --- questions ------------------------------------------------------------------------------- */

void prune_ask(struct prune *prune, enum prune_asked what)
{
    const struct prune_model *model = &prune->side[0].model;
    struct scene *scene = prune->scene;
    char percent[24], text[120];

    if ((what == ASKED_RETRAIN || what == ASKED_EXPORT) && !scene_may_change(scene))
        return;
    if (what == ASKED_RETRAIN && model->known.curve[model->fold].probe.code) {
        scene_tell(scene, STYLE_WARN, "this cannot be retrained: %.200s",
                   model->known.curve[model->fold].probe.text);
        return;
    }
    prune->asked = what;
    decimal_print(preview_percent(model->preview, model->count), percent, sizeof percent);
    switch (what) {
    case ASKED_AMOUNT: scene_ask(scene, "prune (70%, 0.01, 50% params, 2M macs):", ""); break;
    case ASKED_RETRAIN: scene_ask_epochs(scene, model->run.epochs); break;
    case ASKED_EXPORT:
        snprintf(text, sizeof text, "run%" PRId64 "-epoch%d-%s%s.safetensors", model->run.id,
                 model->epoch[model->at].epoch, percent, model->fold ? "-folded" : "");
        scene_ask(scene, "export to (.safetensors .onnx .npz):", text);
        break;
    case ASKED_MARK:
        snprintf(text, sizeof text, "mark this place as (Enter: %s %%):", percent);
        scene_ask(scene, text, "");
        break;
    case ASKED_FLOOR:
        snprintf(text, sizeof text, "%.60s keeps at least (a number, all):",
                 preview_gate_name(model->preview, prune_list_cursor(&prune->list)));
        scene_ask(scene, text, "");
        break;
    case ASKED_SECOND:
        scene_ask(scene, "the second run's number (none is marked in Runs):", "");
        break;
    }
}

static bool may_export(struct prune *prune, const char *path)
{
    if (export_suffix_format(path) >= 0)
        return scene_may_replace(prune->scene, path);
    scene_reject(prune->scene, "%.200s: .safetensors, .onnx or .npz?", path);
    return false;
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

    if (prune->asked == ASKED_EXPORT) {
        if (!may_export(prune, text))
            return;
        request.text = memory_copy_text(text);
    } else if (!scene_answers_epochs(prune->scene, text, &request.retrain_epochs))
        return;
    request.amount = prune_model_amount(model, &request.layers);
    desk_send(prune->scene->desk, &request);
    scene_tell(prune->scene, STYLE_LIVE, "%s …",
               prune->asked == ASKED_RETRAIN ? "queueing the retraining" : "exporting");
}

void prune_write_marks(struct prune *prune)
{
    struct error err = {0};

    if (prune_marks_write(&prune->marks, prune->side[0].model.run.hash, &err))
        scene_tell(prune->scene, STYLE_BAD, "%.250s", err.text);
}

/* A mark without a name is called by the percentage. */
static void mark_place(struct prune *prune, const char *name)
{
    const struct prune_model *model = &prune->side[0].model;
    char *layers, percent[32];

    if (!*name) {
        decimal_print(preview_percent(model->preview, model->count), percent, sizeof percent - 3);
        name = strcat(percent, " %");
    }
    struct amount amount = prune_model_amount(model, &layers);
    char *text = amount_text(&amount);

    prune_marks_add(&prune->marks, name, model->epoch[model->at].epoch, text);
    scene_tell(prune->scene, STYLE_GOOD, "marked as %.100s: %.150s", name, text);
    prune_write_marks(prune);
    free(text);
    free(layers);
}

static void type_floor(struct prune *prune, const char *text)
{
    int64_t floor;

    if (text_equal(text, "all"))
        floor = PRUNE_LOCKED;
    else if (!text_parse_integer(text, &floor) || floor < 0 || floor > PRUNE_LOCKED) {
        scene_reject(prune->scene, "\"%s\": must be a number from 0 on, or all", text);
        return;
    }
    prune_model_set_floor(&prune->side[0].model, prune_list_cursor(&prune->list), (int)floor);
}

static int count_own(const struct prune_model *model)
{
    int own = 0;

    for (int g = 0; g < model->gates; g++)
        own += model->own[g] != PRUNE_NO_FLOOR;
    return own;
}

/* A floor that is typed is that of all layers: it takes the place of their own. */
static void type_amount(struct prune *prune, const char *text)
{
    struct prune_model *model = &prune->side[0].model;
    struct error err = {0};
    int before = count_own(model);

    if (prune_model_type(model, text, &err))
        scene_reject(prune->scene, "%.250s", err.text);
    else if (count_own(model) < before)
        scene_tell(prune->scene, STYLE_WARN,
                   "that floor is every layer's: locks and floors of single ones are gone; "
                   "u brings them back");
}

/* --- the second run -------------------------------------------------------------------------- */

static void open_second(struct prune *prune, int64_t run)
{
    struct prune_side *second = &prune->side[1];

    prune_side_start(second, prune->scene);
    prune_side_open(second, prune->scene, run);
    if (!second->model.preview) {
        scene_reject(prune->scene, "%.250s", second->model.trouble.text);
        prune_model_done(&second->model);
    } else if (second->probe)
        probe_set_idle(second->probe, true);
}

static void type_second(struct prune *prune, const char *text)
{
    int64_t run;

    if (!text_parse_integer(text, &run) || run < 1)
        scene_reject(prune->scene, "\"%s\" is no number of a run", text);
    else if (run == prune->side[0].model.run.id)
        scene_reject(prune->scene, "run %" PRId64 " is under the slider already", run);
    else
        open_second(prune, run);
}

/* The marked run behind the one that is second now; behind the last, none. */
void prune_next_second(struct prune *prune)
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
        prune_ask(prune, ASKED_SECOND);
}

void prune_typed(struct view *view, const char *text, enum answer answer)
{
    struct prune *prune = view->state;

    if (answer != ANSWER_GIVEN || (!*text && prune->asked != ASKED_MARK) ||
        !prune->side[0].model.preview)
        return;
    switch (prune->asked) {
    case ASKED_AMOUNT: type_amount(prune, text); break;
    case ASKED_MARK: mark_place(prune, text); break;
    case ASKED_FLOOR: type_floor(prune, text); break;
    case ASKED_SECOND: type_second(prune, text); break;
    default: send(prune, text); break;
    }
    prune_settle(prune);
}
