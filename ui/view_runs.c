#include "ui/view_runs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "db/record.h"
#include "job/request.h"
#include "ui/remember.h"
#include "ui/runs_draw.h"
#include "ui/table.h"

static const struct table_column columns[RUNS_COLUMNS] = {
    [RUNS_ID] = {.key = "run", .title = "run", .width = 5, .rank = 0, .right = true},
    [RUNS_NAME] = {.key = "name", .title = "name", .width = 8, .rank = 2, .grows = true},
    [RUNS_NETWORK] = {.key = "network", .title = "network", .width = 14, .rank = 2},
    [RUNS_DATA] = {.key = "data", .title = "data", .width = 8, .rank = 4},
    [RUNS_PENALTY] = {.key = "penalty", .title = "penalty", .width = 10, .rank = 1},
    [RUNS_LAMBDA] = {.key = "lambda", .title = "λ", .width = 8, .rank = 1, .right = true},
    [RUNS_SEED] = {.key = "seed", .title = "seed", .width = 5, .rank = 6, .right = true},
    [RUNS_EPOCH] = {.key = "epoch", .title = "epoch", .width = 7, .rank = 1, .right = true},
    [RUNS_STATUS] = {.key = "status", .title = "status", .width = 11, .rank = 3},
    [RUNS_VALIDATION] =
        {.key = "validation", .title = "valid.", .width = 8, .rank = 0, .right = true},
    [RUNS_TEST] = {.key = "test", .title = "test", .width = 8, .rank = 5, .right = true},
    [RUNS_NEAR_ZERO] =
        {.key = "near_zero", .title = "|γ|<.01", .width = 8, .rank = 1, .right = true},
    [RUNS_PARAMETERS] =
        {.key = "parameters", .title = "params", .width = 8, .rank = 7, .right = true},
    [RUNS_TAGS] = {.key = "tags", .title = "tags", .width = 10, .rank = 8},
};

/* What is asked of the user. */
enum asked { ASKED_FILTER, ASKED_NOTE, ASKED_NAME, ASKED_TAGS };

struct runs {
    struct scene *scene;
    struct runs_model model;
    struct table table;
    char *given; /* the filter that was given last: what is typed shows, but is not remembered */
    enum asked asked;
    int64_t asked_of; /* the run that a note, a name or tags are for */
    /* of the run under the cursor */
    int64_t detail;
    struct epoch_row *epoch;
    int epochs;
};

static const struct run_row *chosen(const struct runs *runs)
{
    return runs_model_run(&runs->model, runs->table.cursor);
}

static int64_t chosen_id(const struct runs *runs)
{
    const struct run_row *run = chosen(runs);

    return run ? run->id : 0;
}

/* The lines have changed: the cursor stays on its run. */
static void arranged(struct runs *runs, int64_t stay)
{
    struct table *table = &runs->table;
    int line = runs_model_find(&runs->model, stay);

    table->rows = runs->model.lines;
    if (line >= 0)
        table->cursor = line;
    if (table->cursor >= table->rows)
        table->cursor = table->rows > 0 ? table->rows - 1 : 0;
}

static void arrange(struct runs *runs)
{
    int64_t stay = chosen_id(runs);

    runs->model.sort = (enum runs_column)runs->table.sort;
    runs->model.reverse = runs->table.reverse;
    runs_model_arrange(&runs->model);
    arranged(runs, stay);
}

static void read_store(struct runs *runs)
{
    int64_t stay = runs->model.count ? chosen_id(runs) : runs->scene->run;

    runs_model_read(&runs->model, &runs->scene->roster, runs->scene->store);
    runs->detail = 0;
    arranged(runs, stay);
}

static void read_detail(struct runs *runs)
{
    if (runs->detail == chosen_id(runs))
        return;
    free(runs->epoch);
    runs->epoch = NULL;
    runs->epochs = 0;
    runs->detail = chosen_id(runs);
    if (runs->detail &&
        epoch_list(runs->scene->store, runs->detail, &runs->epoch, &runs->epochs, NULL))
        runs->epochs = 0;
}

/* --- the table ------------------------------------------------------------------------------- */

static void write_cell(void *context, int index, int column, char *text, size_t size,
                       enum style *style)
{
    const struct runs *runs = context;

    runs_draw_cell(&runs->model, index, column, text, size, style);
}

/* A series is, when all of its runs are. */
static bool is_marked(void *context, int index)
{
    const struct runs *runs = context;

    for (int i = 0; i < runs->model.count && runs->scene->marks; i++)
        if (runs_model_covers(&runs->model, index, &runs->model.row[i]) &&
            !scene_is_marked(runs->scene, runs->model.row[i].id))
            return false;
    return runs->scene->marks > 0;
}

static const struct table_ops table_ops = {.cell = write_cell, .marked = is_marked};

/* --- the view -------------------------------------------------------------------------------- */

static int runs_open(struct view *view, struct error *err)
{
    struct runs *runs = NEW(struct runs, 1);

    (void)err;
    runs->scene = view->scene;
    runs->table = (struct table){
        .column = columns, .columns = RUNS_COLUMNS, .ops = &table_ops, .context = runs, .sort = 0};
    view->state = runs;
    read_store(runs);
    return 0;
}

static void runs_close(struct view *view)
{
    struct runs *runs = view->state;

    runs_model_done(&runs->model);
    free(runs->given);
    free(runs->epoch);
    free(runs);
}

/* The cursor goes to the run that the other screens looked at; they look at the one under it. */
static void runs_enter(struct view *view)
{
    struct runs *runs = view->state;

    if (view->scene->run)
        arranged(runs, view->scene->run);
}

static void runs_leave(struct view *view)
{
    const struct runs *runs = view->state;

    if (chosen_id(runs))
        view->scene->run = chosen_id(runs);
}

static void runs_title(struct view *view, char *text, size_t size)
{
    const struct runs *runs = view->state;
    int alive = 0, count = runs->model.count, marks = view->scene->marks;
    char some[24] = "";

    for (int i = 0; i < count; i++)
        alive += runs->model.row[i].status == RUN_RUNNING;
    if (runs->model.passing < count)
        snprintf(some, sizeof some, "%d of ", runs->model.passing);
    int used = snprintf(text, size, "%s · %s%d run%s, %d training", view->scene->store_name, some,
                        count, count == 1 ? "" : "s", alive);
    if (marks)
        snprintf(text + used, size - (size_t)used, ", %d marked", marks);
}

static void draw_empty(const struct runs *runs, struct grid *grid, struct rect in)
{
    const struct error *trouble = &runs->model.trouble;
    const char *line = trouble->code       ? trouble->text
                       : runs->model.count ? "no run passes the filter; / changes it, Esc clears it"
                                           : "no runs yet";

    grid_text(grid, in.row + in.rows / 2, in.col + 2, in.cols - 4,
              trouble->code ? STYLE_BAD : STYLE_DIM, line);
    if (!runs->model.count && !trouble->code && in.rows > 3)
        grid_text(grid, in.row + in.rows / 2 + 1, in.col + 2, in.cols - 4, STYLE_DIM,
                  "n fills in the form of the first one; or: slimscope train --data fashion …");
}

static void runs_draw(struct view *view, struct grid *grid)
{
    struct runs *runs = view->state;
    const struct layout *layout = &view->layout;
    char title[600];

    snprintf(title, sizeof title, "Runs%s%s", *runs->model.filter_text ? " · filter: " : "",
             runs->model.filter_text);
    grid_frame(grid, layout->frame[PART_LIST], title);
    table_draw(&runs->table, grid, layout->inside[PART_LIST]);
    if (!runs->table.rows)
        draw_empty(runs, grid, layout->inside[PART_LIST]);
    if (layout_has(layout, PART_DETAIL)) {
        grid_frame(grid, layout->frame[PART_DETAIL], "");
        read_detail(runs);
        runs_draw_detail(&runs->model, runs->table.cursor, runs->epoch, runs->epochs, grid,
                         layout->inside[PART_DETAIL]);
    }
}

/* --- events ---------------------------------------------------------------------------------- */

static void go_to(struct runs *runs, enum screen screen)
{
    if (chosen(runs))
        scene_go(runs->scene, screen);
}

/* A finished run opens at its pruning, one that lives at its training; a series unfolds. */
static void open_run(struct runs *runs)
{
    const struct runs_series *series = runs_model_series(&runs->model, runs->table.cursor);

    if (series) {
        int64_t stay = chosen_id(runs);
        runs_model_fold(&runs->model, runs->table.cursor, !series->open);
        arranged(runs, stay);
    } else if (chosen(runs))
        go_to(runs, chosen(runs)->status == RUN_FINISHED ? SCREEN_PRUNE : SCREEN_TRAIN);
}

/* Of a run inside a series: the line of its series. */
static void fold(struct runs *runs, bool open)
{
    int line = runs->table.cursor;

    while (!open && line > 0 && runs->model.grouped && chosen(runs) &&
           !(runs_model_series(&runs->model, line) &&
             runs_model_covers(&runs->model, line, chosen(runs))))
        line--;
    if (runs_model_fold(&runs->model, line, open)) {
        arranged(runs, 0);
        runs->table.cursor = line;
    } else
        scene_tell(runs->scene, STYLE_WARN, "%s",
                   runs->model.grouped ? "no other run differs from this in its seed alone"
                                       : "z puts runs that differ in their seed into one line");
}

static void ask(struct runs *runs, enum asked what, struct rect detail)
{
    struct scene *scene = runs->scene;
    const struct run_row *run = chosen(runs);
    bool seen = detail.rows > 4;

    runs->asked = what;
    runs->asked_of = chosen_id(runs);
    if (what == ASKED_FILTER)
        scene_ask(scene, "filter:", runs->model.filter_text);
    else if (!scene_may_change(scene) || !run)
        return;
    else if (runs_model_series(&runs->model, runs->table.cursor))
        scene_tell(scene, STYLE_WARN, "several runs stand in this line: → unfolds it");
    else if (what == ASKED_NOTE)
        scene_ask_at(scene, seen ? runs_note_place(detail) : (struct rect){0},
                     "note:", run->note ? run->note : "");
    else if (what == ASKED_TAGS)
        scene_ask_at(scene, seen ? runs_tags_place(detail) : (struct rect){0},
                     "tags:", run->tags ? run->tags : "");
    else
        scene_ask(scene, "name:", run->name ? run->name : "");
}

static void send_text(struct runs *runs, const char *text)
{
    static const enum request_kind kinds[] = {
        [ASKED_NOTE] = REQUEST_NOTE, [ASKED_NAME] = REQUEST_NAME, [ASKED_TAGS] = REQUEST_TAGS};
    struct request request = {
        .kind = kinds[runs->asked],
        .run = runs->asked_of,
        .text = memory_copy_text(text),
    };

    desk_send(runs->scene->desk, &request);
}

/* What is none yet is left alone while it is typed; given, it is rejected. */
static void set_filter(struct runs *runs, const char *text, enum answer answer)
{
    struct error err = {0};
    int64_t stay = chosen_id(runs);

    if (!runs_model_filter(&runs->model, text, &err)) {
        arranged(runs, stay);
        if (answer != ANSWER_TYPING) {
            free(runs->given);
            runs->given = memory_copy_text(text);
        }
    } else if (answer == ANSWER_GIVEN)
        scene_reject(runs->scene, "%.200s%s%.90s", err.text, *err.hint ? "; " : "", err.hint);
}

/* Marks all runs of the line, or takes the marks away where all are marked. */
static void mark(struct runs *runs, int page)
{
    struct scene *scene = runs->scene;
    int line = runs->table.cursor;
    bool marked = is_marked(runs, line), room = true;

    for (int i = 0; i < runs->model.count && room; i++) {
        const struct run_row *run = &runs->model.row[i];
        if (runs_model_covers(&runs->model, line, run) && scene_is_marked(scene, run->id) == marked)
            room = scene_mark(scene, run->id);
    }
    if (!room)
        scene_tell(scene, STYLE_WARN, "no more than %d runs can be marked", SCENE_MARKS);
    table_act(&runs->table, ACTION_DOWN, page);
}

/* The two that are marked, or the marked one and this. */
static void diff(struct runs *runs)
{
    struct scene *scene = runs->scene;
    int64_t here = chosen_id(runs), other = scene->marks ? scene->mark[0] : 0;

    if (scene->marks == 2)
        here = scene->mark[1];
    if (!other || other == here || scene->marks > 2)
        scene_tell(scene, STYLE_WARN, "mark one run (Space) and go to another, or mark two");
    else {
        scene->diff[0] = other;
        scene->diff[1] = here;
    }
}

static void toggle_seeds(struct runs *runs)
{
    runs->model.grouped = !runs->model.grouped;
    arrange(runs);
    scene_tell(runs->scene, STYLE_TEXT, "%s",
               runs->model.grouped ? "runs that differ in their seed: one line, mean ± deviation"
                                   : "each run has its line");
}

static bool runs_mouse(struct view *view, const struct mouse_event *mouse)
{
    struct runs *runs = view->state;
    int before = runs->table.cursor, column;

    if (!table_mouse(&runs->table, mouse, view->layout.inside[PART_LIST], &column))
        return false;
    if (column >= 0) {
        table_sort_by(&runs->table, columns[column].key);
        arrange(runs);
    } else if (mouse->kind == MOUSE_PRESS && runs->table.cursor == before)
        open_run(runs);
    return true;
}

static void new_run(struct view *view)
{
    view->scene->new_run = true;
    view->scene->asker = SCREEN_RUNS;
    scene_go(view->scene, SCREEN_TRAIN);
}

/* What changes the list as a whole; false for other actions. */
static bool list_action(struct runs *runs, enum action action)
{
    switch (action) {
    case ACTION_SORT: table_sort_next(&runs->table, 1); break;
    case ACTION_SORT_BACK: table_sort_next(&runs->table, -1); break;
    case ACTION_REVERSE: runs->table.reverse = !runs->table.reverse; break;
    case ACTION_SEEDS: toggle_seeds(runs); return true;
    default: return false;
    }
    arrange(runs);
    return true;
}

static bool runs_event(struct view *view, const struct event *event, enum action action)
{
    struct runs *runs = view->state;
    struct rect detail = view->layout.inside[PART_DETAIL];
    int page = view->layout.inside[PART_LIST].rows - 1;

    if (event->kind == EVENT_MOUSE)
        return runs_mouse(view, &event->mouse);
    if (table_act(&runs->table, action, page) || list_action(runs, action))
        return true;
    switch (action) {
    case ACTION_OPEN: open_run(runs); break;
    case ACTION_GO_PRUNE: go_to(runs, SCREEN_PRUNE); break;
    case ACTION_GO_TRAIN: go_to(runs, SCREEN_TRAIN); break;
    case ACTION_FILTER: ask(runs, ASKED_FILTER, detail); break;
    case ACTION_NOTE: ask(runs, ASKED_NOTE, detail); break;
    case ACTION_NAME: ask(runs, ASKED_NAME, detail); break;
    case ACTION_TAGS: ask(runs, ASKED_TAGS, detail); break;
    case ACTION_NEW: new_run(view); break;
    case ACTION_FOLD_IN: fold(runs, false); break;
    case ACTION_FOLD_OUT: fold(runs, true); break;
    case ACTION_DIFF: diff(runs); break;
    case ACTION_MARK:
        if (chosen(runs))
            mark(runs, page);
        break;
    case ACTION_BACK:
        if (event->key != K_ESCAPE || !*runs->model.filter_text)
            return false;
        set_filter(runs, "", ANSWER_GIVEN);
        break;
    default: return false;
    }
    return true;
}

/* A filter works while it is typed; Esc brings back what was there. */
static void runs_typed(struct view *view, const char *text, enum answer answer)
{
    struct runs *runs = view->state;

    if (runs->asked == ASKED_FILTER)
        set_filter(runs, text, answer);
    else if (answer == ANSWER_GIVEN)
        send_text(runs, text);
}

static int runs_command(struct view *view, enum command command, const char *argument,
                        struct error *err)
{
    struct runs *runs = view->state;

    if (command == COMMAND_SORT && !table_sort_by(&runs->table, argument))
        return error_set(err, ERROR_USAGE, "\"%s\": no column; Tab lists them", argument);
    arrange(runs);
    return 0;
}

static const char *runs_word(const struct view *view, enum command command, int index)
{
    (void)view;
    return command == COMMAND_SORT && index < RUNS_COLUMNS ? columns[index].key : NULL;
}

static void runs_copy(const struct view *view, struct text *text)
{
    const struct runs *runs = view->state;

    if (chosen(runs))
        table_copy(&runs->table, runs->table.cursor, text);
}

static void runs_remember(const struct view *view, struct jvalue *settings)
{
    const struct runs *runs = view->state;

    table_remember(&runs->table, settings);
    jvalue_set_bool(settings, "grouped", runs->model.grouped);
    jvalue_set_text(settings, "filter", runs->given ? runs->given : "");
    char *store = realpath(view->scene->store_path, NULL);
    jvalue_set_text(settings, "filtered", store); /* a filter is of one store */
    free(store);
}

static void runs_recall(struct view *view, const struct jvalue *settings)
{
    struct runs *runs = view->state;

    table_recall(&runs->table, settings);
    runs->model.grouped = remembered_bool(settings, "grouped", false);
    char *store = realpath(view->scene->store_path, NULL);
    if (store && text_equal(store, remembered_text(settings, "filtered")))
        set_filter(runs, remembered_text(settings, "filter"), ANSWER_DROPPED);
    free(store);
    arrange(runs);
}

static bool runs_tick(struct view *view)
{
    struct runs *runs = view->state;

    if (roster_is_current(runs->model.roster, view->scene->store))
        return false;
    read_store(runs);
    return true;
}

const struct view_ops view_runs = {
    .screen = SCREEN_RUNS,
    .open = runs_open,
    .close = runs_close,
    .enter = runs_enter,
    .leave = runs_leave,
    .title = runs_title,
    .draw = runs_draw,
    .event = runs_event,
    .typed = runs_typed,
    .command = runs_command,
    .word = runs_word,
    .copy = runs_copy,
    .remember = runs_remember,
    .recall = runs_recall,
    .tick = runs_tick,
};
