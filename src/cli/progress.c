#include "cli/progress.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "cli/output.h"

enum { BAR_LEAST = 8, BAR_MOST = 40 };

static void lift(void *context)
{
    struct progress *progress = context;
    if (progress->shown)
        fputs("\r\033[J", stderr);
    progress->shown = false;
}

void progress_open(struct progress *progress, const struct session *session)
{
    const char *terminal = getenv("TERM");
    log_cover(lift, progress);
    *progress = (struct progress){
        .quiet = session->quiet,
        .terminal = isatty(STDERR_FILENO) && terminal && !text_equal(terminal, "dumb"),
        .colour = session->colour,
        .unicode = output_is_unicode(),
    };
}

int progress_width(void)
{
    struct winsize size;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return 80;
}

void progress_add_bar(const struct progress *progress, struct text *line, double share, int width)
{
    int full = (int)(share * width + 0.5);
    text_add(line, "%s", progress->colour ? "\033[36m" : "");
    for (int i = 0; i < full; i++)
        text_add(line, "%s", progress->unicode ? "━" : "#");
    text_add(line, "%s", progress->colour ? "\033[90m" : "");
    for (int i = full; i < width; i++)
        text_add(line, "%s", !progress->unicode ? "-" : progress->colour ? "━" : "─");
    text_add(line, "%s", progress->colour ? "\033[0m" : "");
}

static void add_figures(struct text *line, const struct job_progress *now)
{
    char eta[32];
    text_add(line, " %3.0f %%", now->batches ? floor(100.0 * now->batch / now->batches) : 0.0);
    if (text_equal(now->phase, "train") && now->batch > 0)
        text_add(line, "  loss %.4f", now->loss);
    if (now->images_per_second > 0)
        text_add(line, "  %.0f images/s", now->images_per_second);
    if (now->eta >= 0)
        text_add(line, "  ETA %s", clock_print_duration(now->eta, eta, sizeof eta));
}

/* "epoch 3/160 train ━━━━━━───── 62 %  loss 0.4123  3100 images/s  ETA 1 min 20 s", cut where the
 * terminal ends. */
static void on_progress(void *context, const struct job_progress *now)
{
    struct progress *progress = context;
    if (progress->quiet || !progress->terminal)
        return;
    struct text head = {0}, tail = {0}, line = {0};
    const double share = now->batches ? (double)now->batch / now->batches : 0;
    if (now->epochs > 0 && now->epoch <= now->epochs)
        text_add(&head, "epoch %d/%d ", now->epoch, now->epochs);
    text_add(&head, "%s ", now->phase);
    add_figures(&tail, now);
    const int room = progress_width() - 1;
    const int left = room - (int)head.length - (int)tail.length;
    text_add(&line, "\r%.*s", room, text_get(&head));
    if (left >= BAR_LEAST)
        progress_add_bar(progress, &line, share, left < BAR_MOST ? left : BAR_MOST);
    if (room > (int)head.length)
        text_add(&line, "%.*s", room - (int)head.length, text_get(&tail));
    text_add(&line, "\033[J\r"); /* where it begins, however a narrower terminal wraps it */
    fputs(text_get(&line), stderr);
    progress->shown = true;
    text_done(&head);
    text_done(&tail);
    text_done(&line);
}

static void on_epoch(void *context, const struct epoch_row *row, int epochs)
{
    struct progress *progress = context;
    char train[16], val[16], near[16];
    if (progress->quiet)
        return;
    fprintf(stderr, "%sepoch %d/%d  loss %.4f  train %s", progress->shown ? "\r\033[J" : "",
            row->epoch, epochs, row->train_loss,
            output_percent(row->train_accuracy, train, sizeof train));
    if (!isnan(row->val_accuracy))
        fprintf(stderr, "  validation %s", output_percent(row->val_accuracy, val, sizeof val));
    fprintf(stderr, "  gamma < 0.01: %s  lr %g  %.1f s\n",
            output_percent(row->near_zero, near, sizeof near), row->learning_rate, row->seconds);
    progress->shown = false;
}

struct job_watch progress_watch(struct progress *progress)
{
    return (struct job_watch){.progress = on_progress, .epoch = on_epoch, .context = progress};
}

void progress_close(struct progress *progress)
{
    lift(progress);
    log_cover(NULL, NULL);
}
