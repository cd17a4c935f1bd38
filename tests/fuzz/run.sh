#!/bin/sh
# Fuzzes every reader, or those that are named, for $FUZZ_SECONDS each (60), in the folder fuzz: a
# build with clang's libFuzzer, AddressSanitizer and UndefinedBehaviorSanitizer, and for each target
# its corpus, its log and what it did not survive (crash-…, timeout-…, oom-…, leak-…).
set -eu
top=$(cd "${srcdir:-.}" && pwd)
command -v clang >/dev/null || {
    echo "fuzzing needs clang with libFuzzer (Debian: clang)"
    exit 1
}
mkdir -p fuzz
cd fuzz
[ -e Makefile ] || "$top/configure" -q CC=clang \
    CFLAGS='-g -O1' --enable-sanitizer=fuzzer-no-link,address,undefined
make -s -j "$(nproc)" fuzz_libfuzzer

[ $# -gt 0 ] || set -- cifar idx mat png safetensors plan filter mouse store
found=0
for target in "$@"; do
    mkdir -p "corpus/$target"
    limits="-rss_limit_mb=2048 -timeout=60 -max_len=$([ "$target" = store ] && echo 300000 || echo 40000)"
    # shellcheck disable=SC2086 # words
    FUZZ_TARGET=$target UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 nice -n 19 \
        ./fuzz_libfuzzer $limits -max_total_time="${FUZZ_SECONDS:-60}" -print_final_stats=1 \
        -artifact_prefix="$target-" "corpus/$target" "$top/tests/fuzz/corpus/$target" \
        >"$target.log" 2>&1 || found=1
    printf '%s: %s executions, %s inputs kept, %s found\n' "$target" \
        "$(sed -n 's/^stat::number_of_executed_units: *//p' "$target.log")" \
        "$(find "corpus/$target" -type f | wc -l)" \
        "$(find . -maxdepth 1 \( -name "$target-crash-*" -o -name "$target-timeout-*" -o \
            -name "$target-oom-*" -o -name "$target-leak-*" \) | wc -l)"
done
exit $found
