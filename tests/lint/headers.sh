#!/bin/sh
# Every header compiles alone, and twice in a row. $1: the tree; LINT_CC: the compiler and its
# flags, as the build uses them (run in the build folder).
set -eu
tree=${1:-${srcdir:-.}}
list=$(cd "$tree" && find src db ui -name '*.h' | sort)
bad=0
count=0
for header in $list; do
    count=$((count + 1))
    # shellcheck disable=SC2086 # the compiler's flags are words
    printf '#include "%s"\n#include "%s"\n' "${header#src/}" "${header#src/}" |
        ${LINT_CC:-cc -std=gnu17 -D_GNU_SOURCE -I"$tree" -I"$tree/src"} -fsyntax-only -x c - || {
        echo "$header: does not compile alone"
        bad=1
    }
done
echo "$count headers"
[ "$count" -gt 0 ] || bad=1
exit $bad
