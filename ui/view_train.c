#include "ui/view_train.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "job/request.h"
#include "report/figure.h"
#include "ui/form.h"
#include "ui/histogram.h"
#include "ui/plot.h"
#include "ui/roster.h"
#include "ui/say.h"

struct train {
    struct scene *scene;
    struct run_row run; /* id 0: none */
    struct epoch_row *epoch;
    int epochs;
    struct job_row job; /* id 0: none */
    int64_t histogram[HISTOGRAM_BINS];
    struct error trouble; /* why there is nothing to show */
    int64_t version;
    bool filling;      /* the form is open */
    enum screen asker; /* of the form */
    bool queueing;     /* and what it says is being put into the queue */
    struct form form;
};

/* --- the store ------------------------------------------------------------------------------- */

static void forget(struct train *train)
{
    run_row_done(&train->run);
    job_row_done(&train->job);
    free(train->epoch);
    train->run = (struct run_row){0};
    train->job = (struct job_row){0};
    train->epoch = NULL;
    train->epochs = 0;
}

static int read_run(struct train *train, struct store *store, int64_t id, struct error *err)
{
    bool found = false;
    int code = run_get(store, id, &train->run, err);

    if (!code)
        code = epoch_list(store, id, &train->epoch, &train->epochs, err);
    if (!code)
        code = job_find_run(store, id, &found, &train->job, err);
    if (!code && train->epochs)
        code = histogram_get(store, id, train->epoch[train->epochs - 1].epoch, -1, train->histogram,
                             err);
    return code;
}

/* The run that is looked at; without one, the newest. */
static void read_store(struct train *train)
{
    struct scene *scene = train->scene;

    train->version = store_version(scene->store);
    train->trouble = (struct error){0};
    if (scene->run == 0)
        scene->run = scene_newest_run(scene, false, &train->trouble);
    forget(train);
    if (scene->run)
        read_run(train, scene->store, scene->run, &train->trouble);
    else if (!train->trouble.code)
        error_set(&train->trouble, ERROR_DATA, "no run yet: n fills in a form for the first");
}

/* --- the form -------------------------------------------------------------------------------- */

/* The settings of the run, of a retraining those of the training that it goes back to. */
static bool read_settings(struct train *train, struct config *config)
{
    struct roster *roster = roster_hold(&train->scene->roster, train->scene->store, NULL);
    const struct run_row *run = roster ? roster_find(roster, train->run.id) : NULL;

    while (run && run->kind == RUN_RETRAIN)
        run = roster_find(roster, run->parent);
    bool there = run && run->kind == RUN_TRAIN && !job_run_config(run, config, NULL);
    roster_release(roster);
    return there;
}

/* `asker`: the screen that Esc goes back to; SCREEN_NONE: it stays here. */
static void open_form(struct train *train, enum screen asker)
{
    struct config config;

    if (!scene_may_change(train->scene))
        return;
    bool from = read_settings(train, &config);
    form_open(&train->form, from ? &config : NULL);
    if (from)
        config_done(&config);
    train->filling = true;
    train->asker = asker;
}

static void close_form(struct train *train)
{
    if (train->filling)
        form_done(&train->form);
    train->filling = train->queueing = false;
}

/* The form stays until the run is there: what the desk refuses can be put right. */
static void start_run(struct train *train)
{
    struct request request = {.kind = REQUEST_TRAIN};
    const char *why;

    if (train->queueing)
        return;
    int fault = form_find_fault(&train->form, &why);
    if (why) {
        train->form.cursor = fault >= 0 ? fault : train->form.cursor;
        scene_tell(train->scene, STYLE_BAD, "%.250s", why);
        return;
    }
    request.config = NEW(struct config, 1);
    config_copy(&train->form.config, request.config);
    desk_send(train->scene->desk, &request);
    scene_tell(train->scene, STYLE_LIVE, "queueing the run …");
    train->scene->queued = QUEUEING;
    train->queueing = true;
}

/* When the desk has answered: the screen goes on with the run that was made. */
static bool see_queued(struct train *train)
{
    if (!train->queueing || train->scene->queued == QUEUEING)
        return false;
    train->queueing = false;
    if (train->scene->queued == NOT_QUEUED)
        return true;
    train->scene->run = train->scene->queued;
    close_form(train);
    read_store(train);
    return true;
}

/* False for a key that means nothing to the form. */
static bool form_event(struct train *train, const struct event *event, struct rect inside)
{
    if (event->kind == EVENT_KEY && event->key == K_F1)
        return true; /* the foot has the form's keys */
    if (event->kind == EVENT_MOUSE) {
        form_mouse(&train->form, &event->mouse, inside);
        return true;
    }
    switch (form_key(&train->form, event->key)) {
    case FORM_START: start_run(train); return true;
    case FORM_LEAVE:
        close_form(train);
        if (train->asker != SCREEN_NONE)
            scene_go(train->scene, train->asker);
        return true;
    case FORM_CHANGED: return true;
    case FORM_NOTHING: break;
    }
    return false;
}

/* --- the view -------------------------------------------------------------------------------- */

static int train_open(struct view *view, struct error *err)
{
    struct train *train = NEW(struct train, 1);

    (void)err;
    train->scene = view->scene;
    view->state = train;
    return 0;
}

static void train_close(struct view *view)
{
    struct train *train = view->state;

    close_form(train);
    forget(train);
    free(train);
}

static void train_enter(struct view *view)
{
    struct train *train = view->state;

    read_store(train);
    if (view->scene->new_run && !train->queueing) {
        close_form(train);
        open_form(train, view->scene->asker);
    }
    view->scene->new_run = false;
}

static void train_title(struct view *view, char *text, size_t size)
{
    const struct train *train = view->state;
    char run[300];

    snprintf(text, size, "%s%s%s", view->scene->store_name,
             train->filling  ? " · a new run"
             : train->run.id ? " · "
                             : "",
             train->filling || !train->run.id ? "" : say_run(&train->run, run, sizeof run));
}

static const char *train_foot(struct view *view)
{
    const struct train *train = view->state;

    return train->filling ? "↑↓ line  ←→ choose  type a value  C-u default  Enter start  Esc leave"
                          : NULL;
}

static bool is_live(const struct train *train)
{
    return train->run.status == RUN_RUNNING && train->job.updated > 0;
}

static void draw_progress(const struct train *train, struct grid *grid, struct rect in)
{
    const struct run_row *run = &train->run;
    const struct job_row *job = &train->job;
    struct line line = {grid, in.row, in.col + 1, in.col + in.cols};
    double done = run->epoch;

    if (is_live(train) && job->batches > 0 && job->epoch > run->epoch)
        done = job->epoch - 1 + (double)job->batch / job->batches;
    line_add(&line, say_status_style(run->status), "%-12s", run_status_name(run->status));
    line_add(&line, STYLE_VALUE, "epoch %d/%d  ", run->epoch, run->epochs);
    int width = in.cols / 3;
    bar_draw(grid, in.row, line.col, width, done / run->epochs, STYLE_KEPT, STYLE_DIM);
    line.col += width;
    if (is_live(train))
        line_add(&line, STYLE_TEXT, "  epoch %d, batch %d of %d", job->epoch, job->batch,
                 job->batches);
}

static void draw_speed(const struct train *train, struct grid *grid, struct rect in)
{
    const struct job_row *job = &train->job;
    struct line line = {grid, in.row + 1, in.col + 1, in.col + in.cols};
    char text[40];

    if (is_live(train)) {
        line_add(&line, STYLE_TEXT, "loss now %.4f   ", job->loss);
        if (job->images_per_second > 0)
            line_add(&line, STYLE_TEXT, "%.0f images/s   ", job->images_per_second);
        if (job->eta >= 0)
            line_add(&line, STYLE_TEXT, "ready in %s   ",
                     clock_print_duration(job->eta, text, sizeof text));
    }
    if (train->run.seconds > 0)
        line_add(&line, STYLE_DIM, "trained %s   ",
                 clock_print_duration(train->run.seconds, text, sizeof text));
    if (train->run.message)
        line_add(&line, STYLE_WARN, "%s", train->run.message);
}

static void draw_state(const struct train *train, struct grid *grid, struct rect in)
{
    struct line line = {grid, in.row + 2, in.col + 1, in.col + in.cols};
    char text[40];

    draw_progress(train, grid, in);
    draw_speed(train, grid, in);
    if (!train->epochs)
        return;
    const struct epoch_row *last = &train->epoch[train->epochs - 1];
    line_add(&line, STYLE_TEXT, "validation ");
    line_add(&line, STYLE_VALUE, "%s", say_share(last->val_accuracy, text, sizeof text));
    line_add(&line, STYLE_TEXT, "   training %s", say_share(last->train_accuracy, text, 40));
    line_add(&line, STYLE_TEXT, "   test %s", say_share(train->run.test_accuracy, text, 40));
    line_add(&line, STYLE_TEXT, "   training loss %.4f", last->train_loss);
    line = (struct line){grid, in.row + 3, in.col + 1, in.col + in.cols};
    line_add(&line, STYLE_TEXT,
             "learning rate %g   penalty %.4g   |γ| < 0.01: ", last->learning_rate, last->penalty);
    line_add(&line, STYLE_VALUE, "%s", say_share(last->near_zero, text, sizeof text));
    line_add(&line, STYLE_TEXT, " of %" PRId64 " channels", train->run.channels);
    if (in.rows > 4 && train->run.note)
        grid_text(grid, in.row + 4, in.col + 1, in.cols - 2, STYLE_TEXT, train->run.note);
}

enum curve { CURVE_TRAIN_LOSS, CURVE_VAL_LOSS, CURVE_TRAIN_ACCURACY, CURVE_VAL_ACCURACY };

static double curve_value(const struct epoch_row *epoch, enum curve curve)
{
    switch (curve) {
    case CURVE_TRAIN_LOSS: return epoch->train_loss;
    case CURVE_VAL_LOSS: return epoch->val_loss;
    case CURVE_TRAIN_ACCURACY: return 100 * epoch->train_accuracy;
    case CURVE_VAL_ACCURACY: return 100 * epoch->val_accuracy;
    }
    return (double)NAN;
}

static const struct legend curves_legend[] = {
    {GLYPH_MARKER_1, STYLE_SERIES_1, "validation"},
    {GLYPH_MARKER_5, STYLE_SERIES_2, "training"},
};
static const struct legend curves_legend_short[] = {
    {GLYPH_MARKER_1, STYLE_SERIES_1, "valid."},
    {GLYPH_MARKER_5, STYLE_SERIES_2, "train"},
};

/* Two curves over the epochs, their last values marked. */
static void draw_curves(const struct train *train, struct grid *grid, struct rect in,
                        enum curve training, enum curve validation)
{
    double low = HUGE_VAL, high = -HUGE_VAL;
    double *x = NEW(double, train->epochs), *y[2];
    enum curve curve[2] = {training, validation};
    struct plot plot;

    for (int c = 0; c < 2; c++) {
        y[c] = NEW(double, train->epochs);
        for (int i = 0; i < train->epochs; i++) {
            x[i] = train->epoch[i].epoch;
            y[c][i] = curve_value(&train->epoch[i], curve[c]);
            low = fmin(low, y[c][i]);
            high = fmax(high, y[c][i]);
        }
    }
    legend_draw(grid, in, 12, in.cols < 45 ? curves_legend_short : curves_legend, 2);
    plot_open(&plot, grid, in, 1, fmax(train->run.epochs, 2), low, high);
    plot_line(&plot, x, y[0], train->epochs, STYLE_SERIES_2);
    plot_line(&plot, x, y[1], train->epochs, STYLE_SERIES_1);
    plot_lay(&plot);
    for (int c = 0; c < 2 && train->epochs; c++)
        plot_marker(&plot, x[train->epochs - 1], y[c][train->epochs - 1],
                    c ? GLYPH_MARKER_1 : GLYPH_MARKER_5, c ? STYLE_SERIES_1 : STYLE_SERIES_2);
    plot_done(&plot);
    free(x);
    free(y[0]);
    free(y[1]);
}

static void train_draw(struct view *view, struct grid *grid)
{
    struct train *train = view->state;
    const struct layout *layout = &view->layout;

    if (train->filling) {
        struct rect body = layout_body(layout);
        grid_frame(grid, body, "A new run");
        form_draw(&train->form, grid, rect_inside(body));
        return;
    }
    grid_frame(grid, layout->frame[PART_STATE], "Training");
    if (train->trouble.code) {
        struct rect in = layout->inside[PART_STATE];
        grid_text(grid, in.row + 1, in.col + 1, in.cols - 2, STYLE_WARN, train->trouble.text);
        return;
    }
    grid_frame(grid, layout->frame[PART_LOSS], "Loss");
    grid_frame(grid, layout->frame[PART_ACCURACY], "Accuracy, %");
    draw_state(train, grid, layout->inside[PART_STATE]);
    if (train->epochs) {
        draw_curves(train, grid, layout->inside[PART_LOSS], CURVE_TRAIN_LOSS, CURVE_VAL_LOSS);
        draw_curves(train, grid, layout->inside[PART_ACCURACY], CURVE_TRAIN_ACCURACY,
                    CURVE_VAL_ACCURACY);
    }
    if (layout_has(layout, PART_GAMMA)) {
        grid_frame(grid, layout->frame[PART_GAMMA], "log₁₀|γ| at the last epoch");
        if (train->epochs)
            histogram_draw(train->histogram, (double)NAN, grid, layout->inside[PART_GAMMA]);
    }
}

static void send(struct train *train, enum request_kind kind, const char *saying)
{
    struct request request = {.kind = kind, .run = train->run.id};

    desk_send(train->scene->desk, &request);
    scene_tell(train->scene, STYLE_LIVE, "%s", saying);
}

/* Pauses what trains or waits, lets go on what stands still. */
static void pause_or_resume(struct train *train)
{
    switch (train->run.status) {
    case RUN_QUEUED:
    case RUN_RUNNING: send(train, REQUEST_PAUSE, "it pauses at its next checkpoint"); break;
    case RUN_PAUSED:
    case RUN_INTERRUPTED:
    case RUN_FAILED: send(train, REQUEST_RESUME, "it goes on"); break;
    case RUN_FINISHED:
    case RUN_DIVERGED:
        scene_tell(train->scene, STYLE_WARN, "the run is %s", run_status_name(train->run.status));
    }
}

static void ask_stop(struct train *train)
{
    enum run_status status = train->run.status;

    if (status == RUN_FINISHED || status == RUN_DIVERGED || status == RUN_FAILED)
        scene_tell(train->scene, STYLE_WARN, "the run is %s", run_status_name(status));
    else
        scene_ask_stop(train->scene);
}

static bool train_event(struct view *view, const struct event *event, enum action action)
{
    struct train *train = view->state;
    bool changes = action == ACTION_PAUSE || action == ACTION_STOP;

    if (train->filling)
        return form_event(train, event, rect_inside(layout_body(&view->layout)));
    if (changes && (!train->run.id || !scene_may_change(view->scene)))
        return true;
    switch (action) {
    case ACTION_NEW: open_form(train, SCREEN_NONE); break;
    case ACTION_PAUSE: pause_or_resume(train); break;
    case ACTION_STOP: ask_stop(train); break;
    case ACTION_GO_PRUNE: scene_go(view->scene, SCREEN_PRUNE); break;
    default: return false;
    }
    return true;
}

static void train_typed(struct view *view, const char *text, enum answer answer)
{
    struct train *train = view->state;

    if (scene_answers_yes(view->scene, text, answer))
        send(train, REQUEST_CANCEL,
             train->run.status == RUN_RUNNING ? "it stops at its next checkpoint"
                                              : "it is stopped");
}

static void train_copy(const struct view *view, struct text *text)
{
    const struct train *train = view->state;
    char run[300];

    if (train->run.id)
        text_add(text, "%s", say_run(&train->run, run, sizeof run));
}

static bool train_tick(struct view *view)
{
    struct train *train = view->state;

    if (see_queued(train))
        return true;
    if (train->filling || store_version(view->scene->store) == train->version)
        return false;
    read_store(train);
    return true;
}

static int train_figure(struct view *view, struct figure *figure, struct error *err)
{
    struct train *train = view->state;
    const struct figure_request request = {.run = &train->run.id, .runs = 1};

    if (train->run.id == 0)
        return error_set(err, ERROR_DATA, "%s", train->trouble.text);
    return figure_make(figure_find("training"), train->scene->store, &request, figure, err);
}

const struct view_ops view_train = {
    .screen = SCREEN_TRAIN,
    .open = train_open,
    .close = train_close,
    .enter = train_enter,
    .title = train_title,
    .draw = train_draw,
    .foot = train_foot,
    .event = train_event,
    .typed = train_typed,
    .copy = train_copy,
    .figure = train_figure,
    .tick = train_tick,
};
