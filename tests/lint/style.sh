#!/bin/sh
# The look of every source file, as far as a machine can see it. $1: the tree.
set -eu
cd "${1:-${srcdir:-.}}"

# Bytes are counted, less those that continue a UTF-8 character.
find src db ui tests \( -name '*.[ch]' -o -name '*.def' -o -name '*.sql' -o -name '*.sh' \) |
    sort | LC_ALL=C awk '
function fail(what) { printf "%s:%d: %s\n", file, line, what; bad = 1 }

{
    file = $0
    line = 0
    files++
    code = file ~ /\.[ch]$/
    while ((getline text < file) > 0) {
        line++
        if (text ~ /\t/) fail("a tab")
        if (text ~ /[ \r]$/) fail("a blank at the end")
        if (text ~ /(TOD[O]|FIXM[E]|(^|[^X])XX[X]([^X]|$))/) fail("a left-over")
        if (text ~ /(^|[^A-Za-z0-9_.~*])\/(home|root|work|Users|mnt|media)\//)
            fail("a path of one machine")
        gsub(/[\200-\277]/, "", text)
        if (code && length(text) > 100) fail("over 100 columns")
    }
    close(file)
    if (line > 700) fail("over 700 lines: does it still do one thing?")
}

END {
    printf "%d files\n", files
    if (files == 0) { print "nothing was looked at"; bad = 1 }
    exit bad
}'
