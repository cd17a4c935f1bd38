/* `completion`: what a shell reads to complete our words. The scripts ask the program itself. */
#include <stdio.h>

#include "base/text.h"
#include "cli/command.h"
#include "cli/complete.h"

static const char bash[] =
    "# slimscope's completion for bash: eval \"$(slimscope completion bash)\"\n"
    "_slimscope() {\n"
    "    local line word cur=${COMP_WORDS[COMP_CWORD]}\n"
    "    [[ $cur == [:=] ]] && cur=\n"
    "    COMPREPLY=()\n"
    "    while IFS= read -r line; do\n"
    "        if [[ $line == :files ]]; then\n"
    "            compopt -o filenames\n"
    "            while IFS= read -r word; do COMPREPLY+=(\"$word\"); done < <(compgen -f -- "
    "\"$cur\")\n"
    "        else\n"
    "            word=${line%%$'\\t'*}\n"
    "            [[ $word == *[:=] ]] && compopt -o nospace\n"
    "            COMPREPLY+=(\"$word\")\n"
    "        fi\n"
    "    done < <(\"${COMP_WORDS[0]/#\\~/$HOME}\" completion words -- \\\n"
    "        \"${COMP_WORDS[@]:1:COMP_CWORD}\" 2>/dev/null)\n"
    "}\n"
    "complete -F _slimscope slimscope\n";

static const char zsh[] = "#compdef slimscope\n"
                          "# slimscope's completion for zsh: eval \"$(slimscope completion zsh)\" "
                          "after compinit, or this text\n"
                          "# as a file _slimscope in $fpath.\n"
                          "_slimscope() {\n"
                          "    local line files\n"
                          "    local -a values open\n"
                          "    for line in \"${(@f)$(${(Q)words[1]} completion words -- \\\n"
                          "        \"${(@Q)words[2,CURRENT]}\" 2>/dev/null)}\"; do\n"
                          "        if [[ $line == :files ]]; then\n"
                          "            files=1\n"
                          "        elif [[ ${line%%$'\\t'*} == *[:=] ]]; then\n"
                          "            open+=(\"${${line%%$'\\t'*}//:/\\\\:}:${line#*$'\\t'}\")\n"
                          "        elif [[ -n $line ]]; then\n"
                          "            values+=(\"${line/$'\\t'/:}\")\n"
                          "        fi\n"
                          "    done\n"
                          "    (( $#values )) && _describe -t values value values\n"
                          "    (( $#open )) && _describe -t values value open -S ''\n"
                          "    if [[ -n $files ]]; then\n"
                          "        compset -P '*:'\n"
                          "        _files\n"
                          "    fi\n"
                          "}\n"
                          "if [[ ${funcstack[1]} == _slimscope ]]; then _slimscope; else compdef "
                          "_slimscope slimscope; fi\n";

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
