#!/bin/sh
# Who may include whom: every #include of the tree against includes.table. $1: the tree.
set -eu
cd "${1:-${srcdir:-.}}"

find src db ui tests -name '*.[ch]' -o -name '*.def' | sort | awk '
function fail(what) { printf "%s:%d: %s\n", file, line, what; bad = 1 }

# Whether `path` fits one of the words of `list`, where * stands for anything within a folder.
function fits(path, list,    n, i, words, pattern) {
    n = split(list, words, " ")
    for (i = 1; i <= n; i++) {
        pattern = words[i]
        gsub(/\./, "[.]", pattern)
        gsub(/\*/, "[^/]*", pattern)
        if (path ~ ("^" pattern "$")) return 1
    }
    return 0
}

# The part of the program a path belongs to: src/net/op.c is net, ui/grid.c is ui.
function folder(path,    words) {
    sub(/^src\//, "", path)
    split(path, words, "/")
    return words[1]
}

function check_outside(header) {
    if (header in system_header) return
    if (!(header in library)) fail("<" header "> has no row in includes.table")
    else if (!fits(file, library[header])) fail("<" header "> belongs in " library[header])
}

function check_own(header,    from, to) {
    if (header == "config.h") { check_outside(header); return }
    if (header !~ /\//) { fail("\"" header "\" is named without its folder"); return }
    from = folder(file)
    to = folder(header)
    if (!(from in may)) fail("folder " from " has no row in includes.table")
    else if (from != to && may[from] != "*" && !fits(to, may[from]) && !fits(header, may[from]))
        fail(from " may not include \"" header "\"")
}

function read_table(table,    words, n, i, text) {
    while ((getline text < table) > 0) {
        n = split(text, words, " ")
        if (words[1] == "folder") may[words[2]] = ""
        for (i = 2; i <= n; i++) {
            if (words[1] == "system") system_header[words[i]] = 1
            if (words[1] == "folder" && i > 2) may[words[2]] = may[words[2]] words[i] " "
            if (words[1] == "library" && i > 2)
                library[words[2]] = library[words[2]] words[i] " "
        }
    }
    close(table)
}

BEGIN { read_table("tests/lint/includes.table") }

{
    file = $0
    line = 0
    files++
    while ((getline text < file) > 0) {
        line++
        if (text !~ /^[ \t]*#[ \t]*include/) continue
        includes++
        header = text
        sub(/^[^"<]*["<]/, "", header)
        sub(/[">].*$/, "", header)
        if (text ~ /</) check_outside(header)
        else check_own(header)
    }
    close(file)
}

END {
    printf "%d includes of %d files\n", includes, files
    if (includes == 0) { print "nothing was looked at"; bad = 1 }
    exit bad
}'
