#!/bin/sh
# A batch on a disk of 64 MiB that is full: it pauses, says so in one line, and when there is room it
# goes on to the bits of a batch that always had room. By one process and by two; with too little room
# for a checkpoint, and with too little for the store itself.
# shellcheck source=tests/crash/mounts.sh
. "${srcdir:-.}/tests/crash/mounts.sh"
# shellcheck source=tests/crash/lib.sh
. "${srcdir:-.}/tests/crash/lib.sh"

plan=$folder/study.yaml
cat >"$plan" <<'END'
base: {data: 'shapes:700', val: 100, arch: vgg11, width: 0.125, epochs: 3}
grid: {penalty: [l1, tl1]}
prune: {channels: [50%, 70%]}
retrain: {channels: 70%, epochs: 2}
END

bits() {
    "$program" --store "$1" query "
        SELECT r.hash, r.status, r.weights_sha256, g.epoch, g.layer, g.gamma
        FROM run r JOIN gamma g ON g.run = r.id ORDER BY r.hash, g.epoch, g.layer" --json | cksum
}

batch() { "$program" --store "$1" --threads 1 batch "$plan" --jobs "$2" --json; }

# fill DISK FREE: all but FREE KiB of it.
fill() {
    available=$(df -k --output=avail "$1" | tail -n 1)
    head -c $((available - $2))K /dev/zero >"$1/ballast"
}

# pauses DISK: until it has said so. Then it is given time to say it again.
pauses() {
    for _ in $(seq 1200); do
        grep -q 'it goes on when there is room$' "$1.err" && break
        sleep 0.1
    done
    sleep 3
    [ "$(grep -c '^slimscope: ' "$1.err")" -eq 1 ] ||
        fail "not one line: $(cat "$1.err" "$1.out")"
    grep '^slimscope: ' "$1.err"
}

batch "$folder/whole.db" 1 >/dev/null 2>&1 || fail "the undisturbed batch"
expected=$(bits "$folder/whole.db")
trap 'umount -l "$folder"/disk-[0-9]*[0-9] 2>/dev/null || :; rm -rf "$folder"' EXIT

# Rows of JOBS FREE, all at the same time: each waits for half a minute at a time.
rows='1 2000
2 1500
1 230
2 180'
echo "$rows" | while read -r jobs free; do
    disk=$folder/disk-$free
    mkdir "$disk"
    mount -t tmpfs -o size=64m slimscope "$disk" || exit 77
    fill "$disk" "$free"
    { batch "$disk/runs.db" "$jobs" >"$disk.out" 2>"$disk.err"; echo $? >"$disk.status"; } &
    echo $! >"$disk.pid"
done
echo "$rows" | while read -r jobs free; do
    disk=$folder/disk-$free
    pauses "$disk"
    is_whole "$disk/runs.db" "while it is full"
    rm "$disk/ballast"
done || exit 1
echo "$rows" | while read -r jobs free; do
    disk=$folder/disk-$free
    for _ in $(seq 6000); do
        [ ! -s "$disk.status" ] || break
        sleep 0.1
    done
    [ "$(cat "$disk.status")" = 0 ] || fail "$jobs processes, $free KiB: $(cat "$disk.err")"
    [ "$(bits "$disk/runs.db")" = "$expected" ] || fail "$jobs processes, $free KiB: other bits"
    is_whole "$disk/runs.db" "with room"
    echo "$jobs processes, $free KiB: the same bits"
done || exit 1
