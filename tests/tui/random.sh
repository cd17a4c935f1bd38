#!/bin/sh
# Bytes at random in a real terminal: keys, mouse reports that are whole, cut off or nonsense. The
# screen lives on, or has left in order; the terminal is as it was found.
# shellcheck source=tests/tui/lib.sh
. "${srcdir:-.}/tests/tui/lib.sh"
set -eu
program="$PWD/$builddir/slimscope"
cp "${srcdir:-.}/sample_runs/first/first.db" "$work/first.db"
chmod u+w "$work/first.db"
mkdir "$work/first.db.lock" # where the lock's file should be: nothing can be written, nothing trains

# Lines of hexadecimal bytes, each some twenty events. Left out: C-c, C-z, q (and what saves: s, x).
awk -v seed="${1:-1}" '
    function hex(text, i, out) {
        for (i = 1; i <= length(text); i++)
            out = out sprintf(" %02x", index(ascii, substr(text, i, 1)) + 31)
        return out
    }
    function report(button, row, col) {
        return " 1b 5b 3c" hex(button ";" col ";" row) (rand() < 0.5 ? " 4d" : " 6d")
    }
    function pick(n) { return int(rand() * n) }
    BEGIN {
        srand(seed)
        for (i = 32; i < 127; i++) ascii = ascii sprintf("%c", i)
        letters = "abcdefghijklmnoprtuvwyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" \
            "!$&()*+,-.:;<=>?[]_{|}~ "
        keys = split("A B C D H F 5~ 6~ 1;2A 1;2C OP 15~ 17~ 18~ 13~ Z 3~", key, " ")
        for (line = 0; line < 60; line++) {
            out = ""
            for (i = 0; i < 20; i++) {
                what = pick(10)
                if (what < 4) out = out hex(substr(letters, 1 + pick(length(letters)), 1))
                else if (what < 6) out = out " 1b 5b" hex(key[1 + pick(keys)])
                else if (what < 8)
                    out = out report(pick(2) * 32 + pick(3), 1 + pick(24), 1 + pick(80))
                else if (what == 8)
                    out = out report(pick(300) - 20, pick(2000) - 50, pick(99999))
                else out = out " 1b 5b 3c" hex(pick(99)) (pick(2) ? " 3b" : " ff c3")
            }
            print out
        }
    }' >"$work/bytes"

# Esc may leave before the last byte: then what is typed, C-c too, is nothing but a byte.
before="stty -isig; stty -a | tail -n +2 >$work/before"
afterwards="stty -a | tail -n +2 >$work/after; stty -echo; echo; echo it has le''ft; exec cat >/dev/null"
start 80 24 "$before; $program --store $work/first.db explore --run 3 --screen prune; $afterwards"
await 'channels pruned'
await_modes "1 1 1 0"
while read -r line; do
    # shellcheck disable=SC2086 # each byte is a word
    tm send-keys -H $line
done <"$work/bytes"
tm send-keys C-c
await 'it has left'
await_modes "0 0 0 1"
cmp -s "$work/before" "$work/after" || { diff "$work/before" "$work/after"; fail "stty differs"; }
