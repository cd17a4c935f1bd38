#!/bin/sh
# Every way out of the screen leaves the terminal as it was found; and it comes back from Ctrl-Z.
set -eu
. "${srcdir:-.}/tests/tui/lib.sh"
demo="$PWD/$builddir/ui_demo"

for way in q C-c; do
    start 80 24 "$demo"
    await value=0
    await_modes "1 1 1 0"
    tm send-keys "$way"
    await_modes "0 0 0 1"
    check_restored
done

for way in TERM=143 HUP=129 INT=130 SEGV=139 ABRT=134 BUS=135 FPE=136 ILL=132; do
    start 80 24 "$demo"
    await value=0
    await_modes "1 1 1 0"
    kill -"${way%=*}" "$(child)"
    await "status=${way#*=} ready"
    check_restored
done

# Alt with a key, and the keys and reports of other terminals, are no Esc: nothing happens.
for type in xterm-256color vt100; do
    TERM_TYPE=$type
    start 80 24 "$demo"
    await value=0
    for bytes in '\033x' '\033[25~' '\033[I' '\033[99;5u' '\033[27;5;9~' '\033[17~' '\033Oz'; do
        send_bytes "$bytes"
        sleep 0.2 # so that what follows is not part of it
        tm send-keys Right
        sleep 0.1
    done
    await value=7
    tm send-keys Escape
    check_restored
done
TERM_TYPE=xterm-256color

# Nothing that is cut off takes Ctrl-C along with it: reports, sequences, characters.
for bytes in '\033[<' '\033[<1;2' '\033[12' '\033O' '\033' '\033[<1;\377\303' '\342\224'; do
    start 80 24 "$demo"
    await value=0
    send_bytes "$bytes"
    tm send-keys C-c
    check_restored
done

start 80 24 "$demo"
await value=0
tm send-keys Right Right
await value=2
tm send-keys C-z
await_modes "0 0 0 1"
await 'status=148 ready'
tm send-keys -l "clear; fg"
tm send-keys Enter
await value=2
await_modes "1 1 1 0"
tm send-keys Right
await value=3
kill -TSTP "$(child)"
await_modes "0 0 0 1"
await 'status=148 ready'
tm send-keys -l "fg"
tm send-keys Enter
await value=3
await_modes "1 1 1 0"
tm send-keys q
check_restored

# Not a terminal, or one that cannot place a cursor: one line, and no harm.
start 80 24 "setsid $demo </dev/null 2>&1 | cat; TERM=dumb $demo; TERM=nonsense $demo; echo do''ne"
await 'done'
await "no terminal"
await "'dumb': it cannot place a cursor"
await "'nonsense'"
check_restored
