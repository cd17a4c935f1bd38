#!/bin/sh
# The real thing: a trained run, its threshold dragged by raw mouse bytes; what the screen counts is
# what `prune --json` removes at the percentage that the screen shows.
# shellcheck source=tests/tui/lib.sh
. "${srcdir:-.}/tests/tui/lib.sh"
set -eu
program="$PWD/$builddir/slimscope"
store="$work/runs.db"

"$program" --store "$store" train -q --data shapes:1200 --val 300 --arch vgg11 --width 0.25 \
    --penalty tl1 --lambda 2e-3 --epochs 1 >/dev/null 2>&1

# "12.5 86": the percentage and the count that the screen shows.
shown() {
    tm capture-pane -p |
        sed -n 's/.*channels pruned \([0-9.]*\) %  *\([0-9]*\) of \([0-9]*\).*/\1 \2/p'
}

# What prune removes at a percentage.
removed() {
    "$program" --store "$store" prune 1 --channels "$1%" --json |
        sed -n 's/.*"channels":\([0-9]*\),"channels_kept":\([0-9]*\).*/\1 \2/p' |
        { read -r all kept && echo $((all - kept)); }
}

# check_stop PERCENT: until the screen's percentage begins so; then it counts what prune removes. What
# is read while the screen is being drawn may be of two frames, so it is read again.
check_stop() {
    await "channels pruned $1"
    for _ in 1 2 3 4 5; do
        percent=$(shown)
        count=${percent#* }
        percent=${percent% *}
        wanted=$(removed "$percent")
        [ "$count" != "$wanted" ] || return 0
    done
    fail "$percent %: the screen says $count, prune removes $wanted"
}

# explore COLUMNS ROWS [VARIABLE=VALUE]
explore() {
    start "$1" "$2" "${3:+$3 }SLIMSCOPE_STORE=$store $program explore --screen prune --run 1"
    await 'channels pruned 0 %'
}

# resize COLUMNS ROWS: until the box of the slider is as wide.
is_wide() { tm capture-pane -p | sed -n 2p | LC_ALL=C.UTF-8 grep -q "^.\{$(($1 - 1))\}┐\$"; }
resize() {
    tm resize-window -x "$1" -y "$2"
    await_that is_wide "$1" || fail "the screen does not become $1 columns wide"
}

# The slider stands in row 4 from column 5 to six before the last.
explore 100 30
send_bytes '\033[<0;5;4M\033[<32;40;4M'
check_stop 39
send_bytes '\033[<32;70;9M'
check_stop 73
send_bytes '\033[<0;70;9m'
send_bytes '\033[<0;20;4M\033[<32;30;4M\033[<32;40;4M\033[<32;60;4M\033[<0;60;4m'
check_stop 62
tm send-keys Right
await 'of 688'
resize 80 24
send_bytes '\033[<0;5;4M\033[<32;30;4M'
check_stop 35
resize 200 60
send_bytes '\033[<32;100;4M\033[<0;100;4m'
check_stop 50
await 'measured, '
tm send-keys q
await ' Runs '
tm send-keys q
check_restored

# Amounts as they are typed, and the options of prune that mean the same.
removed_by() {
    # shellcheck disable=SC2086 # it is words
    "$program" --store "$store" prune 1 $1 --json |
        sed -n 's/.*"channels":\([0-9]*\),"channels_kept":\([0-9]*\).*/\1 \2/p' |
        { read -r all kept && echo $((all - kept)); }
}

check_typed() {
    tm send-keys =
    await '2M macs'
    tm send-keys -l "$1"
    tm send-keys Enter
    wanted=$(removed_by "$2")
    await " $wanted of 688"
}

explore 100 30
check_typed '50% params' '--parameters 50%'
check_typed '2M macs' '--macs 2000000'
check_typed '30% channels' '--channels 30%'
check_typed '0.2' '--threshold 0.2'
check_typed '80% floor 2,feature.26=all' '--channels 80% --floor 2,feature.26=all'
check_typed 'floor 1 90%' '--channels 90%'
# A floor dragged on a layer's bar, beyond its end: the layer is locked, here and for prune.
row=$(tm capture-pane -p | grep -n 'feature\.5 ' | cut -d: -f1)
send_bytes "\033[<0;18;${row}M\033[<32;22;${row}M\033[<32;90;${row}M\033[<0;90;${row}m"
await 'lock'
await " $(removed_by '--channels 90% --floor feature.5=all') of 688"
tm send-keys u
await " $(removed_by '--channels 90%') of 688"
# An export is what the command line exports, in the format of its name; a file that is there is only
# replaced when Enter comes again.
pruning=$("$program" --store "$store" prune 1 --channels 90% --json | sed -n 's/.*"pruning":\([0-9]*\).*/\1/p')
for suffix in onnx safetensors npz; do
    "$program" --store "$store" export "p$pruning" -o "$work/command.$suffix" -q
    tm send-keys x C-u
    tm send-keys -l "$work/screen.$suffix"
    tm send-keys Enter
    await "bytes written"
    cmp -s "$work/command.$suffix" "$work/screen.$suffix" || fail "screen.$suffix is another file"
    tm send-keys Left Right
done
echo mine >"$work/screen.onnx"
tm send-keys x C-u
tm send-keys -l "$work/screen.onnx"
tm send-keys Enter
await "Enter again replaces"
[ "$(cat "$work/screen.onnx")" = mine ] || fail "a file was replaced without a question"
tm send-keys Enter
await "bytes written"
tm send-keys x C-u
tm send-keys -l "$work/screen.foo"
tm send-keys Enter
await ".safetensors, .onnx or .npz?"
tm send-keys Escape
tm send-keys C-c
check_restored

for setting in TERM=tmux-256color TERM=vt100 LC_ALL=C NO_COLOR=1; do
    explore 80 24 "$setting"
    send_bytes '\033[<0;5;4M\033[<32;30;4M\033[<0;30;4m'
    check_stop 35
    tm send-keys C-c
    check_restored
done

# The store keeps what was measured on all the images, not the steps on the way there.
kept=$("$program" --store "$store" query -q 'SELECT min(images), max(images) FROM evaluation' --json)
case $kept in
*'[[300,300]]'*) ;;
*) fail "kept: $kept" ;;
esac
