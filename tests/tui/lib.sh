# What the tests of the terminal share: a tmux server of their own, waiting for a text, the state
# that a terminal must be left in. Sourced, with $builddir set; skips where tmux is missing.
command -v ps >/dev/null 2>&1 || { echo "SKIP: ps is missing"; exit 77; }
builddir=${builddir:-.}
command -v tmux >/dev/null 2>&1 || { echo "SKIP: tmux is missing"; exit 77; }
patience=1200 # twentieths of a second: a busy machine takes its time
servers=0 # each terminal has a server of its own
work=$(mktemp -d "${TMPDIR:-/tmp}/tui.XXXXXX")
XDG_STATE_HOME=$work/state # what one test leaves remembered is not the next one's, nor the user's
export XDG_STATE_HOME
trap 'tm kill-server 2>/dev/null; rm -rf "$work"' EXIT INT TERM

tm() { tmux -L "slimscope-$$-$servers" -f /dev/null "$@"; }

fail() {
    echo "FAIL: $*"
    echo "--- the screen:"
    tm capture-pane -p 2>/dev/null
    exit 1
}

# start COLS ROWS COMMAND: a shell in a terminal of that size, COMMAND typed into it. The shell
# stays, so that what the command leaves behind can be seen.
start() {
    tm kill-server 2>/dev/null || true
    servers=$((servers + 1))
    tm new-session -d -x "$1" -y "$2" "env -u COLORFGBG TERM=${TERM_TYPE:-xterm-256color} PS1='status=\$? ready> ' sh -i"
    await 'ready>'
    tm send-keys -l "stty -a | tail -n +2 >$work/before; $3"
    tm send-keys Enter
}

# await_that COMMAND…: until it holds, at most so long.
await_that() {
    tries=0
    until "$@"; do
        tries=$((tries + 1))
        [ "$tries" -lt "$patience" ] || return 1
        sleep 0.05
    done
}

# await TEXT: until it stands on the screen.
is_seen() { tm capture-pane -p 2>/dev/null | grep -qF -- "$1"; }
await() { await_that is_seen "$1" || fail "\"$1\" did not come"; }

# Raw bytes, as a terminal would send them.
send_bytes() { tm send-keys -l "$(printf "$1")"; }

modes() { tm display-message -p '#{alternate_on} #{mouse_button_flag} #{mouse_sgr_flag} #{cursor_flag}'; }

# await_modes "1 1 1 0": the alternate screen, drags, SGR reports, the cursor.
has_modes() { [ "$(modes)" = "$1" ]; }
await_modes() { await_that has_modes "$1" || fail "modes are $(modes), not $1"; }

# The process that runs in the pane's shell.
child() {
    shell=$(tm display-message -p '#{pane_pid}')
    ps -o pid= --ppid "$shell" | tr -d ' ' | head -n 1
}

# Until the program has left: what is typed while it puts the terminal back is thrown away.
has_left() { [ -z "$(child)" ]; }
await_left() { await_that has_left || fail "it does not leave"; }

# The terminal is as it was found (but for its size, which is the first line).
check_restored() {
    await_left
    await_modes "0 0 0 1"
    tm send-keys -l "stty -a | tail -n +2 >$work/after; echo la''st"
    tm send-keys Enter
    await last
    cmp -s "$work/before" "$work/after" || { diff "$work/before" "$work/after"; fail "stty differs"; }
}
