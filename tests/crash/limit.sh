#!/bin/sh
# A limit on file sizes: train stops with status 6 and one line, what was stored stands, and without
# the limit the same command goes on to the weights of a run that was never stopped.
# shellcheck source=tests/crash/lib.sh
. "${srcdir:-.}/tests/crash/lib.sh"

expected=$(sha "$folder/undisturbed.db")
store=$folder/limited.db

# In blocks of 512 bytes (1024 in some shells): the store fits, a checkpoint does not.
status=0
(ulimit -f 400 && train "$store") >/dev/null 2>"$folder/err" || status=$?
is_full $status "a limit on file sizes"
is_whole "$store" "after the limit"
same "without the limit" "$(sha "$store")" "$expected"
