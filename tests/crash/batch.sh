#!/bin/sh
# A study that is killed in every way comes to the bits of one that never was: two penalties, two
# weights, two seeds, two prunings, one retraining. Whoever works on it (a batch, its workers, a
# second batch on the same store) and who looks on is killed with -9 at random moments, thirty times.
#
# Method: a batch of one or two processes is started, and beside it a worker and a reader; after a
# random moment one of the processes of the store dies. What is not hit goes on. The last batch is
# left alone. CRASH_SEED repeats the moments of an earlier test; CRASH_PLAN takes another plan, and
# CRASH_PACE makes the time between two kills that many times as long.
# shellcheck source=tests/crash/lib.sh
. "${srcdir:-.}/tests/crash/lib.sh"

moments_seed=${CRASH_SEED:-$$}
echo "CRASH_SEED=$moments_seed"
kills=30
pace=${CRASH_PACE:-1}
plan=${CRASH_PLAN:-$folder/study.yaml}
cat >"$folder/study.yaml" <<'END'
base: {data: 'shapes:700', val: 100, arch: vgg11, width: 0.0625, epochs: 6}
grid: {penalty: [l1, tl1], lambda: [1e-3, 2e-3], seed: [1, 2]}
prune: {channels: [50%, 70%]}
retrain: {channels: 70%, epochs: 3}
END

# random N LIMIT: the N-th random number below LIMIT.
random() {
    awk -v seed="$moments_seed" -v n="$1" -v limit="$2" 'BEGIN {
        srand(seed); while (n-- > 0) value = rand(); print int(value * limit) }'
}

bits() {
    "$program" --store "$1" query "
        SELECT r.hash, r.status, r.weights_sha256, g.epoch, g.layer, g.gamma
        FROM run r JOIN gamma g ON g.run = r.id ORDER BY r.hash, g.epoch, g.layer" --json >"$folder/bits"
    "$program" --store "$1" query "
        SELECT hash, amount, val_accuracy, test_accuracy FROM pruning ORDER BY hash" --json >>"$folder/bits"
    cksum <"$folder/bits"
}

"$program" --store "$folder/whole.db" --threads 1 batch "$plan" -q --json || fail "the undisturbed batch"
expected=$(bits "$folder/whole.db")

store=$folder/killed.db

# ours: the processes that work on the store or read it.
ours() { pgrep -f -- "--store $store" || true; }

start() {
    "$program" --store "$store" --threads 1 batch "$plan" --jobs $(($1 % 2 + 1)) >>"$folder/log" 2>&1 &
    [ $(($1 % 3)) -ne 0 ] ||
        "$program" --store "$store" --threads 1 batch "$plan" >>"$folder/log" 2>&1 &
    [ ! -s "$store" ] || [ $(($1 % 4)) -ne 0 ] ||
        "$program" --store "$store" query 'SELECT count(*) FROM gamma' >>"$folder/log" 2>&1 &
}

hits=0
round=0
while [ $hits -lt $kills ]; do
    round=$((round + 1))
    [ $round -le $((6 * kills)) ] || fail "only $hits hits"
    [ -n "$(ours)" ] || start $round
    sleep "$((pace * (2 + $(random $round 7)) / 10)).$((pace * (2 + $(random $round 7)) % 10))"
    victim=$(ours | awk -v n="$(random $((1000 + round)) 100)" '{ line[NR] = $1 }
        END { if (NR) print line[n % NR + 1] }')
    [ -n "$victim" ] || continue
    kill -9 "$victim" 2>/dev/null || continue
    hits=$((hits + 1))
    # What was finished before its thirty hits begins anew, in a store of its own.
    if "$program" --store "$store" batch "$plan" -n --json 2>/dev/null | grep -q '"left":0,'; then
        for process in $(ours); do kill -9 "$process" 2>/dev/null || true; done
        wait
        [ "$(bits "$store")" = "$expected" ] || fail "other bits after $hits hits"
        echo "an end after $hits hits: the same bits"
        is_whole "$store" "after $hits hits"
        store=$folder/killed-$hits.db
    fi
done
for process in $(ours); do kill -9 "$process" 2>/dev/null || true; done
wait
[ ! -s "$store" ] || is_whole "$store" "after the kills"
"$program" --store "$store" --threads 1 batch "$plan" -q --json || fail "the last batch: status $?"
[ "$(bits "$store")" = "$expected" ] || fail "other bits after $hits hits"
is_whole "$store" "at the end"
if grep -E 'database is locked|SQL|corrupt|damaged' "$folder/log"; then
    fail "an error on the way"
fi
echo "$hits hits in $round rounds: the same bits"
