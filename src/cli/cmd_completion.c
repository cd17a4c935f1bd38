/* `completion`: what a shell reads to complete our words. The scripts ask the program itself. */
#include <stdio.h>

#include "base/text.h"
#include "cli/command.h"
#include "cli/complete.h"

static const char bash[] =
#include "src/cli/completion/slimscope.inc"
    ;

static const char zsh[] =
#include "src/cli/completion/_slimscope.inc"
    ;

static int run(struct session *session, struct error *err)
{
    const char *const *words = session->arguments.word;
    const int count = session->arguments.words;
    if (text_equal(words[0], "bash") && count == 1)
        fputs(bash, stdout);
    else if (text_equal(words[0], "zsh") && count == 1)
        fputs(zsh, stdout);
    else if (text_equal(words[0], "words") && count > 1)
        complete_print(session, words + 1, count - 1);
    else
        return error_set(err, ERROR_USAGE, "%s: wants bash or zsh", words[0]);
    return 0;
}

const struct command command_completion = {
    .name = "completion",
    .words = "bash | zsh",
    .least = 1,
    .most = 1000000,
    .summary = "Print a script that completes slimscope's words in a shell.",
    .about = "eval \"$(slimscope completion bash)\" in ~/.bashrc, or the same with zsh in ~/.zshrc "
             "after compinit. Commands, options, their values, data sets, networks and the ids of "
             "the store are completed.",
    .run = run,
};
