# shellcheck shell=sh
# What the tests of the command line share: a folder of their own, a store in it, numbered checks.
set -u

program=$(cd "${builddir:-.}" && pwd)/slimscope
[ -x "$program" ] || {
    echo "$program is not built"
    exit 99
}
folder=$(mktemp -d "${TMPDIR:-/tmp}/slimscope-cli.XXXXXX")
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
unset SLIMSCOPE_DATA OMP_NUM_THREADS NO_COLOR XDG_DATA_HOME XDG_STATE_HOME
SLIMSCOPE_STORE=$folder/runs.db
HOME=$folder/home
TERM=xterm
export SLIMSCOPE_STORE HOME TERM
mkdir -p "$HOME"
count=0
failures=0

# passed NAME, failed NAME WHY
passed() {
    count=$((count + 1))
    printf 'ok %d - %s\n' $count "$1"
}

failed() {
    count=$((count + 1))
    failures=$((failures + 1))
    printf 'FAILED %d - %s: %s\n' $count "$1" "$2"
    sed 's/^/    out: /' "$folder/out"
    sed 's/^/    err: /' "$folder/err"
}

# Runs slimscope with its output in $folder/out and $folder/err, its status in $status.
run() {
    status=0
    "$program" "$@" >"$folder/out" 2>"$folder/err" </dev/null || status=$?
}

# judge STATUS PATTERN NAME: the last run failed as it should: that status, nothing on stdout, one
# line on stderr that PATTERN (of case) fits, and after it at most a hint.
judge() {
    lines=$(wc -l <"$folder/err")
    first=$(head -n 1 "$folder/err")
    if [ "$status" -ne "$1" ]; then
        failed "$3" "status $status instead of $1"
    elif [ -s "$folder/out" ]; then
        failed "$3" "something on stdout"
    elif [ "$lines" -lt 1 ] || [ "$lines" -gt 2 ] ||
        { [ "$lines" -eq 2 ] && ! sed -n 2p "$folder/err" | grep -q '^  [^ ]'; }; then
        failed "$3" "not one line and a hint"
    else
        # shellcheck disable=SC2254 # it is a pattern
        case $first in
        "slimscope: "$2) passed "$3" ;;
        *) failed "$3" "the line does not fit '$2'" ;;
        esac
    fi
}

# refuses STATUS PATTERN ARGUMENT…: slimscope fails so.
refuses() {
    want=$1
    pattern=$2
    shift 2
    run "$@"
    judge "$want" "$pattern" "slimscope $*"
}

# works ARGUMENT…: it ends with 0.
works() {
    run "$@"
    if [ "$status" -eq 0 ]; then
        passed "slimscope $*"
    else
        failed "slimscope $*" "status $status"
    fi
}

# prints NAME PATTERN: a line of the last output fits the regular expression.
prints() {
    if grep -Eq -e "$2" "$folder/out"; then
        passed "$1"
    else
        failed "$1" "no line fits '$2'"
    fi
}

# holds NAME COMMAND…: the command succeeds.
holds() {
    name=$1
    shift
    if "$@"; then
        passed "$name"
    else
        failed "$name" "it does not"
    fi
}

# same NAME VALUE EXPECTED
same() {
    if [ "$2" = "$3" ]; then
        passed "$1"
    else
        failed "$1" "'$2' instead of '$3'"
    fi
}

# The number, or the string, of that name in the last output's JSON.
number() { sed -n "s/.*\"$1\":\(-\{0,1\}[0-9][0-9.e+-]*\).*/\1/p" "$folder/out"; }
text() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" "$folder/out"; }

# is_json KEY…: the last output is one line, an object with these keys.
is_json() {
    name="JSON with $*"
    if [ "$(wc -l <"$folder/out")" -ne 1 ] || ! grep -q '^{.*}$' "$folder/out"; then
        failed "$name" "not one line of JSON"
        return
    fi
    for key in "$@"; do
        grep -q "[{,]\"$key\":" "$folder/out" || {
            failed "$name" "no key $key"
            return
        }
    done
    passed "$name"
}

# A training of about a second.
# shellcheck disable=SC2034 # the tests use it
tiny="--data shapes:400 --val 100 --arch vgg11 --width 0.03125 --epochs 2"

# The end of every test.
finish() {
    printf '%d checks, %d failed\n' $count $failures
    [ $count -gt 0 ] && [ $failures -eq 0 ]
    exit $?
}
