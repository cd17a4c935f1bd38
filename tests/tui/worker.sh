#!/bin/sh
# The whole story from the screen: a run is filled in and started, its worker killed, the run goes on
# by a key, its worker is asked to stop, it is paused and goes on, the screen is killed, the run goes
# on without it; then prune, retrain, export.
# shellcheck source=tests/tui/lib.sh
. "${srcdir:-.}/tests/tui/lib.sh"
set -eu
program="$PWD/$builddir/slimscope"
store="$work/runs.db"

# The worker of the job that runs.
worker() {
    "$program" --store "$store" query "SELECT pid FROM job WHERE state = 'running'" --json |
        sed -n 's/.*"rows":\[\[\([0-9]*\)\]\].*/\1/p'
}

has_worker() { [ -n "$(worker)" ]; }
await_worker() { await_that has_worker || fail "no worker"; }

start 100 40 "SLIMSCOPE_STORE=$store $program"
await 'no runs yet'
tm send-keys n
await 'A new run'
tm send-keys -l 'shapes:3000'
tm send-keys Down
tm send-keys -l 'vgg11'
tm send-keys Down
tm send-keys -l '0.25'
tm send-keys Down Down
tm send-keys -l '2e-3'
tm send-keys Down Down Down Down Down Down
await '▸ epochs'
tm send-keys -l '3'
tm send-keys Down Down Down Down Down Down Down Down Down
await '▸ val '
tm send-keys -l '500'
await 'all is well'
tm send-keys F7 # the form stays while another screen is looked at
await ' Jobs '
tm send-keys F3
await 'all is well'
tm send-keys Enter
await 'running     epoch 0/3'
await_worker
kill -9 "$(worker)"
await 'interrupted'
tm send-keys Space
await_worker
await 'epoch 1, batch'
kill -TERM "$(worker)"
await 'queued      epoch'
tm send-keys Space
await 'paused      epoch'
tm send-keys Space
await_worker
await 'running     epoch'

screen=$(child)
kill -9 "$screen"
await 'status=137 ready'
[ -n "$(worker)" ] || fail "the worker died with the screen"
# kill -9 leaves the terminal raw: there a line ends with C-j
tm send-keys -l "stty sane; tput rmcup; clear; SLIMSCOPE_STORE=$store $program"
tm send-keys C-j
await ' Runs '
patience=6000
await 'finished'
tm send-keys Enter
await 'channels pruned 0 %'
tm send-keys 6
await 'channels pruned 60 %  412 of 688'
tm send-keys R
await 'epochs of the retraining'
tm send-keys C-u 1 Enter
await 'here (run 2)'
tm send-keys F7 # Jobs goes to what was queued last
await 'run 2 · '
tm send-keys F5
await 'here (run 2)'
tm send-keys x
await 'export to ('
tm send-keys C-u
tm send-keys -l "$work/slim.safetensors"
tm send-keys Enter
await 'bytes written'
[ -s "$work/slim.safetensors" ] || fail "nothing was exported"
tm send-keys C-c
await 'ready>'
await_modes "0 0 0 1"
