#include "ui/say.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "train/penalty.h"

enum { SERIES = 8 };

static char *unknown(char *text, size_t size)
{
    snprintf(text, size, "–");
    return text;
}

char *say_share(double share, char *text, size_t size)
{
    if (isnan(share))
        return unknown(text, size);
    snprintf(text, size, "%.1f %%", share * 100);
    return text;
}

char *say_integer(int64_t number, char *text, size_t size)
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%" PRId64, number);
    size_t used = 0;

    for (int i = 0; i < length && used + 2 < size; i++) {
        if (i > 0 && (length - i) % 3 == 0 && digits[i - 1] != '-')
            text[used++] = ' ';
        text[used++] = digits[i];
    }
    text[used] = '\0';
    return text;
}

char *say_count(double count, char *text, size_t size)
{
    return isnan(count) ? unknown(text, size) : text_print_count(count, text, size);
}

char *say_bytes(double bytes, char *text, size_t size)
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
    int unit = 0;

    if (isnan(bytes))
        return unknown(text, size);
    for (; bytes >= 999.5 && unit < 4; unit++)
        bytes /= 1000;
    snprintf(text, size, unit && bytes < 99.95 ? "%.1f %s" : "%.0f %s", bytes, units[unit]);
    return text;
}

char *say_seconds(double seconds, char *text, size_t size)
{
    if (isnan(seconds))
        return unknown(text, size);
    if (seconds < 0.1)
        snprintf(text, size, "%.2f ms", seconds * 1e3);
    else
        snprintf(text, size, "%.2f s", seconds);
    return text;
}

char *say_number(double number, char *text, size_t size)
{
    if (isnan(number))
        return unknown(text, size);
    snprintf(text, size, "%.3g", number);
    return text;
}

char *say_network(const struct run_row *run, char *text, size_t size)
{
    if (run->width == 1)
        snprintf(text, size, "%s", run->arch);
    else
        snprintf(text, size, "%s ×%.3g", run->arch, run->width);
    return text;
}

char *say_penalty(const struct run_row *run, char *text, size_t size)
{
    struct penalty penalty = {
        .kind = (enum penalty_kind)penalty_find(run->penalty),
        .lambda = run->lambda,
        .a = run->a,
        .p = run->p,
    };

    if (penalty_find(run->penalty) < 0)
        snprintf(text, size, "%s", run->penalty);
    else
        penalty_print(&penalty, text, size);
    return text;
}

char *say_training(const struct run_row *run, char *text, size_t size)
{
    bool scratch = run->kind == RUN_RETRAIN && run->scratch;
    double shape = isnan(run->a) ? run->p : run->a;

    if (run->kind != RUN_TRAIN)
        snprintf(text, size, "%s", scratch ? "scratch" : run_kind_name(run->kind));
    else if (isnan(shape))
        snprintf(text, size, "%s", run->penalty);
    else
        snprintf(text, size, "%s %c=%g", run->penalty, isnan(run->a) ? 'p' : 'a', shape);
    return text;
}

char *say_name(const struct run_row *run, char *text, size_t size)
{
    if (run->name || run->kind != RUN_RETRAIN)
        snprintf(text, size, "%s", run->name ? run->name : "");
    else
        snprintf(text, size, "run %" PRId64 " p%" PRId64, run->parent, run->pruning);
    return text;
}

/* "retrains p52 of run 5" */
static char *say_retraining(const struct run_row *run, char *text, size_t size)
{
    snprintf(text, size, "%sp%" PRId64 " of run %" PRId64 "%s", run->scratch ? "" : "retrains ",
             run->pruning, run->parent, run->scratch ? " from scratch" : "");
    return text;
}

char *say_run(const struct run_row *run, char *text, size_t size)
{
    char network[48], by[80], training[128] = "imported";

    if (run->kind != RUN_IMPORT)
        snprintf(training, sizeof training, "%s · seed %" PRId64 " · epoch %d/%d",
                 run->kind == RUN_RETRAIN ? say_retraining(run, by, sizeof by)
                                          : say_penalty(run, by, sizeof by),
                 run->seed, run->epoch, run->epochs);
    snprintf(text, size, "run %" PRId64 "%s%s · %s%s%s · %s", run->id, run->name ? " " : "",
             run->name ? run->name : "", say_network(run, network, sizeof network),
             *run->data ? " · " : "", run->data, training);
    return text;
}

const char *say_amount(const char *amount)
{
    static const char usual[] = "--channels ";

    return amount + (strncmp(amount, usual, strlen(usual)) == 0 ? strlen(usual) : 0);
}

enum style say_run_style(int64_t run)
{
    return (enum style)(STYLE_SERIES_1 + (int)((run - 1) % SERIES));
}

/* Colours and markers go round together, but out of step once the colours are used up. */
enum glyph say_run_marker(int64_t run)
{
    return (enum glyph)(GLYPH_MARKER_1 + (int)((run - 1 + (run - 1) / SERIES) % SERIES));
}

enum style say_status_style(enum run_status status)
{
    switch (status) {
    case RUN_RUNNING: return STYLE_LIVE;
    case RUN_QUEUED:
    case RUN_PAUSED: return STYLE_DIM;
    case RUN_INTERRUPTED: return STYLE_WARN;
    case RUN_DIVERGED:
    case RUN_FAILED: return STYLE_BAD;
    case RUN_FINISHED: break;
    }
    return STYLE_TEXT;
}
