# shellcheck shell=sh
# What the crash tests share: a folder of their own, tiny trainings, and what they must come to.
set -eu

program=$(cd "${builddir:-.}" && pwd)/slimscope
folder=$(mktemp -d "${TMPDIR:-/tmp}/slimscope-crash.XXXXXX")
trap 'rm -rf "$folder"' EXIT
unset SLIMSCOPE_STORE SLIMSCOPE_DATA OMP_NUM_THREADS

fail() {
    printf 'FAILED: %s\n' "$*"
    exit 1
}

# train STORE: one tiny training, an epoch in well under a second. It takes its shell's place, so
# it is called in one of its own: $(…), (…) or with &.
epochs=3
threads=1
seed=3
train() {
    exec "$program" --store "$1" --threads $threads train --data shapes:700 --val 100 --arch vgg11 \
        --width 0.125 --penalty tl1 --lambda 1e-3 --epochs $epochs --seed $seed --json
}

# text KEY: the string of that name in the JSON object on stdin.
text() { sed -n "s/.*\"$1\": *\"\([^\"]*\)\".*/\1/p"; }

# sha STORE: what the training's weights come to.
sha() {
    answer=$(train "$1") || fail "train ended with status $?"
    hash=$(printf '%s\n' "$answer" | text weights_sha256)
    [ ${#hash} -eq 64 ] || fail "no weights_sha256 in: $answer"
    printf '%s\n' "$hash"
}

# same WHAT HASH EXPECTED
same() {
    [ "$2" = "$3" ] || fail "$1: weights $2, undisturbed $3"
    printf '%s: the same weights\n' "$1"
}

# is_full STATUS WHERE: train ended for want of space, with one line ($folder/err).
is_full() {
    [ "$1" -eq 6 ] || fail "$2: status $1, not 6: $(cat "$folder/err")"
    [ "$(grep -c '^slimscope: train: ' "$folder/err")" -eq 1 ] ||
        fail "$2: not one line: $(cat "$folder/err")"
    printf '%s: ' "$2"
    grep '^slimscope: train: ' "$folder/err"
}

# is_whole STORE WHEN
is_whole() {
    "$program" --store "$1" store check >"$folder/check" 2>&1 ||
        fail "store check $2: $(cat "$folder/check")"
}
