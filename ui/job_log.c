#include "ui/job_log.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "db/store.h"
#include "ui/say.h"

void job_log_open(struct job_log *log, struct store *store, bool still)
{
    *log = (struct job_log){.store = store, .still = still};
    if (still)
        return;
    char *path = memory_print("%s/worker.log", store_folder(store));
    tail_open(&log->workers, path);
    free(path);
}

void job_log_done(struct job_log *log)
{
    tail_done(&log->workers);
    free(log->epoch);
    log->epoch = NULL;
}

bool job_log_refresh(struct job_log *log)
{
    return tail_refresh(&log->workers);
}

/* --- what workers said ----------------------------------------------------------------------- */

/* Whether a line of the log is where a worker begins a run ("run 7: vgg11 …"), and which. */
static bool begins_run(const char *line, int64_t *run)
{
    long long number;
    int length = 0;

    if (sscanf(line, "run %lld:%n", &number, &length) != 1 || length == 0)
        return false;
    *run = number;
    return true;
}

/* The lines that were said of a run, counted from the log's first: the last time it was begun, up
 * to where another is. All of them when it is not spoken of. */
static bool find_said(const struct tail *log, int64_t run, int *first, int *end)
{
    int lines = tail_lines(log, TAIL_BYTES);
    bool found = false, inside = false;
    int64_t begun;

    *first = 0;
    *end = lines;
    for (int i = 0; i < lines; i++) {
        if (!begins_run(tail_line(log, lines - 1 - i), &begun))
            continue;
        if (begun == run) {
            *first = i;
            *end = lines;
            found = inside = true;
        } else if (inside) {
            *end = i;
            inside = false;
        }
    }
    return found;
}

static void draw_said(const struct tail *log, int first, int end, struct grid *grid, struct rect in)
{
    int lines = tail_lines(log, TAIL_BYTES);

    if (end - first > in.rows)
        first = end - in.rows;
    for (int i = first; i < end; i++)
        grid_text(grid, in.row + i - first, in.col + 1, in.cols - 2, STYLE_TEXT,
                  tail_line(log, lines - 1 - i));
    if (!lines)
        grid_text(grid, in.row, in.col + 1, in.cols - 2, STYLE_DIM, "nothing was said yet");
}

/* --- epochs ---------------------------------------------------------------------------------- */

static void read_epochs(struct job_log *log, int64_t run)
{
    int64_t version = store_version(log->store);

    if (run == log->run && version == log->version)
        return;
    free(log->epoch);
    log->epoch = NULL;
    log->run = run;
    log->version = version;
    if (epoch_list(log->store, run, &log->epoch, &log->epochs, NULL))
        log->epochs = 0;
}

/* "epoch 3  loss 0.5659  training 78.7 %  validation 71.1 %  …": what there is no room for is left
 * out whole. */
static void draw_epoch(const struct epoch_row *epoch, bool still, struct grid *grid, struct rect in,
                       int row)
{
    const struct {
        const char *what;
        double share;
    } shares[] = {{"training", epoch->train_accuracy},
                  {"validation", epoch->val_accuracy},
                  {"|γ| < 0.01:", epoch->near_zero}};
    struct line line = {grid, row, in.col + 1, in.col + in.cols - 1};
    char text[32];
    int from;

    line_add(&line, STYLE_TEXT, "epoch %-3d", epoch->epoch);
    if (!isnan(epoch->train_loss))
        line_add(&line, STYLE_TEXT, "  loss %.4f", epoch->train_loss);
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
        from = line.col;
        line_add(&line, STYLE_DIM, "  %s ", shares[i].what);
        line_add(&line, STYLE_TEXT, "%7s", say_share(shares[i].share, text, sizeof text));
        line_keep_whole(&line, from);
    }
    from = line.col;
    if (!isnan(epoch->learning_rate))
        line_add(&line, STYLE_DIM, "  lr %g", epoch->learning_rate);
    line_keep_whole(&line, from);
    from = line.col;
    if (!still && epoch->seconds > 0)
        line_add(&line, STYLE_DIM, "  in %s",
                 clock_print_duration(epoch->seconds, text, sizeof text));
    line_keep_whole(&line, from);
}

void job_log_draw(struct job_log *log, int64_t run, struct grid *grid, struct rect frame)
{
    struct rect in = rect_inside(frame);
    char title[64] = "What the workers say";
    int first, end;

    if (find_said(&log->workers, run, &first, &end)) {
        snprintf(title, sizeof title, "What its worker says of run %" PRId64, run);
        grid_frame(grid, frame, title);
        draw_said(&log->workers, first, end, grid, in);
        return;
    }
    read_epochs(log, run);
    if (log->epochs)
        snprintf(title, sizeof title, "The epochs of run %" PRId64, run);
    grid_frame(grid, frame, title);
    if (!log->epochs)
        draw_said(&log->workers, first, end, grid, in);
    first = log->epochs > in.rows ? log->epochs - in.rows : 0;
    for (int i = first; i < log->epochs; i++)
        draw_epoch(&log->epoch[i], log->still, grid, in, in.row + i - first);
}
