#include "cli/board.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "cli/output.h"
#include "job/batch_estimate.h"

static const double draw_every = 0.2; /* seconds */
enum { BAR = 20, LABEL = 64 /* columns at most */ };

/* The cursor stands where the board begins: a terminal that has become narrower has wrapped its
 * lines into nobody knows how many rows. */
static void erase(void *context)
{
    struct board *board = context;
    if (board->shown)
        fputs("\r\033[J", stderr);
    board->shown = false;
}

void board_open(struct board *board, const struct session *session, const struct batch *batch)
{
    *board = (struct board){.batch = batch, .start = clock_seconds()};
    progress_open(&board->progress, session);
    log_cover(erase, board);
    board->weight = NEW(double, batch->tasks + 1);
    for (int t = 0; t < batch->tasks; t++) {
        board->weight[t] = batch_weight(batch, &batch->task[t]);
        if (batch->task[t].state == BATCH_DONE)
            board->done_before += board->weight[t];
    }
}

/* --- how far it is ---------------------------------------------------------------------------- */

static double share_done(const struct job_progress *now)
{
    double batch = now->batches > 0 ? (double)now->batch / now->batches : 0;
    return now->epochs > 0 ? fmax(0, fmin(1, (now->epoch - 1 + batch) / now->epochs)) : batch;
}

/* The share of the whole that is done, and the seconds that are left (< 0: unknown). */
static double whole(const struct board *board, double *left)
{
    double done = 0, all = 0;
    for (int t = 0; t < board->batch->tasks; t++) {
        const struct batch_task *task = &board->batch->task[t];
        all += task->state == BATCH_FAILED ? 0 : board->weight[t];
        done += task->state == BATCH_DONE ? board->weight[t] : 0;
    }
    for (int i = 0; i < board->lines; i++) {
        const struct board_line *line = &board->line[i];
        if (line->task->state != BATCH_DONE)
            done += board->weight[line->task - board->batch->task] * share_done(&line->progress);
    }
    double now_done = done - board->done_before, elapsed = clock_seconds() - board->start;
    *left = now_done > 0 && elapsed > 1 ? (all - done) * elapsed / now_done : -1;
    return all > 0 ? done / all : 1;
}

static void add_whole(const struct board *board, struct text *text)
{
    struct batch_count count;
    double left, share = whole(board, &left);
    char eta[32];
    batch_count(board->batch, &count);
    text_add(text, "%d of %d jobs", count.done + count.skipped, count.jobs);
    if (count.failed)
        text_add(text, ", %d failed", count.failed);
    text_add(text, "  %.0f %%", floor(100 * share));
    if (left >= 0 && count.left > 0)
        text_add(text, "  ETA %s", clock_print_duration(left, eta, sizeof eta));
}

/* --- on a terminal ---------------------------------------------------------------------------- */

static void print_cut(const struct text *text, int width)
{
    fprintf(stderr, "%.*s\n", width, text->data ? text->data : "");
}

static void add_label(const struct board *board, const struct batch_task *task, struct text *text)
{
    const struct config *config = &board->batch->plan->run[task->run].config;
    const struct batch_task *training = batch_training(board->batch, task);
    char name[64];
    text_add(text, "%s  ", batch_task_name(board->batch, task, name));
    if (task->kind == BATCH_RETRAIN)
        text_add(text, "retrains run %lld  ", (long long)training->id);
    text_add(text, "%s %s", config->arch,
             config_row(CONFIG_FIELD_penalty)->choices[config->penalty]);
    if (config_acts(config, CONFIG_FIELD_lambda))
        text_add(text, " %g", config->lambda);
    text_add(text, " seed %lld", (long long)config->seed);
}

static void draw_line(struct board *board, const struct board_line *line, int width)
{
    const struct job_progress *now = &line->progress;
    struct text head = {0}, text = {0};
    char percent[16], eta[32];
    add_label(board, line->task, &head);
    if (now->epochs > 0)
        text_add(&head, "  epoch %d/%d", now->epoch < now->epochs ? now->epoch : now->epochs,
                 now->epochs);
    const int label = width - BAR - 30 < LABEL ? width - BAR - 30 : LABEL;
    text_add(&text, "%-*.*s ", label, label, text_get(&head));
    progress_add_bar(&board->progress, &text, share_done(now), BAR);
    text_add(&text, " %s", output_percent(line->task->accuracy, percent, sizeof percent));
    if (now->eta >= 0)
        text_add(&text, "  ETA %s", clock_print_duration(now->eta, eta, sizeof eta));
    fprintf(stderr, "%s\n", text_get(&text));
    text_done(&head);
    text_done(&text);
}

static void draw(struct board *board, bool now)
{
    if (board->progress.quiet || !board->progress.terminal)
        return;
    if (!now && clock_seconds() - board->drawn < draw_every)
        return;
    const int width = progress_width() - 1, lines = width > BAR + 50 ? board->lines : 0;
    struct text text = {0};
    erase(board);
    for (int i = 0; i < lines; i++)
        draw_line(board, &board->line[i], width);
    add_whole(board, &text);
    print_cut(&text, width);
    text_done(&text);
    fprintf(stderr, "\033[%dA", lines + 1);
    board->shown = true;
    board->drawn = clock_seconds();
}

/* --- what it is told -------------------------------------------------------------------------- */

/* A line that stays, with the time of day where no board stands below it. */
static void report(struct board *board, const struct text *text)
{
    char clock[16] = "";
    time_t now = time(NULL);
    struct tm local;
    if (board->progress.quiet)
        return;
    localtime_r(&now, &local);
    strftime(clock, sizeof clock, "%H:%M:%S", &local);
    erase(board);
    fprintf(stderr, "%s  %s\n", clock, text->data ? text->data : "");
    draw(board, true);
}

static struct board_line *find_line(struct board *board, const struct batch_task *task)
{
    for (int i = 0; i < board->lines; i++)
        if (board->line[i].task == task)
            return &board->line[i];
    board->line = memory_grow(board->line, (size_t)board->lines + 1, sizeof *board->line);
    board->line[board->lines] =
        (struct board_line){.task = task, .progress = {.epochs = task->epochs, .eta = -1}};
    return &board->line[board->lines++];
}

/* Lines of what no longer runs, here or in another process. */
static void drop_line(struct board *board, const struct batch_task *task)
{
    int kept = 0;
    for (int i = 0; i < board->lines; i++)
        if (board->line[i].task != task)
            board->line[kept++] = board->line[i];
    board->lines = kept;
}

static void on_start(void *context, const struct batch_task *task)
{
    struct board *board = context;
    struct text text = {0};
    if (task->kind != BATCH_PRUNE && !board->progress.terminal) {
        add_label(board, task, &text);
        text_add(&text, task->epoch ? "  goes on after epoch %d" : "  starts", task->epoch);
        report(board, &text);
    }
    find_line(board, task);
    draw(board, true);
    text_done(&text);
}

static void on_progress(void *context, const struct batch_task *task,
                        const struct job_progress *progress)
{
    struct board *board = context;
    find_line(board, task)->progress = *progress;
    draw(board, false);
}

static void on_epoch(void *context, const struct batch_task *task, const struct epoch_row *row)
{
    struct board *board = context;
    struct text text = {0};
    char name[64], percent[16];
    if (!board->progress.terminal) {
        text_add(&text, "%s  epoch %d/%d  loss %.4f", batch_task_name(board->batch, task, name),
                 row->epoch, task->epochs, row->train_loss);
        if (!isnan(row->val_accuracy))
            text_add(&text, "  validation %s",
                     output_percent(row->val_accuracy, percent, sizeof percent));
        report(board, &text);
    }
    text_done(&text);
}

static void on_end(void *context, const struct batch_task *task)
{
    struct board *board = context;
    struct text text = {0};
    char name[64], percent[16];
    drop_line(board, task);
    text_add(&text, "%s  ", batch_task_name(board->batch, task, name));
    if (task->state == BATCH_FAILED)
        text_add(&text, "failed: %s", task->message);
    else
        text_add(&text, "%s  %s", task->kind == BATCH_PRUNE ? "pruned" : "finished",
                 output_percent(task->accuracy, percent, sizeof percent));
    text_add(&text, "   ");
    add_whole(board, &text);
    report(board, &text);
    text_done(&text);
}

struct batch_watch board_watch(struct board *board)
{
    return (struct batch_watch){.starts = on_start,
                                .progress = on_progress,
                                .epoch = on_epoch,
                                .ends = on_end,
                                .context = board};
}

void board_close(struct board *board)
{
    erase(board);
    log_cover(NULL, NULL);
    free(board->line);
    free(board->weight);
}
