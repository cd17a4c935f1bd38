#!/bin/sh
# A training that is killed at random moments and started again comes to the weights of one that
# never was; the store is whole after each kill. Twenty times by SIGKILL, ten by SIGTERM.
#
# Method: the undisturbed run is timed, and every start lives a random part of that time. SIGKILL
# throws away the epoch it hits, so a kill that comes too early moves nothing on; the last start
# is left alone. CRASH_SEED repeats the moments of an earlier test.
# shellcheck source=tests/crash/lib.sh
. "${srcdir:-.}/tests/crash/lib.sh"

seed=${CRASH_SEED:-$$}
echo "CRASH_SEED=$seed"

milliseconds() { date +%s%3N; }

started=$(milliseconds)
expected=$(sha "$folder/undisturbed.db" --epochs 12)
whole=$(($(milliseconds) - started))
echo "undisturbed: $whole ms"

# disturb SIGNAL TIMES
disturb() {
    store=$folder/$1.db
    hits=0
    moments=$(awk -v seed="$seed" -v n="$2" -v whole="$whole" 'BEGIN {
        srand(seed)
        for (i = 0; i < n; i++) printf "%.3f ", (0.02 + 0.4 * rand()) * whole / 1000 }')
    for moment in $moments; do
        train "$store" --epochs 12 >"$folder/out" 2>"$folder/err" &
        process=$!
        sleep "$moment"
        kill -s "$1" $process 2>/dev/null || true
        status=0
        wait $process || status=$?
        case $1,$status in
        KILL,137 | TERM,143) hits=$((hits + 1)) ;;
        *,0) ;;
        *) fail "status $status after $1 at $moment s: $(cat "$folder/err")" ;;
        esac
        # A kill before the store was made leaves nothing to check.
        [ ! -s "$store" ] || is_whole "$store" "after $1 at $moment s"
    done
    [ $hits -gt 0 ] || fail "no $1 hit the training"
    same "$hits hits by SIG$1" "$(sha "$store" --epochs 12)" "$expected"
}

disturb KILL 20
disturb TERM 10
