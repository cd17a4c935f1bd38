#!/bin/sh
# One, two and three threads, and another store, give the same weights to the last bit.
# shellcheck source=tests/crash/lib.sh
. "${srcdir:-.}/tests/crash/lib.sh"

one=$(sha "$folder/1.db" --epochs 2 --threads 1)
for threads in 2 3; do
    same "$threads threads" "$(sha "$folder/$threads.db" --epochs 2 --threads $threads)" "$one"
done
other=$(sha "$folder/1.db" --epochs 2 --threads 1 --seed 4)
[ "$other" != "$one" ] || fail "another seed gave the same weights"
