/* `explore`: the screens. */
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "cli/command.h"
#include "ui/explore.h"

static int read_size(const char *text, int *rows, int *cols, struct error *err)
{
    int length = 0;
    if (!text)
        return 0;
    if (sscanf(text, "%3dx%3d%n", cols, rows, &length) == 2 && !text[length] && *rows > 0 &&
        *cols > 0)
        return 0;
    return error_set(err, ERROR_USAGE,
                     "--size %s: write columns and rows as 100x30, at most 999x999", text);
}

static int read_options(struct session *session, struct explore_options *options, struct error *err)
{
    const struct arguments *arguments = &session->arguments;
    const char *screen = option_text(arguments, "screen");
    const char *no_color = getenv("NO_COLOR");
    options->colour = !option_given(arguments, "no-color") && !(no_color && *no_color);
    options->mouse = !option_given(arguments, "no-mouse");
    options->once = option_given(arguments, "once");
    options->script = option_text(arguments, "script");
    options->at = option_text(arguments, "at");
    if (options->at)
        options->screen = SCREEN_PRUNE;
    if (screen)
        options->screen = screen_find(screen);
    if (options->screen == SCREEN_NONE)
        return error_set(err, ERROR_USAGE,
                         "--screen %s: one of runs, train, gamma, prune, compare, jobs", screen);
    if (options->once && options->script)
        return error_set(err, ERROR_USAGE, "--once and --script exclude each other");
    return read_size(option_text(arguments, "size"), &options->rows, &options->cols, err);
}

static int run(struct session *session, struct error *err)
{
    struct explore_options options = {.screen = SCREEN_RUNS, .rows = 24, .cols = 80};
    const char *chosen = option_text(&session->arguments, "run");
    int code = session_store_path(session, err);
    if (!code)
        code = read_options(session, &options, err);
    if (!code && chosen) {
        struct run_row row;
        code = session_open(session, STORE_READ, err);
        if (!code)
            code = session_run(session, chosen, &row, err);
        if (!code) {
            options.run = row.id;
            run_row_done(&row);
        }
    }
    options.store = session->store_path;
    return code ? code : explore(&options, err);
}

static const struct option options[] = {
    {.name = "screen",
     .placeholder = "runs|train|gamma|prune|compare|jobs",
     .help = "the screen to begin with"},
    {.name = "run", .placeholder = "ID", .help = "the run to look at"},
    {.name = "at", .placeholder = "AMOUNT", .help = "where Prune opens: 60%, or a threshold"},
    {.name = "once", .help = "print one frame and leave; needs no terminal"},
    {.name = "size", .placeholder = "WxH", .help = "of --once and --script (80x24)"},
    {.name = "script", .placeholder = "FILE", .help = "keys from a file; needs no terminal"},
    {.name = "no-mouse", .help = "leave the mouse to the terminal"},
    {0},
};

const struct command command_explore = {
    .name = "explore",
    .words = "",
    .flags = COMMAND_COMPUTES,
    .summary = "The screens: watch runs, drag the pruning threshold.",
    .about = "Without a command slimscope does this. `?` shows the keys.",
    .options = options,
    .run = run,
};
