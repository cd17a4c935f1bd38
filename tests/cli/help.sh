#!/bin/sh
# --help, config.def and the man page say the same: every option that a command shows stands in its
# section of the man page, and the other way round; so do the commands.
# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"

page=$srcdir/man/slimscope.1
table=$srcdir/src/job/config.def

# The options of the last output, up to those that every command has.
shown() { sed '/^options of every command/,$d' "$folder/out" | sed -n 's/^  \(-., \)\{0,1\}--\([a-z-]*\).*/\2/p' | sort; }

# The options listed in section $1 (.Ss or .Sh) of the man page.
documented() {
    awk -v want="$1" '
    /^\.S[sh] / { here = (substr($0, 5) == want) }
    here && /^\.It Fl/ { for (i = 2; i <= NF; i++) if ($i ~ /^-[a-z]/) { sub(/^-/, "", $i); print $i } }
    ' "$page" | sort
}

works help
commands=$(sed -n '/^commands:/,/^$/s/^  \([a-z][a-z]*\)  .*/\1/p' "$folder/out")
holds "there are commands" [ "$(echo "$commands" | wc -l)" -ge 15 ]
same "the commands of the man page" \
    "$(sed -n 's/^\.Ss \([a-z]*\)$/\1/p' "$page" | sort)" "$(echo "$commands" | sort)"
sed -n '/^options of every command/,$p' "$folder/out" >"$folder/global"
same "the options of every command" \
    "$(sed -n 's/^  \(-., \)\{0,1\}--\([a-z-]*\).*/\2/p' "$folder/global" | sort)" \
    "$(documented 'GLOBAL OPTIONS')"

for command in $commands; do
    works "$command" --help
    holds "$command: nothing on stderr" [ ! -s "$folder/err" ]
    options=$(shown)
    [ "$command" != retrain ] || options=$(echo "$options" | grep -x scratch)
    same "$command: its options in the man page" "$(documented "$command")" "$options"
    cp "$folder/out" "$folder/long"
    works help "$command"
    holds "$command: -h, --help and help agree" cmp -s "$folder/out" "$folder/long"
    run -h "$command"
    holds "$command: -h in front" cmp -s "$folder/out" "$folder/long"
done

# Every row of config.def is an option of train: as it is, or as --no-KEY where yes is the default.
works train --help
cp "$folder/out" "$folder/train"
keys=$(sed -n 's/^CONFIG([a-z_]*, "\([a-z-]*\)", \([A-Z]*\), "\([^"]*\)".*/\1 \2 \3/p' "$table" |
    awk '{ print ($2 == "FLAG" && $3 == "yes" ? "no-" : "") $1 }' | sort)
holds "config.def has rows" [ "$(echo "$keys" | wc -l)" -ge 20 ]
same "config.def is what train takes" "$(shown)" "$keys"
works retrain --help
same "retrain takes the same, and --scratch" "$(shown)" "$(printf '%s\nscratch\n' "$keys" | sort)"

# Every default that config.def states stands in the man page.
sed -n 's/^CONFIG([a-z_]*, "\([a-z-]*\)", \([A-Z]*\), "\([^"]*\)".*/\1 \2 \3/p' "$table" |
    grep -Ev ' (FLAG|CHOICE|TAGS) | $|^(keep|train-limit) ' >"$folder/defaults"
while read -r key _ value; do
    awk -v key="-$key" -v value="$value" '
    /^\.It Fl/ { here = ($3 == key) }
    here && index($0, value) { found = 1 }
    END { exit !found }' "$page" || failed "--$key: its default in the man page" "no $value"
done <"$folder/defaults"
holds "defaults were looked for" [ "$(wc -l <"$folder/defaults")" -ge 12 ]

# What man prints: groff drops a reference of more than a few authors, and complains.
if command -v groff >/dev/null; then
    for name in slimscope.1 slimscope-plan.5 slimscope-store.5; do
        groff -mandoc -Tutf8 -P -c "$srcdir/man/$name" >"$folder/out" 2>"$folder/err"
        holds "groff finds nothing in $name" [ ! -s "$folder/err" ]
    done
else
    echo "groff is not installed: what man prints is not tried"
fi

if command -v mandoc >/dev/null; then
    mandoc -Tlint -Wwarning "$page" >"$folder/out" 2>"$folder/err"
    holds "mandoc finds nothing" [ ! -s "$folder/out" ]
else
    echo "mandoc is not installed: the page's mdoc is not tried"
fi
finish
