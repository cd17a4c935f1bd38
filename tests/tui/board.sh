#!/bin/sh
# A terminal that becomes narrower under the progress of a batch, or of one training, and wraps its
# lines: none of them stays.
# shellcheck source=tests/tui/lib.sh
. "${srcdir:-.}/tests/tui/lib.sh"
set -eu
program="$PWD/$builddir/slimscope"

printf '%s\n' 'name: board' 'base: {data: "shapes:3000", arch: vgg11, width: 0.25, epochs: 50, val: 300}' \
    'grid: {seed: [1, 2]}' >"$work/plan.yaml"

# check_one TEXT COLUMNS…: it stands on the screen once, whatever becomes of the width.
check_one() {
    text=$1
    shift
    for cols in "$@"; do
        tm resize-window -x "$cols" -y 24
        sleep 1
        await "$text"
        [ "$(tm capture-pane -p | grep -cF -- "$text")" = 1 ] || fail "$text: not once"
    done
}

start 110 24 "$program --store $work/batch.db batch $work/plan.yaml"
await ' of 2 jobs'
await 'run 1  vgg11'
check_one 'run 1  vgg11' 84 100 76
check_one ' of 2 jobs' 60 110
tm send-keys C-c
await_left
start 110 24 "$program --store $work/train.db train --data shapes:3000 --arch vgg11 --width 0.25 --epochs 50 --val 300"
await ' train '
check_one 'images/s' 100 84
tm send-keys C-c
await_left
