#!/bin/sh
# Stores, model files and plans that somebody made to hurt: cut, overwritten, with absurd numbers.
# Each is refused with one line and its status, or read as far as it is sound; nothing crashes.
# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"

# overwrite FILE OFFSET BYTES: BYTES as printf writes them.
overwrite() {
    # shellcheck disable=SC2059 # it is the format
    printf "$3" | dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null
}

# survives NAME: the last run ended by itself, with nothing said or with one line and its status.
survives() {
    if [ "$status" -eq 0 ] || { [ "$status" -le 5 ] && [ "$(head -n 1 "$folder/err" |
        grep -c '^slimscope: ')" -eq 1 ] && [ "$(wc -l <"$folder/err")" -le 2 ]; }; then
        passed "$1"
    else
        failed "$1" "status $status"
    fi
}

# --- stores -----------------------------------------------------------------------------------

# shellcheck disable=SC2086 # words
works train $tiny --json
works prune 1 --channels 30% --json
works store backup "$folder/whole.db"
size=$(wc -c <"$folder/whole.db")
bad=$folder/bad.db
copy() { cp "$folder/whole.db" "$bad"; }

for k in 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19; do
    copy
    truncate -s $((size * k / 20)) "$bad"
    run store check --store "$bad"
    judge 4 "store: *bad.db*" "a store cut at $k/20"
done

copy && overwrite "$bad" 0 'SQLite format 4'
refuses 4 "runs: *bad.db*" runs --store "$bad"
copy && overwrite "$bad" 68 '\001\002\003\004'
refuses 4 "runs: *bad.db*" runs --store "$bad"
# shellcheck disable=SC2086 # words
refuses 4 "train: *bad.db*" train $tiny --store "$bad"
copy && overwrite "$bad" 60 '\000\000\377\377'
refuses 4 "runs: *bad.db*newer*" runs --store "$bad"
refuses 4 "note: *bad.db*newer*" note 1 text --store "$bad"
copy && overwrite "$bad" 16 '\000\001'
refuses 4 "runs: *bad.db*" runs --store "$bad"
copy && overwrite "$bad" 100 '\377\377\377\377\377\377\377\377'
refuses 4 "runs: *bad.db*" runs --store "$bad"

# 200 bytes of every twentieth of the file: what is damaged is found, what is not is still read.
noise=$(printf '\\377\\000\\125%.0s' $(seq 70))
found=0
for k in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19; do
    copy && overwrite "$bad" $((size * k / 20)) "$noise"
    run store check --store "$bad"
    survives "store check of a store with damage at $k/20"
    [ "$status" -eq 0 ] || found=$((found + 1))
    run runs --store "$bad"
    survives "runs of a store with damage at $k/20"
    run show 1 --store "$bad"
    survives "show of a store with damage at $k/20"
done
holds "damage was found in most places" [ "$found" -ge 10 ]

# --- model files ------------------------------------------------------------------------------

works export 1 -o "$folder/whole.safetensors"
size=$(wc -c <"$folder/whole.safetensors")
bad=$folder/bad.safetensors
model() { cp "$folder/whole.safetensors" "$bad"; }
for k in 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19; do
    model
    truncate -s $((size * k / 20)) "$bad"
    refuses 4 "import: *bad.safetensors*" import "$bad"
done
model && overwrite "$bad" 0 '\377\377\377\377\377\377\377\177'
refuses 4 "import: *bad.safetensors*" import "$bad"
model && overwrite "$bad" 0 '\000\000\000\000\000\000\000\000'
refuses 4 "import: *bad.safetensors*" import "$bad"
model && overwrite "$bad" 8 '['
refuses 4 "import: *bad.safetensors*" import "$bad"
model && overwrite "$bad" $((size - 4)) '\000\000\300\177'
refuses 4 "import: *bad.safetensors*" import "$bad"

# --- plans ------------------------------------------------------------------------------------

plan=$folder/plan.yaml
# bad_plan TEXT: TEXT as printf writes it.
bad_plan() {
    # shellcheck disable=SC2059
    printf "$1" >"$plan"
    refuses 2 "batch: $plan:*" batch "$plan"
}
bad_plan 'base: {data: shapes, arch: vgg11\n'
bad_plan 'base: &x {data: shapes}\ngrid: *x\n'
bad_plan 'base: {data: shapes, arch: vgg11, epochs: 1e400}\n'
bad_plan 'base: {data: shapes, arch: vgg11, epochs: -1}\n'
bad_plan 'base: {data: shapes, arch: vgg11, lambda: nan}\n'
bad_plan 'base: {data: shapes, data: shapes}\n'
bad_plan 'nonsense: 1\n'
bad_plan '\377\376\000\001'
bad_plan ''
head -c 3000 /dev/zero | tr "\0" "[" >"$plan"
refuses 2 "batch: $plan:*" batch "$plan"
refuses 4 "batch: *nowhere.yaml*" batch "$folder/nowhere.yaml"

# --- what is no file ---------------------------------------------------------------------------

mkfifo "$folder/pipe" "$folder/pipe.safetensors" # nobody writes: whoever waits, waits for ever
refuses 4 "batch: *pipe: is not a regular file" batch "$folder/pipe"
refuses 4 "import: *pipe.safetensors: is not a regular file" import "$folder/pipe.safetensors"
finish
