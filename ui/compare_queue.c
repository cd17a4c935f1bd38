#include "ui/compare_queue.h"

#include <math.h>
#include <stdio.h>

static bool is_retrained(const struct compare_run *run)
{
    return !isnan(run->cut.retrained) && !run->cut.elsewhere;
}

/* Whether every run is read, as the store stands, and cut at the budget: else what is missing is
 * not known, and it is said. */
static bool is_ready(const struct compare_model *model, const struct compare_series *series,
                     struct scene *scene)
{
    for (int i = series->first; i < series->first + series->runs; i++)
        if (!model->run[i].fresh || !model->run[i].is_cut) {
            scene_tell(scene, STYLE_WARN, "still reading its runs: once more, in a moment");
            return false;
        }
    return true;
}

/* Those of the retrainings at the budget, or else of the last of any; 0: there is none. */
static int usual_epochs(const struct compare_model *model, const struct compare_series *series)
{
    int epochs = series->longest;

    for (int i = series->first; i < series->first + series->runs && !epochs; i++) {
        const struct compare_run *run = &model->run[i];
        if (run->retraineds)
            epochs = run->retrained[run->retraineds - 1].epochs;
    }
    return epochs;
}

void compare_ask_retraining(const struct compare_model *model, int series, struct scene *scene)
{
    const struct compare_series *one = series < 0 ? NULL : &model->series[series];
    int missing = 0;

    if (!one || !scene_may_change(scene) || !is_ready(model, one, scene))
        return;
    for (int i = one->first; i < one->first + one->runs; i++)
        missing += !is_retrained(&model->run[i]);
    if (!missing) {
        scene_tell(scene, STYLE_WARN, "all %d are retrained at this budget", one->runs);
        return;
    }
    int usual = usual_epochs(model, one);
    scene_ask_epochs(scene, usual ? usual : one->row->epochs);
}

void compare_queue(const struct compare_model *model, int series, enum request_kind kind,
                   int64_t epochs, struct scene *scene)
{
    const struct compare_series *one = series < 0 ? NULL : &model->series[series];
    int queued = 0, there = 0;
    char already[40] = "";

    if (!one || !scene_may_change(scene) || !is_ready(model, one, scene))
        return;
    for (int i = one->first; i < one->first + one->runs; i++) {
        const struct compare_run *run = &model->run[i];
        if (kind == REQUEST_RETRAIN && is_retrained(run))
            there++;
        if (!run->model.preview || (kind == REQUEST_RETRAIN && is_retrained(run)))
            continue;
        struct request request = {
            .kind = kind,
            .run = run->id,
            .amount = {.kind = AMOUNT_CHANNELS,
                       .percent = preview_percent(run->model.preview, run->cut.count),
                       .floor = 1,
                       .round = 1},
            .retrain_epochs = epochs,
        };
        desk_send(scene->desk, &request);
        queued++;
    }
    if (!queued) {
        scene_tell(scene, STYLE_WARN,
                   there ? "all are retrained at this budget"
                         : "nothing can be pruned in these runs");
        return;
    }
    if (there)
        snprintf(already, sizeof already, "; %d %s retrained already", there,
                 there == 1 ? "is" : "are");
    scene_tell(scene, STYLE_LIVE, "%s %d run%s at this budget%s …",
               kind == REQUEST_RETRAIN ? "queueing the retraining of" : "pruning and measuring",
               queued, queued == 1 ? "" : "s", already);
}
