#!/bin/sh
# Merging: two parts of a study become the store that one process would have made; again, it changes
# nothing; what is finished beats what is not, and goes on where it came to.
# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"

plan=$folder/night.yaml
cat >"$plan" <<'END'
base: {data: 'shapes:400', val: 100, arch: vgg11, width: 0.03125, epochs: 2, tag: night}
grid: {penalty: [l1, tl1], seed: [1, 2]}
prune: {channels: [50%, 70%]}
retrain: {channels: 70%, epochs: 1, scratch: both}
END

# What a store holds, without numbers, times and files: every value of every table by hashes.
content() {
    "$program" --store "$1" query "
        SELECT r.hash, r.kind, r.status, r.canonical, r.config, r.network, s.name, p.hash, r.scratch,
               r.weights_sha256, r.test_accuracy, r.test_loss, e.epoch, e.train_loss, e.val_loss,
               e.val_accuracy, e.near_zero, g.layer, g.gamma, h.counts, l.name, l.channels, t.tag
        FROM run r LEFT JOIN study s ON s.id = r.study LEFT JOIN pruning p ON p.id = r.pruning
        JOIN epoch e ON e.run = r.id JOIN gamma g ON g.run = r.id AND g.epoch = e.epoch
        JOIN gamma_histogram h ON h.run = r.id AND h.epoch = e.epoch AND h.layer = g.layer
        JOIN layer l ON l.run = r.id AND l.layer = g.layer LEFT JOIN tag t ON t.run = r.id
        ORDER BY r.hash, e.epoch, g.layer, t.tag" --json
    "$program" --store "$1" query "
        SELECT p.hash, r.hash, p.amount, p.channels_kept, p.macs, p.val_accuracy, p.test_accuracy,
               l.layer, l.name, l.kept, l.mask
        FROM pruning p JOIN run r ON r.id = p.run JOIN pruning_layer l ON l.pruning = p.id
        ORDER BY p.hash, l.layer" --json
    "$program" --store "$1" query "
        SELECT r.hash, c.epoch, c.batch, c.kind, c.bytes, c.sha256, c.pinned
        FROM checkpoint c JOIN run r ON r.id = c.run ORDER BY 1, 2, 3, 4" --json
    "$program" --store "$1" query "
        SELECT r.hash, v.hash, v.epoch, v.split, v.data, v.images, v.correct, v.verdicts
        FROM verdict v JOIN run r ON r.id = v.run ORDER BY 1, 2, 3, 4" --json
}

whole() { content "$1" | cksum; }

# added ADDED UPDATED SKIPPED PRUNINGS
added() {
    is_json runs_added runs_skipped
    same "added, updated, skipped, prunings" \
        "$(number runs_added) $(number runs_updated) $(number runs_skipped) $(number prunings_added)" \
        "$*"
}

works batch "$plan" -q --store "$folder/whole.db"
works batch "$plan" -q --store "$folder/a" --slice 1/2
works batch "$plan" -q --store "$folder/b" --slice 2/2
expected=$(whole "$folder/whole.db")

dest=$folder/dest.db
works merge "$dest" "$folder/a" "$folder/b" --json
added 12 0 0 8
same "two parts make the whole" "$(whole "$dest")" "$expected"
works store check --store "$dest"
works merge "$dest" "$folder/a" "$folder/b" --json
added 0 0 12 0
works merge "$dest" "$folder/whole.db" --json
added 0 0 12 0
same "merging again changes nothing" "$(whole "$dest")" "$expected"
works batch "$plan" --store "$dest" --json
same "nothing is left to do" "$(number "done"),$(number skipped)" 0,20
works eval "$("$program" query "SELECT min(id) FROM run WHERE kind = 'retrain'" --store "$dest" --json |
    tr -dc '0-9')" --store "$dest"

# A folder of stores, into a new one.
mkdir "$folder/parts"
cp -R "$folder/a" "$folder/parts/7_1"
cp -R "$folder/a.d" "$folder/parts/7_1.d"
cp -R "$folder/b" "$folder/parts/7_2"
cp -R "$folder/b.d" "$folder/parts/7_2.d"
: >"$folder/parts/7_2.log"
works merge "$folder/new.db" "$folder/parts" --json
added 12 0 0 8
same "a folder of parts" "$(whole "$folder/new.db")" "$expected"

# await_epoch LOG N PROCESS: until the training has said that it is done, or is not there.
await_epoch() {
    until grep -q "^epoch $2/" "$1" || ! kill -0 "$3" 2>/dev/null; do sleep 0.02; done
}

# Unfinished runs: the further one counts, the finished one more, and a merged one goes on.
long="--data shapes:400 --val 100 --arch vgg11 --width 0.03125 --epochs 12"
# shellcheck disable=SC2086 # $long is words
{
    works train $long --store "$folder/finished.db" --json
    sum=$(text weights_sha256)
    for part in early late; do
        want=2
        [ $part = early ] || want=6
        # one that gets to its end before it is killed is no part
        until [ -s "$folder/$part.db" ] &&
            ! "$program" runs --store "$folder/$part.db" | grep -q finished; do
            rm -rf "$folder/$part.db"*
            : >"$folder/$part.log"
            "$program" train $long --store "$folder/$part.db" >"$folder/$part.log" 2>&1 &
            process=$!
            await_epoch "$folder/$part.log" $want $process
            kill -KILL $process 2>/dev/null
            wait $process 2>/dev/null
        done
    done
    works merge "$folder/m.db" "$folder/early.db" --json
    added 1 0 0 0
    works runs --store "$folder/m.db"
    prints "it is interrupted here" 'interrupted'
    works merge "$folder/m.db" "$folder/late.db" --json
    added 0 1 0 0
    works merge "$folder/m.db" "$folder/early.db" --json
    added 0 0 1 0
    works store check --store "$folder/m.db"
    cp "$folder/m.db" "$folder/n.db"
    cp -R "$folder/m.db.d" "$folder/n.db.d"
    works train $long --store "$folder/n.db" --json
    same "it goes on from there, to the same bits" "$(text weights_sha256)" "$sum"
    works merge "$folder/m.db" "$folder/finished.db" --json
    added 0 1 0 0
    works merge "$folder/m.db" "$folder/late.db" --json
    added 0 0 1 0
    works train $long --store "$folder/m.db" --json
    prints "the finished one is there" '"skipped":true'
    same "with its weights" "$(text weights_sha256)" "$sum"
    works store check --store "$folder/m.db"
    same "no file is left over" "$(find "$folder/m.db.d" -name '*.safetensors' | wc -l)" \
        "$("$program" query 'SELECT count(*) FROM checkpoint' --store "$folder/m.db" --json | tr -dc 0-9)"

    # While it is being trained.
    : >"$folder/live.out"
    "$program" train --data shapes:400 --val 100 --arch vgg11 --width 0.03125 --epochs 10000 \
        --store "$folder/live.db" >"$folder/live.out" 2>&1 &
    process=$!
    for epoch in 1 2 3 4; do
        await_epoch "$folder/live.out" $epoch $process
        works merge "$folder/copy.db" "$folder/live.db"
    done
    # until there is more than the copy has
    await_epoch "$folder/live.out" $(($(grep -c '^epoch ' "$folder/live.out") + 2)) $process
    kill -TERM $process
    wait $process
    same "the training did not mind" $? 143
    works merge "$folder/copy.db" "$folder/live.db" --json
    works store check --store "$folder/copy.db"
    same "the copy is whole" "$(whole "$folder/copy.db")" "$(whole "$folder/live.db")"
}

refuses 4 "merge: *nowhere.db: *" merge "$folder/x.db" "$folder/nowhere.db"
holds "and makes nothing" [ ! -e "$folder/x.db" ]
refuses 2 "merge: *is the store itself" merge "$dest" "$dest"
refuses 2 "merge: too few *" merge "$dest"
echo diary >"$folder/diary"
refuses 4 "merge: *diary*" merge "$dest" "$folder/diary"
refuses 4 "merge: *" merge "$dest" "$folder/home"
finish
