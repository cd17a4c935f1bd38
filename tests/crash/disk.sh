#!/bin/sh
# A full disk, at different moments: train stops with status 6 and one line, the store is whole, and
# with space again the same command goes on to the weights of a run that was never stopped.
#
# Method: a small file system is mounted in a namespace of our own (root, or where users may) and a
# ballast leaves more and more of it free, from less than the store to more than all checkpoints.
# shellcheck source=tests/crash/mounts.sh
. "${srcdir:-.}/tests/crash/mounts.sh"
# shellcheck source=tests/crash/lib.sh
. "${srcdir:-.}/tests/crash/lib.sh"

expected=$(sha "$folder/undisturbed.db")

disk=$folder/disk
mkdir "$disk"
mount -t tmpfs -o size=16m slimscope "$disk" || exit 77
trap 'umount "$disk"; rm -rf "$folder"' EXIT
store=$disk/runs.db

stopped=0
for free in 16 64 256 512 1024 2048 4096; do
    available=$(df -k --output=avail "$disk" | tail -n 1)
    head -c $((available > free ? available - free : 0))K /dev/zero >"$disk/ballast"
    status=0
    (train "$store") >/dev/null 2>"$folder/err" || status=$?
    rm "$disk/ballast"
    if [ $status -ne 0 ]; then
        is_full $status "$free KiB free"
        stopped=$((stopped + 1))
    fi
    [ ! -s "$store" ] || is_whole "$store" "with $free KiB free"
done
[ $stopped -gt 0 ] || fail "the disk was never full"
same "with space again" "$(sha "$store")" "$expected"

# A store whose log is folded in can be read where not a byte is free.
cat /dev/zero >"$disk/ballast" 2>/dev/null || :
"$program" --store "$store" show 1 >"$folder/out" 2>"$folder/err" ||
    fail "show on a full disk: $(cat "$folder/err")"
rm "$disk/ballast"
is_whole "$store" "after it was read without room"
