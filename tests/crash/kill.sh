#!/bin/sh
# A training that is killed at random moments and started again comes to the weights of one that
# never was, and the store is whole after each kill. Twenty times by SIGKILL, ten by SIGTERM.
#
# Method: the undisturbed run is timed, and every start lives a random part of that time. A training
# that gets to its end all the same is compared, and the next begins anew; the last start is left
# alone. CRASH_SEED repeats the moments of an earlier test.
# shellcheck source=tests/crash/lib.sh
. "${srcdir:-.}/tests/crash/lib.sh"

epochs=16
moments_seed=${CRASH_SEED:-$$}
echo "CRASH_SEED=$moments_seed"

milliseconds() { date +%s%3N; }

started=$(milliseconds)
expected=$(sha "$folder/undisturbed.db" 2>/dev/null)
whole=$(($(milliseconds) - started))
echo "undisturbed: $whole ms"

# The N-th moment of a signal, in seconds.
moment_of() {
    awk -v seed="$moments_seed" -v n="$1" -v whole="$whole" 'BEGIN {
        srand(seed)
        while (n-- > 0) share = rand()
        printf "%.3f\n", (0.01 + 0.2 * share) * whole / 1000 }'
}

# disturb SIGNAL TIMES
disturb() {
    hits=0
    starts=0
    stores=1
    while [ $hits -lt "$2" ]; do
        store=$folder/$1-$stores.db
        starts=$((starts + 1))
        [ $starts -le $((10 * $2)) ] || fail "SIG$1 hit $hits times only, in $starts starts"
        train "$store" >"$folder/out" 2>"$folder/err" &
        process=$!
        moment=$(moment_of $starts)
        sleep "$moment"
        kill -s "$1" $process 2>/dev/null || true
        status=0
        wait $process 2>/dev/null || status=$?
        case $1,$status in
        KILL,137 | TERM,143) hits=$((hits + 1)) ;;
        *,0)
            same "an end after $hits hits" "$(text weights_sha256 <"$folder/out")" "$expected"
            stores=$((stores + 1))
            ;;
        *) fail "status $status after SIG$1 at $moment s: $(cat "$folder/err")" ;;
        esac
        # A kill before the store was made leaves nothing to check.
        [ ! -s "$store" ] || is_whole "$store" "after SIG$1 at $moment s"
    done
    same "$hits hits by SIG$1" "$(sha "$store" 2>/dev/null)" "$expected"
}

disturb KILL 20
disturb TERM 10
