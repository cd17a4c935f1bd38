#include "cli/help.h"

#include <string.h>

#include "base/text.h"

enum { COLUMN = 26, WIDTH = 80 };

/* `text` broken into lines of at most WIDTH, all from `column` on, where the first one stands. */
static void print_wrapped(FILE *to, const char *text, int column)
{
    int at = column;
    while (*text) {
        int length = (int)strcspn(text, " ");
        if (at > column && at + 1 + length > WIDTH) {
            fprintf(to, "\n%*s", column, "");
            at = column;
        } else if (at > column) {
            fputc(' ', to);
            at++;
        }
        fprintf(to, "%.*s", length, text);
        at += length;
        text += length;
        text += strspn(text, " ");
    }
    fputc('\n', to);
}

/* "  left            text" */
static void print_row(FILE *to, const char *left, const char *text)
{
    int length = fprintf(to, "  %s", left);
    if (length + 2 > COLUMN)
        fprintf(to, "\n%*s", COLUMN, "");
    else
        fprintf(to, "%*s", COLUMN - length, "");
    print_wrapped(to, text, COLUMN);
}

static void print_option(FILE *to, const struct option *option)
{
    struct text left = {0}, right = {0};
    if (option->letter)
        text_add(&left, "-%c, ", option->letter);
    text_add(&left, "--%s", option->name);
    if (option->placeholder)
        text_add(&left, " %s", option->placeholder);
    text_add(&right, "%s", option->help);
    if (option->config && option->placeholder) {
        const char *standard = config_row((enum config_field)option->field)->standard;
        if (*standard)
            text_add(&right, " (default %s)", standard);
    }
    if (option->repeats && !option->config)
        text_add(&right, "; may be given again");
    print_row(to, text_get(&left), text_get(&right));
    text_done(&left);
    text_done(&right);
}

static void print_options(FILE *to, const char *title, const struct option *table)
{
    fprintf(to, "\n%s:\n", title);
    for (const struct option *option = table; option->name; option++)
        if (!option_is_default(option))
            print_option(to, option);
}

void help_overview(FILE *to)
{
    fputs("usage: slimscope [OPTIONS] COMMAND [ARGUMENTS]\n\n"
          "Trains convolutional networks with a sparsity penalty on their batch-norm\n"
          "scaling factors, prunes channels by them, and keeps every result.\n\n"
          "commands:\n",
          to);
    for (const struct command *const *command = commands; *command; command++)
        print_row(to, (*command)->name, (*command)->summary);
    print_options(to, "options of every command", global_options);
    fputs("\n`slimscope help COMMAND` says more; so does the manual page, slimscope(1).\n", to);
}

void help_command(FILE *to, const struct command *command)
{
    fprintf(to, "usage: slimscope %s [OPTIONS]%s%s\n\n", command->name, *command->words ? " " : "",
            command->words);
    print_wrapped(to, command->summary, 0);
    if (command->about) {
        fputc('\n', to);
        print_wrapped(to, command->about, 0);
    }
    if (command->options)
        print_options(to, "options", command->options);
    if (command->flags & COMMAND_CONFIG)
        print_options(to, command->options ? "options of the training" : "options", config_options);
    print_options(to, "options of every command", global_options);
}
