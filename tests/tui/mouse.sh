#!/bin/sh
# Drags, also in one burst, cut off, and with a resize in between; on several kinds of terminal.
set -eu
. "${srcdir:-.}/tests/tui/lib.sh"
demo="$PWD/$builddir/ui_demo"

# The slider stands in row 4 from column 2 to 79 (of 80): 100 % of 1000 is column 78.
drag() {
    TERM_TYPE=$1
    start 80 24 "$2$demo"
    await value=0
    send_bytes '\033[<0;3;4M'
    await value=0
    send_bytes '\033[<32;40;4M'
    await value=493
    send_bytes '\033[<32;78;9M'
    await value=1000
    send_bytes '\033[<0;78;9m'
    send_bytes '\033[<32;3;4M\033[<0;3;4m'
    await 'value=1000 events=4'
    # a whole drag at once: nothing is lost, nothing comes out of order
    send_bytes '\033[<0;78;4M\033[<32;60;4M\033[<32;50;4M\033[<32;30;4M\033[<0;30;4m'
    await 'value=360 events=9'
    # a burst of many moves
    bytes='\033[<0;3;4M'
    for col in $(seq 4 77); do bytes="$bytes\\033[<32;$col;4M"; done
    send_bytes "$bytes\\033[<0;40;4m"
    await 'value=493 events=85'
    # Esc during a drag takes it back
    send_bytes '\033[<0;60;4M\033[<32;70;4M'
    await value=893
    tm send-keys Escape
    await 'value=493'
    # cut off, garbled, far away
    send_bytes '\033[<0;12'
    sleep 0.2
    send_bytes '\033[<zz;1;1M'
    sleep 0.1
    send_bytes '\033[<0;99999;4M\033[<0;99999;4m'
    await 'value=1000'
    tm send-keys q
    check_restored
}

drag xterm-256color ""
drag tmux-256color ""
drag vt100 ""
drag xterm-256color "LC_ALL=C "
drag xterm-256color "NO_COLOR=1 "

TERM_TYPE=xterm-256color
start 80 24 "$demo"
await size=80x24
send_bytes '\033[<0;3;4M\033[<32;40;4M'
await value=493
tm resize-window -x 200 -y 60
await size=200x60
send_bytes '\033[<32;198;4M'
await value=1000
tm resize-window -x 50 -y 10
await 'terminal too small: 50×10, needs 60×16'
tm resize-window -x 60 -y 16
await size=60x16
send_bytes '\033[<32;58;4M\033[<0;58;4m'
await value=1000
tm send-keys q
check_restored
