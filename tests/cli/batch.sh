#!/bin/sh
# A study on a tiny network: what a plan comes to, that it goes on after a kill, to the same bits,
# what it skips, adds and retries, in one process and in several.
# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"

plan=$folder/night.yaml
cat >"$plan" <<'END'
name: two penalties
base:
  data: shapes:400
  val: 100
  arch: vgg11
  width: 0.03125
  epochs: 2
grid:
  penalty: [l1, tl1]
  seed: [1, 2]
prune:
  - channels: [50%, 70%]
retrain:
  - channels: 70%
    epochs: 1
END
# 4 trainings, 8 prunings, 4 retrainings

# bits STORE: every γ of every epoch of every run, and the weights they came to.
bits() {
    "$program" --store "$1" query "
        SELECT r.hash, r.weights_sha256, g.epoch, g.layer, g.gamma
        FROM run r JOIN gamma g ON g.run = r.id ORDER BY r.hash, g.epoch, g.layer" --json | cksum
}

# counts JOBS DONE SKIPPED FAILED: of the last output.
counts() {
    same "jobs, done, skipped, failed" \
        "$(number jobs) $(number "done") $(number skipped) $(number failed)" "$*"
}

# --- what it would be ---------------------------------------------------------------------------

works batch "$plan" --dry-run --json
is_json jobs "done" skipped failed seconds bytes bytes_free
counts 16 0 0 0
holds "a dry run makes no store" [ ! -e "$SLIMSCOPE_STORE" ]
works batch "$plan" -n --jobs 2
prints "the jobs" '^train  *vgg11 x0.03125  shapes  tl1  *0.0001  *2  *2'
prints "and their number" '^16 jobs, 0 done already$'

# --- one process --------------------------------------------------------------------------------

works batch "$plan" --json
is_json jobs "done" skipped failed seconds
counts 16 16 0 0
first=$(bits "$SLIMSCOPE_STORE")
works store check
works batch "$plan" --json
counts 16 0 16 0
same "nothing changed" "$(bits "$SLIMSCOPE_STORE")" "$first"
works query "SELECT s.name, count(*) FROM run r JOIN study s ON s.id = r.study GROUP BY s.name" --json
prints "all runs are of the study" '"rows":\[\["two penalties",8\]\]'
works batch "$plan" --dry-run --json
counts 16 0 16 0

# A run that was trained before is not trained again.
SLIMSCOPE_STORE=$folder/part.db
# shellcheck disable=SC2086 # $tiny is words
works train $tiny --penalty tl1 --seed 2 --json
works batch "$plan" -q --json
counts 16 15 1 0
same "the same bits" "$(bits "$SLIMSCOPE_STORE")" "$first"

# --- several processes --------------------------------------------------------------------------

SLIMSCOPE_STORE=$folder/crew.db
works batch "$plan" --jobs 3 --json
counts 16 16 0 0
same "the same bits by three processes" "$(bits "$SLIMSCOPE_STORE")" "$first"
works store check
works work --plan "$plan" --json
prints "nothing is left to a worker" '"done":0,"failed":0'

# --- killed and started again -------------------------------------------------------------------

# How much the store holds of the work.
steps() {
    "$program" query 'SELECT (SELECT count(*) FROM epoch) + (SELECT count(*) FROM pruning)' --json \
        2>/dev/null | tr -dc '[:digit:]'
}

# Killed whenever it has come further.
SLIMSCOPE_STORE=$folder/killed.db
kills=0
while [ $kills -lt 40 ]; do
    before=$(steps)
    "$program" batch "$plan" --jobs $((kills % 2 + 1)) >"$folder/out" 2>"$folder/err" </dev/null &
    process=$!
    while [ "$(steps)" = "$before" ] && kill -0 $process 2>/dev/null; do sleep 0.02; done
    sleep 0.0$((kills % 5 * 2))
    kill -9 $process 2>/dev/null || break
    wait $process 2>/dev/null
    kills=$((kills + 1))
    [ ! -e "$SLIMSCOPE_STORE" ] || "$program" store check >"$folder/check" 2>&1 || break
done
wait
echo "$kills kills"
holds "it was killed at least twice" [ $kills -ge 2 ]
works batch "$plan" --json
same "nothing failed" "$(number failed),$(number left)" 0,0
same "the same bits after kill -9" "$(bits "$SLIMSCOPE_STORE")" "$first"
works store check

# --- moved --------------------------------------------------------------------------------------

# Stopped in the middle, a store goes on in another folder; where it was nothing comes back.
SLIMSCOPE_STORE=$folder/here/runs.db
"$program" batch "$plan" >"$folder/out" 2>"$folder/err" </dev/null &
process=$!
while [ "$(steps)" = "" ] || [ "$(steps)" = 0 ]; do
    kill -0 $process 2>/dev/null || break
    sleep 0.02
done
kill -9 $process 2>/dev/null
wait $process 2>/dev/null
mv "$folder/here" "$folder/there"
SLIMSCOPE_STORE=$folder/there/runs.db
works batch "$plan" --json
same "nothing failed in the other folder" "$(number failed),$(number left)" 0,0
same "the same bits in another folder" "$(bits "$SLIMSCOPE_STORE")" "$first"
works store check
holds "the old folder stays away" [ ! -e "$folder/here" ]

# --- looked at by who may not write -------------------------------------------------------------

# as_another COMMAND…: as a user who owns nothing here, where we may become one.
as_another() {
    if [ "$(id -u)" -eq 0 ]; then
        setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
    else
        "$@"
    fi
}
SLIMSCOPE_STORE=$folder/open/runs.db
mkdir "$folder/open"
chmod 755 "$folder" "$folder/open"
if as_another "$program" --version >"$folder/out" 2>&1; then
    "$program" batch "$plan" --jobs 2 >"$folder/batch.out" 2>"$folder/batch.err" </dev/null &
    process=$!
    looks=0
    while kill -0 $process 2>/dev/null; do
        [ ! -s "$SLIMSCOPE_STORE" ] || [ ! -s "$SLIMSCOPE_STORE-shm" ] || {
            as_another "$program" query 'SELECT count(*) FROM epoch' >"$folder/out" 2>"$folder/err" ||
                failed "a look at a live store" "status $?"
            as_another "$program" explore --once --screen jobs >"$folder/out" 2>"$folder/err" ||
                failed "the jobs of a live store" "status $?"
            looks=$((looks + 1))
        }
        sleep 0.2
    done
    wait $process
    holds "somebody looked" [ $looks -gt 0 ]
    same "and the bits are the same" "$(bits "$SLIMSCOPE_STORE")" "$first"
    [ "$(id -u)" -ne 0 ] || holds "and left nothing" [ -z "$(find "$folder/open" -user 65534)" ]
else
    echo "another user cannot run $program: not tried"
fi

# By a signal it stops at a checkpoint.
SLIMSCOPE_STORE=$folder/stopped.db
long=$folder/long.yaml
sed 's/epochs: 2/epochs: 400/' "$plan" >"$long"
for jobs in 1 2; do
    "$program" batch "$long" --jobs $jobs >"$folder/out" 2>"$folder/err" </dev/null &
    process=$!
    until "$program" query "SELECT count(*) FROM job WHERE state = 'running'" --json 2>/dev/null |
        grep -q '\[\[[1-9]'; do
        kill -0 $process 2>/dev/null || break
        sleep 0.05
    done
    kill -TERM $process
    status=0
    wait $process || status=$?
    same "status after SIGTERM with --jobs $jobs" $status 143
    holds "it says how to go on" grep -q 'the same command goes on' "$folder/err"
done
works query "SELECT count(*) FROM job WHERE state = 'running'" --json
prints "no job is left running" '"rows":\[\[0\]\]'
works batch "$long" --for 1s --json
prints "it stops in time" '"failed":0,"left":16,'

# --- changed plans, failures --------------------------------------------------------------------

SLIMSCOPE_STORE=$folder/runs.db
sed -i 's/seed: \[1, 2\]/seed: [1, 2, 3]/; s/50%, 70%/50%, 60%, 70%/' "$plan"
works batch "$plan" --json
counts 30 14 16 0
sed -i 's/seed: \[1, 2, 3\]/seed: [3]/' "$plan"
works batch "$plan" --json
counts 10 0 10 0
works runs --json
same "what is no longer in the plan stays" "$(grep -o '"run":' "$folder/out" | wc -l)" 12

bad=$folder/bad.yaml
cat >"$bad" <<'END'
base: {data: 'shapes:400', val: 100, arch: vgg11, width: 0.03125, epochs: 3, batch: 16}
zip:
  lr: [1000, 0.1]
  weight_decay: [1, 1e-4]
  momentum: [0, 0.9]
prune:
  - channels: 50%
  - parameters: 99.99%
END
run batch "$bad" --json --notify "env >'$folder/told'"
same "status when a job failed" "$status" 3
same "some failed" "$(number jobs) $(number "done") $(number skipped) $(number failed) $(number left)" \
    "6 2 0 2 2"
holds "the command was told" grep -q '^SLIMSCOPE_STATUS=failed$' "$folder/told"
holds "and how many" grep -q '^SLIMSCOPE_FAILED=2$' "$folder/told"
run batch "$bad" --jobs 2 --retry --json
same "status when it failed again" "$status" 3
same "by two processes" "$(number jobs) $(number "done") $(number skipped) $(number failed)" "6 0 2 2"
run batch "$bad" --fail-fast
same "status with --fail-fast" "$status" 3

# --- mistakes -----------------------------------------------------------------------------------

refuses 4 "batch: *nowhere.yaml: *" batch "$folder/nowhere.yaml"
refuses 2 "batch: too few *" batch
refuses 2 "batch: --jobs 0: *" batch "$plan" --jobs 0
refuses 2 "batch: --until 25:00: *" batch "$plan" --until 25:00
refuses 2 "batch: --for 8x: *" batch "$plan" --for 8x
refuses 2 "batch: --until and --for: *" batch "$plan" --for 8h --until 07:30
refuses 2 "batch: --keep-going and --fail-fast: *" batch "$plan" --keep-going --fail-fast
refuses 2 "batch: --slice 3/2: *" batch "$plan" --slice 3/2
printf 'base:\n  data: shapes\n  arch: vgg11\ngird:\n  seed: [1]\n' >"$bad"
refuses 2 "batch: *bad.yaml:4: gird: no such key" batch "$bad"
printf 'base:\n  arch: vgg11\n  data: cifar10:/nowhere\n' >"$bad"
refuses 4 "batch: *bad.yaml:3: *" batch "$bad"
printf 'base:\n  arch: vgg11\n  data: nodata\n' >"$bad"
refuses 2 "batch: *bad.yaml:3: *" batch "$bad"
printf 'base:\n  arch: vgg11\n  data: shapes:400\n  val: 400\n' >"$bad"
refuses 2 "batch: *bad.yaml:4: *" batch "$bad"
finish
