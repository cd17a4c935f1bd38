#!/bin/sh
# A plan of four runs as job arrays of a real Slurm on two nodes, where an array holds three tasks at
# most: one task is requeued, one told that its time is over, one killed. The merged store equals the
# one that a single process makes; merging again changes nothing.
# shellcheck source=tests/slurm/lib.sh
. "${srcdir:-.}/tests/slurm/lib.sh"

plan=$folder/night.yaml
cat >"$plan" <<'END'
base: {data: 'shapes:400', val: 100, arch: vgg11, width: 0.03125, epochs: 40}
grid: {penalty: [l1, tl1], seed: [1, 2]}
prune: {channels: [50%, 70%]}
retrain: {channels: 70%, epochs: 2}
END

slimscope() { "$program" "$@"; }
query() { slimscope --store "$1" query "$2" --json 2>/dev/null; }

# bits STORE: every γ of every run, its weights, and every pruning.
bits() {
    query "$1" "SELECT r.hash, r.weights_sha256, g.epoch, g.layer, g.gamma FROM run r
        JOIN gamma g ON g.run = r.id ORDER BY r.hash, g.epoch, g.layer" >"$folder/bits"
    query "$1" "SELECT hash, amount, val_accuracy, test_accuracy FROM pruning ORDER BY hash" >>"$folder/bits"
    cksum <"$folder/bits"
}

# epochs PART: how many epochs that task has stored.
epochs() { query "$1" "SELECT count(*) FROM epoch" | sed -n 's/.*"rows":\[\[\([0-9]*\)\]\].*/\1/p'; }

# wait_for_epochs PART N
wait_for_epochs() {
    for _ in $(seq 600); do
        [ ! -s "$1" ] || [ "$(epochs "$1")" -lt "$2" ] 2>/dev/null || return 0
        sleep 0.1
    done
    fail "$1 does not come to $2 epochs"
}

# wait_for_end: until the queue is empty; what was requeued need not wait for its time.
wait_for_end() {
    for _ in $(seq 900); do
        squeue -h -r -o %i >"$folder/queue"
        [ -s "$folder/queue" ] || return 0
        squeue -h -r -t PD -o '%i %r' | while read -r job reason; do
            case $reason in
            BeginTime) scontrol update "JobId=$job" StartTime=now 2>/dev/null || true ;;
            esac
        done
        sleep 0.2
    done
    fail "the queue does not empty: $(squeue)"
}

start_slurm 3

slimscope --store "$folder/local.db" batch "$plan" -q >/dev/null || fail "the local batch"
expected=$(bits "$folder/local.db")

main=$folder/main.db
slimscope --store "$main" batch "$plan" --submit --threads 1 --sbatch time=10 --json \
    >"$folder/sent" || fail "submitting"
cat "$folder/sent"
grep -q '"offset":0,"array":"0-2"' "$folder/sent" || fail "the first array"
grep -q '"offset":3,"array":"0"' "$folder/sent" || fail "the second array"
job=$(sed 's/.*"array":"0-2","job":"\([0-9]*\)".*/\1/' "$folder/sent")
parts=$main.parts

# The one that is requeued, and the one that is told to come to an end, as at its time limit.
wait_for_epochs "$parts/${job}_0" 5
scontrol requeue "${job}_0" || fail "scontrol requeue"
wait_for_epochs "$parts/${job}_1" 5
scancel --batch --signal=USR1 "${job}_1" || fail "scancel"

# The one that is killed, with its process group.
wait_for_epochs "$parts/${job}_2" 5
kill -KILL "$(query "$parts/${job}_2" "SELECT pid FROM job WHERE state = 'running'" | tr -dc '0-9')" ||
    fail "kill"

slimscope merge "$main" "$parts" --json || fail "merging while tasks run"
wait_for_end
slimscope merge "$main" "$parts" --json || fail "merging"
left=$(query "$main" "SELECT count(*) FROM run WHERE status <> 'finished'" | tr -dc '0-9')
[ "$left" -eq 1 ] || fail "$left runs are not finished, not the killed one alone: $(squeue) $(cat "$parts"/*.log)"
grep -q 'goes on after epoch' "$parts/${job}_0.log" || fail "the requeued task did not go on"
grep -q 'goes on after epoch' "$parts/${job}_1.log" || fail "the stopped task did not go on"

# Submitted again, the rest alone is sent; it goes on from what the main store has.
slimscope --store "$main" batch "$plan" --submit --threads 1 --json >"$folder/sent" || fail "again"
cat "$folder/sent"
[ "$(grep -o '"array":"' "$folder/sent" | wc -l)" -eq 1 ] || fail "more than the rest was sent"
wait_for_end
slimscope merge "$main" "$parts" --json || fail "merging the rest"
[ "$(bits "$main")" = "$expected" ] || fail "the merged store is not the local one"
before=$(cksum <"$folder/bits")
slimscope merge "$main" "$parts" --json >"$folder/again" || fail "merging again"
grep -q '"runs_added":0,"runs_updated":0,.*"prunings_added":0' "$folder/again" || fail "$(cat "$folder/again")"
bits "$main" >/dev/null
[ "$(cksum <"$folder/bits")" = "$before" ] || fail "merging again changed it"
slimscope --store "$main" store check || fail "store check"
slimscope --store "$main" batch "$plan" --submit | grep -q '^nothing is left to do$' || fail "nothing left"
echo "the merged store is the local one"
