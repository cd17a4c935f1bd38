#!/bin/sh
# Completion as bash and zsh see it: the scripts are sourced and asked.
# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"
command -v bash >/dev/null || {
    echo "bash is not here"
    exit 77
}

# shellcheck disable=SC2086 # words
works train $tiny --penalty tl1 --name "the first" --json
works prune 1 --channels 50% --json
works completion bash
cp "$folder/out" "$folder/slimscope.bash"
works completion zsh
cp "$folder/out" "$folder/slimscope.zsh"
mkdir "$folder/bin"
ln -s "$program" "$folder/bin/slimscope"
PATH=$folder/bin:$PATH

# shellcheck disable=SC2317 # they are called through a variable
# in_bash WORD…: what bash offers for the last of these words, in one line.
in_bash() {
    (cd "$folder" && bash -c '
        compopt() { :; }
        . ./slimscope.bash
        COMP_WORDS=("$@")
        COMP_CWORD=$(($# - 1))
        _slimscope
        printf "%s\n" "${COMPREPLY[@]}"
    ' bash slimscope "$@") >"$folder/out" 2>"$folder/err"
    sort "$folder/out" | tr '\n' ' ' | sed 's/ $//'
}

# shellcheck disable=SC2317
# The same in zsh, whose own part of it is stood in for.
in_zsh() {
    (cd "$folder" && zsh -f -c '
        compdef() { :; }
        compset() { :; }
        _describe() { printf "%s\n" "${(@P)4}"; }
        _files() { print -l *; }
        . ./slimscope.zsh
        words=("$@")
        CURRENT=$#
        _slimscope
    ' zsh slimscope "$@") >"$folder/out" 2>"$folder/err"
    sed 's/\\:/;/g; s/:.*//; s/;/:/g' "$folder/out" | sort | tr '\n' ' ' | sed 's/ $//'
}

# offers WORDS WANTED, after `how in_bash` or `how in_zsh`. WORDS are separated by spaces.
offers() {
    # shellcheck disable=SC2086 # words
    same "$asks: $1" "$($asks $1)" "$2"
    holds "$asks: $1: nothing on stderr" [ ! -s "$folder/err" ]
}

suite() {
    asks=$1
    offers "tr" "train"
    offers "re" "remove report retrain"
    offers "train --pen" "--penalty"
    offers "train --penalty m" "mcp"
    offers "train --penalty mcp --pen" ""
    offers "train --tag x --ta" "--tag"
    offers "train --no-aug" "--no-augment"
    offers "train --arch resnet1" "resnet110 resnet164"
    offers "train --data c" "cifar100: cifar10:"
    offers "train --data fa" "fashion"
    offers "train --keep e" "every:"
    offers "export 1 --format s" "safetensors"
    offers "store b" "backup"
    offers "data ch" "check"
    offers "data check sv" "svhn:"
    offers "explore --screen p" "prune"
    offers "runs --filter pen" "penalty="
    offers "completion z" "zsh"
    offers "gamma 1 --la" "--layer"
    offers "help ben" "bench"
    offers "nonsense" ""
    offers "plot rid" "ridges"
    offers "train --nonsense x --ep" "--epochs"
    same "$asks: every penalty" "$($asks train --penalty '')" "l1 lp mcp none scad tl1"
    same "$asks: runs" "$($asks gamma '')" "1"
    same "$asks: runs of a figure" "$($asks plot ridges 1 '')" "1"
    same "$asks: prunings" "$($asks retrain '')" "p1"
    same "$asks: targets" "$($asks eval '')" "1 p1"
    same "$asks: runs, again and again" "$($asks remove 1 '')" "1"
    same "$asks: behind global options" "$($asks --json -q show '')" "1 p1"
    same "$asks: another store" "$($asks --store nowhere.db show '')" ""
    same "$asks: no store is made" "$(ls "$folder/nowhere.db" 2>/dev/null)" ""
}

suite in_bash
offers "batch slimscope.b" "slimscope.bash"
same "bash cuts words at =" "$(in_bash train --penalty = sc)" "scad"
same "bash cuts words at = before a value" "$(in_bash train --penalty =)" \
    "l1 lp mcp none scad tl1"
same "bash cuts words at :" "$(in_bash train --data svhn : slimscope.z)" "slimscope.zsh"
holds "the bash script is sound" bash -n "$folder/slimscope.bash"
installed=${srcdir:-.}/src/cli/completion
holds "what is installed for bash is what is printed" \
    cmp "$installed/slimscope" "$folder/slimscope.bash"

if command -v zsh >/dev/null; then
    suite in_zsh
    holds "the zsh script is sound" zsh -n "$folder/slimscope.zsh"
    holds "what is installed for zsh is what is printed" \
        cmp "$installed/_slimscope" "$folder/slimscope.zsh"
    # shellcheck disable=SC2016 # zsh expands it
    same "zsh finds what is installed" "$(zsh -f -c 'fpath=($1 $fpath)
        autoload -U compinit && compinit -u -D && print $_comps[slimscope]' \
        zsh "$installed")" _slimscope
else
    echo "SKIPPED: zsh is not here"
fi

refuses 2 "completion: fish: wants bash or zsh" completion fish
refuses 2 "completion: too few arguments*" completion
finish
