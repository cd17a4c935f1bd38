#!/bin/sh
# One, two and three threads give the same weights to the last bit.
# shellcheck source=tests/crash/lib.sh
. "${srcdir:-.}/tests/crash/lib.sh"

epochs=2
one=$(sha "$folder/1.db")
for threads in 2 3; do
    same "$threads threads" "$(sha "$folder/$threads.db")" "$one"
done
seed=4
other=$(sha "$folder/1.db")
[ "$other" != "$one" ] || fail "another seed gave the same weights"
