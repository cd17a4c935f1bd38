#include "ui/view_compare.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "base/text.h"
#include "job/request.h"
#include "report/figure.h"
#include "ui/compare_cells.h"
#include "ui/compare_curves.h"
#include "ui/compare_queue.h"
#include "ui/remember.h"
#include "ui/say.h"
#include "ui/table.h"

static const double work_seconds = 0.01; /* at a time, behind the screen */

static const struct table_column columns[COMPARE_COLUMNS] = {
    [COMPARE_COLUMN_SERIES] =
        {.key = "series", .title = "series", .width = 16, .rank = 0, .grows = true},
    [COMPARE_COLUMN_NETWORK] = {.key = "network", .title = "network", .width = 14, .rank = 4},
    [COMPARE_COLUMN_DATA] = {.key = "data", .title = "data", .width = 8, .rank = 6},
    [COMPARE_COLUMN_SEEDS] = {.key = "runs", .title = "runs", .width = 5, .rank = 2, .right = true},
    [COMPARE_COLUMN_CHANNELS] =
        {.key = "channels", .title = "chan.", .width = 7, .rank = 3, .right = true},
    [COMPARE_COLUMN_PARAMETERS] =
        {.key = "parameters", .title = "params", .width = 7, .rank = 1, .right = true},
    [COMPARE_COLUMN_MACS] = {.key = "macs", .title = "MACs", .width = 7, .rank = 2, .right = true},
    [COMPARE_COLUMN_THRESHOLD] =
        {.key = "threshold", .title = "|γ| ≤", .width = 9, .rank = 5, .right = true},
    [COMPARE_COLUMN_PRUNED] =
        {.key = "pruned", .title = "pruned, %", .width = 16, .rank = 0, .right = true},
    [COMPARE_COLUMN_RETRAINED] =
        {.key = "retrained", .title = "retrained, %", .width = 21, .rank = 0, .right = true},
    [COMPARE_COLUMN_FRONT] =
        {.key = "front", .title = "front", .width = 6, .rank = 7, .right = true},
};

struct compare {
    struct scene *scene;
    struct compare_model model;
    struct table table;
    struct table_column
        column[COMPARE_COLUMNS]; /* the table's, ranked by what tells series apart */
    int *shown;                  /* (table.rows) series in their order */
    int64_t mark[SCENE_MARKS];
    int marks;       /* those that the model was made of */
    int64_t entered; /* the first run of the series that was chosen when it came to the front */
    int zoom;
    struct rect area; /* where the curves were drawn last */
};

/* --- the table ------------------------------------------------------------------------------- */

static int compare_rows(const void *a, const void *b, void *context)
{
    const struct compare *compare = context;
    const struct table *table = &compare->table;

    return compare_order(&compare->model, *(const int *)a, *(const int *)b,
                         (enum compare_column)table->sort, table->reverse);
}

/* The series under the cursor; −1: there is none. */
static int chosen_series(const struct compare *compare)
{
    return compare->table.rows ? compare->shown[compare->table.cursor] : -1;
}

/* By which it is known when others come or go: its first run. 0: there is none. */
static int64_t chosen_id(const struct compare *compare)
{
    int series = chosen_series(compare);

    return series < 0 ? 0 : compare->model.series[series].row->id;
}

/* The cursor stays on its series. */
static void arrange_on(struct compare *compare, int64_t stay)
{
    int rows = compare->model.count;

    free(compare->shown);
    compare->shown = NEW(int, rows + 1);
    compare->table.rows = rows;
    for (int i = 0; i < rows; i++)
        compare->shown[i] = i;
    qsort_r(compare->shown, (size_t)rows, sizeof *compare->shown, compare_rows, compare);
    for (int i = 0; i < rows; i++)
        if (compare->model.series[compare->shown[i]].row->id == stay)
            compare->table.cursor = i;
    if (compare->table.cursor >= rows)
        compare->table.cursor = rows ? rows - 1 : 0;
}

static void arrange(struct compare *compare)
{
    arrange_on(compare, chosen_id(compare));
}

static void write_cell(void *context, int index, int column, char *text, size_t size,
                       enum style *style)
{
    const struct compare *compare = context;

    compare_write_cell(&compare->model, compare->shown[index], (enum compare_column)column, text,
                       size, style);
}

static const struct table_ops table_ops = {.cell = write_cell};

/* --- the view -------------------------------------------------------------------------------- */

/* Where networks or data differ, their columns stay as long as any. */
static void rank_columns(struct compare *compare)
{
    const struct compare_series *series = compare->model.series;
    bool networks = false, data = false;

    for (int i = 1; i < compare->model.count; i++) {
        const struct run_row *one = series[i].row, *first = series[0].row;
        networks |= !text_equal(one->arch, first->arch) || one->width != first->width;
        data |= !text_equal(one->data, first->data);
    }
    compare->column[COMPARE_COLUMN_NETWORK].rank =
        networks ? 0 : columns[COMPARE_COLUMN_NETWORK].rank;
    compare->column[COMPARE_COLUMN_DATA].rank = data ? 0 : columns[COMPARE_COLUMN_DATA].rank;
}

static void read_store(struct compare *compare)
{
    struct scene *scene = compare->scene;
    int64_t stay = chosen_id(compare);

    compare->marks = scene->marks;
    memcpy(compare->mark, scene->mark, sizeof compare->mark);
    compare_model_list(&compare->model, &scene->roster, scene->store, scene->mark, scene->marks);
    if (scene->still)
        compare_model_work(&compare->model, scene->store, HUGE_VAL);
    rank_columns(compare);
    arrange_on(compare, stay);
}

static int compare_open(struct view *view, struct error *err)
{
    struct compare *compare = NEW(struct compare, 1);

    (void)err;
    compare->scene = view->scene;
    compare->model.budget = 50;
    memcpy(compare->column, columns, sizeof columns);
    compare->table = (struct table){.column = compare->column,
                                    .columns = COMPARE_COLUMNS,
                                    .ops = &table_ops,
                                    .context = compare,
                                    .sort = 0};
    view->state = compare;
    return 0;
}

static void compare_close(struct view *view)
{
    struct compare *compare = view->state;

    compare_model_done(&compare->model);
    free(compare->shown);
    free(compare);
}

/* Whether the run that is looked at is one of the series. */
static bool is_looked_at(const struct compare *compare, int series)
{
    const struct compare_series *one = &compare->model.series[series];
    bool is = false;

    for (int i = one->first; i < one->first + one->runs; i++)
        is |= compare->model.run[i].id == compare->scene->run;
    return is;
}

/* The cursor goes to the series of the run that the other screens look at; they go to one of the
 * series that was chosen here. */
static void compare_enter(struct view *view)
{
    struct compare *compare = view->state;
    const struct scene *scene = view->scene;
    bool same = compare->marks == scene->marks &&
                memcmp(compare->mark, scene->mark, sizeof compare->mark) == 0;

    if (!same || !roster_is_current(compare->model.roster, scene->store))
        read_store(compare);
    for (int row = 0; row < compare->table.rows; row++)
        if (is_looked_at(compare, compare->shown[row]))
            compare->table.cursor = row;
    compare->entered = chosen_id(compare);
}

static void compare_leave(struct view *view)
{
    struct compare *compare = view->state;
    int here = chosen_series(compare);
    bool moved = here >= 0 && chosen_id(compare) != compare->entered;

    if ((moved || (here >= 0 && !view->scene->run)) && !is_looked_at(compare, here))
        view->scene->run = chosen_id(compare);
}

static int compare_lines(const struct view *view)
{
    return ((const struct compare *)view->state)->table.rows;
}

static void compare_title(struct view *view, char *text, size_t size)
{
    const struct compare *compare = view->state;
    const struct compare_model *model = &compare->model;

    snprintf(text, size, "%s · %d %sruns in %d series%s", view->scene->store_name, model->runs,
             compare->marks ? "marked " : "", model->count,
             model->ready < model->runs ? ", reading …" : "");
}

static void compare_draw(struct view *view, struct grid *grid)
{
    struct compare *compare = view->state;
    const struct compare_model *model = &compare->model;
    const struct layout *layout = &view->layout;
    const char *axis = compare_axis_name(model->axis);
    struct rect list = layout->inside[PART_LIST];
    char title[160];

    snprintf(title, sizeof title, "%s, %%, by %s removed, %%%s", compare_measure(model), axis,
             compare_show_name(model->show));
    grid_frame(grid, layout->frame[PART_CURVE], title);
    if (model->count) {
        struct rect curve = layout->inside[PART_CURVE];
        int here = chosen_series(compare);
        compare_draw_legend(model, here, grid, curve, grid_text_width(grid, title));
        compare_draw_curves(model, here, compare->zoom, grid, curve, &compare->area);
    }
    snprintf(title, sizeof title, "With %d %% of the %s removed (%d %% left)", model->budget, axis,
             100 - model->budget);
    grid_frame(grid, layout->frame[PART_LIST], title);
    if (model->count)
        compare_draw_origin(model, chosen_series(compare), grid, list,
                            grid_text_width(grid, title));
    table_draw(&compare->table, grid, list);
    for (int i = 0; i < list.rows - 1 && compare->table.top + i < compare->table.rows; i++) {
        int series = compare->shown[compare->table.top + i];
        grid_sign(grid, list.row + 1 + i, list.col + 1, compare_marker(series),
                  compare_style(series));
    }
    if (!model->count)
        grid_text(grid, list.row + 1, list.col + 2, list.cols - 4, STYLE_WARN,
                  model->trouble.code ? model->trouble.text
                  : compare->marks    ? "the marked runs have no epoch yet"
                                      : "no run is finished yet");
}

/* --- events ---------------------------------------------------------------------------------- */

/* A run of the series under the cursor, if it is one the run that is looked at; NULL: there is
 * none, or nothing to prune in any. */
static struct compare_run *chosen(struct compare *compare)
{
    struct compare_run *found = NULL;

    for (int i = 0; i < compare->model.runs; i++) {
        struct compare_run *run = &compare->model.run[i];
        if (run->series == chosen_series(compare) && run->model.preview &&
            (!found || run->id == compare->scene->run))
            found = run;
    }
    return found;
}

/* The budget under a column of the curves' panel, in per cent. */
static int budget_at(const struct compare *compare, int column)
{
    struct rect area = compare->area;
    int at = column - area.col;

    return at <= 0 || area.cols < 2 ? 0 : at >= area.cols ? 99 : at * 100 / (area.cols - 1);
}

static void open_run(struct compare *compare)
{
    static char at[32]; /* Prune reads it when it comes to the front */
    struct compare_run *run = chosen(compare);
    char percent[24];

    if (!run)
        return;
    decimal_print(preview_percent(run->model.preview, run->cut.count), percent, sizeof percent);
    snprintf(at, sizeof at, "%s%%", percent);
    compare->scene->run = run->id;
    compare->scene->at = at;
    scene_go(compare->scene, SCREEN_PRUNE);
}

/* The epochs of a retraining. */
static void compare_typed(struct view *view, const char *text, enum answer answer)
{
    struct compare *compare = view->state;
    int64_t epochs;

    if (answer == ANSWER_GIVEN && scene_answers_epochs(view->scene, text, &epochs))
        compare_queue(&compare->model, chosen_series(compare), REQUEST_RETRAIN, epochs,
                      view->scene);
}

static bool compare_mouse(struct view *view, const struct mouse_event *mouse)
{
    struct compare *compare = view->state;
    struct rect curve = view->layout.inside[PART_CURVE];
    int before = compare->table.cursor, column;

    if (rect_has(curve, mouse->from_row, mouse->from_col) &&
        (mouse->kind == MOUSE_PRESS || mouse->kind == MOUSE_DRAG)) {
        compare_model_cut(&compare->model, compare->model.axis, budget_at(compare, mouse->col));
        arrange(compare);
        return true;
    }
    if (!table_mouse(&compare->table, mouse, view->layout.inside[PART_LIST], &column))
        return false;
    if (column >= 0) {
        table_sort_by(&compare->table, columns[column].key);
        arrange(compare);
    } else if (mouse->kind == MOUSE_PRESS && compare->table.cursor == before)
        open_run(compare);
    return true;
}

static bool compare_event(struct view *view, const struct event *event, enum action action)
{
    struct compare *compare = view->state;
    struct compare_model *model = &compare->model;
    struct table *table = &compare->table;

    if (event->kind == EVENT_MOUSE)
        return compare_mouse(view, &event->mouse);
    if (table_act(&compare->table, action, view->layout.inside[PART_LIST].rows - 1))
        return true;
    if (action >= ACTION_JUMP_0 && action <= ACTION_JUMP_9) {
        compare_model_cut(model, model->axis, 10 * (int)(action - ACTION_JUMP_0));
        arrange(compare);
        return true;
    }
    switch (action) {
    case ACTION_BUDGET_LESS: compare_model_cut(model, model->axis, model->budget - 1); break;
    case ACTION_BUDGET_MORE: compare_model_cut(model, model->axis, model->budget + 1); break;
    case ACTION_AXIS:
        compare_model_cut(model, (model->axis + 1) % COMPARE_AXES, model->budget);
        break;
    case ACTION_SHOW: compare_model_show(model, (model->show + 1) % COMPARE_SHOWS); break;
    case ACTION_ZOOM_IN: compare->zoom += compare->zoom < COMPARE_ZOOMS - 1; break;
    case ACTION_ZOOM_OUT: compare->zoom -= compare->zoom > 0; break;
    case ACTION_SORT: table_sort_next(table, 1); break;
    case ACTION_SORT_BACK: table_sort_next(table, -1); break;
    case ACTION_REVERSE: table->reverse = !table->reverse; break;
    case ACTION_OPEN:
    case ACTION_GO_PRUNE: open_run(compare); break;
    case ACTION_MEASURE:
        compare_queue(model, chosen_series(compare), REQUEST_PRUNE, 0, compare->scene);
        break;
    case ACTION_RETRAIN:
        compare_ask_retraining(model, chosen_series(compare), compare->scene);
        break;
    default: return false;
    }
    arrange(compare);
    return true;
}

/* "30", "30 MACs". */
static int set_budget(struct compare *compare, const char *argument, struct error *err)
{
    enum compare_axis axis = compare->model.axis;
    int budget, length = 0;

    if (sscanf(argument, "%d%n", &budget, &length) != 1 || budget < 0 || budget > 99 ||
        argument[length] == '.')
        return error_set(err, ERROR_USAGE, "\"%s\": a budget is a whole number, 0 to 99 per cent",
                         argument);
    const char *word = argument + length + strspn(argument + length, " %");
    if (strcasecmp(word, "params") == 0) /* as the table has it, and Prune takes it */
        word = compare_axis_name(COMPARE_PARAMETERS);
    for (int i = 0; i < COMPARE_AXES; i++)
        if (strcasecmp(word, compare_axis_name((enum compare_axis)i)) == 0)
            axis = (enum compare_axis)i;
    if (*word && strcasecmp(word, compare_axis_name(axis)) != 0)
        return error_set(err, ERROR_USAGE, "\"%s\": channels, parameters, MACs or bytes", word);
    compare_model_cut(&compare->model, axis, budget);
    arrange(compare);
    return 0;
}

static int compare_command(struct view *view, enum command command, const char *argument,
                           struct error *err)
{
    struct compare *compare = view->state;

    if (command == COMMAND_BUDGET)
        return set_budget(compare, argument, err);
    if (command == COMMAND_SORT && !table_sort_by(&compare->table, argument))
        return error_set(err, ERROR_USAGE, "\"%s\": no column; Tab lists them", argument);
    arrange(compare);
    return 0;
}

static const char *compare_word(const struct view *view, enum command command, int index)
{
    (void)view;
    if (command == COMMAND_BUDGET)
        return index < COMPARE_AXES ? compare_axis_name((enum compare_axis)index) : NULL;
    return command == COMMAND_SORT && index < COMPARE_COLUMNS ? columns[index].key : NULL;
}

static void compare_copy(const struct view *view, struct text *text)
{
    const struct compare *compare = view->state;

    if (compare->table.rows)
        table_copy(&compare->table, compare->table.cursor, text);
}

static void compare_remember(const struct view *view, struct jvalue *settings)
{
    const struct compare *compare = view->state;

    table_remember(&compare->table, settings);
    jvalue_set_integer(settings, "axis", compare->model.axis);
    jvalue_set_integer(settings, "budget", compare->model.budget);
    jvalue_set_integer(settings, "show", compare->model.show);
    jvalue_set_integer(settings, "zoom", compare->zoom);
}

static void compare_recall(struct view *view, const struct jvalue *settings)
{
    struct compare *compare = view->state;
    struct compare_model *model = &compare->model;

    table_recall(&compare->table, settings);
    model->axis =
        (enum compare_axis)remembered_int(settings, "axis", 0, COMPARE_AXES - 1, model->axis);
    model->budget = remembered_int(settings, "budget", 0, 99, model->budget);
    model->show =
        (enum compare_show)remembered_int(settings, "show", 0, COMPARE_SHOWS - 1, model->show);
    compare->zoom = remembered_int(settings, "zoom", 0, COMPARE_ZOOMS - 1, compare->zoom);
}

static bool compare_tick(struct view *view)
{
    struct compare *compare = view->state;

    if (roster_is_current(compare->model.roster, view->scene->store))
        return false;
    read_store(compare);
    return true;
}

static bool compare_work(struct view *view)
{
    struct compare *compare = view->state;

    if (compare->model.ready == compare->model.runs)
        return false;
    compare_model_work(&compare->model, view->scene->store, work_seconds);
    arrange(compare);
    return true;
}

/* The curves: of validation images, as on the screen. */
static int compare_figure(struct view *view, struct figure *figure, struct error *err)
{
    struct compare *compare = view->state;
    const struct compare_model *model = &compare->model;
    int64_t *run = NEW(int64_t, model->runs + 1);
    const struct figure_request request = {.run = run,
                                           .runs = model->runs,
                                           .against = (enum cost_axis)model->axis,
                                           .validation = true};

    for (int i = 0; i < model->runs; i++)
        run[i] = model->run[i].id;
    int code = figure_make(figure_find("accuracy"), compare->scene->store, &request, figure, err);
    free(run);
    return code;
}

const struct view_ops view_compare = {
    .screen = SCREEN_COMPARE,
    .open = compare_open,
    .close = compare_close,
    .enter = compare_enter,
    .leave = compare_leave,
    .lines = compare_lines,
    .title = compare_title,
    .draw = compare_draw,
    .event = compare_event,
    .typed = compare_typed,
    .command = compare_command,
    .word = compare_word,
    .copy = compare_copy,
    .figure = compare_figure,
    .remember = compare_remember,
    .recall = compare_recall,
    .tick = compare_tick,
    .work = compare_work,
};
