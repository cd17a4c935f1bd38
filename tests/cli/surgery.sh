#!/bin/sh
# Surgery on a residual network: floors of 0, folding, and what both leave behind.
# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"

# layers KEY: that number of every layer of a pruning, on one line.
layers() { grep -o "\"$1\":[0-9]*[,}]" "$folder/out" | tr -dc '0-9\n' | tr '\n' ' '; }

# The parameters of resnet11 at width 1/8 for 10 classes by the closed form, from the kept channels
# of its ten gates: three blocks of 8 planes on streams of 8, 32 and 32 channels.
resnet_parameters() {
    echo "$1" | awk '{
        sum = 9 * 3 * 8; w = 8; q = 8
        for (b = 0; b < 3; b++) {
            a = $(3 * b + 1); c = $(3 * b + 2); d = $(3 * b + 3)
            sum += 2 * w + a * c + 2 * c + 9 * c * d + 2 * d + 4 * q * d + 4 * q * w
            w = 4 * q
        }
        print sum + 2 * w + $10 * 10 + 10
    }'
}

works train --data shapes:400 --val 100 --arch resnet11 --width 0.125 --epochs 1 --json
same "parameters of the whole" "$(number parameters)" "$(resnet_parameters "8 8 8 32 8 8 32 8 8 32")"

# --- a floor of 0 -----------------------------------------------------------------------------

emptied=
for amount in 60 70 80 85 90 95; do
    run prune 1 --channels $amount% --floor 0 --json
    if [ "$status" -ne 0 ]; then
        judge 2 "prune: bn: would lose all its channels*" "only the head is refused at $amount%"
        continue
    fi
    kept=$(layers kept)
    same "parameters at $amount%" "$(number parameters)" "$(resnet_parameters "$kept")"
    same "channels at $amount%" "$(number channels_kept)" \
        "$(echo "$kept" | awk '{ for (i = 1; i <= NF; i++) sum += $i; print sum }')"
    same "no gate of a branch is empty alone at $amount%" "$(echo "$kept" | awk '{
        for (b = 1; b < 10; b += 3) {
            empty = ($b == 0) + ($(b + 1) == 0) + ($(b + 2) == 0)
            alone += empty == 1 || empty == 2
        }
        print alone + 0
    }')" 0
    if echo "$kept" | grep -q '\<0 0 0\>'; then
        emptied=$amount
        pruning=$(number pruning)
        holds "the loss at $amount% is said" grep -q 'prune: nothing is left of layer' "$folder/err"
    fi
done
holds "a branch went" [ -n "$emptied" ]

works eval "p$pruning" --json
works retrain "p$pruning" --epochs 1 --json
prints "it trains without the branch" '"status":"finished"'
retrained=$(number run)
channels=$(number channels)
works prune "$retrained" --channels 20% --json
same "N is what is left" "$(sed 's/"layers".*//' "$folder/out" | tr , '\n' |
    sed -n 's/"channels"://p')" "$channels"
holds "what was empty is no news" [ ! -s "$folder/err" ]
works retrain "p$pruning" --epochs 1 --scratch --json
works gamma "$retrained" --json
prints "an empty layer has no factors" '"name":"layer[123]\.0\.bn2","gamma":\[\]'

# --- floors of single layers ------------------------------------------------------------------

works prune 1 --channels 80% --floor 1,layer1.0.bn2=all,bn=5 --json
kept=$(layers kept)
same "layers with floors of their own" "$(echo "$kept" | awk '{ print ($2 == 8), ($10 >= 5) }')" "1 1"
same "parameters with floors" "$(number parameters)" "$(resnet_parameters "$kept")"
floors=$(number pruning)
prints "the floors are stored" '"amount":"--channels 80% --floor 1,layer1.0.bn2=all,bn=5"'
# What is stored says how to make it again: the same row.
# shellcheck disable=SC2046 # it is words
works prune 1 $(sed 's/.*"amount":"\([^"]*\)".*/\1/' "$folder/out") --json
same "the stored amount is the same pruning" "$(number pruning)" "$floors"
refuses 2 "prune: --floor nowhere: the network has no such layer" prune 1 --channels 80% --floor nowhere=1
refuses 2 "prune: --floor bn: must be LAYER=N or LAYER=all" prune 1 --channels 80% --floor 1,bn

# --- budgets ----------------------------------------------------------------------------------

works prune 1 --macs 60% --json
macs=$(number macs)
budget=$(number pruning)
works prune 1 --macs "$macs" --json
same "a budget is the least pruning that fits" "$(number pruning)" "$budget"
refuses 2 "prune: --macs: cannot be reached: *" prune 1 --macs 10

# --- folding ----------------------------------------------------------------------------------

works prune 1 --channels 60% --json
prints "not folded" '"fold_beta":false'
plain=$(number pruning)
works prune 1 --channels 60% --fold-beta --json
prints "folded" '"fold_beta":true'
folded=$(number pruning)
accuracy=$(number val_accuracy)
holds "it is another pruning" [ "$plain" != "$folded" ]
works prune 1 --channels 60% --fold-beta --json
same "asked twice it is the same row" "$(number pruning)" "$folded"
works eval "p$folded" --json
same "loaded, it is the folded network" "$(number accuracy)" "$accuracy"
works retrain "p$folded" --epochs 1 --json
folded_run=$(text hash)
works retrain "p$plain" --epochs 1 --json
holds "its retraining is another" [ "$(text hash)" != "$folded_run" ]
refuses 2 "prune: --fold-beta: takes no value" prune 1 --channels 60% --fold-beta=yes

# --- VGG needs all its layers -----------------------------------------------------------------

# shellcheck disable=SC2086 # $tiny is words
works train $tiny --json
refuses 2 "prune: feature.1: would lose all its channels*" prune "$(number run)" --threshold 100 --floor 0
finish
