#!/bin/sh
# What goes where: results to stdout, the rest to stderr, no escapes off a terminal, and nobody
# loses a result unnoticed.
# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"

# shellcheck disable=SC2086 # $tiny is words
works train $tiny
same "a line an epoch" "$(grep -c '^epoch [12]/2  loss ' "$folder/err")" 2
holds "a hint on what to run next" grep -q '^next: slimscope prune 1 ' "$folder/err"
holds "no escapes" sh -c "! grep -q \"\$(printf '\\033')\" '$folder/out' '$folder/err'"
works prune 1 --channels 50%
works -q prune 1 --channels 60%
same "quiet" "$(wc -c <"$folder/err")" 0
works --json runs -q
is_json runs

# A penalty that cannot act says so, and what a would: mcp is flat from a lambda = 0.02 on, and
# gamma starts at 0.5.
# shellcheck disable=SC2086 # $tiny is words
works train $tiny --penalty mcp --a 2 --lambda 1e-2
holds "the penalty that does nothing" grep -q 'mcp is flat .* 0\.02 .*--a 100 ' "$folder/err"

# Names from outside cannot steer the terminal.
works note 1 "$(printf 'red \033[31m and\nbroken')"
works show 1
holds "a note without escapes" sh -c "! grep -q \"\$(printf '\\033')\" '$folder/out'"
prints "on one line" '^  note +red \?\[31m and\?broken$'

# A full disk behind stdout, a reader that has left, a stdout that is closed.
if [ -w /dev/full ]; then
    status=0
    "$program" runs >/dev/full 2>"$folder/err" || status=$?
    : >"$folder/out"
    judge 6 "runs: standard output: *" "stdout is full"
    status=0
    "$program" query 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 50000)
        SELECT i FROM n' >/dev/full 2>"$folder/err" || status=$?
    judge 6 "query: standard output: *" "stdout is full early"
fi
{
    status=0
    "$program" runs 2>"$folder/err" || status=$?
    echo $status >"$folder/status"
} | :
status=$(cat "$folder/status")
case $status in
0) passed "a reader that was quicker" ;;
*) judge 1 "runs: standard output: Broken pipe" "a reader that has left" ;;
esac
status=0
"$program" runs >&- 2>"$folder/err" || status=$?
holds "a closed stdout" [ "$status" -eq 1 ]

works --version
prints "the version" '^slimscope [0-9]+\.[0-9]+'
works doctor --json
is_json isa blas_core sgemm_gflops problems
works bench --arch vgg19 --batch 1 --steps 1 --json \
    --widths 22,62,83,119,193,168,85,40,32,32,32,32,32,32,32,38
is_json arch batch threads engine isa blas_core train_images_per_second eval_images_per_second \
    gflops sgemm_gflops memory_bytes parameters macs flops
same "Liu's compact VGG: parameters" "$(number parameters)" 885934
same "Liu's compact VGG: FLOPs" "$(number flops)" 181935690
works bench --arch vgg11 --arch vgg13 --width 0.0625 --batch 1 --steps 1 --ratio 0.5 --json
same "a line a network" "$(grep -c '^{"arch":' "$folder/out")" 2
finish
