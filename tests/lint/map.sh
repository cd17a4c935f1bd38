#!/bin/sh
# CODE-MAP names every file of the source, each once, and no other. $1: the tree.
# A line that starts with a path ending in / is a folder; the indented ones under it are its files,
# name.[ch] being two.
set -eu
cd "${1:-${srcdir:-.}}"

find src db ui tests man -type f \( -name '*.[ch1-8]' -o -name '*.def' -o -name '*.sql' \
    -o -name '*.sh' -o -name '*.py' -o -name '*.table' \) | sort | awk '
function fail(what) { print "CODE-MAP: " what; bad = 1 }

function name(path) {
    if (path in named) fail(path " stands there twice")
    named[path] = 1
}

BEGIN {
    while ((getline text < "CODE-MAP") > 0) {
        split(text, words, " ")
        if (text ~ /^[^ ]+\/( |$)/) folder = words[1]
        if (text !~ /^  [^ ]/) continue
        path = folder == "./" ? words[1] : folder words[1]
        if (words[2] == "") fail(path " has nothing said of it")
        if (path !~ /\.\[ch\]$/) { name(path); continue }
        sub(/\[ch\]$/, "", path)
        name(path "c")
        name(path "h")
    }
}

{
    if (!($0 in named)) fail($0 " is missing")
    found[$0] = 1
}

END {
    for (path in named)
        if (!(path in found) && (getline text < path) < 0) fail(path " is no file of the tree")
    printf "%d files\n", NR
    exit bad || NR == 0
}'
