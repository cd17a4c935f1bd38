/*
 * The program: what it is asked, which command does it, and what the world hears of how it ended.
 */
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"

#include "base/log.h"
#include "base/stop.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/help.h"
#include "kernel/core.h"
#include "kernel/gemm.h"
#include "kernel/task.h"

static void print_error(const char *command, const struct error *err)
{
    if (*err->text)
        fprintf(stderr, "slimscope: %s%s%s\n", command ? command : "", command ? ": " : "",
                err->text);
    if (*err->hint)
        fprintf(stderr, "  %s\n", err->hint);
}

/* What could not be written to stdout is an error: a full disk, a reader that has left. */
static int close_output(const char *command, int status)
{
    struct error err = {0};
    bool failed = ferror(stdout) != 0;
    errno = EIO;
    if (failed && write(STDOUT_FILENO, "\n", 1) == 1) /* to see the same errno again */
        errno = EIO;
    if (!failed && fclose(stdout) == 0)
        return status;
    int code = error_set_errno(&err, ERROR_FAILED, "standard output");
    print_error(command, &err);
    return status ? status : code;
}

/* --- before the command ----------------------------------------------------------------------- */

static int read_threads(struct session *session, struct error *err)
{
    int64_t threads = 0;
    const char *set = getenv("OMP_NUM_THREADS");
    int code = option_integer(&session->arguments, "threads", 1, 1024, &threads, err);
    if (threads == 0 && set)
        threads = strtol(set, NULL, 10); /* "4,2" means 4 on the outermost level */
    session->threads = threads > 0 && threads <= 1024 ? (int)threads : 0;
    return code;
}

static int read_globals(struct session *session, struct error *err)
{
    const struct arguments *arguments = &session->arguments;
    const char *no_color = getenv("NO_COLOR"), *terminal = getenv("TERM");
    session->json = option_given(arguments, "json");
    session->quiet = option_given(arguments, "quiet");
    session->input = !option_given(arguments, "no-input") && isatty(STDIN_FILENO);
    session->colour = isatty(STDOUT_FILENO) && !option_given(arguments, "no-color") &&
                      !(no_color && *no_color) && terminal && !text_equal(terminal, "dumb");
    if (session->quiet)
        log_set_level(LOG_QUIET);
    else if (option_given(arguments, "verbose"))
        log_set_level(LOG_DETAIL);
    return read_threads(session, err);
}

static int check_words(const struct session *session, struct error *err)
{
    const struct command *command = session->command;
    const int words = session->arguments.words;
    if (words < command->least)
        error_set(err, ERROR_USAGE, "too few arguments: wants %s", command->words);
    else if (words > command->most)
        error_set(err, ERROR_USAGE, "%s: one argument too many",
                  session->arguments.word[command->most]);
    else
        return 0;
    return error_hint(err, "usage: slimscope %s [OPTIONS]%s%s", command->name,
                      *command->words ? " " : "", command->words);
}

/* Threads, OpenBLAS and signals, for a command that computes for long. */
static void start_computing(const struct session *session)
{
    stop_install();
    gemm_start();
    task_set_threads(session->threads);
}

static int run_command(struct session *session, char **argv, struct error *err)
{
    const struct command *command = session->command;
    int code = check_words(session, err);
    if (!code)
        code = read_globals(session, err);
    if (code)
        return code;
    if (command->flags & COMMAND_COMPUTES) {
        core_prepare(argv);
        start_computing(session);
    }
    return command->run(session, err);
}

/* --- which command ---------------------------------------------------------------------------- */

static int unknown_command(const char *word, struct error *err)
{
    enum { MOST = 64 };
    const char *names[MOST + 1] = {0};
    for (int i = 0; commands[i] && i < MOST; i++)
        names[i] = commands[i]->name;
    error_set(err, ERROR_USAGE, "%s: no such command", word);
    const char *near = text_nearest(word, names);
    return near ? error_hint(err, "did you mean %s?", near)
                : error_hint(err, "`slimscope help` lists them");
}

static void know_options(struct session *session, const struct command *command)
{
    int tables = 1;
    session->command = command;
    if (command->options)
        session->arguments.table[tables++] = command->options;
    if (command->flags & COMMAND_CONFIG)
        session->arguments.table[tables++] = config_options;
}

/* Without a command it is the screens; where there is no terminal, a line says so. */
static int no_command(struct session *session, struct error *err)
{
    if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)) {
        know_options(session, &command_explore);
        return 0;
    }
    error_set(err, ERROR_USAGE, "explore: not a terminal: the screens need one");
    return error_hint(err, "`slimscope help` lists the commands that do without");
}

/* Prints the version or the help, if that is what was wanted. */
static bool answer(const struct session *session, bool help)
{
    const struct arguments *arguments = &session->arguments;
    if (option_given(arguments, "version"))
        puts("slimscope " PACKAGE_VERSION);
    else if (!help && !option_given(arguments, "help"))
        return false;
    else if (session->command)
        help_command(stdout, session->command);
    else
        help_overview(stdout);
    return true;
}

/* Finds the command and parses what follows it. *done: it was help or the version that was wanted.
 */
static int read_command(struct session *session, char **argv, bool *done, struct error *err)
{
    struct arguments *arguments = &session->arguments;
    int next;
    arguments->table[0] = global_options;
    int code = arguments_parse(arguments, argv, 1, true, &next, err);
    const bool help = !code && argv[next] && text_equal(argv[next], "help");
    if (help)
        code = arguments_parse(arguments, argv, next + 1, true, &next, err);
    if (code)
        return code;
    const char *word = argv[next];
    const struct command *command = word ? command_find(word) : NULL;
    if (word && !command)
        return unknown_command(word, err);
    if (command)
        know_options(session, command);
    if (command && !help && !option_given(arguments, "help")) /* help does not mind what follows */
        code = arguments_parse(arguments, argv, next + 1, false, &next, err);
    *done = !code && answer(session, help);
    return code || *done || command ? code : no_command(session, err);
}

/* A stop by signal ends as the shell expects: 128 + its number. */
static int exit_status(int code)
{
    if (code != ERROR_STOPPED)
        return code;
    return stop_signal() ? 128 + stop_signal() : ERROR_FAILED;
}

int main(int argc, char **argv)
{
    struct session session = {0};
    struct error err = {0};
    bool done = true;
    setlocale(LC_ALL, "");
    setlocale(LC_NUMERIC, "C");
    signal(SIGPIPE, SIG_IGN); /* these two come as errors of write() */
    signal(SIGXFSZ, SIG_IGN);
    int code = argc > 0 ? read_command(&session, argv, &done, &err) : ERROR_USAGE;
    if (!code && !done)
        code = run_command(&session, argv, &err);
    const char *name = session.command ? session.command->name : NULL;
    if (code)
        print_error(name, &err);
    store_close(session.store);
    free(session.store_path);
    arguments_done(&session.arguments);
    int status = close_output(name, exit_status(code));
    if (stop_signal())
        _exit(status); /* a thread may still compute: nothing is torn down under it */
    return status;
}
