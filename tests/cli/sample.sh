#!/bin/sh
# The sample studies that are shipped: their stores are whole, and each screen shows them as
# committed. With "update" the frames are written anew: look at them before they are committed.
. "${srcdir:-.}/tests/cli/lib.sh"
sample=${srcdir:-.}/sample_runs/first/first.db
golden=${srcdir:-.}/tests/golden

# frame STORE SCREEN SIZE ARGUMENTS…
frame() {
    name=$1
    screen=$2
    size=$3
    shift 3
    run --store "${srcdir:-.}/sample_runs/$name/$name.db" explore --once --screen "$screen" \
        --size "$size" "$@"
    file=$golden/sample-$name-$screen-$size.txt
    [ "${update:-}" != yes ] || cp "$folder/out" "$file"
    if [ "$status" -eq 0 ] && cmp -s "$folder/out" "$file"; then
        passed "$name: $screen at $size"
    else
        failed "$name: $screen at $size" "not as in $file"
    fi
}

[ "${1:-}" != update ] || update=yes
mkdir -p "$folder/copy"
cp -R "$sample" "$sample.d" "$folder/copy"
chmod -R u+w "$folder/copy"
run --store "$folder/copy/first.db" store check --json
same "the store is whole" "$(cat "$folder/out")" '{"ok":true,"problems":[]}'
SLIMSCOPE=$program "${srcdir:-.}/sample_runs/claims" "$folder/CLAIMS.md"
holds "CLAIMS.md is what the studies say" cmp -s "${srcdir:-.}/sample_runs/CLAIMS.md" "$folder/CLAIMS.md"
for desk in fashion-desk cifar10-desk; do
    cp -R "${srcdir:-.}/sample_runs/$desk" "$folder/$desk"
    chmod -R u+w "$folder/$desk"
    for store in "$desk" choice; do
        run --store "$folder/$desk/$store.db" store check --json
        same "the $store store of $desk is whole" "$(cat "$folder/out")" '{"ok":true,"problems":[]}'
    done
    # The README's table is what the command above it prints.
    command=$(sed -n "s/^ .*\($desk.db report .*\)/\1/p" "$folder/$desk/README.md")
    # shellcheck disable=SC2086 # a command line
    (cd "$folder/$desk" && "$program" --store $command) >"$folder/table"
    sed -n '/^| .*penalty |/,/^In %/p' "$folder/$desk/README.md" >"$folder/quoted"
    holds "README of $desk quotes its report" cmp -s "$folder/table" "$folder/quoted"
done
# frames STORE RUN: all six screens on a run of a store.
frames() {
    for size in 80x24 140x45; do
        for screen in runs train gamma compare jobs; do
            frame "$1" "$screen" "$size" --run "$2"
        done
        frame "$1" prune "$size" --run "$2" --at 60%
    done
}

frames first 3
frames fashion-desk 6  # MCP: with a region where it does nothing
frames cifar10-desk 20  # a ResNet
finish
