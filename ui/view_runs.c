#include "ui/view_runs.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "db/record.h"
#include "job/filter.h"
#include "job/request.h"
#include "ui/plot.h"
#include "ui/say.h"
#include "ui/table.h"

/* The columns, and what each is sorted by: a text or a number of a run. */
enum column {
    COLUMN_ID,
    COLUMN_NAME,
    COLUMN_NETWORK,
    COLUMN_DATA,
    COLUMN_PENALTY,
    COLUMN_LAMBDA,
    COLUMN_SHAPE,
    COLUMN_SEED,
    COLUMN_EPOCH,
    COLUMN_STATUS,
    COLUMN_VALIDATION,
    COLUMN_TEST,
    COLUMN_NEAR_ZERO,
    COLUMN_PARAMETERS,
    COLUMN_TAGS,
    COLUMNS,
};

static const struct table_column columns[COLUMNS] = {
    [COLUMN_ID] = {.title = "run", .width = 5, .rank = 0, .right = true},
    [COLUMN_NAME] = {.title = "name", .width = 8, .rank = 2, .grows = true},
    [COLUMN_NETWORK] = {.title = "network", .width = 12, .rank = 2},
    [COLUMN_DATA] = {.title = "data", .width = 8, .rank = 4},
    [COLUMN_PENALTY] = {.title = "penalty", .width = 8, .rank = 1},
    [COLUMN_LAMBDA] = {.title = "λ", .width = 6, .rank = 1, .right = true},
    [COLUMN_SHAPE] = {.title = "a, p", .width = 6, .rank = 5, .right = true},
    [COLUMN_SEED] = {.title = "seed", .width = 5, .rank = 6, .right = true},
    [COLUMN_EPOCH] = {.title = "epoch", .width = 7, .rank = 1, .right = true},
    [COLUMN_STATUS] = {.title = "status", .width = 11, .rank = 3},
    [COLUMN_VALIDATION] = {.title = "valid.", .width = 7, .rank = 0, .right = true},
    [COLUMN_TEST] = {.title = "test", .width = 7, .rank = 5, .right = true},
    [COLUMN_NEAR_ZERO] = {.title = "|γ|<.01", .width = 8, .rank = 1, .right = true},
    [COLUMN_PARAMETERS] = {.title = "params", .width = 8, .rank = 7, .right = true},
    [COLUMN_TAGS] = {.title = "tags", .width = 10, .rank = 8},
};

struct runs {
    struct scene *scene;
    struct run_row *row; /* all of the store */
    int count;
    int *shown; /* (table.rows) indices of those that pass the filter, in their order */
    struct table table;
    enum { ASKED_FILTER, ASKED_NOTE, ASKED_NAME } asked;
    char filter_text[512];
    struct filter *filter;
    int64_t version;      /* of the store, when it was read */
    struct error trouble; /* why the store could not be read */
    /* of the run under the cursor */
    int64_t detail;
    struct epoch_row *epoch;
    int epochs;
};

/* --- order and filter ------------------------------------------------------------------------ */

static double shape_of(const struct run_row *run)
{
    return isnan(run->a) ? run->p : run->a;
}

static const char *text_of(const struct run_row *run, enum column column)
{
    switch (column) {
    case COLUMN_NAME: return run->name ? run->name : "";
    case COLUMN_NETWORK: return run->arch;
    case COLUMN_DATA: return run->data;
    case COLUMN_PENALTY: return run->penalty;
    case COLUMN_STATUS: return run_status_name(run->status);
    case COLUMN_TAGS: return run->tags ? run->tags : "";
    default: return NULL;
    }
}

static double number_of(const struct run_row *run, enum column column)
{
    switch (column) {
    case COLUMN_LAMBDA: return run->lambda;
    case COLUMN_SHAPE: return shape_of(run);
    case COLUMN_SEED: return (double)run->seed;
    case COLUMN_EPOCH: return run->epoch;
    case COLUMN_VALIDATION: return run->epoch ? run->val_accuracy : (double)NAN;
    case COLUMN_TEST: return run->test_accuracy;
    case COLUMN_NEAR_ZERO: return run->epoch ? run->near_zero : (double)NAN;
    case COLUMN_PARAMETERS: return (double)run->parameters;
    default: return (double)run->id;
    }
}

/* Unknown numbers go last, whichever way round; ties go by id. */
static int compare_rows(const void *a, const void *b, void *context)
{
    const struct runs *runs = context;
    const struct run_row *x = &runs->row[*(const int *)a], *y = &runs->row[*(const int *)b];
    enum column column = (enum column)runs->table.sort;
    int order = 0;

    if (text_of(x, column))
        order = strcmp(text_of(x, column), text_of(y, column));
    else {
        double p = number_of(x, column), q = number_of(y, column);
        if (isnan(p) || isnan(q)) {
            if (isnan(p) != isnan(q))
                return isnan(p) ? 1 : -1;
        } else
            order = (p > q) - (p < q);
    }
    if (order)
        return runs->table.reverse ? -order : order;
    return (x->id > y->id) - (x->id < y->id);
}

static bool passes(const struct runs *runs, const struct run_row *run)
{
    char *tag[32], *copy = memory_copy_text(run->tags ? run->tags : ""), *rest = copy, *each;
    int tags = 0;

    while (tags < 32 && (each = strtok_r(NULL, ",", &rest)) != NULL)
        tag[tags++] = each + strspn(each, " ");
    bool match = filter_match(runs->filter, run, tag, tags);
    free(copy);
    return match;
}

static int64_t chosen_id(const struct runs *runs)
{
    return runs->table.rows > 0 ? runs->row[runs->shown[runs->table.cursor]].id : 0;
}

static void arrange(struct runs *runs, int64_t stay)
{
    struct table *table = &runs->table;

    table->rows = 0;
    for (int i = 0; i < runs->count; i++)
        if (passes(runs, &runs->row[i]))
            runs->shown[table->rows++] = i;
    if (table->rows > 1)
        qsort_r(runs->shown, (size_t)table->rows, sizeof *runs->shown, compare_rows, runs);
    for (int i = 0; i < table->rows; i++)
        if (runs->row[runs->shown[i]].id == stay)
            table->cursor = i;
    if (table->cursor >= table->rows)
        table->cursor = table->rows > 0 ? table->rows - 1 : 0;
}

/* --- the store ------------------------------------------------------------------------------- */

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

static void read_store(struct runs *runs)
{
    struct run_row *row;
    int64_t stay = runs->count ? chosen_id(runs) : runs->scene->run;
    int count;

    runs->version = store_version(runs->scene->store);
    runs->trouble = (struct error){0};
    if (run_list(runs->scene->store, &row, &count, &runs->trouble))
        return; /* what was read before stays on the screen */
    run_rows_free(runs->row, runs->count);
    runs->row = row;
    runs->count = count;
    free(runs->shown);
    runs->shown = NEW(int, count + 1);
    runs->detail = 0;
    arrange(runs, stay);
}

/* --- the table ------------------------------------------------------------------------------- */

static void write_number(const struct run_row *run, enum column column, char *text, size_t size)
{
    double number = number_of(run, column);

    switch (column) {
    case COLUMN_EPOCH: snprintf(text, size, "%d/%d", run->epoch, run->epochs); break;
    case COLUMN_VALIDATION:
    case COLUMN_TEST:
    case COLUMN_NEAR_ZERO: say_share(number, text, size); break;
    case COLUMN_PARAMETERS: say_count(number, text, size); break;
    case COLUMN_SEED:
        if (run->seed >= 0)
            snprintf(text, size, "%" PRId64, run->seed);
        break;
    case COLUMN_ID: snprintf(text, size, "%" PRId64, run->id); break;
    default:
        if (!isnan(number))
            say_number(number, text, size);
    }
}

static void write_cell(void *context, int index, int column, char *text, size_t size,
                       enum style *style)
{
    struct runs *runs = context;
    const struct run_row *run = &runs->row[runs->shown[index]];

    if (column == COLUMN_NETWORK)
        say_network(run, text, size);
    else if (column == COLUMN_PENALTY && run->kind != RUN_TRAIN)
        snprintf(text, size, "%s", run_kind_name(run->kind));
    else if (text_of(run, (enum column)column))
        snprintf(text, size, "%s", text_of(run, (enum column)column));
    else
        write_number(run, (enum column)column, text, size);
    if (column == COLUMN_STATUS)
        *style = say_status_style(run->status);
    if (column == COLUMN_ID)
        *style = say_run_style(run->id);
}

static bool is_marked(void *context, int index)
{
    struct runs *runs = context;

    return scene_is_marked(runs->scene, runs->row[runs->shown[index]].id);
}

static const struct table_ops table_ops = {.cell = write_cell, .marked = is_marked};

/* --- the view -------------------------------------------------------------------------------- */

static int runs_open(struct view *view, struct error *err)
{
    struct runs *runs = NEW(struct runs, 1);

    (void)err;
    runs->scene = view->scene;
    runs->table = (struct table){
        .column = columns, .columns = COLUMNS, .ops = &table_ops, .context = runs, .sort = 0};
    view->state = runs;
    read_store(runs);
    return 0;
}

static void runs_close(struct view *view)
{
    struct runs *runs = view->state;

    run_rows_free(runs->row, runs->count);
    filter_free(runs->filter);
    free(runs->shown);
    free(runs->epoch);
    free(runs);
}

static void runs_title(struct view *view, char *text, size_t size)
{
    struct runs *runs = view->state;
    int alive = 0;

    for (int i = 0; i < runs->count; i++)
        alive += runs->row[i].status == RUN_RUNNING;
    snprintf(text, size, "%s · %d run%s, %d training", view->scene->store_name, runs->count,
             runs->count == 1 ? "" : "s", alive);
}

static void draw_empty(const struct runs *runs, struct grid *grid, struct rect in)
{
    bool bad = runs->trouble.code != 0;
    const char *line = bad           ? runs->trouble.text
                       : runs->count ? "no run passes the filter; / changes it, Esc clears it"
                                     : "no runs yet";

    grid_text(grid, in.row + in.rows / 2, in.col + 2, in.cols - 4, bad ? STYLE_BAD : STYLE_DIM,
              line);
    if (!runs->count && !bad && in.rows > 3)
        grid_text(grid, in.row + in.rows / 2 + 1, in.col + 2, in.cols - 4, STYLE_DIM,
                  "n fills in the form of the first one; or: slimscope train --data fashion …");
}

/* The accuracy of the chosen run over its epochs, in the row `row`. */
static void draw_spark(const struct runs *runs, struct grid *grid, struct rect in, int row)
{
    double *accuracy = NEW(double, runs->epochs + 1);
    int used = grid_text(grid, row, in.col + 1, in.cols - 2, STYLE_DIM, "validation by epoch ");

    for (int i = 0; i < runs->epochs; i++)
        accuracy[i] = runs->epoch[i].val_accuracy;
    spark_draw(grid, row, in.col + 1 + used, in.cols - used - 3, accuracy, runs->epochs,
               say_run_style(runs->detail));
    free(accuracy);
}

static void draw_detail(struct runs *runs, struct grid *grid, struct rect in)
{
    char text[400], parameters[24], macs[24], duration[32] = "", created[32];

    if (!runs->table.rows)
        return;
    const struct run_row *run = &runs->row[runs->shown[runs->table.cursor]];
    read_detail(runs);
    if (run->seconds > 0)
        clock_print_duration(run->seconds, duration, sizeof duration);
    grid_sign(grid, in.row, in.col + 1, say_run_marker(run->id), say_run_style(run->id));
    grid_text(grid, in.row, in.col + 3, in.cols - 4, STYLE_VALUE, say_run(run, text, sizeof text));
    grid_print(grid, in.row + 1, in.col + 1, in.cols - 2, say_status_style(run->status), "%s%s%s",
               run_status_name(run->status), run->message ? ": " : "",
               run->message ? run->message : "");
    grid_print(grid, in.row + 2, in.col + 1, in.cols - 2, STYLE_TEXT,
               "%" PRId64 " channels · %s parameters · %s MACs · %d pruning%s%s%s · %s",
               run->channels, say_count((double)run->parameters, parameters, sizeof parameters),
               say_count((double)run->macs, macs, sizeof macs), run->prunings,
               run->prunings == 1 ? "" : "s", *duration ? " · trained " : "", duration,
               clock_print_time(run->created, created, sizeof created));
    draw_spark(runs, grid, in, in.row + 3);
    if (run->note || run->tags)
        grid_print(grid, in.row + 4, in.col + 1, in.cols - 2, STYLE_TEXT, "%s%s%s",
                   run->tags ? run->tags : "", run->tags && run->note ? " · " : "",
                   run->note ? run->note : "");
}

static void runs_draw(struct view *view, struct grid *grid)
{
    struct runs *runs = view->state;
    const struct layout *layout = &view->layout;
    char title[600];

    snprintf(title, sizeof title, "Runs%s%s", *runs->filter_text ? " · filter: " : "",
             runs->filter_text);
    grid_frame(grid, layout->frame[PART_LIST], title);
    table_draw(&runs->table, grid, layout->inside[PART_LIST]);
    if (!runs->table.rows)
        draw_empty(runs, grid, layout->inside[PART_LIST]);
    if (layout_has(layout, PART_DETAIL)) {
        grid_frame(grid, layout->frame[PART_DETAIL], "");
        draw_detail(runs, grid, layout->inside[PART_DETAIL]);
    }
}

static void go_to(struct runs *runs, enum screen screen)
{
    if (!runs->table.rows)
        return;
    runs->scene->run = chosen_id(runs);
    scene_go(runs->scene, screen);
}

/* A finished run opens at its pruning, one that lives at its training. */
static void open_run(struct runs *runs)
{
    if (!runs->table.rows)
        return;
    enum run_status status = runs->row[runs->shown[runs->table.cursor]].status;
    go_to(runs, status == RUN_FINISHED ? SCREEN_PRUNE : SCREEN_TRAIN);
}

static void sort_by(struct runs *runs, int column, bool reverse)
{
    runs->table.sort = (column + COLUMNS) % COLUMNS;
    runs->table.reverse = reverse;
    arrange(runs, chosen_id(runs));
}

static void ask(struct runs *runs, int what)
{
    struct scene *scene = runs->scene;
    const struct run_row *run =
        runs->table.rows ? &runs->row[runs->shown[runs->table.cursor]] : NULL;

    runs->asked = what;
    if (what == ASKED_FILTER)
        scene_ask(scene, "filter:", runs->filter_text);
    else if (!scene->desk)
        scene_tell(scene, STYLE_WARN, "this store can only be read: %s",
                   scene->why_not ? scene->why_not : "");
    else if (run && what == ASKED_NOTE)
        scene_ask(scene, "note:", run->note ? run->note : "");
    else if (run)
        scene_ask(scene, "name:", run->name ? run->name : "");
}

static void send_text(struct runs *runs, const char *text)
{
    struct request request = {
        .kind = runs->asked == ASKED_NOTE ? REQUEST_NOTE : REQUEST_NAME,
        .run = chosen_id(runs),
        .text = memory_copy_text(text),
    };

    desk_send(runs->scene->desk, &request);
}

static void set_filter(struct runs *runs, const char *text)
{
    struct error err = {0};
    struct filter *filter;

    if (filter_parse(text, &filter, &err)) {
        scene_tell(runs->scene, STYLE_BAD, "%s", err.text);
        return;
    }
    filter_free(runs->filter);
    runs->filter = filter;
    snprintf(runs->filter_text, sizeof runs->filter_text, "%s", text);
    arrange(runs, chosen_id(runs));
}

static bool runs_mouse(struct view *view, const struct mouse_event *mouse)
{
    struct runs *runs = view->state;
    int before = runs->table.cursor, column;

    if (!table_mouse(&runs->table, mouse, view->layout.inside[PART_LIST], &column))
        return false;
    if (column >= 0)
        sort_by(runs, column, column == runs->table.sort && !runs->table.reverse);
    else if (mouse->kind == MOUSE_PRESS && runs->table.cursor == before)
        open_run(runs);
    return true;
}

static bool runs_event(struct view *view, const struct event *event, enum action action)
{
    struct runs *runs = view->state;
    struct table *table = &runs->table;

    if (event->kind == EVENT_MOUSE)
        return runs_mouse(view, &event->mouse);
    if (table_act(table, action, view->layout.inside[PART_LIST].rows - 1))
        return true;
    switch (action) {
    case ACTION_OPEN: open_run(runs); break;
    case ACTION_GO_PRUNE: go_to(runs, SCREEN_PRUNE); break;
    case ACTION_GO_TRAIN: go_to(runs, SCREEN_TRAIN); break;
    case ACTION_FILTER: ask(runs, ASKED_FILTER); break;
    case ACTION_NOTE: ask(runs, ASKED_NOTE); break;
    case ACTION_NAME: ask(runs, ASKED_NAME); break;
    case ACTION_NEW:
        view->scene->new_run = true;
        view->scene->run = chosen_id(runs);
        scene_go(view->scene, SCREEN_TRAIN);
        break;
    case ACTION_SORT: sort_by(runs, table->sort + 1, table->reverse); break;
    case ACTION_SORT_BACK: sort_by(runs, table->sort - 1, table->reverse); break;
    case ACTION_REVERSE: sort_by(runs, table->sort, !table->reverse); break;
    case ACTION_MARK:
        if (table->rows && !scene_mark(view->scene, chosen_id(runs)))
            scene_tell(view->scene, STYLE_WARN, "no more than %d runs can be marked", SCENE_MARKS);
        table_act(table, ACTION_DOWN, view->layout.inside[PART_LIST].rows - 1);
        break;
    case ACTION_BACK:
        if (event->key != K_ESCAPE || !*runs->filter_text)
            return false;
        set_filter(runs, "");
        break;
    default: return false;
    }
    return true;
}

/* A filter works while it is typed; Esc brings back what was there. */
static void runs_typed(struct view *view, const char *text, enum answer answer)
{
    struct runs *runs = view->state;

    if (runs->asked == ASKED_FILTER) {
        view->scene->message[0] = '\0';
        set_filter(runs, text);
    } else if (answer == ANSWER_GIVEN)
        send_text(runs, text);
}

static bool runs_tick(struct view *view)
{
    struct runs *runs = view->state;

    if (store_version(view->scene->store) == runs->version)
        return false;
    read_store(runs);
    return true;
}

const struct view_ops view_runs = {
    .screen = SCREEN_RUNS,
    .open = runs_open,
    .close = runs_close,
    .title = runs_title,
    .draw = runs_draw,
    .event = runs_event,
    .typed = runs_typed,
    .tick = runs_tick,
};
