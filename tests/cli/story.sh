#!/bin/sh
# The whole story on a tiny network: train, prune, retrain, evaluate, list, remove; what is printed
# against what can be counted by hand.
# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"

# layers KEY: that number of every layer of a pruning, a line each.
layers() { grep -o "\"$1\":[0-9]*[,}]" "$folder/out" | tr -dc '0-9\n'; }

# VGG's parameters by the closed form, from the widths on stdin: 9·cin·cout + 2·cout a layer, and
# the classifier of 10 classes.
vgg_parameters() { awk -v cin=3 '{ sum += 9 * cin * $1 + 2 * $1; cin = $1 } END { print sum + 10 * cin + 10 }'; }

# --- training ---------------------------------------------------------------------------------

# shellcheck disable=SC2086 # $tiny is words
{
    works train $tiny --penalty tl1 --lambda 1e-3 --name first --tag one --json
    is_json run hash weights_sha256 status skipped epochs train_loss val_accuracy test_accuracy \
        parameters parameters_published macs flops channels seconds images_per_second
    hash=$(text hash)
    sum=$(text weights_sha256)
    accuracy=$(number val_accuracy)
    same "status" "$(text status)" finished
    same "parameters" "$(number parameters)" \
        "$(printf '%s\n' 8 8 8 8 16 16 16 16 | vgg_parameters)"
    same "channels" "$(number channels)" 96
    prints "not skipped" '"skipped":false'

    works train $tiny --penalty tl1 --lambda 1e-3 --a 1 --p 0.3 --threads 1 --json
    prints "the same run is skipped" '"skipped":true'
    same "it is the same run" "$(text hash)" "$hash"
    works train $tiny --penalty none --lambda 1e-3 --no-augment --json
    prints "another run" '"run":2,'
    prints "no penalty" '"skipped":false'
    refuses 7 "train: *" train --data shapes:400 --val 100 --arch vgg11 --width 0.03125 \
        --epochs 5 --batch 16 --lr 1000 --weight-decay 1 --momentum 0 -q
    works train --data shapes:400 --val 0 --arch vgg11 --width 0.03125 --epochs 1 --json
    prints "no validation, no figure" '"val_accuracy":null'
}

# --- lists ------------------------------------------------------------------------------------

works show 1 --json
is_json run hash name tags parent config prunings checkpoints near_zero
prints "the name" '"name":"first"'
prints "what cannot act" '"p":null'
works show "$(printf %.10s "$hash")" --json
prints "by its hash" '"run":1,'
refuses 4 "show: *" show 99
refuses 4 "show: *" show p99
refuses 4 "show: *" show nobody
refuses 4 "show: *" show 0000abcdef

works runs --json
is_json runs
same "four runs" "$(grep -o '"run":' "$folder/out" | wc -l)" 4
works runs --filter 'penalty=tl1 vgg' --json
same "one by filter" "$(grep -o '"run":' "$folder/out" | wc -l)" 1
works runs --filter 'status=diverged' --json
same "one diverged" "$(grep -o '"run":' "$folder/out" | wc -l)" 1
refuses 2 "runs: filter: *" runs --filter 'penality=l1'
works runs
prints "a table" '^  1  first .*tl1 a=1 lambda=0\.001 .* finished$'

works diff 1 2 --json
prints "what differs" '"penalty":\["tl1","none"\]'
holds "and nothing else" sh -c "! grep -q '\"seed\"' '$folder/out'"

# --- scaling factors --------------------------------------------------------------------------

works gamma 1 --json
same "all layers" "$(grep -o '"name":' "$folder/out" | wc -l)" 8
same "all channels" "$(grep -o '"gamma":\[[^]]*\]' "$folder/out" | tr ',' '\n' | wc -l)" 96
works gamma 1 --bins 7 --epoch 1 --json
is_json epoch edges layers
same "every channel is in a bin" "$(grep -o '"counts":\[[0-9,]*\]' "$folder/out" | tr -c '0-9\n' ' ' |
    awk '{ for (i = 1; i <= NF; i++) sum += $i } END { print sum }')" 96
works gamma 1 --layer feature.5
same "one layer" "$(wc -l <"$folder/out")" 2
refuses 4 "gamma: --layer conv9: *" gamma 1 --layer conv9
refuses 4 "gamma: *" gamma 1 --epoch 3
works query "SELECT length(gamma), substr(hex(gamma), 1, 2) FROM gamma WHERE run = 1 AND epoch = 2" \
    --json
is_json columns rows
same "8 layers" "$(sed 's/.*rows//' "$folder/out" | grep -o '\[[0-9]' | wc -l)" 8

# --- pruning ----------------------------------------------------------------------------------

works prune 1 --channels 70% --json
is_json pruning run epoch threshold channels channels_kept parameters_before parameters \
    parameters_published macs_before macs flops_before flops val_accuracy_before val_accuracy \
    test_accuracy_before test_accuracy masked_val_accuracy max_logit_difference \
    changed_predictions layers
kept=$(layers kept)
held=$(layers floor | awk '{ sum += $1 } END { print sum }')
same "96 - 67 stay, and what the floor holds" "$(number channels_kept)" $((96 - 67 + held))
same "the layers add up" "$(echo "$kept" | awk '{ sum += $1 } END { print sum }')" $((96 - 67 + held))
same "parameters left" "$(number parameters)" "$(echo "$kept" | vgg_parameters)"
same "accuracy before" "$(number val_accuracy_before)" "$accuracy"
same "no prediction changes" "$(number changed_predictions)" 0
small=$(number val_accuracy)
works prune 1 --channels 70% --json
same "the same row" "$(number pruning)" 1
works prune 1 --channels 0% --json
prints "nothing removed" '"threshold":null'
works prune 1 --channels 0%
prints "nothing removed, in words" '^  channels  .*, none removed$'
works prune 1 --threshold 0.489 --floor 3 --json
holds "the floor holds" sh -c "[ $(layers kept | sort -n | head -n 1) -ge 3 ]"
works prune 1 --macs 50% --json
holds "half of the MACs" [ $(($(number macs) * 2)) -le "$(number macs_before)" ]
works prune 1 --channels 50% --as-published --json
refuses 4 "prune: *" prune 99 --channels 50%
refuses 2 "prune: p1: *" prune p1 --channels 50%
refuses 4 "prune: *" prune 1 --channels 50% --epoch 77

# --- retraining -------------------------------------------------------------------------------

works retrain p1 --epochs 1 --json
is_json run hash weights_sha256 status skipped epochs pruning parent
same "of pruning 1" "$(number pruning),$(number parent)" 1,1
works retrain 1 --epochs 1 --json
prints "by the bare number, skipped" '"skipped":true'
works retrain p1 --epochs 1 --scratch --json
prints "from new weights" '"skipped":false'
refuses 2 "retrain: --arch: *" retrain p1 --arch vgg13
refuses 4 "retrain: *" retrain p99
works show 5 --json
prints "without a penalty" '"penalty":"none"'
prints "the parent's other options" '"val":100'

# --- verdicts: every figure above has its images, and they are as many as it says ---------------

# rows SQL: how many rows it gives.
rows() { "$program" query "$1" | sed 1d | wc -l; }
same "of three runs and five prunings, validation and test" "$(rows "
    SELECT v.hash FROM verdict v JOIN run r USING (hash) WHERE r.status = 'finished' AND r.id <> 4
    UNION ALL SELECT v.hash FROM verdict v JOIN pruning p USING (hash)")" \
    $(($(rows "SELECT id FROM run WHERE status = 'finished' AND id <> 4") * 2 +
        $(rows "SELECT id FROM pruning") * 2))
same "without validation the test alone" "$(rows "SELECT split FROM verdict WHERE run = 4")" 1
same "validation as stored" "$(rows "
    SELECT p.id FROM pruning p JOIN verdict v USING (hash, epoch)
    WHERE v.split = 'val' AND v.correct = round(p.val_accuracy * 100) AND v.images = 100")" \
    "$(rows "SELECT id FROM pruning")"
same "each split is one list of images" "$(rows "SELECT DISTINCT split, data FROM verdict")" 2

# --- evaluation -------------------------------------------------------------------------------

works eval 1 --json
is_json accuracy loss images images_per_second
same "as it was stored" "$(number accuracy),$(number images)" "$accuracy,100"
works eval p1 --json
same "the small network's" "$(number accuracy)" "$small"
works eval 1 --split train --json
same "the training images" "$(number images)" 300
refuses 2 "eval: *" eval 1 --split all
head -c 24576 /dev/zero >"$folder/zero.f32"
works eval 1 --input "$folder/zero.f32" --json
is_json logits
same "two images, ten classes, the same logits" \
    "$(sed 's/.*\[\[//; s/\]\]}//; s/\],\[/ /' "$folder/out" | awk '{ print ($1 == $2), split($1, a, ",") }')" \
    "1 10"
head -c 24577 /dev/zero >"$folder/odd.f32"
refuses 4 "eval: *odd.f32: 24577 bytes *" eval 1 --input "$folder/odd.f32"

# --- notes, and the end -----------------------------------------------------------------------

works tag 2 night --json
same "tagged" "$(cat "$folder/out")" '{"ids":[2]}'
works note 2 'a note of mine'
works runs --filter 'tag=night mine' --json
same "found by both" "$(grep -o '"run":' "$folder/out" | wc -l)" 1
works remove 2 --weights --yes
works store check --json
prints "weights gone, the store is whole" '"ok":true'
refuses 4 "prune: run 2: no weights*" prune 2 --channels 10%
works show 2
refuses 2 "remove: nobody to ask" remove 2
works remove 2 --yes
refuses 4 "show: *" show 2
refuses 2 "remove: *" remove 1 --yes
works store check --json
same "all is well" "$(cat "$folder/out")" '{"ok":true,"problems":[]}'
works show 1 --json
same "run 1 is what it was" "$(text weights_sha256)" "$sum"
children=$("$program" query "SELECT id FROM run WHERE kind = 'retrain'" | sed 1d)
# shellcheck disable=SC2086 # a list
{
    works remove 1 1 $children --yes --json
    same "with what retrains it, each once" "$(cat "$folder/out")" \
        "{\"ids\":[$(printf '%s\n' 1 $children | sort -rn | paste -sd,)]}"
}
same "what was measured of it went too" "$(rows "
    SELECT hash FROM pruning WHERE run = 1 UNION ALL SELECT hash FROM verdict WHERE run = 1
    UNION ALL SELECT epoch FROM epoch WHERE run = 1")" 0
works store check --json
same "and nothing is left over" "$(cat "$folder/out")" '{"ok":true,"problems":[]}'
finish
