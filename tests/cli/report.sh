#!/bin/sh
# A study's table: every format says what SQL says of the same store; what is missing stays missing;
# McNemar's counts against the bits themselves; the claims; wrong command lines.
# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"

plan=$folder/small.yaml
cat >"$plan" <<'END'
name: small
base: {data: 'shapes:400', val: 100, arch: vgg11, width: 0.03125, epochs: 2, batch: 16, lr: 0.02, lambda: 0.02}
grid: {penalty: [l1, tl1], seed: [1, 2]}
prune: {channels: [20%, 40%]}
retrain: {channels: 40%, epochs: 1}
END
works batch "$plan" -q

# value SQL: the one value that it gives.
value() { "$program" query "$1" | sed 1d | tr -d ' '; }
# cell FORMAT KEY PENALTY SHARE: of the CSV in $folder/table.csv, through printf's FORMAT.
cell() {
    awk -F, -v format="$1" -v key="$2" -v penalty="$3" -v share="$4" '
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        $at["penalty"] == penalty && $at["share"] == share { printf format, $at[key] }' "$folder/table.csv"
}
# near NAME A B: numbers that agree to ten digits.
near() {
    same "$1" "$(awk -v a="$2" -v b="$3" 'BEGIN { d = a - b; print (d < 0 ? -d : d) <= 1e-10 && a != "" }')" 1
}

# --- CSV against SQL ---------------------------------------------------------------------------

works report --format csv
cp "$folder/out" "$folder/table.csv"
same "two penalties at two shares" "$(sed 1d "$folder/table.csv" | wc -l)" 4
for penalty in l1 tl1; do
    of="FROM run r WHERE r.penalty = '$penalty' AND r.kind = 'train'"
    cut="FROM pruning p JOIN run r ON r.id = p.run WHERE r.penalty = '$penalty' AND p.amount LIKE"
    near "$penalty: before" "$(cell %s before $penalty 0.2)" "$(value "SELECT avg(r.test_accuracy) $of")"
    for share in 20 40; do
        near "$penalty at $share %: pruned" "$(cell %s pruned $penalty 0.${share%0})" \
            "$(value "SELECT avg(p.test_accuracy) $cut '%$share\\%%' ESCAPE '\\'")"
        near "$penalty at $share %: its deviation" "$(cell %s pruned_std $penalty 0.${share%0})" \
            "$(value "SELECT (max(p.test_accuracy) - min(p.test_accuracy)) / sqrt(2) $cut '%$share\\%%' ESCAPE '\\'")"
        near "$penalty at $share %: MACs" "$(cell %s macs $penalty 0.${share%0})" \
            "$(value "SELECT avg(1 - 1.0 * p.macs / p.macs_before) $cut '%$share\\%%' ESCAPE '\\'")"
        near "$penalty at $share %: parameters" "$(cell %s parameters $penalty 0.${share%0})" \
            "$(value "SELECT avg(1 - 1.0 * p.parameters / p.parameters_before) $cut '%$share\\%%' ESCAPE '\\'")"
    done
    near "$penalty: retrained" "$(cell %s retrained $penalty 0.4)" "$(value "
        SELECT avg(c.test_accuracy) FROM run c JOIN pruning p ON p.id = c.pruning
        JOIN run r ON r.id = p.run WHERE r.penalty = '$penalty' AND c.kind = 'retrain'")"
    same "$penalty: not retrained at 20 %" \
        "'$(cell %s retrained $penalty 0.2)' '$(cell %s retrained_std $penalty 0.2)' $(cell %s retrained_n $penalty 0.2)" "'' '' 0"
done

# --- the other formats against CSV -------------------------------------------------------------

# percent VALUE DIGITS
percent() { awk -v value="$1" -v digits="$2" 'BEGIN { printf "%.*f", digits, 100 * value }'; }
# row FILE PENALTY SHARE PLUS_MINUS: the penalty's row has its figure after pruning, marked or not.
# shellcheck disable=SC2317 # called by holds
row() {
    figure="$(percent "$(cell %s pruned "$2" "$3")" 2)$4$(percent "$(cell %s pruned_std "$2" "$3")" 2)"
    grep -F "$5" "$folder/$1" | grep -F " $(percent "$3" 0) " | grep -qF "$figure"
}
works report
cp "$folder/out" "$folder/table.txt"
works report --format markdown
cp "$folder/out" "$folder/table.md"
works report --format latex
cp "$folder/out" "$folder/table.tex"
for penalty in l1 tl1; do
    [ $penalty = l1 ] && sign='ℓ1' || sign='Tℓ1'
    # shellcheck disable=SC2016 # LaTeX's dollars
    [ $penalty = l1 ] && math='$\ell_1$' || math='T$\ell_1$'
    for share in 0.2 0.4; do
        holds "text: $penalty at $share" row table.txt $penalty $share ' +- ' "  $penalty "
        holds "Markdown: $penalty at $share" row table.md $penalty $share ' ± ' "| $sign |"
        # shellcheck disable=SC2016 # LaTeX's dollars
        holds "LaTeX: $penalty at $share" row table.tex $penalty $share ' $\pm$ ' "$math &"
        works report --json --channels "$(percent $share 0)%" --filter penalty=$penalty
        near "JSON: $penalty at $share" "$(grep -o '"pruned":{"mean":[0-9.e-]*' "$folder/out" |
            sed 's/.*://')" "$(cell %s pruned $penalty $share)"
    done
done
same "text: missing is a dash" "$(grep -c ' -$' "$folder/table.txt")" 2
same "Markdown: missing is a dash" "$(grep -c '| – |$' "$folder/table.md")" 2
same "LaTeX: the rules of booktabs" "$(grep -c -e '^.toprule' -e '^.midrule' -e '^.bottomrule' "$folder/table.tex")" 4
best=$(awk -v a="$(cell %s parameters l1 0.2)" -v b="$(cell %s parameters tl1 0.2)" \
    'BEGIN { print (a > b ? "l1" : "tl1") }')
holds "the best is marked" grep -qE "^  $best .* 20 % .* $(percent "$(cell %s parameters "$best" 0.2)" 1) \+- [0-9.]+ \*" \
    "$folder/table.txt"
works report --json
is_json split axis rows unfinished
works report 1 --channels 20% --format csv
same "one seed has no deviation" "$(sed 1d "$folder/out" | cut -d, -f8,11-13)" \
    "1,$(value 'SELECT test_accuracy FROM run WHERE id = 1'),,1"
works report 1 --channels 20%
holds "nor in text" sh -c "! sed 1d '$folder/out' | grep -q '+- [0-9]'"
works report --split val --channels 20% --filter penalty=l1 --format csv
near "on validation images" "$(sed 1d "$folder/out" | cut -d, -f11)" "$(value "
    SELECT avg(e.val_accuracy) FROM epoch e JOIN run r ON r.id = e.run
    WHERE e.epoch = 2 AND r.penalty = 'l1' AND r.kind = 'train'")"

# --- an equal budget ---------------------------------------------------------------------------

# removed KEY: of the only point of the table.
removed() { grep -o "\"points\":.*" "$folder/out" | grep -o "\"$1\":[^,}]*" | sed 's/.*://'; }
works report 1 --parameters 50% --json
parameters=$(removed parameters)
same "interpolated" "$(removed interpolated),$(removed pruning)" true,null
works prune 1 --parameters 50% --json
near "the threshold is that of prune" "$parameters" \
    "$(awk -v a="$(number parameters)" -v b="$(number parameters_before)" 'BEGIN { printf "%.17g", 1 - a / b }')"
accuracy=$(number test_accuracy)
pruning=$(number pruning)
works report 1 --parameters 50% --json
same "measured now" "$(removed interpolated),$(removed pruning)" "false,$pruning"
near "as it was measured" "$(removed pruned)" "$accuracy"

# At a budget that removes less than what was retrained, the table says what that removed.
works report --parameters 10% --format csv
cp "$folder/out" "$folder/table.csv"
for penalty in l1 tl1; do
    near "$penalty: where it was retrained" "$(cell %s retrained_at $penalty 0.1)" "$(value "
        SELECT avg(1 - 1.0 * p.parameters / p.parameters_before) FROM run c
        JOIN pruning p ON p.id = c.pruning JOIN run r ON r.id = p.run
        WHERE r.penalty = '$penalty' AND c.kind = 'retrain'")"
done
works report --parameters 10%
holds "in a column" grep -q 'retrained at' "$folder/out"
works report --channels 40%
holds "not where it is just there" sh -c "! grep -q 'retrained at' '$folder/out'"

# --- McNemar -----------------------------------------------------------------------------------

# bits SQL: the verdicts as hexadecimal.
bits() { value "SELECT v.verdicts FROM verdict v WHERE v.split = 'test' AND v.hash = ($1)"; }
first=$(bits 'SELECT hash FROM run WHERE id = 1')
second=$(bits 'SELECT hash FROM pruning WHERE id = 1')
works report --mcnemar 1 p1 --json
is_json split images pairs p
same "both, only the first, only the second" "$(number both) $(number only_first) $(number only_second)" \
    "$(awk -v a="$first" -v b="$second" '
        function has(digit, bit) { return int((index("0123456789abcdef", digit) - 1) / bit) % 2 }
        BEGIN {
            for (i = 1; i <= length(a); i++)
                for (bit = 1; bit < 16; bit *= 2) {
                    x = has(substr(a, i, 1), bit)
                    y = has(substr(b, i, 1), bit)
                    both += x && y; one += x && !y; two += !x && y
                }
            print both + 0, one + 0, two + 0
        }')"
works report --mcnemar 1 3 --seeds
prints "all seeds" '^all 2 seeds: p = '
works report --mcnemar 1 1 --json
same "a network against itself" "$(sed 's/.*"p"://; s/}.*//' "$folder/out")" 1.0

# --- claims ------------------------------------------------------------------------------------

works report --claims
cp "$folder/out" "$folder/claims.md"
prints "Tℓ1 against its accuracy before" '^\| vgg11 x0.03125 \| shapes \| Tℓ1 .* (holds|does not|undecided) \|$'
prints "what was not trained" '^Not measured in this study\.$'
works report --claims
holds "the same again" cmp -s "$folder/out" "$folder/claims.md"
works report --claims --json
is_json claims
same "as many verdicts" "$(grep -o '"verdict":' "$folder/out" | wc -l)" \
    "$(grep -cE '(holds|does not|undecided) \|$' "$folder/claims.md" | awk '{ print $1 - 1 }')"

# --- what cannot be ----------------------------------------------------------------------------

refuses 4 "report: nope: no such study" report --study nope
refuses 4 "report: *: no run fits" report --filter penalty=mcp
refuses 4 "report: no such run: 99" report 99
refuses 4 "report: no such pruning: 99" report --mcnemar 1 p99
for line in "--channels 70" "--channels 100%" "--channels 50%,,60%" "--channels 50% --macs 50%" \
    "--format xml" "--split train" "--seeds" "--mcnemar 1" "--mcnemar --claims 1 3" \
    "--claims --macs 50%" "--claims --format csv" "--json --format csv" "1 --study small"; do
    # shellcheck disable=SC2086 # words
    refuses 2 "report: *" report $line
done
if command -v sqlite3 >/dev/null; then
    works store backup "$folder/open.db"
    sqlite3 "$folder/open.db" "UPDATE run SET status = 'interrupted' WHERE id = 2"
    works report --store "$folder/open.db" --json
    prints "one run is left out" '"unfinished":1'
    same "one seed of l1" "$(grep -o '"penalty":"l1"[^}]*"seeds":[0-9]' "$folder/out" | sort -u | sed 's/.*://')" 1
    sqlite3 "$folder/open.db" "UPDATE run SET status = 'interrupted'"
    refuses 4 "report: small: no run is finished yet" report --store "$folder/open.db" --study small
    sqlite3 "$folder/open.db" "UPDATE run SET status = 'finished'; DELETE FROM verdict"
    refuses 4 "report: run 1: which test images *" report --store "$folder/open.db" --mcnemar 1 3
else
    echo "sqlite3 is not installed: runs that are not finished are not tried"
fi
finish
