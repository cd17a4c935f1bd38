#!/bin/sh
# Eight workers and four readers on one store, for CROWD_SECONDS (20): nobody meets an error, every
# epoch that a worker spoke of is in the store, and the store is whole.
# shellcheck source=tests/crash/lib.sh
. "${srcdir:-.}/tests/crash/lib.sh"

duration=${CROWD_SECONDS:-20}
store=$folder/runs.db
plan=$folder/study.yaml
cat >"$plan" <<END
base: {data: 'shapes:200', val: 50, arch: vgg11, width: 0.03125, epochs: 30}
grid: {seed: [$(seq -s , 0 199)]}
prune: {channels: 50%}
END

slimscope() { "$program" --store "$store" --threads 1 "$@"; }
rows() { slimscope query "$1" --json | tr -d '[]"' | sed 's/.*rows:\([^}]*\)}.*/\1/'; }

# read_on NAME COMMAND…: again and again while the others work.
read_on() {
    name=$1
    shift
    while [ ! -e "$folder/end" ]; do
        slimscope "$@" >"$folder/$name.out" 2>>"$folder/$name.err" || {
            echo "status $?" >>"$folder/$name.err"
            cp "$folder/$name.out" "$folder/$name.bad"
        }
        echo >>"$folder/$name.count"
    done
}

slimscope batch "$plan" --for 1s -q --json || fail "the store's first second"
for w in 1 2 3 4 5 6 7 8; do
    (
        status=0
        slimscope work --plan "$plan" >"$folder/worker-$w.out" 2>"$folder/worker-$w.log" || status=$?
        echo $status >"$folder/worker-$w.status"
    ) &
done
read_on reader-1 query 'SELECT count(*), sum(length(gamma)) FROM gamma' &
read_on reader-2 runs &
read_on reader-3 explore --once --screen jobs &
read_on reader-4 store check &
sleep "$duration"
for process in $(pgrep -f -- "--store $store --threads 1 work" || true); do kill -TERM "$process"; done
touch "$folder/end"
wait

for w in 1 2 3 4 5 6 7 8; do
    status=$(cat "$folder/worker-$w.status")
    [ "$status" -eq 143 ] || [ "$status" -eq 0 ] || fail "worker $w: status $status: $(tail -n 3 "$folder/worker-$w.log")"
done
if grep '^slimscope: ' "$folder"/worker-*.log | grep -v ': work: .*stopped'; then fail "a worker met an error"; fi
for r in 1 2 3 4; do
    [ ! -s "$folder/reader-$r.err" ] ||
        fail "reader $r: $(tail -n 3 "$folder/reader-$r.err" "$folder/reader-$r.bad")"
    echo "reader $r: $(wc -l <"$folder/reader-$r.count") times"
done
cat "$folder"/worker-*.log | sed -n 's/^[0-9:]* *run \([0-9]*\)  epoch \([0-9]*\)\/.*/\1,\2/p' | sort >"$folder/told"
[ "$(wc -l <"$folder/told")" -gt 8 ] || fail "only $(wc -l <"$folder/told") epochs were trained"
rows "SELECT run || ',' || epoch || ' ' FROM epoch" | tr -d '\n' | sed 's/ ,*/\n/g' | sed '/^$/d' | sort >"$folder/stored"
lost=$(comm -23 "$folder/told" "$folder/stored" | wc -l)
[ "$lost" -eq 0 ] || fail "$lost epochs were told and not stored"
[ "$(uniq -d "$folder/told" | wc -l)" -eq 0 ] || fail "an epoch was trained twice"
is_whole "$store" "at the end"
echo "$(wc -l <"$folder/told") epochs in $duration s by eight workers: none was lost"
