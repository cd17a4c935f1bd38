#include "ui/runs_draw.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "ui/plot.h"
#include "ui/say.h"

/* --- the cells of the table ------------------------------------------------------------------ */

static void write_number(const struct run_row *run, int column, char *text, size_t size)
{
    double number = runs_number(run, (enum runs_column)column);

    switch (column) {
    case RUNS_EPOCH: snprintf(text, size, "%d/%d", run->epoch, run->epochs); break;
    case RUNS_VALIDATION:
    case RUNS_TEST:
    case RUNS_NEAR_ZERO: say_share(number, text, size); break;
    case RUNS_PARAMETERS: say_count(number, text, size); break;
    case RUNS_SEED:
        if (run->seed >= 0)
            snprintf(text, size, "%" PRId64, run->seed);
        break;
    case RUNS_ID: snprintf(text, size, "%" PRId64, run->id); break;
    default:
        if (!isnan(number))
            say_number(number, text, size);
    }
}

static void write_run(const struct run_row *run, int column, char *text, size_t size)
{
    if (column == RUNS_NETWORK)
        say_network(run, text, size);
    else if (column == RUNS_PENALTY)
        say_training(run, text, size);
    else if (column == RUNS_NAME)
        say_name(run, text, size);
    else if (runs_text(run, (enum runs_column)column))
        snprintf(text, size, "%s", runs_text(run, (enum runs_column)column));
    else
        write_number(run, column, text, size);
}

/* "91.2±0.3": per cent, as in the columns beside it. */
static void write_mean(const struct mean *mean, char *text, size_t size)
{
    if (mean->n > 1)
        snprintf(text, size, "%.1f±%.1f", 100 * mean->mean, 100 * mean_deviation(mean));
    else
        say_share(mean->n ? mean->mean : (double)NAN, text, size);
}

/* Retrainings go by how much was pruned; from what, the penalty's column says. */
static void write_series_name(const struct runs_series *series, char *text, size_t size)
{
    const struct run_row *row = &series->row;
    const char *fold = series->open ? "" : "… ";
    char name[256];

    if (row->name || row->kind != RUN_RETRAIN || !row->amount)
        snprintf(text, size, "%s%s", fold, say_name(row, name, sizeof name));
    else
        snprintf(text, size, "%s%s %s", fold, say_amount(row->amount),
                 row->scratch ? "scratch" : "retrained");
}

/* What the runs of a series have in common, and the means of the rest. */
static void write_series(const struct runs_model *model, const struct runs_series *series,
                         int column, char *text, size_t size)
{
    const struct run_row *parent = roster_find(model->roster, series->row.parent);

    switch (column) {
    case RUNS_ID: snprintf(text, size, "×%d", series->runs); break;
    case RUNS_NAME: write_series_name(series, text, size); break;
    case RUNS_PENALTY: say_training(parent ? parent : &series->row, text, size); break;
    case RUNS_SEED:
    case RUNS_TAGS: break;
    case RUNS_VALIDATION: write_mean(&series->validation, text, size); break;
    case RUNS_TEST: write_mean(&series->test, text, size); break;
    case RUNS_NEAR_ZERO: write_mean(&series->near_zero, text, size); break;
    default: write_run(&series->row, column, text, size);
    }
}

void runs_draw_cell(const struct runs_model *model, int line, int column, char *text, size_t size,
                    enum style *style)
{
    const struct run_row *run = runs_model_run(model, line);
    const struct runs_series *series = runs_model_series(model, line);

    if (series) {
        write_series(model, series, column, text, size);
        *style = STYLE_VALUE;
        return;
    }
    write_run(run, column, text, size);
    if (column == RUNS_STATUS)
        *style = say_status_style(run->status);
    if (column == RUNS_ID)
        *style = say_run_style(run->id);
}

/* --- the detail ------------------------------------------------------------------------------ */

/* The accuracy of the chosen run over its epochs, in the row `row`. */
static void draw_spark(const struct run_row *run, const struct epoch_row *epoch, int epochs,
                       struct grid *grid, struct rect in, int row)
{
    double *accuracy = NEW(double, epochs + 1);
    int used = grid_text(grid, row, in.col + 1, in.cols - 2, STYLE_DIM, "validation by epoch ");

    for (int i = 0; i < epochs; i++)
        accuracy[i] = epoch[i].val_accuracy;
    spark_draw(grid, row, in.col + 1 + used, in.cols - used - 3, accuracy, epochs,
               say_run_style(run->id));
    free(accuracy);
}

/* Where tags and note stand in the detail: their places, for typing there too. */
struct rect runs_tags_place(struct rect in)
{
    return (struct rect){in.row + 4, in.col + 7, in.rows - 4, in.cols / 3 - 7};
}

struct rect runs_note_place(struct rect in)
{
    return (struct rect){in.row + 4, in.col + in.cols / 3 + 7, in.rows - 4,
                         in.cols - in.cols / 3 - 8};
}

static void draw_words(const struct run_row *run, struct grid *grid, struct rect in)
{
    struct rect tags = runs_tags_place(in), note = runs_note_place(in);

    grid_text(grid, tags.row, in.col + 1, 5, STYLE_DIM, "tags");
    grid_paragraph(grid, tags, STYLE_TEXT, run->tags ? run->tags : "–");
    grid_text(grid, note.row, note.col - 6, 5, STYLE_DIM, "note");
    grid_paragraph(grid, note, STYLE_TEXT, run->note ? run->note : "–");
}

/* How large it is, and what was done with it. */
static void draw_facts(const struct run_row *run, struct line line)
{
    char text[40];

    line_add(&line, STYLE_TEXT, "%" PRId64 " channels", run->channels);
    line_add(&line, STYLE_TEXT, " · %s parameters",
             say_count((double)run->parameters, text, sizeof text));
    line_add(&line, STYLE_TEXT, " · %s MACs", say_count((double)run->macs, text, sizeof text));
    line_add(&line, STYLE_TEXT, " · %d pruning%s", run->prunings, run->prunings == 1 ? "" : "s");
    int from = line.col;
    if (run->seconds > 0)
        line_add(&line, STYLE_TEXT, " · trained %s",
                 clock_print_duration(run->seconds, text, sizeof text));
    line_keep_whole(&line, from);
    from = line.col;
    line_add(&line, STYLE_TEXT, " · %s", clock_print_time(run->created, text, sizeof text));
    line_keep_whole(&line, from);
}

/* Of a series: its runs, and its means in full. */
static void draw_series(const struct runs_model *model, int at, struct grid *grid, struct rect in)
{
    const struct runs_series *series = runs_model_series(model, at);
    const struct mean *means[] = {&series->validation, &series->test, &series->near_zero};
    static const char *const names[] = {"validation", "test", "|γ| < 0.01"};
    struct line line = {grid, in.row + 1, in.col + 1, in.col + in.cols};
    char text[400];

    if (series->row.kind == RUN_RETRAIN)
        grid_print(grid, in.row, in.col + 1, in.cols - 2, STYLE_VALUE,
                   "%d %s of run %" PRId64 " p%" PRId64 " and its like, %s", series->runs,
                   series->row.scratch ? "trainings from scratch" : "retrainings",
                   series->row.parent, series->row.pruning,
                   series->row.amount ? series->row.amount : "");
    else
        grid_print(grid, in.row, in.col + 1, in.cols - 2, STYLE_VALUE, "%d runs of %s",
                   series->runs, say_penalty(&series->row, text, sizeof text));
    for (int i = 0; i < 3; i++)
        if (means[i]->n) {
            int from = line.col;
            line_add(&line, STYLE_TEXT, "%s %.2f ± %.2f %% (%d)   ", names[i], 100 * means[i]->mean,
                     100 * mean_deviation(means[i]), means[i]->n);
            line_keep_whole(&line, from);
        }
    line = (struct line){grid, in.row + 2, in.col + 1, in.col + in.cols};
    line_add(&line, STYLE_DIM, "runs");
    for (int i = 0; i < model->count; i++)
        if (runs_model_covers(model, at, &model->row[i]))
            line_add(&line, say_run_style(model->row[i].id), " %" PRId64, model->row[i].id);
    grid_text(grid, in.row + 3, in.col + 1, in.cols - 2, STYLE_DIM,
              series->open ? "← folds them up" : "→ shows each");
}

void runs_draw_detail(const struct runs_model *model, int at, const struct epoch_row *epoch,
                      int epochs, struct grid *grid, struct rect in)
{
    char text[400];
    const struct run_row *run = runs_model_run(model, at);

    if (!run)
        return;
    if (runs_model_series(model, at)) {
        draw_series(model, at, grid, in);
        return;
    }
    grid_sign(grid, in.row, in.col + 1, say_run_marker(run->id), say_run_style(run->id));
    grid_text(grid, in.row, in.col + 3, in.cols - 4, STYLE_VALUE, say_run(run, text, sizeof text));
    grid_print(grid, in.row + 1, in.col + 1, in.cols - 2, say_status_style(run->status), "%s%s%s",
               run_status_name(run->status), run->message ? ": " : "",
               run->message ? run->message : "");
    draw_facts(run, (struct line){grid, in.row + 2, in.col + 1, in.col + in.cols - 1});
    draw_spark(run, epoch, epochs, grid, in, in.row + 3);
    draw_words(run, grid, in);
}
